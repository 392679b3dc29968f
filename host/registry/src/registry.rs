//! What is asked of a registry.

use std::fmt;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue, LOCATION};
use reqwest::{Method, Response, StatusCode};

use crate::artifact::{ACCEPTED, Layer, MANIFEST};
use crate::authorization::Scope;
use crate::error::Mismatch;
use crate::http::{Http, header, read, read_exactly, refusal};
use crate::{Artifact, Digest, Options, Reference, RegistryError, Version};

/// Most bytes of a manifest. One of a policy has a thousand, or two with a signature.
const MAX_MANIFEST_BYTES: u64 = 1 << 20;

/// Registries, spoken to in one way. Connections and tokens are kept from one request to the next.
pub struct Registry {
    http: Http,
    max_bytes: u64,
}

/// A policy out of a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulled {
    /// By what the registry names this version: the policy, its configuration and its signature.
    pub manifest_digest: Digest,
    /// The policy, whose digest is the one that the manifest names. Whether it is a component is for who loads
    /// it to see.
    pub bytes: Vec<u8>,
    /// The text of its signature, as it came: nothing is verified.
    pub signature: Option<String>,
}

impl Registry {
    /// Sets up how registries are spoken to. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`RegistryError::Setup`].
    pub fn new(options: &Options) -> Result<Self, RegistryError> {
        Ok(Self { http: Http::new(options)?, max_bytes: options.max_bytes })
    }

    /// The manifest that a reference stands for now: one small request. A digest stands for itself, and nothing
    /// is asked.
    ///
    /// # Errors
    ///
    /// [`RegistryError`]: [`RegistryError::Absent`] where there is no such tag.
    pub async fn resolve(&self, reference: &Reference) -> Result<Digest, RegistryError> {
        if let Version::Digest(digest) = reference.version() {
            return Ok(*digest);
        }
        let response = self.manifest(Method::HEAD, reference).await?;
        match header(response.headers(), "docker-content-digest").and_then(|digest| digest.parse().ok()) {
            Some(digest) => Ok(digest),
            None => Ok(self.read_manifest(reference).await?.0),
        }
    }

    /// The policy that a reference stands for now.
    ///
    /// # Errors
    ///
    /// [`RegistryError`]: [`RegistryError::OtherKind`] where it is no policy, [`RegistryError::TooLarge`] before
    /// anything is read where the manifest says so, [`RegistryError::Mismatch`] where what came is not what the
    /// reference or the manifest promised.
    pub async fn pull(&self, reference: &Reference) -> Result<Pulled, RegistryError> {
        let (manifest_digest, manifest) = self.read_manifest(reference).await?;
        let Layer { digest, size, signature } = Layer::find(&manifest, self.max_bytes)?;
        let url = self.http.url(reference, &format!("blobs/{digest}"))?;
        let scope = Scope { reference, actions: "pull" };
        let response = self.http.send(self.http.request(Method::GET, url), &scope).await?;
        if response.status() != StatusCode::OK {
            return Err(refusal(response, "layer").await);
        }
        let bytes = read_exactly(response, size).await?;
        expect("layer", digest, Digest::of(&bytes))?;
        Ok(Pulled { manifest_digest, bytes, signature })
    }

