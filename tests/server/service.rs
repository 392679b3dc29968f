//! A service of one test: on a free port of loopback, ended with the test.

use std::path::Path;
use std::time::Duration;

use interlock_server::config::Config;
use interlock_server::{Embedded, Rollouts, Server, Status, Tokens};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;

pub(crate) const EMBEDDED: Embedded =
    &[("backup", interlock_policies::BACKUP), ("turnstile", interlock_policies::TURNSTILE)];

/// A running service, and a client of it.
pub(crate) struct Service {
    server: Option<Server>,
    client: reqwest::Client,
    url: String,
    token: Option<String>,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body: String = String::from_utf8_lossy(&self.body).chars().take(1000).collect();
        write!(f, "{} {body}", self.status)
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }
}

impl Service {
    /// Starts one and waits until every policy answers.
    ///
    /// - `config`: TOML without `listen`; relative paths start from `directory`.
    pub(crate) async fn start(config: &str, directory: &Path) -> Self {
        Self::start_with(config, directory, None).await
    }

    /// The same; requests carry the token.
    pub(crate) async fn start_with(config: &str, directory: &Path, token: Option<String>) -> Self {
        let service = Self::start_unready_with(config, directory, token).await;
        service.until("ready", async || service.get("/readyz").await.status == 200).await;
        service
    }

    /// The same, whether or not anything answers.
    pub(crate) async fn start_unready_with(config: &str, directory: &Path, token: Option<String>) -> Self {
        let config = Config::parse(&format!("listen = \"127.0.0.1:0\"\n{config}"), directory).unwrap();
        let server = Server::start(config, EMBEDDED).await.unwrap();
        let url = format!("http://{}", server.address());
        // Another test of this process may have installed it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { server: Some(server), client: reqwest::Client::new(), url, token }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Where rollouts are led, if that is apart.
    pub(crate) fn management(&self) -> Option<std::net::SocketAddr> {
        self.server.as_ref().and_then(Server::management)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        let request = self.request(Method::POST, path).header("content-type", "application/json");
        self.send(request.body(body.to_string())).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Answer { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }

    pub(crate) async fn rollouts(&self, policy: &str) -> Rollouts {
        let answer = self.get(&format!("/v1/policies/{policy}/rollouts")).await;
        serde_json::from_slice(&answer.body).unwrap()
    }

    /// Waits until the newest rollout has a status, and gives all of them.
    pub(crate) async fn until_newest(&self, policy: &str, status: Status) -> Rollouts {
        let newest =
            async || self.rollouts(policy).await.rollouts.first().is_some_and(|it| it.status == status);
        self.until(status.as_str(), newest).await;
        self.rollouts(policy).await
    }

    /// The same, of a rollout that was not among those of before.
    pub(crate) async fn until_newest_but(&self, policy: &str, status: Status, before: &Rollouts) -> Rollouts {
        let last = before.rollouts.first().map_or(0, |rollout| rollout.id);
        let newest = async || {
            let rollouts = self.rollouts(policy).await.rollouts;
            rollouts.first().is_some_and(|it| it.status == status && it.id > last)
        };
        self.until(status.as_str(), newest).await;
        self.rollouts(policy).await
    }

    /// Waits for something that takes moments, for a minute at most.
    pub(crate) async fn until(&self, what: &str, is_so: impl AsyncFn() -> bool) {
        for _ in 0..6000 {
            if is_so().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("waited a minute in vain for: {what}");
    }

    pub(crate) async fn stop(mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
    }
}

/// A file of one token; the token, and the file's name.
pub(crate) fn token(directory: &Path, name: &str, rights: &str) -> String {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let (token, line) = Tokens::make(name, rights).unwrap();
    let path = directory.join("tokens");
    let mut file = std::fs::File::options().create(true).append(true).mode(0o600).open(path).unwrap();
    writeln!(file, "{line}").unwrap();
    token
}
