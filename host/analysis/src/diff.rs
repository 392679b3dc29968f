//! What changed from one policy to another: exactly where decisions are concerned, on samples where meaning is.

mod cells;
mod cover;
mod named;
mod pair;
mod pairwise;
mod review;
mod sample;
mod told;
mod worlds;

use std::collections::BTreeMap;

use interlock_model::{Cause, Manifest, Verdict};
use serde::Serialize;
use thiserror::Error;

use crate::Answers;

pub use named::{Cube, Is};
pub use review::{Review, ReviewedChange, ReviewedClass, ReviewedFinding, ReviewedGroup};
pub use sample::{Differs, Finding, SampleError, Sampled, sample};
pub use told::{Telling, Told};

/// All that was found: [`Diff::new`] and [`sample`] find it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// What changed in all that can be asked without a request.
    #[serde(flatten)]
    pub exact: Diff,
    /// What differs on samples.
    pub sampled: Sampled,
}

/// What changed between two policies in all that can be asked of both without a request.
///
/// The two are matched by names: of modes, kinds, actions, states, conditions and effects, which are unique in
/// a policy that a host lets in. Of two that share a name the first counts. How anything is numbered, and in
/// what order, makes no difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// The policy compared with.
    pub old: Version,
    /// The policy compared.
    pub new: Version,
    /// How much was compared: every cell of either, and every situation in them.
    pub compared: Count,
    /// In how many of the cells only those situations were compared in which every condition is known.
    pub complete_only: u64,
    /// What changed, counted. A class that has nothing is listed with zeros.
    pub changed: BTreeMap<Class, Count>,
    /// Every cell in which decisions changed: in the old one's order, then those that only the new one has.
    pub cells: Vec<ChangedCell>,
    /// What is told differently and decides nothing: titles, meanings, questions, grants, names come and gone.
    pub told: Vec<Told>,
}

impl Diff {
    /// Compares everything that two policies answer and tell.
    ///
    /// Where the offers of both for one (mode, kind, action) read `n` conditions between them, all `3^n`
    /// assignments of true, false and unknown are compared as long as `n` is at most 13; from 14 to 20 the
    /// `2^n` where all are known, and [`ChangedCell::complete_only`] says so. For policies that keep the law
    /// [`Exact`](crate::Law::Exact) nothing is missed by that: what is not known then changes only where
    /// what is known does.
    ///
    /// # Errors
    ///
    /// [`DiffError`] where the offers read more conditions than that.
    pub fn new(old: &Answers<'_>, new: &Answers<'_>) -> Result<Self, DiffError> {
        let mut diff = Self {
            old: Version::of(old.manifest()),
            new: Version::of(new.manifest()),
            compared: Count::default(),
            complete_only: 0,
            changed: Class::ALL.iter().map(|&class| (class, Count::default())).collect(),
            cells: Vec::new(),
            told: told::compare(old.manifest(), new.manifest()),
        };
        cells::compare(old, new, &mut diff)?;
        Ok(diff)
    }

    /// Whether nothing changed but name and version.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.told.is_empty()
    }

    /// What changed in a class, counted.
    pub fn count(&self, class: Class) -> Count {
        self.changed.get(&class).copied().unwrap_or_default()
    }

    fn add(&mut self, cell: ChangedCell) {
        for class in Class::ALL {
            let mut situations = 0;
            for change in cell.changes.iter().filter(|change| change.class == class) {
                situations += change.situations;
            }
            if situations > 0 {
                let count = self.changed.entry(class).or_default();
                count.cells += 1;
                count.situations += situations;
            }
        }
        self.cells.push(cell);
    }
}

/// Which policy it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Version {
    /// Name of the policy.
    pub name: String,
    /// Its version, semantic.
    pub version: String,
}

impl Version {
    fn of(manifest: &Manifest) -> Self {
        Self { name: manifest.name.clone(), version: manifest.version.clone() }
    }
}

/// Cells, and situations in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// How many (mode, kind, state, action).
    pub cells: u64,
    /// How many situations.
    pub situations: u64,
}

/// How a decision changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Refused, or in doubt, and now allowed.
    Widened,
    /// Allowed, and now refused or in doubt.
    Narrowed,
    /// Refused or in doubt both times, for other reasons; or refused where it was in doubt, or the other way.
    Reason,
    /// Allowed both times, and leads elsewhere or causes something else.
    Effect,
    /// A cell that the new policy offers and the old one has no name for.
    New,
    /// A cell that the old policy offered and the new one has no name for.
    Gone,
}

impl Class {
    /// Every class, in the order in which they are reported.
    pub const ALL: [Self; 6] =
        [Self::Widened, Self::Narrowed, Self::Reason, Self::Effect, Self::New, Self::Gone];

    /// The name, as it stands in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Widened => "widened",
            Self::Narrowed => "narrowed",
            Self::Reason => "reason",
            Self::Effect => "effect",
            Self::New => "new",
            Self::Gone => "gone",
        }
    }
}

/// A cell in which decisions changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangedCell {
    /// Mode.
    pub mode: String,
    /// Kind.
    pub kind: String,
    /// State.
    pub state: String,
    /// Action.
    pub action: String,
    /// How many situations the cell has: those that were compared.
    pub situations: u64,
    /// Whether only those were compared in which every condition is known.
    pub complete_only: bool,
    /// What changed; no situation stands in two of them.
    pub changes: Vec<Change>,
}

/// Situations of a cell that changed in one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// How.
    pub class: Class,
    /// In how many situations; of a cell that is new or gone, all it has.
    pub situations: u64,
    /// In which: those in at least one of the cubes, and no others. Of a cell that is new or gone, those in which
    /// it is allowed.
    #[serde(rename = "where")]
    pub region: Vec<Cube>,
    /// What was said there; empty where the cell is new.
    pub before: Vec<Said>,
    /// What is said there now; empty where the cell is gone.
    pub after: Vec<Said>,
    /// Conditions that were among the reasons of some situation and are no longer.
    pub reasons_gone: Vec<String>,
    /// Conditions that are among the reasons of some situation and were not.
    pub reasons_new: Vec<String>,
}

/// An answer in names, but for the conditions among its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    /// The answer in one word.
    pub verdict: Verdict,
    /// Why it was refused; `conditions` also where it was not.
    pub cause: Cause,
    /// Where it leads; only where allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_state: Option<String>,
    /// What else follows, sorted; only where allowed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<String>,
}

/// Why two policies cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DiffError {
    /// The two offers of an action read more conditions between them than can be enumerated.
    #[error(
        "`{action}` on `{kind}` in mode `{mode}` reads {conditions} conditions in both policies together, \
         compared are at most {allowed}"
    )]
    TooManyConditions {
        /// Mode.
        mode: String,
        /// Kind.
        kind: String,
        /// Action.
        action: String,
        /// How many.
        conditions: usize,
        /// How many can be compared.
        allowed: usize,
    },
}
