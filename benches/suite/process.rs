//! What does one decision cost as a whole process, from its start to its end?

use std::cell::LazyCell;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use criterion::{Criterion, SamplingMode};
use serde_json::to_vec;
use tempfile::TempDir;

use crate::evaluate::{related, request};

/// Names the program to start; `cargo xtask bench` builds it and sets this.
const PROGRAM: &str = "INTERLOCK_PROGRAM";

pub(crate) fn bench(criterion: &mut Criterion) {
    let Some(program) = env::var_os(PROGRAM) else {
        eprintln!("{PROGRAM} does not name the program `interlock`: leaving out process/*");
        return;
    };
    let folder = LazyCell::new(folder);
    let mut group = criterion.benchmark_group("process");
    group.sample_size(50).sampling_mode(SamplingMode::Flat).measurement_time(Duration::from_secs(5));
    for (id, arguments) in [
        ("start", ["--version"].as_slice()),
        ("warm", &["evaluate", "request.json", "--cache", "cache"]),
        ("cold", &["evaluate", "request.json", "--no-cache"]),
    ] {
        group.bench_function(id, |bencher| {
            run(&program, &folder, arguments);
            bencher.iter(|| run(&program, &folder, arguments));
        });
    }
}

/// A folder with what is asked.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("request.json"), to_vec(&request("delete", related("active"))).unwrap())
        .unwrap();
    folder
}

fn run(program: &OsString, folder: &TempDir, arguments: &[&str]) {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null());
    assert!(command.status().unwrap().success());
}
