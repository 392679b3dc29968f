//! Every situation of both policies: the built-in laws hold, and library and component agree.
#![allow(clippy::unwrap_used, reason = "what a test needs is there, or the test fails")]

use std::num::NonZeroUsize;

use interlock_analysis::{Decide, Enumeration, Options, Report, assignment, check};
use interlock_model::Situation;
use interlock_tests::Native;

use crate::policies::{BACKUP, Both, TURNSTILE};

/// How many situations a policy may have.
const BUDGET: u32 = 1_000_000;

#[test]
fn the_built_in_laws_hold_for_the_backup_policy() {
    check_laws(&Native::backup());
}

#[test]
fn the_built_in_laws_hold_for_the_turnstile_policy() {
    check_laws(&Native::turnstile());
}

#[test]
fn the_built_in_laws_hold_for_the_components() {
    for policy in [&*BACKUP, &*TURNSTILE] {
        assert_holds(policy.component.name(), policy.component.report());
    }
}

#[test]
fn library_and_component_describe_themselves_alike() {
    for policy in [&*BACKUP, &*TURNSTILE] {
        assert_eq!(policy.native.manifest(), policy.component.manifest());
    }
}

#[test]
fn library_and_component_agree_on_every_situation_of_the_backup_policy() {
    compare(&BACKUP);
}

#[test]
fn library_and_component_agree_on_every_situation_of_the_turnstile_policy() {
    compare(&TURNSTILE);
}

fn check_laws(policy: &Native) {
    let options = Options { max_situations: BUDGET, batch: NonZeroUsize::new(4_096).unwrap() };
    let report = check(policy, &options).unwrap();
    println!("{}: {} situations", policy.manifest().name, report.situations);
    assert!(report.situations < u64::from(BUDGET), "{} situations", report.situations);
    assert_holds(&policy.manifest().name, &report);
}

fn assert_holds(name: &str, report: &Report) {
    let broken: Vec<String> = report.broken().map(|it| format!("`{}`: {it}", it.law)).collect();
    assert!(report.holds(), "{name} breaks laws:\n{}", broken.join("\n"));
}

/// Every cell with every assignment of its conditions, unknowns included.
fn compare(policy: &Both) {
    let manifest = policy.native.manifest();
    let enumeration = Enumeration::new(manifest, BUDGET).unwrap();
    let mut situations: Vec<Situation> = Vec::new();
    for triple in enumeration.triples() {
        for state in 0..triple.states {
            let assignments = 0..u32::try_from(triple.assignments()).unwrap();
            situations.extend(assignments.map(|index| triple.situation(state as u8, assignment(index))));
        }
    }
    assert_eq!(situations.len() as u64, enumeration.situations());
    for batch in situations.chunks(8_192) {
        let component = policy.component.decide_all(batch).unwrap();
        for (&situation, outcome) in batch.iter().zip(component) {
            assert_eq!(policy.native.decide(situation), outcome, "{situation:?}");
        }
    }
}
