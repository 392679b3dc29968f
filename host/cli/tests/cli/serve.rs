//! The service as a process: killed, told to end, its decisions decided again.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::{Folder, diff};

/// The program serving, on a port that is free.
pub(crate) struct Serving {
    process: Child,
    pub(crate) address: String,
}

impl Serving {
    /// - `config`: what stands in the configuration before the policy `turnstile`.
    pub(crate) fn start(folder: &Folder, config: &str) -> Self {
        let policy = "[[policy]]\nname = \"turnstile\"\nsource = \"turnstile.wasm\"\n";
        folder.write("interlock.toml", format!("listen = \"127.0.0.1:0\"\n{config}\n{policy}"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_interlock"));
        command.args(["serve", "--config", "interlock.toml"]).current_dir(folder.path(""));
        command.env("INTERLOCK_CACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let to_log = config.contains("stdout = true");
        let address = if to_log {
            address(process.stderr.as_mut().unwrap())
        } else {
            address(process.stdout.as_mut().unwrap())
        };
        let serving = Self { process, address };
        while serving.send("GET", "/readyz", "").is_none_or(|(status, _)| status != 200) {
            thread::sleep(Duration::from_millis(10));
        }
        serving
    }

    /// One request on a connection of its own; none where there is no whole answer.
    fn send(&self, method: &str, path: &str, body: &str) -> Option<(u16, Vec<u8>)> {
        send(&self.address, method, path, body)
    }

    fn coin(&self, id: &str) -> Option<Value> {
        coin(&self.address, id, "false")
    }

    /// Tells it to end; its exit code, and what it wrote on standard output.
    fn end(mut self) -> (Option<i32>, String) {
        kill_process(Pid::from_child(&self.process), Signal::TERM).unwrap();
        let mut written = String::new();
        self.process.stdout.as_mut().unwrap().read_to_string(&mut written).unwrap();
        (self.process.wait().unwrap().code(), written)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn address(output: &mut impl Read) -> String {
    let lines = BufReader::with_capacity(1, output).lines().map_while(Result::ok);
    let mut addresses = lines.filter_map(|line| line.strip_prefix("listening on ").map(str::to_owned));
    addresses.next().unwrap()
}

pub(crate) fn send(address: &str, method: &str, path: &str, body: &str) -> Option<(u16, Vec<u8>)> {
    let mut stream = TcpStream::connect(address).ok()?;
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: \
         application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(head.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let status = str::from_utf8(&answer[..end]).ok()?.split(' ').nth(1)?.parse().ok()?;
    Some((status, answer[end + 4..].to_vec()))
}

/// Whether a coin may be thrown into a turnstile; the answer's body.
fn coin(address: &str, id: &str, jammed: &str) -> Option<Value> {
    let request = json!({"mode": "normal", "subject": {"id": "user-17"}, "action": "coin",
        "target": {"kind": "turnstile", "id": id, "state": "locked", "attributes": {"jammed": jammed}}});
    let (status, body) = send(address, "POST", "/v1/policies/turnstile/evaluate", &request.to_string())?;
    let body = serde_json::from_slice(&body).ok()?;
    assert_eq!(status, 200, "{body}");
    Some(body)
}

fn recorded(folder: &Folder) -> BTreeSet<String> {
    let lines = folder.read("decisions.jsonl");
    let ids = lines.lines().filter_map(|line| {
        let record: Value = serde_json::from_str(line).unwrap();
        Some(record["decision_id"].as_str()?.to_owned())
    });
    ids.collect()
}

const LOG: &str = "[log]\nfile = \"decisions.jsonl\"\nwhole_request = true\n";

/// Answers of four tasks, until there are none.
fn under_load(serving: &Serving, work: impl FnOnce()) -> BTreeSet<String> {
    let answered = Arc::new(Mutex::new(BTreeSet::new()));
    let tasks: Vec<_> = (0..4)
        .map(|task| {
            let (answered, address) = (Arc::clone(&answered), serving.address.clone());
            thread::spawn(move || {
                while let Some(body) = coin(&address, &format!("t-{task}"), "false") {
                    answered.lock().unwrap().insert(body["id"].as_str().unwrap().to_owned());
                }
            })
        })
        .collect();
    while answered.lock().unwrap().len() < 200 {
        thread::sleep(Duration::from_millis(10));
    }
    work();
    tasks.into_iter().for_each(|task| task.join().unwrap());
    Arc::into_inner(answered).unwrap().into_inner().unwrap()
}

#[test]
fn a_service_that_is_told_to_end_under_load_has_recorded_whatever_it_answered() {
    let folder = Folder::new();
    let mut serving = Serving::start(&folder, LOG);
    let pid = Pid::from_child(&serving.process);
    let answered = under_load(&serving, || kill_process(pid, Signal::TERM).unwrap());
    assert_eq!(serving.process.wait().unwrap().code(), Some(0));
    assert!(recorded(&folder).is_superset(&answered));
    assert_eq!(folder.run("log verify decisions.jsonl").code, 0);
}

#[test]
fn a_service_that_is_killed_under_load_goes_on_with_a_log_that_verifies() {
    let folder = Folder::new();
    let mut serving = Serving::start(&folder, LOG);
    let pid = Pid::from_child(&serving.process);
    under_load(&serving, || kill_process(pid, Signal::KILL).unwrap());
    serving.process.wait().unwrap();
    assert!(recorded_but_torn(&folder) > 100);

    let serving = Serving::start(&folder, LOG);
    let id = serving.coin("after").unwrap()["id"].as_str().unwrap().to_owned();
    assert_eq!(serving.end().0, Some(0));
    assert!(recorded(&folder).contains(&id));
    let verified = folder.run("log verify decisions.jsonl");
    assert_eq!(verified.code, 0, "{verified}");
}

/// How many lines a log has, of which the last one may be torn.
fn recorded_but_torn(folder: &Folder) -> usize {
    folder.read("decisions.jsonl").matches('\n').count()
}

#[test]
fn what_a_service_recorded_is_decided_again_and_exactly_what_changed_is_found() {
    let folder = diff::folder(diff::OTHER_ATTRIBUTE);
    let serving = Serving::start(&folder, LOG);
    for (number, jammed) in ["false", "true", "false", "false"].into_iter().enumerate() {
        coin(&serving.address, &format!("t-{number}"), jammed).unwrap();
    }
    assert_eq!(serving.end().0, Some(0));
    let same = folder.run("log replay decisions.jsonl --policy old.wasm --format json");
    assert_eq!((same.code, &same.json()["decided"], &same.json()["differ"]), (0, &json!(4), &json!(0)));

    // The new one reads another attribute, so that it knows of none whether it is jammed.
    let other = folder.run("log replay decisions.jsonl --policy new.wasm --format json");
    let wanted: usize = folder
        .read("decisions.jsonl")
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|record| record["type"] == "decision")
        .filter(|record| {
            let ask = |policy: &str| {
                let line = format!("evaluate --policy {policy} - --format json");
                folder.run_with(&line, &record["request"].to_string(), &[]).stdout
            };
            ask("old.wasm") != ask("new.wasm")
        })
        .count();
    assert!(wanted > 0);
    assert_eq!((other.code, &other.json()["differ"]), (1, &json!(wanted)));
}

#[test]
fn on_standard_output_there_is_nothing_but_the_log() {
    let folder = Folder::new();
    let serving = Serving::start(&folder, "[log]\nstdout = true\n");
    for number in 0..3 {
        serving.coin(&format!("t-{number}")).unwrap();
    }
    let (code, written) = serving.end();
    assert_eq!(code, Some(0));
    folder.write("decisions.jsonl", written);
    assert_eq!(recorded(&folder).len(), 3);
    assert_eq!(folder.run("log verify decisions.jsonl").code, 0);
}
