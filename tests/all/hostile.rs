//! Hostile guests: each is refused when it is loaded, or contained when it is called, and the host goes on.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what a test needs is there, or the test fails")]

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Duration;

use interlock::model::{Cause, Situation, SurveyQuery, UnpackError, Verdict};
use interlock::{
    Breach, CallError, Engine, EvaluateError, LoadError, NotComponent, Policy, ShapeError, Step,
};

use crate::engine_guests::{door, folder, guest};

/// Guests that are never let in, with the error that says so.
const REFUSED: &[(&str, Refusal)] = &[
    ("core-module", |e| matches!(e, LoadError::NotComponent(NotComponent::CoreModule))),
    ("no-contract", |e| matches!(e, LoadError::Contract { found: None, .. })),
    ("another-contract", |e| matches!(e, LoadError::Contract { found: Some(found), .. } if found == "0.3.0")),
    ("import", |e| matches!(e, LoadError::Shape(ShapeError::Import { .. }))),
    ("core-import", |e| matches!(e, LoadError::Shape(ShapeError::CoreModules { observed: 2 }))),
    ("builtin-import", |e| matches!(e, LoadError::Shape(ShapeError::Import { .. }))),
    ("no-core-module", |e| matches!(e, LoadError::Shape(ShapeError::CoreModules { observed: 0 }))),
    ("two-core-modules", |e| matches!(e, LoadError::Shape(ShapeError::CoreModules { observed: 2 }))),
    ("large-memory", |e| matches!(e, LoadError::Shape(ShapeError::Memory { asked: 0x800_0000, .. }))),
    ("two-memories", |e| matches!(e, LoadError::Shape(ShapeError::Memories { observed: 2 }))),
    ("large-table", |e| matches!(e, LoadError::Shape(ShapeError::TableElements { asked: 1_000_000, .. }))),
    ("many-tables", |e| matches!(e, LoadError::Shape(ShapeError::Tables { observed: 5, .. }))),
    ("one-module-twice", |e| matches!(e, LoadError::Compile { .. })),
    ("invalid-code", |e| matches!(e, LoadError::Compile { .. })),
    ("no-functions", |e| matches!(e, LoadError::Interface { .. })),
    ("other-types", |e| matches!(e, LoadError::Interface { .. })),
    ("loops-in-start", |e| matches!(e, LoadError::Instantiate { source: CallError::Deadline { .. } })),
    ("traps-in-start", |e| matches!(e, LoadError::Instantiate { source: CallError::Trap { .. } })),
    ("grows-in-start", |e| matches!(e, LoadError::Instantiate { source: CallError::Memory { .. } })),
    ("recurses-in-start", |e| matches!(e, LoadError::Instantiate { source: CallError::Stack { .. } })),
    ("loops-in-describe", |e| matches!(e, LoadError::Describe { source: CallError::Deadline { .. } })),
    ("traps-in-describe", |e| matches!(e, LoadError::Describe { source: CallError::Trap { .. } })),
    ("loops-in-texts", |e| matches!(e, LoadError::Describe { source: CallError::Deadline { .. } })),
    ("amplified-manifest", |e| matches!(e, LoadError::Describe { source: CallError::AnswerTooLarge { .. } })),
    ("overlong-manifest", |e| matches!(e, LoadError::Describe { source: CallError::Malformed { .. } })),
    ("manifest-beyond-memory", |e| matches!(e, LoadError::Describe { source: CallError::Malformed { .. } })),
    ("no-utf8-manifest", |e| matches!(e, LoadError::Describe { source: CallError::Malformed { .. } })),
    ("giant-manifest", |e| matches!(e, LoadError::ManifestTooLarge { observed: 300, allowed: 256, .. })),
    ("eleven-conditions", |e| matches!(e, LoadError::ManifestTooLarge { observed: 11, allowed: 10, .. })),
    ("inconsistent-manifest", |e| matches!(e, LoadError::Manifest { .. })),
    ("loops-in-decide-all", |e| matches!(e, LoadError::Unanswered { source: CallError::Deadline { .. } })),
    ("loses-answers", |e| breaks(e, "total")),
    ("no-such-state", |e| breaks(e, "total")),
    ("impure", |e| breaks(e, "pure")),
    ("heeds-other-bits", |e| breaks(e, "local")),
    ("two-faced", |e| breaks(e, "pure")),
    ("turns-around", |e| breaks(e, "refines")),
    ("untruthful", |e| breaks(e, "truthful")),
];

