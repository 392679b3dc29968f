use anyhow::Result;

use crate::{cargo, setup};

/// Asks the shipped policy millions of questions, ten when absent, and prints what is resident meanwhile.
pub(crate) fn run(millions: Option<&str>) -> Result<()> {
    setup::require(setup::WEBASSEMBLY)?;
    let mut arguments = vec!["run", "--release", "--package", "interlock-benches", "--example", "soak"];
    if let Some(millions) = millions {
        arguments.extend(["--", millions]);
    }
    cargo::run(&arguments)
}
