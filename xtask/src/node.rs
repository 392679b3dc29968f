//! Node and npm: whether they are there, and commands of theirs.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::cargo;

/// The oldest version of Node that runs what the project has in JavaScript: Vite asks for it.
const NODE: (u32, u32) = (20, 19);

/// Fails with what is missing, in one sentence, unless Node is there and new enough, and npm with it.
pub(crate) fn require() -> Result<()> {
    let (major, minor) = NODE;
    let Err(missing) = find() else { return Ok(()) };
    bail!("{missing}; Node {major}.{minor} or newer is needed, with npm")
}

fn find() -> Result<(), String> {
    let version = |mut command: Command| {
        let output = command.arg("--version").stdin(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let node = version(Command::new("node")).ok_or("Node is not installed")?;
    if parse(&node).is_none_or(|found| found < NODE) {
        return Err(format!("Node is {node}"));
    }
    version(npm(cargo::workspace())).map(drop).ok_or_else(|| "npm is not installed".to_owned())
}

/// The first two numbers of a version such as `v20.19.1`.
fn parse(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.trim_start_matches('v').split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

/// Installs what a folder's lock file names, in that folder.
///
/// - `why`: what it is for, after a colon.
pub(crate) fn install(folder: &str, why: &str) -> Result<()> {
    eprintln!("\ninstalling what {folder}/package-lock.json names, in that folder: {why}");
    // No package's own scripts: nothing here needs them.
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    finish(npm(&cargo::workspace().join(folder)).args(arguments), folder)
}

/// An npm command in a folder.
pub(crate) fn npm(folder: &Path) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// Runs a command in a folder, having said so, and fails if it fails.
pub(crate) fn finish(command: &mut Command, folder: &str) -> Result<()> {
    let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy()).collect();
    let typed = format!("{} {}", command.get_program().display(), arguments.join(" "));
    eprintln!("\n$ cd {folder} && {typed}");
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
    fn the_first_two_numbers_are_read_from_what_node_prints() {
        assert_eq!(parse("v20.19.1"), Some((20, 19)));
        assert_eq!(parse("v9.0.0"), Some((9, 0)));
        assert_eq!(parse("node"), None);
    }
}
