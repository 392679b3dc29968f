//! AuthZEN over a real socket: the public scenarios, and what the specification says of bodies and headers.

use std::path::Path;
use std::sync::LazyLock;

use boon::{Compiler, Schemas};
use interlock_tests::authzen::{Endpoint, Scenario, Vector};
use reqwest::Method;
use serde_json::{Value, json};

use crate::service::{Answer, Service, token};

#[path = "../authzen/schemas.rs"]
mod schemas;

use schemas::Schema;

static TODO: LazyLock<Vec<u8>> = LazyLock::new(|| Scenario::Todo.component().unwrap());
static SEARCH: LazyLock<Vec<u8>> = LazyLock::new(|| Scenario::Search.component().unwrap());

const BACKUP: &str = "[[policy]]\nname = \"backup\"\nsource = \"embedded:backup\"\n";

/// The scenarios' policies and directories in a folder, and the configuration that serves both. They let people in by
/// more than roles, so that their grants are not all that there is to say.
pub(crate) fn scenarios(folder: &Path) -> String {
    let mut config = String::new();
    for (name, scenario, component) in
        [("todo", Scenario::Todo, &*TODO), ("search", Scenario::Search, &*SEARCH)]
    {
        std::fs::write(folder.join(format!("{name}.wasm")), component).unwrap();
        std::fs::write(folder.join(format!("{name}.toml")), scenario.directory()).unwrap();
        config += &format!(
            "[[policy]]\nname = \"{name}\"\nsource = \"{name}.wasm\"\ndirectory = \"{name}.toml\"\n\
             [policy.rollout]\ngrants = \"tell\"\n"
        );
    }
    config
}

/// A service of both scenarios; the first answers where a path names none.
async fn served() -> (tempfile::TempDir, Service) {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(&scenarios(folder.path()), folder.path()).await;
    (folder, service)
}

/// The schemas of the service's own document.
struct Document(Value);

impl Document {
    async fn of(service: &Service) -> Self {
        Self(service.get("/openapi.json").await.json())
    }

    /// Fails where a body does not match the schema in a place.
    #[track_caller]
    fn check(&self, place: &str, body: &Value) {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource("http://service/openapi.json", self.0.clone()).unwrap();
        let schema = compiler.compile(&format!("http://service/openapi.json#{place}"), &mut schemas).unwrap();
        if let Err(error) = schemas.validate(body, schema) {
            panic!("{body} is not as in {place}: {error}");
        }
    }

    #[track_caller]
    fn check_request(&self, path: &str, body: &Value) {
        let path = path.replace('/', "~1");
        self.check(&format!("/paths/{path}/post/requestBody/content/application~1json/schema"), body);
    }

    #[track_caller]
    fn check_answer(&self, method: &str, path: &str, body: &Value) {
        let path = path.replace('/', "~1");
        self.check(&format!("/paths/{path}/{method}/responses/200/content/application~1json/schema"), body);
    }
}

/// Every vector of a scenario is answered as wanted, by a body of its schemas.
async fn check(scenario: Scenario, name: &str, counts: [(Endpoint, usize); 5]) {
    let (_folder, service) = served().await;
    let document = Document::of(&service).await;
    let vectors = scenario.vectors();
    for (endpoint, count) in counts {
        let of_endpoint: Vec<&Vector> = vectors.iter().filter(|vector| vector.endpoint == endpoint).collect();
        assert_eq!(of_endpoint.len(), count, "vectors of {endpoint:?}");
        let (request, response) = Schema::of(endpoint);
        let mut wrong = Vec::new();
        for (position, vector) in of_endpoint.into_iter().enumerate() {
            let answer = service.post(&format!("/{name}{}", endpoint.path()), &vector.request).await;
            assert_eq!((answer.status.as_u16(), &answer.headers["content-type"]), (200, &json_type()));
            let body = answer.json();
            request.check(&vector.request);
            response.check(&body);
            // Compiling a schema takes longer than an answer, and vectors of one endpoint are alike.
            if position % 20 == 0 {
                document.check_request(&format!("/{{policy}}{}", endpoint.path()), &vector.request);
                document.check_answer("post", endpoint.path(), &body);
            }
            wrong.extend(vector.check(&body).err());
        }
        assert!(wrong.is_empty(), "{} of {count} are answered otherwise:\n{}", wrong.len(), wrong.join("\n"));
    }
}

