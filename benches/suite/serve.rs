//! What does HTTP cost, and what does the service add to that? The same body to a bare echo and to the service, over
//! loopback, from this process; and the parts of an AuthZEN answer by themselves.

use std::cell::LazyCell;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;

use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::routing::post;
use criterion::{Criterion, Throughput};
use interlock::model::{Request, Verdict};
use interlock_authzen::{Answerer, Directory, Limits, Mapping, Settings, Standing};
use interlock_server::Server;
use interlock_server::config::Config;
use serde_json::{Value, json};

use crate::POLICY;
use crate::connection::{Connection, wait_until_ready};
use crate::evaluate::{related, request};

/// Connections of the benchmarks that ask of many at once.
const MANY: usize = 32;

const EVALUATION: &str = "/access/v1/evaluation";
const EVALUATE: &str = "/v1/policies/backup/evaluate";

pub(crate) fn bench(criterion: &mut Criterion) {
    let listening = LazyCell::new(start);
    let question = request("delete", related("active"));
    let authzen = authzen(&question).to_string();
    let own = serde_json::to_string(&question).unwrap();
    for (name, path, body, wanted) in [
        ("echo", EVALUATION, &authzen, "\"subject\""),
        ("access-evaluation", EVALUATION, &authzen, "\"decision\":true"),
        ("evaluate", EVALUATE, &own, "\"verdict\":\"allow\""),
    ] {
        let connection = || {
            let (echo, service) = *listening;
            let mut connection = Connection::open(if name == "echo" { echo } else { service }, path, body);
            connection.send();
            let answer = String::from_utf8(connection.receive()).unwrap();
            assert!(answer.contains(wanted), "{answer}");
            connection
        };
        criterion.bench_function(&format!("serve/{name}"), |bencher| {
            let mut connection = connection();
            bencher.iter(|| {
                connection.send();
                connection.receive().len()
            });
        });
        let mut group = criterion.benchmark_group("serve");
        group.throughput(Throughput::Elements(MANY as u64));
        group.bench_function(format!("{name}-{MANY}-connections"), |bencher| {
            let mut connections: Vec<Connection> = (0..MANY).map(|_| connection()).collect();
            bencher.iter(|| {
                connections.iter_mut().for_each(Connection::send);
                connections.iter_mut().map(|connection| connection.receive().len()).sum::<usize>()
            });
        });
        group.finish();
    }
    parts(criterion, &authzen);
}

/// What an AuthZEN answer is made of, but for HTTP.
fn parts(criterion: &mut Criterion, body: &str) {
    let limits = Limits::default();
    let settings = Settings::default();
    let mapping = Mapping::new(&settings, Arc::new(Directory::default()), POLICY.manifest()).unwrap();
    let read = || interlock_authzen::evaluation(body.as_bytes(), &limits).unwrap();
    criterion.bench_function("serve/part-read-body", |bencher| bencher.iter(read));
    let evaluation = read();
    let map = || mapping.request(evaluation.question(), Standing::Ordinary).unwrap();
    criterion.bench_function("serve/part-map", |bencher| bencher.iter(map));
    let request = map();
    assert_eq!(POLICY.evaluate(&request).unwrap().verdict, Verdict::Allow);
    criterion.bench_function("serve/part-evaluate", |bencher| bencher.iter(|| POLICY.evaluate(&request)));
    let answer = mapping
        .answer(evaluation.question(), Standing::Ordinary, |request| Ok(POLICY.evaluate(request).unwrap()));
    let by = Answerer { manifest: POLICY.manifest(), digest: POLICY.digest() };
    criterion.bench_function("serve/part-write-body", |bencher| {
        bencher.iter(|| interlock_authzen::evaluation_body(&answer, by));
    });
}

/// The echo and the service, each on a runtime of its own, for as long as this process lives.
fn start() -> (SocketAddr, SocketAddr) {
    let (tell, told) = mpsc::channel();
    let runtime = || tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let tell_echo = tell.clone();
    thread::spawn(move || {
        runtime().block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            tell_echo.send(("echo", listener.local_addr().unwrap())).unwrap();
            let json = [(CONTENT_TYPE, "application/json")];
            let router = Router::new().route(EVALUATION, post(async move |body: Bytes| (json, body)));
            axum::serve(listener, router).await.unwrap();
        });
    });
    thread::spawn(move || {
        runtime().block_on(async {
            let config =
                "listen = \"127.0.0.1:0\"\n[[policy]]\nname = \"backup\"\nsource = \"embedded:backup\"";
            let config = Config::parse(config, Path::new("")).unwrap();
            let server = Server::start(config, &[("backup", interlock_policies::BACKUP)]).await.unwrap();
            tell.send(("service", server.address())).unwrap();
            std::future::pending::<()>().await;
        });
    });
    let mut listening = [told.recv().unwrap(), told.recv().unwrap()];
    listening.sort();
    let [(_, echo), (_, service)] = listening;
    wait_until_ready(service);
    (echo, service)
}

/// The same question as an AuthZEN body.
fn authzen(request: &Request) -> Value {
    let properties = |attributes: &interlock::model::Attributes| serde_json::to_value(attributes).unwrap();
    let subject = request.subject.as_ref().unwrap();
    let mut of_subject = properties(&subject.attributes);
    of_subject["roles"] = json!(subject.roles);
    let mut of_target = properties(&request.target.attributes);
    of_target["state"] = json!(request.target.state);
    json!({
        "subject": {"type": "user", "id": subject.id, "properties": of_subject},
        "action": {"name": request.action, "properties": properties(&request.parameters)},
        "resource": {"type": request.target.kind, "id": request.target.id, "properties": of_target},
        "context": {"mode": request.mode, "coverage": request.coverage, "related": request.related},
    })
}
