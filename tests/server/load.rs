//! Load from two processes while policies are replaced.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use interlock_server::Status;
use serde::Deserialize;

use crate::guests::{OLD, guest, narrowed, version};
use crate::service::Service;

/// What `tests/load` counted.
#[derive(Debug, Deserialize)]
struct Counted {
    answers: u64,
    by_digest: BTreeMap<String, u64>,
    lost: Vec<String>,
    mixed: u64,
    wrong: u64,
}

/// Starts a process that loads a service for some seconds.
fn load(service: &Service, seconds: u32, verdicts: &[(String, &str)]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_load"))
        .arg(service.url())
        .arg(seconds.to_string())
        .args(verdicts.iter().map(|(digest, verdict)| format!("{digest}={verdict}")))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn counted(child: Child) -> Counted {
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

fn offer(folder: &Path, bytes: &[u8]) {
    std::fs::write(folder.join("aside"), bytes).unwrap();
    std::fs::rename(folder.join("aside"), folder.join("door.wasm")).unwrap();
}

/// Offers candidates in turn, one every 100 ms, while two processes load the service.
async fn swap_under_load(candidates: &[&[u8]], verdicts: &[(&[u8], &str)]) -> (Service, [Counted; 2]) {
    const SECONDS: u32 = 5;
    let folder = tempfile::tempdir().unwrap();
    offer(folder.path(), candidates[0]);
    let config =
        "state = \"state\"\n[[policy]]\nname = \"door\"\nsource = \"door.wasm\"\nversions = \"any\"\n";
    let service = Service::start(config, folder.path()).await;
    let digest = |bytes: &[u8]| interlock::inspect(bytes).unwrap().digest;
    let verdicts: Vec<_> = verdicts.iter().map(|(bytes, verdict)| (digest(bytes), *verdict)).collect();
    let loads = [(); 2].map(|()| load(&service, SECONDS, &verdicts));
    for candidate in candidates.iter().cycle().skip(1).take(10 * SECONDS as usize) {
        tokio::time::sleep(Duration::from_millis(100)).await;
        offer(folder.path(), candidate);
    }
    let counted = tokio::task::spawn_blocking(move || loads.map(counted)).await.unwrap();
    (service, counted)
}

fn check(counted: &[Counted; 2], versions: usize) {
    for counted in counted {
        let Counted { answers, by_digest, lost, mixed, wrong } = counted;
        assert_eq!((lost.as_slice(), *mixed, *wrong), (&[][..], 0, 0), "of {answers}");
        assert_eq!(by_digest.len(), versions, "every version answered: {by_digest:?}");
        assert!(*answers > 100, "{answers}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_is_lost_none_mixed_and_each_answer_is_right_for_its_digest() {
    let (wide, narrow) = (version(OLD), narrowed("1.1.0"));
    let (service, counted) = swap_under_load(&[&wide, &narrow], &[(&wide, "allow"), (&narrow, "deny")]).await;
    check(&counted, 2);
    let rollouts = service.rollouts("door").await.rollouts;
    let promoted = rollouts.iter().filter(|rollout| rollout.status == Status::Promoted).count();
    assert!(promoted > 10, "{promoted}");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_candidates_in_between_change_nothing() {
    let (wide, narrow) = (version(OLD), narrowed("1.1.0"));
    let bad = ["refused/import.wat", "refused/untruthful.wat", "refused/traps-in-start.wat"].map(guest);
    let candidates = [&*wide, &bad[0], &*narrow, &bad[1], b"no policy", &wide[..100], &bad[2]];
    let (service, counted) = swap_under_load(&candidates, &[(&wide, "allow"), (&narrow, "deny")]).await;
    check(&counted, 2);
    let rollouts = service.rollouts("door").await.rollouts;
    let refused = rollouts.iter().filter(|rollout| rollout.status == Status::Refused).count();
    assert!(refused > 10, "{refused}");
    service.stop().await;
}

/// `contained/traps.wat` traps where the target is called `evil`, and is honest else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn traps_fail_their_own_request_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = guest("contained/traps.wat");
    offer(folder.path(), &bytes);
    let service =
        Service::start("[[policy]]\nname = \"door\"\nsource = \"door.wasm\"\n", folder.path()).await;
    let digest = interlock::inspect(&bytes).unwrap().digest;
    let loads = [(); 2].map(|()| load(&service, 2, &[(digest.clone(), "allow")]));
    let mut evil = crate::guests::door("open");
    evil["target"]["id"] = "evil".into();
    for _ in 0..100 {
        let answer = service.post("/v1/policies/door/evaluate", &evil).await;
        assert_eq!((answer.status.as_u16(), answer.json()["error"]["code"].as_str()), (500, Some("failed")));
    }
    let counted = tokio::task::spawn_blocking(move || loads.map(counted)).await.unwrap();
    check(&counted, 1);
    let metrics = String::from_utf8(service.get("/metrics").await.body).unwrap();
    assert!(metrics.contains("interlock_policy_failures_total{policy=\"door\"} 100"), "{metrics}");
}

/// A request whose body is under way when the service is told to end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_accepted_is_answered_when_the_service_ends() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let folder = tempfile::tempdir().unwrap();
    offer(folder.path(), &version(OLD));
    let service =
        Service::start("[[policy]]\nname = \"door\"\nsource = \"door.wasm\"\n", folder.path()).await;
    let address = service.url().trim_start_matches("http://").to_owned();
    let body = crate::guests::door("open").to_string();
    let (first, rest) = body.split_at(body.len() / 2);
    let mut accepted = Vec::new();
    for _ in 0..8 {
        let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
        let head = format!(
            "POST /v1/policies/door/evaluate HTTP/1.1\r\nhost: door\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{first}",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        accepted.push(stream);
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let stopping = tokio::spawn(service.stop());
    tokio::time::sleep(Duration::from_millis(200)).await;
    tokio::net::TcpStream::connect(&address).await.unwrap_err();
    for mut stream in accepted {
        stream.write_all(rest.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains("\"verdict\":\"allow\""), "{answer}");
    }
    stopping.await.unwrap();
}

/// A connection that sends nothing, or a head that never ends, is not kept for ever.
#[tokio::test]
async fn a_head_that_does_not_arrive_ends_its_connection() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let config =
        "[limits]\ntime = \"200ms\"\n[[policy]]\nname = \"turnstile\"\nsource = \"embedded:turnstile\"\n";
    let service = Service::start(config, Path::new("")).await;
    let address = service.url().trim_start_matches("http://").to_owned();
    for head in ["", "GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: "] {
        let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut rest = Vec::new();
        tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut rest))
            .await
            .expect("the connection is closed")
            .unwrap();
    }
}

/// An operator who goes back does not wait for a source that hangs.
#[tokio::test]
async fn a_source_that_hangs_keeps_no_operator_waiting() {
    let hanging = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let operator = crate::service::token(folder.path(), "operator", "read,administer");
    let config = format!(
        "tokens = \"tokens\"\n[[policy]]\nname = \"door\"\nsource = \"http://{}/door.wasm\"\n",
        hanging.local_addr().unwrap()
    );
    let service = Service::start_unready_with(&config, folder.path(), Some(operator)).await;
    let (_held, _) = hanging.accept().await.unwrap();
    let nothing = serde_json::json!({});
    let asked = service.post("/v1/policies/door/rollouts/promote", &nothing);
    let answer = tokio::time::timeout(Duration::from_secs(20), asked).await.expect("it is answered");
    assert_eq!(answer.status, 409);
}

/// The log's directory goes away and comes back, and a version is replaced meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_cannot_be_written_and_may_drop_loses_no_request() {
    let folder = tempfile::tempdir().unwrap();
    let [log, away] = ["log", "away"].map(|name| folder.path().join(name));
    std::fs::create_dir(&log).unwrap();
    let (wide, narrow) = (version(OLD), narrowed("1.1.0"));
    offer(folder.path(), &wide);
    let config = "[log]\nfile = \"log/decisions.jsonl\"\nqueue = 64\nwhen_full = \"drop\"\n\
                  [[policy]]\nname = \"door\"\nsource = \"door.wasm\"\n";
    let service = Service::start(config, folder.path()).await;
    let digest = |bytes: &[u8]| interlock::inspect(bytes).unwrap().digest;
    let verdicts = [(digest(&wide), "allow"), (digest(&narrow), "deny")];
    let loads = [(); 2].map(|()| load(&service, 3, &verdicts));
    tokio::time::sleep(Duration::from_millis(500)).await;
    std::fs::rename(&log, &away).unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    offer(folder.path(), &narrow);
    tokio::time::sleep(Duration::from_millis(500)).await;
    std::fs::rename(&away, &log).unwrap();
    let counted = tokio::task::spawn_blocking(move || loads.map(counted)).await.unwrap();
    check(&counted, 2);
    let metrics = String::from_utf8(service.get("/metrics").await.body).unwrap();
    let dropped = metrics.lines().find_map(|line| line.strip_prefix("interlock_log_dropped_total "));
    assert!(dropped.unwrap().parse::<u64>().unwrap() > 0, "{metrics}");
    service.stop().await;
    let report = interlock_log::verify(&[log.join("decisions.jsonl")], interlock_log::Extent::Log).unwrap();
    assert!(report.is_whole(), "{report:?}");
}