fn json_type() -> reqwest::header::HeaderValue {
    reqwest::header::HeaderValue::from_static("application/json")
}

#[tokio::test]
async fn the_todo_scenario_is_answered_43_of_43() {
    let counts = [
        (Endpoint::Evaluation, 40),
        (Endpoint::Evaluations, 3),
        (Endpoint::SearchAction, 0),
        (Endpoint::SearchSubject, 0),
        (Endpoint::SearchResource, 0),
    ];
    check(Scenario::Todo, "todo", counts).await;
}

#[tokio::test]
async fn the_search_scenario_is_answered_198_of_198() {
    let counts = [
        (Endpoint::Evaluation, 0),
        (Endpoint::Evaluations, 0),
        (Endpoint::SearchAction, 120),
        (Endpoint::SearchSubject, 60),
        (Endpoint::SearchResource, 18),
    ];
    check(Scenario::Search, "search", counts).await;
}

const MORTY: &str = "CiRmZDE2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs";

/// Morty, an editor, asks about an entry of somebody.
fn morty(action: &str, owner: &str) -> Value {
    json!({
        "subject": {"type": "user", "id": MORTY},
        "action": {"name": action},
        "resource": {"type": "todo", "id": "1", "properties": {"ownerID": owner}},
    })
}

const OWN: &str = "morty@the-citadel.com";
const OTHER: &str = "rick@the-citadel.com";

/// A body with further members at its top, in place of those of the same names.
fn with(mut body: Value, more: Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn without(mut body: Value, place: &str) -> Value {
    let (parent, name) = place.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name).unwrap();
    body
}

fn replaced(mut body: Value, place: &str, value: Value) -> Value {
    *body.pointer_mut(place).unwrap() = value;
    body
}

const EVALUATION: &str = "/access/v1/evaluation";
const EVALUATIONS: &str = "/access/v1/evaluations";
const ACTIONS: &str = "/search/access/v1/search/action";
const SUBJECTS: &str = "/search/access/v1/search/subject";
const RESOURCES: &str = "/search/access/v1/search/resource";

fn search(subject: &str, resource: &str) -> Value {
    json!({
        "subject": {"type": "user", "id": subject},
        "action": {"name": "view"},
        "resource": {"type": "record", "id": resource},
    })
}

