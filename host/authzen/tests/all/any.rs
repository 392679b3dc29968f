//! What holds of any body.

use std::sync::LazyLock;

use boon::{Compiler, SchemaIndex, Schemas};
use interlock_authzen::{
    Answer, Answerer, Directory, EvaluationsRequest, ItemError, Limits, Mapping, Question, Settings,
    Standing, action_search, evaluation, evaluation_body, evaluations, evaluations_body, search_body,
};
use interlock_tests::Native;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::answers::manifest;

const DERIVED: &str = include_str!("../../../../tests/authzen/schemas/authzen-1_0.derived.schema.json");

struct Bodies {
    schemas: Schemas,
    /// Of one decision, of several, of a search.
    answers: [SchemaIndex; 3],
    native: Native,
    mapping: Mapping,
}

static BODIES: LazyLock<Bodies> = LazyLock::new(|| {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    let mut file: Value = serde_json::from_str(DERIVED).unwrap();
    file["$id"] = json!("http://schemas/derived");
    compiler.add_resource("http://schemas/derived", file).unwrap();
    let answers = ["decision", "evaluations-response", "search-response"].map(|name| {
        compiler.compile(&format!("http://schemas/derived#/$defs/{name}"), &mut schemas).unwrap()
    });
    let native = Native::backup();
    let mapping = Mapping::new(&Settings::default(), Directory::default().into(), manifest(&native)).unwrap();
    Bodies { schemas, answers, native, mapping }
});

impl Bodies {
    /// Asks a body of everything, and fails if an answer matches no schema.
    fn ask(&self, body: &[u8]) {
        let limits = Limits::default();
        let by = Answerer { manifest: manifest(&self.native), digest: "sha256:00" };
        let decide = |request: &_| self.native.evaluate(request).map_err(ItemError::from);
        let one = |question: Question<'_>| self.mapping.answer(question, Standing::Ordinary, decide);
        let short = |error: interlock_authzen::BodyError| assert!(error.to_string().len() < 2000, "{error}");
        match evaluation(body, &limits) {
            Ok(request) => self.check(0, &evaluation_body(&one(request.question()), by)),
            Err(error) => short(error),
        }
        match evaluations(body, &limits) {
            Ok(EvaluationsRequest::Single(request)) => {
                self.check(1, &evaluation_body(&one(request.question()), by));
            }
            Ok(EvaluationsRequest::Batch(batch)) => {
                let answers = batch.answers(|question| question.map_or_else(Answer::from, one));
                assert!(answers.len() <= batch.len());
                self.check(1, &evaluations_body(&answers, by));
            }
            Err(error) => short(error),
        }
        match action_search(body, &limits) {
            Ok(request) => {
                let survey = |query: &_| self.native.survey(query).map_err(ItemError::from);
                let found = self.mapping.search_actions(&request, Standing::Ordinary, survey);
                self.check(2, &search_body(&found, request.page, by));
            }
            Err(error) => short(error),
        }
    }

    fn check(&self, schema: usize, body: &[u8]) {
        let body: Value = serde_json::from_slice(body).unwrap();
        if let Err(error) = self.schemas.validate(&body, self.answers[schema]) {
            panic!("{body}: {error}");
        }
    }
}

/// Names and values that mean something are likelier than others.
fn word() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "subject",
        "action",
        "resource",
        "context",
        "evaluations",
        "options",
        "page",
        "type",
        "kind",
        "id",
        "name",
        "properties",
        "attributes",
        "state",
        "roles",
        "mode",
        "coverage",
        "related",
        "evaluations_semantic",
        "deny_on_first_deny",
        "token",
        "limit",
        "backup",
        "cluster",
        "success",
        "active",
        "owner",
        "classic",
        "federated",
        "complete",
        "view",
        "delete",
        "ann",
        "system",
        "px-backup-app.user",
        "absent",
        "1",
    ]);
    prop_oneof![8 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => word().prop_map(Value::String),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 48, 6, |inner| {
        let members = prop::collection::vec((word(), inner.clone()), 0..6);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::Array),
            members.prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A good body with something else in up to three places.
fn spoilt() -> impl Strategy<Value = Value> {
    let place = prop::sample::select(vec![
        "/subject",
        "/subject/id",
        "/subject/properties",
        "/subject/properties/roles",
        "/action",
        "/action/name",
        "/action/properties",
        "/resource",
        "/resource/type",
        "/resource/properties/state",
        "/resource/properties/owner",
        "/context",
        "/context/mode",
        "/context/related",
        "/context/related/0",
        "/context/related/0/properties",
        "/context/coverage",
        "/evaluations",
        "/evaluations/0",
        "/evaluations/0/subject",
        "/options",
        "/options/evaluations_semantic",
        "/page",
        "/page/limit",
        "/page/token",
    ]);
    prop::collection::vec((place, anything()), 0..4).prop_map(|changes| {
        let mut body = json!({
            "subject": {"type": "user", "id": "ann", "properties": {"roles": ["px-backup-app.user"]}},
            "action": {"name": "delete", "properties": {}},
            "resource": {"type": "backup", "id": "b1", "properties": {"state": "success", "owner": "ann"}},
            "context": {"mode": "classic", "coverage": "partial", "related": [
                {"type": "cluster", "id": "c1", "properties": {"state": "active"}},
            ]},
            "evaluations": [{"subject": {"type": "user", "id": "bob"}}, {}],
            "options": {"evaluations_semantic": "execute_all"},
            "page": {"limit": 2, "token": ""},
        });
        for (place, value) in changes {
            if let Some(there) = body.pointer_mut(place) {
                *there = value;
            }
        }
        body
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_refused_or_answered_by_its_schema(body in anything()) {
        BODIES.ask(body.to_string().as_bytes());
    }

    #[test]
    fn a_body_that_is_wrong_in_places_is_refused_or_answered_by_its_schema(body in spoilt()) {
        BODIES.ask(body.to_string().as_bytes());
    }

    #[test]
    fn any_bytes_are_refused_or_answered(body in prop::collection::vec(any::<u8>(), 0..200)) {
        BODIES.ask(&body);
    }

    #[test]
    fn a_body_cut_or_changed_in_a_byte_is_refused_or_answered(
        body in spoilt(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>(),
    ) {
        let mut body = body.to_string().into_bytes();
        let at = at.index(body.len());
        if cut { body.truncate(at) } else { body[at] = byte }
        BODIES.ask(&body);
    }
}
