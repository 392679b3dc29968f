//! `interlock who`.

use clap::Args;

use crate::arguments::PolicyFile;
use crate::exit::Status;
use crate::failure::Failure;

/// Show who may take an action, and what else they need
#[derive(Args)]
pub(crate) struct Who {}

impl Who {
    pub(crate) fn run(&self, _: &PolicyFile) -> Result<Status, Failure> {
        Err(Failure::Usage("not there yet".to_owned()))
    }
}
