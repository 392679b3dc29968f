use interlock_model::Verdict;

use super::cell::{Cell, bits};
use super::completions::{Completions, End};
use super::findings::Findings;
use super::total;
use crate::assignment::POWERS;
use crate::{Law, Witness};

/// A definite answer is that of every completion; an answer depends on precisely what can change it.
pub(crate) fn judge(cell: &Cell<'_>, completions: &Completions, findings: &mut Findings) {
    for (index, outcome) in cell.outcomes.iter().enumerate() {
        let support = completions.support(index);
        let depends = outcome.verdict == Verdict::Depends;
        let exact = if depends { support != 0 && support == outcome.reasons } else { support == 0 };
        let refines = depends || completions.end(index) == Some(End::of(outcome));
        if (exact && refines) || !total::is_sound(cell, outcome) {
            continue;
        }
        if !refines {
            cell.accuse(findings, Law::Refines, index, || contradiction(cell, index));
        }
        if !exact {
            cell.accuse(findings, Law::Exact, index, || match depends {
                true => misnamed(cell, index, support),
                false => undecided(cell, index, support),
            });
        }
    }
}

/// A definite answer, and a completion that ends otherwise.
fn contradiction(cell: &Cell<'_>, index: usize) -> (Vec<Witness>, String) {
    let end = End::of(&cell.outcomes[index]);
    match complete(index, cell.unknown(index)).find(|&other| End::of(&cell.outcomes[other]) != end) {
        Some(other) => (
            vec![cell.witness(other)],
            format!(", yet {} it {}", with(cell, index, other), told(cell, other)),
        ),
        None => (Vec::new(), String::new()),
    }
}

/// A definite answer, and two completions that differ in one condition and in how they end.
fn undecided(cell: &Cell<'_>, index: usize, support: u32) -> (Vec<Witness>, String) {
    let (witnesses, difference) = difference(cell, index, support.trailing_zeros());
    (witnesses, format!(", yet {difference}"))
}

/// Reasons of `depends` that are not what the answer depends on.
fn misnamed(cell: &Cell<'_>, index: usize, support: u32) -> (Vec<Witness>, String) {
    let reasons = cell.outcomes[index].reasons;
    let (idle, missing) = (reasons & !support, support & !reasons);
    if let Some(condition) = bits(missing).next() {
        let (witnesses, difference) = difference(cell, index, condition);
        return (witnesses, format!(" and not on {}, yet {difference}", name(cell, 1 << condition)));
    }
    let (_, known) = cell.assignments[index];
    let clause = match (idle & known, idle) {
        (0, 0) => String::new(),
        (0, idle) => format!(", yet {} cannot change the answer", name(cell, idle & idle.wrapping_neg())),
        (known, _) => format!(", yet {} is known", name(cell, known & known.wrapping_neg())),
    };
    (Vec::new(), clause)
}

/// Two completions that differ in one condition and in how they end; there are some where it can matter.
fn difference(cell: &Cell<'_>, index: usize, condition: u32) -> (Vec<Witness>, String) {
    let others = cell.unknown(index) & !(1 << condition);
    let power = POWERS[condition as usize] as usize;
    let mut pairs = complete(index, others).map(|rest| (rest, rest + power, rest + 2 * power));
    let ends_differ = |&(_, without, holding): &(usize, usize, usize)| {
        End::of(&cell.outcomes[without]) != End::of(&cell.outcomes[holding])
    };
    match pairs.find(ends_differ) {
        Some((rest, without, holding)) => {
            let given = if others == 0 { String::new() } else { with(cell, index, rest) + " " };
            let condition = name(cell, 1 << condition);
            let (if_false, if_true) = (told(cell, without), told(cell, holding));
            let text = format!("{given}it {if_false} if {condition} is false and {if_true} if it is true");
            (vec![cell.witness(without), cell.witness(holding)], text)
        }
        None => (Vec::new(), String::new()),
    }
}

/// The indexes of an assignment after `unknown` conditions of it have been made known in every way.
fn complete(index: usize, unknown: u32) -> impl Iterator<Item = usize> {
    let position = |bit: u32| POWERS[bit as usize] as usize;
    let all_false = index + bits(unknown).map(position).sum::<usize>();
    let subsets = std::iter::successors(Some(0u32), move |&subset| {
        Some(subset.wrapping_sub(unknown) & unknown).filter(|&next| next != 0)
    });
    subsets.map(move |holding| all_false + bits(holding).map(position).sum::<usize>())
}

/// What a completion makes known: "with `paid` false".
fn with(cell: &Cell<'_>, index: usize, completion: usize) -> String {
    let learnt = cell.assignments[completion].1 & !cell.assignments[index].1;
    cell.names.facts(cell.situation(completion), learnt, None)
}

fn told(cell: &Cell<'_>, index: usize) -> String {
    cell.answer(&cell.outcomes[index])
}

fn name(cell: &Cell<'_>, condition: u32) -> String {
    cell.names.conditions(cell.situation(0), condition)
}
