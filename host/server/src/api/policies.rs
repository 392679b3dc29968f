//! The service's own interface to a policy, in the JSON forms of the contract.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use interlock::model::{
    ABSENT, Attributes, Cause, Coverage, Decision, Observation, Request, Subject, SurveyQuery, Verdict,
};
use interlock_analysis::{ExportFormat, export, sheet::Selection};
use interlock_log::{Answer, Interface};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::guard::Caller;
use super::post::Post;
use super::{ApiError, Code, ErrorBody};
use crate::app::App;
use crate::decide::{Answered, Asking};
use crate::record::Outline;

/// Which version answered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AnsweredBy {
    /// Name of the policy.
    name: String,
    /// Its version, semantic.
    version: String,
    /// `sha256:` and the hash of its bytes.
    digest: String,
}

/// A decision, and who made it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Evaluated {
    /// Under which id the decision is in the log; none where there is no log.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    policy: AnsweredBy,
    decision: Decision,
}

/// What an action leads to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Applied {
    /// Under which id the decision is in the log; none where there is no log.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    policy: AnsweredBy,
    decision: Decision,
    /// The target afterwards: none when it is gone, or when nothing was allowed.
    resource: Option<Observation>,
}

/// Every target with every action.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Surveyed {
    policy: AnsweredBy,
    /// Target by target, in the order of the query.
    targets: Vec<SurveyedTarget>,
}

/// One target of a survey.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SurveyedTarget {
    kind: String,
    id: String,
    answers: Vec<SurveyedAction>,
}

/// One action on a target.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SurveyedAction {
    /// Under which id the decision is in the log; none where there is no log.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    action: String,
    verdict: Verdict,
    cause: Cause,
    /// Codes of conditions.
    reasons: Vec<String>,
}

/// A question for everything that may be done to a resource.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OptionsQuery {
    /// Mode of operation, a name from the manifest.
    mode: String,
    /// Who asks. Default: nobody.
    #[serde(default)]
    subject: Option<Subject>,
    /// The resource.
    target: Observation,
    /// Other resources that conditions may ask about. Default: none.
    #[serde(default)]
    related: Vec<Observation>,
    /// Arguments, the same for every action. Default: none.
    #[serde(default)]
    parameters: Attributes,
    /// Whether `related` is all there is. Default: partial.
    #[serde(default)]
    coverage: Coverage,
}

/// Everything that may be done to a resource.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Options {
    policy: AnsweredBy,
    /// Every operation that the target's kind offers in the mode.
    options: Vec<ActionOption>,
}

/// One operation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActionOption {
    /// Under which id the decision is in the log; none where there is no log.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    action: String,
    decision: Decision,
}

/// Decides one request.
#[utoipa::path(post, path = "/v1/policies/{name}/evaluate", tag = "decisions",
    params(("name" = String, Path, description = "Name of the policy in the configuration")),
    request_body = Request,
    responses(
        (status = 200, description = "Decided, whatever the verdict", body = Evaluated),
        (status = 400, description = "The caller's mistake", body = ErrorBody),
        (status = "default", description = "No decision", body = ErrorBody),
    ))]
pub(super) async fn evaluate(post: Post) -> Result<Json<Evaluated>, ApiError> {
    let asking = post.asking();
    let request: Request = post.parse()?;
    asking.demand_standing(&post.caller, request.subject.as_ref(), &[&request.action])?;
    let mut records = post.reserve(1, Interface::Api).await?;
    let Answered { id, result } = asking.evaluate(&request, &mut records);
    let decision = result?;
    Ok(Json(Evaluated { id, policy: asking.answered_by(), decision }))
}

/// Decides one request, and gives the target as it would be afterwards. Nothing is changed anywhere.
#[utoipa::path(post, path = "/v1/policies/{name}/apply", tag = "decisions",
    params(("name" = String, Path, description = "Name of the policy in the configuration")),
    request_body = Request,
    responses(
        (status = 200, description = "Decided, whatever the verdict", body = Applied),
        (status = 400, description = "The caller's mistake", body = ErrorBody),
        (status = "default", description = "No decision", body = ErrorBody),
    ))]