/// Guests that are let in and turn when they are provoked: by whom, and how it ends.
const CONTAINED: &[(&str, Provocation, Failure)] = &[
    ("evaluate-loops", EVALUATE, |e| matches!(e, CallError::Deadline { .. })),
    ("post-return-loops", EVALUATE, |e| matches!(e, CallError::Deadline { .. })),
    ("realloc-loops", LONG_ID, |e| matches!(e, CallError::Deadline { .. })),
    ("survey-loops", SURVEY, |e| matches!(e, CallError::Deadline { .. })),
    ("decide-loops", DECIDE, |e| matches!(e, CallError::Deadline { .. })),
    ("decide-all-loops", DECIDE_ALL, |e| matches!(e, CallError::Deadline { .. })),
    ("grows", EVALUATE, |e| matches!(e, CallError::Memory { asked: 0x402_0000, allowed: 0x400_0000 })),
    ("grows-table", EVALUATE, |e| matches!(e, CallError::Table { asked: 10_001, allowed: 10_000 })),
    ("recurses", EVALUATE, |e| matches!(e, CallError::Stack { .. })),
    ("traps", EVALUATE, |e| matches!(e, CallError::Trap { .. })),
    ("divides-by-zero", EVALUATE, |e| matches!(e, CallError::Trap { .. })),
    ("reads-outside", EVALUATE, |e| matches!(e, CallError::Trap { .. })),
    ("realloc-outside", LONG_ID, |e| matches!(e, CallError::Malformed { .. })),
    ("answers-outside", EVALUATE, |e| matches!(e, CallError::Malformed { .. })),
    ("misaligned", EVALUATE, |e| matches!(e, CallError::Malformed { .. })),
    ("no-utf8", EVALUATE, |e| matches!(e, CallError::Malformed { .. })),
    ("no-such-verdict", EVALUATE, |e| matches!(e, CallError::Malformed { .. })),
    ("overlong-list", EVALUATE, |e| matches!(e, CallError::Malformed { .. })),
    ("amplified-list", EVALUATE, |e| matches!(e, CallError::AnswerTooLarge { .. })),
    ("forges-state", EVALUATE_ALLOWED, |e| unknown(e, "next state", "door")),
    ("forges-reason", EVALUATE, |e| unknown(e, "reason", "evil")),
    ("forges-effect", EVALUATE_ALLOWED, |e| unknown(e, "effect", "evil")),
    ("refuses-for-nothing", EVALUATE, |e| lacks(e, Verdict::Depends)),
    ("allows-nowhere", EVALUATE_ALLOWED, |e| lacks(e, Verdict::Allow)),
    ("knows-everything", EVALUATE_UNKNOWN, |e| matches!(e, CallError::Breach(Breach::Unasked { .. }))),
    ("observes-outside", OBSERVE, |e| {
        matches!(e, CallError::Breach(Breach::Index { observed: 9, count: 2, .. }))
    }),
    ("observes-another", OBSERVE, |e| {
        matches!(e, CallError::Breach(Breach::NotAsked { observed: 1, asked: 0, .. }))
    }),
    ("survey-loses", SURVEY, |e| matches!(e, CallError::Breach(Breach::Count { observed: 1, asked: 2 }))),
    ("survey-points-outside", SURVEY, |e| {
        matches!(e, CallError::Breach(Breach::NotAsked { observed: 4000, .. }))
    }),
    ("survey-beyond-list", SURVEY, |e| matches!(e, CallError::Breach(Breach::Superfluous { .. }))),
    ("decide-outside", DECIDE_ALLOWED, |e| {
        matches!(e, CallError::Breach(Breach::Index { observed: 77, .. }))
    }),
    ("decide-beyond-reasons", DECIDE, |e| {
        matches!(e, CallError::Breach(Breach::Mask { observed: 0xf0, count: 1, .. }))
    }),
    ("decide-beyond-effects", DECIDE_ALLOWED, |e| {
        matches!(e, CallError::Breach(Breach::Mask { observed: 0xf0, .. }))
    }),
    ("decide-nowhere", DECIDE_ALLOWED, |e| lacks(e, Verdict::Allow)),
    ("decide-reasons-on-allow", DECIDE_ALLOWED, |e| {
        matches!(e, CallError::Breach(Breach::Superfluous { .. }))
    }),
    ("decide-unoffered", DECIDE_UNOFFERED, |e| {
        matches!(e, CallError::Breach(Breach::Offer { offered: false, .. }))
    }),
    ("packed-loops", EVALUATE, |e| matches!(e, CallError::Deadline { .. })),
    ("packed-garbage", EVALUATE, |e| matches!(e, CallError::Breach(Breach::Packed(UnpackError::Unreadable)))),
    ("packed-amplified", EVALUATE, |e| {
        matches!(e, CallError::Breach(Breach::Packed(UnpackError::TooLarge { allowed: 0x100_0000 })))
    }),
    ("packed-forges-state", EVALUATE_ALLOWED, |e| unknown(e, "next state", "door")),
    ("packed-survey-loses", SURVEY, |e| {
        matches!(e, CallError::Breach(Breach::Count { observed: 1, asked: 2 }))
    }),
    ("packed-survey-verdict", SURVEY, |e| {
        matches!(e, CallError::Breach(Breach::Packed(UnpackError::Unreadable)))
    }),
    ("decide-all-loses", DECIDE_ALL, |e| {
        matches!(e, CallError::Breach(Breach::Count { observed: 0, asked: 1 }))
    }),
];

