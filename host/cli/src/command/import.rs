//! `interlock import`: a world from what the platform's own interfaces print.

use std::path::PathBuf;

use clap::Args;
use serde_json::Value;

use crate::arguments::{Input, PolicyFile};
use crate::exit::{self, Status};
use crate::failure::Failure;
use crate::page::{print, unwritten};
use crate::{import, names, policy, world_file};

/// Make a world from what the platform's own interfaces print
///
/// Reads lists of Stork's custom resources, as `kubectl get -o json` prints them, and enumerate
/// responses of the vendor's API as JSON. A value that has no counterpart is named with its place,
/// never guessed.
#[derive(Args)]
#[command(arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct Import {
    /// Files to read, or `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    inputs: Vec<Input>,
    /// Mode of operation of the site, which the files do not tell
    #[arg(long)]
    mode: String,
    /// File to write the world into, in place of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  kubectl get applicationbackups -A -o json | interlock import - --mode classic > site.json
  interlock import clusters.json backups.json --mode federated --output site.json";

impl Import {
    /// Prints or writes the world.
    pub(crate) fn run(&self, file: &PolicyFile) -> Result<Status, Failure> {
        let policy = policy::load(file)?;
        names::mode(policy.manifest(), &self.mode)?;
        let mut documents = Vec::new();
        for input in &self.inputs {
            documents.push((input.name(), input.parse::<Value>("JSON")?));
        }
        let import::Imported { world, warnings } = import::import(&documents, &self.mode)?;
        warnings.iter().for_each(|warning| exit::warn(warning));
        match &self.output {
            Some(path) => world_file::write(path, &world)?,
            None => print(&world_file::to_json(&world).map_err(unwritten)?)?,
        }
        Ok(Status::Done)
    }
}
