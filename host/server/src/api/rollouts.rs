//! What became of candidates, and what operators decide about them.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::parse;
use super::guard::Caller;
use super::{ApiError, ErrorBody};
use crate::app::App;
use crate::keeper::version_of;
use crate::rollout::{Rollout, Version};
use crate::slot::Command;

/// What answers, and what became of candidates.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Rollouts {
    /// The version that answers; none where none was let in yet.
    pub serving: Option<Version>,
    /// Every rollout that is remembered, the newest first.
    pub rollouts: Vec<Rollout>,
}

/// Which version to go back to.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rollback {
    /// `sha256:` and its hash. Default: the one that answered before.
    #[serde(default)]
    digest: Option<String>,
}

/// What answers, and what became of candidates, step by step. Requests that a candidate answered differently are shown
/// to those who may administer.
#[utoipa::path(get, path = "/v1/policies/{name}/rollouts", operation_id = "rollouts", tag = "rollouts",
    params(("name" = String, Path, description = "Name of the policy in the configuration")),
    responses(
        (status = 200, description = "What answers, and every rollout that is remembered", body = Rollouts),
        (status = "default", description = "None", body = ErrorBody),
    ))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
) -> Result<Json<Rollouts>, ApiError> {
    let slot = app.slot(Some(&name))?;
    let serving = slot.serving.load_full().map(|serving| version_of(&serving));
    let mut rollouts = slot.rollouts();
    // Samples are other people's requests.
    if !caller.rights.administer {
        let shadows = rollouts.iter_mut().filter_map(|rollout| rollout.shadow.as_mut());
        shadows.for_each(|shadow| shadow.samples.clear());
    }
    Ok(Json(Rollouts { serving, rollouts }))
}

/// Lets the candidate that waits answer.
#[utoipa::path(post, path = "/v1/policies/{name}/rollouts/promote", tag = "rollouts",
    params(("name" = String, Path, description = "Name of the policy in the configuration")),
    responses(
        (status = 200, description = "What became of it", body = Rollout),
        (status = 409, description = "No candidate waits", body = ErrorBody),
        (status = "default", description = "Nothing was done", body = ErrorBody),
    ))]
pub(super) async fn promote(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    // Passed over, but read: a client that is not done sending would not see the answer.
    _: Bytes,
) -> Result<Json<Rollout>, ApiError> {
    app.slot(Some(&name))?.ask(Command::Promote).await.map(Json)
}

/// Lets go of the candidate that waits; the same bytes are not offered again.
#[utoipa::path(post, path = "/v1/policies/{name}/rollouts/reject", tag = "rollouts",
    params(("name" = String, Path, description = "Name of the policy in the configuration")),
    responses(
        (status = 200, description = "What became of it", body = Rollout),
        (status = 409, description = "No candidate waits", body = ErrorBody),
        (status = "default", description = "Nothing was done", body = ErrorBody),
    ))]
pub(super) async fn reject(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    // Passed over, but read: a client that is not done sending would not see the answer.
    _: Bytes,
) -> Result<Json<Rollout>, ApiError> {
    app.slot(Some(&name))?.ask(Command::Reject).await.map(Json)
}

/// Goes back to a version that is kept. What is gone back from is not taken from the source again.
#[utoipa::path(post, path = "/v1/policies/{name}/rollouts/rollback", tag = "rollouts",
    params(("name" = String, Path, description = "Name of the policy in the configuration")),
    request_body(content = Rollback, description = "May be left out"),
    responses(
        (status = 200, description = "What became of it", body = Rollout),
        (status = 409, description = "There is no such version", body = ErrorBody),
        (status = "default", description = "Nothing was done", body = ErrorBody),
    ))]
pub(super) async fn rollback(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Rollout>, ApiError> {
    let slot = app.slot(Some(&name))?;
    let Rollback { digest } = if body.is_empty() { Rollback::default() } else { parse(&headers, &body)? };
    slot.ask(Command::Rollback { digest }).await.map(Json)
}