/// Let in as well, but for this one there is a test of its own.
const TURNS_LATER: &str = "turns-later";

type Refusal = fn(&LoadError) -> bool;
type Failure = fn(&CallError) -> bool;
type Provocation = fn(&Policy) -> Result<(), EvaluateError>;

const EVALUATE: Provocation =
    |policy| policy.evaluate(&named("evil", door("open", "remove", None))).map(drop);
const EVALUATE_ALLOWED: Provocation =
    |policy| policy.evaluate(&named("evil", door("absent", "install", None))).map(drop);
const EVALUATE_UNKNOWN: Provocation = |policy| {
    let mut request = named("evil", door("absent", "install", None));
    request.mode = "upside-down".to_owned();
    policy.evaluate(&request).map(drop)
};
const LONG_ID: Provocation =
    |policy| policy.evaluate(&named(&"x".repeat(666), door("open", "remove", None))).map(drop);
const OBSERVE: Provocation =
    |policy| policy.observe(&named("evil", door("absent", "install", None))).map(drop);
const SURVEY: Provocation = |policy| policy.survey(&survey_of("evil")).map(drop);
const DECIDE: Provocation = |policy| Ok(policy.decide(provoking(OPEN, REMOVE)).map(drop)?);
const DECIDE_ALLOWED: Provocation = |policy| Ok(policy.decide(provoking(ABSENT, INSTALL)).map(drop)?);
const DECIDE_UNOFFERED: Provocation = |policy| Ok(policy.decide(provoking(ABSENT, REMOVE)).map(drop)?);
const DECIDE_ALL: Provocation = |policy| Ok(policy.decide_all(&[provoking(OPEN, REMOVE)]).map(drop)?);

