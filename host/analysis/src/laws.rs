pub(crate) mod cell;
pub(crate) mod completions;
pub(crate) mod deny_reasons;
pub(crate) mod findings;
pub(crate) mod fixed_causes;
pub(crate) mod knowledge;
pub(crate) mod reachable;
pub(crate) mod repeated;
pub(crate) mod total;
pub(crate) mod truthful;
pub(crate) mod used;
pub(crate) mod wording;

use std::fmt;

use interlock_model::{Outcome, Situation};

/// A law that every policy must keep, on every situation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Law {
    /// One well-formed outcome for every situation.
    Total,
    /// The fixed causes stand where the manifest has no offer, and only there.
    FixedCauses,
    /// Bits that must be ignored are ignored.
    Local,
    /// The same question has the same answer.
    Pure,
    /// Learning more never turns a definite answer around.
    Refines,
    /// `depends` exactly where, and on exactly what, the answer depends.
    Exact,
    /// A denial names every condition that refuses, and nothing else.
    DenyReasons,
    /// The manifest's rules predict the answers.
    Truthful,
    /// Every state has a way in and a way out.
    Reachable,
    /// Nothing in the manifest is idle.
    Used,
}

impl Law {
    /// Every law, in the order in which they are reported.
    pub const ALL: [Self; 10] = [
        Self::Total,
        Self::FixedCauses,
        Self::Local,
        Self::Pure,
        Self::Refines,
        Self::Exact,
        Self::DenyReasons,
        Self::Truthful,
        Self::Reachable,
        Self::Used,
    ];

    /// The name, kebab-case and stable.
    pub fn name(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::FixedCauses => "fixed-causes",
            Self::Local => "local",
            Self::Pure => "pure",
            Self::Refines => "refines",
            Self::Exact => "exact",
            Self::DenyReasons => "deny-reasons",
            Self::Truthful => "truthful",
            Self::Reachable => "reachable",
            Self::Used => "used",
        }
    }

    /// What the law demands, one sentence without a final stop.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Total => {
                "every situation has one well-formed outcome, and a next state that exists if allowed"
            }
            Self::FixedCauses => {
                "not-in-mode, not-offered and not-from-state stand exactly where the manifest has no offer, \
                 whatever the conditions"
            }
            Self::Local => {
                "bits beyond the offer's conditions, and truth that is not known, never change an outcome"
            }
            Self::Pure => "the same situations, in another order and other batches, have the same outcomes",
            Self::Refines => "an answer that is definite stays the same whatever the unknown turns out to be",
            Self::Exact => {
                "an answer depends if and only if two completions differ in verdict, next state or effects, \
                 and its reasons are precisely the unknown conditions that can matter"
            }
            Self::DenyReasons => {
                "a denial names every condition known to be false that refuses, and neither selectors nor others"
            }
            Self::Truthful => "the rules in the manifest predict the outcome of every complete situation",
            Self::Reachable => {
                "every state that is not only observed can be reached from `absent` and can get back to it"
            }
            Self::Used => {
                "every condition is read, every effect is caused, every input is asked for, and every grant \
                 names what exists"
            }
        }
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A situation and what the policy answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Witness {
    /// What was asked.
    pub situation: Situation,
    /// What was answered.
    pub outcome: Outcome,
}

/// How a law is broken: the smallest case found, which is the one with the fewest known conditions and
/// among those the first in the order of the enumeration.
///
/// Displayed as one sentence in the manifest's names, without a final stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counterexample {
    /// The law that is broken.
    pub law: Law,
    /// The situation where it is broken, then those that it is at odds with. Empty where the law speaks
    /// of the manifest as a whole.
    pub witnesses: Vec<Witness>,
    /// The sentence.
    pub text: String,
}

impl Counterexample {
    /// The situation where the law is broken. None: the law speaks of the manifest as a whole.
    pub fn situation(&self) -> Option<Situation> {
        self.witnesses.first().map(|witness| witness.situation)
    }
}

impl fmt::Display for Counterexample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Counterexample {}
