use std::ops::Range;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use interlock_model::{Manifest, Outcome};
use thiserror::Error;

use crate::ask::{Asker, Stop};
use crate::parallel::on_all_cores;
use crate::{Decide, Enumeration, Options, TooManySituations, Triple, assignment};

/// Everything that a policy answers: the outcome of each situation of its [`Enumeration`].
///
/// Comparing policies, counting what cases cover and drawing charts read it; nothing is asked twice.
pub struct Answers<'m> {
    manifest: &'m Manifest,
    enumeration: Enumeration<'m>,
    /// Each triple's outcomes: state by state, in each the assignments in the order of [`assignment()`].
    outcomes: Vec<Vec<Outcome>>,
    /// The masks of the longest list of conditions; shorter ones are its beginnings.
    assignments: Vec<(u32, u32)>,
}

impl<'m> Answers<'m> {
    /// Asks a policy everything, on as many threads as the machine has cores; on wasm, on one.
    ///
    /// - `progress`: told now and then how many situations have been asked; from any thread.
    ///
    /// # Errors
    ///
    /// [`AskError`] where the policy has too many situations, does not answer, or answers a batch with one
    /// outcome too many or too few.
    pub fn ask<D: Decide + Sync + ?Sized>(
        policy: &'m D,
        options: &Options,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Self, AskError<D::Error>> {
        let enumeration = Enumeration::new(policy.manifest(), options.max_situations)?;
        let triples = enumeration.triples();
        let longest = triples.iter().map(Triple::conditions).max().unwrap_or_default();
        let assignments = assignment::table(longest);
        let (next, asked) = (AtomicUsize::new(0), AtomicU64::new(0));
        let work = || {
            let mut asker = Asker::default();
            let mut done = Vec::new();
            loop {
                // Triples differ a thousandfold in situations: whoever is free takes some more.
                let first = next.fetch_add(TRIPLES_AT_ONCE, Ordering::Relaxed);
                let Some(some) = triples.get(first..triples.len().min(first + TRIPLES_AT_ONCE)) else {
                    break;
                };
                if some.is_empty() {
                    break;
                }
                let mut outcomes = Vec::new();
                let situations = some.iter().flat_map(|triple| triple.all_situations(&assignments));
                asker.ask(policy, situations, options.batch, &mut outcomes)?;
                let count = outcomes.len() as u64;
                for (place, triple) in (first..).zip(some) {
                    let rest = outcomes.split_off(triple.situations() as usize);
                    done.push((place, std::mem::replace(&mut outcomes, rest)));
                }
                progress(asked.fetch_add(count, Ordering::Relaxed) + count);
            }
            Ok(done)
        };
        let done: Result<Vec<_>, Stop<D::Error>> = on_all_cores(work);
        let mut done = done.map_err(|stop| match stop {
            Stop::NoAnswer { batch, source } => AskError::Decide { batch, source },
            Stop::Miscount { batch, outcomes } => AskError::Miscount { batch, outcomes },
        })?;
        done.sort_unstable_by_key(|&(place, _)| place);
        let outcomes = done.into_iter().map(|(_, outcomes)| outcomes).collect();
        Ok(Self { manifest: policy.manifest(), enumeration, outcomes, assignments })
    }

    /// What the policy says of itself.
    pub fn manifest(&self) -> &'m Manifest {
        self.manifest
    }

    /// What was asked.
    pub fn enumeration(&self) -> &Enumeration<'m> {
        &self.enumeration
    }

    /// Every (mode, kind, action) with its outcomes: those of one state after those of the other.
    pub fn triples(&self) -> impl Iterator<Item = (&Triple<'m>, &[Outcome])> {
        self.enumeration.triples().iter().zip(self.outcomes.iter().map(Vec::as_slice))
    }

    /// Every cell: a (mode, kind, action) in a state of the kind, with the outcome of each assignment of true,
    /// false and unknown to the offer's conditions.
    pub fn cells(&self) -> impl Iterator<Item = AnsweredCell<'_, 'm>> {
        self.triples().flat_map(move |(triple, outcomes)| {
            let length = triple.assignments() as usize;
            (0..triple.states).map(move |state| {
                let range: Range<usize> = usize::from(state) * length..(usize::from(state) + 1) * length;
                AnsweredCell {
                    triple,
                    state: state as u8,
                    outcomes: &outcomes[range],
                    assignments: &self.assignments[..length],
                }
            })
        })
    }
}

/// Why not everything was answered.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AskError<E> {
    /// The policy has more situations than [`Options::max_situations`]; nothing was asked.
    #[error(transparent)]
    TooMany(#[from] TooManySituations),
    /// It did not answer.
    #[error("the policy did not answer {batch} situations that were asked at once")]
    Decide {
        /// How many were asked in the call that failed.
        batch: usize,
        /// What kept it from answering.
        source: E,
    },
    /// It answered, but not once for each situation.
    #[error("the policy answered {batch} situations that were asked at once with {outcomes} outcomes")]
    Miscount {
        /// How many were asked.
        batch: usize,
        /// How many outcomes came back.
        outcomes: usize,
    },
}

/// How many triples a thread takes at once.
const TRIPLES_AT_ONCE: usize = 16;

/// One cell with all its outcomes.
#[derive(Clone, Copy, Debug)]
pub struct AnsweredCell<'a, 'm> {
    /// Mode, kind and action.
    pub triple: &'a Triple<'m>,
    /// Index into the kind's states.
    pub state: u8,
    /// One for each assignment, in the order of [`assignment()`].
    pub outcomes: &'a [Outcome],
    /// The masks `holds` and `known` of each assignment.
    pub assignments: &'a [(u32, u32)],
}
