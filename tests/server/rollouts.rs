//! Candidates: what each step lets through, and that whatever fails the one that answers goes on.

use interlock_server::{Rollouts, Status, Step, StepResult};
use serde_json::json;

use crate::guests::{OLD, door, guest, narrowed, version};
use crate::service::{Service, token};

#[tokio::test]
async fn a_newer_version_in_the_file_answers_soon_and_names_its_digest() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("door.wasm"), version(OLD)).unwrap();
    let service =
        Service::start("[[policy]]\nname = \"door\"\nsource = \"door.wasm\"\n", folder.path()).await;
    let before = service.post("/v1/policies/door/evaluate", &door("open")).await.json();
    assert_eq!(before["policy"]["version"], OLD);

    let first = service.rollouts("door").await;
    std::fs::write(folder.path().join("door.wasm"), version("1.1.0")).unwrap();
    service.until_newest_but("door", Status::Promoted, &first).await;
    let after = service.post("/v1/policies/door/evaluate", &door("open")).await.json();
    assert_eq!(after["policy"]["version"], "1.1.0");
    assert_ne!(after["policy"]["digest"], before["policy"]["digest"]);
}

/// A source, a place for state, and what a rollout demands.
fn configuration(more: &str) -> String {
    format!(
        "state = \"state\"\ntokens = \"tokens\"\n[[policy]]\nname = \"door\"\nsource = \"door.wasm\"\n{more}"
    )
}

struct Site {
    folder: tempfile::TempDir,
    service: Service,
}

