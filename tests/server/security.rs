//! Who may do what, and how the service may be reached.

use std::path::Path;

use interlock_server::Server;
use interlock_server::config::Config;
use reqwest::Method;
use serde_json::{Value, json};

use crate::guests::{OLD, version};
use crate::service::{EMBEDDED, Service, token};

const BACKUP: &str = "[[policy]]\nname = \"backup\"\nsource = \"embedded:backup\"\n";

/// May a platform's event be reported: by the subject, or without one by the platform itself.
fn event(subject: Option<Value>) -> Value {
    let mut request = json!({"mode": "federated", "action": "validation-failed",
        "target": {"kind": "backup-location", "id": "blob-eu", "state": "valid"}});
    if let Some(subject) = subject {
        request["subject"] = subject;
    }
    request
}

fn evaluation() -> Value {
    json!({"mode": "federated", "action": "delete", "target": {"kind": "backup", "id": "b1", "state": "success"},
        "subject": {"id": "u1", "roles": ["backup.admin"]}})
}

#[tokio::test]
async fn each_right_opens_its_own_paths_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let rights = ["decide", "read", "administer", "decide,system"];
    let tokens = rights.map(|rights| token(folder.path(), &rights.replace(',', "-"), rights));
    let service = Service::start(&format!("tokens = \"tokens\"\n{BACKUP}"), folder.path()).await;
    let paths = [
        (Method::POST, "/v1/policies/backup/evaluate", evaluation(), [200, 403, 403, 200]),
        (Method::POST, "/v1/policies/backup/evaluate", event(None), [403, 403, 403, 200]),
        (Method::GET, "/v1/policies", Value::Null, [403, 200, 403, 403]),
        (Method::GET, "/v1/policies/backup/manifest", Value::Null, [403, 200, 403, 403]),
        (Method::GET, "/v1/policies/backup/policy.wasm", Value::Null, [403, 200, 403, 403]),
        (Method::GET, "/v1/policies/backup/matrix", Value::Null, [403, 200, 403, 403]),
        (Method::GET, "/v1/policies/backup/rollouts", Value::Null, [403, 200, 403, 403]),
        (Method::GET, "/metrics", Value::Null, [403, 200, 403, 403]),
        // With the right, what is asked for does not fit: there is no candidate.
        (Method::POST, "/v1/policies/backup/rollouts/promote", Value::Null, [403, 403, 409, 403]),
    ];
    for (method, path, body, wanted) in paths {
        let ask = |token: Option<String>| {
            let mut request = service.request(method.clone(), path);
            if !body.is_null() {
                request = request.header("content-type", "application/json").body(body.to_string());
            }
            service.send(match token {
                Some(token) => request.header("authorization", token),
                None => request,
            })
        };
        for (token, wanted) in tokens.iter().zip(wanted) {
            assert_eq!(ask(Some(format!("Bearer {token}"))).await.status, wanted, "{path}");
        }
        for nobody in [None, Some("Bearer x".to_owned()), Some("Basic dTpw".to_owned()), Some(String::new())]
        {
            let answer = ask(nobody).await;
            assert_eq!(answer.status, 401, "{path}");
            assert_eq!(answer.json()["error"]["code"], "unauthenticated");
            assert_eq!(answer.headers["www-authenticate"], "Bearer");
        }
    }
    for open in ["/healthz", "/readyz", "/openapi.json"] {
        assert_eq!(service.get(open).await.status, 200, "{open}");
    }
}

#[tokio::test]
async fn without_tokens_whoever_reaches_it_decides_and_reads_and_nobody_speaks_for_the_platform() {
    let service = Service::start(BACKUP, Path::new("")).await;
    assert_eq!(service.post("/v1/policies/backup/evaluate", &evaluation()).await.status, 200);
    let platform = json!({"id": "platform", "roles": ["system"]});
    for request in [event(None), event(Some(platform))] {
        let answer = service.post("/v1/policies/backup/evaluate", &request).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]["code"]), (403, &json!("forbidden")));
    }
    let promote = service.post("/v1/policies/backup/rollouts/promote", &json!({})).await;
    assert_eq!(promote.status, 403);
}

