//! The one form of every error that the service answers with.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use interlock::{CallError, EvaluateError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An error: a stable code for programs, a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ErrorDetail,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ErrorDetail {
    /// Stable, kebab-case.
    pub code: Code,
    /// One sentence: what was wrong, where, what is allowed. It names nothing that the caller did not send.
    pub message: String,
}

/// What kind of error it is; each has one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// 400: the body, or a part of the address, is not what it should be.
    MalformedRequest,
    /// 400: the content type is another than `application/json`.
    WrongContentType,
    /// 400: the policy has no such mode.
    UnknownMode,
    /// 400: the policy has no such kind.
    UnknownKind,
    /// 400: the kind has no such state.
    UnknownState,
    /// 400: the policy has no such action.
    UnknownAction,
    /// 400: the request contradicts itself.
    Invalid,
    /// 401: a token is needed, and none that is known was sent.
    Unauthenticated,
    /// 403: the token does not have the right.
    Forbidden,
    /// 404: there is nothing under this path.
    NotFound,
    /// 405: the path does not take this method.
    MethodNotAllowed,
    /// 409: what was asked for does not fit the present state of the rollout.
    Conflict,
    /// 413: more bytes, items or resources than allowed.
    TooLarge,
    /// 408: the request took longer than allowed.
    Timeout,
    /// 500: the policy failed, or the service; nothing was decided.
    Failed,
    /// 503: no policy was let in yet.
    NotReady,
    /// 503: as many requests as allowed are being answered.
    Overloaded,
    /// 503: the decision log is full, and decisions that cannot be recorded are refused.
    LogFull,
}

impl Code {
    /// The HTTP status of every error with this code.
    pub fn status(self) -> StatusCode {
        match self {
            Self::MalformedRequest
            | Self::WrongContentType
            | Self::UnknownMode
            | Self::UnknownKind
            | Self::UnknownState
            | Self::UnknownAction
            | Self::Invalid => StatusCode::BAD_REQUEST,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Timeout => StatusCode::REQUEST_TIMEOUT,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NotReady | Self::Overloaded | Self::LogFull => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// An error on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) code: Code,
    pub(crate) message: String,
}

/// Marks an answer that has the one form already.
#[derive(Clone, Copy, Debug)]
struct InForm;

/// Gives errors that the framework answered with by itself the one form.
pub(crate) fn in_form(response: Response) -> Response {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error())
        || response.extensions().get::<InForm>().is_some()
    {
        return response;
    }
    let (code, message) = match status {
        StatusCode::PAYLOAD_TOO_LARGE => (Code::TooLarge, "the body is larger than allowed"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            (Code::WrongContentType, "the content type is another than `application/json`")
        }
        StatusCode::NOT_FOUND => (Code::NotFound, "there is nothing under this path"),
        StatusCode::METHOD_NOT_ALLOWED => (Code::MethodNotAllowed, "the path does not take this method"),
        StatusCode::REQUEST_TIMEOUT => (Code::Timeout, "the request took longer than allowed"),
        status if status.is_client_error() => {
            (Code::MalformedRequest, "the body, or a part of the address, is not what it should be")
        }
        _ => (Code::Failed, "the service failed to answer"),
    };
    ApiError::new(code, message).into_response()
}

impl ApiError {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: sentence(message.into()) }
    }
}

/// Most bytes of a sentence that may quote what the caller sent.
const LONGEST: usize = 500;

/// One line, and not as long as what the caller sent may be.
pub(crate) fn sentence(mut message: String) -> String {
    if message.len() > LONGEST {
        message.truncate(message.floor_char_boundary(LONGEST));
        message.push('…');
    }
    if message.contains(char::is_control) {
        message = message.replace(char::is_control, " ");
    }
    message
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Self { code, message } = self;
        let mut response =
            (code.status(), Json(ErrorBody { error: ErrorDetail { code, message } })).into_response();
        response.extensions_mut().insert(InForm);
        if code.status() == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if code == Code::Unauthenticated {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<EvaluateError> for ApiError {
    fn from(error: EvaluateError) -> Self {
        match error {
            EvaluateError::Request(mistake) => {
                let code = match mistake.code() {
                    "unknown-mode" => Code::UnknownMode,
                    "unknown-kind" => Code::UnknownKind,
                    "unknown-state" => Code::UnknownState,
                    "unknown-action" => Code::UnknownAction,
                    _ => Code::Invalid,
                };
                Self::new(code, mistake.to_string())
            }
            EvaluateError::Call(error) => error.into(),
        }
    }
}

impl From<CallError> for ApiError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::RequestTooLarge { .. } => Self::new(Code::TooLarge, error.to_string()),
            CallError::Busy { .. } => Self::new(Code::Overloaded, "all instances of policies are in use"),
            // What a policy did is for the operator, who finds it in the service's own log.
            _ => Self::new(Code::Failed, "the policy failed to answer; nothing was decided"),
        }
    }
}
