//! What operators ask of a running service, from Rust.

use std::io;
use std::path::Path;
use std::time::Duration;

use interlock_registry::Authorities;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, Url};
use serde::de::DeserializeOwned;
use thiserror::Error;

use crate::api::{ErrorBody, Rollouts};
use crate::chain::chain;
use crate::rollout::Rollout;

/// Longest that a request may take: going back to a version may have to compile it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks a running service about rollouts.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    url: Url,
}

/// Why a service gives no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ClientError {
    /// No URL of a service.
    #[error("no `http` or `https` URL")]
    Url,
    /// A token would be sent by plain HTTP to another machine.
    #[error("a token is not sent by plain HTTP, except to loopback")]
    Exposed,
    /// A file cannot be read or used.
    #[error("cannot use `{path}`: {why}")]
    File {
        /// The file.
        path: String,
        /// Why.
        why: String,
    },
    /// It cannot be reached, or says what no service says.
    #[error("{0}")]
    Unreachable(String),
    /// It refuses.
    #[error("{message}")]
    Refused {
        /// The code of the error.
        code: crate::api::Code,
        /// Its sentence.
        message: String,
    },
    /// The system gives no means to ask.
    #[error("cannot ask")]
    Runtime {
        /// What it said.
        source: io::Error,
    },
}

impl Client {
    /// - `url`: where the service listens, `http://127.0.0.1:8181`.
    /// - `token`: a file whose one line is a bearer token.
    /// - `ca`: certificates, PEM, that vouch for the service besides the system's.
    ///
    /// # Errors
    ///
    /// [`ClientError`].
    pub fn new(url: &str, token: Option<&Path>, ca: Option<&Path>) -> Result<Self, ClientError> {
        let url = Url::parse(url).map_err(|_| ClientError::Url)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(ClientError::Url);
        }
        if token.is_some() && url.scheme() == "http" && !is_loopback(&url) {
            return Err(ClientError::Exposed);
        }
        let mut headers = HeaderMap::new();
        if let Some(path) = token {
            let token = std::fs::read_to_string(path).map_err(|why| file(path, why.to_string()))?;
            let mut value = HeaderValue::from_str(&format!("Bearer {}", token.trim()))
                .map_err(|_| file(path, "its one line is no token".to_owned()))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        let authorities = match ca {
            None => Authorities::default(),
            Some(path) => Authorities::read(path).map_err(|error| file(path, chain(&error)))?,
        };
        let http = crate::tls::client(&authorities)
            .map_err(|error| ClientError::Unreachable(chain(&error)))?
            .timeout(PATIENCE)
            .default_headers(headers)
            // No service sends on, and a token goes nowhere else.
            .redirect(Policy::none())
            .build()
            .map_err(|error| ClientError::Unreachable(chain(&error)))?;
        Ok(Self { http, url })
    }

    /// What answers, and what became of candidates.
    ///
    /// # Errors
    ///
    /// [`ClientError::Unreachable`] and [`ClientError::Refused`].
    pub async fn rollouts(&self, policy: &str) -> Result<Rollouts, ClientError> {
        answer(self.http.get(self.path(policy, None)?)).await
    }

    /// Promotes, rejects or goes back.
    ///
    /// - `verb`: `promote`, `reject` or `rollback`.
    /// - `digest`: of `rollback`, the version to go back to; none for the one that answered before.
    ///
    /// # Errors
    ///
    /// As [`rollouts`](Self::rollouts).
    pub async fn decide(
        &self,
        policy: &str,
        verb: &str,
        digest: Option<&str>,
    ) -> Result<Rollout, ClientError> {
        let mut request = self.http.post(self.path(policy, Some(verb))?);
        if let Some(digest) = digest {
            request = request
                .header("content-type", "application/json")
                .body(serde_json::json!({ "digest": digest }).to_string());
        }
        answer(request).await
    }

    fn path(&self, policy: &str, verb: Option<&str>) -> Result<Url, ClientError> {
        let mut url = self.url.clone();
        let mut segments = url.path_segments_mut().map_err(|()| ClientError::Url)?;
        segments.pop_if_empty().extend(["v1", "policies", policy, "rollouts"]).extend(verb);
        drop(segments);
        Ok(url)
    }
}

/// Whether a URL leads no further than this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => {
            host.trim_matches(['[', ']']).parse().is_ok_and(|host: std::net::IpAddr| host.is_loopback())
        }
        None => false,
    }
}

fn file(path: &Path, why: String) -> ClientError {
    ClientError::File { path: path.display().to_string(), why }
}

async fn answer<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, ClientError> {
    let failed = |error: reqwest::Error| ClientError::Unreachable(chain(&error));
    let response = request.send().await.map_err(failed)?;
    let status = response.status();
    let body = response.bytes().await.map_err(failed)?;
    if status.is_success() {
        return serde_json::from_slice(&body)
            .map_err(|error| ClientError::Unreachable(format!("the answer is no service's: {error}")));
    }
    match serde_json::from_slice::<ErrorBody>(&body) {
        Ok(ErrorBody { error }) => Err(ClientError::Refused { code: error.code, message: error.message }),
        Err(_) => Err(ClientError::Unreachable(format!("the answer is {status}"))),
    }
}
