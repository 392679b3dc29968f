//! `interlock push`: a policy into a registry.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::Args;
use interlock_registry::{Artifact, Reference};
use interlock_signature::{beside, read_signature};

use crate::exit::Status;
use crate::failure::Failure;
use crate::file;
use crate::page::print;
use crate::registry::Connection;

/// Push a policy to an OCI registry, its signature with it
///
/// Prints where exactly it lies now. The artifact says that it was made when the file was last written, so that
/// the same file pushed again stays the same artifact.
#[derive(Args)]
#[command(arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct Push {
    /// Policy component
    file: PathBuf,
    /// Where to: oci://HOST[:PORT]/REPOSITORY:TAG
    #[arg(value_name = "REFERENCE")]
    reference: Reference,
    /// Signature to push with it; FILE.minisig, if there is one, when absent
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
    #[command(flatten)]
    connection: Connection,
}

const EXAMPLES: &str = "\
Examples:
  interlock push policy.wasm oci://registry.example/policies/backup:1.4
  interlock push policy.wasm oci://localhost:5000/backup:stable --signature policy.wasm.minisig";

impl Push {
    /// Pushes it.
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let bytes = file::read(&self.file)?;
        let signature = self.signature()?;
        let created = written(&self.file);
        let artifact = Artifact { bytes: &bytes, signature: signature.as_deref(), created };
        let digest = self.connection.ask("push to", &self.reference, |registry| async move {
            registry.push(&self.reference, &artifact).await
        })?;
        print(&format!("{}\n", self.reference.at(digest)))?;
        Ok(Status::Done)
    }

    fn signature(&self) -> Result<Option<String>, Failure> {
        let path = self.signature.clone().unwrap_or_else(|| beside(&self.file));
        match read_signature(&path) {
            Ok(signature) => Ok(Some(signature)),
            Err(error) if self.signature.is_none() && error.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(file::unread(&path, source)),
        }
    }
}

/// When a file was last written. Where the system does not tell, no other time is better than any.
fn written(path: &Path) -> SystemTime {
    fs::metadata(path).and_then(|facts| facts.modified()).unwrap_or(SystemTime::UNIX_EPOCH)
}
