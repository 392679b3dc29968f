//! A URL, and the signature beside it, each asked with the ETag of what it gave last.

use std::sync::Arc;

use interlock_signature::{MAX_SIGNATURE_BYTES, SUFFIX};
use reqwest::header::{AUTHORIZATION, ETAG, HeaderValue, IF_NONE_MATCH};
use reqwest::redirect::{Action, Attempt, Policy};
use reqwest::{Client, Response, StatusCode, Url};

use super::{Access, FetchError, Found, LARGEST, SourceError};
use crate::candidate::Candidate;
use crate::chain::chain;
use crate::client::is_loopback;
use crate::config::PolicyConfig;

/// How often a server may send on.
const MAX_REDIRECTS: usize = 5;

pub(crate) struct HttpSource {
    client: Client,
    url: Url,
    /// Where the signature lies.
    beside: Url,
    authorization: Option<HeaderValue>,
    /// What the last look found.
    policy: Option<Part>,
    signature: Option<Part>,
}

/// What a URL gave.
#[derive(Clone)]
struct Part {
    bytes: Arc<[u8]>,
    etag: Option<HeaderValue>,
}

impl HttpSource {
    pub(crate) fn new(url: &str, config: &PolicyConfig) -> Result<Self, SourceError> {
        let parsed = Url::parse(url);
        let source_name = parsed.as_ref().map_or_else(|_| "http".to_owned(), shown);
        let wrong = |message: String| SourceError::Wrong { source_name: source_name.clone(), message };
        let url = parsed.map_err(|error| wrong(error.to_string()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("a user and a password are not for a URL: set `credentials`".to_owned()));
        }
        let Access { credentials, authorities } = Access::read(config).map_err(wrong)?;
        if credentials.is_some() && url.scheme() == "http" && !is_loopback(&url) {
            return Err(wrong("credentials are not sent by plain HTTP, except to loopback".to_owned()));
        }
        let client = crate::tls::client(&authorities)
            .map_err(|error| wrong(chain(&error)))?
            .timeout(config.timeout)
            .redirect(Policy::custom(follow))
            .referer(false)
            .build()
            .map_err(|error| wrong(chain(&error)))?;
        let mut beside = url.clone();
        beside.set_path(&format!("{}{SUFFIX}", url.path()));
        let authorization = credentials.and_then(|credentials| credentials.header());
        Ok(Self { client, url, beside, authorization, policy: None, signature: None })
    }

    pub(crate) async fn look(&mut self) -> Result<Found, FetchError> {
        let policy = self.ask(&self.url, self.policy.as_ref(), LARGEST).await?;
        let policy = match policy {
            Ok(part) => part,
            Err(status) => return Err(FetchError(format!("`{}` answers {status}", shown(&self.url)))),
        };
        // It is asked for even where the policy is the same: it may come later, or be replaced by a better one.
        let signature = self.ask(&self.beside, self.signature.as_ref(), MAX_SIGNATURE_BYTES).await?;
        let signature = match signature {
            Ok(part) => Some(part),
            // Stores that do not tell who may not list them what there is not say 403.
            Err(StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::FORBIDDEN) => None,
            Err(status) => return Err(FetchError(format!("`{}` answers {status}", shown(&self.beside)))),
        };
        let is_same = self.policy.as_ref().is_some_and(|last| last.bytes == policy.bytes)
            && self.signature.as_ref().map(|last| &last.bytes) == signature.as_ref().map(|it| &it.bytes);
        let bytes = Arc::clone(&policy.bytes);
        let text = signature.as_ref().map(|it| String::from_utf8_lossy(&it.bytes).into_owned());
        (self.policy, self.signature) = (Some(policy), signature);
        if is_same {
            return Ok(Found::Unchanged);
        }
        Ok(Found::Candidate(Candidate::new(bytes, text, shown(&self.url))))
    }

    /// What a URL gives, of which so many bytes are taken; the status where it gives nothing.
    ///
    /// - `known`: what it gave last.
    async fn ask(
        &self,
        url: &Url,
        known: Option<&Part>,
        most: usize,
    ) -> Result<Result<Part, StatusCode>, FetchError> {
        let mut request = self.client.get(url.clone());
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        if let Some(etag) = known.and_then(|known| known.etag.as_ref()) {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let response = request.send().await.map_err(|error| failed(url, error))?;
        match (response.status(), known) {
            (StatusCode::NOT_MODIFIED, Some(known)) => Ok(Ok(known.clone())),
            (StatusCode::OK, _) => {
                let etag = response.headers().get(ETAG).cloned();
                let bytes = body(url, response, most).await?;
                Ok(Ok(Part { bytes: bytes.into(), etag }))
            }
            (status, _) => Ok(Err(status)),
        }
    }
}

/// What began over TLS goes on so. Credentials go to no other host: the client leaves them out.
fn follow(attempt: Attempt<'_>) -> Action {
    let left_tls = attempt.previous().last().is_some_and(|from| from.scheme() == "https")
        && attempt.url().scheme() != "https";
    if left_tls {
        return attempt.error("it sends on from TLS to plain HTTP");
    }
    if attempt.previous().len() > MAX_REDIRECTS {
        return attempt.error("it sends on again and again");
    }
    attempt.follow()
}

/// Of a body that is too long, no more than shows that.
async fn body(url: &Url, mut response: Response, most: usize) -> Result<Vec<u8>, FetchError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(url, error))? {
        if bytes.len() + chunk.len() > most {
            return Err(FetchError(format!("`{}` gives more than {most} bytes", shown(url))));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn failed(url: &Url, error: reqwest::Error) -> FetchError {
    FetchError(format!("`{}`: {}", shown(url), chain(&error.without_url())))
}

/// A URL without what may be secret in it.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Only a URL that can have none refuses.
    let _ = (url.set_username(""), url.set_password(None));
    url.into()
}
