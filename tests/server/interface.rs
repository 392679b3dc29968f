//! The service's own JSON interface: what it answers is what the engine answers.

use std::path::Path;

use interlock::model::Request;
use interlock_model::World;
use serde_json::{Value, json};

use crate::service::Service;

const BACKUP: &str = "[[policy]]\nname = \"backup\"\nsource = \"embedded:backup\"\n";

fn site() -> World {
    serde_json::from_str(include_str!("../../examples/federated-site.json")).unwrap()
}

fn question(action: &str) -> Request {
    let nothing = Default::default();
    site().request(Some("user-17"), action, ("backup", "nightly-42"), &nothing, &nothing).unwrap()
}

#[tokio::test]
async fn evaluate_options_and_survey_say_what_the_engine_says() {
    let service = Service::start(BACKUP, Path::new("")).await;
    let engine = interlock::Engine::new().unwrap();
    let policy = engine.load(interlock_policies::BACKUP).unwrap();
    let options = {
        let mut query = serde_json::to_value(question("delete")).unwrap();
        query.as_object_mut().unwrap().remove("action");
        service.post("/v1/policies/backup/options", &query).await.json()
    };
    let options = options["options"].as_array().unwrap();
    assert!(options.len() > 3, "{options:?}");
    for option in options {
        let request = question(option["action"].as_str().unwrap());
        let wanted = serde_json::to_value(policy.evaluate(&request).unwrap()).unwrap();
        assert_eq!(option["decision"], wanted);
        let answer = service
            .post("/v1/policies/backup/evaluate", &serde_json::to_value(&request).unwrap())
            .await
            .json();
        assert_eq!(answer["decision"], wanted);
        assert_eq!(answer["policy"]["digest"], policy.digest());
    }
    let query = site().survey(Some("user-17"), "backup", Vec::new(), &Default::default()).unwrap();
    let surveyed =
        service.post("/v1/policies/backup/survey", &serde_json::to_value(&query).unwrap()).await.json();
    let mut pairs = 0;
    for (target, observed) in surveyed["targets"].as_array().unwrap().iter().zip(&query.targets) {
        assert_eq!(target["id"], observed.id);
        for answer in target["answers"].as_array().unwrap() {
            let nothing = Default::default();
            let action = answer["action"].as_str().unwrap();
            let request = site()
                .request(Some("user-17"), action, ("backup", &observed.id), &nothing, &nothing)
                .unwrap();
            let decision = policy.evaluate(&request).unwrap();
            assert_eq!(answer["verdict"], decision.verdict.as_str(), "{action} {}", observed.id);
            pairs += 1;
        }
    }
    assert!(pairs > 10);
}

#[tokio::test]
async fn apply_gives_the_target_as_it_would_be_and_changes_nothing() {
    let service = Service::start(BACKUP, Path::new("")).await;
    let mut request = serde_json::to_value(question("force-delete")).unwrap();
    request["parameters"] = json!({"acknowledged": "true"});
    for _ in 0..2 {
        let applied = service.post("/v1/policies/backup/apply", &request).await.json();
        assert_eq!(applied["decision"]["verdict"], "allow");
        assert_eq!(applied["decision"]["next_state"], "absent");
        assert_eq!(applied["resource"], Value::Null);
    }
}

#[tokio::test]
async fn the_bytes_are_those_that_answer_and_their_etag_is_their_digest() {
    let service = Service::start(BACKUP, Path::new("")).await;
    let path = "/v1/policies/backup/policy.wasm";
    let whole = service.get(path).await;
    assert_eq!(whole.body, interlock_policies::BACKUP);
    assert_eq!(whole.headers["content-type"], "application/wasm");
    let tag = whole.headers["etag"].to_str().unwrap().to_owned();
    let served = service.get("/v1/policies").await.json();
    assert_eq!(tag, format!("\"{}\"", served[0]["policy"]["digest"].as_str().unwrap()));
    for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
        let request = service.request(reqwest::Method::GET, path).header("if-none-match", &known);
        let answer = service.send(request).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (304, 0), "{known}");
    }
    let other = service.request(reqwest::Method::GET, path).header("if-none-match", "\"other\"");
    assert_eq!(service.send(other).await.status, 200);
}

#[tokio::test]
async fn what_is_counted_has_no_name_that_a_caller_made_up() {
    let service = Service::start(BACKUP, Path::new("")).await;
    let mut request = serde_json::to_value(question("delete")).unwrap();
    service.post("/v1/policies/backup/evaluate", &request).await;
    request["action"] = json!("made-up");
    request["target"]["kind"] = json!("made-up");
    assert_eq!(service.post("/v1/policies/backup/evaluate", &request).await.status, 400);
    service.get("/made-up").await;
    let metrics = String::from_utf8(service.get("/metrics").await.body).unwrap();
    for line in [
        r#"interlock_decisions_total{policy="backup",kind="backup",action="delete",verdict="deny"} 1"#,
        r#"interlock_decisions_total{policy="backup",kind="unknown",action="unknown",verdict="error"} 1"#,
        r#"interlock_http_requests_total{route="unknown",status="404"} 1"#,
        r#"interlock_loads_total{policy="backup"} 1"#,
    ] {
        assert!(metrics.contains(line), "{line}\n{metrics}");
    }
    assert!(!metrics.contains("made-up"));
}

#[tokio::test]
async fn a_trace_context_and_a_request_id_come_back() {
    let service = Service::start(BACKUP, Path::new("")).await;
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let request = service
        .request(reqwest::Method::GET, "/readyz")
        .header("traceparent", trace)
        .header("x-request-id", "it is 1");
    let answer = service.send(request).await;
    assert_eq!(answer.headers["traceparent"], trace);
    assert_eq!(answer.headers["x-request-id"], "it is 1");
}
