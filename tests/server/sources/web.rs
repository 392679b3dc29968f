//! A server of HTTP, written here so that it can do all that servers do wrong.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use interlock_server::Step;
use interlock_signature::{SecretKey, sign};

use super::Site;
use crate::guests::{OLD, version};

/// A server on loopback that runs until it is dropped.
struct Web {
    address: SocketAddr,
    shelf: Arc<Mutex<Shelf>>,
    handle: Handle<SocketAddr>,
}

/// What it has, and what it was asked.
#[derive(Default)]
struct Shelf {
    replies: HashMap<String, Reply>,
    asked: Vec<Asked>,
}

#[derive(Clone)]
enum Reply {
    /// Bytes, with an ETag that follows from them.
    File(Bytes),
    Status(StatusCode),
    To(String),
    /// Nothing, for as long as anyone waits.
    Silence,
}

struct Asked {
    path: String,
    status: StatusCode,
    authorization: Option<String>,
}

impl Web {
    async fn start() -> Self {
        Self::listen(None, SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    async fn listen(tls: Option<RustlsConfig>, address: SocketAddr) -> Self {
        let shelf = Arc::new(Mutex::new(Shelf::default()));
        let service = Router::new().fallback(answer).with_state(Arc::clone(&shelf)).into_make_service();
        let handle = Handle::new();
        let listening = handle.clone();
        match tls {
            None => {
                let server = axum_server::bind(address).handle(listening);
                tokio::spawn(server.serve(service));
            }
            Some(tls) => {
                let server = axum_server::bind_rustls(address, tls).handle(listening);
                tokio::spawn(server.serve(service));
            }
        }
        let address = handle.listening().await.unwrap();
        Self { address, shelf, handle }
    }

    fn put(&self, path: &str, reply: Reply) {
        self.shelf.lock().unwrap().replies.insert(path.to_owned(), reply);
    }

    fn file(&self, path: &str, bytes: impl Into<Bytes>) {
        self.put(path, Reply::File(bytes.into()));
    }

    /// How often a path was answered with a status.
    fn answered(&self, path: &str, status: StatusCode) -> usize {
        let shelf = self.shelf.lock().unwrap();
        shelf.asked.iter().filter(|asked| asked.path == path && asked.status == status).count()
    }

    fn authorizations(&self) -> Vec<Option<String>> {
        self.shelf.lock().unwrap().asked.iter().map(|asked| asked.authorization.clone()).collect()
    }

    fn stop(&self) {
        self.handle.shutdown();
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn answer(State(shelf): State<Arc<Mutex<Shelf>>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let reply = shelf.lock().unwrap().replies.get(&path).cloned();
    let response = match reply {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(Reply::Status(status)) => status.into_response(),
        Some(Reply::To(place)) => (StatusCode::FOUND, [(header::LOCATION, place)]).into_response(),
        Some(Reply::Silence) => std::future::pending().await,
        Some(Reply::File(bytes)) => file(request.headers(), bytes),
    };
    let authorization = request.headers().get(header::AUTHORIZATION);
    let authorization = authorization.map(|value| value.to_str().unwrap().to_owned());
    shelf.lock().unwrap().asked.push(Asked { path, status: response.status(), authorization });
    response
}

fn file(headers: &HeaderMap, bytes: Bytes) -> Response {
    let etag = format!("\"{}\"", interlock_registry::Digest::of(&bytes));
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    ([(header::ETAG, etag)], bytes).into_response()
}

const POLICY: &str = "/door.wasm";
const SIGNATURE: &str = "/door.wasm.minisig";

fn source(web: &Web, more: &str) -> String {
    format!("source = \"http://{}{POLICY}\"\npoll = \"100ms\"\n{more}", web.address)
}

#[tokio::test]
async fn what_did_not_change_is_not_sent_again() {
    let web = Web::start().await;
    let key = SecretKey::generate(None).unwrap();
    web.file(POLICY, version(OLD));
    web.file(SIGNATURE, sign(&version(OLD), &key, "release").unwrap());
    let site = Site::start(tempfile::tempdir().unwrap(), &source(&web, "")).await;
    let again = async || {
        web.answered(POLICY, StatusCode::NOT_MODIFIED) >= 3
            && web.answered(SIGNATURE, StatusCode::NOT_MODIFIED) >= 3
    };
    site.service.until("more looks", again).await;
    assert_eq!(web.answered(POLICY, StatusCode::OK), 1);
    assert_eq!(web.answered(SIGNATURE, StatusCode::OK), 1);
    site.promoted(async || web.file(POLICY, version("1.1.0"))).await;
    assert_eq!(site.version().await, "1.1.0");
    assert_eq!(web.answered(POLICY, StatusCode::OK), 2);
}

#[tokio::test]
async fn a_signature_that_comes_later_or_is_replaced_is_found() {
    let web = Web::start().await;
    let key = SecretKey::generate(None).unwrap();
    web.file(POLICY, version(OLD));
    let demanded = format!("keys = [\"{}\"]\n", key.public_key());
    let site = Site::start_unready(tempfile::tempdir().unwrap(), &source(&web, &demanded)).await;
    site.service.until_newest("door", interlock_server::Status::Refused).await;
    let wrong = async || web.file(SIGNATURE, sign(b"another", &key, "release").unwrap());
    assert_eq!(site.refused(wrong).await.0, Step::Signature);
    let right = async || web.file(SIGNATURE, sign(&version(OLD), &key, "release").unwrap());
    let promoted = site.promoted(right).await;
    assert_eq!(promoted.rollouts[0].candidate.signed_by, Some(key.public_key().id().to_string()));
}

#[tokio::test]
async fn whatever_a_server_does_wrong_what_answers_stays_and_a_server_that_mends_is_followed() {
    let web = Web::start().await;
    web.file(POLICY, version("1.1.0"));
    let site = Site::start(tempfile::tempdir().unwrap(), &source(&web, "timeout = \"300ms\"\n")).await;
    let too_large = Reply::File(vec![0; (4 << 20) + 1].into());
    let troubles = [
        (POLICY, Reply::Status(StatusCode::NOT_FOUND)),
        (POLICY, Reply::Status(StatusCode::INTERNAL_SERVER_ERROR)),
        (POLICY, Reply::Status(StatusCode::UNAUTHORIZED)),
        (POLICY, Reply::Status(StatusCode::PARTIAL_CONTENT)),
        (POLICY, Reply::To(POLICY.to_owned())),
        (POLICY, Reply::To("ftp://127.0.0.1/door.wasm".to_owned())),
        (POLICY, too_large.clone()),
        (POLICY, Reply::Silence),
        (SIGNATURE, Reply::Status(StatusCode::BAD_GATEWAY)),
        (SIGNATURE, too_large),
        (SIGNATURE, Reply::Silence),
    ];
    for (path, trouble) in troubles {
        web.put(path, trouble);
        site.until_looks_fail(1).await;
        assert_eq!(site.version().await, "1.1.0");
        web.file(POLICY, version("1.1.0"));
        web.put(SIGNATURE, Reply::Status(StatusCode::NOT_FOUND));
    }
    for (garbage, sentence) in [
        (&b"<html>sign in</html>"[..], "not a WebAssembly component"),
        (&version("1.2.0")[..1000], "not a whole component"),
        (b"", "not a WebAssembly component"),
    ] {
        let (step, detail) = site.refused(async || web.file(POLICY, garbage.to_vec())).await;
        assert_eq!(step, Step::Load);
        assert!(detail.contains(sentence), "{detail}");
        assert_eq!(site.version().await, "1.1.0");
    }
    site.promoted(async || web.file(POLICY, version("1.2.0"))).await;

    let address = web.address;
    drop(web);
    site.until_looks_fail(3).await;
    assert_eq!(site.version().await, "1.2.0");
    let web = Web::listen(None, address).await;
    site.promoted(async || web.file(POLICY, version("1.3.0"))).await;
}

#[tokio::test]
async fn a_server_that_says_nothing_keeps_nobody_waiting() {
    let web = Web::start().await;
    web.put(POLICY, Reply::Silence);
    let site = Site::start_unready(tempfile::tempdir().unwrap(), &source(&web, "timeout = \"1h\"\n")).await;
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    tokio::time::timeout(std::time::Duration::from_secs(60), site.stop()).await.unwrap();
}

#[tokio::test]
async fn credentials_go_to_the_source_and_to_nobody_it_sends_on_to() {
    let (web, other) = (Web::start().await, Web::start().await);
    web.put(POLICY, Reply::To(format!("http://{}{POLICY}", other.address)));
    other.file(POLICY, version(OLD));
    for (credentials, wanted) in
        [("anna:secret\n", "Basic YW5uYTpzZWNyZXQ="), ("Bearer secret\n", "Bearer secret")]
    {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("credentials"), credentials).unwrap();
        let site = Site::start(folder, &source(&web, "credentials = \"credentials\"\n")).await;
        assert_eq!(site.version().await, OLD);
        site.stop().await;
        let seen = web.authorizations().into_iter().last().unwrap();
        assert_eq!(seen.as_deref(), Some(wanted));
    }
    assert!(other.authorizations().len() >= 2);
    assert!(other.authorizations().iter().all(Option::is_none));
}

#[tokio::test]
async fn what_begins_over_tls_does_not_go_on_in_clear() {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate =
        rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().self_signed(&key).unwrap();
    // Another test of this process may have installed it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let tls = RustlsConfig::from_pem(certificate.pem().into_bytes(), key.serialize_pem().into_bytes()).await;
    let (plain, web) =
        (Web::start().await, Web::listen(Some(tls.unwrap()), SocketAddr::from(([127, 0, 0, 1], 0))).await);
    plain.file(POLICY, version("1.1.0"));
    web.file(POLICY, version(OLD));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ca.pem"), certificate.pem()).unwrap();
    let source = source(&web, "").replace("http:", "https:");

    let untrusting = Site::start_unready(folder, &source).await;
    untrusting.until_looks_fail(1).await;
    assert_eq!(untrusting.service.get("/readyz").await.status, 503);
    let site = Site::start(untrusting.stop().await, &format!("{source}ca = \"ca.pem\"\n")).await;
    web.put(POLICY, Reply::To(format!("http://{}{POLICY}", plain.address)));
    site.until_looks_fail(2).await;
    assert_eq!((&*site.version().await, plain.authorizations().len()), (OLD, 0));
    web.put(POLICY, Reply::To("/elsewhere.wasm".to_owned()));
    site.promoted(async || web.file("/elsewhere.wasm", version("1.1.0"))).await;
}
