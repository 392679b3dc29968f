//! Where policies come from: what is found there answers soon, and whatever fails there touches nothing that does.

mod directory;
mod docker_registry;
mod signed;
mod web;

use std::path::Path;

use interlock_server::config::Config;
use interlock_server::{Rollouts, Server, Status, Step, StepResult};

use crate::guests::door;
use crate::service::{EMBEDDED, Service, token};

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

#[tokio::test]
async fn what_a_source_cannot_be_is_told_before_anything_starts() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("empty"), "").unwrap();
    std::fs::write(folder.path().join("credentials"), "anna:secret\n").unwrap();
    let place = folder.path().display();
    let cases = [
        (
            "source = \"oci://registry.example/door\"",
            "policy `door`: source `oci`: a tag or a digest is missing, as in \
             oci://registry.example/policies/backup:1.4"
                .to_owned(),
        ),
        (
            "source = \"https://anna:secret@policies.example/door.wasm\"",
            "policy `door`: source `https://policies.example/door.wasm`: a user and a password are not for a URL: \
             set `credentials`"
                .to_owned(),
        ),
        (
            "source = \"http://policies.example/door.wasm?key=secret\"\ncredentials = \"credentials\"",
            "policy `door`: source `http://policies.example/door.wasm`: credentials are not sent by plain HTTP, \
             except to loopback"
                .to_owned(),
        ),
        (
            "source = \"oci://registry.example/door:1\"\ncredentials = \"empty\"",
            format!(
                "policy `door`: source `oci://registry.example/door:1`: `{place}/empty`: credentials are one line, \
                 `USER:PASSWORD` or `Bearer TOKEN`"
            ),
        ),
        (
            "source = \"https://policies.example/door.wasm\"\nca = \"empty\"",
            format!(
                "policy `door`: source `https://policies.example/door.wasm`: `{place}/empty`: no certificate in PEM \
                 form is in it"
            ),
        ),
    ];
    for (keys, wanted) in cases {
        let config = format!("[[policy]]\nname = \"door\"\n{keys}\n");
        let config = Config::parse(&config, folder.path()).unwrap();
        let error = Server::check(&config, EMBEDDED).unwrap_err();
        let cause = std::error::Error::source(&error).unwrap();
        assert_eq!(format!("{error}: {cause}"), wanted);
    }
    for (keys, wanted) in [
        (
            "source = \"door.wasm\"\ncredentials = \"c\"",
            "`credentials` is for an `http`, `https` or `oci` source",
        ),
        ("source = \"http://policies.example/\"\nca = \"c\"", "`ca` is for an `https` or `oci` source"),
        ("source = \"door.wasm\"\npoll = \"1ms\"", "`poll` is less than 100 ms"),
        ("source = \"door.wasm\"\ntimeout = \"1year\"", "`timeout` is more than 30 days"),
    ] {
        let config = format!("[[policy]]\nname = \"door\"\n{keys}\n");
        let error = Config::parse(&config, folder.path()).unwrap_err().to_string();
        assert_eq!(error, format!("policy `door`: {wanted}"));
    }
}
