//! What a command needs besides a Rust toolchain.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::cargo;

/// A target of the Rust toolchain, and why the project needs it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    pub(crate) name: &'static str,
    why: &'static str,
}

/// What policies are compiled for.
pub(crate) const WEBASSEMBLY: Target =
    Target { name: "wasm32-unknown-unknown", why: "policies are compiled to WebAssembly" };

/// A target that has no standard library: only a `no_std` crate compiles for it.
pub(crate) const BARE_METAL: Target = Target {
    name: "thumbv7em-none-eabi",
    why: "compiling for a target without the standard library shows that `interlock-rules` needs none",
};

/// Installs a target where it is missing, and says so before.
pub(crate) fn require(target: Target) -> Result<()> {
    if is_installed(target)? {
        return Ok(());
    }
    let Target { name, why } = target;
    eprintln!("installing the Rust target {name}, because {why}");
    eprintln!("\n$ rustup target add {name}");
    let status = Command::new("rustup")
        .args(["target", "add", name])
        .current_dir(cargo::workspace())
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot install the target {name}: cannot run rustup"))?;
    if !status.success() {
        bail!("cannot install the target {name}: rustup failed: {status}");
    }
    Ok(())
}

fn is_installed(target: Target) -> Result<bool> {
    let output = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", target.name])
        .current_dir(cargo::workspace())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run rustc")?;
    if !output.status.success() {
        bail!("`rustc --print target-libdir` failed: {}", output.status);
    }
    let directory = String::from_utf8(output.stdout).context("the path of the Rust toolchain is not text")?;
    Ok(Path::new(directory.trim_end()).is_dir())
}
