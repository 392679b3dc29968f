//! One decision, with all that goes with it: counting, a candidate under trial, what only the platform may ask.

use std::sync::Arc;
use std::time::Instant;

use axum::http::HeaderMap;
use interlock::model::{ActionClass, Decision, Request};
use interlock::{CallError, EvaluateError};
use interlock_log::{Answer, Interface, Log};

use crate::api::{ApiError, Caller};
use crate::record::Records;
use crate::serving::Serving;
use crate::slot::Slot;
use crate::telemetry::Metrics;

/// The role of the platform itself.
pub(crate) const SYSTEM: &str = "system";

/// Whatever is asked in one request is asked of one version.
pub(crate) struct Asking<'a> {
    pub(crate) slot: &'a Slot,
    pub(crate) serving: Arc<Serving>,
    pub(crate) metrics: &'a Metrics,
    pub(crate) log: Option<&'a Log>,
}

/// What came of one question.
pub(crate) struct Answered {
    /// Under which id it is recorded; none where there is no log.
    pub(crate) id: Option<String>,
    pub(crate) result: Result<Decision, EvaluateError>,
}

/// Code in records where a call of the policy failed.
const CALL_FAILED: &str = "call-failed";

impl Asking<'_> {
    /// Makes room in the log before so many decisions, or for none of them.
    pub(crate) async fn reserve(
        &self,
        decisions: usize,
        interface: Interface,
        caller: &Caller,
        headers: &HeaderMap,
    ) -> Result<Records, ApiError> {
        Records::reserve(self.log, decisions, &self.serving.id, interface, caller, headers).await
    }

    /// Decides one request, and records it.
    pub(crate) fn evaluate(&self, request: &Request, records: &mut Records) -> Answered {
        if !records.are_kept() {
            return Answered { id: None, result: self.decide(request) };
        }
        let began = Instant::now();
        let result = self.decide(request);
        let answer = match &result {
            Ok(decision) => decision.into(),
            Err(EvaluateError::Request(mistake)) => Answer::Failed { code: mistake.code().to_owned() },
            Err(EvaluateError::Call(_)) => Answer::Failed { code: CALL_FAILED.to_owned() },
        };
        let id = records.add(request, answer, began.elapsed());
        Answered { id, result }
    }

    fn decide(&self, request: &Request) -> Result<Decision, EvaluateError> {
        let answer = self.serving.policy.evaluate(request);
        let verdict = answer.as_ref().ok().map(|decision| decision.verdict);
        self.metrics.decided(self.slot.label(), &self.serving, request, verdict);
        match &answer {
            Ok(decision) => {
                if let Some(shadow) = &*self.slot.shadow.load() {
                    shadow.observe(request, decision);
                }
            }
            Err(EvaluateError::Call(error)) => self.failed(error),
            Err(EvaluateError::Request(_)) => {}
        }
        answer
    }

    /// Counts and tells what a policy did wrong; the caller is told no more than that it failed.
    pub(crate) fn failed(&self, error: &CallError) {
        if !matches!(error, CallError::RequestTooLarge { .. } | CallError::Busy { .. }) {
            self.metrics.failed(self.slot.name());
            let digest = self.serving.policy.digest();
            let error = crate::chain::chain(error);
            tracing::error!(policy = self.slot.name(), digest, error, "a call of the policy failed");
        }
    }

    /// Whether only the platform may ask so: as a subject with the role `system`, or about an event on its own behalf.
    pub(crate) fn is_platforms(&self, roles: Option<&[String]>, actions: &[&str]) -> bool {
        let is_event = |name: &&str| {
            let manifest = self.serving.manifest();
            let action = manifest.action(name).and_then(|action| manifest.actions.get(usize::from(action)));
            action.is_some_and(|action| action.class == ActionClass::Event)
        };
        match roles {
            Some(roles) => roles.iter().any(|role| role == SYSTEM),
            None => actions.iter().any(is_event),
        }
    }
}