impl Site {
    /// A service that serves a door, and whose caller may do everything.
    async fn start(first: &[u8], more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("door.wasm"), first).unwrap();
        let token = token(folder.path(), "operator", "decide,read,administer,system");
        let service = Service::start_with(&configuration(more), folder.path(), Some(token)).await;
        Self { folder, service }
    }

    fn offer(&self, bytes: &[u8]) {
        let aside = self.folder.path().join("aside");
        std::fs::write(&aside, bytes).unwrap();
        std::fs::rename(&aside, self.folder.path().join("door.wasm")).unwrap();
    }

    /// Offers a candidate, and tells the step that refuses it.
    async fn refused(&self, bytes: &[u8]) -> (Step, String) {
        let before = self.service.rollouts("door").await;
        self.offer(bytes);
        let refused = self.service.until_newest_but("door", Status::Refused, &before).await;
        assert_eq!(refused.serving, before.serving, "what answers stays");
        let last = refused.rollouts[0].steps.last().unwrap();
        assert_eq!(last.result, StepResult::Failed);
        (last.step, last.detail.clone())
    }

    /// Offers a candidate, and waits until it answers.
    async fn promoted(&self, bytes: &[u8]) -> Rollouts {
        let before = self.service.rollouts("door").await;
        self.offer(bytes);
        self.service.until_newest_but("door", Status::Promoted, &before).await
    }

    async fn version(&self) -> String {
        let body = self.service.post("/v1/policies/door/evaluate", &door("open")).await.json();
        body["policy"]["version"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn whatever_fails_the_one_that_answers_goes_on_and_the_step_is_named() {
    let site = Site::start(&version("1.1.0"), "").await;
    let whole = version("1.2.0");
    for (bytes, step, sentence) in [
        (&b"no policy"[..], Step::Load, "step `component`: not a WebAssembly component"),
        (&whole[..whole.len() / 2], Step::Load, "step `component`: not a whole component"),
        (&guest("refused/import.wat"), Step::Load, "must import nothing"),
        (&guest("refused/untruthful.wat"), Step::Load, "law `truthful`"),
        (&version(OLD), Step::Version, "1.0.0 after 1.1.0: versions only go up"),
        (interlock_policies::TURNSTILE, Step::Version, "another policy needs a name of its own"),
    ] {
        let (refused_by, detail) = site.refused(bytes).await;
        assert_eq!(refused_by, step, "{detail}");
        assert!(detail.contains(sentence), "{detail}");
        assert_eq!(site.version().await, "1.1.0");
    }
    site.promoted(&whole).await;
    assert_eq!(site.version().await, "1.2.0");
}

#[tokio::test]
async fn a_budget_refuses_what_widens_and_lets_the_rest_through() {
    let budget = "[[policy.rollout.budget]]\nclass = \"widened\"\naction = \"install\"\n";
    let site = Site::start(&version(OLD), budget).await;
    let promoted = site.promoted(&narrowed("1.1.0")).await;
    assert_eq!(promoted.rollouts[0].diff.as_ref().unwrap().changed["narrowed"], 2);

    let (step, detail) = site.refused(&version("1.2.0")).await;
    assert_eq!(step, Step::Diff);
    assert!(
        detail.contains("beyond the budget: 2 situations widened, allowed 0, such as `install` on `door`"),
        "{detail}"
    );
}

#[tokio::test]
async fn what_is_beyond_the_budget_can_be_held_for_an_operator() {
    let budget = "[policy.rollout]\nwhen_exceeded = \"hold\"\n[[policy.rollout.budget]]\n";
    let site = Site::start(&narrowed(OLD), budget).await;
    site.offer(&version("1.1.0"));
    site.service.until_newest("door", Status::Held).await;
    assert_eq!(site.version().await, OLD);
    let rejected = site.service.post("/v1/policies/door/rollouts/reject", &json!({})).await.json();
    assert_eq!(rejected["status"], "rejected");
    let nothing = site.service.post("/v1/policies/door/rollouts/promote", &json!({})).await;
    assert_eq!((nothing.status.as_u16(), &nothing.json()["error"]["code"]), (409, &json!("conflict")));

    site.offer(&version("1.2.0"));
    site.service.until_newest("door", Status::Held).await;
    let promoted = site.service.post("/v1/policies/door/rollouts/promote", &json!({})).await.json();
    assert_eq!((&promoted["status"], site.version().await.as_str()), (&json!("promoted"), "1.2.0"));
}

#[tokio::test]
async fn a_candidate_under_trial_is_promoted_when_enough_answers_agree_and_refused_when_one_does_not() {
    let trial = "[policy.rollout.shadow]\nrequests = 20\n";
    let site = Site::start(&version(OLD), trial).await;
    site.offer(&version("1.1.0"));
    site.service.until_newest("door", Status::Shadowing).await;
    for _ in 0..20 {
        assert_eq!(site.version().await, OLD);
    }
    let promoted = site.service.until_newest("door", Status::Promoted).await;
    let report = promoted.rollouts[0].shadow.as_ref().unwrap();
    assert_eq!((report.requests, report.disagreements), (20, 0));

    site.offer(&narrowed("1.2.0"));
    site.service.until_newest("door", Status::Shadowing).await;
    let mut install = door("absent");
    install["action"] = json!("install");
    install["parameters"] = json!({"acknowledged": "false"});
    let answer = site.service.post("/v1/policies/door/evaluate", &install).await.json();
    assert_eq!(answer["decision"]["verdict"], "allow");
    let refused = site.service.until_newest("door", Status::Refused).await;
    let report = refused.rollouts[0].shadow.as_ref().unwrap();
    assert_eq!(report.disagreements, 1);
    assert_eq!(report.samples[0].candidate.as_ref().unwrap().verdict.as_str(), "deny");
    assert_eq!(site.version().await, "1.1.0");
}

#[tokio::test]
async fn an_operator_goes_back_and_the_source_does_not_undo_that() {
    let site = Site::start(&version(OLD), "poll = \"100ms\"\n").await;
    site.promoted(&version("1.1.0")).await;
    let back = site.service.post("/v1/policies/door/rollouts/rollback", &json!({})).await.json();
    assert_eq!((&back["status"], site.version().await.as_str()), (&json!("rolled-back"), OLD));
    // Several looks at the source later it is still so.
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!(site.version().await, OLD);
    site.promoted(&version("1.2.0")).await;
    assert_eq!(site.version().await, "1.2.0");
}

#[tokio::test]
async fn with_every_source_away_the_service_starts_from_what_it_kept() {
    let Site { folder, service } = Site::start(&version("1.1.0"), "").await;
    service.stop().await;
    std::fs::remove_file(folder.path().join("door.wasm")).unwrap();
    let token = token(folder.path(), "later", "decide,read");
    let service = Service::start_with(&configuration(""), folder.path(), Some(token)).await;
    let body = service.post("/v1/policies/door/evaluate", &door("open")).await.json();
    assert_eq!(body["policy"]["version"], "1.1.0");
    assert_eq!(service.rollouts("door").await.rollouts[0].status, Status::Promoted);
    service.stop().await;

    // What is damaged there is not started from.
    let versions = folder.path().join("state/door/versions");
    let kept = std::fs::read_dir(versions).unwrap().next().unwrap().unwrap().path().join("policy.wasm");
    std::fs::write(kept, version("1.3.0")).unwrap();
    let token = crate::service::token(folder.path(), "last", "decide,read");
    let service = Service::start_unready_with(&configuration(""), folder.path(), Some(token)).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let unready = service.get("/readyz").await;
    assert_eq!((unready.status.as_u16(), &unready.json()["error"]["code"]), (503, &json!("not-ready")));
}

/// A law that the honest door breaks, and one that it keeps.
fn law(name: &str, action: &str) -> String {
    format!(
        "[[law]]\nname = \"{name}\"\nsays = \"It is so.\"\nnever = {{ action = \"{action}\", from = \"absent\" }}\n"
    )
}

const CASE: &str = r#"{"about": "A door.", "cases": [{"name": "nobody removes it unasked", "mode": "normal",
    "action": "remove", "target": {"kind": "door", "id": "d1", "state": "open"},
    "want": {"verdict": "depends", "reasons": ["acknowledged"]}}]}"#;

