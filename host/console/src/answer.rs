//! What every request is answered.

use std::borrow::Cow;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::console::Settings;
use crate::error::{Code, Refusal};
use crate::host::is_loopback;
use crate::listing::{LISTING, POLICY, WORLD};
use crate::pages::Page;
use crate::policy::digest;

/// What every answer tells the browser: to run what comes from here and nothing else, and to let nobody look in.
const SECURITY: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; \
         connect-src 'self'; worker-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Where Vite puts files whose names have a hash of their content.
const HASHED: &str = "assets/";

struct App {
    settings: Arc<Settings>,
    listing: Vec<u8>,
}

/// - `listing`: the served `console.json`.
pub(crate) fn router(settings: Arc<Settings>, listing: Vec<u8>) -> Router {
    Router::new().fallback(guarded).with_state(Arc::new(App { settings, listing }))
}

async fn guarded(State(app): State<Arc<App>>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let mut response = answer(&app, &head).await.unwrap_or_else(IntoResponse::into_response);
    for (name, value) in SECURITY {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn answer(app: &App, head: &Parts) -> Result<Response, Refusal> {
    if !is_loopback(head) {
        let message = "the host was asked under another name than `localhost` or a loopback address";
        return Err(Refusal::new(Code::Forbidden, message));
    }
    if !matches!(head.method, Method::GET | Method::HEAD) {
        return Err(Refusal::new(Code::MethodNotAllowed, "only `GET` and `HEAD` are answered"));
    }
    let headers = &head.headers;
    let not_found = || Refusal::new(Code::NotFound, "there is nothing under this path");
    let path = head.uri.path().strip_prefix('/').ok_or_else(not_found)?;
    match (path, &app.settings.world) {
        (POLICY, _) => policy(app, headers).await,
        (LISTING, _) => Ok(data("application/json", app.listing.clone())),
        (WORLD, Some(world)) => Ok(data("application/json", world.json.clone())),
        (path, _) => {
            let path = if path.is_empty() { "index.html" } else { path };
            page(app.settings.pages.get(path).ok_or_else(not_found)?, path, headers)
        }
    }
}

/// The served policy, under its digest: it is given only to who has another one.
async fn policy(app: &App, headers: &HeaderMap) -> Result<Response, Refusal> {
    let source = app.settings.policy.source.clone();
    let read = tokio::task::spawn_blocking(move || source.read().map(|bytes| (digest(&bytes), bytes))).await;
    let (digest, bytes) = read.map_err(|error| Refusal::new(Code::Failed, error.to_string()))??;
    let tag = format!("\"{digest}\"");
    let response = if is_known(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        data("application/wasm", bytes)
    };
    Ok(tagged(response, &tag, "no-cache"))
}

fn page(page: &Page, path: &str, headers: &HeaderMap) -> Result<Response, Refusal> {
    let caching = match path.starts_with(HASHED) {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let mut response = if is_known(headers, &page.tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else if let Some(gzip) = page.gzip().filter(|_| takes_gzip(headers)) {
        let mut response = data(media_type(path), gzip);
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        response
    } else {
        let plain = page.plain().map_err(|error| Refusal::new(Code::Failed, error.to_string()))?;
        data(media_type(path), plain)
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    Ok(tagged(response, &page.tag, caching))
}

fn data(media_type: &'static str, bytes: impl Into<Cow<'static, [u8]>>) -> Response {
    let headers = [(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, "no-cache")];
    (headers, bytes.into()).into_response()
}

fn tagged(mut response: Response, tag: &str, caching: &'static str) -> Response {
    // A digest is ASCII.
    if let Ok(tag) = HeaderValue::from_str(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    response
}

/// Whether the caller has what bears this tag; RFC 9110 section 13.1.2 compares tags weakly.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    listed(headers, header::IF_NONE_MATCH).any(|known| known.trim() == "*" || strong(known) == strong(tag))
}

/// Whether the caller can unpack gzip: RFC 9110 section 12.5.3, without the wildcard, which no browser sends.
fn takes_gzip(headers: &HeaderMap) -> bool {
    listed(headers, header::ACCEPT_ENCODING).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case("gzip") && weight.is_some_and(|weight| weight > 0.0)
    })
}

/// The items of a header that is a list.
fn listed(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
}

/// What a file is, by the end of its name.
fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, end)| end) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/vnd.microsoft.icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
