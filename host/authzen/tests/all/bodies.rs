//! What is a body, and what is wrong with one that is not.

use interlock_authzen::{
    BodyError, EvaluationsRequest, Limits, Semantic, action_search, evaluation, evaluations, resource_search,
    subject_search,
};
use serde_json::{Value, json};

const LIMITS: Limits = Limits { nesting: 8, batch: 3 };

fn good() -> Value {
    json!({
        "subject": {"type": "user", "id": "ann"},
        "action": {"name": "view"},
        "resource": {"type": "backup", "id": "b1"},
    })
}

/// The good body with `value` at a JSON pointer, or without what stands there.
fn but(pointer: &str, value: Option<Value>) -> String {
    let mut body = good();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => parent.insert(name.to_owned(), value),
        None => parent.remove(name),
    };
    body.to_string()
}

#[track_caller]
fn refused(body: &str, sentence: &str) {
    for error in [
        evaluation(body.as_bytes(), &LIMITS).err().map(|error| error.to_string()),
        evaluations(body.as_bytes(), &LIMITS).err().map(|error| error.to_string()),
    ] {
        assert_eq!(error.as_deref(), Some(sentence), "{body}");
    }
}

#[test]
fn a_member_that_is_missing_is_named_with_its_place() {
    refused(&but("/subject", None), "subject: missing, expected an object");
    refused(&but("/action", None), "action: missing, expected an object");
    refused(&but("/resource", None), "resource: missing, expected an object");
    refused(&but("/subject/type", None), "subject.type: missing, expected a string");
    refused(&but("/subject/id", None), "subject.id: missing, expected a string");
    refused(&but("/resource/type", None), "resource.type: missing, expected a string");
    refused(&but("/resource/id", None), "resource.id: missing, expected a string");
    refused(&but("/action/name", None), "action.name: missing, expected a string");
    refused("{}", "subject: missing, expected an object");
}

#[test]
fn a_member_of_another_type_is_named_with_its_place() {
    let number = || Some(json!(1));
    refused(&but("/subject", Some(json!("ann"))), "subject: expected an object, found a string");
    refused(&but("/subject/id", number()), "subject.id: expected a string, found a number");
    refused(&but("/subject/type", Some(json!(null))), "subject.type: expected a string, found null");
    refused(&but("/resource/id", Some(json!(-1.5))), "resource.id: expected a string, found a number");
    refused(&but("/action/name", Some(json!(["view"]))), "action.name: expected a string, found a list");
    refused(
        &but("/subject/properties", Some(json!([]))),
        "subject.properties: expected an object, found a list",
    );
    refused(
        &but("/action/properties", Some(json!(true))),
        "action.properties: expected an object, found a boolean",
    );
    refused(&but("/context", Some(json!(null))), "context: expected an object, found null");
    refused("[]", "the body: expected an object, found a list");
    refused("null", "the body: expected an object, found null");
}

#[test]
fn what_is_no_json_is_refused_with_line_and_column() {
    refused("", "the body is not JSON: EOF while parsing a value at line 1 column 0");
    refused("{\"a\": }", "the body is not JSON: expected value at line 1 column 7");
    refused("{} {}", "the body is not JSON: trailing characters at line 1 column 4");
    refused("{\"a\": 1e999}", "the body is not JSON: number out of range at line 1 column 11");
    let error = evaluation(b"{\"a\": \"\xff\"}", &LIMITS).unwrap_err();
    assert!(matches!(error, BodyError::Malformed { .. }), "{error}");
}

#[test]
fn nesting_is_allowed_up_to_the_limit() {
    let nested = |levels: usize| {
        let list = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        but("/context", Some(json!({"list": serde_json::from_str::<Value>(&list).unwrap()})))
    };
    assert!(evaluation(nested(6).as_bytes(), &LIMITS).is_ok());
    refused(&nested(7), "the body is nested deeper than the 8 levels allowed");
    let bottomless = "[".repeat(1_000_000);
    refused(&bottomless, "the body is nested deeper than the 8 levels allowed");
    let unlimited = Limits { nesting: usize::MAX, ..LIMITS };
    let error = evaluation(bottomless.as_bytes(), &unlimited).unwrap_err();
    assert!(matches!(error, BodyError::Malformed { .. }), "{error}");
}

