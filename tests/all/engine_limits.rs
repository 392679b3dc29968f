//! Each limit of an engine: what is at it passes, what is beyond it fails with both numbers.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what a test needs is there, or the test fails")]

use std::sync::Barrier;
use std::time::{Duration, Instant};

use interlock::model::{Observation, Request, Situation, SurveyQuery};
use interlock::{CallError, Engine, EngineBuilder, EngineError, EvaluateError, LoadError, Policy, TICK};

use crate::engine_guests::{door, guest};

#[test]
fn component_bytes() {
    let bytes = guest("honest.wat");
    let limited = |limit| engine(|builder| builder.component_bytes(limit)).load(&bytes);
    assert!(limited(bytes.len()).is_ok());
    let error = limited(bytes.len() - 1).unwrap_err();
    let (observed, allowed) = (bytes.len() as u64, bytes.len() as u64 - 1);
    assert!(
        matches!(error, LoadError::TooLarge { observed: o, allowed: a } if (o, a) == (observed, allowed))
    );
}

#[test]
fn component_bytes_bound_what_is_read_of_a_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(1 << 40).unwrap();
    let error = Engine::new().unwrap().load_file(file.path()).unwrap_err();
    assert_eq!(error.to_string(), "too large: 4194305 bytes, allowed 4 MiB");
}

#[test]
fn memory_bytes() {
    let error = provoked("grows", |builder| builder.memory_bytes((1 << 20) + 5));
    let allowed = 1 << 20;
    assert!(
        matches!(error, CallError::Memory { asked, allowed: a } if a == allowed && asked > allowed),
        "{error}"
    );
}

#[test]
fn table_elements() {
    let error = provoked("grows-table", |builder| builder.table_elements(1_500));
    assert!(matches!(error, CallError::Table { asked: 2_001, allowed: 1_500 }), "{error}");
}

#[test]
fn stack_bytes() {
    let error = provoked("recurses", |builder| builder.stack_bytes(64 << 10));
    assert!(matches!(error, CallError::Stack { allowed: 0x1_0000, .. }), "{error}");
}

#[test]
fn call_deadline() {
    let limit = Duration::from_millis(50);
    let start = Instant::now();
    let error = provoked("evaluate-loops", |builder| builder.call_deadline(limit));
    // Never early; how late it may be depends on the machine.
    assert!(start.elapsed() >= limit);
    match error {
        CallError::Deadline { used, allowed, .. } => assert!(used >= limit && allowed == limit, "{used:?}"),
        other => panic!("{other}"),
    }
}

#[test]
fn a_deadline_may_be_as_long_as_there_is_time() {
    let policy = honest(|builder| builder.call_deadline(Duration::MAX).load_deadline(Duration::MAX));
    assert!(policy.decide(Situation::default()).is_ok());
}

#[test]
fn batch_deadline() {
    let limit = Duration::from_millis(50);
    let policy = engine(|builder| builder.batch_deadline(limit).call_deadline(Duration::from_secs(60)))
        .load(&guest("contained/decide-all-loops.wat"))
        .unwrap();
    let error = policy.decide_all(&[Situation { known: 0xeeee_0000, ..Situation::default() }]).unwrap_err();
    assert!(matches!(error, CallError::Deadline { allowed, .. } if allowed == limit), "{error}");
}

#[test]
fn load_deadline() {
    let limit = Duration::from_millis(50);
    let error = engine(|builder| builder.load_deadline(limit))
        .load(&guest("refused/loops-in-start.wat"))
        .unwrap_err();
    match error {
        LoadError::Instantiate { source: CallError::Deadline { used, allowed, .. } } => {
            assert!(used >= limit && used < limit + 100 * TICK && allowed == limit, "{used:?}");
        }
        other => panic!("{other}"),
    }
}

#[test]
fn request_bytes() {
    // `normal`, `remove`, `door`, `d1`, `open`, and the empty lists, each with eight bytes.
    let exact = 22 + 8 * 5 + 8 * 3;
    let request = door("open", "remove", None);
    let limited = |limit| honest(|builder| builder.request_bytes(limit));
    assert!(limited(exact).evaluate(&request).is_ok());
    let policy = limited(exact - 1);
    assert_too_large(policy.evaluate(&request), "bytes", exact, exact - 1);
    assert_too_large(policy.observe(&request), "bytes", exact, exact - 1);
    let error = policy.decide_all(&[Situation::default(); 10]).unwrap_err();
    assert!(matches!(error, CallError::RequestTooLarge { what: "bytes", observed: 120, .. }), "{error}");
}

#[test]
fn related() {
    let policy = honest(|builder| builder.related(2));
    let mut request = door("open", "remove", None);
    request.related = vec![request.target.clone(); 2];
    assert!(!matches!(policy.evaluate(&request), Err(EvaluateError::Call(_))));
    request.related.push(request.target.clone());
    assert_too_large(policy.evaluate(&request), "related resources", 3, 2);
    assert_too_large(policy.observe(&request), "related resources", 3, 2);
    assert_too_large(policy.survey(&survey(&request, 1)), "related resources", 3, 2);
}

