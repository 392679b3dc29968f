//! Decisions of every interface in the decision log, also when it cannot be written.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use insta::assert_snapshot;
use interlock_log::{Decided, Event, Extent, Report, read, verify};
use interlock_server::config::Config;
use serde_json::{Value, json};

use crate::service::{Answer, Service, token};

/// A service of the turnstile whose log lies in a directory that can be taken away.
struct Site {
    folder: tempfile::TempDir,
    service: Service,
}

impl Site {
    async fn start(log: &str, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("log")).unwrap();
        let token = token(folder.path(), "station", "decide,read");
        let config = format!(
            "tokens = \"tokens\"\n{more}\n[log]\nfile = \"log/decisions.jsonl\"\n{log}\n[[policy]]\nname = \
             \"turnstile\"\nsource = \"embedded:turnstile\"\n"
        );
        let service = Service::start_with(&config, folder.path(), Some(token)).await;
        Self { folder, service }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log/decisions.jsonl")
    }

    /// Nothing can be written from now on.
    fn take_away(&self) {
        fs::rename(self.folder.path().join("log"), self.folder.path().join("aside")).unwrap();
    }

    fn bring_back(&self) {
        fs::rename(self.folder.path().join("aside"), self.folder.path().join("log")).unwrap();
    }

    /// A number among the metrics.
    async fn metric(&self, name: &str) -> u64 {
        let page = self.service.get("/metrics").await.body;
        let page = String::from_utf8(page).unwrap();
        let line = page.lines().find_map(|line| line.strip_prefix(&format!("interlock_log_{name} ")));
        line.unwrap_or_else(|| panic!("no {name} in {page}")).parse().unwrap()
    }

    async fn coin(&self, id: &str) -> Answer {
        self.service.post("/v1/policies/turnstile/evaluate", &coin(id)).await
    }

    /// Ends the service; its log, whole.
    async fn end(self) -> (tempfile::TempDir, Vec<Decided<'static>>, Report) {
        self.service.stop().await;
        let path = self.folder.path().join("log/decisions.jsonl");
        let (decisions, report) = (decisions(&path), verify(&[path], Extent::Log).unwrap());
        assert!(report.is_whole(), "{report:?}");
        (self.folder, decisions, report)
    }
}

fn decisions(path: &Path) -> Vec<Decided<'static>> {
    let decided = |record: interlock_log::Record| match record.event {
        Event::Decision(decided) => Some(*decided),
        _ => None,
    };
    read(&[path.to_owned()], Extent::Log).unwrap().filter_map(|record| decided(record.unwrap())).collect()
}

fn coin(id: &str) -> Value {
    json!({"mode": "normal", "subject": {"id": "user-17"}, "action": "coin",
        "target": {"kind": "turnstile", "id": id, "state": "locked", "attributes": {"jammed": "false"}}})
}

/// The same as AuthZEN asks.
fn coin_of_authzen(id: &str) -> Value {
    json!({"subject": {"type": "user", "id": "user-17"}, "action": {"name": "coin"},
        "resource": {"type": "turnstile", "id": id, "properties": {"state": "locked", "jammed": "false"}}})
}

