//! What a loaded policy answers, by every function that it has.
#![allow(clippy::unwrap_used, reason = "what a test needs is there, or the test fails")]

use interlock::model::{
    Answer, Attributes, Cause, Observation, Outcome, Request, RequestError, Situation, Subject, SurveyQuery,
    Verdict,
};
use interlock::{Engine, EvaluateError, Policy};
use interlock_policies::TURNSTILE;

use crate::engine_guests::{door, guest};

#[test]
fn every_function_agrees_on_every_request() {
    let policy = honest();
    for state in ["absent", "open"] {
        for action in ["install", "remove"] {
            for acknowledged in [None, Some("true"), Some("false")] {
                let request = door(state, action, acknowledged);
                let decision = policy.evaluate(&request).unwrap();
                let situation = policy.observe(&request).unwrap();
                let outcome = policy.decide(situation).unwrap();
                assert_eq!(policy.decide_all(&[situation]).unwrap(), [outcome]);

                let answers = policy.survey(&survey(&request, vec![action.to_owned()])).unwrap();
                let Outcome { verdict, cause, reasons, .. } = outcome;
                assert_eq!(answers, [Answer { target: 0, action: 0, verdict, cause, reasons }]);

                let kind = &policy.manifest().kinds[usize::from(situation.kind)];
                let next_state = outcome.next_state.map(|state| kind.states[usize::from(state)].name.clone());
                assert_eq!((decision.verdict, decision.next_state), (verdict, next_state), "{request:?}");
            }
        }
    }
}

#[test]
fn the_turnstile_answers_as_its_page_says() {
    let policy = Engine::new().unwrap().load(TURNSTILE).unwrap();
    let (allow, deny, depends) = (Verdict::Allow, Verdict::Deny, Verdict::Depends);
    for (state, action, jammed, verdict, next_state, codes) in [
        ("locked", "coin", Some("false"), allow, Some("unlocked"), &["coin-kept"][..]),
        ("unlocked", "coin", Some("false"), allow, Some("unlocked"), &["coin-kept"]),
        ("unlocked", "push", Some("false"), allow, Some("locked"), &["passage-counted"]),
        ("unlocked", "push", Some("true"), deny, None, &["not-jammed"]),
        ("unlocked", "push", None, depends, None, &["not-jammed"]),
        ("locked", "push", Some("false"), deny, None, &["not-from-state"]),
    ] {
        let mut request = door(state, action, None);
        request.target.kind = "turnstile".to_owned();
        request.target.attributes = jammed.map(|value| ("jammed", value)).into_iter().collect();
        request.subject =
            Some(Subject { id: "walker".to_owned(), roles: vec![], attributes: Attributes::new() });
        let decision = policy.evaluate(&request).unwrap();
        let reasons = decision.reasons.iter().map(|reason| reason.code.as_str());
        let effects = decision.effects.iter().map(|effect| effect.code.as_str());
        assert_eq!((decision.verdict, decision.next_state.as_deref()), (verdict, next_state), "{request:?}");
        assert_eq!(reasons.chain(effects).collect::<Vec<_>>(), codes, "{request:?}");
    }
}

#[test]
fn unknown_names_are_the_callers_mistake_and_cost_no_instance() {
    let policy = honest();
    type Mistake = fn(&mut Request);
    type Expected = fn(String) -> RequestError;
    let mistakes: [(Mistake, Expected); 4] = [
        (|r| r.mode = "nope".to_owned(), RequestError::UnknownMode),
        (|r| r.target.kind = "nope".to_owned(), RequestError::UnknownKind),
        (|r| r.target.state = "nope".to_owned(), RequestError::UnknownState),
        (|r| r.action = "nope".to_owned(), RequestError::UnknownAction),
    ];
    for (mistake, expected) in mistakes {
        let mut request = door("open", "remove", None);
        mistake(&mut request);
        let expected = expected("the door knows no such name".to_owned());
        for answer in [
            policy.evaluate(&request).map(drop),
            policy.observe(&request).map(drop),
            policy.survey(&survey(&request, vec![request.action.clone()])).map(drop),
        ] {
            match answer {
                Err(EvaluateError::Request(error)) => assert_eq!(error, expected),
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn a_situation_out_of_range_is_denied() {
    let policy = honest();
    let inside = Situation { state: 1, action: 1, holds: 1, known: 1, ..Situation::default() };
    let cases = [
        (Situation { mode: 9, ..inside }, Cause::NotInMode),
        (Situation { kind: 9, ..inside }, Cause::NotInMode),
        (Situation { action: 9, ..inside }, Cause::NotOffered),
        (Situation { state: 255, ..inside }, Cause::NotFromState),
    ];
    for (situation, cause) in cases {
        let refused = Outcome { verdict: Verdict::Deny, cause, reasons: 0, next_state: None, effects: 0 };
        assert_eq!(policy.decide(situation).unwrap(), refused, "{situation:?}");
    }
}

#[test]
fn a_survey_answers_target_by_target() {
    let policy = honest();
    let mut query = survey(&door("open", "remove", Some("true")), Vec::new());
    let second = Observation { id: "d2".to_owned(), state: "absent".to_owned(), ..query.targets[0].clone() };
    query.targets.push(second);
    let answers = policy.survey(&query).unwrap();
    let places: Vec<_> =
        answers.iter().map(|answer| (answer.target, answer.action, answer.verdict)).collect();
    let (allow, deny) = (Verdict::Allow, Verdict::Deny);
    assert_eq!(places, [(0, 0, deny), (0, 1, allow), (1, 0, allow), (1, 1, deny)]);
}

#[test]
fn nothing_asked_is_nothing_answered() {
    let policy = honest();
    assert_eq!(policy.decide_all(&[]).unwrap(), []);
    let mut query = survey(&door("open", "remove", None), Vec::new());
    query.targets.clear();
    assert_eq!(policy.survey(&query).unwrap(), []);
}

#[test]
fn clones_are_one_policy_on_many_threads() {
    fn shared<T: Clone + Send + Sync>(_: &T) {}
    let policy = honest();
    shared(&policy);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let policy = policy.clone();
            scope.spawn(move || {
                let request = door("open", "remove", Some("true"));
                for _ in 0..200 {
                    let situation = policy.observe(&request).unwrap();
                    assert_eq!(policy.decide(situation).unwrap().verdict, Verdict::Allow);
                    assert_eq!(policy.evaluate(&request).unwrap().verdict, Verdict::Allow);
                }
            });
        }
    });
}

#[test]
fn a_policy_outlives_what_is_left_of_its_engine() {
    let policy = honest();
    assert_eq!(policy.evaluate(&door("absent", "install", None)).unwrap().verdict, Verdict::Allow);
}

/// The engine is dropped here; the policy keeps what it needs of it.
fn honest() -> Policy {
    Engine::new().unwrap().load(&guest("honest.wat")).unwrap()
}

fn survey(request: &Request, actions: Vec<String>) -> SurveyQuery {
    SurveyQuery {
        mode: request.mode.clone(),
        subject: None,
        actions,
        targets: vec![request.target.clone()],
        related: Vec::new(),
        parameters: request.parameters.clone(),
        coverage: request.coverage,
    }
}
