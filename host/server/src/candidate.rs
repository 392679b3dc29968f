//! A policy that somebody offers: bytes and where they came from, nothing checked yet.

use std::path::PathBuf;
use std::sync::Arc;

use sha2::{Digest, Sha256};

/// Bytes that may become the policy that answers.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) bytes: Arc<[u8]>,
    /// The text of its minisign signature, where one came along.
    pub(crate) signature: Option<String>,
    /// Where exactly it came from: the file, the URL, the reference with its digest.
    pub(crate) origin: String,
    /// `sha256:` and the hash of the bytes, in lower-case hexadecimal.
    pub(crate) digest: String,
    /// A file of laws that it brings along. It is held to these as well as to the operator's, never in their place.
    pub(crate) laws: Option<PathBuf>,
    /// A case file, or a folder of them, that it brings along; likewise.
    pub(crate) cases: Option<PathBuf>,
}

impl Candidate {
    pub(crate) fn new(bytes: impl Into<Arc<[u8]>>, signature: Option<String>, origin: String) -> Self {
        let bytes = bytes.into();
        let digest = digest(&bytes);
        Self { bytes, signature, origin, digest, laws: None, cases: None }
    }
}

/// `sha256:` and the hash of some bytes, in lower-case hexadecimal, as [`interlock::Policy::digest`] has it.
pub(crate) fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(71);
    text.push_str("sha256:");
    for byte in Sha256::digest(bytes) {
        // Writing into a string does not fail.
        _ = write!(text, "{byte:02x}");
    }
    text
}