fn strings(values: &[Value], pointer: &str) -> Vec<String> {
    values.iter().map(|value| value.pointer(pointer).unwrap().as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_answer_names_the_record_that_it_has_in_the_log() {
    let site = Site::start("whole_request = true", "").await;
    let path = "/v1/policies/turnstile";
    let mut ids = Vec::new();
    let traced = (site.service.request(reqwest::Method::POST, &format!("{path}/evaluate")))
        .header("content-type", "application/json")
        .header("x-request-id", "r-1")
        .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
        .body(coin("t1").to_string());
    ids.extend(strings(&[site.service.send(traced).await.json()], "/id"));
    ids.extend(strings(&[site.service.post(&format!("{path}/apply"), &coin("t1")).await.json()], "/id"));

    let mut options = coin("t1");
    options.as_object_mut().unwrap().remove("action");
    let options = site.service.post(&format!("{path}/options"), &options).await.json();
    ids.extend(strings(options["options"].as_array().unwrap(), "/id"));
    let survey = json!({"mode": "normal", "actions": ["coin"],
        "targets": [coin("t1")["target"], coin("t2")["target"]]});
    let survey = site.service.post(&format!("{path}/survey"), &survey).await.json();
    for target in survey["targets"].as_array().unwrap() {
        ids.extend(strings(target["answers"].as_array().unwrap(), "/id"));
    }

    let single = site.service.post("/access/v1/evaluation", &coin_of_authzen("t1")).await.json();
    assert_eq!(single["decision"], true);
    ids.extend(strings(&[single], "/context/id"));
    let mut stateless = coin_of_authzen("t2");
    stateless["resource"]["properties"] = json!({});
    let batch = json!({"evaluations": [coin_of_authzen("t1"), stateless, {"subject": 7}]});
    let batch = site.service.post("/access/v1/evaluations", &batch).await.json();
    ids.extend(strings(batch["evaluations"].as_array().unwrap(), "/context/id"));
    // What is no question is not answered, and not recorded.
    assert_eq!(site.service.post("/access/v1/evaluation", &json!({})).await.status, 400);

    let (_folder, decisions, report) = site.end().await;
    let recorded: Vec<String> = decisions.iter().map(|it| it.decision_id.clone().into_owned()).collect();
    assert_eq!(recorded, ids);
    assert_eq!(report.decisions, ids.len() as u64);
    // A whole request would repeat the others of a survey, and is not there where there was none.
    let whole: Vec<bool> = decisions.iter().map(|it| it.request.is_some()).collect();
    let errors: Vec<&str> = decisions.iter().filter_map(|it| it.error.as_deref()).collect();
    assert_eq!(whole[..2], [true, true]);
    assert_eq!(whole[ids.len() - 6..], [false, false, true, true, false, false]);
    assert_eq!(errors, ["missing-state", "wrong-type"]);
    let mut record = serde_json::to_value(&decisions[0]).unwrap();
    for (pointer, mask) in [
        ("/decision_id", json!("…")),
        ("/policy/version", json!("…")),
        ("/policy/digest", json!("…")),
        ("/latency_us", json!(0)),
    ] {
        *record.pointer_mut(pointer).unwrap() = mask;
    }
    assert_snapshot!(serde_json::to_string_pretty(&record).unwrap(), @r#"
    {
      "action": "coin",
      "caller": "station",
      "decision_id": "…",
      "interface": "api",
      "latency_us": 0,
      "mode": "normal",
      "next_state": "unlocked",
      "policy": {
        "digest": "…",
        "name": "turnstile",
        "version": "…"
      },
      "request": {
        "action": "coin",
        "coverage": "partial",
        "mode": "normal",
        "subject": {
          "id": "user-17"
        },
        "target": {
          "attributes": {
            "jammed": "false"
          },
          "id": "t1",
          "kind": "turnstile",
          "state": "locked"
        }
      },
      "request_id": "r-1",
      "subject": {
        "id": "user-17"
      },
      "target": {
        "id": "t1",
        "kind": "turnstile",
        "state": "locked"
      },
      "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
      "verdict": "allow"
    }
    "#);
}

#[tokio::test]
async fn each_record_names_the_version_that_answered() {
    use crate::guests::{OLD, door, version};
    use interlock_server::Status;

    let folder = tempfile::tempdir().unwrap();
    let config = "[log]\nfile = \"decisions.jsonl\"\n[[policy]]\nname = \"door\"\nsource = \"door.wasm\"\n";
    fs::write(folder.path().join("door.wasm"), version(OLD)).unwrap();
    let service = Service::start(config, folder.path()).await;
    let before = service.post("/v1/policies/door/evaluate", &door("open")).await.json();
    let first = service.rollouts("door").await;
    fs::write(folder.path().join("door.wasm"), version("1.1.0")).unwrap();
    service.until_newest_but("door", Status::Promoted, &first).await;
    let after = service.post("/v1/policies/door/evaluate", &door("open")).await.json();
    service.stop().await;
    let recorded = decisions(&folder.path().join("decisions.jsonl"));
    let policies: Vec<Value> = recorded.iter().map(|it| serde_json::to_value(&it.policy).unwrap()).collect();
    assert_eq!(policies, [before["policy"].clone(), after["policy"].clone()]);
}

#[tokio::test]
async fn what_is_masked_stands_nowhere_in_the_log() {
    for key in [None, Some("a key that nobody guesses")] {
        let log = "whole_request = true\nmask = [\"subject.id\", \"target.attributes.*\"]";
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("mask.key"), format!("{}\n", key.unwrap_or_default())).unwrap();
        let path = folder.path().join("mask.key");
        let key = key.map(|_| format!("mask_key = '{}'", path.display())).unwrap_or_default();
        let site = Site::start(&format!("{log}\n{key}"), "").await;
        site.coin("t1").await;
        site.service.post("/access/v1/evaluation", &coin_of_authzen("t2")).await;
        let log = site.log();
        let (_folder, decisions, _) = site.end().await;
        let text = fs::read_to_string(log).unwrap();
        assert!(!text.contains("user-17") && !text.contains("\"false\""), "{text}");
        let subjects: BTreeSet<_> =
            decisions.iter().map(|it| it.subject.as_ref().unwrap().id.clone().into_owned()).collect();
        assert_eq!(subjects.len(), 1);
        let hidden = subjects.first().unwrap();
        assert_eq!(hidden.starts_with("hmac-sha256:"), !key.is_empty(), "{hidden}");
    }
}

#[test]
fn a_configuration_that_contradicts_itself_is_refused_when_it_is_read() {
    let policy = "[[policy]]\nname = \"turnstile\"\nsource = \"embedded:turnstile\"\n";
    for (log, sentence) in [
        ("", "`log` names no place: set `file`, or `stdout = true`"),
        ("file = \"a\"\nstdout = true", "`log` names two places: leave out `file` or `stdout`"),
        ("file = \"a\"\nmask = [\"subject.name\"]", "`log.mask`: mask `subject.name` names nothing"),
        ("file = \"a\"\nmask_key = \"key\"", "`log.mask_key` has nothing to mask"),
        ("stdout = true\nrotate = { keep = 3 }", "`log.rotate` is for files"),
        ("file = \"a\"\nsync = \"often\"", "allowed are `system`, `write`, and a time such as `1s`"),
        ("file = \"a\"\nqueue = 0", "line 3, column 9: "),
        ("file = \"a\"\nlength = 3", "unknown field `length`"),
        ("file = \"a\"\nrotate = { files = 3 }", "unknown field `files`"),
    ] {
        let error = Config::parse(&format!("[log]\n{log}\n{policy}"), Path::new("")).unwrap_err().to_string();
        assert!(error.contains(sentence), "{log}: {error}");
    }
    let every = "file = \"a\"\nqueue = 10\nwhen_full = \"refuse\"\nwhole_request = true\nmask = []\nsync = \
                 \"200ms\"\nrotate = { bytes = 0, age = \"1d\", keep = 3 }";
    Config::parse(&format!("[log]\n{every}\n{policy}"), Path::new("")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_written_from_eight_tasks_while_its_files_rotate_is_whole() {
    let site = Arc::new(Site::start("rotate = { bytes = 20000 }\nsync = \"write\"", "").await);
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let site = Arc::clone(&site);
            tokio::spawn(async move {
                let mut ids = Vec::new();
                for number in 0..50 {
                    ids.push(site.coin(&format!("t-{task}-{number}")).await.json()["id"].clone());
                }
                strings(&ids, "")
            })
        })
        .collect();
    let mut answered = BTreeSet::new();
    for task in tasks {
        answered.extend(task.await.unwrap());
    }
    let site = Arc::into_inner(site).unwrap();
    let (_folder, decisions, report) = site.end().await;
    let recorded: BTreeSet<String> = decisions.iter().map(|it| it.decision_id.clone().into_owned()).collect();
    assert_eq!((answered.len(), &recorded), (400, &answered));
    assert!(report.files.len() > 5, "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_ends_under_load_has_recorded_whatever_it_answered() {
    let site = Arc::new(Site::start("", "").await);
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let request = site.service.request(reqwest::Method::POST, "/v1/policies/turnstile/evaluate");
            let request = request.header("content-type", "application/json").body(coin("t1").to_string());
            tokio::spawn(async move {
                let mut ids = Vec::new();
                while let Ok(response) = request.try_clone().unwrap().send().await
                    && let Ok(body) = response.bytes().await
                {
                    ids.push(serde_json::from_slice::<Value>(&body).unwrap()["id"].clone());
                }
                strings(&ids, "")
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let (_folder, decisions, _) = Arc::into_inner(site).unwrap().end().await;
    let recorded: BTreeSet<String> = decisions.iter().map(|it| it.decision_id.clone().into_owned()).collect();
    let mut answered = 0;
    for task in tasks {
        let ids = task.await.unwrap();
        answered += ids.len();
        assert!(ids.iter().all(|id| recorded.contains(id)));
    }
    assert!(answered > 100, "{answered}");
}

/// A queue of four decisions, which are waiting.
async fn filled(when_full: &str) -> Site {
    let log = format!("queue = 4\nwhen_full = \"{when_full}\"");
    let site = Site::start(&log, "[limits]\ntime = \"500ms\"").await;
    assert_eq!(site.coin("first").await.status, 200);
    site.service.until("the first is written", async || site.metric("written_total").await == 1).await;
    site.take_away();
    for number in 0..4 {
        assert_eq!(site.coin(&format!("t{number}")).await.status, 200);
    }
    site.service.until("writing fails", async || site.metric("failing").await == 1).await;
    assert_eq!(site.metric("queue").await, 4);
    assert!(site.metric("write_errors_total").await > 0);
    // It is for the operator, and no reason to be sent nothing any more.
    assert_eq!(site.service.get("/readyz").await.status, 200);
    site
}

async fn recovered(site: &Site) {
    site.bring_back();
    site.service.until("all is written", async || site.metric("queue").await == 0).await;
    assert_eq!(site.metric("failing").await, 0);
    assert_eq!(site.coin("last").await.status, 200);
}

fn targets(decisions: &[Decided<'_>]) -> Vec<String> {
    decisions.iter().map(|it| it.target.id.clone().into_owned()).collect()
}

#[tokio::test]
async fn a_log_that_waits_decides_nothing_that_it_cannot_record() {
    let site = filled("wait").await;
    for (path, body) in [
        ("/v1/policies/turnstile/evaluate", coin("late")),
        ("/access/v1/evaluation", coin_of_authzen("late")),
    ] {
        let late = site.service.post(path, &body).await;
        assert_eq!((late.status.as_u16(), &late.json()["error"]["code"]), (408, &json!("timeout")));
    }
    recovered(&site).await;
    let (_folder, decisions, report) = site.end().await;
    assert_eq!(targets(&decisions), ["first", "t0", "t1", "t2", "t3", "last"]);
    assert_eq!(report.dropped, 0);
}

#[tokio::test]
async fn a_log_that_drops_tells_how_many() {
    let site = filled("drop").await;
    for number in 0..7 {
        assert_eq!(site.coin(&format!("dropped-{number}")).await.status, 200);
    }
    assert_eq!(site.metric("dropped_total").await, 7);
    recovered(&site).await;
    let (_folder, decisions, report) = site.end().await;
    assert_eq!(targets(&decisions), ["first", "t0", "t1", "t2", "t3", "last"]);
    assert_eq!(report.dropped, 7);
}

#[tokio::test]
async fn a_log_that_refuses_says_so_and_when_to_ask_again() {
    let site = filled("refuse").await;
    let batch = json!({"evaluations": [coin_of_authzen("a"), coin_of_authzen("b")]});
    let survey = json!({"mode": "normal", "actions": ["coin"], "targets": [coin("a")["target"]]});
    for (path, body) in [
        ("/v1/policies/turnstile/evaluate", coin("a")),
        ("/v1/policies/turnstile/survey", survey),
        ("/access/v1/evaluation", coin_of_authzen("a")),
        ("/access/v1/evaluations", batch),
    ] {
        let refused = site.service.post(path, &body).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["error"]["code"]), (503, &json!("log-full")));
        assert_eq!(refused.headers["retry-after"], "1");
    }
    assert_eq!(site.metric("refused_total").await, 5);
    recovered(&site).await;
    // More at once than there is ever room for.
    let batch = json!({"evaluations": (0..5).map(|_| coin_of_authzen("a")).collect::<Vec<_>>()});
    let refused = site.service.post("/access/v1/evaluations", &batch).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["error"]["code"]), (413, &json!("too-large")));
    let (_folder, decisions, report) = site.end().await;
    assert_eq!(targets(&decisions), ["first", "t0", "t1", "t2", "t3", "last"]);
    assert_eq!(report.dropped, 0);
}
