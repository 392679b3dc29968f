use std::num::NonZeroUsize;

use interlock_model::Situation;
use thiserror::Error;

use crate::ask::{Asker, Stop};
use crate::assignment;
use crate::laws::cell::Cell;
use crate::laws::completions::Completions;
use crate::laws::findings::{Findings, Key};
use crate::laws::reachable::Transitions;
use crate::laws::used::{self, OfferUsage};
use crate::laws::wording::Names;
use crate::laws::{deny_reasons, fixed_causes, knowledge, repeated, total, truthful};
use crate::{Counterexample, Decide, Enumeration, Law, TooManySituations, Triple};

/// How a policy is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The most situations that a policy may have. Default: 1,000,000.
    ///
    /// The situations of one (mode, kind, action) are held in memory at once, some 40 bytes each.
    pub max_situations: u32,
    /// The most situations asked in one call of [`Decide::decide_all`]. Default: 1,024.
    pub batch: NonZeroUsize,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_situations: 1_000_000, batch: const { NonZeroUsize::new(1_024).unwrap() } }
    }
}

/// What came of checking a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How many situations the policy has; see [`Enumeration`].
    pub situations: u64,
    /// How many were asked: each of them three times, and those that lie outside the manifest.
    pub asked: u64,
    /// What came of each law, in the order of [`Law::ALL`].
    pub laws: Vec<LawReport>,
}

/// What came of one law.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LawReport {
    /// The law.
    pub law: Law,
    /// What came of it.
    pub status: Status,
}

/// Whether a law holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// On every situation.
    Holds,
    /// It does not.
    Broken {
        /// In how many places.
        places: u64,
        /// The smallest of them.
        counterexample: Counterexample,
    },
    /// Not known: the policy answered a batch with too few or too many outcomes, which ended the check.
    Unchecked,
}

impl Report {
    /// Whether every law holds.
    pub fn holds(&self) -> bool {
        self.laws.iter().all(|report| report.status == Status::Holds)
    }

    /// The smallest counterexample of every law that is broken.
    pub fn broken(&self) -> impl Iterator<Item = &Counterexample> {
        self.laws.iter().filter_map(|report| match &report.status {
            Status::Broken { counterexample, .. } => Some(counterexample),
            Status::Holds | Status::Unchecked => None,
        })
    }
}

/// Why a policy was not checked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CheckError<E> {
    /// It has more situations than [`Options::max_situations`]; nothing was asked.
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
}

/// Asks a policy every situation and checks every [`Law`].
///
/// # Errors
///
/// [`CheckError`] where the policy has too many situations or does not answer. A law that is broken is no
/// error: the [`Report`] says so.
pub fn check<D: Decide + ?Sized>(policy: &D, options: &Options) -> Result<Report, CheckError<D::Error>> {
    check_instances(policy, policy, options)
}

/// As [`check`], but asks another instance of the policy when it asks everything again.
///
/// # Errors
///
/// As [`check`].
pub fn check_instances<D, A>(
    policy: &D,
    another: &A,
    options: &Options,
) -> Result<Report, CheckError<D::Error>>
where
    D: Decide + ?Sized,
    A: Decide<Error = D::Error> + ?Sized,
{
    let enumeration = Enumeration::new(policy.manifest(), options.max_situations)?;
    let mut asker = Asker::default();
    let mut findings = Findings::default();
    let complete = match ask_and_judge(policy, another, &enumeration, options, &mut asker, &mut findings) {
        Ok(()) => true,
        Err(Stop::NoAnswer { batch, source }) => return Err(CheckError::Decide { batch, source }),
        Err(Stop::Miscount { batch, outcomes }) => {
            findings.add(Law::Total, Key::MANIFEST, || {
                let text = format!("{batch} situations were asked at once and {outcomes} outcomes came back");
                (Vec::new(), text)
            });
            false
        }
    };
    let (situations, asked) = (enumeration.situations(), asker.asked());
    Ok(Report { situations, asked, laws: findings.reports(complete) })
}

fn ask_and_judge<D, A>(
    policy: &D,
    another: &A,
    enumeration: &Enumeration<'_>,
    options: &Options,
    asker: &mut Asker,
    findings: &mut Findings,
) -> Result<(), Stop<D::Error>>
where
    D: Decide + ?Sized,
    A: Decide<Error = D::Error> + ?Sized,
{
    let names = Names::new(policy.manifest());
    truthful::judge_manifest(names, findings);

    let longest = enumeration.triples().iter().map(Triple::conditions).max().unwrap_or_default();
    let table = assignment::table(longest);
    // What is asked again is asked in batches of two thirds of the size.
    let batch = options.batch;
    let other_batch = NonZeroUsize::new(batch.get() - batch.get().div_ceil(3)).unwrap_or(batch);
    let (mut first, mut disturbed, mut again) = (Vec::new(), Vec::new(), Vec::new());
    let mut completions = Completions::default();
    let mut transitions = Transitions::default();

    // One offer at a time: nothing that is learnt of one is needed to judge another. What is not offered
    // has few situations each, so neighbours share batches.
    for triples in enumeration.triples().chunk_by(|a, b| a.offer.is_err() && b.offer.is_err()) {
        asker.ask(policy, situations(triples, &table), batch, &mut first)?;
        asker.ask(policy, disturbed_situations(triples, &table), batch, &mut disturbed)?;
        asker.ask(another, situations(triples, &table).rev(), other_batch, &mut again)?;
        again.reverse();

        let mut start = 0;
        for triple in triples {
            let length = triple.assignments() as usize;
            let mut usage = OfferUsage::default();
            for state in 0..triple.states {
                let outcomes = start..start + length;
                start += length;
                let cell = Cell::new(names, triple, state as u8, &table[..length], &first[outcomes.clone()]);
                repeated::judge_local(&cell, &disturbed[outcomes.clone()], findings);
                repeated::judge_pure(&cell, &again[outcomes], findings);
                if cell.refuses_throughout() {
                    continue;
                }
                completions.build(&cell);
                total::judge(&cell, findings);
                fixed_causes::judge(&cell, findings);
                knowledge::judge(&cell, &completions, findings);
                deny_reasons::judge(&cell, &completions, findings);
                truthful::judge(&cell, findings);
                transitions.note(&cell, &completions);
                usage.note(&completions);
            }
            usage.judge(names, triple, findings);
        }
    }
    fixed_causes::judge_outside(policy, enumeration, batch, asker, findings)?;
    transitions.judge(names, findings);
    used::judge_manifest(names, findings);
    Ok(())
}

/// The situations of some triples: triple by triple, state by state, assignment by assignment.
fn situations<'a>(
    triples: &'a [Triple<'a>],
    table: &'a [(u32, u32)],
) -> impl DoubleEndedIterator<Item = Situation> + 'a {
    triples.iter().flat_map(|triple| triple.all_situations(table))
}

/// The same in the same order, [`repeated::disturbed`].
fn disturbed_situations<'a>(
    triples: &'a [Triple<'a>],
    table: &'a [(u32, u32)],
) -> impl Iterator<Item = Situation> + 'a {
    triples.iter().flat_map(|triple| {
        triple.all_situations(table).map(|situation| repeated::disturbed(triple, situation))
    })
}
