use std::collections::BTreeSet;

use interlock_model::Verdict;

use super::cell::Cell;
use super::completions::Completions;
use super::findings::{Findings, Key};
use super::wording::Names;
use crate::Law;
use crate::words::joined;

/// The steps that complete situations allow.
#[derive(Default)]
pub(crate) struct Transitions {
    /// (mode, kind, from, to)
    steps: BTreeSet<(u8, u8, u8, u8)>,
}

impl Transitions {
    /// Notes the steps that a cell allows.
    pub(crate) fn note(&mut self, cell: &Cell<'_>, completions: &Completions) {
        let allowed = completions.ends().filter(|end| end.verdict == Verdict::Allow);
        for next in allowed.filter_map(|end| end.next_state) {
            self.steps.insert((cell.triple.mode, cell.triple.kind, cell.state, next));
        }
    }

    /// In each mode and kind, steps lead from the first state to every other and back; those that are only
    /// observed are exempt, and may lie on the way.
    pub(crate) fn judge(&self, names: Names<'_>, findings: &mut Findings) {
        for (mode, _) in (0..=u8::MAX).zip(&names.manifest.modes) {
            for (kind, info) in (0..=u8::MAX).zip(&names.manifest.kinds) {
                if !info.modes.contains(&mode) {
                    continue;
                }
                let steps = self.steps.range((mode, kind, 0, 0)..=(mode, kind, u8::MAX, u8::MAX));
                let steps: Vec<(u8, u8)> = steps.map(|&(_, _, from, to)| (from, to)).collect();
                let back: Vec<(u8, u8)> = steps.iter().map(|&(from, to)| (to, from)).collect();
                let place = || format!("{} in {}", names.kind(kind), names.mode(mode));
                let first = names.state(kind, 0);
                let required = || {
                    let states = (0..=u8::MAX).zip(&info.states);
                    states.filter(|(_, info)| info.modes.contains(&mode) && !info.observed_only)
                };
                let missing = |reached: [bool; 256]| -> Vec<String> {
                    let missing = required().filter(|&(state, _)| !reached[usize::from(state)]);
                    missing.map(|(state, _)| names.state(kind, state)).collect()
                };
                let no_way_in = missing(reached(&steps));
                if !no_way_in.is_empty() {
                    findings.add(Law::Reachable, Key::MANIFEST, || {
                        let states = joined(&no_way_in, "or");
                        (Vec::new(), format!("no way leads from {first} to {states} of {}", place()))
                    });
                }
                let no_way_out = missing(reached(&back));
                if !no_way_out.is_empty() {
                    findings.add(Law::Reachable, Key::MANIFEST, || {
                        let states = joined(&no_way_out, "or");
                        (Vec::new(), format!("no way leads from {states} of {} back to {first}", place()))
                    });
                }
            }
        }
    }
}

/// The states that steps lead to from the first one, itself among them.
fn reached(steps: &[(u8, u8)]) -> [bool; 256] {
    let mut reached = [false; 256];
    let mut open = vec![0u8];
    while let Some(state) = open.pop() {
        if !std::mem::replace(&mut reached[usize::from(state)], true) {
            open.extend(steps.iter().filter(|&&(from, _)| from == state).map(|&(_, to)| to));
        }
    }
    reached
}
