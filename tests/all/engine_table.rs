//! The table of a policy's decisions, and the policy without one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what a test needs is there, or the test fails")]

use interlock::{Engine, LoadError, Policy};
use interlock_analysis::{Enumeration, assignment};
use interlock_model::Situation;

use crate::engine_guests::guest;
use crate::policies::{BACKUP, TURNSTILE};

#[test]
fn the_table_says_what_the_component_says_on_every_situation() {
    let tabulated = [interlock_policies::BACKUP, interlock_policies::TURNSTILE].map(load);
    for (tabulated, both) in tabulated.iter().zip([&*BACKUP, &*TURNSTILE]) {
        assert!(tabulated.table().is_some() && both.component.table().is_none());
        for situations in every_situation(tabulated).chunks(8_192) {
            let looked_up = tabulated.decide_all(situations).unwrap();
            assert_eq!(looked_up, both.component.decide_all(situations).unwrap());
            let one_by_one: Vec<_> = situations.iter().map(|&s| tabulated.decide(s).unwrap()).collect();
            assert_eq!(one_by_one, looked_up);
        }
    }
}

#[test]
fn the_table_refuses_what_lies_outside_the_manifest_as_the_component_does() {
    let tabulated = load(interlock_policies::TURNSTILE);
    const ENDS: [u8; 7] = [0, 1, 2, 3, 4, 250, u8::MAX];
    for number in 0..ENDS.len().pow(4) {
        let [mode, kind, state, action] = [1, 7, 49, 343].map(|power| ENDS[number / power % ENDS.len()]);
        // Bits beyond the conditions of an action are ignored.
        for bits in [0, u32::MAX, 0xffff_fffe] {
            let situation = Situation { mode, kind, state, action, holds: bits, known: bits };
            let component = TURNSTILE.component.decide(situation).unwrap();
            assert_eq!(tabulated.decide(situation).unwrap(), component, "{situation:?}");
        }
    }
}

#[test]
fn a_policy_that_heeds_bits_it_must_ignore_gets_no_table() {
    let engine = Engine::new().unwrap();
    let error = engine.load(&guest("refused/heeds-other-bits.wat")).unwrap_err();
    assert!(matches!(error, LoadError::Laws { .. }), "{error}");
}

#[test]
fn table_bytes() {
    let bytes = load(interlock_policies::TURNSTILE).table().unwrap().bytes();
    let limited = |limit: usize| {
        let engine = Engine::builder().table_bytes(limit).build().unwrap();
        engine.load(interlock_policies::TURNSTILE).unwrap()
    };
    assert!(limited(bytes).table().is_some());
    for too_few in [bytes - 1, 1, 0] {
        let policy = limited(too_few);
        assert!(policy.table().is_none());
        assert!(policy.decide(Situation::default()).is_ok());
    }
}

fn load(component: &[u8]) -> Policy {
    Engine::new().unwrap().load(component).unwrap()
}

pub(crate) fn every_situation(policy: &Policy) -> Vec<Situation> {
    let enumeration = Enumeration::new(policy.manifest(), u32::MAX).unwrap();
    let mut situations = Vec::new();
    for triple in enumeration.triples() {
        for state in 0..triple.states {
            let assignments = 0..u32::try_from(triple.assignments()).unwrap();
            situations.extend(assignments.map(|index| triple.situation(state as u8, assignment(index))));
        }
    }
    situations
}
