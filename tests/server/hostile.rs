//! Hostile requests: whatever is sent, the answer is an error of the caller's in the one form, and the service goes on.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use interlock_server::ErrorBody;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use reqwest::{Method, Url};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::service::{Answer, Service, token};

/// Bytes, as parts that follow one another.
#[derive(Deserialize)]
#[serde(transparent)]
struct Parts(Vec<Part>);

#[derive(Deserialize)]
#[serde(untagged)]
enum Part {
    Text(String),
    Times(String, usize),
    Bytes { hex: String },
}

impl Parts {
    fn bytes(&self) -> Vec<u8> {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone().into_bytes(),
            Part::Times(text, times) => text.repeat(*times).into_bytes(),
            Part::Bytes { hex } => (hex.as_bytes().chunks(2))
                .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
                .collect(),
        };
        self.0.iter().flat_map(part).collect()
    }
}

/// One thing to send.
#[derive(Deserialize)]
struct Hostile {
    about: String,
    parts: Parts,
    /// Whether what is no request may be answered without a body.
    #[serde(default)]
    bare: bool,
    /// Whether there may be no answer.
    #[serde(default)]
    closed: bool,
}

fn corpus(name: &str) -> Vec<Hostile> {
    let text = match name {
        "bodies" => include_str!("hostile/bodies.json"),
        _ => include_str!("hostile/streams.json"),
    };
    serde_json::from_str(text).unwrap()
}

const LIMITS: &str = "[limits]\ntime = \"1s\"\n";

struct Site {
    _folder: tempfile::TempDir,
    service: Service,
    token: String,
}

impl Site {
    /// A service with small limits, and a caller who may do everything.
    async fn start(limits: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let token = token(folder.path(), "hostile", "decide,read,administer,system");
        let config = format!(
            "tokens = \"tokens\"\n{limits}[[policy]]\nname = \"turnstile\"\nsource = \"embedded:turnstile\"\n"
        );
        let service = Service::start_with(&config, folder.path(), Some(token.clone())).await;
        Self { _folder: folder, service, token }
    }

    /// It still answers.
    async fn goes_on(&self) {
        for (path, body) in [good("/v1/policies/turnstile/evaluate"), good("/access/v1/evaluation")] {
            let answer = self.service.post(path, &body).await;
            assert_eq!(answer.status, 200, "{path}: {answer}");
        }
    }

    async fn send(&self, method: Method, path: &str, body: Vec<u8>) -> Answer {
        let request = self.service.request(method, path).header("content-type", "application/json");
        self.service.send(request.body(body)).await
    }

    /// What comes back on a connection to which these bytes were written, within a few seconds.
    async fn write(&self, bytes: Vec<u8>) -> Vec<u8> {
        let address: SocketAddr = Url::parse(self.service.url()).unwrap().socket_addrs(|| None).unwrap()[0];
        let written = move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
            let mut answer = Vec::new();
            // It may be refused, and the connection closed, before all of it is sent.
            let _ = stream.write_all(&bytes);
            let mut buffer = [0; 4096];
            while !is_whole(&answer)
                && let Ok(count) = stream.read(&mut buffer)
                && count > 0
            {
                answer.extend_from_slice(&buffer[..count]);
            }
            answer
        };
        tokio::task::spawn_blocking(written).await.unwrap()
    }
}

/// Comes before an answer.
const CONTINUE: &str = "HTTP/1.1 100 Continue\r\n\r\n";

/// Whether an answer is there in full.
fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let text = text.strip_prefix(CONTINUE).unwrap_or(&text);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    length.is_none_or(|length: usize| body.len() >= length)
}

/// A good body of a path.
fn good(path: &str) -> (&str, Value) {
    let target =
        json!({"kind": "turnstile", "id": "north", "state": "locked", "attributes": {"jammed": "false"}});
    let subject = json!({"id": "user-17", "roles": ["guard"], "attributes": {"colour": "red"}});
    let related = json!([{"kind": "turnstile", "id": "south", "state": "unlocked"}]);
    let entities = json!({"subject": {"type": "user", "id": "user-17", "properties": {"roles": ["guard"]}},
        "action": {"name": "coin", "properties": {"of": "gold"}},
        "resource": {"type": "turnstile", "id": "north", "properties": {"state": "locked", "jammed": "false"}},
        "context": {"mode": "normal", "coverage": "complete", "related": [
            {"type": "turnstile", "id": "south", "properties": {"state": "unlocked"}}]}});
    let request = json!({"mode": "normal", "subject": subject, "action": "coin", "target": target,
        "related": related, "parameters": {"of": "gold"}, "coverage": "complete"});
    let body = match path.rsplit('/').next().unwrap() {
        "survey" => json!({"mode": "normal", "subject": subject, "actions": ["coin"], "targets": [target],
            "related": related, "parameters": {"of": "gold"}, "coverage": "complete"}),
        "options" => json!({"mode": "normal", "subject": subject, "target": target, "related": related,
            "parameters": {"of": "gold"}, "coverage": "complete"}),
        "rollback" => json!({"digest": "sha256:00"}),
        "evaluation" => entities,
        "evaluations" => {
            let mut batch = entities.clone();
            batch["evaluations"] = json!([entities, {"action": {"name": "push"}}]);
            batch["options"] = json!({"evaluations_semantic": "execute_all"});
            batch
        }
        _ => request,
    };
    (path, body)
}

