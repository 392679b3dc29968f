//! Loads a service from a process of its own, and judges every answer: `load URL SECONDS DIGEST=VERDICT…`.
//!
//! Each round asks for an installation that nobody acknowledged, once by itself and eight times in one AuthZEN batch.
//! A verdict must be the one that its digest stands for; a batch must name one digest. Prints what it counted as JSON.
#![allow(clippy::print_stdout, reason = "a program's answer")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// Connections at once.
const CONNECTIONS: usize = 4;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (url, seconds) = (arguments.next().context("URL")?, arguments.next().context("SECONDS")?);
    let wanted: BTreeMap<String, String> = arguments
        .map(|pair| pair.split_once('=').map(|(digest, verdict)| (digest.to_owned(), verdict.to_owned())))
        .collect::<Option<_>>()
        .context("DIGEST=VERDICT")?;
    if wanted.is_empty() {
        bail!("no DIGEST=VERDICT");
    }
    // Nothing else in this process can have installed another.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let until = Instant::now() + Duration::from_secs(seconds.parse().context("SECONDS")?);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..CONNECTIONS {
        tasks.spawn(load(url.clone(), until, wanted.clone()));
    }
    let mut all = Counted::default();
    while let Some(counted) = tasks.join_next().await {
        all.add(counted?);
    }
    println!("{}", serde_json::to_string(&all)?);
    Ok(())
}

#[derive(Default, serde::Serialize)]
struct Counted {
    answers: u64,
    by_digest: BTreeMap<String, u64>,
    /// Requests without an answer, or with one that is no decision.
    lost: Vec<String>,
    /// Batches that name more than one digest.
    mixed: u64,
    /// Verdicts that are not their digest's.
    wrong: u64,
}

impl Counted {
    fn add(&mut self, other: Self) {
        self.answers += other.answers;
        self.mixed += other.mixed;
        self.wrong += other.wrong;
        self.lost.extend(other.lost);
        for (digest, count) in other.by_digest {
            *self.by_digest.entry(digest).or_default() += count;
        }
    }

    fn judge(&mut self, wanted: &BTreeMap<String, String>, digest: &Value, verdict: &Value) {
        let (digest, verdict) = (digest.as_str().unwrap_or("none"), verdict.as_str().unwrap_or("none"));
        self.wrong += u64::from(wanted.get(digest).is_none_or(|wanted| wanted != verdict));
        *self.by_digest.entry(digest.to_owned()).or_default() += 1;
    }
}

async fn load(url: String, until: Instant, wanted: BTreeMap<String, String>) -> Counted {
    let client = reqwest::Client::new();
    let mut counted = Counted::default();
    let one = json!({"mode": "normal", "action": "install", "parameters": {"acknowledged": "false"},
        "coverage": "complete", "target": {"kind": "door", "id": "d1", "state": "absent"}});
    let resource = json!({"type": "door", "id": "d1", "properties": {"state": "absent"}});
    let batch = json!({"subject": {"type": "user", "id": "u1"}, "resource": resource,
        "context": {"coverage": "complete"},
        "action": {"name": "install", "properties": {"acknowledged": "false"}},
        "evaluations": vec![json!({}); 8]});
    while Instant::now() < until {
        match post(&client, &format!("{url}/v1/policies/door/evaluate"), &one).await {
            Ok(answer) => {
                counted.answers += 1;
                counted.judge(&wanted, &answer["policy"]["digest"], &answer["decision"]["verdict"]);
            }
            Err(error) => counted.lost.push(format!("{error:#}")),
        }
        match post(&client, &format!("{url}/door/access/v1/evaluations"), &batch).await {
            Ok(answer) => {
                counted.answers += 1;
                let contexts: Vec<&Value> =
                    answer["evaluations"].as_array().into_iter().flatten().map(|it| &it["context"]).collect();
                if contexts.len() != 8 {
                    counted.lost.push(answer.to_string());
                }
                let first = contexts.first().map(|context| &context["policy"]["digest"]);
                let mixed = contexts.iter().any(|context| Some(&context["policy"]["digest"]) != first);
                counted.mixed += u64::from(mixed);
                for context in contexts {
                    counted.judge(&wanted, &context["policy"]["digest"], &context["verdict"]);
                }
            }
            Err(error) => counted.lost.push(format!("{error:#}")),
        }
    }
    counted
}

async fn post(client: &reqwest::Client, url: &str, body: &Value) -> Result<Value> {
    let request = client.post(url).header("content-type", "application/json").body(body.to_string());
    let answer = request.send().await?.error_for_status()?;
    Ok(serde_json::from_slice(&answer.bytes().await?)?)
}
