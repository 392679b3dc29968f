//! A name under which a policy is served: what answers now, what is under trial, what became of candidates.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::{ArcSwapOption, Guard};
use tokio::sync::{mpsc, oneshot};

use crate::api::{ApiError, Code};
use crate::config::PolicyConfig;
use crate::rollout::{Rollout, Shadow, Status};
use crate::serving::Serving;

/// Rollouts that are remembered.
const REMEMBERED: usize = 200;

/// One served policy. Whoever answers reads it; only its [`Keeper`](crate::keeper::Keeper) writes.
pub(crate) struct Slot {
    pub(crate) config: Arc<PolicyConfig>,
    pub(crate) serving: ArcSwapOption<Serving>,
    pub(crate) shadow: ArcSwapOption<Shadow>,
    rollouts: Mutex<VecDeque<Rollout>>,
    commands: mpsc::Sender<(Command, oneshot::Sender<Result<Rollout, ApiError>>)>,
    label: Arc<str>,
}

/// What an operator asks of the keeper.
#[derive(Clone, Debug)]
pub(crate) enum Command {
    /// Let the waiting candidate answer.
    Promote,
    /// Let go of the waiting candidate.
    Reject,
    /// Go back to a version that is kept: this one, or the one before the present.
    Rollback { digest: Option<String> },
}

/// What the keeper receives.
pub(crate) type Commands = mpsc::Receiver<(Command, oneshot::Sender<Result<Rollout, ApiError>>)>;

impl Slot {
    pub(crate) fn new(config: Arc<PolicyConfig>) -> (Arc<Self>, Commands) {
        let (commands, receiver) = mpsc::channel(8);
        let slot = Self {
            label: Arc::from(config.name.as_str()),
            config,
            serving: ArcSwapOption::empty(),
            shadow: ArcSwapOption::empty(),
            rollouts: Mutex::default(),
            commands,
        };
        (Arc::new(slot), receiver)
    }

    pub(crate) fn name(&self) -> &str {
        &self.label
    }

    /// The name as metrics label with it: shared, since each request counts under it.
    pub(crate) fn label(&self) -> &Arc<str> {
        &self.label
    }

    /// The version that answers, for one request.
    pub(crate) fn current(&self) -> Result<Arc<Serving>, ApiError> {
        Guard::into_inner(self.serving.load()).ok_or_else(|| {
            ApiError::new(
                Code::NotReady,
                format!("policy `{}` has no version that was let in yet", self.name()),
            )
        })
    }

    /// Every rollout that is remembered, the newest first, with what is known of a trial by now.
    pub(crate) fn rollouts(&self) -> Vec<Rollout> {
        let mut rollouts: Vec<Rollout> = self.with(|rollouts| rollouts.iter().rev().cloned().collect());
        if let Some(shadow) = &*self.shadow.load()
            && let Some(open) = rollouts.iter_mut().find(|rollout| rollout.status == Status::Shadowing)
        {
            open.shadow = Some(shadow.report());
        }
        rollouts
    }

    /// Keeps what became of a candidate, in place of what was kept of the same rollout.
    pub(crate) fn remember(&self, rollout: &Rollout) {
        self.with(|rollouts| match rollouts.iter_mut().find(|known| known.id == rollout.id) {
            Some(known) => *known = rollout.clone(),
            None => {
                rollouts.push_back(rollout.clone());
                if rollouts.len() > REMEMBERED {
                    rollouts.pop_front();
                }
            }
        });
    }

    /// Asks the keeper, and waits until it has done so.
    pub(crate) async fn ask(&self, command: Command) -> Result<Rollout, ApiError> {
        let gone = |_| ApiError::new(Code::Failed, "the service is ending");
        let (answer, answered) = oneshot::channel();
        self.commands
            .send((command, answer))
            .await
            .map_err(|_| ApiError::new(Code::Failed, "the service is ending"))?;
        answered.await.map_err(gone)?
    }

    fn with<T>(&self, work: impl FnOnce(&mut VecDeque<Rollout>) -> T) -> T {
        work(&mut self.rollouts.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
