//! Requests to a registry: over what, with which authorization, for how long, and how much of an answer is
//! read.

use reqwest::header::HeaderMap;
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Method, Request, Response, StatusCode, Url};
use serde::Deserialize;

use crate::authorization::{Authorization, Scope};
use crate::error::Mismatch;
use crate::reference::is_loopback;
use crate::{Options, PlainHttp, Reference, RegistryError};

/// How often a registry may send on.
const MAX_REDIRECTS: usize = 5;

/// Most bytes of an answer that tells of an error.
const MAX_ERROR_BYTES: u64 = 16 << 10;

pub(crate) struct Http {
    client: Client,
    plain_http: PlainHttp,
    authorization: Authorization,
}

impl Http {
    pub(crate) fn new(options: &Options) -> Result<Self, RegistryError> {
        let plain_http = options.plain_http;
        let client = Client::builder()
            .user_agent(concat!("interlock/", env!("CARGO_PKG_VERSION")))
            .tls_backend_preconfigured(options.authorities.tls()?)
            .redirect(Policy::custom(move |attempt| follow(plain_http, attempt)))
            .connect_timeout(options.connect_timeout)
            .timeout(options.timeout)
            .build()
            .map_err(|error| RegistryError::Setup(Box::new(error.without_url())))?;
        Ok(Self { client, plain_http, authorization: Authorization::new(options.credentials.clone()) })
    }

    /// The address of something in a reference's repository.
    pub(crate) fn url(&self, reference: &Reference, path: &str) -> Result<Url, RegistryError> {
        let plain = match self.plain_http {
            PlainHttp::Never => false,
            PlainHttp::Loopback => reference.is_loopback(),
            PlainHttp::Always => true,
        };
        let scheme = if plain { "http" } else { "https" };
        let (host, repository) = (reference.host(), reference.repository());
        Url::parse(&format!("{scheme}://{host}/v2/{repository}/{path}"))
            .map_err(|_| RegistryError::Protocol("the reference makes no address"))
    }

    /// Whether an address that the registry named may be gone to, coming from another one.
    pub(crate) fn may_go(&self, from: &Url, to: &Url) -> Result<(), RegistryError> {
        match may_go(self.plain_http, from, to) {
            true => Ok(()),
            false => Err(RegistryError::Redirect("an address that is not gone to: plain HTTP")),
        }
    }

    pub(crate) fn request(&self, method: Method, url: Url) -> Request {
        Request::new(method, url)
    }

    /// Sends a request, once more if the registry wants to know who asks.
    ///
    /// What is known of that goes only to the registry itself, wherever else the request is addressed to.
    pub(crate) async fn send(&self, request: Request, scope: &Scope<'_>) -> Result<Response, RegistryError> {
        let home = self.url(scope.reference, "")?.origin();
        let is_home = request.url().origin() == home;
        let again = request.try_clone();
        let known = self.authorization.known(scope).filter(|_| is_home);
        let response = self.execute(request, known).await?;
        if response.status() != StatusCode::UNAUTHORIZED || !is_home || response.url().origin() != home {
            return Ok(response);
        }
        let authorization = self.authorization.ask(self, response.url(), response.headers(), scope).await?;
        // Bodies are bytes, and those can be sent again.
        let again = again.ok_or(RegistryError::Unauthorized)?;
        let response = self.execute(again, Some(authorization)).await?;
        match response.status() {
            StatusCode::UNAUTHORIZED => Err(self.authorization.refused()),
            _ => Ok(response),
        }
    }

    /// Sends a request as it is.
    pub(crate) async fn execute(
        &self,
        mut request: Request,
        authorization: Option<reqwest::header::HeaderValue>,
    ) -> Result<Response, RegistryError> {
        if let Some(value) = authorization {
            request.headers_mut().insert(reqwest::header::AUTHORIZATION, value);
        }
        // A connection that was kept may be closed by now. Everything asked here can be asked twice: blobs and
        // manifests are named by what they are.
        let again = request.try_clone();
        match (self.client.execute(request).await.map_err(failure), again) {
            (Err(RegistryError::Broken(_)), Some(again)) => self.client.execute(again).await.map_err(failure),
            (result, _) => result,
        }
    }
}

