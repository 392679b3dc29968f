use anyhow::Result;

use crate::{browser, cargo, debian, openapi, setup, xstate};

/// Runs all tests, those in documentation and those beside other engines included, and shows that the rules need no standard library.
pub(crate) fn run() -> Result<()> {
    setup::require(setup::WEBASSEMBLY)?;
    let programs = debian::find()?;
    let mut arguments = vec!["test", "--workspace", "--all-features"];
    let left_out = programs.left_out();
    if !left_out.is_empty() {
        arguments.push("--");
        arguments.extend(left_out.iter().flat_map(|tests| ["--skip", tests]));
    }
    cargo::announce(&arguments);
    cargo::finish(cargo::cargo(&arguments).envs(programs.variables), &arguments)?;
    cargo::run_in(cargo::PEERS, &["test"])?;
    xstate::run()?;
    browser::test()?;
    openapi::run()?;

    // Last, so that the tests run even where this target cannot be fetched.
    setup::require(setup::BARE_METAL)?;
    cargo::run(&["check", "--package", "interlock-rules", "--target", setup::BARE_METAL.name])
}
