//! `interlock compile`: a policy as native code, for those who ship it so.

use std::path::PathBuf;

use clap::Args;

use crate::arguments::PolicyFile;
use crate::exit::Status;
use crate::failure::Failure;
use crate::{policy, progress};

/// Compile and check a policy ahead of time, for --precompiled
///
/// What is written holds native code for this version of the program and this processor, the table of the policy's
/// decisions, and what came of the laws. It is used beside the policy it was made from.
#[derive(Args)]
#[command(arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct Compile {
    /// File to write to
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  interlock compile --policy policy.wasm --output policy.precompiled
  interlock evaluate --policy policy.wasm --precompiled policy.precompiled request.json";

impl Compile {
    /// Writes it.
    pub(crate) fn run(&self, file: &PolicyFile) -> Result<Status, Failure> {
        let precompiled = progress::while_doing("compiling the policy", || policy::precompile(file))?;
        std::fs::write(&self.output, precompiled)
            .map_err(|source| Failure::Write { place: format!("`{}`", self.output.display()), source })?;
        Ok(Status::Done)
    }
}