#[tokio::test]
async fn every_answer_has_the_headers_that_keep_browsers_from_harm() {
    let service = Service::start(BACKUP, Path::new("")).await;
    for path in ["/readyz", "/v1/policies/backup/matrix", "/nowhere", "/v1/policies/other/manifest"] {
        let answer = service.get(path).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.headers[name], value, "{path}");
        }
    }
}

#[test]
fn what_is_reached_from_elsewhere_is_protected_or_the_configuration_is_refused() {
    let refused =
        |head: &str| Config::parse(&format!("{head}\n{BACKUP}"), Path::new("")).unwrap_err().to_string();
    assert_eq!(
        refused("listen = \"0.0.0.0:8181\""),
        "`listen` is 0.0.0.0:8181, which is not loopback: set `tls`, or `plain = true` where something in front \
         of the service does TLS"
    );
    assert_eq!(
        refused("listen = \"[::]:8181\"\nplain = true"),
        "`listen` is [::]:8181, which is not loopback: set `tokens`"
    );
    assert_eq!(
        refused("management = \"192.0.2.1:8182\"\ntokens = \"tokens\""),
        "`management` is 192.0.2.1:8182, which is not loopback: set `tls`, or `plain = true` where something in \
         front of the service does TLS"
    );
    Config::parse(&format!("listen = \"0.0.0.0:1\"\nplain = true\ntokens = \"t\"\n{BACKUP}"), Path::new(""))
        .unwrap();
}

#[test]
fn mistakes_in_a_configuration_are_one_sentence_with_their_place() {
    for (text, wanted) in [
        ("lisen = \"x\"", "line 1, column 1: unknown field `lisen`, expected one of `listen`"),
        ("\nlisten = 5", "line 2, column 10: "),
        ("[[policy]]\nname = \"a\"", "line 1, column 1: missing field `source`"),
        (
            "[[policy]]\nname = \"A\"\nsource = \"a\"",
            "policy name `A`: allowed are 1 to 64 lower-case letters",
        ),
        ("[[policy]]\nname = \"v1\"\nsource = \"a\"", "policy name `v1` is one of the service's own paths"),
        ("", "no policy is named: add a table `[[policy]]` with `name` and `source`"),
        (
            "[[policy]]\nname = \"a\"\nsource = \"a\"\n[[policy.rollout.budget]]\nclass = \"wider\"",
            "policy `a`: a budget has class `wider`, allowed are widened, narrowed, reason, effect, new, gone",
        ),
        ("[[policy]]\nname = \"a\"\nsource = \"a\"\nrevoked = [\"x\"]", "policy `a`: `revoked` has `x`"),
        ("[limits]\nbatch = 0\n[[policy]]\nname = \"a\"\nsource = \"a\"", "`limits.batch` is 0"),
        (
            "public_url = \"http://pdp\"\n[[policy]]\nname = \"a\"\nsource = \"a\"",
            "`public_url` is `http://pdp`: it starts with `https://`",
        ),
    ] {
        let error = Config::parse(text, Path::new("")).unwrap_err().to_string();
        assert!(error.starts_with(wanted), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}

#[tokio::test]
async fn tokens_that_others_may_read_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    token(folder.path(), "console", "decide");
    let path = folder.path().join("tokens");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let text = format!("listen = \"127.0.0.1:0\"\ntokens = \"tokens\"\n{BACKUP}");
    let config = Config::parse(&text, folder.path()).unwrap();
    let error = Server::start(config, EMBEDDED).await.unwrap_err().to_string();
    assert!(error.ends_with("can be read by others: allow its owner alone, mode 600"), "{error}");
}

#[tokio::test]
async fn tls_answers_who_trusts_its_certificate_and_nobody_by_plain_http() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("door.wasm"), version(OLD)).unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = made.cert.pem();
    std::fs::write(folder.path().join("certificate.pem"), &certificate).unwrap();
    std::fs::write(folder.path().join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    let text = "listen = \"127.0.0.1:0\"\ntls = { certificate = \"certificate.pem\", key = \"key.pem\" }\n\
                [[policy]]\nname = \"door\"\nsource = \"door.wasm\"\n";
    let server = Server::start(Config::parse(text, folder.path()).unwrap(), EMBEDDED).await.unwrap();
    let port = server.address().port();
    let trusting = reqwest::Client::builder()
        .add_root_certificate(reqwest::Certificate::from_pem(certificate.as_bytes()).unwrap())
        .build()
        .unwrap();
    let url = format!("https://localhost:{port}/healthz");
    assert_eq!(trusting.get(&url).send().await.unwrap().status(), 200);
    reqwest::get(&url).await.unwrap_err();
    reqwest::get(format!("http://localhost:{port}/healthz")).await.unwrap_err();
    server.stop().await;
}