#[test]
fn targets() {
    let policy = honest(|builder| builder.targets(2));
    let request = door("open", "remove", None);
    assert!(policy.survey(&survey(&request, 2)).is_ok());
    assert_too_large(policy.survey(&survey(&request, 3)), "targets", 3, 2);
}

#[test]
fn situations() {
    let policy = honest(|builder| builder.situations(2));
    assert!(policy.decide_all(&[Situation::default(); 2]).is_ok());
    let error = policy.decide_all(&[Situation::default(); 3]).unwrap_err();
    assert!(
        matches!(error, CallError::RequestTooLarge { what: "situations", observed: 3, allowed: 2 }),
        "{error}"
    );
}

#[test]
fn answer_bytes() {
    // Also fails should the runtime change the words by which this limit is told from malformed data.
    let error = provoked("amplified-list", |builder| builder.answer_bytes(1 << 20));
    assert!(matches!(error, CallError::AnswerTooLarge { allowed: 0x10_0000, .. }), "{error}");
}

#[test]
fn conditions_per_offer() {
    let limited = |limit| engine(|builder| builder.conditions_per_offer(limit)).load(&guest("honest.wat"));
    assert!(limited(1).is_ok());
    let error = limited(0).unwrap_err();
    assert_eq!(error.to_string(), "its manifest is too large: 1 conditions of offer 1, allowed 0");
}

#[test]
fn situations_per_policy() {
    let bytes = guest("honest.wat");
    let limited = |limit| engine(|builder| builder.situations_per_policy(limit)).load(&bytes);
    let situations = limited(1_000).unwrap().report().situations;
    assert!(limited(situations).is_ok());
    assert!(matches!(limited(situations - 1), Err(LoadError::TooManySituations(_))));
}

#[test]
fn instances() {
    // Two calls that take their time hold both instances; a third call finds none.
    let policy = engine(|builder| builder.instances(2).call_deadline(Duration::from_millis(500)))
        .load(&guest("contained/evaluate-loops.wat"))
        .unwrap();
    let mut evil = door("open", "remove", None);
    evil.target.id = "evil".to_owned();
    let barrier = Barrier::new(3);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                barrier.wait();
                let error = policy.evaluate(&evil).unwrap_err();
                assert!(matches!(error, EvaluateError::Call(CallError::Deadline { .. })), "{error}");
            });
        }
        barrier.wait();
        std::thread::sleep(Duration::from_millis(100));
        let error = policy.decide(Situation::default()).unwrap_err();
        assert!(matches!(error, CallError::Busy { allowed: 2 }), "{error}");
    });
    assert!(policy.decide(Situation::default()).is_ok());
}

#[test]
fn idle_instances_of_one_policy_make_room_for_another() {
    let engine = engine(|builder| builder.instances(2));
    let policies = ["honest.wat", "contained/traps.wat", "contained/grows.wat"].map(guest);
    let policies = policies.map(|bytes| engine.load(&bytes).unwrap());
    for _ in 0..3 {
        for policy in &policies {
            policy.decide(Situation::default()).unwrap();
        }
    }
}

#[test]
fn settings_that_cannot_work_are_refused_by_name() {
    type Set = fn(EngineBuilder) -> EngineBuilder;
    let cases: [(Set, &str); 3] = [
        (|builder| builder.memory_bytes(1), "setting `memory_bytes` is 0, must be at least 65536"),
        (|builder| builder.stack_bytes(1), "setting `stack_bytes` is 1, must be at least 16384"),
        (|builder| builder.instances(0), "setting `instances` is 0, must be at least 1"),
    ];
    for (set, text) in cases {
        let error = set(Engine::builder()).build().unwrap_err();
        assert!(matches!(error, EngineError::Setting { .. }));
        assert_eq!(error.to_string(), text);
    }
}

/// An engine without tables, so that `decide` is a call like any other.
fn engine(set: impl FnOnce(EngineBuilder) -> EngineBuilder) -> Engine {
    set(Engine::builder().table_bytes(0)).build().unwrap()
}

fn honest(set: impl FnOnce(EngineBuilder) -> EngineBuilder) -> Policy {
    engine(set).load(&guest("honest.wat")).unwrap()
}

/// How a contained guest's `evaluate` ends when it is provoked.
fn provoked(name: &str, set: impl FnOnce(EngineBuilder) -> EngineBuilder) -> CallError {
    let policy = engine(set).load(&guest(&format!("contained/{name}.wat"))).unwrap();
    let mut request = door("open", "remove", None);
    request.target.id = "evil".to_owned();
    match policy.evaluate(&request) {
        Err(EvaluateError::Call(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn assert_too_large<T>(answer: Result<T, EvaluateError>, what: &str, observed: usize, allowed: usize) {
    match answer {
        Err(EvaluateError::Call(CallError::RequestTooLarge { what: w, observed: o, allowed: a })) => {
            assert_eq!((w, o, a), (what, observed, allowed));
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was answered"),
    }
}

fn survey(request: &Request, targets: usize) -> SurveyQuery {
    let target = |i| Observation { id: format!("d{i}"), ..request.target.clone() };
    SurveyQuery {
        mode: request.mode.clone(),
        subject: None,
        actions: Vec::new(),
        targets: (0..targets).map(target).collect(),
        related: request.related.clone(),
        parameters: request.parameters.clone(),
        coverage: request.coverage,
    }
}
