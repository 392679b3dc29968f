//! `interlock pull`: a policy out of a registry.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use clap::Args;
use interlock_registry::Reference;
use interlock_signature::beside;

use crate::exit::Status;
use crate::failure::Failure;
use crate::file;
use crate::page::print;
use crate::registry::Connection;

/// Pull a policy from an OCI registry, its signature with it
///
/// Prints where exactly it lies. The signature goes beside the policy, as FILE.minisig, and is not verified; where
/// there is none, one that lies there is removed.
#[derive(Args)]
#[command(arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct Pull {
    /// Where from: oci://HOST[:PORT]/REPOSITORY:TAG, or …@sha256:DIGEST
    #[arg(value_name = "REFERENCE")]
    reference: Reference,
    /// File to write the policy to
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    connection: Connection,
}

const EXAMPLES: &str = "\
Examples:
  interlock pull oci://registry.example/policies/backup:1.4 --output policy.wasm
  interlock verify policy.wasm --key interlock.pub";

impl Pull {
    /// Writes the policy and its signature.
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let pulled = self
            .connection
            .ask("pull", &self.reference, |registry| async move { registry.pull(&self.reference).await })?;
        let signature = beside(&self.output);
        file::replace(&self.output, &pulled.bytes)?;
        match &pulled.signature {
            Some(text) => file::replace(&signature, text.as_bytes())?,
            None => match fs::remove_file(&signature) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(file::unwritten(&signature, error));
                }
                _ => {}
            },
        }
        print(&format!("{}\n", self.reference.at(pulled.manifest_digest)))?;
        Ok(Status::Done)
    }
}
