//! A registry, asked what a tag stands for now.

use std::time::Duration;

use interlock_registry::{Digest, Options, PlainHttp, Reference, Registry};

use super::{Access, FetchError, Found, LARGEST, SourceError};
use crate::candidate::Candidate;
use crate::chain::chain;
use crate::config::PolicyConfig;

/// Longest that a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);

pub(crate) struct OciSource {
    registry: Registry,
    reference: Reference,
    /// What the tag stood for when it was pulled last.
    last: Option<Digest>,
}

impl OciSource {
    pub(crate) fn new(reference: &str, config: &PolicyConfig) -> Result<Self, SourceError> {
        // A reference that cannot be read is not repeated: it may hold a password.
        let reference = Reference::parse(reference).map_err(|error| SourceError::Wrong {
            source_name: "oci".to_owned(),
            message: error.to_string(),
        })?;
        let wrong = |message: String| SourceError::Wrong { source_name: reference.to_string(), message };
        let Access { credentials, authorities } = Access::read(config).map_err(wrong)?;
        let options = Options {
            // Who names certificates means TLS, wherever the registry is.
            plain_http: if config.ca.is_some() { PlainHttp::Never } else { PlainHttp::Loopback },
            credentials,
            authorities,
            connect_timeout: CONNECT.min(config.timeout),
            timeout: config.timeout,
            max_bytes: LARGEST as u64,
        };
        let registry = Registry::new(&options).map_err(|error| wrong(chain(&error)))?;
        Ok(Self { registry, reference, last: None })
    }

    pub(crate) async fn look(&mut self) -> Result<Found, FetchError> {
        let failed = |error| FetchError(format!("`{}`: {}", self.reference, chain(&error)));
        let digest = self.registry.resolve(&self.reference).await.map_err(failed)?;
        if self.last == Some(digest) {
            return Ok(Found::Unchanged);
        }
        // By its digest, so that a tag that moves in between is pulled by the next look.
        let exact = self.reference.at(digest);
        let pulled = self.registry.pull(&exact).await.map_err(failed)?;
        self.last = Some(digest);
        Ok(Found::Candidate(Candidate::new(pulled.bytes, pulled.signature, exact.to_string())))
    }
}
