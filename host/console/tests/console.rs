//! The console over real sockets, with pages of a test's own.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use interlock_console::{Console, GivenWorld, Pages, PolicySource, ServedPolicy, Settings, StartError};
use serde_json::{Value, json};
use tempfile::TempDir;

const LISTING: &str = r#"{"policies": [{"title": "Turnstile", "url": "policies/turnstile.wasm", "watch": false}],
    "worlds": [{"title": "A site", "url": "worlds/site.json", "policy": "turnstile"}]}"#;

/// A console whose policy is the file `policy.wasm` of at most 100 bytes, until it goes out of scope.
struct Running {
    folder: TempDir,
    console: Console,
}

impl Running {
    async fn start() -> Self {
        Self::start_with(None).await
    }

    async fn start_with(world: Option<GivenWorld>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, content: &[u8]| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        };
        write("policy.wasm", b"first");
        write("pages/index.html", b"<!doctype html><title>Console</title>");
        write("pages/console.json", LISTING.as_bytes());
        write("pages/assets/app-5f2c.js", "console.log('many times');\n".repeat(1000).as_bytes());
        write("pages/policies/turnstile.wasm", b"\0asm");
        let source = PolicySource::File { path: folder.path().join("policy.wasm"), largest: 100 };
        let settings = Settings {
            listen: loopback(),
            pages: Pages::read(&folder.path().join("pages")).unwrap(),
            policy: ServedPolicy { title: "policy.wasm".to_owned(), name: "turnstile".to_owned(), source },
            world,
        };
        let console = Console::start(settings).await.unwrap();
        Self { folder, console }
    }

    fn policy(&self) -> std::path::PathBuf {
        self.folder.path().join("policy.wasm")
    }

    fn get(&self, path: &str) -> Answer {
        self.get_with(path, "")
    }

    /// - `headers`: lines, each with its end.
    fn get_with(&self, path: &str, headers: &str) -> Answer {
        self.ask("GET", path, &format!("host: {}\r\n{headers}", self.console.address()))
    }

    fn ask(&self, method: &str, path: &str, headers: &str) -> Answer {
        ask(
            self.console.address(),
            &format!("{method} {path} HTTP/1.1\r\n{headers}connection: close\r\n\r\n"),
        )
    }
}

fn loopback() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

fn ask(address: SocketAddr, request: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head,
        body: answer[end + 4..].to_vec(),
    }
}

impl Answer {
    /// The value of a header that is there once.
    #[track_caller]
    fn header(&self, name: &str) -> &str {
        let mut values = self.head.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        let value = values.next().unwrap_or_else(|| panic!("no {name} in {}", self.head));
        assert_eq!(values.next(), None);
        value
    }

