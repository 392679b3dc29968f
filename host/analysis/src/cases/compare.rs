use std::collections::BTreeSet;

use interlock_model::{Decision, RequestError};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Want, WantedDecision};

/// One field in which an answer differs from what is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The field: `verdict`, `reasons`, `message of CODE` and the like.
    pub field: String,
    /// What is wanted.
    pub wanted: Value,
    /// What was answered.
    pub got: Value,
}

/// How an answer differs from what is wanted, field by field; nothing where it is as wanted.
pub fn differences(want: &Want, answer: &Result<Decision, RequestError>) -> Vec<Difference> {
    let mut found = Found(Vec::new());
    match (want, answer) {
        (Want::Decision(want), Ok(decision)) => found.of_decision(want, decision),
        (Want::Error(want), Err(mistake)) => {
            found.compare("error", json!(want.error), json!(mistake.code()));
            if let Some(message) = &want.error_message {
                found.compare("error message", json!(message), json!(mistake.to_string()));
            }
        }
        (Want::Decision(want), Err(mistake)) => {
            found.compare("verdict", json!(want.verdict), Value::Null);
            found.compare("error", Value::Null, json!(mistake));
        }
        (Want::Error(want), Ok(decision)) => {
            found.compare("error", json!(want.error), Value::Null);
            found.compare("verdict", Value::Null, json!(decision.verdict));
        }
    }
    found.0
}

struct Found(Vec<Difference>);

impl Found {
    fn compare(&mut self, field: impl Into<String>, wanted: Value, got: Value) {
        if wanted != got {
            self.0.push(Difference { field: field.into(), wanted, got });
        }
    }

    fn of_decision(&mut self, want: &WantedDecision, decision: &Decision) {
        let codes: BTreeSet<&str> = decision.reasons.iter().map(|reason| &*reason.code).collect();
        let effects: BTreeSet<&str> = decision.effects.iter().map(|effect| &*effect.code).collect();
        self.compare("verdict", json!(want.verdict), json!(decision.verdict));
        self.compare("reasons", json!(want.reasons), json!(codes));
        self.compare("next state", json!(want.next_state), json!(decision.next_state));
        self.compare("effects", json!(want.effects), json!(effects));
        if let Some(ways_out) = &want.ways_out {
            self.compare("ways out", json!(ways_out), json!(decision.ways_out));
        }
        let reason = |code: &str| decision.reasons.iter().find(|reason| reason.code == code);
        for (code, message) in &want.messages {
            let got = reason(code).map(|reason| &reason.message);
            self.compare(format!("message of {code}"), json!(message), json!(got));
        }
        for (code, evidence) in &want.evidence {
            let got = reason(code).map(|reason| &reason.evidence);
            self.compare(format!("evidence of {code}"), json!(evidence), json!(got));
        }
        for text in &want.unsaid {
            for reason in decision.reasons.iter().filter(|reason| reason.message.contains(text.as_str())) {
                let wanted = format!("a sentence without `{text}`");
                self.compare(format!("message of {}", reason.code), json!(wanted), json!(reason.message));
            }
        }
    }
}
