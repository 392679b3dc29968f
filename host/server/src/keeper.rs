//! What keeps one policy up to date: looks at its source, leads candidates through the gate, swaps, goes back.
//!
//! One task for each policy does all of it, one thing after the other, so that no two changes overlap.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use interlock::Policy;
use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::api::{ApiError, Code};
use crate::candidate::Candidate;
use crate::config::Promotion;
use crate::rollout::{
    Gate, Passed, Rollout, Shadow, Standing, Status, Step, StepReport, StepResult, Verdict, Version,
};
use crate::serving::Serving;
use crate::slot::{Command, Commands, Slot};
use crate::source::{Backoff, FetchError, Found, Source};
use crate::store::Store;
use crate::telemetry::Metrics;

pub(crate) struct Keeper {
    pub(crate) slot: Arc<Slot>,
    pub(crate) gate: Gate,
    pub(crate) store: Option<Store>,
    pub(crate) commands: Commands,
    pub(crate) metrics: Arc<Metrics>,
    /// What a serving version needs beside its policy.
    pub(crate) prepare: Prepare,
}

/// Makes a version that answers of a policy that passed; one sentence where the configuration does not fit it.
pub(crate) type Prepare = Arc<dyn Fn(Policy, &Candidate) -> Result<Serving, String> + Send + Sync>;

/// What the task knows between two things it does.
struct State {
    keeper: Keeper,
    /// A candidate that passed, or is for an operator to decide.
    open: Option<Open>,
    /// Digests from which an operator went back: the source may go on offering them.
    barred: HashSet<String>,
    next_id: u64,
}

struct Open {
    candidate: Candidate,
    passed: Passed,
    rollout: Rollout,
}

impl Keeper {
    /// Runs until the service ends.
    pub(crate) async fn run(self, source: Source, mut stop: watch::Receiver<bool>) {
        let mut backoff = Backoff::new(self.slot.config.poll);
        let mut state = State { keeper: self, open: None, barred: HashSet::new(), next_id: 1 };
        state.restore().await;
        // A source may take its time: meanwhile operators are answered, trials end, and the service can.
        let mut looking = Box::pin(look(source, Instant::now()));
        loop {
            let shadow = state.keeper.slot.shadow.load_full();
            let trial = async {
                match &shadow {
                    Some(shadow) => shadow.ended().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = stop.changed() => break,
                command = state.keeper.commands.recv() => {
                    let Some((command, answer)) = command else { break };
                    // Who asked may have gone.
                    let _ = answer.send(state.command(command).await);
                }
                () = trial => state.trial_ended().await,
                looked = &mut looking => {
                    let Looked { source, found, took } = looked;
                    let failed = state.looked(found, took).await;
                    looking = Box::pin(look(source, Instant::now() + backoff.after(failed)));
                }
            }
        }
    }
}

/// What came of a look, and the source for the next one.
struct Looked {
    source: Source,
    found: Result<Found, FetchError>,
    took: Duration,
}

/// Looks at a source when it is due, or earlier where the source tells of a change.
async fn look(mut source: Source, due: Instant) -> Looked {
    tokio::select! {
        () = source.changed() => {}
        () = tokio::time::sleep_until(due) => {}
    }
    let began = Instant::now();
    let found = source.look().await;
    Looked { source, found, took: began.elapsed() }
}

impl State {
    fn name(&self) -> &str {
        self.keeper.slot.name()
    }

    /// Starts from what was kept, before any source is asked.
    async fn restore(&mut self) {
        let Some(store) = self.keeper.store.clone() else { return };
        let (rollouts, kept) =
            match tokio::task::spawn_blocking(move || (store.rollouts(), store.kept())).await {
                Ok(read) => read,
                Err(_) => return,
            };
        for rollout in &rollouts {
            self.next_id = self.next_id.max(rollout.id + 1);
            match rollout.status {
                Status::Rejected => _ = self.barred.insert(rollout.candidate.digest.clone()),
                Status::RolledBack => {
                    self.barred.remove(&rollout.candidate.digest);
                    let from = rollout.replaces.iter().map(|version| version.digest.clone());
                    self.barred.extend(from);
                }
                Status::Promoted => _ = self.barred.remove(&rollout.candidate.digest),
                _ => {}
            }
            self.keeper.slot.remember(rollout);
        }
        for candidate in kept {
            let gate = self.keeper.gate.clone();
            let offered = candidate.clone();
            let restored = tokio::task::spawn_blocking(move || gate.restore(&offered)).await;
            match restored.unwrap_or_else(|error| Err(error.to_string())) {
                Ok(passed) => match self.serve(&candidate, passed.policy, passed.signed_by) {
                    Ok(()) => {
                        tracing::info!(
                            policy = self.name(),
                            digest = candidate.digest,
                            "started from the version kept"
                        );
                        return;
                    }
                    Err(why) => tracing::warn!(
                        policy = self.name(),
                        digest = candidate.digest,
                        why,
                        "kept version not used"
                    ),
                },
                Err(why) => {
                    tracing::warn!(
                        policy = self.name(),
                        digest = candidate.digest,
                        why,
                        "kept version not used"
                    );
                }
            }
        }
    }

