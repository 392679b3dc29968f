//! What every request goes through: who it is, whether there is room, how long it may take, what comes back with it.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::in_form;
use super::{ApiError, Code};
use crate::app::App;
use crate::tokens::Rights;

/// Comes back as it was sent.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// W3C trace context: comes back as it was sent, if it is one.
pub(crate) const TRACE_PARENT: HeaderName = HeaderName::from_static("traceparent");

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// Name of the token; none where there are no tokens.
    pub(crate) name: Option<Arc<str>>,
    pub(crate) rights: Rights,
}

/// What is said of every answer to browsers: that it is data, nobody else's, and not to be kept.
const SECURITY: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    ),
];

pub(super) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let matched = request.extensions().get::<MatchedPath>();
    let route: Arc<str> = matched.map_or("unknown", MatchedPath::as_str).into();
    let id = request.headers().get(REQUEST_ID).cloned();
    let trace = request.headers().get(TRACE_PARENT).filter(|value| trace_id(value).is_some()).cloned();
    // Who asks whether the service is alive must not conclude from many requests that it is not.
    let exempt = matches!(&*route, "/healthz" | "/readyz");
    let mut response = match (exempt, app.permits.try_acquire()) {
        (false, Err(_)) => {
            app.metrics.overloaded();
            ApiError::new(Code::Overloaded, "as many requests as allowed are being answered").into_response()
        }
        (_, _permit) => match tokio::time::timeout(app.config.limits.time, next.run(request)).await {
            Ok(response) => in_form(response),
            Err(_) => ApiError::new(Code::Timeout, "the request took longer than allowed").into_response(),
        },
    };
    let headers = response.headers_mut();
    for (name, value) in SECURITY {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if let Some(id) = &id {
        headers.insert(REQUEST_ID, id.clone());
    }
    if let Some(trace) = &trace {
        headers.insert(TRACE_PARENT, trace.clone());
    }
    let (status, took) = (response.status().as_u16(), began.elapsed());
    app.metrics.answered(&route, status, took);
    let text =
        |value: &Option<HeaderValue>| value.as_ref().and_then(|value| value.to_str().ok()).map(str::to_owned);
    tracing::debug!(
        route = &*route,
        status,
        microseconds = took.as_micros() as u64,
        request_id = text(&id),
        traceparent = text(&trace),
        "answered"
    );
    response
}

/// Finds out who asks, and passes on who has the right.
pub(super) async fn demand(
    app: Arc<App>,
    right: fn(Rights) -> bool,
    mut request: Request,
    next: Next,
) -> Response {
    let caller = match caller(&app, request.headers()) {
        Ok(caller) => caller,
        Err(error) => return error.into_response(),
    };
    if !right(caller.rights) {
        let message = match caller.name {
            Some(_) => "the token does not have the right",
            None => "this needs a token with the right, and the service has no tokens",
        };
        return ApiError::new(Code::Forbidden, message).into_response();
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
}

fn caller(app: &App, headers: &HeaderMap) -> Result<Caller, ApiError> {
    let Some(tokens) = &app.tokens else { return Ok(Caller { name: None, rights: Rights::OPEN }) };
    let unknown = |message| ApiError::new(Code::Unauthenticated, message);
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, token) = value
        .and_then(|value| value.split_once(' '))
        .ok_or_else(|| unknown("send `Authorization: Bearer` and a token"))?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(unknown("send `Authorization: Bearer` and a token"));
    }
    let (name, rights) = tokens.find(token.trim()).ok_or_else(|| unknown("the token is not known"))?;
    Ok(Caller { name: Some(name.into()), rights })
}

/// The trace of a `traceparent`: version, trace, parent and flags in lower-case hexadecimal, none of them void.
pub(crate) fn trace_id(value: &HeaderValue) -> Option<&str> {
    let text = value.to_str().ok()?;
    let parts: Vec<&str> = text.split('-').collect();
    let hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
    };
    let void = |part: &str| part.bytes().all(|c| c == b'0');
    match parts[..] {
        // Later versions may add parts at the end, and this one may not.
        [version, trace, parent, flags, ref more @ ..]
            if hex(version, 2)
                && version != "ff"
                && (more.is_empty() || version != "00")
                && hex(trace, 32)
                && !void(trace)
                && hex(parent, 16)
                && !void(parent)
                && hex(flags, 2) =>
        {
            Some(trace)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_context_is_known_by_its_form() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let fine = format!("00-{trace}-00f067aa0ba902b7-01");
        assert_eq!(trace_id(&HeaderValue::from_str(&fine).unwrap()), Some(trace));
        for wrong in [
            "",
            "00",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
        ] {
            assert_eq!(trace_id(&HeaderValue::from_str(wrong).unwrap()), None, "{wrong}");
        }
    }
}
