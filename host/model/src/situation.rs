use serde::{Deserialize, Serialize};

use crate::Verdict;

/// A cell, by indexes into the manifest, and what is known of its conditions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Situation {
    /// Index into the manifest's modes.
    pub mode: u8,
    /// Index into the manifest's kinds.
    pub kind: u8,
    /// Index into the kind's states; 0 is `absent`.
    pub state: u8,
    /// Index into the manifest's actions.
    pub action: u8,
    /// Bit i: the i-th condition of the offer is true. Bits outside `known` are ignored.
    pub holds: u32,
    /// Bit i: that condition is known.
    pub known: u32,
}

/// Why a situation was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// Conditions: the reasons say which. Also the cause of allow and depends.
    Conditions,
    /// The mode has no such kind, or no such action on it.
    NotInMode,
    /// The kind has no such action.
    NotOffered,
    /// The action is not offered from this state.
    NotFromState,
}

impl Cause {
    /// The code of the cause, as it stands in JSON and in reasons.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Conditions => "conditions",
            Self::NotInMode => "not-in-mode",
            Self::NotOffered => "not-offered",
            Self::NotFromState => "not-from-state",
        }
    }
}

/// The answer to a situation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Outcome {
    /// The answer in one word.
    pub verdict: Verdict,
    /// Why it was refused.
    pub cause: Cause,
    /// Conditions false (deny) or to be known (depends), as bits of the offer's list.
    pub reasons: u32,
    /// Only on allow: index into the kind's states.
    pub next_state: Option<u8>,
    /// Only on allow: bit i is the i-th effect of the offer.
    pub effects: u32,
}

/// One answer of a survey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Answer {
    /// Position among the query's targets.
    pub target: u32,
    /// Position among the query's actions; where it named none, among the operations that the target's
    /// kind offers in the mode ([`Manifest::operations`](crate::Manifest::operations)).
    pub action: u32,
    /// The answer in one word.
    pub verdict: Verdict,
    /// Why it was refused.
    pub cause: Cause,
    /// As in [`Outcome::reasons`].
    pub reasons: u32,
}