pub(super) async fn apply(post: Post) -> Result<Json<Applied>, ApiError> {
    let asking = post.asking();
    let request: Request = post.parse()?;
    asking.demand_standing(&post.caller, request.subject.as_ref(), &[&request.action])?;
    let mut records = post.reserve(1, Interface::Api).await?;
    let Answered { id, result } = asking.evaluate(&request, &mut records);
    let decision = result?;
    let state = decision.next_state.clone().filter(|next| next != ABSENT);
    let resource = state.map(|state| Observation { state, ..request.target });
    Ok(Json(Applied { id, policy: asking.answered_by(), decision, resource }))
}

/// Decides every target with every action.
#[utoipa::path(post, path = "/v1/policies/{name}/survey", tag = "decisions",
    params(("name" = String, Path, description = "Name of the policy in the configuration")),
    request_body = SurveyQuery,
    responses(
        (status = 200, description = "Decided, whatever the verdicts", body = Surveyed),
        (status = 400, description = "The caller's mistake", body = ErrorBody),
        (status = "default", description = "No decision", body = ErrorBody),
    ))]
pub(super) async fn survey(post: Post) -> Result<Json<Surveyed>, ApiError> {
    let asking = post.asking();
    let query: SurveyQuery = post.parse()?;
    let actions: Vec<&str> = query.actions.iter().map(String::as_str).collect();
    asking.demand_standing(&post.caller, query.subject.as_ref(), &actions)?;
    let pairs = asking.bounded(&query, post.app.config.limits.batch)?;
    let mut records = post.reserve(pairs, Interface::Api).await?;
    let began = Instant::now();
    let (policy, serving) = (asking.answered_by(), Arc::clone(&asking.serving));
    // Thousands of answers are no work for a thread that others wait for.
    let answered = tokio::task::spawn_blocking(move || serving.policy.survey(&query).map(|it| (query, it)));
    let answered = answered.await.map_err(|_| ApiError::new(Code::Failed, "the service failed to answer"))?;
    let (query, answers) = answered.inspect_err(|error| {
        if let interlock::EvaluateError::Call(error) = error {
            asking.failed(error);
        }
    })?;
    let took = began.elapsed();
    let manifest = asking.serving.manifest();
    let mode = manifest.mode(&query.mode);
    let mut targets: Vec<SurveyedTarget> = (query.targets.iter())
        .map(|it| SurveyedTarget { kind: it.kind.clone(), id: it.id.clone(), answers: Vec::new() })
        .collect();
    for answer in answers {
        let Some(target) = targets.get_mut(answer.target as usize) else { continue };
        let kind = manifest.kind(&target.kind);
        let action = match query.actions.get(answer.action as usize) {
            Some(action) => Some(action.clone()),
            None => mode.zip(kind).and_then(|(mode, kind)| {
                let operations = manifest.operations(mode, kind);
                let action = *operations.get(answer.action as usize)?;
                manifest.actions.get(usize::from(action)).map(|info| info.name.clone())
            }),
        };
        let Some(action) = action else { continue };
        let reasons = asking.serving.reasons(&query.mode, &target.kind, &action, answer.reasons);
        let mut id = None;
        if records.are_kept()
            && let Some(observed) = query.targets.get(answer.target as usize)
        {
            let subject = query.subject.as_ref().map(|subject| &*subject.id);
            let (mode, action) = (&*query.mode, &*action);
            let (kind, target, state) = (&*observed.kind, &*observed.id, &*observed.state);
            let asked = Outline { mode, subject, action, kind, id: target, state };
            let verdict = answer.verdict;
            let answer = Answer::Decided { verdict, reasons: reasons.clone(), next_state: None };
            id = records.add_outline(asked, answer, took);
        }
        let (verdict, cause) = (answer.verdict, answer.cause);
        target.answers.push(SurveyedAction { id, action, verdict, cause, reasons });
    }
    Ok(Json(Surveyed { policy, targets }))
}

