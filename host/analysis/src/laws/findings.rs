use interlock_model::Situation;

use crate::{Counterexample, Law, LawReport, Status, Witness};

/// What was found against each law: how often, and the smallest case.
#[derive(Default)]
pub(crate) struct Findings {
    found: [Option<Found>; Law::ALL.len()],
}

struct Found {
    places: u64,
    key: Key,
    counterexample: Counterexample,
}

/// How small a case is: few known conditions first, then the order of the enumeration.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    known: u32,
    triple: (u8, u8, u8),
    state: u8,
    index: usize,
}

impl Key {
    /// A case that speaks of the manifest, not of a situation.
    pub(crate) const MANIFEST: Self = Self { known: 0, triple: (0, 0, 0), state: 0, index: 0 };

    /// - `index`: of the assignment.
    pub(crate) fn new(situation: Situation, index: usize) -> Self {
        let Situation { mode, kind, state, action, known, .. } = situation;
        Self { known: known.count_ones(), triple: (mode, kind, action), state, index }
    }
}

impl Findings {
    /// Adds a case against a law. `describe` runs only where the case is the smallest so far.
    pub(crate) fn add(&mut self, law: Law, key: Key, describe: impl FnOnce() -> (Vec<Witness>, String)) {
        let found = &mut self.found[law as usize];
        let places = found.as_ref().map_or(0, |found| found.places) + 1;
        match found {
            Some(smaller) if smaller.key <= key => smaller.places = places,
            _ => {
                let (witnesses, text) = describe();
                *found = Some(Found { places, key, counterexample: Counterexample { law, witnesses, text } });
            }
        }
    }

    /// What came of each law.
    ///
    /// - `complete`: whether every law was checked to its end.
    pub(crate) fn reports(self, complete: bool) -> Vec<LawReport> {
        let status = |found| match found {
            Some(Found { places, counterexample, .. }) => Status::Broken { places, counterexample },
            None if complete => Status::Holds,
            None => Status::Unchecked,
        };
        let laws = Law::ALL.into_iter().zip(self.found);
        laws.map(|(law, found)| LawReport { law, status: status(found) }).collect()
    }
}
