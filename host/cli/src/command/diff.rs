//! `interlock diff`.

use clap::Args;

use crate::arguments::PolicyFile;
use crate::exit::Status;
use crate::failure::Failure;

/// Compare two policies: every decision that changed
#[derive(Args)]
pub(crate) struct Diff {}

impl Diff {
    pub(crate) fn run(&self, _: &PolicyFile) -> Result<Status, Failure> {
        Err(Failure::Usage("not there yet".to_owned()))
    }
}