/// Decides everything that may be done to a resource.
#[utoipa::path(post, path = "/v1/policies/{name}/options", tag = "decisions",
    params(("name" = String, Path, description = "Name of the policy in the configuration")),
    request_body = OptionsQuery,
    responses(
        (status = 200, description = "Decided, whatever the verdicts", body = Options),
        (status = 400, description = "The caller's mistake", body = ErrorBody),
        (status = "default", description = "No decision", body = ErrorBody),
    ))]
pub(super) async fn options(post: Post) -> Result<Json<Options>, ApiError> {
    let asking = post.asking();
    let query: OptionsQuery = post.parse()?;
    asking.demand_standing(&post.caller, query.subject.as_ref(), &[])?;
    let manifest = asking.serving.manifest();
    let unknown = |code, what: &str| ApiError::new(code, format!("the policy has no such {what}"));
    let mode = manifest.mode(&query.mode).ok_or_else(|| unknown(Code::UnknownMode, "mode"))?;
    let kind = manifest.kind(&query.target.kind).ok_or_else(|| unknown(Code::UnknownKind, "kind"))?;
    let OptionsQuery { mode: mode_name, subject, target, related, parameters, coverage } = query;
    let action = String::new();
    let mut request = Request { mode: mode_name, subject, action, target, related, parameters, coverage };
    let operations = manifest.operations(mode, kind);
    let mut records = post.reserve(operations.len(), Interface::Api).await?;
    let mut options = Vec::with_capacity(operations.len());
    for action in operations {
        let Some(info) = manifest.actions.get(usize::from(action)) else { continue };
        request.action.clone_from(&info.name);
        let Answered { id, result } = asking.evaluate(&request, &mut records);
        options.push(ActionOption { id, action: info.name.clone(), decision: result? });
    }
    Ok(Json(Options { policy: asking.answered_by(), options }))
}

/// Every policy that is served.
#[utoipa::path(get, path = "/v1/policies", tag = "policies", responses(
    (status = 200, description = "Every policy that is served", body = Vec<Served>),
))]
pub(super) async fn list(State(app): State<Arc<App>>) -> Json<Vec<Served>> {
    let served = app.config.policy.iter().filter_map(|policy| app.slots.get(&policy.name)).map(|slot| {
        let serving = slot.serving.load_full();
        Served {
            served_as: slot.name().to_owned(),
            since: serving.as_ref().map(|serving| serving.since.to_string()),
            policy: serving.as_deref().map(|serving| AnsweredBy {
                name: serving.policy.name().to_owned(),
                version: serving.policy.version().to_owned(),
                digest: serving.policy.digest().to_owned(),
            }),
        }
    });
    Json(served.collect())
}

/// A policy that is served.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Served {
    /// Its name in paths.
    served_as: String,
    /// The version that answers; none where none was let in yet.
    policy: Option<AnsweredBy>,
    /// Since when that version answers.
    since: Option<String>,
}

/// Everything that a policy knows: modes, kinds, states, actions, conditions, effects, rules.
#[utoipa::path(get, path = "/v1/policies/{name}/manifest", tag = "policies",
    params(("name" = String, Path, description = "Name of the policy in the configuration")),
    responses(
        (status = 200, description = "The manifest", body = Object),
        (status = "default", description = "No manifest", body = ErrorBody),
    ))]
pub(super) async fn manifest(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let serving = app.slot(Some(&name))?.current()?;
    Ok(tagged(&headers, serving.policy.digest(), "application/json", || {
        serde_json::to_vec(serving.manifest()).unwrap_or_default()
    }))
}