#[tokio::test]
async fn a_body_that_is_none_is_400_with_a_message() {
    let (_folder, service) = served().await;
    let fine = morty("can_update_todo", OWN);
    let batch = with(fine.clone(), json!({"evaluations": [{}]}));
    let wrong = [
        (EVALUATION, String::new(), "the body is not JSON: "),
        (EVALUATION, "{\"subject\":".to_owned(), "the body is not JSON: "),
        (EVALUATION, fine.to_string() + "x", "the body is not JSON: "),
        (EVALUATION, "[]".to_owned(), "the body: expected an object, found "),
        (EVALUATION, "{}".to_owned(), "subject: missing, expected an object"),
        (EVALUATION, without(fine.clone(), "/subject").to_string(), "subject: missing, expected an object"),
        (EVALUATION, without(fine.clone(), "/action").to_string(), "action: missing, expected an object"),
        (EVALUATION, without(fine.clone(), "/resource").to_string(), "resource: missing, expected an object"),
        (
            EVALUATION,
            without(fine.clone(), "/subject/id").to_string(),
            "subject.id: missing, expected a string",
        ),
        (EVALUATION, without(fine.clone(), "/subject/type").to_string(), "subject.type: missing"),
        (EVALUATION, without(fine.clone(), "/action/name").to_string(), "action.name: missing"),
        (EVALUATION, without(fine.clone(), "/resource/id").to_string(), "resource.id: missing"),
        (
            EVALUATION,
            replaced(fine.clone(), "/subject", json!("u")).to_string(),
            "subject: expected an object",
        ),
        (
            EVALUATION,
            replaced(fine.clone(), "/subject", json!(null)).to_string(),
            "subject: expected an object",
        ),
        (
            EVALUATION,
            replaced(fine.clone(), "/subject/id", json!(7)).to_string(),
            "subject.id: expected a string",
        ),
        (
            EVALUATION,
            replaced(fine.clone(), "/action/name", json!([])).to_string(),
            "action.name: expected a string",
        ),
        (
            EVALUATION,
            replaced(fine.clone(), "/resource/properties", json!([])).to_string(),
            "resource.properties: expected an object",
        ),
        (EVALUATION, with(fine.clone(), json!({"context": 1})).to_string(), "context: expected an object"),
        (EVALUATION, format!("{}1{}", "[".repeat(40), "]".repeat(40)), "the body is nested deeper than"),
        (EVALUATIONS, "{".to_owned(), "the body is not JSON: "),
        (
            EVALUATIONS,
            with(fine.clone(), json!({"evaluations": {}})).to_string(),
            "evaluations: expected a list",
        ),
        (EVALUATIONS, without(fine.clone(), "/action").to_string(), "action: missing, expected an object"),
        (EVALUATIONS, with(batch.clone(), json!({"subject": 5})).to_string(), "subject: expected an object"),
        (EVALUATIONS, with(batch.clone(), json!({"options": []})).to_string(), "options: expected an object"),
        (
            EVALUATIONS,
            with(batch, json!({"options": {"evaluations_semantic": "some"}})).to_string(),
            "options.evaluations_semantic: expected `execute_all`, `deny_on_first_deny` or",
        ),
        (ACTIONS, "nothing".to_owned(), "the body is not JSON: "),
        (ACTIONS, without(search("alice", "101"), "/resource/id").to_string(), "resource.id: missing"),
        (SUBJECTS, without(search("alice", "101"), "/subject/type").to_string(), "subject.type: missing"),
        (RESOURCES, without(search("alice", "101"), "/action").to_string(), "action: missing"),
        (
            RESOURCES,
            with(search("alice", "101"), json!({"page": {"limit": "2"}})).to_string(),
            "page.limit: expected a whole number from 0",
        ),
        (
            RESOURCES,
            with(search("alice", "101"), json!({"page": {"token": "made up"}})).to_string(),
            "page.token: expected a `next_token` that was answered",
        ),
    ];
    for (path, body, message) in wrong {
        let request = service.request(Method::POST, path).header("content-type", "application/json");
        let answer = service.send(request.header("x-request-id", "r-1").body(body)).await;
        check_error(&answer, 400, "malformed-request", message);
        assert_eq!(answer.headers["x-request-id"], "r-1");
    }
    let long = with(fine, json!({"evaluations": vec![json!({}); 10_001]}));
    let allowed = "evaluations: 10001 in one request, allowed are 10000";
    check_error(&service.post(EVALUATIONS, &long).await, 413, "too-large", allowed);
    let large = morty("can_update_todo", &"x".repeat(2 << 20));
    check_error(
        &service.post(EVALUATION, &large).await,
        413,
        "too-large",
        "the body has more bytes than allowed",
    );
    let own = service.post("/v1/policies/todo/evaluate", &large).await;
    check_error(&own, 413, "too-large", "the body has more bytes than allowed");
    let unknown = service.post("/elsewhere/access/v1/evaluation", &morty("can_update_todo", OWN)).await;
    check_error(&unknown, 404, "not-found", "there is no policy of that name");
    let got = service.get(EVALUATION).await;
    check_error(&got, 405, "method-not-allowed", "the path does not take this method");
}

#[track_caller]
fn check_error(answer: &Answer, status: u16, code: &str, message: &str) {
    assert_eq!(answer.headers["content-type"], "application/json");
    let body = answer.json();
    let said = body["error"]["message"].as_str().unwrap();
    assert_eq!((answer.status.as_u16(), &body["error"]["code"]), (status, &json!(code)), "{said}");
    assert!(said.starts_with(message), "{said}");
}

