//! Transitions and paths, held against what the policy answers.

use std::collections::BTreeSet;

use interlock_analysis::sheet::{Selection, Sheet};
use interlock_analysis::{Enumeration, shortest_paths, transitions};
use interlock_model::{Situation, Verdict};
use proptest::prelude::*;

use crate::interpreter::Interpreter;
use crate::manifests::doors;
use crate::random::manifests;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn transitions_are_exactly_what_the_policy_allows(manifest in manifests()) {
        let policy = Interpreter { manifest: manifest.clone() };
        let mut told = BTreeSet::new();
        for sheet in Selection::default().sheets(&manifest) {
            for way in transitions(&manifest, sheet) {
                // Whatever else may turn out, what it names is enough.
                let situation = Situation {
                    mode: sheet.mode,
                    kind: sheet.kind,
                    state: way.from,
                    action: way.offer.action,
                    holds: way.holds,
                    known: way.holds | way.fails,
                };
                let outcome = policy.decide(situation);
                prop_assert_eq!(outcome.verdict, Verdict::Allow, "{:?}", way);
                prop_assert_eq!((outcome.next_state, outcome.effects), (Some(way.to), way.effects()));
                told.insert((sheet.mode, sheet.kind, way.offer.action, way.from, way.to, way.effects()));
            }
        }
        prop_assert_eq!(told, allowed(&policy));
    }

    #[test]
    fn every_shortest_path_is_told_once_and_nothing_else(manifest in manifests()) {
        let policy = Interpreter { manifest: manifest.clone() };
        let steps: BTreeSet<_> =
            allowed(&policy).into_iter().map(|(mode, kind, action, from, to, _)| (mode, kind, from, action, to)).collect();
        for sheet in Selection::default().sheets(&manifest) {
            let steps: Vec<Taken> = steps
                .iter()
                .filter(|(mode, kind, ..)| (*mode, *kind) == (sheet.mode, sheet.kind))
                .map(|&(_, _, from, action, to)| (from, action, to))
                .collect();
            let states = manifest.kinds[usize::from(sheet.kind)].states.len() as u8;
            for (from, to) in (0..states).flat_map(|from| (0..states).map(move |to| (from, to))) {
                let wanted = walked(&steps, from, to, states);
                let paths = shortest_paths(&manifest, sheet, from, to, usize::MAX);
                let told: Vec<Vec<_>> = paths
                    .paths
                    .iter()
                    .map(|path| path.iter().map(|step| (step.from, step.action, step.to)).collect())
                    .collect();
                prop_assert_eq!(paths.length, wanted.first().map(Vec::len));
                prop_assert_eq!(paths.count, wanted.len() as u64);
                prop_assert_eq!(told, wanted);
                let few = shortest_paths(&manifest, sheet, from, to, 1);
                prop_assert_eq!(few.paths.len(), paths.paths.len().min(1));
                prop_assert_eq!((few.length, few.count), (paths.length, paths.count));
            }
        }
    }
}

#[test]
fn ways_of_one_action_between_two_states_are_one_step() {
    let manifest = doors();
    let [door, night] = [0, 1];
    let [closed, locked] = [2, 3];
    let paths = shortest_paths(&manifest, Sheet { kind: door, mode: night }, closed, locked, 10);
    assert_eq!((paths.length, paths.count), (Some(1), 1));
    let ways: Vec<(u32, u32)> = paths.paths[0][0].ways.iter().map(|way| (way.holds, way.fails)).collect();
    // With the alarm, which must work; or without it, if nobody is inside.
    assert_eq!(ways, [(0b1101, 0), (0b11, 0b100)]);
}

#[test]
fn states_that_do_not_exist_are_led_to_by_nothing() {
    let sheet = Sheet { kind: 0, mode: 0 };
    assert_eq!(shortest_paths(&doors(), sheet, 0, 200, 10).length, None);
    assert_eq!(shortest_paths(&doors(), Sheet { kind: 9, mode: 0 }, 0, 0, 10).length, None);
}

/// Mode, kind, action, state, next state and effects of everything that is allowed when all is known.
fn allowed(policy: &Interpreter) -> BTreeSet<(u8, u8, u8, u8, u8, u32)> {
    let enumeration = Enumeration::new(&policy.manifest, u32::MAX).unwrap();
    let mut allowed = BTreeSet::new();
    for triple in enumeration.triples() {
        let known = (1 << triple.conditions()) - 1;
        for state in 0..triple.states as u8 {
            for holds in 0..=known {
                let outcome = policy.decide(triple.situation(state, (holds, known)));
                if outcome.verdict == Verdict::Allow {
                    let to = outcome.next_state.unwrap();
                    allowed.insert((triple.mode, triple.kind, triple.action, state, to, outcome.effects));
                }
            }
        }
    }
    allowed
}

/// State, action, next state.
type Taken = (u8, u8, u8);

/// Every shortest sequence of steps, in their order, by trying out all sequences.
fn walked(steps: &[Taken], from: u8, to: u8, states: u8) -> Vec<Vec<Taken>> {
    let mut open: Vec<(u8, Vec<Taken>)> = vec![(from, Vec::new())];
    for _ in 0..states {
        let there: Vec<_> =
            open.iter().filter(|(state, _)| *state == to).map(|(_, path)| path.clone()).collect();
        if !there.is_empty() {
            return there;
        }
        open = open
            .iter()
            .flat_map(|(state, path)| {
                let next = steps.iter().filter(move |(from, ..)| from == state);
                next.map(move |&step| (step.2, [path.as_slice(), &[step]].concat()))
            })
            .collect();
    }
    Vec::new()
}
