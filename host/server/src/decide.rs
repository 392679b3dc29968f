//! One decision, with all that goes with it: counting, a candidate under trial, what only the platform may ask.

use std::sync::Arc;

use interlock::model::{ActionClass, Decision, Request};
use interlock::{CallError, EvaluateError};

use crate::serving::Serving;
use crate::slot::Slot;
use crate::telemetry::Metrics;

/// The role of the platform itself.
pub(crate) const SYSTEM: &str = "system";

/// Whatever is asked in one request is asked of one version.
pub(crate) struct Asking<'a> {
    pub(crate) slot: &'a Slot,
    pub(crate) name: Arc<str>,
    pub(crate) serving: Arc<Serving>,
    pub(crate) metrics: &'a Metrics,
}

impl Asking<'_> {
    /// Decides one request.
    pub(crate) fn evaluate(&self, request: &Request) -> Result<Decision, EvaluateError> {
        let answer = self.serving.policy.evaluate(request);
        let verdict = answer.as_ref().ok().map(|decision| decision.verdict);
        self.metrics.decided(&self.name, &self.serving, request, verdict);
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
            let error = crate::rollout::chain(error);
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
