//! The program from end to end: what people type, what they read, how it exits.
//!
//! Snapshots are transcripts; `INSTA_UPDATE=always cargo test -p interlock-cli` blesses them anew. Most
//! run against the turnstile, in a folder that holds its policy and a small world. `backup` runs against
//! the policy built in.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod apply;
mod backup;
mod cache;
mod check;
mod completions;
mod console;
mod coverage;
mod diff;
mod docker_registry;
mod documents;
mod errors;
mod evaluate;
mod export;
mod help;
mod import;
mod inspect;
mod lines;
mod log;
mod matrix;
mod options;
mod path;
mod rollout;
mod serve;
mod signature;
mod styles;
mod test;
mod who;

use std::fmt;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A station with four turnstiles: one moves, one was paid for, one is jammed, of one it is not known.
const STATION: &str = r#"{
  "title": "A station",
  "mode": "normal",
  "subjects": [
    {"id": "user-17"},
    {"id": "platform", "roles": ["system"]}
  ],
  "resources": [
    {"kind": "turnstile", "id": "north", "state": "locked", "attributes": {"jammed": "false"}},
    {"kind": "turnstile", "id": "south", "state": "unlocked", "attributes": {"jammed": "false"}},
    {"kind": "turnstile", "id": "east", "state": "locked", "attributes": {"jammed": "true"}},
    {"kind": "turnstile", "id": "west", "state": "unlocked"}
  ]
}
"#;

/// A folder with `turnstile.wasm` and `station.json`, in which the program is run.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("turnstile.wasm", interlock_policies::TURNSTILE);
        folder.write("station.json", STATION);
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    fn make(&self, name: &str) {
        fs::create_dir_all(self.path(name)).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs a command line against the turnstile; words may be quoted with single quotes.
    fn run(&self, line: &str) -> Ended {
        self.run_with(line, "", &[])
    }

    /// As [`Folder::run`], with text on standard input and environment variables.
    fn run_with(&self, line: &str, input: &str, environment: &[(&str, &str)]) -> Ended {
        run_in(self.0.path(), line, input, environment)
    }
}

/// Runs a command line in a directory, with text on standard input and environment variables.
fn run_in(directory: &Path, line: &str, input: &str, environment: &[(&str, &str)]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_interlock"));
    command.args(words(line)).current_dir(directory);
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    // Not the caches of whoever runs the tests, and warm from the first one on.
    command.env("INTERLOCK_CACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"));
    command.envs(environment.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that does not read its input may be gone by now.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Ended {
        line: line.to_owned(),
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// How a run of the program ended. Displays as a transcript.
#[derive(Debug)]
struct Ended {
    line: String,
    code: i32,
    stdout: String,
    stderr: String,
}

impl Ended {
    /// The one line on standard error, after checking that it is one and that nothing was answered.
    #[track_caller]
    fn error(&self) -> &str {
        assert_eq!(self.stdout, "", "{self}");
        assert_eq!(self.stderr.lines().count(), 1, "{self}");
        self.stderr.trim_end().strip_prefix("error: ").unwrap_or_else(|| panic!("{self}"))
    }

    /// What was answered, as JSON.
    #[track_caller]
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "$ interlock {}\n{}", self.line, self.stdout)?;
        if !self.stderr.is_empty() {
            write!(f, "--- standard error\n{}", self.stderr)?;
        }
        write!(f, "--- exit code {}", self.code)
    }
}

/// The words of a command line; single quotes keep blanks.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (place, part) in line.split('\'').enumerate() {
        match place % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}
