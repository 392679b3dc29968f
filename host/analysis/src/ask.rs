use std::num::NonZeroUsize;

use interlock_model::{Outcome, Situation};

use crate::Decide;

/// Asks in batches, through one buffer.
#[derive(Default)]
pub(crate) struct Asker {
    buffer: Vec<Situation>,
    asked: u64,
}

/// Why asking ended early.
pub(crate) enum Stop<E> {
    /// The policy did not answer a batch.
    NoAnswer { batch: usize, source: E },
    /// The policy answered a batch, but not with one outcome for each situation.
    Miscount { batch: usize, outcomes: usize },
}

impl Asker {
    /// How many situations were asked so far.
    pub(crate) fn asked(&self) -> u64 {
        self.asked
    }

    /// Replaces `outcomes` by those of `situations`, in their order.
    pub(crate) fn ask<D: Decide + ?Sized>(
        &mut self,
        policy: &D,
        mut situations: impl Iterator<Item = Situation>,
        batch: NonZeroUsize,
        outcomes: &mut Vec<Outcome>,
    ) -> Result<(), Stop<D::Error>> {
        outcomes.clear();
        self.buffer.clear();
        situations.try_for_each(|situation| {
            self.buffer.push(situation);
            if self.buffer.len() < batch.get() { Ok(()) } else { self.flush(policy, outcomes) }
        })?;
        self.flush(policy, outcomes)
    }

    fn flush<D: Decide + ?Sized>(
        &mut self,
        policy: &D,
        outcomes: &mut Vec<Outcome>,
    ) -> Result<(), Stop<D::Error>> {
        let batch = self.buffer.len();
        if batch == 0 {
            return Ok(());
        }
        self.asked += batch as u64;
        let answers = policy.decide_all(&self.buffer).map_err(|source| Stop::NoAnswer { batch, source })?;
        if answers.len() != batch {
            return Err(Stop::Miscount { batch, outcomes: answers.len() });
        }
        outcomes.extend_from_slice(&answers);
        self.buffer.clear();
        Ok(())
    }
}
