//! The public scenarios of AuthZEN: read, mapped, decided by components in Wasmtime, answered.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what a test needs is there, or the test fails")]

mod schemas;

use std::sync::{Arc, LazyLock};

use interlock::{Engine, EvaluateError, Policy};
use interlock_authzen::{
    Answer, Answerer, Directory, EvaluationsRequest, Found, ItemError, Limits, Mapping, Page, Searches,
    Settings, Standing, action_search, evaluation, evaluation_body, evaluations, evaluations_body,
    metadata_body, resource_search, search_body, subject_search,
};
use interlock_tests::authzen::{Endpoint, Scenario, Vector};
use schemas::Schema;
use serde_json::Value;

/// A scenario's policy and directory, asked as a service asks them.
struct Asked {
    policy: Policy,
    mapping: Mapping,
}

static TODO: LazyLock<Asked> = LazyLock::new(|| Asked::new(Scenario::Todo));
static SEARCH: LazyLock<Asked> = LazyLock::new(|| Asked::new(Scenario::Search));

impl Asked {
    fn new(scenario: Scenario) -> Self {
        let policy = Engine::new().unwrap().load(&scenario.component().unwrap()).unwrap();
        let directory: Directory = toml::from_str(scenario.directory()).unwrap();
        let mapping = Mapping::new(&Settings::default(), Arc::new(directory), policy.manifest()).unwrap();
        Self { policy, mapping }
    }

    fn by(&self) -> Answerer<'_> {
        Answerer { manifest: self.policy.manifest(), digest: self.policy.digest() }
    }

    fn answer(&self, question: interlock_authzen::Question<'_>) -> Answer {
        self.mapping
            .answer(question, Standing::Ordinary, |request| self.policy.evaluate(request).map_err(failure))
    }

    fn found(&self, results: &Result<Vec<Found>, ItemError>, page: Option<Page>) -> Vec<u8> {
        search_body(results, page, self.by())
    }

    /// The body that answers a body.
    fn post(&self, endpoint: Endpoint, body: &[u8]) -> Value {
        let limits = Limits::default();
        let decide = |request: &_| self.policy.evaluate(request).map_err(failure);
        let answer = match endpoint {
            Endpoint::Evaluation => {
                let request = evaluation(body, &limits).unwrap();
                evaluation_body(&self.answer(request.question()), self.by())
            }
            Endpoint::Evaluations => match evaluations(body, &limits).unwrap() {
                EvaluationsRequest::Single(request) => {
                    evaluation_body(&self.answer(request.question()), self.by())
                }
                EvaluationsRequest::Batch(batch) => {
                    let answers = batch.answers(|question| match question {
                        Ok(question) => self.answer(question),
                        Err(error) => error.into(),
                    });
                    evaluations_body(&answers, self.by())
                }
            },
            Endpoint::SearchAction => {
                let request = action_search(body, &limits).unwrap();
                let survey = |query: &_| self.policy.survey(query).map_err(failure);
                let found = self.mapping.search_actions(&request, Standing::Ordinary, survey);
                self.found(&found, request.page)
            }
            Endpoint::SearchSubject => {
                let request = subject_search(body, &limits).unwrap();
                let found = self.mapping.search_subjects(&request, Standing::Ordinary, decide);
                self.found(&found, request.page)
            }
            Endpoint::SearchResource => {
                let request = resource_search(body, &limits).unwrap();
                let found = self.mapping.search_resources(&request, Standing::Ordinary, decide);
                self.found(&found, request.page)
            }
        };
        serde_json::from_slice(&answer).unwrap()
    }
}

fn failure(error: EvaluateError) -> ItemError {
    match error {
        EvaluateError::Request(mistake) => mistake.into(),
        EvaluateError::Call(failure) => panic!("the component did not answer: {failure}"),
    }
}

/// Every vector of an endpoint is answered as wanted, by a body of its schema.
#[track_caller]
fn check(asked: &Asked, scenario: Scenario, endpoint: Endpoint, count: usize) {
    let vectors: Vec<Vector> =
        scenario.vectors().into_iter().filter(|vector| vector.endpoint == endpoint).collect();
    assert_eq!(vectors.len(), count, "vectors");
    let (request, response) = Schema::of(endpoint);
    let mut wrong = Vec::new();
    for vector in &vectors {
        request.check(&vector.request);
        let answer = asked.post(endpoint, vector.request.to_string().as_bytes());
        response.check(&answer);
        wrong.extend(vector.check(&answer).err());
    }
    assert!(wrong.is_empty(), "{} of {count} are answered otherwise:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_todo_scenario_is_answered_40_of_40() {
    check(&TODO, Scenario::Todo, Endpoint::Evaluation, 40);
}

#[test]
fn the_batches_of_the_todo_scenario_are_answered_3_of_3() {
    check(&TODO, Scenario::Todo, Endpoint::Evaluations, 3);
}

#[test]
fn the_searches_for_actions_are_answered_120_of_120() {
    check(&SEARCH, Scenario::Search, Endpoint::SearchAction, 120);
}

#[test]
fn the_searches_for_subjects_are_answered_60_of_60() {
    check(&SEARCH, Scenario::Search, Endpoint::SearchSubject, 60);
}

#[test]
fn the_metadata_matches_its_schema() {
    let searches = Searches { subject: true, resource: true, action: true };
    for searches in [searches, Searches::default()] {
        let body = metadata_body("https://pdp.example.com/todo/", searches).unwrap();
        Schema::METADATA.check(&serde_json::from_slice(&body).unwrap());
    }
}

#[test]
fn the_searches_for_resources_are_answered_18_of_18() {
    check(&SEARCH, Scenario::Search, Endpoint::SearchResource, 18);
}
