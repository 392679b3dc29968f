use interlock_model::{Outcome, Situation};

use super::cell::Cell;
use super::findings::Findings;
use crate::{Law, Triple, Witness};

/// The same situation with every bit set that must be ignored: conditions beyond the offer's list known to
/// be true, and truth for what is not known.
pub(crate) fn disturbed(triple: &Triple<'_>, situation: Situation) -> Situation {
    let beyond_list = !super::cell::low_bits(triple.conditions());
    Situation { holds: situation.holds | !situation.known, known: situation.known | beyond_list, ..situation }
}

/// The outcomes of a cell are those that it has for [`disturbed`] situations.
pub(crate) fn judge_local(cell: &Cell<'_>, disturbed_outcomes: &[Outcome], findings: &mut Findings) {
    for (index, outcome) in differing(cell, disturbed_outcomes) {
        cell.accuse(findings, Law::Local, index, || {
            let situation = disturbed(cell.triple, cell.situation(index));
            let clause = format!(", but {} once bits are set that it must ignore", cell.answer(&outcome));
            (vec![Witness { situation, outcome }], clause)
        });
    }
}

/// The outcomes of a cell are those that it has when asked again.
pub(crate) fn judge_pure(cell: &Cell<'_>, outcomes_again: &[Outcome], findings: &mut Findings) {
    for (index, outcome) in differing(cell, outcomes_again) {
        cell.accuse(findings, Law::Pure, index, || {
            let clause = format!(", but {} when asked again", cell.answer(&outcome));
            (vec![Witness { situation: cell.situation(index), outcome }], clause)
        });
    }
}

fn differing<'a>(cell: &'a Cell<'_>, others: &'a [Outcome]) -> impl Iterator<Item = (usize, Outcome)> + 'a {
    let pairs = cell.outcomes.iter().zip(others).enumerate();
    pairs.filter(|(_, (outcome, other))| outcome != other).map(|(index, (_, other))| (index, *other))
}