const ABSENT: u8 = 0;
const OPEN: u8 = 1;
const INSTALL: u8 = 0;
const REMOVE: u8 = 1;

#[test]
fn each_refused_guest_is_refused_for_its_own_reason_and_the_engine_goes_on() {
    let engine = engine();
    let mut read = String::new();
    for (name, expected) in REFUSED {
        let error = engine.load(&guest(&format!("refused/{name}.wat"))).expect_err(name);
        assert!(expected(&error), "{name}: {}", chain(&error));
        assert_answers(&engine.load(&guest("honest.wat")).unwrap());
        read += &format!("{name}\n  {}: {}\n", error.step(), without_time(&chain(&error)));
    }
    insta::assert_snapshot!("refused", read);
}

#[test]
fn each_contained_guest_fails_its_call_closed_and_answers_the_next_one() {
    let engine = engine();
    let mut read = String::new();
    for (name, provoke, expected) in CONTAINED {
        let policy = engine.load(&guest(&format!("contained/{name}.wat"))).expect(name);
        assert_answers(&policy);
        match provoke(&policy) {
            Err(EvaluateError::Call(error)) => {
                assert!(expected(&error), "{name}: {}", chain(&error));
                read += &format!("{name}\n  {}\n", without_time(&chain(&error)));
            }
            other => panic!("{name}: {other:?}"),
        }
        assert_answers(&policy);
        assert_answers(&engine.load(&guest("honest.wat")).unwrap());
    }
    insta::assert_snapshot!("contained", read);
}

#[test]
fn a_contained_guest_does_not_disturb_calls_on_other_threads() {
    let engine = engine();
    for (name, provoke, _) in
        CONTAINED.iter().filter(|(name, ..)| ["traps", "recurses", "grows"].contains(name))
    {
        let policy = engine.load(&guest(&format!("contained/{name}.wat"))).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| (0..50).for_each(|_| assert!(provoke(&policy).is_err(), "{name}")));
                scope.spawn(|| (0..50).for_each(|_| assert_answers(&policy)));
            }
        });
    }
}

#[test]
fn a_guest_that_remembers_is_made_to_forget_by_fresh_instances() {
    let bytes = guest(&format!("contained/{TURNS_LATER}.wat"));
    let refused = Situation { state: OPEN, action: REMOVE, known: 1, ..Situation::default() };
    let turned =
        |policy: &Policy| (0..20_000).any(|_| policy.decide(refused).unwrap().verdict == Verdict::Allow);
    let fresh = Engine::builder().table_bytes(0).idle_instances(0).build().unwrap();
    assert!(turned(&engine().load(&bytes).unwrap()), "a kept instance can count");
    assert!(!turned(&fresh.load(&bytes).unwrap()), "a fresh one cannot");
    let tabulated = Engine::new().unwrap().load(&bytes).unwrap();
    assert!(!turned(&tabulated), "nor can one that is not asked");
}

#[test]
fn garbage_and_every_part_of_a_component_are_refused() {
    let engine = engine();
    let whole = guest("honest.wat");
    for garbage in [&b""[..], b"\0", b"garbage", &[0xff; 4096], b"(component)"] {
        let error = engine.load(garbage).unwrap_err();
        assert!(matches!(error, LoadError::NotComponent(NotComponent::NotWasm)), "{}", chain(&error));
    }
    for length in 4..whole.len() {
        match engine.load(&whole[..length]) {
            // Cut between two sections it is a whole component, only without what makes it a policy,
            Err(error) => assert!(error.step() <= Step::Shape, "{length} bytes: {}", chain(&error)),
            // or without the names of tools that stand behind the policy.
            Ok(policy) => assert_answers(&policy),
        }
    }
}