#[tokio::test]
async fn the_operators_laws_and_cases_hold_and_those_that_a_policy_brings_along_too() {
    let site = Site::start(&version(OLD), "").await;
    let write = |name: &str, text: &str| std::fs::write(site.folder.path().join(name), text).unwrap();
    write("door.laws.toml", &law("no-install", "install"));
    let (step, detail) = site.refused(&version("1.1.0")).await;
    assert_eq!(step, Step::Laws);
    assert!(detail.contains("law `no-install`"), "{detail}");
    write("door.laws.toml", &law("removed-once", "remove"));
    write("door.cases", &CASE.replace("depends", "allow"));
    let (step, detail) = site.refused(&version("1.2.0")).await;
    assert_eq!(step, Step::Cases);
    assert!(detail.contains("1 of 1 cases") && detail.contains("nobody removes it unasked"), "{detail}");
    write("door.cases", CASE);
    let promoted = site.promoted(&version("1.3.0")).await;
    let detail = |step| promoted.rollouts[0].steps.iter().find(|it| it.step == step).unwrap().detail.clone();
    assert_eq!(detail(Step::Laws), "grants are as the manifest says; 1 laws hold");
    assert_eq!(detail(Step::Cases), "1 cases are answered as they want");
    site.service.stop().await;

    // The operator's own are not replaced by what the policy brings along.
    let more = "[policy.rollout]\nlaws = [\"own.toml\"]\ncases = [\"own.json\"]\n";
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("own.toml", law("no-install", "install")), ("own.json", CASE.to_owned())] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    std::fs::write(folder.path().join("door.wasm"), version(OLD)).unwrap();
    std::fs::write(folder.path().join("door.laws.toml"), law("removed-once", "remove")).unwrap();
    let operator = token(folder.path(), "operator", "read");
    let service = Service::start_unready_with(&configuration(more), folder.path(), Some(operator)).await;
    let refused = service.until_newest("door", Status::Refused).await;
    assert_eq!(refused.rollouts[0].steps.last().unwrap().step, Step::Laws);
    assert_eq!(service.get("/readyz").await.status, 503);
}
