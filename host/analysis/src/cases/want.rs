use std::collections::{BTreeMap, BTreeSet};

use interlock_model::{Reference, Verdict, WayOut};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

/// A wanted answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Want {
    /// A decision.
    Decision(WantedDecision),
    /// The request is wrong.
    Error(WantedError),
}

/// What a decision has to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WantedDecision {
    /// The answer in one word.
    pub verdict: Verdict,
    /// Codes of reasons, all of them. Default: none.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub reasons: BTreeSet<String>,
    /// State that it leads to; `unchanged` for the state of the target. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_state: Option<String>,
    /// Codes of effects, all of them. Default: none.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub effects: BTreeSet<String>,
    /// Ways out, in their order. Default: not compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ways_out: Option<Vec<WayOut>>,
    /// Code of a reason to its exact sentence. Default: not compared.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub messages: BTreeMap<String, String>,
    /// Code of a reason to its references, in their order. Default: not compared.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub evidence: BTreeMap<String, Vec<Reference>>,
    /// Texts that no message may contain. Default: none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unsaid: Vec<String>,
}

/// What a request's mistake has to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WantedError {
    /// Code of the mistake.
    pub error: String,
    /// The exact sentence. Default: not compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
}

impl WantedDecision {
    /// Only a verdict: no reasons, no next state, no effects; all else not compared.
    pub fn new(verdict: Verdict) -> Self {
        Self {
            verdict,
            reasons: BTreeSet::new(),
            next_state: None,
            effects: BTreeSet::new(),
            ways_out: None,
            messages: BTreeMap::new(),
            evidence: BTreeMap::new(),
            unsaid: Vec::new(),
        }
    }
}

/// Both forms at once, so that a mistake is told where it stands.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a wanted answer")]
struct Fields {
    verdict: Option<Verdict>,
    #[serde(default)]
    reasons: BTreeSet<String>,
    next_state: Option<String>,
    #[serde(default)]
    effects: BTreeSet<String>,
    ways_out: Option<Vec<WayOut>>,
    #[serde(default)]
    messages: BTreeMap<String, String>,
    #[serde(default)]
    evidence: BTreeMap<String, Vec<Reference>>,
    #[serde(default)]
    unsaid: Vec<String>,
    error: Option<String>,
    error_message: Option<String>,
}

impl<'de> Deserialize<'de> for Want {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Fields {
            verdict,
            reasons,
            next_state,
            effects,
            ways_out,
            messages,
            evidence,
            unsaid,
            error,
            error_message,
        } = Fields::deserialize(deserializer)?;
        match (verdict, error) {
            (Some(verdict), None) if error_message.is_none() => Ok(Self::Decision(WantedDecision {
                verdict,
                reasons,
                next_state,
                effects,
                ways_out,
                messages,
                evidence,
                unsaid,
            })),
            (None, Some(error)) => {
                let bare = reasons.is_empty() && next_state.is_none() && effects.is_empty();
                let quiet =
                    ways_out.is_none() && messages.is_empty() && evidence.is_empty() && unsaid.is_empty();
                if bare && quiet {
                    Ok(Self::Error(WantedError { error, error_message }))
                } else {
                    Err(D::Error::custom("a wanted `error` stands without what a decision has"))
                }
            }
            (None, None) => Err(D::Error::custom("a wanted answer has a `verdict` or an `error`")),
            (Some(_), _) => Err(D::Error::custom("a wanted answer has a `verdict` or an `error`, not both")),
        }
    }
}
