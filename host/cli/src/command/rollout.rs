//! `interlock rollout`: what became of candidates in a running service, and what to do about them.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use interlock_server::client::{Client, ClientError};
use interlock_server::{Rollout as Record, Rollouts, Status as RolloutStatus, StepResult, Version};

use crate::arguments::{Format, Output};
use crate::exit::Status;
use crate::failure::Failure;
use crate::page::{BAD, DIM, DOUBT, GOOD, NAME, PLAIN, Page, print, print_json};

/// Lead candidates in a running service: see, promote, reject, go back
///
/// Each command asks the service at --url. Its management listener is meant, where that is apart.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Rollout {
    #[command(subcommand)]
    what: What,
}

const EXAMPLES: &str = "\
Examples:
  interlock rollout status backup
  interlock rollout promote backup --token-file admin.token
  interlock rollout rollback backup --digest sha256:9f2c… --token-file admin.token";

#[derive(Subcommand)]
enum What {
    /// What answers, and the newest candidate step by step; exits with 1 where it was refused
    Status(Asked),
    /// Every candidate that is remembered, the newest first
    History(Asked),
    /// Let the candidate that waits answer
    Promote(Asked),
    /// Let go of the candidate that waits; the same bytes are not taken again
    Reject(Asked),
    /// Go back to the version that answered before; what is gone back from is not taken again
    Rollback(Rollback),
}

#[derive(Args)]
struct Rollback {
    #[command(flatten)]
    asked: Asked,
    /// Version to go back to, one that is kept; the one before when absent
    #[arg(long, value_name = "DIGEST")]
    digest: Option<String>,
}

/// Which service, and which of its policies.
#[derive(Args)]
struct Asked {
    /// Name of the policy in the service's configuration
    policy: String,
    /// Where the service listens
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8181", env = "INTERLOCK_URL")]
    url: String,
    /// File whose one line is a bearer token
    #[arg(long, value_name = "FILE", env = "INTERLOCK_TOKEN_FILE")]
    token_file: Option<PathBuf>,
    /// Certificate, PEM, that the service's certificate leads to, where the system does not know it
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

impl Rollout {
    /// Asks the service and prints what it says.
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        match &self.what {
            What::Status(asked) => asked.status(),
            What::History(asked) => asked.history(),
            What::Promote(asked) => asked.decide("promote", None),
            What::Reject(asked) => asked.decide("reject", None),
            What::Rollback(Rollback { asked, digest }) => asked.decide("rollback", digest.as_deref()),
        }
    }
}

impl Asked {
    fn status(&self) -> Result<Status, Failure> {
        let rollouts = self.rollouts()?;
        let refused = rollouts.rollouts.first().is_some_and(|it| it.status == RolloutStatus::Refused);
        match self.output.format {
            Format::Json => print_json(&rollouts)?,
            Format::Text => {
                let mut page = Page::new();
                match &rollouts.serving {
                    Some(version) => {
                        page.put(NAME, &self.policy).put(PLAIN, "  ").put(GOOD, &named(version)).end()
                    }
                    None => page.put(NAME, &self.policy).put(BAD, "  no version answers yet").end(),
                }
                if let Some(rollout) = rollouts.rollouts.first() {
                    page.gap();
                    draw(&mut page, rollout);
                }
                print(&page.finish())?;
            }
        }
        Ok(if refused { Status::Found } else { Status::Done })
    }

    fn history(&self) -> Result<Status, Failure> {
        let rollouts = self.rollouts()?;
        match self.output.format {
            Format::Json => print_json(&rollouts.rollouts)?,
            Format::Text => {
                let mut page = Page::new();
                for rollout in &rollouts.rollouts {
                    heading(&mut page, rollout);
                    for step in &rollout.steps {
                        if matches!(step.result, StepResult::Failed | StepResult::Held) {
                            page.entry(4, 16, (BAD, step.step.as_str()), &step.detail);
                        }
                    }
                }
                print(&page.finish())?;
            }
        }
        Ok(Status::Done)
    }

    fn decide(&self, verb: &str, digest: Option<&str>) -> Result<Status, Failure> {
        let rollout = self.ask(|client| async move { client.decide(&self.policy, verb, digest).await })?;
        let refused = rollout.status == RolloutStatus::Refused;
        match self.output.format {
            Format::Json => print_json(&rollout)?,
            Format::Text => {
                let mut page = Page::new();
                draw(&mut page, &rollout);
                print(&page.finish())?;
            }
        }
        Ok(if refused { Status::Found } else { Status::Done })
    }

    fn rollouts(&self) -> Result<Rollouts, Failure> {
        self.ask(|client| async move { client.rollouts(&self.policy).await })
    }

    fn ask<T, F: Future<Output = Result<T, ClientError>>>(
        &self,
        what: impl FnOnce(Client) -> F,
    ) -> Result<T, Failure> {
        let failed = |source: ClientError| Failure::Service { url: self.url.clone(), source };
        let client =
            Client::new(&self.url, self.token_file.as_deref(), self.ca.as_deref()).map_err(failed)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|source| failed(ClientError::Runtime { source }))?;
        runtime.block_on(what(client)).map_err(failed)
    }
}

fn heading(page: &mut Page, rollout: &Record) {
    let style = match rollout.status {
        RolloutStatus::Promoted | RolloutStatus::RolledBack => GOOD,
        RolloutStatus::Refused | RolloutStatus::Rejected => BAD,
        RolloutStatus::Superseded => DIM,
        _ => DOUBT,
    };
    page.put(PLAIN, &format!("{:>4}  ", rollout.id));
    page.put(style, &format!("{:<12}", rollout.status.as_str()));
    page.put(PLAIN, &named(&rollout.candidate));
    page.put(DIM, &format!("  {}  from {}", rollout.started, rollout.origin)).end();
}

fn draw(page: &mut Page, rollout: &Record) {
    heading(page, rollout);
    for step in &rollout.steps {
        let (style, mark) = match step.result {
            StepResult::Passed => (GOOD, "passed"),
            StepResult::Failed => (BAD, "failed"),
            StepResult::Held => (DOUBT, "held"),
            StepResult::Skipped => (DIM, "skipped"),
        };
        page.entry(6, 28, (style, &format!("{mark:<8}{}", step.step.as_str())), &step.detail);
    }
    if let Some(shadow) = &rollout.shadow {
        page.entry(
            6,
            28,
            (DIM, "beside"),
            &format!(
                "{} requests, {} answered differently, {} with other reasons, {} not asked",
                shadow.requests, shadow.disagreements, shadow.other_reasons, shadow.skipped
            ),
        );
    }
}

fn named(version: &Version) -> String {
    let digest: String = version.digest.chars().take("sha256:".len() + 12).collect();
    match (&version.name, &version.version) {
        (Some(name), Some(version)) => format!("{name} {version} {digest}"),
        _ => digest,
    }
}
