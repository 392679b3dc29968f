//! `interlock export`.

use clap::Args;

use crate::arguments::PolicyFile;
use crate::exit::Status;
use crate::failure::Failure;

/// Write what a policy says as documentation, charts or data
#[derive(Args)]
pub(crate) struct Export {}

impl Export {
    pub(crate) fn run(&self, _: &PolicyFile) -> Result<Status, Failure> {
        Err(Failure::Usage("not there yet".to_owned()))
    }
}
