//! `interlock check`.

use clap::Args;

use crate::arguments::PolicyFile;
use crate::exit::Status;
use crate::failure::Failure;

/// Check the laws of a policy on every situation
#[derive(Args)]
pub(crate) struct Check {}

impl Check {
    pub(crate) fn run(&self, _: &PolicyFile) -> Result<Status, Failure> {
        Err(Failure::Usage("not there yet".to_owned()))
    }
}