#[tokio::test]
async fn another_content_type_is_400() {
    let (_folder, service) = served().await;
    let body = morty("can_update_todo", OWN).to_string();
    let ask = |path: &str, content_type: Option<&str>| {
        let request = service.request(Method::POST, path).body(body.clone());
        service.send(match content_type {
            Some(content_type) => request.header("content-type", content_type),
            None => request,
        })
    };
    for path in [EVALUATION, EVALUATIONS, ACTIONS, SUBJECTS, RESOURCES] {
        for wrong in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "json", ""] {
            let message = "the content type is another than `application/json`";
            check_error(&ask(path, Some(wrong)).await, 400, "wrong-content-type", message);
        }
        let message = "there is no content type: send `Content-Type: application/json`";
        check_error(&ask(path, None).await, 400, "wrong-content-type", message);
    }
    for fine in ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"] {
        assert_eq!(ask(EVALUATION, Some(fine)).await.status, 200, "{fine}");
    }
}

/// What one body is answered with: by pointer, the values wanted.
type Wanted = Vec<(&'static str, Value)>;

#[tokio::test]
async fn what_a_policy_cannot_decide_or_denies_is_200_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let config = format!("{}{BACKUP}", scenarios(folder.path()));
    let service = Service::start(&config, folder.path()).await;
    let backup = |more: Value| {
        let body = json!({
            "subject": {"type": "user", "id": "u1", "properties": {"roles": ["backup.admin"]}},
            "action": {"name": "delete"},
            "resource": {"type": "backup", "id": "b1", "properties": {"state": "success"}},
            "context": {"mode": "federated"},
        });
        with(body, more)
    };
    let error = |status: u16, code: &str| -> Wanted {
        vec![
            ("/decision", json!(false)),
            ("/context/error/status", json!(status)),
            ("/context/error/code", json!(code)),
            ("/context/verdict", Value::Null),
        ]
    };
    const OF_BACKUP: &str = "/backup/access/v1/evaluation";
    let cases: Vec<(&str, Value, Wanted)> = vec![
        (
            EVALUATION,
            morty("can_update_todo", OWN),
            vec![
                ("/decision", json!(true)),
                ("/context/verdict", json!("allow")),
                ("/context/next_state", json!("listed")),
                ("/context/policy/name", json!("authzen-todo")),
                ("/context/policy/version", json!("0.1.0")),
            ],
        ),
        (
            EVALUATION,
            morty("can_update_todo", OTHER),
            vec![
                ("/decision", json!(false)),
                ("/context/verdict", json!("deny")),
                ("/context/error", Value::Null),
                (
                    "/context/reason_user/en",
                    json!("entry `1` cannot be changed: your roles do not give it to you"),
                ),
            ],
        ),
        (
            EVALUATION,
            without(morty("can_update_todo", OWN), "/resource/properties"),
            vec![
                ("/decision", json!(false)),
                ("/context/verdict", json!("depends")),
                ("/context/missing/0/code", json!("may-update")),
                ("/context/missing/0/supply/2", json!("target.ownerID")),
            ],
        ),
        (EVALUATION, morty("can_fly", OWN), error(404, "unknown-action")),
        (
            EVALUATION,
            replaced(morty("can_update_todo", OWN), "/resource/type", json!("cat")),
            error(404, "unknown-kind"),
        ),
        (
            EVALUATION,
            with(morty("can_update_todo", OWN), json!({"context": {"mode": "asleep"}})),
            error(404, "unknown-mode"),
        ),
        (
            EVALUATION,
            replaced(morty("can_update_todo", OWN), "/resource/properties", json!({"state": "eaten"})),
            error(404, "unknown-state"),
        ),
        (
            EVALUATION,
            replaced(morty("can_update_todo", OWN), "/resource/properties", json!({"state": 3})),
            error(400, "invalid"),
        ),
        (OF_BACKUP, backup(json!({})), vec![("/context/error", Value::Null)]),
        (OF_BACKUP, backup(json!({"context": {}})), error(400, "missing-mode")),
        (OF_BACKUP, backup(json!({"resource": {"type": "backup", "id": "b1"}})), error(400, "missing-state")),
        // What nobody knows is ignored, wherever it stands.
        (
            EVALUATION,
            json!({
                "subject": {"type": "user", "id": MORTY, "mood": [1, {"a": null}], "properties": {"mood": "x"}},
                "action": {"name": "can_update_todo", "force": true},
                "resource": {"type": "todo", "id": "1", "properties": {"ownerID": OWN, "deep": {"a": 1}}, "x": 1},
                "context": {"time": "2024-05-31T15:22-07:00", "x": [[]]},
                "options": {"y": 1},
                "z": {"a": [null]},
            }),
            vec![("/decision", json!(true)), ("/context/error", Value::Null)],
        ),
        // No evaluations: as one evaluation.
        (
            EVALUATIONS,
            with(morty("can_update_todo", OWN), json!({"evaluations": []})),
            vec![("/decision", json!(true)), ("/evaluations", Value::Null)],
        ),
        (
            EVALUATIONS,
            morty("can_update_todo", OTHER),
            vec![("/decision", json!(false)), ("/evaluations", Value::Null)],
        ),
        // One that fails does not take the others along.
        (
            EVALUATIONS,
            with(
                morty("can_update_todo", OWN),
                json!({"evaluations": [
                    {},
                    {"resource": {"type": "todo"}},
                    {"subject": 5},
                    7,
                    {"action": {"name": "can_fly"}},
                    {"action": {"name": "can_delete_todo"}},
                ]}),
            ),
            vec![
                ("/evaluations/0/decision", json!(true)),
                ("/evaluations/1/decision", json!(false)),
                ("/evaluations/1/context/error/status", json!(400)),
                (
                    "/evaluations/1/context/error/message",
                    json!("evaluations[1].resource.id: missing, expected a string"),
                ),
                ("/evaluations/2/context/error/code", json!("wrong-type")),
                ("/evaluations/3/context/error/code", json!("wrong-type")),
                ("/evaluations/4/context/error/code", json!("unknown-action")),
                ("/evaluations/5/decision", json!(true)),
                ("/evaluations/6", Value::Null),
                ("/decision", Value::Null),
            ],
        ),
        // An entity without a default, where an evaluation lacks it.
        (
            EVALUATIONS,
            with(
                without(morty("can_update_todo", OWN), "/action"),
                json!({"evaluations": [{"action": {"name": "can_update_todo"}}, {}]}),
            ),
            vec![
                ("/evaluations/0/decision", json!(true)),
                ("/evaluations/1/decision", json!(false)),
                ("/evaluations/1/context/error/code", json!("missing-member")),
            ],
        ),
        // What an evaluation gives stands whole: the default's owner is not joined to it.
        (
            EVALUATIONS,
            with(
                morty("can_update_todo", OWN),
                json!({"evaluations": [{}, {"resource": {"type": "todo", "id": "1"}}]}),
            ),
            vec![
                ("/evaluations/0/decision", json!(true)),
                ("/evaluations/1/context/verdict", json!("depends")),
            ],
        ),
    ];
    let document = Document::of(&service).await;
    for (path, body, wanted) in cases {
        let request = service.request(Method::POST, path).header("content-type", "application/json");
        // Whatever it is, it comes back.
        let id = "bfe9eb29-ab87-4ca3-be83-a1d5d8305716, \"{}\"";
        let answer = service.send(request.header("x-request-id", id).body(body.to_string())).await;
        assert_eq!(
            (answer.status.as_u16(), answer.headers["x-request-id"].as_bytes()),
            (200, id.as_bytes()),
            "{body}"
        );
        let answer = answer.json();
        for (place, value) in wanted {
            assert_eq!(
                answer.pointer(place).unwrap_or(&Value::Null),
                &value,
                "{place} of {answer}\nto {body}"
            );
        }
        let endpoint = if path == EVALUATIONS && answer.get("decision").is_none() {
            Endpoint::Evaluations
        } else {
            Endpoint::Evaluation
        };
        Schema::of(endpoint).1.check(&answer);
        document.check_answer("post", path.strip_prefix("/backup").unwrap_or(path), &answer);
    }
}

