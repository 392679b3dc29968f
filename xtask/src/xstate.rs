use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{build, cargo};

/// The oldest major version of Node that runs these tests.
const NODE: u32 = 20;

/// Loads the machines that the program exports in the npm package `xstate`, and walks them. Where Node is
/// missing or too old, says so and does nothing: the rest of the project needs only Rust.
pub(crate) fn run() -> Result<()> {
    if let Err(missing) = node() {
        eprintln!("\nskipping tests/xstate: {missing}; Node {NODE} or newer, with npm, runs it");
        return Ok(());
    }
    let policies = build::components()?;
    let program = cargo::build(&["--package", "interlock-cli", "--bin", "interlock"])?
        .into_iter()
        .find_map(|message| message.executable)
        .context("cargo named no program of `interlock-cli`")?;

    let folder = cargo::workspace().join("tests/xstate");
    eprintln!(
        "\ninstalling what tests/xstate/package-lock.json names, in that folder: XState walks the machines"
    );
    finish(npm(&folder).args(["ci", "--no-audit", "--no-fund"]), "npm ci")?;
    let mut test = Command::new("node");
    test.args(["--test", "--test-reporter", "dot"]).current_dir(&folder).stdin(Stdio::null());
    finish(test.env("INTERLOCK", program).env("INTERLOCK_POLICIES", policies), "node --test")
}

/// Whether Node is there and new enough, or what is missing.
fn node() -> Result<(), String> {
    let version = |mut command: Command| {
        let output = command.arg("--version").stdin(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let node = version(Command::new("node")).ok_or("Node is not installed")?;
    if major(&node).is_none_or(|major| major < NODE) {
        return Err(format!("Node is {node}"));
    }
    version(npm(cargo::workspace())).map(drop).ok_or_else(|| "npm is not installed".to_owned())
}

/// The first number of a version such as `v20.11.1`.
fn major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

fn npm(folder: &Path) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// Runs a command, having said so, and fails if it fails.
fn finish(command: &mut Command, typed: &str) -> Result<()> {
    eprintln!("\n$ {typed}");
    let status = command.status().with_context(|| format!("cannot run `{typed}`"))?;
    if !status.success() {
        bail!("`{typed}` failed: {status}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_node_prints() {
        assert_eq!(major("v20.11.1"), Some(20));
        assert_eq!(major("v9.0.0"), Some(9));
        assert_eq!(major("node"), None);
    }
}
