use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::environment::Environment;
use crate::guest::run;
use crate::{Error, TARGET};

/// The compiler that a guest is built with.
#[derive(Debug)]
pub(crate) struct Toolchain {
    /// Where the compiler and the standard libraries are installed.
    pub(crate) sysroot: PathBuf,
    /// The prefix that the compiler itself puts before paths of the standard library.
    pub(crate) library_prefix: String,
}

impl Toolchain {
    /// Asks the compiler that cargo would run in `directory`.
    pub(crate) fn find(directory: &Path, environment: &Environment) -> Result<Self, Error> {
        let rustc = || environment.command(environment.get("RUSTC").unwrap_or("rustc".as_ref()), directory);

        let places = run(
            rustc().args(["--print", "sysroot", "--print", "target-libdir", "--target", TARGET]),
            "rustc --print sysroot",
        )?;
        let places = String::from_utf8_lossy(&places);
        let mut places = places.lines().map(PathBuf::from);
        let sysroot = places.next().unwrap_or_default();
        if !places.next().is_some_and(|libraries| libraries.is_dir()) {
            return Err(Error::TargetMissing);
        }

        let version = run(rustc().arg("-vV").stderr(Stdio::null()), "rustc -vV")?;
        let library_prefix = library_prefix(&String::from_utf8_lossy(&version));
        Ok(Self { sysroot, library_prefix })
    }
}

/// Official compilers were built from a commit; others give their version.
fn library_prefix(version: &str) -> String {
    let field = |name: &str| {
        let value = version.lines().find_map(|line| line.strip_prefix(name))?.trim();
        (value != "unknown").then_some(value)
    };
    let origin = field("commit-hash:").or_else(|| field("release:")).unwrap_or("unknown");
    format!("/rustc/{origin}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_prefix_is_the_commit_or_else_the_version() {
        let official = "rustc 1.95.0 (59807616e 2026-04-14)\ncommit-hash: 59807616e1\nrelease: 1.95.0\n";
        assert_eq!(library_prefix(official), "/rustc/59807616e1");

        let packaged = "rustc 1.95.0\ncommit-hash: unknown\nrelease: 1.95.0\n";
        assert_eq!(library_prefix(packaged), "/rustc/1.95.0");
    }
}