#[tokio::test]
async fn a_batch_answers_up_to_and_including_what_stops_it() {
    let (_folder, service) = served().await;
    let (yes, no) = (json!({}), json!({"action": {"name": "can_fly"}}));
    let denied = json!({"resource": {"type": "todo", "id": "2", "properties": {"ownerID": OTHER}}});
    for (semantic, items, wanted) in [
        (None, [&yes, &denied, &yes], &[true, false, true][..]),
        (Some("execute_all"), [&no, &yes, &denied], &[false, true, false]),
        (Some("deny_on_first_deny"), [&yes, &denied, &yes], &[true, false]),
        (Some("deny_on_first_deny"), [&no, &yes, &yes], &[false]),
        (Some("deny_on_first_deny"), [&yes, &yes, &yes], &[true, true, true]),
        (Some("permit_on_first_permit"), [&denied, &yes, &denied], &[false, true]),
        (Some("permit_on_first_permit"), [&denied, &no, &denied], &[false, false, false]),
    ] {
        // Few are decided where they arrive, many aside: alike.
        for before in [0, 300] {
            let filler = if semantic == Some("permit_on_first_permit") { &denied } else { &yes };
            let items: Vec<&Value> = std::iter::repeat_n(filler, before).chain(items).collect();
            let mut body = with(morty("can_update_todo", OWN), json!({"evaluations": items}));
            if let Some(semantic) = semantic {
                body["options"] = json!({"evaluations_semantic": semantic});
            }
            let answer = service.post(EVALUATIONS, &body).await.json();
            Schema::of(Endpoint::Evaluations).1.check(&answer);
            let decisions = answer["evaluations"].as_array().unwrap().iter();
            let decisions: Vec<bool> = decisions.map(|item| item["decision"].as_bool().unwrap()).collect();
            assert_eq!(&decisions[before..], wanted, "{semantic:?} after {before}");
        }
    }
}

