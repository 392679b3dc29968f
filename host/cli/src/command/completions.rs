//! `interlock completions`: what a shell needs to complete the program's arguments.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::Program;
use crate::exit::Status;
use crate::failure::Failure;
use crate::page::print;

/// Print a completion script for a shell
#[derive(Args)]
#[command(arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct Completions {
    /// Shell to complete in
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  interlock completions bash > ~/.local/share/bash-completion/completions/interlock
  interlock completions fish > ~/.config/fish/completions/interlock.fish";

impl Completions {
    /// Prints the script.
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Program::command(), "interlock", &mut script);
        print(&String::from_utf8_lossy(&script))?;
        Ok(Status::Done)
    }
}
