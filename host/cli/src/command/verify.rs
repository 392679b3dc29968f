//! `interlock verify`: whether one of several keys signed a file.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;
use interlock_signature::{KeyError, PublicKey, Verified, VerifyError, beside, read_signature, verify};
use serde::Serialize;

use crate::arguments::{Format, Output};
use crate::exit::Status;
use crate::failure::Failure;
use crate::file::{self, place, unusable};
use crate::page::{BAD, DIM, GOOD, PLAIN, Page, print, print_json};

/// Verify that one of several keys signed a file
///
/// Nothing is asked over a network. A file that none of the keys signed exits 1.
#[derive(Args)]
#[command(arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct Verify {
    /// File that is signed
    file: PathBuf,
    /// Public key that may have signed: a file, or the key itself in a line; may be given several times
    #[arg(long = "key", value_name = "KEY", required = true)]
    keys: Vec<String>,
    /// Signature; FILE.minisig when absent
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

const EXAMPLES: &str = "\
Examples:
  interlock verify policy.wasm --key interlock.pub
  interlock verify policy.wasm --key old.pub --key new.pub --signature policy.sig";

impl Verify {
    /// Prints who signed, or why that is not so.
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let keys = self.keys.iter().map(|key| read(key)).collect::<Result<Vec<_>, _>>()?;
        let bytes = file::read(&self.file)?;
        let path = self.signature.clone().unwrap_or_else(|| beside(&self.file));
        let result = match read_signature(&path) {
            Ok(signature) => verify(&bytes, signature, &keys),
            // The file can be read, but is no signature.
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                Err(VerifyError::Malformed { reason: "larger than 16 KiB, or not UTF-8 text" })
            }
            Err(source) => return Err(file::unread(&path, source)),
        };
        match self.output.format {
            Format::Text => print(&self.draw(&result))?,
            Format::Json => print_json(&Answer::new(&result))?,
        }
        Ok(if result.is_ok() { Status::Done } else { Status::Found })
    }

    fn draw(&self, result: &Result<Verified, VerifyError>) -> String {
        let file = self.file.display();
        let mut page = Page::new();
        match result {
            Ok(Verified { key, trusted_comment }) => {
                page.put(GOOD, "signed").put(PLAIN, &format!("  {file}")).end();
                page.put(PLAIN, "  ").put(DIM, "key      ").put(PLAIN, &key.to_string()).end();
                page.put(PLAIN, "  ").put(DIM, "comment  ").put(PLAIN, trusted_comment).end();
            }
            Err(error) => {
                page.put(BAD, "refused").put(PLAIN, &format!("  {file}")).end();
                page.paragraph(2, &error.to_string());
            }
        }
        page.finish()
    }
}

#[derive(Serialize)]
struct Answer {
    verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trusted_comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Answer {
    fn new(result: &Result<Verified, VerifyError>) -> Self {
        let verified = result.as_ref().ok();
        Self {
            verified: verified.is_some(),
            key: verified.map(|verified| verified.key.to_string()),
            trusted_comment: verified.map(|verified| verified.trusted_comment.clone()),
            error: result.as_ref().err().map(VerifyError::to_string),
        }
    }
}

/// A key that is written there, or else in the file of that name.
fn read(key: &str) -> Result<PublicKey, Failure> {
    if let Ok(key) = PublicKey::parse(key) {
        return Ok(key);
    }
    let path = Path::new(key);
    PublicKey::read(path).map_err(|error| match error {
        KeyError::Read(source) => file::unread(path, source),
        error => unusable(place(path), "a public key", error),
    })
}