    /// Pushes a policy and moves the tag to it. Gives the digest of its manifest. What the registry already has
    /// is not sent again.
    ///
    /// # Errors
    ///
    /// [`RegistryError`]: [`RegistryError::PushToDigest`] where the reference has no tag,
    /// [`RegistryError::NotComponent`], [`RegistryError::TooLarge`].
    pub async fn push(
        &self,
        reference: &Reference,
        artifact: &Artifact<'_>,
    ) -> Result<Digest, RegistryError> {
        let Version::Tag(tag) = reference.version() else { return Err(RegistryError::PushToDigest) };
        let size = artifact.bytes.len() as u64;
        if size > self.max_bytes {
            let allowed = self.max_bytes;
            return Err(RegistryError::TooLarge { what: "policy", bytes: Some(size), allowed });
        }
        let packed = artifact.pack()?;
        let scope = Scope { reference, actions: "pull,push" };
        self.upload(&scope, artifact.bytes).await?;
        self.upload(&scope, &packed.config).await?;

        let digest = Digest::of(&packed.manifest);
        let url = self.http.url(reference, &format!("manifests/{tag}"))?;
        let mut request = self.http.request(Method::PUT, url);
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MANIFEST));
        *request.body_mut() = Some(packed.manifest.into());
        let response = self.http.send(request, &scope).await?;
        if response.status() != StatusCode::CREATED {
            return Err(refusal(response, "repository").await);
        }
        if let Some(Ok(found)) = header(response.headers(), "docker-content-digest").map(str::parse) {
            expect("manifest", digest, found)?;
        }
        Ok(digest)
    }

    async fn read_manifest(&self, reference: &Reference) -> Result<(Digest, Vec<u8>), RegistryError> {
        let response = self.manifest(Method::GET, reference).await?;
        let manifest = read(response, "manifest", MAX_MANIFEST_BYTES).await?;
        let digest = Digest::of(&manifest);
        if let Version::Digest(wanted) = reference.version() {
            expect("manifest", *wanted, digest)?;
        }
        Ok((digest, manifest))
    }

    async fn manifest(&self, method: Method, reference: &Reference) -> Result<Response, RegistryError> {
        let url = self.http.url(reference, &format!("manifests/{}", reference.version()))?;
        let mut request = self.http.request(method, url);
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static(ACCEPTED));
        let response = self.http.send(request, &Scope { reference, actions: "pull" }).await?;
        match response.status() {
            StatusCode::OK => Ok(response),
            _ => Err(refusal(response, "manifest").await),
        }
    }

    /// Sends a blob, unless the registry has it.
    async fn upload(&self, scope: &Scope<'_>, bytes: &[u8]) -> Result<(), RegistryError> {
        let digest = Digest::of(bytes);
        let url = self.http.url(scope.reference, &format!("blobs/{digest}"))?;
        let response = self.http.send(self.http.request(Method::HEAD, url), scope).await?;
        match response.status() {
            StatusCode::OK => return Ok(()),
            StatusCode::NOT_FOUND => {}
            _ => return Err(refusal(response, "repository").await),
        }

        let start = self.http.url(scope.reference, "blobs/uploads/")?;
        let response = self.http.send(self.http.request(Method::POST, start), scope).await?;
        if response.status() != StatusCode::ACCEPTED {
            return Err(refusal(response, "repository").await);
        }
        let from = response.url();
        let mut place = header(response.headers(), LOCATION.as_str())
            .and_then(|location| from.join(location).ok())
            .ok_or(RegistryError::Protocol("it does not say where to send bytes to"))?;
        self.http.may_go(from, &place)?;
        place.query_pairs_mut().append_pair("digest", &digest.to_string());

        let mut request = self.http.request(Method::PUT, place);
        let form = HeaderValue::from_static("application/octet-stream");
        request.headers_mut().insert(CONTENT_TYPE, form);
        *request.body_mut() = Some(bytes.to_vec().into());
        let response = self.http.send(request, scope).await?;
        match response.status() {
            StatusCode::CREATED => Ok(()),
            _ => Err(refusal(response, "upload").await),
        }
    }
}

/// Says nothing of credentials.
impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").field("max_bytes", &self.max_bytes).finish_non_exhaustive()
    }
}

fn expect(what: &'static str, wanted: Digest, found: Digest) -> Result<(), RegistryError> {
    if wanted == found {
        return Ok(());
    }
    let mismatch = Mismatch::Digest { wanted: wanted.to_string(), found: found.to_string() };
    Err(RegistryError::Mismatch { what, mismatch })
}
