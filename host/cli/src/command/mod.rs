//! The subcommands, one a file.

mod apply;
mod check;
mod compile;
mod completions;
mod console;
mod coverage;
mod decision;
mod diff;
mod evaluate;
mod export;
mod import;
mod inspect;
mod keygen;
mod log;
mod matrix;
mod options;
mod path;
mod pull;
mod push;
mod question;
mod rollout;
mod serve;
mod sign;
mod test;
mod token;
mod verify;
mod who;

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
    Check(check::Check),
    Diff(diff::Diff),
    Test(test::Test),
    Coverage(coverage::Coverage),
    Export(export::Export),
    Path(path::Path),
    Who(who::Who),
    Log(log::Log),
    Compile(compile::Compile),
    Keygen(keygen::Keygen),
    Sign(sign::Sign),
    Verify(verify::Verify),
    Push(push::Push),
    Pull(pull::Pull),
    Serve(serve::Serve),
    Rollout(rollout::Rollout),
    Token(token::Token),
    Console(console::Console),
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
            Self::Check(command) => command.run(policy),
            Self::Diff(command) => command.run(policy),
            Self::Test(command) => command.run(policy),
            Self::Coverage(command) => command.run(policy),
            Self::Export(command) => command.run(policy),
            Self::Path(command) => command.run(policy),
            Self::Who(command) => command.run(policy),
            Self::Log(command) => command.run(policy),
            Self::Compile(command) => command.run(policy),
            Self::Keygen(command) => command.run(),
            Self::Sign(command) => command.run(),
            Self::Verify(command) => command.run(),
            Self::Push(command) => command.run(),
            Self::Pull(command) => command.run(),
            Self::Serve(command) => command.run(policy),
            Self::Rollout(command) => command.run(),
            Self::Token(command) => command.run(),
            Self::Console(command) => command.run(policy),
            Self::Completions(command) => command.run(),
        }
    }
}
