//! What runs in a browser: the npm package, the console, and their tests in a real one.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{build, cargo, chromium, node};

const FOLDER: &str = "browser";

/// Builds package and console, and the program with the console's pages in it; then runs `interlock console`.
pub(crate) fn console(arguments: &[&str]) -> Result<()> {
    let program = Built::new(&["--release"])?.program;
    let status = Command::new(&program).arg("console").args(arguments).status();
    let status = status.with_context(|| format!("cannot run `{}`", program.display()))?;
    anyhow::ensure!(status.success(), "`interlock console` failed: {status}");
    Ok(())
}

/// Runs the tests of package and console, in Node and in Chromium. Where either is missing and cannot be had, says so and
/// leaves out what needs it: the rest of the project needs only Rust.
pub(crate) fn test() -> Result<()> {
    if let Err(missing) = node::require() {
        eprintln!("\nskipping {FOLDER}: {missing:#}");
        return Ok(());
    }
    let script = match chromium::require() {
        Ok(()) => "test",
        Err(missing) => {
            eprintln!("\nskipping the tests of {FOLDER} in Chromium: {missing:#}");
            "test:node"
        }
    };
    let oracle = oracle()?;
    Built::new(&[])?.run(script, &[("INTERLOCK_ORACLE", oracle)])
}

/// Writes what the policies answer as plain Rust, and says where.
fn oracle() -> Result<PathBuf> {
    let folder = cargo::target_directory()?.join("oracle");
    let arguments = ["run", "--package", "interlock-tests", "--bin", "oracle", "--"];
    cargo::announce(&arguments);
    cargo::finish(cargo::cargo(&arguments).arg(&folder), &arguments)?;
    Ok(folder)
}

/// Renews the pictures of the console in `docs`.
pub(crate) fn screenshots() -> Result<()> {
    node::require()?;
    chromium::require()?;
    Built::new(&[])?.run("screenshots", &[])
}

/// Checks the form of what is written for browsers. Where Node is missing, says so and does nothing.
pub(crate) fn lint() -> Result<()> {
    if let Err(missing) = node::require() {
        eprintln!("\nskipping the lints of {FOLDER}: {missing:#}");
        return Ok(());
    }
    install()?;
    node::finish(node::npm(&cargo::workspace().join(FOLDER)).args(["run", "lint"]), FOLDER)
}

fn install() -> Result<()> {
    node::install(FOLDER, "they build and test what runs in a browser")
}

/// Package and console, and a program that has the console's pages in it.
struct Built {
    policies: PathBuf,
    program: PathBuf,
}

impl Built {
    /// - `profile`: options of `cargo build` for the program.
    fn new(profile: &[&str]) -> Result<Self> {
        node::require()?;
        let policies = build::components()?;
        let compare = build::compare()?;
        install()?;
        let folder = cargo::workspace().join(FOLDER);
        let mut pages = node::npm(&folder);
        pages.args(["run", "build"]).env("INTERLOCK_POLICIES", &policies).env("INTERLOCK_COMPARE", compare);
        node::finish(&mut pages, FOLDER)?;
        let arguments = [profile, &["--package", "interlock-cli", "--bin", "interlock"]].concat();
        let program = cargo::build(&arguments)?
            .into_iter()
            .find_map(|message| message.executable)
            .context("cargo named no program of `interlock-cli`")?;
        Ok(Self { policies, program })
    }

    /// Runs a script of `browser/package.json`, which finds the program and the policies where variables say.
    fn run(&self, script: &str, variables: &[(&str, PathBuf)]) -> Result<()> {
        let mut command = node::npm(&cargo::workspace().join(FOLDER));
        command.args(["run", script]);
        command.env("INTERLOCK", &self.program).env("INTERLOCK_POLICIES", &self.policies);
        command.envs(variables.iter().map(|(name, place)| (name, place)));
        node::finish(&mut command, FOLDER)
    }
}
