//! Bodies of answers.

use interlock_analysis::Decide;
use interlock_authzen::{
    Answer, Answerer, Directory, EvaluationsRequest, Found, ItemError, Limits, Mapping, Page, Searches,
    Settings, Standing, action_search, evaluation, evaluation_body, evaluations, evaluations_body,
    metadata_body, search_body,
};
use interlock_model::{ConditionClass, Decision, Manifest, Reason, Reference, Verdict};
use interlock_tests::Native;
use serde_json::{Value, json};

pub(crate) fn manifest(native: &Native) -> &Manifest {
    Decide::manifest(native)
}

fn by(native: &Native) -> Answerer<'_> {
    Answerer { manifest: manifest(native), digest: "sha256:0123" }
}

fn mapping(native: &Native) -> Mapping {
    Mapping::new(&Settings::default(), Directory::default().into(), manifest(native)).unwrap()
}

fn answered(native: &Native, body: &Value) -> Vec<u8> {
    let bytes = body.to_string();
    let request = evaluation(bytes.as_bytes(), &Limits::default()).unwrap();
    let mut answer = mapping(native).answer(request.question(), Standing::Ordinary, |request| {
        native.evaluate(request).map_err(ItemError::from)
    });
    answer.id = Some("d-1".to_owned());
    evaluation_body(&answer, by(native))
}

fn pretty(body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap();
    serde_json::to_string_pretty(&body).unwrap()
}

fn push(state: &str, jammed: Option<bool>) -> Value {
    let mut body = json!({
        "subject": {"type": "user", "id": "ann"},
        "action": {"name": "push"},
        "resource": {"type": "turnstile", "id": "t1", "properties": {"state": state}},
    });
    if let Some(jammed) = jammed {
        body["resource"]["properties"]["jammed"] = json!(jammed);
    }
    body
}

#[test]
fn an_allowed_action_says_what_follows() {
    insta::assert_snapshot!(pretty(&answered(&Native::turnstile(), &push("unlocked", Some(false)))));
}

#[test]
fn a_refusal_says_why_and_what_would_serve() {
    insta::assert_snapshot!(pretty(&answered(&Native::turnstile(), &push("locked", Some(false)))));
}

#[test]
fn what_depends_is_refused_and_says_what_is_missing() {
    insta::assert_snapshot!(pretty(&answered(&Native::turnstile(), &push("unlocked", None))));
}

#[test]
fn a_state_that_the_policy_does_not_know_is_an_error_in_the_context() {
    insta::assert_snapshot!(pretty(&answered(&Native::turnstile(), &push("open", None))));
}

#[test]
fn a_resource_that_the_subject_may_not_view_is_named_to_administrators_alone() {
    let body = json!({
        "subject": {"type": "user", "id": "bob", "properties": {"roles": ["px-backup-app.user"]}},
        "action": {"name": "delete"},
        "resource": {"type": "backup", "id": "nightly", "properties": {
            "state": "success", "owner": "ann", "shared-full": "bob", "location": "blob-eu",
        }},
        "context": {"mode": "classic", "coverage": "complete", "related": [
            {"type": "backup-location", "id": "blob-eu", "properties": {"state": "invalid", "owner": "ann"}},
        ]},
    });
    let answer = answered(&Native::backup(), &body);
    insta::assert_snapshot!(pretty(&answer));
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    assert!(!answer["context"]["reason_user"].to_string().contains("blob-eu"));
    assert!(answer["context"]["reason_admin"].to_string().contains("blob-eu"));
}

#[test]
fn several_reasons_are_one_text_for_people_and_several_for_administrators() {
    let reason = |code: &str, id: &str| Reason {
        code: code.to_owned(),
        class: ConditionClass::Related,
        message: format!("{code} is not so"),
        evidence: ["open", "shut"]
            .map(|state| Reference {
                kind: "door".to_owned(),
                id: id.to_owned(),
                state: state.to_owned(),
                visible: state == "open",
            })
            .to_vec(),
    };
    let decision = Decision {
        verdict: Verdict::Deny,
        reasons: vec![reason("first", "d1"), reason("second", "d2")],
        next_state: None,
        effects: Vec::new(),
        ways_out: Vec::new(),
    };
    let native = Native::turnstile();
    let body: Value = serde_json::from_slice(&evaluation_body(&Ok(decision).into(), by(&native))).unwrap();
    assert_eq!(body["context"]["reason_user"], json!({"en": "first is not so; second is not so"}));
    assert_eq!(
        body["context"]["reason_admin"],
        json!({
            "first": "related: first is not so [door `d1` is open; door `d1` is shut, hidden from the subject]",
            "second": "related: second is not so [door `d2` is open; door `d2` is shut, hidden from the subject]",
        })
    );
}

