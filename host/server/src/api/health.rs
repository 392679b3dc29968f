use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use super::{ApiError, Code, ErrorBody};
use crate::app::App;

/// Whether the service runs.
#[utoipa::path(get, path = "/healthz", tag = "health", security(()), responses((status = 200, description = "It runs", body = String)))]
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// Whether every policy has a version that answers.
#[utoipa::path(get, path = "/readyz", tag = "health", security(()), responses(
    (status = 200, description = "Every policy has a version that answers", body = String),
    (status = 503, description = "Some policy has none", body = ErrorBody),
))]
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Result<&'static str, ApiError> {
    match app.slots.values().find(|slot| slot.serving.load().is_none()) {
        None => Ok("ready\n"),
        Some(slot) => Err(ApiError::new(
            Code::NotReady,
            format!("policy `{}` has no version that was let in yet", slot.name()),
        )),
    }
}

/// What is counted, in the text format of OpenMetrics, which Prometheus reads.
#[utoipa::path(get, path = "/metrics", tag = "health", responses(
    (status = 200, description = "Every metric", body = String, content_type = "application/openmetrics-text"),
))]
pub(super) async fn metrics(State(app): State<Arc<App>>) -> impl IntoResponse {
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, content_type)], app.metrics.text())
}