#[test]
fn every_guest_is_tested_and_listed_in_the_readme() {
    let readme = fs::read_to_string(folder().join("README.md")).unwrap();
    let refused = REFUSED.iter().map(|(name, _)| format!("refused/{name}.wat"));
    let contained = CONTAINED.iter().map(|(name, ..)| *name).chain([TURNS_LATER]);
    let tested: BTreeSet<_> = refused.chain(contained.map(|name| format!("contained/{name}.wat"))).collect();
    assert_eq!(files("refused").chain(files("contained")).collect::<BTreeSet<_>>(), tested);
    for file in tested {
        assert!(readme.contains(&format!("| [`{file}`]({file}) |")), "the README does not list {file}");
    }
}

/// Short deadlines, so that what loops is soon over; the other limits at their defaults.
/// Without tables, so that `decide` reaches the guest.
fn engine() -> Engine {
    Engine::builder()
        .table_bytes(0)
        .load_deadline(Duration::from_secs(1))
        .call_deadline(Duration::from_millis(200))
        .batch_deadline(Duration::from_millis(300))
        .build()
        .unwrap()
}

/// Asks everything a policy can be asked, and has the answers of an honest door.
#[track_caller]
fn assert_answers(policy: &Policy) {
    let request = door("open", "remove", Some("true"));
    let decision = policy.evaluate(&request).unwrap();
    assert_eq!((decision.verdict, decision.next_state.as_deref()), (Verdict::Allow, Some("absent")));

    let situation = policy.observe(&request).unwrap();
    let asked = Situation { mode: 0, kind: 0, state: OPEN, action: REMOVE, holds: 1, known: 1 };
    assert_eq!(situation, asked);

    let outcome = policy.decide(situation).unwrap();
    assert_eq!((outcome.verdict, outcome.next_state), (Verdict::Allow, Some(ABSENT)));
    assert_eq!(policy.decide_all(&[situation; 3]).unwrap(), [outcome; 3]);

    let answers = policy.survey(&survey_of("good")).unwrap();
    let causes: Vec<_> = answers.iter().map(|answer| (answer.verdict, answer.cause)).collect();
    assert_eq!(causes, [(Verdict::Deny, Cause::NotFromState), (Verdict::Depends, Cause::Conditions)]);
}

fn survey_of(id: &str) -> SurveyQuery {
    let request = named(id, door("open", "remove", None));
    SurveyQuery {
        mode: request.mode,
        subject: None,
        actions: Vec::new(),
        targets: vec![request.target],
        related: Vec::new(),
        parameters: request.parameters,
        coverage: request.coverage,
    }
}

fn named(id: &str, mut request: interlock::model::Request) -> interlock::model::Request {
    id.clone_into(&mut request.target.id);
    request
}

/// A situation that knows what means nothing, and provokes.
fn provoking(state: u8, action: u8) -> Situation {
    Situation { state, action, known: 0xeeee_0000, ..Situation::default() }
}

fn breaks(error: &LoadError, law: &str) -> bool {
    matches!(error, LoadError::Laws { broken } if broken.iter().any(|broken| broken.law.name() == law))
}

fn unknown(error: &CallError, expected_what: &str, expected_name: &str) -> bool {
    matches!(error, CallError::Breach(Breach::Name { what, name }) if *what == expected_what && name == expected_name)
}

fn lacks(error: &CallError, expected: Verdict) -> bool {
    matches!(error, CallError::Breach(Breach::Missing { verdict, .. }) if *verdict == expected)
}

fn files(within: &str) -> impl Iterator<Item = String> {
    fs::read_dir(folder().join(Path::new(within)))
        .unwrap()
        .map(move |entry| format!("{within}/{}", entry.unwrap().file_name().into_string().unwrap()))
}

/// An error and its causes in one line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!(": {error}");
        cause = error.source();
    }
    text
}

/// How long it took is another number every time.
fn without_time(text: &str) -> String {
    match (text.split_once("used "), text.split_once(" ms, allowed")) {
        (Some((before, _)), Some((_, after))) => format!("{before}used … ms, allowed{after}"),
        _ => text.to_owned(),
    }
}
