//! `interlock log`: whether a decision log is whole, and what another policy would have decided.

mod replay;
mod verify;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use interlock_log::{Extent, ReadError};

use crate::arguments::PolicyFile;
use crate::exit::Status;
use crate::failure::Failure;

/// Verify a decision log, or decide it again under another policy
#[derive(Args)]
pub(crate) struct Log {
    #[command(subcommand)]
    command: LogCommand,
}

#[derive(Subcommand)]
enum LogCommand {
    Verify(verify::Verify),
    Replay(replay::Replay),
}

impl Log {
    /// Prints what was found.
    pub(crate) fn run(&self, policy: &PolicyFile) -> Result<Status, Failure> {
        match &self.command {
            LogCommand::Verify(command) => command.run(),
            LogCommand::Replay(command) => command.run(policy),
        }
    }
}

/// Which records.
#[derive(Args)]
struct Records {
    /// A decision log: its file, one of its full files, or the directory that holds it; full files that lie elsewhere
    /// are named too
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Read the files named and no others; what was before and comes after them is not missed
    #[arg(long)]
    part: bool,
}

impl Records {
    fn extent(&self) -> Extent {
        if self.part { Extent::Part } else { Extent::Log }
    }
}

fn unreadable(error: ReadError) -> Failure {
    match error {
        ReadError::System { path, source } => {
            Failure::Read { place: format!("`{}`", path.display()), source }
        }
        other => Failure::Usage(other.to_string()),
    }
}
