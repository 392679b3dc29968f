use std::fs;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use insta::assert_snapshot;
use interlock::Engine;
use interlock_log::{Answer, Entry, Interface, Log, Mask, Options, PolicyId, Sink};
use interlock_model::Request;

use crate::{Ended, Folder, diff};

/// Requests of a station: some allowed, some refused, one in doubt, one that the policy cannot read.
const ASKED: [(&str, &str, &str, Option<&str>); 8] = [
    ("coin", "turnstile", "locked", Some("false")),
    ("coin", "turnstile", "unlocked", Some("false")),
    ("push", "turnstile", "unlocked", Some("false")),
    ("push", "turnstile", "locked", Some("false")),
    ("coin", "turnstile", "locked", Some("true")),
    ("push", "turnstile", "unlocked", None),
    ("push", "gate", "unlocked", None),
    ("coin", "turnstile", "locked", Some("false")),
];

/// Writes a log of what the turnstile answers; see [`ASKED`].
fn write(folder: &Folder, name: &str, settings: impl FnOnce(&mut Options)) {
    let policy = Engine::new().unwrap().load(interlock_policies::TURNSTILE).unwrap();
    let id = Arc::new(PolicyId {
        name: policy.name().to_owned(),
        version: policy.version().to_owned(),
        digest: policy.digest().to_owned(),
    });
    let mut options = Options::new(Sink::File(folder.path(name)));
    options.whole_request = true;
    settings(&mut options);
    let log = Log::open(options).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for (number, (action, kind, state, jammed)) in (1..).zip(ASKED) {
        let attributes = jammed.map_or(serde_json::json!({}), |jammed| serde_json::json!({"jammed": jammed}));
        let request: Request = serde_json::from_value(serde_json::json!({
            "mode": "normal",
            "subject": {"id": "user-17"},
            "action": action,
            "target": {"kind": kind, "id": "north", "state": state, "attributes": attributes},
        }))
        .unwrap();
        let answer = match policy.evaluate(&request) {
            Ok(decision) => Answer::from(&decision),
            Err(interlock::EvaluateError::Request(error)) => Answer::Failed { code: error.code().to_owned() },
            Err(error) => panic!("{error}"),
        };
        runtime.block_on(log.reserve()).unwrap().record(Entry {
            decision_id: format!("d-{number}"),
            policy: Arc::clone(&id),
            request: Arc::new(request),
            is_whole: true,
            answer,
            latency: Duration::from_micros(3),
            request_id: None,
            trace_id: None,
            interface: Interface::Api,
            caller: None,
        });
    }
    log.close_blocking(Duration::from_secs(20)).unwrap();
}

/// The transcript, with each hash of the log that it tells as `HASH`.
fn told(folder: &Folder, ended: &Ended) -> String {
    let mut text = ended.to_string();
    for entry in fs::read_dir(folder.path("")).unwrap() {
        let lines = fs::read(entry.unwrap().path()).unwrap();
        for line in String::from_utf8_lossy(&lines).lines() {
            if let Some((_, hash)) = line.rsplit_once("\"hash\":\"") {
                text = text.replace(hash.trim_end_matches("\"}"), "HASH");
            }
        }
    }
    text
}

fn lines(folder: &Folder) -> Vec<String> {
    folder.read("decisions.jsonl").lines().map(str::to_owned).collect()
}

#[test]
fn a_log_that_is_whole_tells_how_far_it_goes() {
    let folder = Folder::new();
    write(&folder, "decisions.jsonl", |_| {});
    assert_snapshot!(told(&folder, &folder.run("log verify decisions.jsonl")));
    assert_snapshot!(told(&folder, &folder.run("log verify . --format json")));
}

#[test]
fn full_files_belong_to_the_log_that_is_named() {
    let folder = Folder::new();
    write(&folder, "decisions.jsonl", |options| {
        options.rotate.bytes = NonZeroU64::new(1_800);
        options.rotate.keep = Some(2);
    });
    assert_snapshot!(told(&folder, &folder.run("log verify decisions.jsonl")));
    assert_eq!(folder.run("log verify --part decisions.jsonl").code, 0);
}

#[test]
fn a_record_that_was_changed_is_missing_or_was_cut_is_named_and_exits_1() {
    let folder = Folder::new();
    write(&folder, "decisions.jsonl", |_| {});
    let whole = lines(&folder);
    let check = |change: fn(&mut Vec<String>)| {
        let mut lines = whole.clone();
        change(&mut lines);
        folder.write("decisions.jsonl", lines.iter().map(|line| format!("{line}\n")).collect::<String>());
        let ended = folder.run("log verify decisions.jsonl");
        assert_eq!((ended.code, ended.stderr.as_str()), (1, ""), "{ended}");
        assert_eq!(folder.run("log verify decisions.jsonl --format json").json()["whole"], false);
        ended.stdout.lines().take_while(|line| !line.starts_with("  read")).collect::<Vec<_>>().join("\n")
    };
    let told = [
        check(|lines| lines[3] = lines[3].replace("\"allow\"", "\"deny\"")),
        check(|lines| _ = lines.remove(3)),
        check(|lines| _ = lines.pop()),
        check(|lines| lines.swap(3, 4)),
        check(|lines| _ = lines.remove(0)),
    ];
    assert_snapshot!(told.join("\n"));
}

