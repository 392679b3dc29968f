//! The `interlock` program: asks a policy what may be done to a resource, and shows what a policy says.
//!
//! - `evaluate`: one request, or many as JSON Lines, or a question about a world.
//! - `options`: everything that may be done to a resource, or to every resource of a kind.
//! - `apply`: what an action leads to, and the world with the target's change made.
//! - `matrix`: the policy's rules as tables.
//! - `export`: what a policy says as documentation, charts or data.
//! - `path`: the shortest sequences of actions between two states.
//! - `who`: which roles may take an action, and what else they need.
//! - `log`: whether a decision log is whole, and what another policy would have decided.
//! - `import`: a world from what the platform's own interfaces print.
//! - `inspect`: what a policy file is.
//! - `check`: whether a policy keeps its laws, in every situation.
//! - `diff`: what changed between two policies.
//! - `test`: whether case files are answered as they want, and `coverage`: what they show.
//! - `compile`: a policy as native code, for those who ship it so.
//! - `keygen`, `sign` and `verify`: signatures of policies, compatible with minisign.
//! - `push` and `pull`: policies in OCI registries.
//! - `serve`: decisions over HTTP, from policies that are replaced while it runs.
//! - `rollout`: what became of candidates in a running service, and what to do about them.
//! - `token`: a bearer token for it.
//! - `console`: the same in a browser, as pages.
//! - `completions`: for shells.
//!
//! A program, not a library to build on: only [`main`] and [`import`] are for others.

mod arguments;
mod cache;
mod command;
mod ending;
mod exit;
mod failure;
mod file;
mod grid;
pub mod import;
mod names;
mod page;
mod password;
mod policy;
mod progress;
mod registry;
mod world_file;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use crate::arguments::PolicyFile;
use crate::command::Command;
use crate::exit::{CODES, Status};
use crate::failure::Failure;

/// Runs the program on the arguments of this process and says how it ended.
pub fn main() -> ExitCode {
    exit::report(run(std::env::args_os()))
}

fn run(arguments: impl IntoIterator<Item = OsString>) -> Result<Status, Failure> {
    let program = Program::try_parse_from(arguments)?;
    program.command.run(&program.policy)
}

/// Asks a policy what may be done to a resource in a state, why not, and what follows.
///
/// A policy is one WebAssembly component that imports nothing. Without --policy the one built in
/// answers: the state matrix of backup resources.
#[derive(Parser)]
#[command(name = "interlock", version, after_help = CODES, max_term_width = 100)]
struct Program {
    #[command(flatten)]
    policy: PolicyFile,
    #[command(subcommand)]
    command: Command,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use interlock_model::Manifest;

    use super::*;

    /// A door and its bell: two modes, a selector, an alternative, an event, effects.
    pub(crate) fn door() -> Manifest {
        serde_json::from_str(include_str!("../tests/fixtures/door.json")).unwrap()
    }

    #[test]
    fn the_grammar_of_the_command_line_is_consistent() {
        Program::command().debug_assert();
    }
}
