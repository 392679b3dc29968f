use interlock_model::{Cause, Outcome, Verdict};

use super::cell::{Cell, bits};
use super::completions::Completions;
use super::findings::Findings;
use super::total;
use crate::assignment::POWERS;
use crate::{Law, Witness};

/// A denial for conditions names those that are false and refuse, all of them and nothing else.
pub(crate) fn judge(cell: &Cell<'_>, completions: &Completions, findings: &mut Findings) {
    for (index, outcome) in cell.outcomes.iter().enumerate() {
        if !denies(outcome) {
            continue;
        }
        match fault(cell, completions, index) {
            Some(fault) if total::is_sound(cell, outcome) => {
                cell.accuse(findings, Law::DenyReasons, index, || (Vec::new(), fault.clause(cell)));
            }
            None if cell.unknown(index) == 0 => judge_complete(cell, index, findings),
            _ => {}
        }
    }
}

/// What is wrong with the reasons of one denial; a bit each.
enum Fault {
    NotFalse { condition: u32, known: bool },
    Selector(u32),
    LeavesOut(u32),
    Idle(u32),
}

fn fault(cell: &Cell<'_>, completions: &Completions, index: usize) -> Option<Fault> {
    let reasons = cell.outcomes[index].reasons;
    let refuted = cell.refuted(index);
    let not_false = lowest(reasons & !refuted);
    if not_false != 0 {
        return Some(Fault::NotFalse { condition: not_false, known: cell.unknown(index) & not_false == 0 });
    }
    let selector = lowest(reasons & cell.selectors());
    if selector != 0 {
        return Some(Fault::Selector(selector));
    }
    // Which conditions refuse is told by the completions, so where there is only one it is its own measure.
    let refusing = completions.refusing(index) & refuted;
    match (lowest(refusing & !reasons), lowest(reasons & !refusing)) {
        (0, 0) => None,
        (0, idle) => Some(Fault::Idle(idle)),
        (left_out, _) => Some(Fault::LeavesOut(left_out)),
    }
}

impl Fault {
    fn clause(&self, cell: &Cell<'_>) -> String {
        match *self {
            Self::NotFalse { condition, known: true } => format!(", yet {} is true", name(cell, condition)),
            Self::NotFalse { condition, known: false } => {
                format!(", yet {} is unknown", name(cell, condition))
            }
            Self::Selector(selector) => format!(", yet {} only selects", name(cell, selector)),
            Self::LeavesOut(condition) => {
                format!(" and leaves out {}, which is false too", name(cell, condition))
            }
            Self::Idle(condition) => {
                format!(", yet no completion is denied because of {}", name(cell, condition))
            }
        }
    }
}

/// Where everything is known, making one reason true leaves the others, and none left is allowed.
fn judge_complete(cell: &Cell<'_>, index: usize, findings: &mut Findings) {
    let reasons = cell.outcomes[index].reasons;
    for condition in bits(reasons) {
        let mended = index + POWERS[condition as usize] as usize;
        let Some(outcome) = cell.outcomes.get(mended) else { continue };
        let left = reasons & !(1 << condition);
        let as_claimed = match left {
            0 => outcome.verdict == Verdict::Allow,
            _ => denies(outcome) && outcome.reasons == left,
        };
        if !as_claimed {
            cell.accuse(findings, Law::DenyReasons, index, || {
                let answer = cell.answer(outcome);
                let clause = format!(", yet with {} made true it {answer}", name(cell, 1 << condition));
                (vec![Witness { situation: cell.situation(mended), outcome: *outcome }], clause)
            });
        }
    }
}

fn denies(outcome: &Outcome) -> bool {
    outcome.verdict == Verdict::Deny && outcome.cause == Cause::Conditions
}

fn lowest(mask: u32) -> u32 {
    mask & mask.wrapping_neg()
}

fn name(cell: &Cell<'_>, condition: u32) -> String {
    cell.names.conditions(cell.situation(0), condition)
}
