//! Bodies of requests: bounded, and of the one content type that there is.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

use super::{ApiError, Code};

/// A body of the content type `application/json`, read whole.
pub(crate) struct JsonBody(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    /// # Errors
    ///
    /// As [`demand_json`]; [`Code::TooLarge`]; [`Code::MalformedRequest`] where the body ends early.
    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        demand_json(request.headers())?;
        Bytes::from_request(request, state).await.map(Self).map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                ApiError::new(Code::TooLarge, "the body has more bytes than allowed")
            }
            _ => ApiError::new(Code::MalformedRequest, "the body ends before it should"),
        })
    }
}

/// Whether the content type is `application/json`, whatever its parameters.
///
/// # Errors
///
/// [`Code::WrongContentType`], which is 400, as AuthZEN has it.
pub(crate) fn demand_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = given.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let message = match given {
        Some(_) => "the content type is another than `application/json`",
        None => "there is no content type: send `Content-Type: application/json`",
    };
    Err(ApiError::new(Code::WrongContentType, message))
}

/// A body in one of the service's own forms.
///
/// # Errors
///
/// [`Code::WrongContentType`], and [`Code::MalformedRequest`] with line and column.
pub(crate) fn parse<T: DeserializeOwned>(headers: &HeaderMap, body: &Bytes) -> Result<T, ApiError> {
    demand_json(headers)?;
    serde_json::from_slice(body)
        .map_err(|error| ApiError::new(Code::MalformedRequest, format!("the body is wrong: {error}")))
}