    fn has(&self, name: &str) -> bool {
        self.head.lines().any(|line| line.starts_with(&format!("{name}: ")))
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    #[track_caller]
    fn is_refused(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.json()["error"]["code"].as_str()), (status, Some(code)));
        assert!(self.json()["error"]["message"].as_str().unwrap().len() > 10);
        self.is_guarded();
    }

    #[track_caller]
    fn is_guarded(&self) {
        let csp = self.header("content-security-policy");
        for directive in
            ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "frame-ancestors 'none'"]
        {
            assert!(csp.split("; ").any(|part| part == directive), "{csp}");
        }
        assert!(!csp.contains("unsafe-inline") && !csp.contains("'unsafe-eval'"), "{csp}");
        assert_eq!(self.header("x-content-type-options"), "nosniff");
        assert_eq!(self.header("referrer-policy"), "no-referrer");
        assert_eq!(self.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(self.header("cross-origin-resource-policy"), "same-origin");
        assert!(!self.has("access-control-allow-origin"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_have_their_media_type_and_what_guards_them() {
    let running = Running::start().await;
    for (path, media_type) in [
        ("/", "text/html; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        ("/assets/app-5f2c.js", "text/javascript; charset=utf-8"),
        ("/policies/turnstile.wasm", "application/wasm"),
        ("/policies/served.wasm", "application/wasm"),
        ("/console.json", "application/json"),
    ] {
        let answer = running.get(path);
        assert_eq!((answer.status, answer.header("content-type")), (200, media_type), "{path}");
        answer.is_guarded();
    }
    assert_eq!(running.get("/").body, b"<!doctype html><title>Console</title>");
    assert_eq!(running.get("/?view=matrix").body, running.get("/").body);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_with_a_hash_are_kept_for_ever_and_the_rest_is_asked_for_again() {
    let running = Running::start().await;
    let hashed = running.get("/assets/app-5f2c.js");
    assert_eq!(hashed.header("cache-control"), "public, max-age=31536000, immutable");
    for path in ["/", "/console.json", "/policies/turnstile.wasm", "/policies/served.wasm"] {
        assert_eq!(running.get(path).header("cache-control"), "no-cache", "{path}");
    }
    let tag = running.get("/").header("etag").to_owned();
    let again = running.get_with("/", &format!("if-none-match: {tag}\r\n"));
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(running.get_with("/", "if-none-match: W/\"sha256:0\"\r\n").status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_packed_for_whoever_can_unpack_it() {
    let running = Running::start().await;
    let path = "/assets/app-5f2c.js";
    let plain = running.get(path);
    assert!(!plain.has("content-encoding"));
    for header in ["gzip", "br, GZIP;q=0.5", "gzip, deflate, br, zstd"] {
        let packed = running.get_with(path, &format!("accept-encoding: {header}\r\n"));
        assert_eq!(packed.header("content-encoding"), "gzip");
        assert!(packed.body.len() < plain.body.len() / 10);
        let mut unpacked = Vec::new();
        GzDecoder::new(&*packed.body).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, plain.body);
    }
    for header in ["br", "gzip;q=0", "identity"] {
        let answer = running.get_with(path, &format!("accept-encoding: {header}\r\n"));
        assert_eq!((answer.has("content-encoding"), &answer.body), (false, &plain.body));
    }
    // What packing makes larger is stored as it is.
    let small = running.get_with("/policies/turnstile.wasm", "accept-encoding: gzip\r\n");
    assert_eq!((small.has("content-encoding"), &*small.body), (false, &b"\0asm"[..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_name_for_the_host_is_refused() {
    let running = Running::start().await;
    let port = running.console.address().port();
    for host in
        ["localhost".to_owned(), format!("localhost:{port}"), format!("[::1]:{port}"), "127.0.0.1".to_owned()]
    {
        assert_eq!(running.ask("GET", "/", &format!("host: {host}\r\n")).status, 200, "{host}");
    }
    for host in ["example.com".to_owned(), format!("localhost.example.com:{port}"), "10.0.0.1".to_owned()] {
        for path in ["/", "/policies/served.wasm", "/nothing"] {
            running.ask("GET", path, &format!("host: {host}\r\n")).is_refused(403, "forbidden");
        }
    }
    running.ask("GET", "/", "").is_refused(403, "forbidden");
    running.ask("GET", "/", "host: localhost\r\nhost: example.com\r\n").is_refused(403, "forbidden");
    running.ask("GET", "http://example.com/", "host: localhost\r\n").is_refused(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_get_and_head_are_answered() {
    let running = Running::start().await;
    let host = format!("host: {}\r\n", running.console.address());
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"] {
        let answer = running.ask(method, "/", &host);
        answer.is_refused(405, "method-not-allowed");
        assert_eq!(answer.header("allow"), "GET, HEAD");
    }
    let (head, get) = (running.ask("HEAD", "/", &host), running.get("/"));
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), get.header("content-length"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_refused_in_form_and_nothing_outside_is_given() {
    let running = Running::start().await;
    for path in [
        "/nothing",
        "/../policy.wasm",
        "/assets/../../policy.wasm",
        "/%2e%2e/policy.wasm",
        "/assets",
        "//",
        "/worlds/given.json",
    ] {
        running.get(path).is_refused(404, "not-found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_served_policy_is_followed_by_its_digest() {
    let running = Running::start().await;
    let path = "/policies/served.wasm";
    let first = running.get(path);
    let digest = "sha256:a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e";
    assert_eq!((first.header("etag"), &*first.body), (&*format!("\"{digest}\""), &b"first"[..]));
    let known = format!("if-none-match: \"{digest}\"\r\n");
    let same = running.get_with(path, &known);
    assert_eq!((same.status, same.body.len(), same.header("etag")), (304, 0, first.header("etag")));
    same.is_guarded();

    fs::write(running.policy(), "second").unwrap();
    let changed = running.get_with(path, &known);
    assert_eq!((changed.status, &*changed.body), (200, &b"second"[..]));
    assert_ne!(changed.header("etag"), first.header("etag"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_served_policy_that_vanished_or_grew_too_large_is_refused_until_it_is_back() {
    let running = Running::start().await;
    let (path, file) = ("/policies/served.wasm", running.policy());
    fs::write(&file, [0; 100]).unwrap();
    assert_eq!(running.get(path).body.len(), 100);
    fs::write(&file, [0; 101]).unwrap();
    running.get(path).is_refused(500, "failed");
    fs::remove_file(&file).unwrap();
    running.get(path).is_refused(404, "not-found");
    fs::create_dir(&file).unwrap();
    running.get(path).is_refused(500, "failed");
    fs::remove_dir(&file).unwrap();
    fs::write(&file, "back").unwrap();
    assert_eq!(running.get(path).body, b"back");
}

#[tokio::test(flavor = "multi_thread")]
async fn served_policy_and_given_world_are_listed_first() {
    let served = |running: &Running| {
        let file = running.policy().display().to_string();
        json!({"title": "policy.wasm", "url": "policies/served.wasm", "watch": true, "file": file})
    };
    let (turnstile, site) = (
        json!({"title": "Turnstile", "url": "policies/turnstile.wasm", "watch": false}),
        json!({"title": "A site", "url": "worlds/site.json", "policy": "turnstile"}),
    );
    let running = Running::start().await;
    let without = running.get("/console.json").json();
    assert_eq!(without, json!({"policies": [served(&running), &turnstile], "worlds": [&site]}));

    let world = GivenWorld {
        title: "Mine".to_owned(),
        file: Some("mine.json".into()),
        json: b"{\"mode\": \"normal\"}".to_vec(),
    };
    let running = Running::start_with(Some(world)).await;
    let given =
        json!({"title": "Mine", "url": "worlds/given.json", "policy": "turnstile", "file": "mine.json"});
    assert_eq!(
        running.get("/console.json").json(),
        json!({"policies": [served(&running), turnstile], "worlds": [given, site]})
    );
    assert_eq!(running.get("/worlds/given.json").json(), json!({"mode": "normal"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_others_reach_is_refused() {
    let running = Running::start().await;
    let pages = Pages::read(&running.folder.path().join("pages")).unwrap();
    let source = PolicySource::BuiltIn(b"\0asm");
    let policy = ServedPolicy { title: String::new(), name: String::new(), source };
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0", "[::ffff:127.0.0.1]:0"] {
        let settings = Settings {
            listen: address.parse().unwrap(),
            pages: pages.clone(),
            policy: policy.clone(),
            world: None,
        };
        let error = Console::start(settings).await.unwrap_err();
        assert!(matches!(error, StartError::NotLoopback { .. }), "{address}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_without_an_index_or_a_listing_are_refused() {
    let running = Running::start().await;
    let folder = running.folder.path().join("pages");
    let start = |folder: &Path| {
        let source = PolicySource::BuiltIn(b"\0asm");
        let policy = ServedPolicy { title: String::new(), name: String::new(), source };
        Console::start(Settings {
            listen: loopback(),
            pages: Pages::read(folder).unwrap(),
            policy,
            world: None,
        })
    };
    for wrong in ["[]", "{}", "{\"policies\": [], \"worlds\": [], \"other\": 1}", "nonsense"] {
        fs::write(folder.join("console.json"), wrong).unwrap();
        assert!(matches!(start(&folder).await, Err(StartError::Listing(_))), "{wrong}");
    }
    fs::remove_file(folder.join("console.json")).unwrap();
    assert!(matches!(start(&folder).await, Err(StartError::Listing(_))));
    fs::remove_file(folder.join("index.html")).unwrap();
    assert!(Pages::read(&folder).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_although_somebody_is_connected_and_silent() {
    let Running { console, folder: _folder } = Running::start().await;
    let address = console.address();
    let _silent = TcpStream::connect(address).unwrap();
    assert_eq!(
        ask(address, &format!("GET / HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")).status,
        200
    );
    let began = Instant::now();
    console.stop().await;
    assert!(began.elapsed() < Duration::from_secs(30));
    assert!(TcpStream::connect(address).is_err());
}