#[tokio::test]
async fn every_evaluation_has_an_id_and_names_the_version_that_answered() {
    let (_folder, service) = served().await;
    let digest = service.get("/v1/policies").await.json()[0]["policy"]["digest"].clone();
    let items = json!([{}, {"action": {"name": "can_fly"}}, {"subject": 5}]);
    let body = with(morty("can_update_todo", OWN), json!({"evaluations": items}));
    let batch = service.post(EVALUATIONS, &body).await.json();
    let single = service.post(EVALUATION, &body).await.json();
    let mut ids = Vec::new();
    for answer in batch["evaluations"].as_array().unwrap().iter().chain([&single]) {
        assert_eq!(answer["context"]["policy"]["digest"], digest);
        let id = answer["context"]["id"].as_str().unwrap().to_owned();
        // Of version 7: in the order in which they were made.
        assert_eq!((id.len(), id.as_bytes()[14]), (36, b'7'), "{id}");
        ids.push(id);
    }
    assert!(ids.is_sorted_by(|one, next| one < next), "{ids:?}");
}

#[tokio::test]
async fn a_search_ignores_the_id_of_what_it_looks_for_and_finds_nothing_of_what_nobody_knows() {
    let (_folder, service) = served().await;
    let results = async |path: &str, body: &Value| {
        let answer = service.post(path, body).await;
        assert_eq!(answer.status, 200, "{body}");
        let answer = answer.json();
        Schema::of(Endpoint::SearchAction).1.check(&answer);
        answer["results"].as_array().unwrap().clone()
    };
    let all = search("alice", "101");
    for (path, searched) in [(SUBJECTS, "/subject/id"), (RESOURCES, "/resource/id")] {
        let wanted = results(path, &without(all.clone(), searched)).await;
        assert!(wanted.len() > 1, "{wanted:?}");
        for ignored in [json!("alice"), json!("nobody"), json!("")] {
            assert_eq!(results(path, &replaced(all.clone(), searched, ignored)).await, wanted);
        }
    }
    assert_eq!(results(ACTIONS, &all).await, results(ACTIONS, &without(all.clone(), "/action")).await);
    let nothing: [Value; 0] = [];
    for (path, place, unknown) in [
        (SUBJECTS, "/subject/type", "robot"),
        (RESOURCES, "/resource/type", "sandwich"),
        (RESOURCES, "/subject/id", "nobody"),
        (ACTIONS, "/subject/id", "nobody"),
        (ACTIONS, "/resource/type", "sandwich"),
    ] {
        assert_eq!(results(path, &replaced(all.clone(), place, json!(unknown))).await, nothing, "{place}");
    }
    assert_eq!(results(SUBJECTS, &replaced(all.clone(), "/action/name", json!("eat"))).await, nothing);
}

