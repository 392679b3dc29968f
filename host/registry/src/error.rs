//! Why a registry did not do what it was asked.
//!
//! Nothing here holds a secret: no address with its query, no header, no text that a registry wrote but media
//! types, digests and the names of its own errors.

use std::fmt;

use thiserror::Error;

/// Why a registry did not do what it was asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// TLS cannot be set up with the certificates that were given.
    #[error("connections cannot be set up")]
    Setup(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// No connection: no such host, nobody there, or TLS with a certificate that is not trusted.
    #[error("the registry cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    /// A request took longer than allowed.
    #[error("the registry did not answer in time")]
    Timeout(#[source] reqwest::Error),
    /// The connection broke off, or what came is no HTTP.
    #[error("the connection to the registry failed")]
    Broken(#[source] reqwest::Error),
    /// The registry sends on to an address that is not gone to: over plain HTTP, or again and again.
    #[error("the registry sends on to {0}")]
    Redirect(&'static str),
    /// The registry wants credentials, and none were given.
    #[error("the registry wants credentials")]
    CredentialsNeeded,
    /// The registry, or the service that gives out its tokens, does not take the credentials.
    #[error("the registry does not take the credentials")]
    Unauthorized,
    /// The registry knows who asks, and refuses.
    #[error("the registry does not allow this: status 403{}", named(.code))]
    Denied {
        /// Its name for the error.
        code: Option<String>,
    },
    /// It is not there.
    #[error("the registry has no such {what}")]
    Absent {
        /// `manifest` or `layer`.
        what: &'static str,
    },
    /// Any other status than the one that was wanted.
    #[error("the registry answered with status {status}{}", named(.code))]
    Status {
        /// Of HTTP.
        status: u16,
        /// The registry's name for the error.
        code: Option<String>,
    },
    /// An answer lacks what it must have.
    #[error("the registry does not keep to the protocol: {0}")]
    Protocol(&'static str),
    /// Larger than allowed. Where the size was told in advance, nothing was read.
    #[error("the {what} is too large: {}, allowed are {allowed}", size(.bytes, *.allowed))]
    TooLarge {
        /// `policy`, `manifest`, `signature` or `token`.
        what: &'static str,
        /// Bytes, where they are known.
        bytes: Option<u64>,
        /// Bytes.
        allowed: u64,
    },
    /// What came is not what was asked for.
    #[error("the {what} does not match: {mismatch}")]
    Mismatch {
        /// `manifest` or `layer`.
        what: &'static str,
        /// In what.
        mismatch: Mismatch,
    },
    /// The manifest is no JSON, or not of the form of manifests.
    #[error("the manifest cannot be read")]
    Manifest(#[source] serde_json::Error),
    /// The manifest's signature is not in the form in which it is kept.
    #[error("the signature in the manifest is not text in Base64")]
    Signature,
    /// An artifact of another kind.
    #[error("not a policy: {reason}")]
    OtherKind {
        /// What it is instead.
        reason: String,
    },
    /// What is to be pushed is no component.
    #[error("a policy is a component: {reason}")]
    NotComponent {
        /// What it is instead.
        reason: &'static str,
        /// Where it is damaged.
        source: Option<wasmparser::BinaryReaderError>,
    },
    /// What is pushed gets its digest by what it is.
    #[error("push to a tag: a digest follows from what is pushed")]
    PushToDigest,
}

/// In what bytes differ from those that were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// They are others.
    Digest {
        /// What was asked for.
        wanted: String,
        /// What came.
        found: String,
    },
    /// They are too few, or too many.
    Size {
        /// Bytes that the manifest promised.
        wanted: u64,
        /// Bytes that came, or were announced; where too many came, those until it was seen.
        found: u64,
    },
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Digest { wanted, found } => write!(f, "it has digest {found}, wanted is {wanted}"),
            Self::Size { wanted, found } => write!(f, "it has {found} bytes, wanted are {wanted}"),
        }
    }
}

/// Words of a registry, short and without control characters, between backticks.
pub(crate) fn quoted(text: &str) -> String {
    let short: String = text.chars().take(100).flat_map(escaped).collect();
    format!("`{short}`")
}

fn escaped(character: char) -> Vec<char> {
    if character.is_control() { character.escape_default().collect() } else { vec![character] }
}

fn named(code: &Option<String>) -> String {
    code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default()
}

fn size(bytes: &Option<u64>, allowed: u64) -> String {
    bytes.map_or(format!("more than {allowed} bytes"), |bytes| format!("{bytes} bytes"))
}