/// The whole body of an answer, which may have so many bytes.
pub(crate) async fn read(
    mut response: Response,
    what: &'static str,
    allowed: u64,
) -> Result<Vec<u8>, RegistryError> {
    let too_large = |bytes| RegistryError::TooLarge { what, bytes, allowed };
    if let Some(bytes) = response.content_length().filter(|bytes| *bytes > allowed) {
        return Err(too_large(Some(bytes)));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        if (body.len() + chunk.len()) as u64 > allowed {
            return Err(too_large(None));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The whole body of an answer, which must have so many bytes.
pub(crate) async fn read_exactly(mut response: Response, wanted: u64) -> Result<Vec<u8>, RegistryError> {
    let other = |found| RegistryError::Mismatch { what: "layer", mismatch: Mismatch::Size { wanted, found } };
    if let Some(bytes) = response.content_length().filter(|bytes| *bytes != wanted) {
        return Err(other(bytes));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        body.extend_from_slice(&chunk);
        if body.len() as u64 > wanted {
            break;
        }
    }
    if body.len() as u64 == wanted { Ok(body) } else { Err(other(body.len() as u64)) }
}

/// What an answer says whose status is not the one that was wanted.
pub(crate) async fn refusal(response: Response, what: &'static str) -> RegistryError {
    let status = response.status();
    match status {
        StatusCode::NOT_FOUND => return RegistryError::Absent { what },
        StatusCode::UNAUTHORIZED => return RegistryError::Unauthorized,
        _ => {}
    }
    let body = read(response, "error", MAX_ERROR_BYTES).await.unwrap_or_default();
    let code = serde_json::from_slice::<Errors>(&body)
        .ok()
        .and_then(|body| body.errors.into_iter().next())
        .map(|error| error.code)
        // As the protocol writes its codes. Whatever else stands there is not repeated.
        .filter(|code| {
            code.len() <= 40 && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        });
    match status {
        StatusCode::FORBIDDEN => RegistryError::Denied { code },
        _ => RegistryError::Status { status: status.as_u16(), code },
    }
}

#[derive(Deserialize)]
struct Errors {
    errors: Vec<NamedError>,
}

#[derive(Deserialize)]
struct NamedError {
    code: String,
}

/// A header as text.
pub(crate) fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn follow(plain_http: PlainHttp, attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let may_go = attempt.previous().last().is_some_and(|from| may_go(plain_http, from, attempt.url()));
    if attempt.previous().len() > MAX_REDIRECTS || !may_go {
        return attempt.error("not gone to");
    }
    attempt.follow()
}

fn may_go(plain_http: PlainHttp, from: &Url, to: &Url) -> bool {
    match (to.scheme(), plain_http) {
        ("https", _) | ("http", PlainHttp::Always) => true,
        ("http", PlainHttp::Loopback) => from.scheme() == "http" && is_loopback(to),
        _ => false,
    }
}

/// What went wrong with a connection. Addresses are left out: storage that a registry sends on to is given
/// tokens in them.
fn failure(error: reqwest::Error) -> RegistryError {
    let error = error.without_url();
    if error.is_redirect() {
        RegistryError::Redirect("where it is not followed: over plain HTTP, or again and again")
    } else if error.is_timeout() {
        RegistryError::Timeout(error)
    } else if error.is_connect() {
        RegistryError::Unreachable(error)
    } else {
        RegistryError::Broken(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_spoken_where_the_options_say() {
        let cases = [
            (PlainHttp::Never, "localhost:5000", "https"),
            (PlainHttp::Loopback, "localhost:5000", "http"),
            (PlainHttp::Loopback, "registry.example", "https"),
            (PlainHttp::Always, "registry.example", "http"),
        ];
        for (plain_http, host, scheme) in cases {
            let http = Http::new(&Options { plain_http, ..Options::default() }).unwrap();
            let reference = Reference::parse(&format!("oci://{host}/a/b:1")).unwrap();
            let url = http.url(&reference, "manifests/1").unwrap();
            assert_eq!(url.as_str(), format!("{scheme}://{host}/v2/a/b/manifests/1"));
        }
    }

    #[test]
    fn what_speaks_tls_goes_on_so() {
        let may_go = |plain_http, from: &str, to: &str| {
            may_go(plain_http, &Url::parse(from).unwrap(), &Url::parse(to).unwrap())
        };
        for plain_http in [PlainHttp::Never, PlainHttp::Loopback, PlainHttp::Always] {
            assert!(may_go(plain_http, "https://a/", "https://b/"));
            assert!(!may_go(plain_http, "https://a/", "file:///b"));
        }
        assert!(!may_go(PlainHttp::Loopback, "https://a/", "http://localhost/"));
        assert!(!may_go(PlainHttp::Loopback, "http://localhost/", "http://b/"));
        assert!(may_go(PlainHttp::Loopback, "http://localhost/", "http://127.0.0.1:1/"));
        assert!(!may_go(PlainHttp::Never, "https://a/", "http://a/"));
    }
}