#[tokio::test]
async fn a_search_page_by_page_finds_what_it_finds_at_once() {
    let (_folder, service) = served().await;
    let whole = service.post(RESOURCES, &search("alice", "101")).await.json();
    assert_eq!(whole.get("page"), None);
    let (mut found, mut token) = (Vec::new(), String::new());
    loop {
        let body = with(search("alice", "101"), json!({"page": {"limit": 3, "token": token}}));
        let page = service.post(RESOURCES, &body).await.json();
        Schema::of(Endpoint::SearchResource).1.check(&page);
        found.extend(page["results"].as_array().unwrap().clone());
        token = page["page"]["next_token"].as_str().unwrap().to_owned();
        if token.is_empty() {
            break;
        }
        assert_eq!(page["results"].as_array().unwrap().len(), 3);
    }
    assert!(found.len() > 3);
    assert_eq!(json!(found), whole["results"]);
}

#[tokio::test]
async fn the_metadata_says_where_everything_is_and_needs_no_token() {
    let folder = tempfile::tempdir().unwrap();
    let token = token(folder.path(), "application", "decide");
    let config = scenarios(folder.path());
    for public in [None, Some("https://pdp.example.com/prefix")] {
        let url = public.map_or(String::new(), |url| format!("public_url = \"{url}\"\n"));
        let config = format!("{url}tokens = \"tokens\"\n{config}");
        let service = Service::start(&config, folder.path()).await;
        let document = Document::of(&service).await;
        let base = public.map_or(service.url().replace("http://", "https://"), ToOwned::to_owned);
        for (path, documented, below) in [
            ("/.well-known/authzen-configuration", "/.well-known/authzen-configuration", ""),
            (
                "/todo/.well-known/authzen-configuration",
                "/{policy}/.well-known/authzen-configuration",
                "/todo",
            ),
            (
                "/.well-known/authzen-configuration/search",
                "/.well-known/authzen-configuration/{policy}",
                "/search",
            ),
        ] {
            let answer = service.get(path).await;
            assert_eq!((answer.status.as_u16(), &answer.headers["content-type"]), (200, &json_type()));
            let metadata = answer.json();
            Schema::METADATA.check(&metadata);
            document.check_answer("get", documented, &metadata);
            assert_eq!(metadata["policy_decision_point"], format!("{base}{below}"));
            for (name, url) in metadata.as_object().unwrap() {
                let path = url.as_str().unwrap().strip_prefix(&*base).unwrap();
                if name == "policy_decision_point" {
                    continue;
                }
                let request =
                    || service.request(Method::POST, path).header("content-type", "application/json");
                let nobody = service.send(request().body("{}")).await;
                check_error(&nobody, 401, "unauthenticated", "send `Authorization: Bearer` and a token");
                // It is there, and has read the body.
                let known = service.send(request().bearer_auth(&token).body("{}")).await;
                check_error(&known, 400, "malformed-request", "subject: missing");
            }
        }
        for unknown in ["/.well-known/authzen-configuration/x", "/x/.well-known/authzen-configuration"] {
            check_error(&service.get(unknown).await, 404, "not-found", "there is no policy of that name");
        }
        service.stop().await;
    }
}