#[test]
fn a_log_that_was_written_anew_has_not_the_hash_that_was_noted() {
    let folder = Folder::new();
    write(&folder, "decisions.jsonl", |_| {});
    let last = folder.run("log verify decisions.jsonl --format json").json()["head"]["hash"].clone();
    let hash = last.as_str().unwrap();
    assert_eq!(folder.run(&format!("log verify decisions.jsonl --noted {hash}")).code, 0);
    fs::remove_file(folder.path("decisions.jsonl")).unwrap();
    fs::remove_file(folder.path("decisions.jsonl.head")).unwrap();
    write(&folder, "decisions.jsonl", |_| {});
    let ended = folder.run(&format!("log verify decisions.jsonl --noted {hash}"));
    assert_eq!(ended.code, 1);
    assert!(ended.stdout.contains("no record has the hash"), "{ended}");
}

#[test]
fn what_is_no_log_is_one_sentence() {
    let folder = Folder::new();
    let failed = |line: &str| {
        let ended = folder.run(line);
        (ended.code, ended.error().to_owned())
    };
    let (code, error) = failed("log verify missing.jsonl");
    assert_eq!(code, 66);
    assert!(error.starts_with("cannot read `missing.jsonl`: "), "{error}");
    assert_eq!(failed("log verify ."), (64, "`.` holds no decision log".to_owned()));
    let (code, error) = failed("log verify . --noted xyz");
    assert_eq!(code, 64);
    assert!(error.contains("a hash has 64 hexadecimal digits in lower case"), "{error}");
    let ended = folder.run("log verify station.json");
    assert_eq!(ended.code, 1);
    assert!(ended.stdout.starts_with("not whole  `station.json`, line 1: this is no record\n"), "{ended}");
}

#[test]
fn the_policy_that_decided_decides_the_same_again() {
    let folder = diff::folder(&[]);
    write(&folder, "decisions.jsonl", |_| {});
    assert_snapshot!(folder.run("log replay decisions.jsonl --policy new.wasm"));
}

#[test]
fn what_another_policy_decides_otherwise_is_told_in_groups() {
    let folder = diff::folder(diff::OTHER_CONDITION);
    write(&folder, "decisions.jsonl", |_| {});
    assert_snapshot!(folder.run("log replay decisions.jsonl --policy new.wasm"));
    let folder = diff::folder(diff::OTHER_STATE);
    write(&folder, "decisions.jsonl", |_| {});
    assert_snapshot!(folder.run("log replay decisions.jsonl --policy new.wasm"));
}

#[test]
fn json_has_every_group_with_an_example_that_can_be_asked() {
    let folder = diff::folder(diff::OTHER_ATTRIBUTE);
    write(&folder, "decisions.jsonl", |_| {});
    let replayed = folder.run("log replay decisions.jsonl --policy new.wasm --format json");
    assert_eq!(replayed.code, 1);
    let mut json = replayed.json();
    let request = json["differences"][0]["example"]["request"].to_string();
    let asked =
        |policy: &str| folder.run_with(&format!("evaluate --policy {policy} - --format json"), &request, &[]);
    assert_ne!(asked("old.wasm").stdout, asked("new.wasm").stdout);
    json["policy"]["digest"] = "…".into();
    assert_snapshot!(serde_json::to_string_pretty(&json).unwrap());
}

#[test]
fn what_cannot_be_decided_again_is_counted() {
    let folder = diff::folder(diff::OTHER_ATTRIBUTE);
    write(&folder, "decisions.jsonl", |options| {
        options.mask = Mask::new(["target.attributes.jammed"], None).unwrap();
    });
    write(&folder, "decisions.jsonl", |options| options.whole_request = false);
    assert_snapshot!(folder.run("log replay decisions.jsonl --policy new.wasm"));
    let others = folder.run("log replay decisions.jsonl --of backup --policy new.wasm --format json").json();
    assert_eq!((&others["of_others"], &others["decided"]), (&16.into(), &0.into()));
}

#[test]
fn a_damaged_log_is_replayed_as_far_as_it_can_be_read() {
    let folder = diff::folder(&[]);
    write(&folder, "decisions.jsonl", |_| {});
    let lines = lines(&folder);
    let changed = lines.join("\n").replace("\"d-3\"", "\"d-2\"");
    folder.write("decisions.jsonl", changed + "\n");
    let ended = folder.run("log replay decisions.jsonl --policy new.wasm");
    assert!(ended.stdout.starts_with("0 of 7 decisions would differ\n"), "{ended}");
    let warning = "warning: the log is not whole: `decisions.jsonl`, line 4: the record was changed";
    assert!(ended.stderr.starts_with(warning), "{ended}");
    assert_eq!(ended.code, 0);
}
