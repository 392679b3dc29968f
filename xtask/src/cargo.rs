//! Running cargo in the workspace.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// The root directory of the workspace.
pub(crate) fn workspace() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// The folder of the benchmarks beside other engines: a workspace of its own, which the commands for the project's
/// workspace leave out.
pub(crate) const PEERS: &str = "benches/peers";

/// A cargo command in the workspace, the same cargo that runs this program.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.args(arguments).current_dir(workspace()).stdin(Stdio::null());
    command
}

/// Runs cargo, having said so, and fails if it fails.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    announce(arguments);
    finish(&mut cargo(arguments), arguments)
}

/// Runs cargo in a folder, having said so, and fails if it fails.
pub(crate) fn run_in(folder: &str, arguments: &[&str]) -> Result<()> {
    announce_in(folder, arguments);
    finish(cargo(arguments).current_dir(workspace().join(folder)), arguments)
}

/// Runs a prepared cargo command, and fails if it fails.
pub(crate) fn finish(command: &mut Command, arguments: &[&str]) -> Result<()> {
    let status = command.status().context("cannot run cargo")?;
    if !status.success() {
        bail!("`cargo {}` failed: {status}", arguments.join(" "));
    }
    Ok(())
}

/// Prints a cargo command as one would type it.
pub(crate) fn announce(arguments: &[&str]) {
    eprintln!("\n$ cargo {}", arguments.join(" "));
}

/// Prints a cargo command in a folder as one would type it.
pub(crate) fn announce_in(folder: &str, arguments: &[&str]) {
    eprintln!("\n$ cd {folder} && cargo {}", arguments.join(" "));
}

/// What a build made, one message for each artifact or build script.
#[derive(Debug, Deserialize)]
pub(crate) struct Message {
    /// The package, as cargo identifies it: its path or registry, name and version.
    #[serde(default)]
    pub(crate) package_id: String,
    /// The program, where the artifact is one.
    pub(crate) executable: Option<PathBuf>,
    /// What the build script wrote to.
    pub(crate) out_dir: Option<PathBuf>,
}

/// Runs `cargo build` and returns what it made.
pub(crate) fn build(arguments: &[&str]) -> Result<Vec<Message>> {
    let arguments = [&["build"], arguments].concat();
    announce(&arguments);
    let output = cargo(&arguments)
        .args(["--message-format", "json-render-diagnostics"])
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!("`cargo {}` failed: {}", arguments.join(" "), output.status);
    }
    let lines = output.stdout.split(|&byte| byte == b'\n').filter(|line| line.starts_with(b"{"));
    lines.map(|line| serde_json::from_slice(line).context("cannot read what cargo built")).collect()
}

/// Builds the program `interlock` in release, and says where it is.
pub(crate) fn program() -> Result<PathBuf> {
    build(&["--release", "--package", "interlock-cli", "--bin", "interlock"])?
        .into_iter()
        .find_map(|message| message.executable)
        .context("cargo named no program of `interlock-cli`")
}

/// Where cargo puts what it builds.
pub(crate) fn target_directory() -> Result<PathBuf> {
    #[derive(Deserialize)]
    struct Metadata {
        target_directory: PathBuf,
    }

    let output = cargo(&["metadata", "--no-deps", "--format-version", "1"])
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    let metadata: Metadata =
        serde_json::from_slice(&output.stdout).context("cannot read the output of `cargo metadata`")?;
    Ok(metadata.target_directory)
}