#[tokio::test]
async fn the_role_system_listed_or_claimed_and_events_need_a_token_with_the_right() {
    let folder = tempfile::tempdir().unwrap();
    let ordinary = token(folder.path(), "application", "decide");
    let platform = token(folder.path(), "platform", "decide,system");
    let directory = "[[subjects]]\nid = \"controller\"\nroles = [\"system\"]\n";
    std::fs::write(folder.path().join("platform.toml"), directory).unwrap();
    let config = format!("tokens = \"tokens\"\n{BACKUP}directory = \"platform.toml\"\n");
    let service = Service::start(&config, folder.path()).await;
    let event = |subject: Value| {
        json!({
            "subject": subject,
            "action": {"name": "validation-failed"},
            "resource": {"type": "backup-location", "id": "blob-eu", "properties": {"state": "valid"}},
            "context": {"mode": "federated"},
        })
    };
    let listed = json!({"type": "service", "id": "controller"});
    let claimed = json!({"type": "service", "id": "other", "properties": {"roles": ["system"]}});
    let neither = json!({"type": "user", "id": "u1", "properties": {"roles": ["backup.admin"]}});
    for (token, subject, decision, error) in [
        (&ordinary, &listed, false, json!("system-not-allowed")),
        (&ordinary, &claimed, false, json!("system-not-allowed")),
        (&ordinary, &neither, false, Value::Null),
        (&platform, &listed, true, Value::Null),
        (&platform, &claimed, true, Value::Null),
        (&platform, &neither, false, Value::Null),
    ] {
        let body = event(subject.clone());
        let batch = with(body.clone(), json!({"evaluations": [{}]}));
        for (path, body, answer) in [(EVALUATION, &body, ""), (EVALUATIONS, &batch, "/evaluations/0")] {
            let request = service.request(Method::POST, path).header("content-type", "application/json");
            let answered = service.send(request.bearer_auth(token).body(body.to_string())).await;
            assert_eq!(answered.status, 200);
            let answered = answered.json().pointer(answer).unwrap().clone();
            assert_eq!(answered["decision"], decision, "{answered}");
            assert_eq!(answered["context"]["error"]["code"], error, "{answered}");
        }
    }
    // Nor does a search for those who may do it find the platform for somebody else.
    let body = without(event(json!({"type": "user", "id": ""})), "/subject/id");
    for (token, found) in [(&ordinary, 0), (&platform, 1)] {
        let request = service.request(Method::POST, "/access/v1/search/subject");
        let request = request.header("content-type", "application/json").bearer_auth(token);
        let answered = service.send(request.body(body.to_string())).await.json();
        assert_eq!(answered["results"].as_array().unwrap().len(), found, "{answered}");
    }
}

#[tokio::test]
async fn every_path_of_the_document_is_there() {
    let (_folder, service) = served().await;
    let Document(document) = Document::of(&service).await;
    assert_eq!(document["openapi"].as_str().unwrap().split('.').next(), Some("3"));
    let mut ids = std::collections::BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{operation}");
            let path = path.replace("{policy}", "todo").replace("{name}", "todo");
            let method: Method = method.to_uppercase().parse().unwrap();
            let request = service.request(method, &path).header("content-type", "application/json");
            let answer = service.send(request.body("{}")).await;
            let said = String::from_utf8_lossy(&answer.body).into_owned();
            assert!(!said.contains("there is nothing under this path"), "{path}: {said}");
            assert_ne!(answer.status, 405, "{path}: {said}");
        }
    }
    for path in ["evaluation", "evaluations", "search/action", "search/subject", "search/resource"] {
        for policy in ["", "/{policy}"] {
            let path = format!("{policy}/access/v1/{path}");
            assert!(document["paths"][&path]["post"].is_object(), "{path}");
        }
    }
}
