//! A URL, asked with the ETag of what it gave last.

use std::path::Path;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, ETAG, HeaderValue, IF_NONE_MATCH};
use reqwest::{Client, Response, StatusCode, Url};

use super::{FetchError, Found, LARGEST, SourceError};
use crate::candidate::Candidate;
use crate::client::is_loopback;

/// Longest that one download may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Most bytes of a signature.
const SIGNATURE: usize = 8 << 10;

pub(crate) struct HttpSource {
    client: Client,
    url: Url,
    authorization: Option<HeaderValue>,
    etag: Option<HeaderValue>,
    last: Option<(String, Option<String>)>,
}

impl HttpSource {
    pub(crate) fn new(url: &str, credentials: Option<&Path>) -> Result<Self, SourceError> {
        let wrong = |message: String| SourceError::Wrong { source_name: url.to_owned(), message };
        let parsed = Url::parse(url).map_err(|error| wrong(error.to_string()))?;
        if parsed.host_str().is_none() {
            return Err(wrong("it names no host".to_owned()));
        }
        if credentials.is_some() && parsed.scheme() == "http" && !is_loopback(&parsed) {
            return Err(wrong("credentials are not sent by plain HTTP, except to loopback".to_owned()));
        }
        let authorization = credentials.map(|path| authorization(path).map_err(wrong)).transpose()?;
        // Whoever installed another provider before has chosen.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .timeout(PATIENCE)
            .user_agent(concat!("interlock/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| wrong(error.to_string()))?;
        Ok(Self { client, url: parsed, authorization, etag: None, last: None })
    }

    pub(crate) async fn look(&mut self) -> Result<Found, FetchError> {
        let response = self.get(&self.url, self.etag.as_ref()).await?;
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(Found::Unchanged);
        }
        let etag = response.headers().get(ETAG).cloned();
        let bytes = body(accepted(response)?, LARGEST).await?;
        let mut beside = self.url.clone();
        beside.set_path(&format!("{}.minisig", self.url.path()));
        let signature = self.get(&beside, None).await?;
        let signature = match signature.status() {
            StatusCode::NOT_FOUND | StatusCode::GONE => None,
            _ => Some(String::from_utf8_lossy(&body(accepted(signature)?, SIGNATURE).await?).into_owned()),
        };
        let candidate = Candidate::new(bytes, signature, self.url.to_string());
        // A policy that comes before its signature is looked at again until that is there too.
        self.etag = etag.filter(|_| candidate.signature.is_some());
        let found = (candidate.digest.clone(), candidate.signature.clone());
        if self.last.as_ref() == Some(&found) {
            return Ok(Found::Unchanged);
        }
        self.last = Some(found);
        Ok(Found::Candidate(candidate))
    }

    async fn get(&self, url: &Url, etag: Option<&HeaderValue>) -> Result<Response, FetchError> {
        let mut request = self.client.get(url.clone());
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        request.send().await.map_err(|error| failed(&error))
    }
}

fn authorization(path: &Path) -> Result<HeaderValue, String> {
    let unreadable = |error| format!("cannot read the credentials in `{}`: {error}", path.display());
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let text = text.trim();
    let value = match text.split_once(':') {
        Some(_) => format!("Basic {}", base64(text)),
        None => format!("Bearer {text}"),
    };
    let mut value = HeaderValue::from_str(&value)
        .map_err(|_| format!("the credentials in `{}` are more than one line", path.display()))?;
    value.set_sensitive(true);
    Ok(value)
}

fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}

fn accepted(response: Response) -> Result<Response, FetchError> {
    match response.status() {
        StatusCode::OK => Ok(response),
        status => Err(FetchError(format!("`{}` answers {status}", response.url()))),
    }
}

/// Of a body that is too long, no more than shows that.
async fn body(mut response: Response, most: usize) -> Result<Vec<u8>, FetchError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > most {
            return Err(FetchError(format!("`{}` gives more than {most} bytes", response.url())));
        }
    }
    Ok(bytes)
}

fn failed(error: &reqwest::Error) -> FetchError {
    FetchError(crate::rollout::chain(error))
}
