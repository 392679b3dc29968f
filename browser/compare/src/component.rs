//! The component: policies are what its host says they answer.

#![allow(unsafe_code, reason = "generated: the canonical ABI reads and writes linear memory")]

use std::convert::Infallible;

use interlock_analysis::{Decide, Observe, ObserveError};
use interlock_model::{Cause, Decision, Manifest, Outcome, Request, RequestError, Situation, Verdict};

use bindings::interlock::compare::policies::{self, Side};
use bindings::interlock::policy::decisions as contract;

#[allow(missing_docs, clippy::all, unreachable_pub, reason = "generated")]
mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit", "wit"],
        world: "interlock:compare/compare",
        generate_all,
    });
}

struct Component;

bindings::export!(Component with_types_in bindings);

impl bindings::Guest for Component {
    fn compare(old_manifest: String, new_manifest: String) -> Result<bindings::Findings, String> {
        let old = Asked::new(Side::Old, "old", &old_manifest)?;
        let new = Asked::new(Side::New, "new", &new_manifest)?;
        let crate::Findings { comparison, review } = crate::compare(&old, &new, &policies::progress)?;
        Ok(bindings::Findings { comparison, review })
    }
}

/// A policy that the host runs. One that fails ends the whole comparison: the host's exception passes through here.
struct Asked {
    side: Side,
    manifest: Manifest,
}

impl Asked {
    fn new(side: Side, which: &str, manifest: &str) -> Result<Self, String> {
        let manifest = serde_json::from_str(manifest)
            .map_err(|error| format!("the manifest of the {which} policy cannot be read: {error}"))?;
        Ok(Self { side, manifest })
    }
}

impl Decide for Asked {
    type Error = Infallible;

    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn decide_all(&self, situations: &[Situation]) -> Result<Vec<Outcome>, Infallible> {
        let lower = |&Situation { mode, kind, state, action, holds, known }: &Situation| {
            contract::Situation { mode, kind, state, action, holds, known }
        };
        let situations: Vec<contract::Situation> = situations.iter().map(lower).collect();
        Ok(policies::decide_all(self.side, &situations).into_iter().map(outcome).collect())
    }
}

impl Observe for Asked {
    fn observe(&self, request: &Request) -> Result<Situation, ObserveError<Infallible>> {
        let situation = policies::observe(self.side, &json(request)).map_err(mistake)?;
        let contract::Situation { mode, kind, state, action, holds, known } = situation;
        Ok(Situation { mode, kind, state, action, holds, known })
    }

    fn evaluate(&self, request: &Request) -> Result<Decision, ObserveError<Infallible>> {
        let decision = policies::evaluate(self.side, &json(request)).map_err(mistake)?;
        serde_json::from_str(&decision)
            .map_err(|error| ObserveError::Request(RequestError::Other(error.to_string())))
    }
}

fn json(request: &Request) -> String {
    // A request has nothing that JSON cannot say.
    serde_json::to_string(request).unwrap_or_default()
}

fn mistake(mistake: contract::RequestError) -> ObserveError<Infallible> {
    ObserveError::Request(match mistake {
        contract::RequestError::UnknownMode(text) => RequestError::UnknownMode(text),
        contract::RequestError::UnknownKind(text) => RequestError::UnknownKind(text),
        contract::RequestError::UnknownState(text) => RequestError::UnknownState(text),
        contract::RequestError::UnknownAction(text) => RequestError::UnknownAction(text),
        contract::RequestError::Invalid(text) => RequestError::Invalid(text),
        contract::RequestError::Other(text) => RequestError::Other(text),
    })
}

fn outcome(outcome: contract::Outcome) -> Outcome {
    let contract::Outcome { verdict, cause, reasons, next_state, effects } = outcome;
    let verdict = match verdict {
        contract::Verdict::Allow => Verdict::Allow,
        contract::Verdict::Deny => Verdict::Deny,
        contract::Verdict::Depends => Verdict::Depends,
    };
    let cause = match cause {
        contract::Cause::Conditions => Cause::Conditions,
        contract::Cause::NotInMode => Cause::NotInMode,
        contract::Cause::NotOffered => Cause::NotOffered,
        contract::Cause::NotFromState => Cause::NotFromState,
    };
    Outcome { verdict, cause, reasons, next_state, effects }
}