/// The component itself, so that others run what this service runs.
#[utoipa::path(get, path = "/v1/policies/{name}/policy.wasm", tag = "policies",
    params(("name" = String, Path, description = "Name of the policy in the configuration")),
    responses(
        (status = 200, description = "The component; its ETag is its digest", body = Vec<u8>, content_type = "application/wasm"),
        (status = 304, description = "The one that the caller has"),
        (status = "default", description = "No policy", body = ErrorBody),
    ))]
pub(super) async fn component(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let serving = app.slot(Some(&name))?.current()?;
    Ok(tagged(&headers, serving.policy.digest(), "application/wasm", || serving.bytes.to_vec()))
}

/// The minisign signature that the policy came with.
#[utoipa::path(get, path = "/v1/policies/{name}/policy.wasm.minisig", tag = "policies",
    params(("name" = String, Path, description = "Name of the policy in the configuration")),
    responses(
        (status = 200, description = "The signature", body = String, content_type = "text/plain"),
        (status = 404, description = "It came with none", body = ErrorBody),
        (status = "default", description = "No policy", body = ErrorBody),
    ))]
pub(super) async fn signature(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
) -> Result<String, ApiError> {
    let serving = app.slot(Some(&name))?.current()?;
    let signature = serving.signature.clone();
    signature.ok_or_else(|| ApiError::new(Code::NotFound, "the policy came without a signature"))
}

/// The policy's rules as tables, for people.
#[utoipa::path(get, path = "/v1/policies/{name}/matrix", tag = "policies",
    params(("name" = String, Path, description = "Name of the policy in the configuration")),
    responses(
        (status = 200, description = "One page", body = String, content_type = "text/html"),
        (status = "default", description = "No page", body = ErrorBody),
    ))]
pub(super) async fn matrix(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
) -> Result<Html<String>, ApiError> {
    let serving = app.slot(Some(&name))?.current()?;
    let page = tokio::task::spawn_blocking(move || {
        export(serving.manifest(), ExportFormat::Html, Selection::default())
    });
    page.await.map(Html).map_err(|_| ApiError::new(Code::Failed, "the service failed to write the page"))
}

/// Something that changes with the policy alone.
fn tagged(
    headers: &HeaderMap,
    digest: &str,
    media_type: &'static str,
    body: impl FnOnce() -> Vec<u8>,
) -> Response {
    let tag = format!("\"{digest}\"");
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let is_known = known
        .flat_map(|value| value.split(','))
        .map(|value| value.trim().trim_start_matches("W/"))
        .any(|value| value == tag || value == "*");
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], body()).into_response()
    };
    // A digest is ASCII.
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

impl Asking<'_> {
    fn answered_by(&self) -> AnsweredBy {
        AnsweredBy {
            name: self.serving.policy.name().to_owned(),
            version: self.serving.policy.version().to_owned(),
            digest: self.serving.policy.digest().to_owned(),
        }
    }

    fn demand_standing(
        &self,
        caller: &Caller,
        subject: Option<&Subject>,
        actions: &[&str],
    ) -> Result<(), ApiError> {
        let roles = subject.map(|subject| subject.roles.as_slice());
        if !caller.rights.system && self.is_platforms(roles, actions) {
            return Err(ApiError::new(
                Code::Forbidden,
                "the role `system`, and events, need a token with the right `system`",
            ));
        }
        Ok(())
    }

    /// Most pairs that a survey has, if that is no more than allowed.
    fn bounded(&self, query: &SurveyQuery, allowed: usize) -> Result<usize, ApiError> {
        let manifest = self.serving.manifest();
        let actions = match query.actions.len() {
            0 => manifest.actions.len(),
            some => some,
        };
        let pairs = query.targets.len().saturating_mul(actions);
        if pairs > allowed {
            return Err(ApiError::new(
                Code::TooLarge,
                format!("{pairs} pairs of target and action, allowed are {allowed}"),
            ));
        }
        Ok(pairs)
    }
}
