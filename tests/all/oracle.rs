//! What the oracle writes down is what its README says, and what the components answer.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what a test needs is there, or the test fails")]

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use interlock_model::{Cause, Situation, Verdict};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::cases;
use crate::policies::{BACKUP, TURNSTILE};

fn written() -> (tempfile::TempDir, Value) {
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_oracle")).arg(folder.path()).status().unwrap();
    assert!(status.success());
    let index = serde_json::from_slice(&fs::read(folder.path().join("index.json")).unwrap()).unwrap();
    (folder, index)
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        _ = write!(text, "{byte:02x}");
        text
    })
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn read(folder: &Path, name: &Value) -> Vec<u8> {
    fs::read(folder.join(name.as_str().unwrap())).unwrap()
}

#[test]
fn every_situation_that_a_check_counts_has_the_outcome_of_the_component() {
    let (folder, index) = written();
    for (both, index) in [&*BACKUP, &*TURNSTILE].into_iter().zip(index["policies"].as_array().unwrap()) {
        let policy = &both.component;
        assert_eq!(
            (index["name"].as_str(), index["version"].as_str()),
            (Some(policy.name()), Some(policy.version()))
        );
        // `interlock check` prints this one.
        assert_eq!(number(&index["situations"]), policy.report().situations);
        let cells = read(folder.path(), &index["cells"]);
        let mut end = 0;
        for chunk in index["chunks"].as_array().unwrap() {
            let situations = situations(chunk);
            assert_eq!(
                (number(&chunk["situations"]), number(&chunk["start"])),
                (situations.len() as u64, end as u64)
            );
            let outcomes = situations.chunks(1024).flat_map(|batch| policy.decide_all(batch).unwrap());
            let bytes: Vec<u8> = outcomes
                .flat_map(|outcome| {
                    let verdict = match outcome.verdict {
                        Verdict::Allow => 0u8,
                        Verdict::Deny => 1,
                        Verdict::Depends => 2,
                    };
                    let cause = match outcome.cause {
                        Cause::Conditions => 0u8,
                        Cause::NotInMode => 1,
                        Cause::NotOffered => 2,
                        Cause::NotFromState => 3,
                    };
                    let next = outcome.next_state.map_or(0, |state| u16::from(state) + 1);
                    let head = [verdict, cause].into_iter().chain(next.to_le_bytes());
                    head.chain(outcome.reasons.to_le_bytes()).chain(outcome.effects.to_le_bytes())
                })
                .collect();
            assert_eq!(chunk["sha256"], sha256(&bytes), "{chunk}");
            let start = end;
            end += bytes.len();
            assert!(cells[start..end] == bytes, "{chunk}");
        }
        assert_eq!(cells.len(), end);
    }
}

/// The situations of a chunk, as the README tells how to count them.
fn situations(chunk: &Value) -> Vec<Situation> {
    let [mode, kind, action] = [0, 1, 2].map(|place| u8::try_from(number(&chunk["indexes"][place])).unwrap());
    let conditions = u32::try_from(number(&chunk["conditions"])).unwrap();
    let states = u8::try_from(number(&chunk["states"])).unwrap();
    let assignments = (0..3u32.pow(conditions)).map(|mut assignment| {
        let (mut holds, mut known) = (0, 0);
        for bit in 0..conditions {
            known |= u32::from(assignment % 3 > 0) << bit;
            holds |= u32::from(assignment % 3 > 1) << bit;
            assignment /= 3;
        }
        (holds, known)
    });
    (0..states)
        .flat_map(|state| {
            assignments.clone().map(move |(holds, known)| Situation {
                mode,
                kind,
                state,
                action,
                holds,
                known,
            })
        })
        .collect()
}

#[test]
fn every_case_has_the_answer_of_the_component() {
    let (folder, index) = written();
    let index = &index["cases"];
    let text = String::from_utf8(read(folder.path(), &index["file"])).unwrap();
    let mut answers = String::new();
    let mut found = Vec::new();
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let both =
            [&*BACKUP, &*TURNSTILE].into_iter().find(|both| case["policy"] == both.component.name()).unwrap();
        let request = serde_json::from_value(case["request"].clone()).unwrap();
        let answer = match both.evaluate(&request) {
            Ok(decision) => serde_json::to_string(&decision).unwrap(),
            // In the order in which it is written.
            Err(error) => format!(
                "{{\"error\":{{\"code\":\"{}\",\"message\":{}}}}}",
                error.code(),
                json!(error.to_string())
            ),
        };
        assert!(line.ends_with(&format!("\"answer\":{answer}}}")), "{line}");
        answers.push_str(&answer);
        answers.push('\n');
        found.push((case["name"].as_str().unwrap().to_owned(), case["request"].clone()));
    }
    assert_eq!(index["sha256"], sha256(answers.as_bytes()));

    // `interlock test` counts these; here they are read once more, by another reader.
    let mut wanted: Vec<_> = cases::all()
        .iter()
        .map(|case| (case.place.clone(), serde_json::to_value(&case.request).unwrap()))
        .collect();
    assert_eq!(number(&index["count"]), found.len() as u64);
    wanted.sort_by(|one, other| one.0.cmp(&other.0));
    found.sort_by(|one, other| one.0.cmp(&other.0));
    assert!(wanted == found, "{} cases are wanted, {} are written", wanted.len(), found.len());
}