#[tokio::test]
async fn management_can_be_apart_and_then_is_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let operator = token(folder.path(), "operator", "decide,read,administer");
    let text = format!("management = \"127.0.0.1:0\"\ntokens = \"tokens\"\n{BACKUP}");
    let service = Service::start_with(&text, folder.path(), Some(operator.clone())).await;
    assert_eq!(service.get("/v1/policies/backup/rollouts").await.status, 404);
    assert_eq!(service.get("/metrics").await.status, 404);
    assert_eq!(service.post("/v1/policies/backup/evaluate", &evaluation()).await.status, 200);
    let management = format!("http://{}", service.management().unwrap());
    let client = reqwest::Client::new();
    let get = |path: &str| client.get(format!("{management}{path}")).bearer_auth(&operator).send();
    assert_eq!(get("/metrics").await.unwrap().status(), 200);
    assert_eq!(get("/v1/policies/backup/rollouts").await.unwrap().status(), 200);
    assert_eq!(get("/v1/policies/backup/manifest").await.unwrap().status(), 404);
}

#[test]
fn the_example_has_every_key_and_says_the_default_of_each() {
    let text = include_str!("../../examples/serve.toml");
    let written = Config::parse(text, Path::new("")).unwrap();
    let defaults = Config::parse(BACKUP, Path::new("")).unwrap();
    assert_eq!(format!("{written:?}"), format!("{defaults:?}"));
    // Whatever is commented out can be written, too.
    let all: String = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(key) if key.starts_with('[') || key.contains(" = ") => format!("{key}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let whole: toml::Table = toml::from_str(&all).unwrap();
    // What refuses an unknown key lists the known ones.
    for (table, place) in [
        ("", &["x"][..]),
        ("[limits]", &["limits", "x"]),
        ("[log]", &["log", "x"]),
        ("[log.rotate]", &["log", "rotate", "x"]),
        ("[[policy]]", &["policy", "x"]),
        ("[policy.authzen]", &["policy", "authzen", "x"]),
        ("[policy.rollout]", &["policy", "rollout", "x"]),
        ("[[policy.rollout.budget]]", &["policy", "rollout", "budget", "x"]),
        ("[policy.rollout.shadow]", &["policy", "rollout", "shadow", "x"]),
    ] {
        let start = if table.starts_with("[policy.") || table.starts_with("[[policy.") { BACKUP } else { "" };
        let error =
            Config::parse(&format!("{start}{table}\nx = 1\n"), Path::new("")).unwrap_err().to_string();
        let known = error.split("expected ").nth(1).unwrap_or_else(|| panic!("{error}"));
        let mut here = &toml::Value::Table(whole.clone());
        for step in &place[..place.len() - 1] {
            here = &here[*step];
            here = here.get(0).unwrap_or(here);
        }
        for key in known.split('`').skip(1).step_by(2) {
            assert!(here.get(key).is_some(), "examples/serve.toml lacks `{key}` of {table}");
        }
    }
}
