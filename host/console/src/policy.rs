//! The policy that the pages follow.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::{Code, Refusal};

/// The policy that the pages show first, and follow.
#[derive(Clone, Debug)]
pub struct ServedPolicy {
    /// What people call it.
    pub title: String,
    /// Its name, as its manifest has it.
    pub name: String,
    /// Where its bytes are.
    pub source: PolicySource,
}

/// Where the bytes of a policy are.
#[derive(Clone, Debug)]
pub enum PolicySource {
    /// In the program.
    BuiltIn(&'static [u8]),
    /// In a file, which is read whenever somebody asks.
    File {
        /// The file.
        path: PathBuf,
        /// The most bytes that it may have; of a larger one nothing is given.
        largest: usize,
    },
}

impl PolicySource {
    /// The file, as it was named; none for what is in the program.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::BuiltIn(_) => None,
            Self::File { path, .. } => Some(path),
        }
    }

    /// The bytes as they are now. May block.
    pub(crate) fn read(&self) -> Result<Cow<'static, [u8]>, Refusal> {
        let (path, largest) = match self {
            Self::BuiltIn(bytes) => return Ok(Cow::Borrowed(bytes)),
            Self::File { path, largest } => (path, *largest),
        };
        let bytes = read(path, largest).map_err(|error| {
            let code = match error.kind() {
                io::ErrorKind::NotFound => Code::NotFound,
                _ => Code::Failed,
            };
            Refusal::new(code, format!("the policy `{}` cannot be read: {error}", path.display()))
        })?;
        if bytes.len() > largest {
            let path = path.display();
            let message = format!("the policy `{path}` is larger than the {largest} bytes that are allowed");
            return Err(Refusal::new(Code::Failed, message));
        }
        Ok(bytes.into())
    }
}

/// At most one byte more than allowed.
fn read(path: &Path, largest: usize) -> io::Result<Vec<u8>> {
    // What has come under the name may be a pipe, and to open one may take for ever.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(largest as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// `sha256:` and the hash in lower-case hexadecimal, as the engine and the decision service write it.
pub(crate) fn digest(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().fold("sha256:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}
