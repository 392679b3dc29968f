//! What a line is, and that no change of one goes unnoticed.

use std::fs;
use std::process::Command;

use interlock_log::{Event, Extent, Fault, RecordHash, verify, verify_noted};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::Place;

#[test]
fn a_record_tells_who_asked_what_and_what_came_of_it() {
    let place = Place::new();
    let mut options = place.options();
    options.whole_request = true;
    place.write_with(options, 0..3);
    let line: serde_json::Value = serde_json::from_str(&place.lines()[2]).unwrap();
    let time = line["time"].as_str().unwrap();
    assert!(time.len() == "2026-01-01T00:00:00.000000Z".len() && time.ends_with('Z'), "{time}");
    let wanted = serde_json::json!({
        "sequence": 3,
        "time": time,
        "type": "decision",
        "decision_id": "d-1",
        "policy": {"name": "turnstile", "version": "0.1.0", "digest": "sha256:00"},
        "interface": "authzen",
        "mode": "normal",
        "subject": {"id": "user-17"},
        "action": "coin",
        "target": {"kind": "turnstile", "id": "north", "state": "locked"},
        "verdict": "deny",
        "reasons": ["not-jammed"],
        "latency_us": 12,
        "request_id": "r \"1\"\n",
        "request": crate::request(),
        "previous": line["previous"],
        "hash": line["hash"],
    });
    assert_eq!(line, wanted);
    let failed: serde_json::Value = serde_json::from_str(&place.lines()[3]).unwrap();
    assert_eq!((&failed["error"], &failed["verdict"]), (&"unknown-kind".into(), &serde_json::Value::Null));
}

#[test]
fn what_is_read_is_what_was_recorded() {
    let place = Place::new();
    let mut options = place.options();
    options.whole_request = true;
    place.write_with(options, 0..30);
    assert_eq!(place.numbers(), (0..30).collect::<Vec<_>>());
    let decided = &place.decisions()[0];
    assert_eq!(decided.request.as_deref(), Some(&crate::request()));
    assert_eq!(decided.next_state.as_deref(), Some("unlocked"));
    let records = place.records();
    assert!(matches!(records[0].event, Event::Begun(_)), "{records:?}");
    assert_eq!(records[0].previous, RecordHash::NONE);
    assert!(records.windows(2).all(|pair| pair[1].previous == pair[0].hash));
}

/// What the documentation says about hashes holds: nothing of ours is needed to verify a log.
#[test]
fn a_script_verifies_a_log_with_sha256sum() {
    let place = Place::new();
    place.write(0..20);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/verify.sh");
    let run = || {
        let output = Command::new("sh").arg(script).arg(&place.path).output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    };
    let last = place.records().pop().unwrap();
    assert_eq!(run(), (true, format!("whole up to {}\n", last.hash)));
    let changed = fs::read_to_string(&place.path).unwrap().replace("\"d-7\"", "\"d-8\"");
    fs::write(&place.path, changed).unwrap();
    assert_eq!(run(), (false, "line 9 was changed\n".to_owned()));
}

#[test]
fn every_change_of_a_byte_is_found() {
    let place = Place::new();
    place.write(0..12);
    let whole = fs::read(&place.path).unwrap();
    let mut runner = TestRunner::new(ProptestConfig::with_cases(400));
    let change = (0..whole.len(), 1..=255u8);
    runner
        .run(&change, |(at, by)| {
            let mut changed = whole.clone();
            changed[at] ^= by;
            fs::write(&place.path, &changed).unwrap();
            prop_assert!(!place.verify().is_whole(), "byte {at} ^ {by}");
            Ok(())
        })
        .unwrap();
    fs::write(&place.path, &whole).unwrap();
    assert_eq!(place.problem(), "nothing");
}

#[test]
fn bytes_taken_out_or_put_in_are_found() {
    let place = Place::new();
    place.write(0..12);
    let whole = fs::read(&place.path).unwrap();
    let mut runner = TestRunner::new(ProptestConfig::with_cases(300));
    let change = (0..whole.len(), 0..40usize, proptest::collection::vec(any::<u8>(), 0..40));
    runner
        .run(&change, |(at, out, put)| {
            let mut changed = whole.clone();
            let end = (at + out).min(whole.len());
            changed.splice(at..end, put);
            prop_assume!(changed != whole);
            fs::write(&place.path, &changed).unwrap();
            prop_assert!(!place.verify().is_whole());
            Ok(())
        })
        .unwrap();
}