    /// Takes what a look found; whether it failed.
    async fn looked(&mut self, found: Result<Found, FetchError>, took: Duration) -> bool {
        match found {
            Ok(Found::Unchanged) => false,
            Ok(Found::Candidate(candidate)) => {
                self.offered(candidate, took).await;
                false
            }
            Err(error) => {
                self.keeper.metrics.refused(self.name(), Step::Fetch);
                tracing::warn!(
                    policy = self.name(),
                    error = error.0,
                    "the source cannot be read; what answers stays"
                );
                true
            }
        }
    }

    /// Leads a candidate as far as it comes.
    async fn offered(&mut self, candidate: Candidate, fetching: Duration) {
        let present = self.keeper.slot.serving.load_full();
        let answers = present.as_ref().is_some_and(|it| it.policy.digest() == candidate.digest);
        let waits = self.open.as_ref().is_some_and(|it| it.candidate.digest == candidate.digest);
        if answers || waits {
            return;
        }
        if self.barred.contains(&candidate.digest) {
            tracing::info!(
                policy = self.name(),
                digest = candidate.digest,
                "an operator decided against this version"
            );
            return;
        }
        if let Some(open) = self.take_open() {
            self.end(open.rollout, Status::Superseded).await;
        }
        let mut rollout = Rollout {
            id: self.next_id,
            candidate: Version {
                digest: candidate.digest.clone(),
                name: None,
                version: None,
                signed_by: None,
            },
            origin: candidate.origin.clone(),
            replaces: present.as_deref().map(version_of),
            started: Timestamp::now(),
            ended: None,
            status: Status::Checking,
            steps: vec![StepReport {
                step: Step::Fetch,
                result: StepResult::Passed,
                detail: format!("{} bytes from {}", candidate.bytes.len(), candidate.origin),
                milliseconds: fetching.as_millis() as u64,
            }],
            diff: None,
            shadow: None,
        };
        self.next_id += 1;
        self.keeper.slot.remember(&rollout);
        let (gate, slot, offered) =
            (self.keeper.gate.clone(), Arc::clone(&self.keeper.slot), candidate.clone());
        let begun = rollout.clone();
        let checked = tokio::task::spawn_blocking(move || {
            let present = present.as_ref().map(|serving| &serving.policy);
            let verdict = gate.check(&offered, present, &mut |report| {
                rollout.steps.push(report);
                slot.remember(&rollout);
            });
            (verdict, rollout)
        });
        let Ok((verdict, mut rollout)) = checked.await else {
            // Only a defect of this program comes here.
            let mut rollout = begun;
            let detail = "checking it ended without a verdict".to_owned();
            rollout.steps.push(step(Step::Load, StepResult::Failed, detail));
            return self.end(rollout, Status::Refused).await;
        };
        let held = matches!(verdict, Verdict::Held(_));
        match verdict {
            Verdict::Refused => self.end(rollout, Status::Refused).await,
            Verdict::Passed(passed) | Verdict::Held(passed) => {
                rollout.candidate.name = Some(passed.policy.name().to_owned());
                rollout.candidate.version = Some(passed.policy.version().to_owned());
                rollout.candidate.signed_by.clone_from(&passed.signed_by);
                rollout.diff.clone_from(&passed.diff);
                let first = rollout.replaces.is_none();
                let open = Open { candidate, passed, rollout };
                self.passed(open, held, first).await;
            }
        }
    }

    /// What comes after the gate: an operator, a trial, or the swap.
    async fn passed(&mut self, mut open: Open, held: bool, first: bool) {
        let config = Arc::clone(&self.keeper.slot.config);
        if held {
            return self.wait(open, Status::Held);
        }
        // Where nothing answers, there is nothing to try it beside, and nobody to keep waiting.
        let Some(shadow) = config.rollout.shadow.clone().filter(|_| !first) else {
            return match config.rollout.promotion {
                Promotion::Manual if !first => self.wait(open, Status::Held),
                _ => self.promote(open, Status::Promoted).await,
            };
        };
        match Shadow::start(open.passed.policy.clone(), shadow) {
            Ok(shadow) => {
                self.keeper.slot.shadow.store(Some(Arc::new(shadow)));
                self.wait(open, Status::Shadowing);
            }
            Err(error) => {
                open.rollout.steps.push(step(Step::Shadow, StepResult::Failed, error.to_string()));
                self.end(open.rollout, Status::Refused).await;
            }
        }
    }

