use interlock_model::{Cause, Outcome, Situation};

use super::findings::{Findings, Key};
use super::fixed_causes;
use super::wording::Names;
use crate::{Law, Triple, Witness};

/// One (mode, kind, state, action) with the outcomes of all its assignments.
pub(crate) struct Cell<'a> {
    pub(crate) names: Names<'a>,
    pub(crate) triple: &'a Triple<'a>,
    pub(crate) state: u8,
    /// `(holds, known)` by index of the assignment.
    pub(crate) assignments: &'a [(u32, u32)],
    /// By index of the assignment.
    pub(crate) outcomes: &'a [Outcome],
    /// The fixed cause for which the manifest has the cell refuse, whatever is known.
    pub(crate) refusal: Option<Cause>,
}

impl<'a> Cell<'a> {
    pub(crate) fn new(
        names: Names<'a>,
        triple: &'a Triple<'a>,
        state: u8,
        assignments: &'a [(u32, u32)],
        outcomes: &'a [Outcome],
    ) -> Self {
        Self { names, triple, state, assignments, outcomes, refusal: triple.refusal(state) }
    }

    /// The conditions of the offer, as bits.
    pub(crate) fn conditions(&self) -> u32 {
        low_bits(self.triple.conditions())
    }

    /// The conditions that only select, as bits.
    pub(crate) fn selectors(&self) -> u32 {
        self.triple.offer.map_or(0, |offer| offer.selectors)
    }

    pub(crate) fn unknown(&self, index: usize) -> u32 {
        self.conditions() & !self.assignments[index].1
    }

    /// The conditions known to be false, as bits.
    pub(crate) fn refuted(&self, index: usize) -> u32 {
        let (holds, known) = self.assignments[index];
        known & !holds
    }

    /// Whether every outcome is the refusal that the manifest demands: then every law about it holds.
    pub(crate) fn refuses_throughout(&self) -> bool {
        self.refusal.is_some_and(|cause| {
            let refusal = fixed_causes::refusal(cause);
            self.outcomes.iter().all(|outcome| *outcome == refusal)
        })
    }

    pub(crate) fn situation(&self, index: usize) -> Situation {
        self.triple.situation(self.state, self.assignments[index])
    }

    pub(crate) fn witness(&self, index: usize) -> Witness {
        Witness { situation: self.situation(index), outcome: self.outcomes[index] }
    }

    /// Adds a case against a law: the situation and its answer, then `at_odds`, a clause and what it speaks of.
    pub(crate) fn accuse(
        &self,
        findings: &mut Findings,
        law: Law,
        index: usize,
        at_odds: impl FnOnce() -> (Vec<Witness>, String),
    ) {
        let situation = self.situation(index);
        findings.add(law, Key::new(situation, index), || {
            let (others, clause) = at_odds();
            let witness = self.witness(index);
            let text =
                format!("{} {}{clause}", self.names.situation(situation), self.answer(&witness.outcome));
            ([vec![witness], others].concat(), text)
        });
    }

    /// An outcome as a clause: "is allowed and leads to `unlocked`".
    pub(crate) fn answer(&self, outcome: &Outcome) -> String {
        self.names.answer(self.situation(0), outcome)
    }
}

/// That many ones, at most 32.
pub(crate) fn low_bits(count: usize) -> u32 {
    u32::try_from(count).ok().and_then(|count| 1u32.checked_shl(count)).map_or(u32::MAX, |bit| bit - 1)
}

/// The positions of the bits of a mask, ascending.
pub(crate) fn bits(mask: u32) -> impl Iterator<Item = u32> {
    (0..u32::BITS).filter(move |bit| mask >> bit & 1 != 0)
}
