//! `interlock path`.

use clap::Args;

use crate::arguments::PolicyFile;
use crate::exit::Status;
use crate::failure::Failure;

/// Show the shortest ways from one state to another
#[derive(Args)]
pub(crate) struct Path {}

impl Path {
    pub(crate) fn run(&self, _: &PolicyFile) -> Result<Status, Failure> {
        Err(Failure::Usage("not there yet".to_owned()))
    }
}
