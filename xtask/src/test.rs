use anyhow::Result;

use crate::{cargo, setup, xstate};

/// Runs all tests, those in documentation and those beside other engines included, and shows that the rules need no standard library.
pub(crate) fn run() -> Result<()> {
    setup::require(setup::WEBASSEMBLY)?;
    cargo::run(&["test", "--workspace", "--all-features"])?;
    cargo::run_in(cargo::PEERS, &["test"])?;
    xstate::run()?;

    // Last, so that the tests run even where this target cannot be fetched.
    setup::require(setup::BARE_METAL)?;
    cargo::run(&["check", "--package", "interlock-rules", "--target", setup::BARE_METAL.name])
}
