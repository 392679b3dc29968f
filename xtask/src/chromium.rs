//! Debian's Chromium, which the tests in a browser drive.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

const PROGRAM: &str = "/usr/bin/chromium";

/// Installs Chromium where it is missing, and says so before. `CHROMIUM` names another one, which is taken as it is.
pub(crate) fn require() -> Result<()> {
    if env::var_os("CHROMIUM").is_some() || Path::new(PROGRAM).exists() {
        return Ok(());
    }
    let how = "install Debian's package chromium, or name one in CHROMIUM";
    if !is_root() {
        bail!("there is no {PROGRAM}, and only root can install it; {how}");
    }
    eprintln!("\ninstalling Debian's package chromium, because pages are tested in a real browser");
    let install = ["install", "--yes", "--no-install-recommends", "chromium"];
    // Lists of packages may be missing, or older than the packages.
    apt(&install).or_else(|_| apt(&["update"]).and_then(|()| apt(&install))).context(how)
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").stdin(Stdio::null()).output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn apt(arguments: &[&str]) -> Result<()> {
    eprintln!("\n$ apt-get -qq {}", arguments.join(" "));
    let status = Command::new("apt-get")
        .arg("-qq")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .status()
        .context("cannot run apt-get")?;
    if !status.success() {
        bail!("`apt-get {}` failed: {status}", arguments.join(" "));
    }
    Ok(())
}