#[test]
fn lines_removed_swapped_or_repeated_are_found_with_their_place() {
    let place = Place::new();
    place.write(0..12);
    let whole = place.lines();
    let fault = |lines: &[String]| {
        fs::write(&place.path, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
        let problem = place.verify().problem.unwrap();
        (problem.line, problem.fault)
    };
    let last = whole.len();
    for from in 0..last {
        for to in from + 1..=last {
            let mut lines = whole.clone();
            lines.drain(from..to);
            let (first, end, line) = (from as u64 + 1, to as u64, from as u64 + 1);
            let wanted = match () {
                () if to == last => (line - 1, Fault::Cut { first, last: end }),
                () if from == 0 => (1, Fault::NoBeginning),
                () => (line, Fault::Missing { first, last: end }),
            };
            assert_eq!(fault(&lines), wanted, "without lines {first} to {to}");
        }
    }
    for one in 1..last {
        for other in one + 1..last {
            let mut lines = whole.clone();
            lines.swap(one, other);
            let wanted = Fault::Reordered { expected: one as u64 + 1, found: other as u64 + 1 };
            assert_eq!(fault(&lines), (one as u64 + 1, wanted), "{one} and {other} swapped");
        }
    }
    let mut lines = whole.clone();
    lines.insert(5, whole[2].clone());
    assert_eq!(fault(&lines), (6, Fault::Reordered { expected: 6, found: 3 }));
}

/// Written anew from some record on, a log is whole in itself; it has another head than was noted before.
#[test]
fn a_record_of_another_log_does_not_fit() {
    let (place, other) = (Place::new(), Place::new());
    place.write(0..6);
    other.write(0..6);
    let mut lines = place.lines();
    lines[3] = other.lines()[3].clone();
    fs::write(&place.path, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    assert_eq!(
        place.problem(),
        "`decisions.jsonl`, line 4: the record before, 3, was replaced: it is not the one that this one names"
    );
    let noted = place.records()[1].hash;
    let forged = verify_noted(&[&other.path], Extent::Log, &[noted]).unwrap();
    assert_eq!(forged.problem.unwrap().fault, Fault::NotThere { hash: noted });
    let known = other.records()[2].hash;
    assert!(verify_noted(&[&other.path], Extent::Log, &[known]).unwrap().is_whole());
}

#[test]
fn the_head_is_held_against_the_log() {
    let place = Place::new();
    place.write(0..6);
    let head = fs::read_to_string(place.head()).unwrap();
    assert_eq!(head.len(), 108, "as long each time: {head}");
    let mut lines = place.lines();
    lines.pop();
    let cut: String = lines.iter().map(|line| format!("{line}\n")).collect();
    fs::write(&place.path, cut).unwrap();
    assert_eq!(place.problem(), "`decisions.jsonl`, line 6: the log was cut: record 7 is missing at its end");
    // As part of a log it is whole.
    assert!(verify(&[&place.path], Extent::Part).unwrap().is_whole());
    fs::write(place.head(), head.replace("\"sequence\":7 ", "\"sequence\":6 ")).unwrap();
    assert_eq!(
        place.problem(),
        "`decisions.jsonl`: the head of the log names another record 6 than the log has"
    );
    fs::write(place.head(), "7").unwrap();
    assert_eq!(place.problem(), "`decisions.jsonl`: the head of the log cannot be read");
    fs::remove_file(place.head()).unwrap();
    let report = place.verify();
    assert!(report.is_whole());
    assert!(report.notes[0].to_string().starts_with("there is no head"), "{report:?}");
}

#[test]
fn a_line_without_end_is_read_in_bounded_memory() {
    let place = Place::new();
    place.write(0..3);
    let file = fs::OpenOptions::new().append(true).open(&place.path).unwrap();
    // Sparse: nothing but zeros, a gibibyte of them.
    file.set_len(1 << 30).unwrap();
    let problem = place.verify().problem.unwrap();
    assert!(matches!(problem.fault, Fault::Torn { bytes } if bytes > 1_000_000_000), "{problem}");
}
