//! `interlock rollout` and `interlock token`, against the program that serves.

use std::os::unix::fs::PermissionsExt;
use std::thread;
use std::time::Duration;

use crate::serve::Serving;
use crate::{Ended, Folder};

/// The turnstile in another version.
fn version(version: &str) -> Vec<u8> {
    let mut bytes = interlock_policies::TURNSTILE.to_vec();
    let place = bytes.windows(6).position(|bytes| bytes == b"\x050.1.0").unwrap();
    bytes[place + 1..place + 6].copy_from_slice(version.as_bytes());
    bytes
}

struct Operator {
    folder: Folder,
    serving: Serving,
}

impl Operator {
    fn start() -> Self {
        let folder = Folder::new();
        let made = folder.run("token operator --rights read,administer");
        assert_eq!(made.code, 0, "{made}");
        folder.write("tokens", &made.stdout);
        std::fs::set_permissions(folder.path("tokens"), std::fs::Permissions::from_mode(0o600)).unwrap();
        let token = made.stderr.trim().strip_prefix("the token, which is shown once: ").unwrap();
        assert!(!made.stdout.contains(token), "the file holds no token");
        folder.write("operator.token", token);
        let serving = Serving::start(&folder, "state = \"state\"\ntokens = \"tokens\"");
        Self { folder, serving }
    }

    fn rollout(&self, verb: &str) -> Ended {
        let Self { folder, serving } = self;
        folder.run(&format!(
            "rollout {verb} turnstile --url http://{} --token-file operator.token",
            serving.address
        ))
    }

    fn until(&self, line: &str) -> Ended {
        for _ in 0..600 {
            let status = self.rollout("status");
            if status.stdout.contains(line) {
                return status;
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("waited in vain for `{line}`: {}", self.rollout("status"));
    }
}

#[test]
fn an_operator_sees_what_became_of_a_candidate_and_goes_back() {
    let operator = Operator::start();
    let first = operator.until("promoted");
    assert_eq!(first.code, 0, "{first}");
    assert!(first.stdout.starts_with("turnstile  turnstile 0.1.0 sha256:"), "{first}");
    for step in ["passed  load", "skipped diff", "passed  swap"] {
        assert!(first.stdout.contains(step), "{first}");
    }

    operator.folder.write("turnstile.wasm", version("0.2.0"));
    operator.until("turnstile  turnstile 0.2.0");
    let back = operator.rollout("rollback");
    assert_eq!(back.code, 0, "{back}");
    assert!(back.stdout.contains("rolled-back turnstile 0.1.0"), "{back}");
    let history = operator.rollout("history");
    let statuses: Vec<&str> =
        history.stdout.lines().filter_map(|line| line.split_whitespace().nth(1)).collect();
    assert_eq!(statuses, ["rolled-back", "promoted", "promoted"], "{history}");

    operator.folder.write("turnstile.wasm", "no policy");
    let refused = operator.until("failed  load");
    assert_eq!(refused.code, 1, "what was refused is found by scripts: {refused}");
    assert!(refused.stdout.starts_with("turnstile  turnstile 0.1.0"), "{refused}");
}

#[test]
fn what_a_service_refuses_is_told_in_its_words() {
    let operator = Operator::start();
    operator.until("promoted");
    let nothing = operator.rollout("promote");
    assert_eq!(nothing.code, 69, "{nothing}");
    assert!(nothing.stderr.contains("no candidate of policy `turnstile` waits"), "{nothing}");
    let Operator { folder, serving } = &operator;
    let nobody = folder.run(&format!("rollout status turnstile --url http://{}", serving.address));
    assert_eq!(nobody.code, 69, "{nobody}");
    assert!(nobody.stderr.contains("send `Authorization: Bearer` and a token"), "{nobody}");
    let exposed = folder.run("rollout status turnstile --url http://192.0.2.1:1 --token-file operator.token");
    assert_eq!(exposed.code, 69, "{exposed}");
    assert!(exposed.stderr.contains("a token is not sent by plain HTTP, except to loopback"), "{exposed}");
}

#[test]
fn a_configuration_is_checked_without_serving() {
    let folder = Folder::new();
    folder.write("interlock.toml", "[[policy]]\nname = \"turnstile\"\nsource = \"turnstile.wasm\"\n");
    let fine = folder.run("serve --config interlock.toml --check-config");
    assert_eq!((fine.code, &*fine.stdout), (0, "the configuration is right: turnstile\n"), "{fine}");
    folder.write("interlock.toml", "lisen = \"x\"\n");
    let wrong = folder.run("serve --config interlock.toml --check-config");
    assert_eq!(wrong.code, 69, "{wrong}");
    assert!(
        wrong.stderr.starts_with(
            "error: cannot serve with `interlock.toml`: line 1, column 1: unknown field `lisen`"
        ),
        "{wrong}"
    );
}