    async fn trial_ended(&mut self) {
        let Some(shadow) = self.keeper.slot.shadow.load_full() else { return };
        let standing = shadow.standing();
        if standing == Standing::Open {
            return;
        }
        let Some(mut open) = self.take_open() else { return };
        let report = open.rollout.shadow.clone().unwrap_or_default();
        let detail = format!(
            "{} of {} live requests were answered differently",
            report.disagreements, report.requests
        );
        if standing == Standing::Failed {
            open.rollout.steps.push(step(Step::Shadow, StepResult::Failed, detail));
            return self.end(open.rollout, Status::Refused).await;
        }
        open.rollout.steps.push(step(Step::Shadow, StepResult::Passed, detail));
        match self.keeper.slot.config.rollout.promotion {
            Promotion::Manual => self.wait(open, Status::Held),
            Promotion::Automatic => self.promote(open, Status::Promoted).await,
        }
    }

    async fn command(&mut self, command: Command) -> Result<Rollout, ApiError> {
        let conflict = |message: String| Err(ApiError::new(Code::Conflict, message));
        match command {
            Command::Promote => {
                let Some(open) = self.take_open() else { return conflict(none_waits(self.name())) };
                let id = open.rollout.id;
                self.promote(open, Status::Promoted).await;
                self.told(id)
            }
            Command::Reject => {
                let Some(open) = self.take_open() else { return conflict(none_waits(self.name())) };
                let id = open.rollout.id;
                self.barred.insert(open.candidate.digest);
                self.end(open.rollout, Status::Rejected).await;
                self.told(id)
            }
            Command::Rollback { digest } => self.roll_back(digest).await,
        }
    }

    async fn roll_back(&mut self, digest: Option<String>) -> Result<Rollout, ApiError> {
        let conflict = |message: String| ApiError::new(Code::Conflict, message);
        let Some(store) = self.keeper.store.clone() else {
            return Err(conflict(
                "nothing is kept to go back to: the configuration has no `state`".to_owned(),
            ));
        };
        let Some(present) = self.keeper.slot.serving.load_full() else {
            return Err(conflict(format!("policy `{}` has no version to go back from", self.name())));
        };
        let kept = tokio::task::spawn_blocking(move || store.kept()).await.unwrap_or_default();
        let before = self.before(present.policy.digest());
        let wanted = digest.or(before);
        let others = || kept.iter().filter(|it| it.digest != present.policy.digest());
        let candidate = match &wanted {
            Some(wanted) => others().find(|it| it.digest == *wanted),
            None => others().next(),
        };
        let Some(candidate) = candidate.cloned() else {
            let known: Vec<&str> = others().map(|it| it.digest.as_str()).collect();
            return Err(conflict(match known.is_empty() {
                true => "no other version is kept".to_owned(),
                false => format!("that version is not kept; kept are {}", known.join(", ")),
            }));
        };
        let (gate, offered) = (self.keeper.gate.clone(), candidate.clone());
        let passed = tokio::task::spawn_blocking(move || gate.restore(&offered)).await;
        let passed = passed.unwrap_or_else(|error| Err(error.to_string())).map_err(conflict)?;
        if let Some(open) = self.take_open() {
            self.end(open.rollout, Status::Superseded).await;
        }
        let rollout = Rollout {
            id: self.next_id,
            candidate: version_of_policy(&passed.policy, passed.signed_by.clone()),
            origin: candidate.origin.clone(),
            replaces: Some(version_of(&present)),
            started: Timestamp::now(),
            ended: None,
            status: Status::Checking,
            steps: Vec::new(),
            diff: None,
            shadow: None,
        };
        self.next_id += 1;
        let id = rollout.id;
        self.promote(Open { candidate, passed, rollout }, Status::RolledBack).await;
        let told = self.told(id)?;
        if told.status == Status::RolledBack {
            self.barred.insert(present.policy.digest().to_owned());
            self.barred.remove(&told.candidate.digest);
            self.keeper.metrics.rolled_back(self.name());
        }
        Ok(told)
    }

    /// What answered before a version did, as far as is remembered.
    fn before(&self, digest: &str) -> Option<String> {
        let rollouts = self.keeper.slot.rollouts();
        let of_it = |rollout: &&Rollout| {
            rollout.candidate.digest == digest
                && matches!(rollout.status, Status::Promoted | Status::RolledBack)
        };
        rollouts.iter().find(of_it)?.replaces.as_ref().map(|version| version.digest.clone())
    }