/// The decisions of a batch of pushes from these states.
fn decisions(semantic: &str, states: &[&str]) -> Vec<bool> {
    let native = Native::turnstile();
    let items: Vec<Value> =
        states.iter().map(|state| json!({"resource": push(state, Some(false))["resource"]})).collect();
    let mut body = push("locked", None);
    body["evaluations"] = json!(items);
    body["options"] = json!({"evaluations_semantic": semantic});
    let bytes = body.to_string();
    let EvaluationsRequest::Batch(batch) = evaluations(bytes.as_bytes(), &Limits::default()).unwrap() else {
        panic!("it is a batch")
    };
    let (mapping, mut asked) = (mapping(&native), 0);
    let answers = batch.answers(|question| {
        asked += 1;
        let decide = |request: &_| native.evaluate(request).map_err(ItemError::from);
        question.map_or_else(Answer::from, |question| mapping.answer(question, Standing::Ordinary, decide))
    });
    let body: Value = serde_json::from_slice(&evaluations_body(&answers, by(&native))).unwrap();
    assert_eq!(body.as_object().unwrap().len(), 1, "a batch answers no decision of its own");
    let answered = body["evaluations"].as_array().unwrap();
    assert_eq!(answered.len(), asked, "what comes after the one that stops is not asked");
    answered.iter().map(|answer| answer["decision"].as_bool().unwrap()).collect()
}

#[test]
fn a_batch_answers_up_to_and_including_the_one_that_stops_it() {
    let states = ["unlocked", "locked", "unlocked", "none-such"];
    assert_eq!(decisions("execute_all", &states), [true, false, true, false]);
    assert_eq!(decisions("deny_on_first_deny", &states), [true, false]);
    assert_eq!(decisions("permit_on_first_permit", &states), [true]);
    assert_eq!(decisions("permit_on_first_permit", &states[1..]), [false, true]);
    assert_eq!(decisions("deny_on_first_deny", &states[2..]), [true, false], "a failure is a denial");
    assert_eq!(decisions("permit_on_first_permit", &["locked"]), [false]);
}

#[test]
fn a_search_finds_the_operations_that_are_allowed() {
    let native = Native::turnstile();
    let search = |kind: &str, state: &str, page: Option<Value>| {
        let mut body = push(state, Some(false));
        body["resource"]["type"] = json!(kind);
        if let Some(page) = page {
            body["page"] = page;
        }
        let bytes = body.to_string();
        let request = action_search(bytes.as_bytes(), &Limits::default()).unwrap();
        let found = mapping(&native).search_actions(&request, Standing::Ordinary, |query| {
            native.survey(query).map_err(ItemError::from)
        });
        serde_json::from_slice::<Value>(&search_body(&found, request.page, by(&native))).unwrap()
    };
    assert_eq!(search("turnstile", "locked", None)["results"], json!([{"name": "coin"}]));
    assert_eq!(search("turnstile", "unlocked", None)["results"], json!([{"name": "coin"}, {"name": "push"}]));
    assert_eq!(search("turnstile", "absent", None)["results"], json!([]));
    let unknown = search("door", "open", None);
    assert_eq!((&unknown["results"], unknown["context"].get("error")), (&json!([]), None));
    let wrong = search("turnstile", "open", None);
    assert_eq!(
        (&wrong["results"], &wrong["context"]["error"]["code"]),
        (&json!([]), &json!("unknown-state"))
    );

    let first = search("turnstile", "unlocked", Some(json!({"limit": 1})));
    assert_eq!(first["results"], json!([{"name": "coin"}]));
    assert_eq!(first["page"], json!({"next_token": "1", "count": 1, "total": 2}));
    let second = search("turnstile", "unlocked", Some(json!({"limit": 1, "token": "1"})));
    assert_eq!(second["results"], json!([{"name": "push"}]));
    assert_eq!(second["page"], json!({"next_token": "", "count": 1, "total": 2}));
    let beyond = search("turnstile", "unlocked", Some(json!({"token": "18446744073709551615"})));
    assert_eq!(beyond["page"], json!({"next_token": "", "count": 0, "total": 2}));
}

#[test]
fn every_page_of_a_search_together_is_the_whole() {
    let native = Native::turnstile();
    let all: Vec<Found> = (0..10).map(|n| Found::Action { name: format!("a{n}") }).collect();
    for limit in 1..12 {
        let (mut start, mut seen) = (0, Vec::new());
        loop {
            let body = search_body(&Ok(all.clone()), Some(Page { start, limit: Some(limit) }), by(&native));
            let body: Value = serde_json::from_slice(&body).unwrap();
            seen.extend(body["results"].as_array().unwrap().clone());
            match body["page"]["next_token"].as_str().unwrap() {
                "" => break,
                token => start = token.parse().unwrap(),
            }
        }
        assert_eq!(json!(seen), json!(all), "pages of {limit}");
    }
}

#[test]
fn metadata_names_the_endpoints_below_the_public_url() {
    let action = Searches { action: true, ..Searches::default() };
    insta::assert_snapshot!(pretty(&metadata_body("https://pdp.example.com/todo/", action).unwrap()));
}

#[test]
fn a_public_url_that_the_specification_does_not_allow_is_refused() {
    let refused = |url| metadata_body(url, Searches::default()).unwrap_err().to_string();
    assert_eq!(refused("http://pdp"), "the public URL `http://pdp` does not start with `https://`");
    assert_eq!(refused("https://"), "the public URL `https://` has no host");
    assert_eq!(refused("https://pdp?a"), "the public URL `https://pdp?a` has a query or a fragment");
    assert_eq!(refused("https://p dp"), "the public URL `https://p dp` has a space or a control character");
}

#[test]
fn an_answer_without_an_id_has_none() {
    let native = Native::turnstile();
    let answer = Answer::from(ItemError::new(500, "policy-failed", "the policy failed"));
    let body: Value = serde_json::from_slice(&evaluation_body(&answer, by(&native))).unwrap();
    assert_eq!(body["decision"], json!(false));
    assert_eq!(body["context"].get("id"), None);
}
