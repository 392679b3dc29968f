//! The subcommands, one a file.

mod apply;
mod completions;
mod decision;
mod evaluate;
mod import;
mod inspect;
mod matrix;
mod options;
mod question;

use clap::Subcommand;

use crate::arguments::PolicyFile;
use crate::exit::Status;
use crate::failure::Failure;

/// What the program can be asked to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    Evaluate(evaluate::Evaluate),
    Options(options::Options),
    Apply(apply::Apply),
    Matrix(matrix::Matrix),
    Import(import::Import),
    Inspect(inspect::Inspect),
    Completions(completions::Completions),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    ///
    /// Any [`Failure`]; nothing but whole answers was printed then.
    pub(crate) fn run(&self, policy: &PolicyFile) -> Result<Status, Failure> {
        match self {
            Self::Evaluate(command) => command.run(policy),
            Self::Options(command) => command.run(policy),
            Self::Apply(command) => command.run(policy),
            Self::Matrix(command) => command.run(policy),
            Self::Import(command) => command.run(policy),
            Self::Inspect(command) => command.run(policy),
            Self::Completions(command) => command.run(),
        }
    }
}