#[test]
fn a_name_given_twice_is_refused_wherever_it_stands() {
    refused(
        r#"{"subject": {"type": "user", "id": "ann", "id": "bob"}, "action": {"name": "view"}, "resource": {}}"#,
        "subject.id: given twice",
    );
    refused(r#"{"a": {"b": [{}, {"c": 1, "\u0063": 2}]}}"#, "a.b[1].c: given twice");
    // Many names are compared otherwise than few.
    let many: Vec<String> = (0..40).map(|name| format!("\"n{}\": 0", name % 39)).collect();
    refused(&format!("{{{}}}", many.join(",")), "n0: given twice");
}

#[test]
fn unknown_members_are_ignored() {
    let mut body = good();
    body["more"] = json!({"deep": [null]});
    body["subject"]["more"] = json!(1);
    body["options"] = json!({"more": 1});
    let bytes = body.to_string();
    let read = evaluation(bytes.as_bytes(), &LIMITS).unwrap();
    assert_eq!(read, evaluation(good().to_string().as_bytes(), &LIMITS).unwrap());
}

#[test]
fn an_error_shows_a_long_name_shortened_and_no_value() {
    let name = "n".repeat(10_000);
    let secret = "s3cret";
    let body = format!("{{\"{name}\": 1, \"{name}\": \"{secret}\"}}");
    let error = evaluation(body.as_bytes(), &LIMITS).unwrap_err().to_string();
    assert!(error.len() < 200 && !error.contains(secret), "{error}");
}

#[test]
fn without_evaluations_it_is_a_single_one() {
    let mut empty = good();
    empty["evaluations"] = json!([]);
    for body in [good(), empty] {
        let body = body.to_string();
        let read = evaluations(body.as_bytes(), &LIMITS).unwrap();
        let EvaluationsRequest::Single(single) = read else { panic!("{body} is no batch") };
        assert_eq!(single, evaluation(good().to_string().as_bytes(), &LIMITS).unwrap());
    }
}

/// What a batch asks: subject, action, resource; or the code and sentence of an error.
fn questions(body: &Value) -> Vec<String> {
    let bytes = body.to_string();
    let EvaluationsRequest::Batch(batch) = evaluations(bytes.as_bytes(), &LIMITS).unwrap() else {
        panic!("{body} is a batch")
    };
    let said = batch.questions().map(|question| match question {
        Ok(question) => format!("{} {} {}", question.subject.id, question.action.name, question.resource.id),
        Err(error) => format!("{} {}: {}", error.status, error.code, error.message),
    });
    said.collect()
}

#[test]
fn an_entity_of_an_evaluation_stands_whole_in_place_of_the_default() {
    let mut body = good();
    body["subject"]["properties"] = json!({"roles": ["admin"]});
    body["context"] = json!({"mode": "classic"});
    body["evaluations"] = json!([
        {},
        {"subject": {"type": "user", "id": "bob"}, "context": {}},
        {"action": {"name": "edit"}, "resource": {"type": "backup", "id": "b2"}},
    ]);
    assert_eq!(questions(&body), ["ann view b1", "bob view b1", "ann edit b2"]);
    let bytes = body.to_string();
    let EvaluationsRequest::Batch(batch) = evaluations(bytes.as_bytes(), &LIMITS).unwrap() else { panic!() };
    let asked: Vec<_> = batch.questions().map(Result::unwrap).collect();
    assert_ne!(asked[0].subject.properties, asked[1].subject.properties);
    assert_eq!(asked[1].subject.properties, asked[1].resource.properties);
    assert_ne!(asked[0].context, asked[1].context);
}

#[test]
fn an_evaluation_that_is_wrong_is_an_error_of_its_own() {
    let body = json!({
        "subject": {"type": "user", "id": "ann"},
        "action": {"name": "view"},
        "evaluations": [
            {"resource": {"type": "backup", "id": "b1"}},
            {},
            {"resource": {"type": "backup", "id": 1}},
        ],
    });
    assert_eq!(
        questions(&body),
        [
            "ann view b1",
            "400 missing-member: evaluations[1].resource: missing, expected an object here or at the top of the body",
            "400 wrong-type: evaluations[2].resource.id: expected a string, found a number",
        ]
    );
    let mut body = body;
    body["evaluations"] = json!(["b1"]);
    assert_eq!(questions(&body), ["400 wrong-type: evaluations[0]: expected an object, found a string"]);
}

#[test]
fn what_is_wrong_at_the_top_concerns_the_whole_batch() {
    let with = |name: &str, value: Value| {
        let mut body = good();
        body["evaluations"] = json!([{}]);
        body[name] = value;
        evaluations(body.to_string().as_bytes(), &LIMITS).unwrap_err().to_string()
    };
    assert_eq!(with("subject", json!({"id": "ann"})), "subject.type: missing, expected a string");
    assert_eq!(with("evaluations", json!({})), "evaluations: expected a list, found an object");
    assert_eq!(with("evaluations", json!([{}, {}, {}, {}])), "evaluations: 4 in one request, allowed are 3");
    assert_eq!(with("options", json!(1)), "options: expected an object, found a number");
    assert_eq!(
        with("options", json!({"evaluations_semantic": "any"})),
        "options.evaluations_semantic: expected `execute_all`, `deny_on_first_deny` or `permit_on_first_permit`"
    );
}

#[test]
fn each_semantic_is_read() {
    for (name, semantic) in [
        (None, Semantic::ExecuteAll),
        (Some("execute_all"), Semantic::ExecuteAll),
        (Some("deny_on_first_deny"), Semantic::DenyOnFirstDeny),
        (Some("permit_on_first_permit"), Semantic::PermitOnFirstPermit),
    ] {
        let mut body = good();
        body["evaluations"] = json!([{}]);
        if let Some(name) = name {
            body["options"] = json!({"evaluations_semantic": name});
        }
        let bytes = body.to_string();
        let EvaluationsRequest::Batch(batch) = evaluations(bytes.as_bytes(), &LIMITS).unwrap() else {
            panic!()
        };
        assert_eq!(batch.semantic, semantic);
    }
}

#[test]
fn a_search_ignores_what_it_looks_for_but_its_type() {
    let body = good().to_string();
    assert!(action_search(but("/action", None).as_bytes(), &LIMITS).is_ok());
    assert!(action_search(but("/action", Some(json!(1))).as_bytes(), &LIMITS).is_ok());
    assert!(subject_search(but("/subject/id", Some(json!(1))).as_bytes(), &LIMITS).is_ok());
    assert!(resource_search(but("/resource/id", None).as_bytes(), &LIMITS).is_ok());
    assert!(
        subject_search(body.as_bytes(), &LIMITS).is_ok() && resource_search(body.as_bytes(), &LIMITS).is_ok()
    );
    let error = subject_search(but("/subject/type", None).as_bytes(), &LIMITS).unwrap_err();
    assert_eq!(error.to_string(), "subject.type: missing, expected a string");
    let error = resource_search(but("/action", None).as_bytes(), &LIMITS).unwrap_err();
    assert_eq!(error.to_string(), "action: missing, expected an object");
}

#[test]
fn a_page_is_read_and_a_wrong_one_refused() {
    let page = |page: Value| {
        let body = but("/page", Some(page));
        let read = action_search(body.as_bytes(), &LIMITS).map_err(|error| error.to_string());
        read.map(|search| search.page.map(|page| (page.start, page.limit)))
    };
    assert_eq!(page(json!({})), Ok(Some((0, None))));
    assert_eq!(page(json!({"limit": 0, "token": ""})), Ok(Some((0, None))));
    assert_eq!(page(json!({"limit": 2, "token": "4"})), Ok(Some((4, Some(2)))));
    for limit in [json!(-1), json!(1.5), json!("2")] {
        assert!(
            page(json!({"limit": limit}))
                .unwrap_err()
                .starts_with("page.limit: expected a whole number from 0")
        );
    }
    assert_eq!(
        page(json!({"token": "next"})),
        Err("page.token: expected a `next_token` that was answered".to_owned())
    );
}