/// The paths of the document, and those of AuthZEN, each with its methods.
fn operations() -> Vec<(String, BTreeSet<String>)> {
    let document = serde_json::to_value(interlock_server::openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let mut operations: Vec<_> = paths
        .iter()
        .map(|(path, item)| {
            let path = path.replace("{name}", "turnstile").replace("{policy}", "turnstile");
            (path, item.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect())
        })
        .collect();
    for path in ["/access/v1/evaluation", "/access/v1/evaluations", "/turnstile/access/v1/evaluation"] {
        if !operations.iter().any(|(known, _)| known == path) {
            operations.push((path.to_owned(), BTreeSet::from(["POST".to_owned()])));
        }
    }
    operations
}

/// Paths that take a body.
fn posts() -> Vec<String> {
    let posts = operations().into_iter().filter(|(_, methods)| methods.contains("POST"));
    posts.map(|(path, _)| path).collect()
}

/// It is the caller's error, in the one form.
#[track_caller]
fn refused(answer: &Answer, about: &str) {
    assert!(answer.status.is_client_error(), "{about}: {answer}");
    in_form(answer, about);
}

#[track_caller]
fn in_form(answer: &Answer, about: &str) {
    let body: ErrorBody = serde_json::from_slice(&answer.body)
        .unwrap_or_else(|error| panic!("{about}: {error}: {}", String::from_utf8_lossy(&answer.body)));
    assert_eq!(body.error.code.status().as_u16(), answer.status.as_u16(), "{about}");
    assert_eq!(answer.headers["content-type"], "application/json", "{about}");
    let message = body.error.message;
    assert!(!message.is_empty() && message.len() < 1000 && !message.contains('\n'), "{about}: {message}");
}

#[tokio::test]
async fn hostile_bodies_are_refused_on_every_path() {
    let site = Site::start(LIMITS).await;
    for path in posts() {
        for Hostile { about, parts, .. } in corpus("bodies") {
            // Going back needs no body.
            if path.ends_with("/rollback") && parts.bytes().is_empty() {
                continue;
            }
            let answer = site.send(Method::POST, &path, parts.bytes()).await;
            let about = format!("{path}: {about}");
            if about.contains("evaluations: a batch of too many") {
                assert_eq!(answer.status, 413, "{about}");
            }
            refused(&answer, &about);
        }
        let too_large = site.send(Method::POST, &path, vec![b' '; (1 << 20) + 1]).await;
        assert_eq!(too_large.status, 413, "{path}");
        refused(&too_large, &path);
    }
    site.goes_on().await;
}

/// Good bodies with one thing in each that is not.
fn mutants(good: &Value, values: &[Vec<u8>]) -> Vec<Vec<u8>> {
    fn pointers(value: &Value, pointer: &str, all: &mut Vec<String>) {
        all.push(pointer.to_owned());
        match value {
            Value::Object(members) => {
                members.iter().for_each(|(name, value)| pointers(value, &format!("{pointer}/{name}"), all));
            }
            Value::Array(values) => {
                let values = values.iter().enumerate();
                values.for_each(|(index, value)| pointers(value, &format!("{pointer}/{index}"), all));
            }
            _ => {}
        }
    }
    const MARK: &str = "here it stands";
    let mut all = Vec::new();
    pointers(good, "", &mut all);
    let mut mutants = Vec::new();
    for pointer in all {
        let mut marked = good.clone();
        *marked.pointer_mut(&pointer).unwrap() = MARK.into();
        let text = marked.to_string();
        let (before, after) = text.split_once(&format!("\"{MARK}\"")).unwrap();
        mutants.extend(values.iter().map(|value| [before.as_bytes(), value, after.as_bytes()].concat()));
    }
    mutants
}

#[tokio::test]
async fn wrong_values_in_every_place_of_good_bodies_are_refused_or_decided() {
    let site = Site::start(LIMITS).await;
    let values: Vec<Parts> = serde_json::from_str(include_str!("hostile/values.json")).unwrap();
    let values: Vec<Vec<u8>> = values.iter().map(Parts::bytes).collect();
    for path in posts() {
        let mut decided = 0;
        let mutants = mutants(&good(&path).1, &values);
        let many = mutants.len();
        for mutant in mutants {
            let about = format!("{path}: {}", String::from_utf8_lossy(&mutant[..mutant.len().min(600)]));
            let answer = site.send(Method::POST, &path, mutant).await;
            if answer.status == 200 {
                decided += 1;
                answer.json();
            } else {
                refused(&answer, &about);
            }
        }
        // What is unknown, or any text, is no mistake; most of the rest is one.
        assert!(decided < many * 3 / 4, "{path}: {decided} of {many}");
    }
    site.goes_on().await;
}

#[tokio::test]
async fn methods_and_content_types_that_a_path_does_not_take_are_refused() {
    let site = Site::start(LIMITS).await;
    for (path, taken) in operations() {
        for method in ["GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "TRACE", "FROB"] {
            if taken.contains(method) {
                continue;
            }
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = site.send(method.clone(), &path, b"{}".to_vec()).await;
            refused(&answer, &format!("{method} {path}"));
            assert_eq!(answer.status, 405, "{method} {path}");
        }
    }
    for path in posts().iter().filter(|path| !path.contains("/rollouts/")) {
        let body = good(path).1.to_string();
        for content_type in
            [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("json"), Some("ÿ")]
        {
            let mut request = site.service.request(Method::POST, path).body(body.clone());
            if let Some(content_type) = content_type {
                request = request.header("content-type", content_type.as_bytes());
            }
            let answer = site.service.send(request).await;
            refused(&answer, path);
            assert_eq!(answer.json()["error"]["code"], "wrong-content-type", "{path} {content_type:?}");
        }
    }
    site.goes_on().await;
}

/// An answer as it came, taken apart; none where the connection was closed.
fn read(bytes: &[u8]) -> Option<Answer> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix(CONTINUE).unwrap_or(&text);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse::<u16>().ok()?;
    let headers = lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| {
        let name: reqwest::header::HeaderName = name.parse().unwrap();
        (name, value.parse().unwrap())
    });
    let status = reqwest::StatusCode::from_u16(status).unwrap();
    Some(Answer { status, headers: headers.collect(), body: body.as_bytes().to_vec() })
}

