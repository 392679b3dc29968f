//! JSON Schemas of the bodies.

use std::sync::LazyLock;

use boon::{Compiler, SchemaIndex, Schemas};
use interlock_tests::authzen::Endpoint;
use serde_json::Value;

/// A schema, by its place in the files.
#[derive(Clone, Copy)]
pub(crate) struct Schema(&'static str);

static ALL: LazyLock<(Schemas, Vec<(&str, SchemaIndex)>)> = LazyLock::new(|| {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    let files = [
        include_str!("schemas/authzen-1_0.derived.schema.json"),
        include_str!("schemas/evaluation-request.schema.json"),
        include_str!("schemas/evaluation-response.schema.json"),
    ];
    for file in files {
        let mut file: Value = serde_json::from_str(file).unwrap();
        // Their own ids are no URLs.
        let id = format!("http://schemas/{}", file["$id"].as_str().unwrap());
        file["$id"] = Value::String(id.clone());
        compiler.add_resource(&id, file).unwrap();
    }
    let mut compile =
        |place| (place, compiler.compile(&format!("http://schemas/{place}"), &mut schemas).unwrap());
    let all = PLACES.into_iter().map(&mut compile).collect();
    (schemas, all)
});

const PLACES: [&str; 11] = [
    "authzen-evaluation-request",
    "authzen-evaluation-response",
    "authzen-1_0-derived#/$defs/evaluation-request",
    "authzen-1_0-derived#/$defs/decision",
    "authzen-1_0-derived#/$defs/evaluations-request",
    "authzen-1_0-derived#/$defs/evaluations-response",
    "authzen-1_0-derived#/$defs/action-search-request",
    "authzen-1_0-derived#/$defs/subject-search-request",
    "authzen-1_0-derived#/$defs/resource-search-request",
    "authzen-1_0-derived#/$defs/search-response",
    "authzen-1_0-derived#/$defs/metadata",
];

impl Schema {
    pub(crate) const METADATA: Self = Self(PLACES[10]);

    /// Of what is posted to an endpoint, and of what it answers.
    pub(crate) fn of(endpoint: Endpoint) -> (Self, Self) {
        let (request, response) = match endpoint {
            Endpoint::Evaluation => (0, 1),
            Endpoint::Evaluations => (4, 5),
            Endpoint::SearchAction => (6, 9),
            Endpoint::SearchSubject => (7, 9),
            Endpoint::SearchResource => (8, 9),
        };
        (Self(PLACES[request]), Self(PLACES[response]))
    }

    /// Fails where a body does not match.
    #[track_caller]
    pub(crate) fn check(self, body: &Value) {
        let (schemas, all) = &*ALL;
        let (_, schema) = all.iter().find(|(place, _)| *place == self.0).unwrap();
        if let Err(error) = schemas.validate(body, *schema) {
            panic!("{body} is no {}: {error}", self.0);
        }
    }
}