    /// Swaps, keeps what was swapped in, and ends the rollout.
    async fn promote(&mut self, open: Open, status: Status) {
        let Open { candidate, passed, mut rollout } = open;
        let began = std::time::Instant::now();
        if let Err(why) = self.serve(&candidate, passed.policy, passed.signed_by) {
            rollout.steps.push(step(Step::Swap, StepResult::Failed, why));
            return self.end(rollout, Status::Refused).await;
        }
        let mut detail = "it answers".to_owned();
        if let Some(store) = self.keeper.store.clone() {
            let keep = self.keeper.slot.config.keep;
            let kept = tokio::task::spawn_blocking(move || store.promote(&candidate, keep)).await;
            match kept {
                Ok(Ok(())) => detail.push_str(", and is kept"),
                Ok(Err(error)) => {
                    tracing::error!(policy = self.name(), %error, "a version that answers cannot be kept");
                    detail = format!("it answers, but cannot be kept: {error}");
                }
                Err(error) => detail = format!("it answers, but cannot be kept: {error}"),
            }
        }
        let milliseconds = began.elapsed().as_millis() as u64;
        rollout.steps.push(StepReport { step: Step::Swap, result: StepResult::Passed, detail, milliseconds });
        self.keeper.metrics.swapped(self.name());
        self.end(rollout, status).await;
    }

    fn serve(&self, candidate: &Candidate, policy: Policy, signed_by: Option<String>) -> Result<(), String> {
        let mut serving = (self.keeper.prepare)(policy, candidate)?;
        serving.signed_by = signed_by;
        let serving = Arc::new(serving);
        let old = self.keeper.slot.serving.swap(Some(Arc::clone(&serving)));
        self.keeper.metrics.serves(self.name(), old.as_deref(), &serving);
        Ok(())
    }

    async fn end(&self, mut rollout: Rollout, status: Status) {
        rollout.status = status;
        rollout.ended = Some(Timestamp::now());
        self.keeper.slot.remember(&rollout);
        let (id, digest) = (rollout.id, rollout.candidate.digest.as_str());
        let failed = rollout.steps.iter().find(|step| step.result == StepResult::Failed);
        match failed {
            Some(StepReport { step, detail, .. }) => {
                self.keeper.metrics.refused(self.name(), *step);
                tracing::warn!(
                    policy = self.name(),
                    id,
                    digest,
                    step = step.as_str(),
                    detail,
                    "candidate refused; what answers stays"
                );
            }
            None => {
                tracing::info!(policy = self.name(), id, digest, status = status.as_str(), "rollout decided")
            }
        }
        if let Some(store) = self.keeper.store.clone() {
            let kept = tokio::task::spawn_blocking(move || store.append(&rollout)).await;
            if let Ok(Err(error)) = kept {
                tracing::error!(policy = self.name(), %error, "the history of rollouts cannot be written");
            }
        }
    }

    fn wait(&mut self, mut open: Open, status: Status) {
        open.rollout.status = status;
        self.keeper.slot.remember(&open.rollout);
        tracing::info!(
            policy = self.name(),
            id = open.rollout.id,
            digest = open.candidate.digest,
            status = status.as_str(),
            "candidate waits"
        );
        self.open = Some(open);
    }

    /// The candidate that waits, with what its trial showed; the trial ends.
    fn take_open(&mut self) -> Option<Open> {
        let shadow = self.keeper.slot.shadow.swap(None);
        let mut open = self.open.take()?;
        if let Some(shadow) = shadow {
            open.rollout.shadow = Some(shadow.report());
        }
        Some(open)
    }

    fn told(&self, id: u64) -> Result<Rollout, ApiError> {
        let rollouts = self.keeper.slot.rollouts();
        let told = rollouts.into_iter().find(|rollout| rollout.id == id);
        told.ok_or_else(|| ApiError::new(Code::Failed, "the rollout is no longer remembered"))
    }
}

fn step(step: Step, result: StepResult, detail: String) -> StepReport {
    StepReport { step, result, detail, milliseconds: 0 }
}

pub(crate) fn version_of(serving: &Serving) -> Version {
    version_of_policy(&serving.policy, serving.signed_by.clone())
}

fn version_of_policy(policy: &Policy, signed_by: Option<String>) -> Version {
    Version {
        digest: policy.digest().to_owned(),
        name: Some(policy.name().to_owned()),
        version: Some(policy.version().to_owned()),
        signed_by,
    }
}

fn none_waits(policy: &str) -> String {
    format!("no candidate of policy `{policy}` waits")
}
