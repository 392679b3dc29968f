//! Ways through the states of a kind.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use interlock_model::Verdict;

use super::judge::status;
use super::{AuthoredStatus, Breach, Instance};
use crate::laws::wording::Names;
use crate::words::joined;
use crate::{Answers, Witness};

/// (from, action, to), each with the situations that show it.
type Transitions = BTreeMap<(u8, u8, u8), Instance>;

/// Whether every way takes one of some actions; the shortest one that does not, if any.
pub(super) fn judge(
    answers: &Answers<'_>,
    modes: &[u8],
    kind: u8,
    ends: (&BTreeSet<u8>, &BTreeSet<u8>),
    passes: &BTreeSet<u8>,
) -> (u64, AuthoredStatus) {
    let names = Names::new(answers.manifest());
    let (mut judged, mut places) = (0, 0);
    let mut shortest: Option<Breach> = None;
    for &mode in modes {
        let (asked, transitions) = transitions(answers, mode, kind);
        if way(&transitions, ends, |_| true).is_none() {
            continue;
        }
        judged += asked;
        let Some(way) = way(&transitions, ends, |action| !passes.contains(&action)) else { continue };
        places += 1;
        if shortest.as_ref().is_some_and(|shortest| shortest.steps.len() <= way.len()) {
            continue;
        }
        let mut text = String::new();
        for (from, action, to) in &way {
            if text.is_empty() {
                text = names.state(kind, *from);
            }
            text = format!("{text} by {} to {}", names.action(*action), names.state(kind, *to));
        }
        let avoided: Vec<String> = passes.iter().map(|&action| names.action(action)).collect();
        let place = format!("{} in {}", names.kind(kind), names.mode(mode));
        let text = format!("{place} gets from {text} without {}", joined(&avoided, "or"));
        let steps = way.iter().filter_map(|step| transitions.get(step)).cloned().collect();
        shortest = Some(Breach { steps, text });
    }
    (judged, status(judged, places, shortest))
}

/// Every transition of a kind that an allowed situation shows, and how many situations there are.
fn transitions(answers: &Answers<'_>, mode: u8, kind: u8) -> (u64, Transitions) {
    let mut asked = 0;
    let mut transitions = Transitions::new();
    for cell in answers.cells().filter(|cell| cell.triple.mode == mode && cell.triple.kind == kind) {
        asked += cell.outcomes.len() as u64;
        for (outcome, &assignment) in cell.outcomes.iter().zip(cell.assignments) {
            let (Verdict::Allow, Some(next)) = (outcome.verdict, outcome.next_state) else { continue };
            let situation = cell.triple.situation(cell.state, assignment);
            let witness = Witness { situation, outcome: *outcome };
            let step = transitions.entry((cell.state, cell.triple.action, next));
            let step = step.or_insert_with(|| Instance { witness, alike: Vec::new() });
            step.alike.push(assignment);
            if situation.known.count_ones() < step.witness.situation.known.count_ones() {
                step.witness = witness;
            }
        }
    }
    (asked, transitions)
}

/// The shortest way of at least one step over the transitions of some actions.
fn way(
    transitions: &Transitions,
    (from, to): (&BTreeSet<u8>, &BTreeSet<u8>),
    takes: impl Fn(u8) -> bool,
) -> Option<Vec<(u8, u8, u8)>> {
    let mut arrived: BTreeMap<u8, (u8, u8, u8)> = BTreeMap::new();
    let mut open: VecDeque<u8> = from.iter().copied().collect();
    while let Some(state) = open.pop_front() {
        for &step in transitions.range((state, 0, 0)..=(state, u8::MAX, u8::MAX)).map(|(step, _)| step) {
            let (_, action, next) = step;
            if !takes(action) {
                continue;
            }
            if to.contains(&next) {
                let mut way = vec![step];
                while let Some(before) = way.last().and_then(|(state, ..)| arrived.get(state)) {
                    way.push(*before);
                }
                way.reverse();
                return Some(way);
            }
            if !from.contains(&next) && !arrived.contains_key(&next) {
                arrived.insert(next, step);
                open.push_back(next);
            }
        }
    }
    None
}
