use serde::{Deserialize, Serialize};

use crate::ConditionClass;

/// The answer in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every condition holds.
    Allow,
    /// Refused, whatever the unknown turns out to be.
    Deny,
    /// Something unknown could change verdict, next state or effects; who enforces refuses.
    Depends,
}

impl Verdict {
    /// The word, as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Depends => "depends",
        }
    }
}

/// A resource that a reason points at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reference {
    /// Kind.
    pub kind: String,
    /// Id.
    pub id: String,
    /// State as observed; `absent` where a link leads to nothing.
    pub state: String,
    /// Whether the subject may view it. Messages name no other.
    pub visible: bool,
}

/// One reason for a refusal or a doubt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reason {
    /// Code of a condition, or a cause: `not-in-mode`, `not-offered`, `not-from-state`.
    pub code: String,
    /// Class of the condition; `mode` for not-in-mode, `target` for the other causes.
    pub class: ConditionClass,
    /// A sentence for the person who was refused.
    pub message: String,
    /// The resources in the way, sorted by kind, then id.
    pub evidence: Vec<Reference>,
}

/// Something that follows from an allowed action besides the next state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Effect {
    /// Code, as the manifest lists it.
    pub code: String,
    /// A sentence.
    pub message: String,
}

/// What would serve instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WayOut {
    /// The action to take: another one for which nothing but parameters is missing, or the same one
    /// from another state.
    pub action: String,
    /// States from which it would be offered. Empty: from the present one.
    pub from_states: Vec<String>,
    /// Parameters that it still needs.
    pub needs: Vec<String>,
}

/// The answer to a request, for people and programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Decision {
    /// The answer in one word.
    pub verdict: Verdict,
    /// Deny: the cause, or every condition that is false. Depends: every one that must be known. Allow: none.
    pub reasons: Vec<Reason>,
    /// Only on allow. Unchanged is the same state.
    pub next_state: Option<String>,
    /// Only on allow: what else follows.
    pub effects: Vec<Effect>,
    /// Only on deny: what would serve instead.
    pub ways_out: Vec<WayOut>,
}
