//! Laws that a policy's author writes: what no later change of a rule may undo.
//!
//! [`AuthoredLaws`] is what a file says, in names; TOML and JSON have the same form:
//!
//! ```
//! use interlock_analysis::authored::AuthoredLaws;
//!
//! let laws: AuthoredLaws = serde_json::from_str(
//!     r#"{"law": [{
//!         "name": "no-way-in-unpaid",
//!         "says": "A locked turnstile lets nobody through.",
//!         "never": {"kind": "turnstile", "action": "push", "from": "locked"}
//!     }]}"#,
//! )?;
//! assert_eq!(laws.law[0].name, "no-way-in-unpaid");
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! [`check_authored`] holds them against every situation of a policy.
//!
//! A condition that an action does not read may be anything: a law must then hold whatever it is. So a law that
//! exempts an action where a condition is true is broken by a rule that no longer asks the condition.

mod judge;
mod path;
mod resolve;
mod written;

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;

pub use self::judge::check_authored;
use crate::Witness;
use crate::words::quoted;

/// The laws of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthoredLaws {
    /// The laws, in the order of the file. Default: none.
    #[serde(default)]
    pub law: Vec<AuthoredLaw>,
}

/// One law.
///
/// Written as a table with `name`, `says`, optionally `source`, and one claim: `never`, `always`, `accompanies`
/// with `effect`, `may` with `only`, or `path`. The first three take `unless`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "written::Law")]
pub struct AuthoredLaw {
    /// A name, unique in its file.
    pub name: String,
    /// What the law demands, a sentence.
    pub says: String,
    /// Keys of the sources that it rests on.
    pub source: Vec<String>,
    /// What it claims.
    pub claim: Claim,
}

/// What a law claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// `never`: no situation of the regions is allowed.
    Never(Regions),
    /// `always`: every situation of the regions is allowed.
    ///
    /// Judged where every condition is known, save those that the law itself calls unknown.
    Always(Regions),
    /// `effect` … `accompanies`: every situation of the regions that is allowed has the effects.
    Accompanies {
        /// Codes of the effects, all of which must follow.
        effects: Vec<String>,
        /// Where.
        regions: Regions,
    },
    /// `only` … `may`: no role but these is granted the actions.
    ///
    /// Read from the manifest's grants. What a subject's own attributes grant, they do not tell.
    OnlyMay {
        /// The roles.
        roles: Vec<String>,
        /// What they may do.
        what: Ground,
    },
    /// `path`: every way from a state to a state takes one of some actions.
    Path(Path),
}

/// Where a claim holds, and the exceptions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regions {
    /// Any of these.
    pub within: Vec<Region>,
    /// Exempt is what fits one of these in all of its conditions.
    pub unless: Vec<Facts>,
}

/// Some situations. Each field narrows them; a list means any of its names, a field left out any at all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Modes.
    #[serde(default, deserialize_with = "written::some")]
    pub mode: Option<Vec<String>>,
    /// Kinds.
    #[serde(default, deserialize_with = "written::some")]
    pub kind: Option<Vec<String>>,
    /// Actions.
    #[serde(default, deserialize_with = "written::some")]
    pub action: Option<Vec<String>>,
    /// States in which the action is taken; each is one of some kind of the region.
    #[serde(default, deserialize_with = "written::some")]
    pub from: Option<Vec<String>>,
    /// Next states: only what is allowed and leads to one of them counts as allowed.
    #[serde(default, deserialize_with = "written::some")]
    pub to: Option<Vec<String>>,
    /// What is known of conditions.
    #[serde(default)]
    pub when: Facts,
}

/// Conditions by code, each with what is or is not known of it: `true`, `false`, `"unknown"`, or a list of these.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Facts(pub BTreeMap<String, Truths>);

/// What may be known of a condition: any of these.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Truths(#[serde(deserialize_with = "written::many")] pub Vec<Truth>);

/// What is known of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It is true.
    True,
    /// It is false.
    False,
    /// It is not known.
    Unknown,
}

/// Some actions on some kinds in some modes, as in [`Region`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// Modes.
    #[serde(default, deserialize_with = "written::some")]
    pub mode: Option<Vec<String>>,
    /// Kinds.
    #[serde(default, deserialize_with = "written::some")]
    pub kind: Option<Vec<String>>,
    /// Actions.
    #[serde(default, deserialize_with = "written::some")]
    pub action: Option<Vec<String>>,
}

/// Ways through the states of a kind, over every transition that an allowed situation shows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Path {
    /// Modes, each judged alone; those that have the kind if left out.
    #[serde(default, deserialize_with = "written::some")]
    pub mode: Option<Vec<String>>,
    /// The kind.
    pub kind: String,
    /// States where ways begin.
    #[serde(deserialize_with = "written::many")]
    pub from: Vec<String>,
    /// States where they end.
    #[serde(deserialize_with = "written::many")]
    pub to: Vec<String>,
    /// Actions, one of which every way takes.
    #[serde(deserialize_with = "written::many")]
    pub passes: Vec<String>,
}

/// What came of one law.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthoredReport<'l> {
    /// The law.
    pub law: &'l AuthoredLaw,
    /// How many situations it was held against; of `may`, how many offers.
    pub judged: u64,
    /// What came of it.
    pub status: AuthoredStatus,
}

/// Whether an authored law holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthoredStatus {
    /// In every situation that it speaks of.
    Holds,
    /// It does not.
    Broken {
        /// In how many situations; of `may`, grants; of `path`, modes.
        places: u64,
        /// The smallest case.
        counterexample: Breach,
    },
    /// It speaks of no situation of this policy: it holds whatever the policy does, and so guards nothing.
    Idle,
}

/// How an authored law is broken. Displayed as one sentence in the policy's names, without a final stop.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{text}")]
pub struct Breach {
    /// The situation with the fewest known conditions where it is broken; of `path`, one for each step of the
    /// shortest way. Empty where a grant breaks it.
    pub steps: Vec<Instance>,
    /// The sentence.
    pub text: String,
}

/// A situation that shows something, and others of its cell that show the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// The one with the fewest known conditions.
    pub witness: Witness,
    /// `holds` and `known` of every one of them, itself included.
    pub alike: Vec<(u32, u32)>,
}

/// What keeps laws from being checked: a mistake in one of them.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", self.sentence())]
pub struct LawError {
    /// Name of the law.
    pub law: String,
    /// What is wrong with it.
    pub mistake: Box<LawMistake>,
    /// Where that stands in the file.
    pub place: Place,
}

/// What is wrong with a law.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LawMistake {
    /// It has a name that the policy does not have.
    Unknown {
        /// What the name should be: "kind", "state of `backup`".
        what: String,
        /// The name.
        name: String,
        /// The names that the policy has.
        known: Vec<String>,
    },
    /// An earlier law has its name.
    Repeated,
}

impl LawError {
    fn sentence(&self) -> String {
        let law = quoted(&self.law);
        match &*self.mistake {
            LawMistake::Unknown { what, name, .. } => {
                format!("law {law} names {what} {}, which the policy does not have", quoted(name))
            }
            LawMistake::Repeated => format!("two laws have the name {law}"),
        }
    }
}

/// A place in a file of laws: the way from its root, by keys and by positions in lists.
///
/// What may be written with or without a list always has its position here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The steps.
    pub steps: Vec<Step>,
    /// Whether the last key is meant, not its value.
    pub key: bool,
}

/// One step on the way to a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into a table.
    Key(String),
    /// Into a list.
    Item(usize),
}
