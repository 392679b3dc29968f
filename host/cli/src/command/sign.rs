//! `interlock sign`: a signature beside a file.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::Args;
use interlock_signature::{KeyError, SecretKey, SignError, beside, sign};

use crate::exit::Status;
use crate::failure::Failure;
use crate::file::{self, place, unusable};
use crate::page::print;
use crate::password::PasswordFile;
use crate::progress;

/// Sign a file: FILE.minisig is written beside it
///
/// The signature is one of minisign's: over the file, and over a comment with it. One that is there is replaced.
#[derive(Args)]
#[command(arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct Sign {
    /// File to sign
    file: PathBuf,
    /// Secret key to sign with, as `interlock keygen` writes it
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    password: PasswordFile,
    /// Comment to sign with the file; the time and the file's name when absent
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  interlock sign policy.wasm --key interlock.key
  interlock sign policy.wasm --key interlock.key --password-file password.txt --comment 'release 7'";

impl Sign {
    /// Writes the signature and says where.
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let bytes = file::read(&self.file)?;
        let key = self.key()?;
        let comment = self.comment.clone().unwrap_or_else(|| self.usual_comment());
        let signature = sign(&bytes, &key, &comment).map_err(|error| match error {
            SignError::Sign(_) => unusable(place(&self.key), "a secret key", error),
            comment => Failure::Usage(comment.to_string()),
        })?;
        let path = beside(&self.file);
        file::replace(&path, signature.as_bytes())?;
        print(&format!("{}\n", path.display()))?;
        Ok(Status::Done)
    }

    fn key(&self) -> Result<SecretKey, Failure> {
        let wrong = |error| match error {
            KeyError::Read(source) => file::unread(&self.key, source),
            error => unusable(place(&self.key), "a secret key", error),
        };
        match SecretKey::read(&self.key, None) {
            Err(KeyError::PasswordNeeded) => {
                let password = self.password.ask()?;
                let read = || SecretKey::read(&self.key, Some(&password));
                progress::while_doing("decrypting the key", read).map_err(wrong)
            }
            result => result.map_err(wrong),
        }
    }

    /// As minisign writes it.
    fn usual_comment(&self) -> String {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        let name = name.replace(char::is_control, "?");
        format!("timestamp:{now}\tfile:{name}\thashed")
    }
}
