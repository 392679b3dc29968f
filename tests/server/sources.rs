//! Where policies come from: what is found there answers soon, and whatever fails there touches nothing that does.

mod directory;
mod registry;
mod signed;
mod web;

use std::path::Path;

use interlock_server::{Rollouts, Status, Step, StepResult};

use crate::guests::door;
use crate::service::{Service, token};

/// A service that serves a door from some source, and whose caller may do everything.
struct Site {
    folder: tempfile::TempDir,
    service: Service,
}

impl Site {
    /// Waits until a version answers.
    ///
    /// - `policy`: keys of the policy but its name; relative paths start from `folder`.
    async fn start(folder: tempfile::TempDir, policy: &str) -> Self {
        let site = Self::start_unready(folder, policy).await;
        site.service.until("ready", async || site.service.get("/readyz").await.status == 200).await;
        site
    }

    /// The same, whether or not anything answers.
    async fn start_unready(folder: tempfile::TempDir, policy: &str) -> Self {
        // One of an earlier start may be there.
        let _ = std::fs::remove_file(folder.path().join("tokens"));
        let token = token(folder.path(), "operator", "decide,read,administer");
        let config = format!("tokens = \"tokens\"\nstate = \"state\"\n[[policy]]\nname = \"door\"\n{policy}");
        let service = Service::start_unready_with(&config, folder.path(), Some(token)).await;
        Self { folder, service }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Which version answers.
    async fn version(&self) -> String {
        let body = self.service.post("/v1/policies/door/evaluate", &door("open")).await.json();
        body["policy"]["version"].as_str().unwrap().to_owned()
    }

    async fn until_version(&self, version: &str) {
        self.service.until(version, async || self.version().await == version).await;
    }

    async fn rollouts(&self) -> Rollouts {
        self.service.rollouts("door").await
    }

    /// Offers a candidate, and tells the step that refuses it.
    async fn refused(&self, offer: impl AsyncFnOnce()) -> (Step, String) {
        let before = self.rollouts().await;
        offer().await;
        let refused = self.service.until_newest_but("door", Status::Refused, &before).await;
        assert_eq!(refused.serving, before.serving, "what answers stays");
        let last = refused.rollouts[0].steps.last().unwrap();
        assert_eq!(last.result, StepResult::Failed);
        (last.step, last.detail.clone())
    }

    /// Offers a candidate, and waits until it answers.
    async fn promoted(&self, offer: impl AsyncFnOnce()) -> Rollouts {
        let before = self.rollouts().await;
        offer().await;
        self.service.until_newest_but("door", Status::Promoted, &before).await
    }

    /// How many looks at the source have failed.
    async fn failed_looks(&self) -> u64 {
        let metrics = self.service.get("/metrics").await;
        let text = String::from_utf8(metrics.body).unwrap();
        let fetches = text
            .lines()
            .filter(|line| line.starts_with("interlock_refusals_total{") && line.contains(r#"step="fetch""#));
        fetches.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
    }

    /// Waits until some more looks have failed.
    async fn until_looks_fail(&self, more: u64) {
        let before = self.failed_looks().await;
        let enough = async || self.failed_looks().await >= before + more;
        self.service.until("failed looks", enough).await;
    }

    async fn stop(self) -> tempfile::TempDir {
        self.service.stop().await;
        self.folder
    }
}

/// Puts a file in its place at once, as one who cares does.
fn put(folder: &Path, name: &str, bytes: &[u8]) {
    let aside = folder.join("aside");
    std::fs::write(&aside, bytes).unwrap();
    std::fs::rename(&aside, folder.join(name)).unwrap();
}
