use anyhow::Result;

use crate::{cargo, setup};

/// Asks the shipped policy millions of questions, ten when absent, and prints what is resident meanwhile.
pub(crate) fn run(millions: Option<&str>) -> Result<()> {
    example("soak", millions)
}

/// Sends a service millions of requests, 3.6 when absent, and prints what is resident meanwhile.
pub(crate) fn serve(millions: Option<&str>) -> Result<()> {
    example("soak-serve", millions)
}

fn example(name: &str, millions: Option<&str>) -> Result<()> {
    setup::require(setup::WEBASSEMBLY)?;
    let mut arguments = vec!["run", "--release", "--package", "interlock-benches", "--example", name];
    if let Some(millions) = millions {
        arguments.extend(["--", millions]);
    }
    cargo::run(&arguments)
}
