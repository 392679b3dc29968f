//! A candidate that answers live requests beside the policy that answers.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use interlock::Policy;
use interlock::model::{Decision, Request};
use tokio::sync::Notify;

use super::record::{Disagreement, ShadowReport};
use crate::config::ShadowConfig;

/// Requests that may wait for a candidate.
const QUEUE: usize = 1024;

/// Disagreements that are kept as samples.
const SAMPLES: usize = 10;

/// A candidate under trial. Who answers only hands requests over; the candidate is asked on a thread of its own.
pub(crate) struct Shadow {
    queue: SyncSender<(Request, Decision)>,
    trial: Arc<Trial>,
}

struct Trial {
    config: ShadowConfig,
    began: Instant,
    report: Mutex<ShadowReport>,
    ended: Notify,
}

/// How a trial stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Not enough is known.
    Open,
    /// Enough answers agree.
    Passed,
    /// More answers differ than allowed.
    Failed,
}

impl Shadow {
    /// Starts a trial.
    ///
    /// # Errors
    ///
    /// What the system says where it grants no thread.
    pub(crate) fn start(candidate: Policy, config: ShadowConfig) -> std::io::Result<Self> {
        let (queue, requests) = sync_channel(QUEUE);
        let trial =
            Arc::new(Trial { config, began: Instant::now(), report: Mutex::default(), ended: Notify::new() });
        let asked = Arc::clone(&trial);
        thread::Builder::new()
            .name("interlock-shadow".to_owned())
            .spawn(move || asked.ask(&candidate, &requests))?;
        Ok(Self { queue, trial })
    }

    /// Has the candidate answer a request too, unless it cannot keep up. Never waits.
    pub(crate) fn observe(&self, request: &Request, decision: &Decision) {
        if let Err(TrySendError::Full(_)) = self.queue.try_send((request.clone(), decision.clone())) {
            self.trial.with(|report| report.skipped += 1);
        }
    }

    pub(crate) fn report(&self) -> ShadowReport {
        self.trial.with(|report| report.clone())
    }

    pub(crate) fn standing(&self) -> Standing {
        let Trial { config, began, .. } = &*self.trial;
        let (requests, disagreements) = self.trial.with(|report| (report.requests, report.disagreements));
        if disagreements > config.at_most {
            Standing::Failed
        } else if requests >= config.requests || config.time.is_some_and(|time| began.elapsed() >= time) {
            Standing::Passed
        } else {
            Standing::Open
        }
    }

    /// Returns when the trial may have ended; [`standing`](Self::standing) tells.
    pub(crate) async fn ended(&self) {
        let Trial { config, began, ended, .. } = &*self.trial;
        match config.time {
            None => ended.notified().await,
            Some(time) => {
                let deadline = tokio::time::Instant::from_std(*began + time);
                tokio::select! {
                    () = ended.notified() => {}
                    () = tokio::time::sleep_until(deadline) => {}
                }
            }
        }
    }
}

impl Trial {
    fn ask(&self, candidate: &Policy, requests: &Receiver<(Request, Decision)>) {
        // Ends when nobody can hand over any more.
        for (request, present) in requests {
            let answer = candidate.evaluate(&request).ok();
            self.count(request, present, answer);
        }
    }

    fn count(&self, request: Request, present: Decision, candidate: Option<Decision>) {
        let (requests, disagreements) = self.with(|report| {
            report.requests += 1;
            match &candidate {
                Some(candidate) if agrees(&present, candidate) => {
                    report.other_reasons += u64::from(!same_reasons(&present, candidate));
                }
                _ => {
                    report.disagreements += 1;
                    if report.samples.len() < SAMPLES {
                        report.samples.push(Disagreement { request, present, candidate });
                    }
                }
            }
            (report.requests, report.disagreements)
        });
        if requests >= self.config.requests || disagreements > self.config.at_most {
            self.ended.notify_one();
        }
    }

    fn with<T>(&self, work: impl FnOnce(&mut ShadowReport) -> T) -> T {
        work(&mut self.report.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn agrees(one: &Decision, other: &Decision) -> bool {
    let effects = |decision: &Decision| -> Vec<String> {
        decision.effects.iter().map(|effect| effect.code.clone()).collect()
    };
    one.verdict == other.verdict && one.next_state == other.next_state && effects(one) == effects(other)
}

fn same_reasons(one: &Decision, other: &Decision) -> bool {
    let codes = |decision: &Decision| -> Vec<String> {
        decision.reasons.iter().map(|reason| reason.code.clone()).collect()
    };
    codes(one) == codes(other)
}
