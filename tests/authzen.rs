//! The public scenarios of AuthZEN as data: requests, the answers wanted, who and what is in the directory.

use std::collections::BTreeSet;

use interlock_componentize::{Error, Guest};
use serde_json::{Value, json};

/// A public scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// Entries of a todo list: 40 evaluations, 3 requests for evaluations.
    Todo,
    /// Records of departments: 120 searches for actions, 60 for subjects, 18 for resources.
    Search,
}

/// One request and the answer wanted.
#[derive(Clone, Debug)]
pub struct Vector {
    /// What is asked.
    pub endpoint: Endpoint,
    /// The file it stands in, and its position there.
    pub place: String,
    /// The body of the request.
    pub request: Value,
    expected: Value,
}

/// What a vector is posted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// One evaluation.
    Evaluation,
    /// Several.
    Evaluations,
    /// Actions of a subject on a resource.
    SearchAction,
    /// Subjects of an action on a resource.
    SearchSubject,
    /// Resources of an action by a subject.
    SearchResource,
}

impl Endpoint {
    /// The path of the specification, and of `tests/authzen/README.md`'s schemas the name of the answer.
    pub fn path(self) -> &'static str {
        match self {
            Self::Evaluation => "/access/v1/evaluation",
            Self::Evaluations => "/access/v1/evaluations",
            Self::SearchAction => "/access/v1/search/action",
            Self::SearchSubject => "/access/v1/search/subject",
            Self::SearchResource => "/access/v1/search/resource",
        }
    }
}

impl Scenario {
    /// The directory that its requests presuppose, as TOML.
    pub fn directory(self) -> &'static str {
        match self {
            Self::Todo => include_str!("authzen/todo/directory.toml"),
            Self::Search => include_str!("authzen/search/directory.toml"),
        }
    }

    /// Its policy, compiled to a component.
    ///
    /// # Errors
    ///
    /// Where the compiler cannot make one.
    pub fn component(self) -> Result<Vec<u8>, Error> {
        let package = match self {
            Self::Todo => "interlock-authzen-todo-policy",
            Self::Search => "interlock-authzen-search-policy",
        };
        Guest::new(env!("CARGO_MANIFEST_DIR"), package).build()
    }

    /// Every vector, in the order of the files.
    pub fn vectors(self) -> Vec<Vector> {
        match self {
            Self::Todo => {
                let file = include_str!("authzen/todo/decisions.json");
                let mut vectors = read("decisions.json", file, "evaluation", Endpoint::Evaluation);
                vectors.extend(read("decisions.json", file, "evaluations", Endpoint::Evaluations));
                vectors
            }
            Self::Search => {
                let files = [
                    (
                        "action.results.json",
                        include_str!("authzen/search/action.results.json"),
                        Endpoint::SearchAction,
                    ),
                    (
                        "subject.results.json",
                        include_str!("authzen/search/subject.results.json"),
                        Endpoint::SearchSubject,
                    ),
                    (
                        "resource.results.json",
                        include_str!("authzen/search/resource.results.json"),
                        Endpoint::SearchResource,
                    ),
                ];
                let read = |(name, file, endpoint)| read(name, file, "evaluation", endpoint);
                files.into_iter().flat_map(read).collect()
            }
        }
    }
}

impl Vector {
    /// Whether a body answers as wanted: the same decision; the same decisions in the same order and number; the same
    /// results in whatever order.
    ///
    /// # Errors
    ///
    /// A sentence that says how it differs.
    pub fn check(&self, answer: &Value) -> Result<(), String> {
        let decision = |answer: &Value| answer.get("decision").cloned().unwrap_or_default();
        let list = |list: &Value| list.as_array().cloned().unwrap_or_default();
        let (wanted, answered) = match self.endpoint {
            Endpoint::Evaluation => (self.expected.clone(), decision(answer)),
            Endpoint::Evaluations => {
                let decisions = |answers: &Value| list(answers).iter().map(decision).collect::<Vec<_>>();
                (json!(decisions(&self.expected)), json!(decisions(&answer["evaluations"])))
            }
            _ => {
                let set = |answer: &Value| {
                    let names: BTreeSet<String> =
                        list(&answer["results"]).iter().map(ToString::to_string).collect();
                    json!(names)
                };
                // Twice the same result is one too many.
                let count = |answer: &Value| list(&answer["results"]).len();
                (json!([set(&self.expected), count(&self.expected)]), json!([set(answer), count(answer)]))
            }
        };
        if wanted == answered {
            return Ok(());
        }
        Err(format!("{}: wanted {wanted}, answered {answered}, asked {}", self.place, self.request))
    }
}

fn read(name: &str, file: &str, list: &str, endpoint: Endpoint) -> Vec<Vector> {
    let file: Value = serde_json::from_str(file).unwrap_or_default();
    let vectors = file.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
    let vector = |(position, vector): (usize, Value)| Vector {
        endpoint,
        place: format!("{name}, {list}[{position}]"),
        request: vector["request"].clone(),
        expected: vector["expected"].clone(),
    };
    vectors.into_iter().enumerate().map(vector).collect()
}
