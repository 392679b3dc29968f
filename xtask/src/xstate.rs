use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::{build, cargo, node};

const FOLDER: &str = "tests/xstate";

/// Loads the machines that the program exports in the npm package `xstate`, and walks them. Where Node is
/// missing or too old, says so and does nothing: the rest of the project needs only Rust.
pub(crate) fn run() -> Result<()> {
    if let Err(missing) = node::require() {
        eprintln!("\nskipping {FOLDER}: {missing}");
        return Ok(());
    }
    let policies = build::components()?;
    let program = cargo::build(&["--package", "interlock-cli", "--bin", "interlock"])?
        .into_iter()
        .find_map(|message| message.executable)
        .context("cargo named no program of `interlock-cli`")?;
    node::install(FOLDER, "XState walks the machines")?;
    let mut test = Command::new("node");
    test.args(["--test", "--test-reporter", "dot"]);
    test.current_dir(cargo::workspace().join(FOLDER)).stdin(Stdio::null());
    node::finish(test.env("INTERLOCK", program).env("INTERLOCK_POLICIES", policies), FOLDER)
}
