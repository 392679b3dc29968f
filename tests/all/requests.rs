//! What holds for any request, natively and in the component.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what a test needs is there, or the test fails")]

mod generate;

use std::collections::{BTreeMap, BTreeSet};

use generate::{Json, any_of, keep};
use interlock_analysis::Decide;
use interlock_model::{
    ABSENT, Attributes, Cause, Coverage, Decision, Effect, Manifest, Observation, Request, Situation,
    Subject, SurveyQuery, Verdict,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use crate::cases::NEVER_UNKNOWN;
use crate::policies::{BACKUP, Both, TURNSTILE};

fn config(cases: u32) -> Config {
    Config { cases, failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() }
}

/// Plausible requests.
fn requests(policy: &'static Both) -> impl Strategy<Value = Json<Request>> {
    any_of(policy.native.manifest(), |generator| Json(generator.request()))
}

/// Requests that are wrong in places.
fn wrong_requests(policy: &'static Both) -> impl Strategy<Value = Json<Request>> {
    any_of(policy.native.manifest(), |generator| {
        let mut request = generator.request();
        generator.spoil(&mut request);
        Json(request)
    })
}

/// Plausible surveys.
fn surveys(policy: &'static Both) -> impl Strategy<Value = Json<SurveyQuery>> {
    any_of(policy.native.manifest(), |generator| Json(generator.survey()))
}

proptest! {
    #![proptest_config(config(4_000))]

    #[test]
    fn any_request_has_an_answer_or_a_typed_error(request in wrong_requests(&BACKUP)) {
        prop_assert_eq!(BACKUP.evaluate(&request.0).is_ok(), BACKUP.observe(&request.0).is_ok());
    }

    #[test]
    fn plausible_requests_have_answers_that_hang_together(Json(request) in requests(&BACKUP)) {
        hangs_together(&BACKUP, &request);
    }

    #[test]
    fn order_means_nothing((request, shuffled) in any_of(BACKUP.native.manifest(), |generator| {
        let request = generator.request();
        let mut shuffled = request.clone();
        generator.shuffle(&mut shuffled);
        (Json(request), Json(shuffled))
    })) {
        prop_assert_eq!(BACKUP.observe(&request.0).unwrap(), BACKUP.observe(&shuffled.0).unwrap());
        prop_assert_eq!(BACKUP.evaluate(&request.0).unwrap(), BACKUP.evaluate(&shuffled.0).unwrap());
    }

    #[test]
    fn what_the_conditions_do_not_read_means_nothing(Json(request) in requests(&BACKUP)) {
        let situation = BACKUP.observe(&request).unwrap();
        let bare = strip(BACKUP.native.manifest(), &request, situation);
        prop_assert_eq!(situation, BACKUP.observe(&bare).unwrap());
        let (whole, bare) = (BACKUP.evaluate(&request).unwrap(), BACKUP.evaluate(&bare).unwrap());
        // Ways out are other actions, which read for themselves.
        prop_assert_eq!(Decision { ways_out: vec![], ..whole }, Decision { ways_out: vec![], ..bare });
    }

    #[test]
    fn to_list_everything_settles_only_what_was_open(Json(mut request) in requests(&BACKUP)) {
        request.coverage = Coverage::Partial;
        let before = BACKUP.observe(&request).unwrap();
        request.coverage = Coverage::Complete;
        let after = BACKUP.observe(&request).unwrap();
        prop_assert_eq!(changed(before, after), [""; 0]);
    }

    #[test]
    fn to_list_one_resource_more_turns_no_answer_around(
        (request, another) in any_of(BACKUP.native.manifest(), |generator| {
            let request = Request { coverage: Coverage::Partial, ..generator.request() };
            let another = generator.another(&request);
            (Json(request), Json(another))
        })
    ) {
        let mut more = request.0.clone();
        more.related.extend(another.0);
        let (first, second) = (BACKUP.evaluate(&request.0).unwrap(), BACKUP.evaluate(&more).unwrap());
        if first.verdict != Verdict::Depends {
            prop_assert_eq!(end(first), end(second));
        }
    }

    #[test]
    fn to_say_more_turns_no_answer_around_unless_its_absence_had_a_meaning(
        (request, more) in any_of(BACKUP.native.manifest(), |generator| {
            let request = Request { coverage: Coverage::Partial, ..generator.request() };
            let mut more = request.clone();
            generator.give_attribute(&mut more);
            (Json(request), Json(more))
        })
    ) {
        let (before, after) = (BACKUP.observe(&request.0).unwrap(), BACKUP.observe(&more.0).unwrap());
        let (first, second) = (BACKUP.evaluate(&request.0).unwrap(), BACKUP.evaluate(&more.0).unwrap());
        if changed(before, after).is_empty() && first.verdict != Verdict::Depends {
            prop_assert_eq!(end(first), end(second));
        }
    }
}

proptest! {
    #![proptest_config(config(1_000))]

    #[test]
    fn a_survey_answers_as_one_request_after_the_other(Json(query) in surveys(&BACKUP)) {
        survey_equals_requests(&BACKUP, &query);
    }

    #[test]
    fn all_of_it_holds_for_the_turnstile_as_well(
        plausible in requests(&TURNSTILE), wrong in wrong_requests(&TURNSTILE), query in surveys(&TURNSTILE)
    ) {
        hangs_together(&TURNSTILE, &plausible.0);
        prop_assert_eq!(TURNSTILE.evaluate(&wrong.0).is_ok(), TURNSTILE.observe(&wrong.0).is_ok());
        survey_equals_requests(&TURNSTILE, &query.0);
    }
}

#[test]
fn a_request_with_twenty_thousand_resources_is_answered() {
    let cluster = |number: usize| Observation {
        kind: "cluster".to_owned(),
        id: format!("shoot-{number}"),
        state: "disconnected".to_owned(),
        attributes: [("owner", "ann"), ("discovery", "gardener")].into_iter().collect(),
    };
    let clusters = (0..20_000).map(cluster).collect::<Vec<_>>();
    let attached = clusters.iter().map(|cluster| ("clusters", cluster.id.as_str()));
    let location = Observation {
        kind: "backup-location".to_owned(),
        id: "wide".to_owned(),
        state: "valid".to_owned(),
        attributes: attached.collect(),
    };
    let target = Observation {
        kind: "backup".to_owned(),
        id: "nightly".to_owned(),
        state: "success".to_owned(),
        attributes: [("owner", "ann"), ("location", "wide")].into_iter().collect(),
    };
    let request = Request {
        mode: "federated".to_owned(),
        subject: Some(Subject {
            id: "ann".to_owned(),
            roles: vec!["px-backup-app.user".to_owned()],
            attributes: Attributes::new(),
        }),
        action: "delete".to_owned(),
        target,
        related: clusters.into_iter().chain([location]).collect(),
        parameters: Attributes::new(),
        coverage: Coverage::Complete,
    };
    let decision = BACKUP.evaluate(&request).unwrap();
    assert_eq!(decision.verdict, Verdict::Deny);
    assert_eq!(decision.reasons[0].evidence.len(), 20_000);
}

#[test]
fn plausible_requests_reach_every_offer_and_every_verdict() {
    let manifest = BACKUP.native.manifest();
    let mut runner = TestRunner::deterministic();
    let (mut verdicts, mut offers, mut allowed) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
    for _ in 0..20_000 {
        let Json(request) = requests(&BACKUP).new_tree(&mut runner).unwrap().current();
        let situation = BACKUP.native.observe(&request).unwrap();
        let outcome = BACKUP.native.decide(situation);
        let Situation { mode, kind, action, .. } = situation;
        *verdicts.entry((outcome.verdict.as_str(), outcome.cause.as_str())).or_insert(0) += 1;
        offers.insert((mode, kind, action));
        if outcome.verdict == Verdict::Allow {
            allowed.insert((mode, kind, action));
        }
        for (bit, &condition) in conditions(manifest, situation).iter().enumerate() {
            let code = &manifest.conditions[usize::from(condition)].code;
            let known = situation.known >> bit & 1 == 1;
            assert!(known || !NEVER_UNKNOWN.contains(&code.as_str()), "`{code}` is unknown in {request:#?}");
        }
    }
    println!("{verdicts:?}, {} of {} offers allowed", allowed.len(), manifest.offers.len());
    for offer in &manifest.offers {
        assert!(offers.contains(&(offer.mode, offer.kind, offer.action)));
    }
    for verdict in ["allow", "deny", "depends"] {
        let seen: u32 =
            verdicts.iter().filter(|((name, _), _)| *name == verdict).map(|(_, count)| count).sum();
        assert!(seen > 1_000, "{verdict} is answered {seen} times");
    }
    assert!(allowed.len() * 10 > manifest.offers.len() * 9, "only {} offers are ever allowed", allowed.len());
}

#[test]
fn the_values_that_the_manifest_lists_are_taken_and_no_others() {
    for policy in [&*BACKUP, &*TURNSTILE] {
        let manifest = policy.native.manifest();
        for input in manifest.inputs.iter().filter(|input| !input.values.is_empty()) {
            let (place, name) = input.path.rsplit_once('.').unwrap();
            for value in &input.values {
                let request = saying(manifest, place, name, value);
                assert_eq!(policy.evaluate(&request).err(), None, "`{value}` in `{}`", input.path);
            }
            // Roles that the policy does not know grant nothing; ids are any text.
            if name != "roles" && input.links_to.is_none() {
                assert!(policy.evaluate(&saying(manifest, place, name, "odd")).is_err(), "{}", input.path);
            }
        }
    }
}

/// A request that says one thing: an attribute, a role, or the state of a related resource.
///
/// - `place`: the path of an input without its name: `target`, `subject`, `parameter`, `related.KIND`.
fn saying(manifest: &Manifest, place: &str, name: &str, value: &str) -> Request {
    let said = || [(name, value)].into_iter().collect::<Attributes>();
    let mut request = Request {
        mode: manifest.modes[0].clone(),
        subject: Some(Subject { id: "ann".to_owned(), roles: Vec::new(), attributes: Attributes::new() }),
        action: manifest.actions[0].name.clone(),
        target: Observation {
            kind: manifest.kinds[0].name.clone(),
            id: "target".to_owned(),
            state: ABSENT.to_owned(),
            attributes: Attributes::new(),
        },
        related: Vec::new(),
        parameters: Attributes::new(),
        coverage: Coverage::Complete,
    };
    match (place, name) {
        ("target", _) => request.target.attributes = said(),
        ("parameter", _) => request.parameters = said(),
        ("subject", "roles") => request.subject.as_mut().unwrap().roles.push(value.to_owned()),
        ("subject", _) => request.subject.as_mut().unwrap().attributes = said(),
        _ => {
            let is_state = name == "state";
            request.related.push(Observation {
                kind: place.strip_prefix("related.").unwrap().to_owned(),
                id: "other".to_owned(),
                state: if is_state { value } else { ABSENT }.to_owned(),
                attributes: if is_state { Attributes::new() } else { said() },
            });
        }
    }
    request
}

/// What a decision comes to.
fn end(decision: Decision) -> (Verdict, Option<String>, Vec<Effect>) {
    (decision.verdict, decision.next_state, decision.effects)
}

/// That a decision says what its situation decides, and names nothing that is hidden.
#[track_caller]
fn hangs_together(policy: &Both, request: &Request) {
    let manifest = policy.native.manifest();
    let decision = policy.evaluate(request).unwrap();
    let situation = policy.observe(request).unwrap();
    let outcome = policy.native.decide(situation);
    assert_eq!(decision.verdict, outcome.verdict);
    let states = &manifest.kinds[usize::from(situation.kind)].states;
    let next = outcome.next_state.map(|state| &states[usize::from(state)].name);
    assert_eq!(decision.next_state.as_ref(), next);

    let offer = manifest.offer(situation.mode, situation.kind, situation.action);
    let chosen = |list: &[u16], bits: u32| -> Vec<usize> {
        list.iter()
            .enumerate()
            .filter(|(bit, _)| bits >> bit & 1 == 1)
            .map(|(_, &index)| index.into())
            .collect()
    };
    let effects = offer.map(|offer| chosen(&offer.effects, outcome.effects)).unwrap_or_default();
    let effects: Vec<_> = effects.into_iter().map(|effect| &manifest.effects[effect].code).collect();
    assert_eq!(decision.effects.iter().map(|effect| &effect.code).collect::<Vec<_>>(), effects);

    let reasons: Vec<&str> = if outcome.cause == Cause::Conditions {
        let reasons = offer.map(|offer| chosen(&offer.conditions, outcome.reasons)).unwrap_or_default();
        reasons.into_iter().map(|condition| manifest.conditions[condition].code.as_str()).collect()
    } else {
        vec![outcome.cause.as_str()]
    };
    assert_eq!(decision.reasons.iter().map(|reason| reason.code.as_str()).collect::<Vec<_>>(), reasons);
    for reason in &decision.reasons {
        for hidden in
            reason.evidence.iter().filter(|reference| !reference.visible && !reference.id.is_empty())
        {
            let named = format!("`{}`", hidden.id);
            // Kinds share no ids here, so whatever carries this name is what may not be viewed.
            assert!(
                !reason.message.contains(&named),
                "{} is hidden and named: {}",
                hidden.id,
                reason.message
            );
        }
    }
}

/// That a survey says of each pair what evaluating it alone does.
#[track_caller]
fn survey_equals_requests(policy: &Both, query: &SurveyQuery) {
    let manifest = policy.native.manifest();
    let mut answers = policy.survey(query).unwrap().into_iter();
    for (position, target) in query.targets.iter().enumerate() {
        let (mode, kind) = (manifest.mode(&query.mode).unwrap(), manifest.kind(&target.kind).unwrap());
        let operations = manifest.operations(mode, kind).into_iter();
        let offered: Vec<String> =
            operations.map(|action| manifest.actions[usize::from(action)].name.clone()).collect();
        let actions = if query.actions.is_empty() { &offered } else { &query.actions };
        for (index, action) in actions.iter().enumerate() {
            let others = query.targets.iter().enumerate().filter(|(other, _)| *other != position);
            let request = Request {
                mode: query.mode.clone(),
                subject: query.subject.clone(),
                action: action.clone(),
                target: target.clone(),
                related: others.map(|(_, other)| other).chain(&query.related).cloned().collect(),
                parameters: query.parameters.clone(),
                coverage: query.coverage,
            };
            let answer = answers.next().unwrap();
            assert_eq!((answer.target as usize, answer.action as usize), (position, index));
            let outcome = policy.native.decide(policy.observe(&request).unwrap());
            assert_eq!(
                (answer.verdict, answer.cause, answer.reasons),
                (outcome.verdict, outcome.cause, outcome.reasons),
                "{:?}",
                Json(&request)
            );
            assert_eq!(answer.verdict, policy.evaluate(&request).unwrap().verdict);
        }
    }
    assert_eq!(answers.next(), None);
}

/// Without everything that no condition of the offer reads.
fn strip(manifest: &Manifest, request: &Request, situation: Situation) -> Request {
    let listed = conditions(manifest, situation);
    let reads: BTreeSet<&str> = listed
        .iter()
        .flat_map(|&condition| &manifest.conditions[usize::from(condition)].reads)
        .map(String::as_str)
        .collect();
    let read = |path: String| reads.contains(path.as_str());
    let mut bare = request.clone();
    if let Some(subject) = &mut bare.subject {
        if !reads.contains("subject.id") {
            subject.id.clear();
        }
        if !reads.contains("subject.roles") {
            subject.roles.clear();
        }
        keep(&mut subject.attributes, |name| read(format!("subject.{name}")));
    }
    keep(&mut bare.target.attributes, |name| read(format!("target.{name}")));
    keep(&mut bare.parameters, |name| read(format!("parameter.{name}")));
    bare.related.retain(|related| {
        let below = format!("related.{}.", related.kind);
        reads.iter().any(|path| path.starts_with(&below))
    });
    for related in &mut bare.related {
        let kind = related.kind.clone();
        keep(&mut related.attributes, |name| read(format!("related.{kind}.{name}")));
    }
    bare
}

/// Codes of the conditions that were known and came out otherwise, or are no longer known.
fn changed(before: Situation, after: Situation) -> Vec<&'static str> {
    let manifest = BACKUP.native.manifest();
    let turned = before.known & (!after.known | (before.holds ^ after.holds));
    let listed = conditions(manifest, before).iter().enumerate();
    listed
        .filter(|(bit, _)| turned >> bit & 1 == 1)
        .map(|(_, &condition)| manifest.conditions[usize::from(condition)].code.as_str())
        .collect()
}

/// Indexes of the conditions of a situation's offer.
fn conditions(manifest: &Manifest, Situation { mode, kind, action, .. }: Situation) -> &[u16] {
    manifest.offer(mode, kind, action).map_or(&[], |offer| &offer.conditions)
}