#[track_caller]
fn refused_on_the_wire(bytes: &[u8], about: &str, bare: bool, closed: bool) {
    match read(bytes) {
        None => assert!(closed, "{about}: no answer, {:?}", String::from_utf8_lossy(bytes)),
        Some(answer) if (bare || closed) && answer.body.is_empty() => {
            assert!(answer.status.is_client_error(), "{about}: {answer}");
        }
        Some(answer) => refused(&answer, about),
    }
}

#[tokio::test]
async fn hostile_paths_lead_nowhere() {
    let site = Site::start(LIMITS).await;
    let paths: Vec<String> = serde_json::from_str(include_str!("hostile/paths.json")).unwrap();
    for path in paths {
        for method in ["GET", "POST"] {
            let request = format!(
                "{method} {path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\ncontent-type: \
                 application/json\r\ncontent-length: 2\r\n\r\n{{}}",
                site.token
            );
            let answer = site.write(request.into_bytes()).await;
            // What no path can be is no request.
            refused_on_the_wire(&answer, &format!("{method} {path}"), true, false);
            let answer = read(&answer).unwrap();
            assert!([400, 404, 405].contains(&answer.status.as_u16()), "{method} {path}: {answer}");
        }
    }
    site.goes_on().await;
}

#[tokio::test]
async fn hostile_streams_are_refused_or_cut_off() {
    let site = Site::start(LIMITS).await;
    for Hostile { about, parts, bare, closed } in corpus("streams") {
        let bytes = parts.bytes();
        let bytes = match str::from_utf8(&bytes) {
            Ok(text) => text.replace("{token}", &site.token).into_bytes(),
            Err(_) => {
                // What follows the head may be any bytes.
                let place = bytes.windows(7).position(|it| it == b"{token}");
                place.map_or(bytes.clone(), |it| {
                    [&bytes[..it], site.token.as_bytes(), &bytes[it + 7..]].concat()
                })
            }
        };
        refused_on_the_wire(&site.write(bytes).await, &about, bare, closed);
        site.goes_on().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_much_is_told_to_come_back_while_what_was_accepted_is_answered() {
    let site = Site::start("[limits]\ntime = \"10s\"\nconcurrent = 2\n").await;
    let address = Url::parse(site.service.url()).unwrap().socket_addrs(|| None).unwrap()[0];
    let body = good("/access/v1/evaluation").1.to_string();
    // Two whose bodies are still to come.
    let mut accepted: Vec<TcpStream> = (0..2)
        .map(|_| {
            let mut stream = TcpStream::connect(address).unwrap();
            let head = format!(
                "POST /access/v1/evaluation HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\ncontent-type: \
                 application/json\r\ncontent-length: {}\r\n\r\n",
                site.token,
                body.len()
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream
        })
        .collect();
    let overloaded = async || site.service.get("/v1/policies").await.status == 503;
    site.service.until("two are being answered", overloaded).await;
    for path in ["/access/v1/evaluation", "/v1/policies/turnstile/evaluate"] {
        let answer = site.service.post(path, &good(path).1).await;
        in_form(&answer, path);
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]["code"]), (503, &json!("overloaded")));
        assert_eq!(answer.headers["retry-after"], "1");
    }
    for stream in &mut accepted {
        stream.write_all(body.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let mut buffer = [0; 4096];
        while !is_whole(&answer) {
            let count = stream.read(&mut buffer).unwrap();
            answer.extend_from_slice(&buffer[..count]);
        }
        assert_eq!(read(&answer).unwrap().status, 200);
    }
    let free = async || site.service.get("/v1/policies").await.status == 200;
    site.service.until("there is room again", free).await;
    site.goes_on().await;
}

/// A change of a body's bytes.
#[derive(Clone, Debug)]
enum Change {
    Cut(usize),
    Remove(usize, usize),
    Repeat(usize, usize),
    Set(usize, u8),
    Insert(usize, Vec<u8>),
}

impl Change {
    fn strategy() -> impl Strategy<Value = Self> {
        let token = prop_oneof![
            Just(b"null".to_vec()),
            Just(b"\"".to_vec()),
            Just(b"{".to_vec()),
            Just(b"[".to_vec()),
            Just(b"}".to_vec()),
            Just(b",".to_vec()),
            Just(b"1e99".to_vec()),
            Just(b"\\ud800".to_vec()),
            prop::collection::vec(any::<u8>(), 1..8),
        ];
        let place = || any::<prop::sample::Index>().prop_map(|index| index.index(4096));
        prop_oneof![
            place().prop_map(Self::Cut),
            (place(), 1..40_usize).prop_map(|(at, many)| Self::Remove(at, many)),
            (place(), 1..200_usize).prop_map(|(at, many)| Self::Repeat(at, many)),
            (place(), any::<u8>()).prop_map(|(at, byte)| Self::Set(at, byte)),
            (place(), token).prop_map(|(at, bytes)| Self::Insert(at, bytes)),
        ]
    }

    fn make(&self, body: &mut Vec<u8>) {
        let length = body.len().max(1);
        match self {
            Self::Cut(at) => body.truncate(at % length),
            Self::Remove(at, many) => {
                let start = (at % length).min(body.len());
                body.drain(start..(start + many).min(body.len()));
            }
            Self::Repeat(at, many) => {
                let start = (at % length).min(body.len());
                let piece = body[start..(start + many).min(body.len())].to_vec();
                body.splice(start..start, piece);
            }
            Self::Set(at, byte) => {
                if let Some(place) = body.get_mut(at % length) {
                    *place = *byte;
                }
            }
            Self::Insert(at, bytes) => {
                let start = (at % length).min(body.len());
                body.splice(start..start, bytes.iter().copied());
            }
        }
    }
}

#[test]
fn good_bodies_that_were_changed_at_random_are_refused_or_decided() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let site = runtime.block_on(Site::start(LIMITS));
    let paths = posts();
    let changes = (0..paths.len(), prop::collection::vec(Change::strategy(), 1..5));
    let mut runner = TestRunner::new(Config { cases: 3000, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&changes, |(path, changes)| {
        let mut body = good(&paths[path]).1.to_string().into_bytes();
        changes.iter().for_each(|change| change.make(&mut body));
        let about = format!("{}: {}", paths[path], String::from_utf8_lossy(&body));
        let answer = runtime.block_on(site.send(Method::POST, &paths[path], body));
        match answer.status.as_u16() {
            200 => _ = answer.json(),
            _ => refused(&answer, &about),
        }
        Ok(())
    });
    outcome.unwrap();
    runtime.block_on(site.goes_on());
}
