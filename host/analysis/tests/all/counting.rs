//! What is enumerated, and what is refused before anything is asked.

use std::fmt;

use interlock_analysis::{CheckError, Decide, Enumeration, Options, check};
use interlock_model::{Cause, Manifest, Outcome, Situation};

use crate::interpreter::Interpreter;
use crate::manifests::{condition, doors, empty, end, kind, offer, rule, state};

#[test]
fn every_state_is_counted_with_every_assignment_of_the_offer() {
    let manifest = doors();
    let enumeration = Enumeration::new(&manifest, 1_000).unwrap();
    // Doors have five states in both modes, windows two; there are six actions.
    let once = 2 * 6 * 5 + 2 * 6 * 2;
    // `remove` of doors reads one condition in both modes, `unlock` one and `lock` four at night.
    let more = 2 * 5 * (3 - 1) + 5 * (3 - 1) + 5 * (81 - 1);
    assert_eq!(enumeration.situations(), once + more);
    let summed: u64 = enumeration.triples().iter().map(|triple| triple.situations()).sum();
    assert_eq!(enumeration.situations(), summed);
}

#[test]
fn what_is_not_offered_refuses_for_the_cause_that_fits() {
    let manifest = doors();
    let enumeration = Enumeration::new(&manifest, 1_000).unwrap();
    let refusal = |mode: &str, kind: &str, state: &str, action: &str| {
        let (mode, kind) = (manifest.mode(mode).unwrap(), manifest.kind(kind).unwrap());
        let (state, action) = (manifest.state(kind, state).unwrap(), manifest.action(action).unwrap());
        let of = |triple: &&interlock_analysis::Triple<'_>| {
            (triple.mode, triple.kind, triple.action) == (mode, kind, action)
        };
        enumeration.triples().iter().find(of).unwrap().refusal(state)
    };
    assert_eq!(refusal("night", "door", "closed", "lock"), None);
    assert_eq!(refusal("night", "door", "open", "lock"), Some(Cause::NotFromState));
    assert_eq!(refusal("day", "door", "closed", "lock"), Some(Cause::NotInMode));
    assert_eq!(refusal("night", "window", "open", "remove"), Some(Cause::NotInMode));
    assert_eq!(refusal("night", "window", "open", "lock"), Some(Cause::NotInMode));
    assert_eq!(refusal("day", "window", "open", "lock"), Some(Cause::NotOffered));
}

#[test]
fn too_many_situations_name_the_count_and_the_offer_that_has_most() {
    let policy = Interpreter { manifest: doors() };
    let options = Options { max_situations: 500, ..Options::default() };
    let error = check(&policy, &options).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the policy has 514 situations, allowed are 500; `lock` on `door` in mode `night` alone has 405"
    );
    assert!(check(&policy, &Options { max_situations: 514, ..Options::default() }).is_ok());
}

#[test]
fn an_offer_of_any_length_is_counted_without_being_asked() {
    for (conditions, situations) in [(20, 3_486_784_401), (40, 12_157_665_459_056_928_801), (300, u64::MAX)] {
        let conditions: Vec<u16> = (0..conditions).collect();
        let manifest = Manifest {
            modes: vec!["only".into()],
            kinds: vec![kind("thing", &[0], vec![state("absent", &[0])])],
            actions: vec![crate::manifests::action("poke", interlock_model::ActionClass::Operation)],
            conditions: conditions.iter().map(|number| condition(&format!("c{number}"), &[])).collect(),
            offers: vec![offer((0, 0, 0), &conditions, 0, &[], vec![rule(&[0], 0, vec![end(None, 0)])])],
            ..empty()
        };
        let Err(CheckError::TooMany(error)) = check(&Mute(manifest), &Options::default()) else {
            panic!("{situations} situations were let through");
        };
        assert_eq!(error.situations, situations);
    }
}

#[test]
fn an_error_of_the_policy_is_passed_on_with_the_size_of_the_batch() {
    let error = check(&Mute(doors()), &Options::default()).unwrap_err();
    assert_eq!(error, CheckError::Decide { batch: 5, source: Silence });
    assert_eq!(error.to_string(), "the policy did not answer 5 situations that were asked at once");
}

#[test]
fn a_manifest_of_nothing_keeps_every_law() {
    let report = check(&Interpreter { manifest: empty() }, &Options::default()).unwrap();
    assert!(report.holds());
    assert_eq!((report.situations, report.asked), (0, 0));
}

/// A policy that never answers.
struct Mute(Manifest);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Silence;

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no answer")
    }
}

impl std::error::Error for Silence {}

impl Decide for Mute {
    type Error = Silence;

    fn manifest(&self) -> &Manifest {
        &self.0
    }

    fn decide_all(&self, _: &[Situation]) -> Result<Vec<Outcome>, Silence> {
        Err(Silence)
    }
}
