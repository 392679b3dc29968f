//! The log, on real files and in real processes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod chain;
mod disk;
mod masks;
mod process;
mod queue;
mod repair;
mod rotation;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use interlock_log::{
    Answer, Decided, Entry, Event, Extent, Interface, Log, Options, PolicyId, Record, Report, Sink, read,
    verify,
};
use interlock_model::{Request, Verdict};
use tempfile::TempDir;

/// A directory for a log, and the log's path.
struct Place {
    directory: TempDir,
    path: PathBuf,
}

impl Place {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("decisions.jsonl");
        Self { directory, path }
    }

    fn options(&self) -> Options {
        Options::new(Sink::File(self.path.clone()))
    }

    /// Opens the log, records decisions with these numbers and closes it.
    fn write(&self, numbers: std::ops::Range<u64>) {
        self.write_with(self.options(), numbers);
    }

    fn write_with(&self, options: Options, numbers: std::ops::Range<u64>) {
        let log = Log::open(options).unwrap();
        record(&log, numbers);
        log.close_blocking(PATIENCE).unwrap();
    }

    fn lines(&self) -> Vec<String> {
        fs::read_to_string(&self.path).unwrap().lines().map(str::to_owned).collect()
    }

    fn head(&self) -> PathBuf {
        self.directory.path().join("decisions.jsonl.head")
    }

    /// Names of the full files, in order.
    fn full(&self) -> Vec<String> {
        let names = fs::read_dir(self.directory.path()).unwrap();
        let mut names: Vec<String> =
            names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| name.starts_with("decisions-"));
        names.sort();
        names
    }

    fn verify(&self) -> Report {
        verify(&[&self.path], Extent::Log).unwrap()
    }

    /// What is wrong with the log, in words, without its directory.
    fn problem(&self) -> String {
        let problem = self.verify().problem.map(|problem| problem.to_string());
        let directory = format!("{}/", self.directory.path().display());
        problem.unwrap_or_else(|| "nothing".to_owned()).replace(&directory, "")
    }

    fn records(&self) -> Vec<Record> {
        records(&self.path)
    }

    fn decisions(&self) -> Vec<Decided<'static>> {
        decisions(self.records())
    }

    /// Numbers of the decisions that the log holds.
    fn numbers(&self) -> Vec<u64> {
        self.decisions().iter().map(|decided| decided.decision_id[2..].parse().unwrap()).collect()
    }
}

/// Longer than anything takes that does not fail.
const PATIENCE: Duration = Duration::from_secs(20);

fn records(path: &Path) -> Vec<Record> {
    read(&[path], Extent::Log).unwrap().map(Result::unwrap).collect()
}

fn decisions(records: Vec<Record>) -> Vec<Decided<'static>> {
    let decided = |record: Record| match record.event {
        Event::Decision(decided) => Some(*decided),
        _ => None,
    };
    records.into_iter().filter_map(decided).collect()
}

fn record(log: &Log, numbers: std::ops::Range<u64>) {
    runtime().block_on(async {
        for number in numbers {
            log.reserve().await.unwrap().record(entry(number));
        }
    });
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap()
}

fn entry(number: u64) -> Entry {
    Entry {
        decision_id: format!("d-{number}"),
        policy: Arc::new(PolicyId {
            name: "turnstile".to_owned(),
            version: "0.1.0".to_owned(),
            digest: "sha256:00".to_owned(),
        }),
        request: Arc::new(request()),
        is_whole: true,
        answer: match number % 3 {
            0 => Answer::Decided {
                verdict: Verdict::Allow,
                reasons: vec![],
                next_state: Some("unlocked".to_owned()),
            },
            1 => Answer::Decided {
                verdict: Verdict::Deny,
                reasons: vec!["not-jammed".to_owned()],
                next_state: None,
            },
            _ => Answer::Failed { code: "unknown-kind".to_owned() },
        },
        latency: Duration::from_nanos(12_345),
        request_id: Some("r \"1\"\n".to_owned()),
        trace_id: None,
        interface: Interface::Authzen,
        caller: None,
    }
}

fn request() -> Request {
    serde_json::from_value(serde_json::json!({
        "mode": "normal",
        "subject": {"id": "user-17", "roles": ["guard"], "attributes": {"email": ["a@example.org", "b@example.org"]}},
        "action": "coin",
        "target": {"kind": "turnstile", "id": "north", "state": "locked", "attributes": {"owner": "user-17"}},
        "related": [
            {"kind": "turnstile", "id": "south", "state": "locked", "attributes": {"owner": "user-17"}},
            {"kind": "turnstile", "id": "east", "state": "locked"}
        ],
        "parameters": {"remark": "für Frau Müller"},
    }))
    .unwrap()
}

/// Waits until something is so.
#[track_caller]
fn until(what: &str, mut is: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is() {
        assert!(start.elapsed() < PATIENCE, "it never came to this: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
