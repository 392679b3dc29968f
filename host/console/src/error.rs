//! The one form of every error, as the decision service has it.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A refusal on its way out.
#[derive(Debug)]
pub(crate) struct Refusal {
    code: Code,
    message: String,
}

/// What kind of error it is; each has one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Code {
    /// 403: asked under a name that is not this machine's own.
    Forbidden,
    /// 404: there is nothing under this path, or no longer.
    NotFound,
    /// 405: only `GET` and `HEAD` are answered.
    MethodNotAllowed,
    /// 500: a file cannot be read, or may not be given.
    Failed,
}

impl Code {
    fn status(self) -> StatusCode {
        match self {
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl Refusal {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Body {
            error: Detail,
        }
        #[derive(Serialize)]
        struct Detail {
            code: Code,
            message: String,
        }
        let Self { code, message } = self;
        let mut response = (code.status(), Json(Body { error: Detail { code, message } })).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if code == Code::MethodNotAllowed {
            headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        }
        response
    }
}
