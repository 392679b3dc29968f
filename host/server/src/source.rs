//! Where policies come from. A source is looked at again and again; what fails there never touches what answers.

mod file;
mod http;
mod oci;

use std::path::Path;
use std::time::Duration;

use interlock_registry::{Authorities, Credentials, FileError};
use thiserror::Error;

use crate::candidate::Candidate;
use crate::chain::chain;
use crate::config::{PolicyConfig, SourceName};

/// Most bytes that are fetched, as the engine takes no more.
pub(crate) const LARGEST: usize = 4 << 20;

/// Policies that are built into the program, by name.
pub type Embedded = &'static [(&'static str, &'static [u8])];

/// A source that is looked at.
pub(crate) enum Source {
    Embedded { name: String, bytes: &'static [u8], is_given: bool },
    File(file::FileSource),
    Http(http::HttpSource),
    Oci(oci::OciSource),
}

/// What a look at a source found.
pub(crate) enum Found {
    /// What the last look found.
    Unchanged,
    /// Something that may be new.
    Candidate(Candidate),
}

/// Why a source cannot be used at all.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SourceError {
    /// No policy of that name is built in.
    #[error("no policy `{name}` is built in, there are {known}")]
    NotEmbedded {
        /// The name.
        name: String,
        /// Those that are, separated by commas.
        known: String,
    },
    /// A URL, a reference, or a file of credentials or certificates is wrong.
    #[error("source `{source_name}`: {message}")]
    Wrong {
        /// The source, as the configuration writes it, without what may be secret.
        source_name: String,
        /// What is wrong.
        message: String,
    },
}

/// Why a look at a source failed: one sentence.
#[derive(Debug, Error)]
#[error("{0}")]
pub(crate) struct FetchError(pub(crate) String);

impl Source {
    pub(crate) fn new(config: &PolicyConfig, embedded: Embedded) -> Result<Self, SourceError> {
        Ok(match &config.source {
            SourceName::Embedded(name) => match embedded.iter().find(|(known, _)| known == name) {
                Some((name, bytes)) => Self::Embedded { name: (*name).to_owned(), bytes, is_given: false },
                None => {
                    let known: Vec<_> = embedded.iter().map(|(name, _)| format!("`{name}`")).collect();
                    return Err(SourceError::NotEmbedded { name: name.clone(), known: known.join(", ") });
                }
            },
            SourceName::Path(path) => Self::File(file::FileSource::new(path.clone())),
            SourceName::Http(url) => Self::Http(http::HttpSource::new(url, config)?),
            SourceName::Oci(reference) => Self::Oci(oci::OciSource::new(reference, config)?),
        })
    }

    /// Looks at it. What a look returned is not returned by the next one, unless it changed in between.
    pub(crate) async fn look(&mut self) -> Result<Found, FetchError> {
        match self {
            Self::Embedded { is_given: true, .. } => Ok(Found::Unchanged),
            Self::Embedded { name, bytes, is_given } => {
                *is_given = true;
                Ok(Found::Candidate(Candidate::new(*bytes, None, format!("embedded:{name}"))))
            }
            Self::File(source) => source.look().await,
            Self::Http(source) => source.look().await,
            Self::Oci(source) => source.look().await,
        }
    }

    /// Returns when a look may find something new; never, for a source that does not tell.
    pub(crate) async fn changed(&mut self) {
        match self {
            Self::File(source) => source.changed().await,
            _ => std::future::pending().await,
        }
    }
}

/// What a source over a network is asked with, out of the files that the configuration names.
struct Access {
    credentials: Option<Credentials>,
    authorities: Authorities,
}

impl Access {
    fn read(config: &PolicyConfig) -> Result<Self, String> {
        let unusable = |path: &Path, error: FileError| format!("`{}`: {}", path.display(), chain(&error));
        let credentials = config
            .credentials
            .as_deref()
            .map(|path| Credentials::read(path).map_err(|error| unusable(path, error)));
        let authorities =
            config.ca.as_deref().map(|path| Authorities::read(path).map_err(|error| unusable(path, error)));
        Ok(Self {
            credentials: credentials.transpose()?,
            authorities: authorities.transpose()?.unwrap_or_default(),
        })
    }
}

/// Time to the next look: the regular one, or longer the more looks have failed in a row, up to sixteen times as long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backoff {
    poll: Duration,
    failures: u32,
}

impl Backoff {
    pub(crate) fn new(poll: Duration) -> Self {
        Self { poll, failures: 0 }
    }

    pub(crate) fn after(&mut self, failed: bool) -> Duration {
        self.failures = if failed { self.failures.saturating_add(1) } else { 0 };
        self.poll * (1 << self.failures.saturating_sub(1).min(4))
    }
}
