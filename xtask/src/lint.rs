use anyhow::Result;

use crate::{browser, cargo, setup};

/// Checks format, lints and documentation; a warning is an error.
pub(crate) fn run() -> Result<()> {
    setup::require(setup::WEBASSEMBLY)?;
    cargo::run(&["fmt", "--all", "--check"])?;
    cargo::run_in(cargo::PEERS, &["fmt", "--check"])?;
    cargo::run(&["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"])?;
    cargo::run_in(cargo::PEERS, &["clippy", "--all-targets", "--all-features", "--", "-D", "warnings"])?;

    let doc = ["doc", "--workspace", "--no-deps", "--all-features"];
    cargo::announce(&doc);
    cargo::finish(cargo::cargo(&doc).env("RUSTDOCFLAGS", "-D warnings"), &doc)?;
    browser::lint()
}
