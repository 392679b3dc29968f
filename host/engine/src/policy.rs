//! A loaded policy: what other services ask.

use std::fmt;
use std::sync::Arc;

use interlock_analysis::{Decide, Observe, ObserveError, Report, Table};
use interlock_model::{
    Answer, Decision, Manifest, Outcome, Packed, Request, RequestError, Situation, SurveyQuery,
};

use crate::answer::Expected;
use crate::bindings::types;
use crate::cache::CacheUse;
use crate::clock::{Deadline, Span};
use crate::convert::{lend_request, lend_survey};
use crate::engine::Engine;
use crate::error::{Breach, CallError, EvaluateError, LoadError};
use crate::inspect::Facts;
use crate::limits::Limits;
use crate::load;
use crate::runner::Runner;
use crate::size;

/// A policy that was let in, ready to be asked from any number of threads.
///
/// Cheap to clone: clones share the compiled code and the idle instances. Every call is bounded by the limits
/// of the [`Engine`] that loaded it, and fails closed: there is an answer that keeps the contract, or an error.
/// An instance that traps or exceeds a limit is dropped, and the next call gets another one.
#[derive(Clone)]
pub struct Policy(Arc<Parts>);

/// What a policy is made of once it was let in.
pub(crate) struct Parts {
    pub(crate) facts: Facts,
    pub(crate) manifest: Manifest,
    pub(crate) report: Report,
    pub(crate) expected: Expected,
    /// What its packed answers name by position; none if it takes no packed question.
    pub(crate) texts: Option<Box<[Box<str>]>>,
    pub(crate) table: Option<Table>,
    pub(crate) runner: Arc<Runner>,
    pub(crate) cache_use: CacheUse,
}

impl Policy {
    pub(crate) fn load(engine: &Engine, bytes: &[u8]) -> Result<Self, LoadError> {
        load::load(engine, bytes).map(|parts| Self(Arc::new(parts)))
    }

    /// # Safety
    ///
    /// As [`Engine::load_precompiled`].
    #[allow(unsafe_code, reason = "the caller answers for native code, which cannot be checked")]
    pub(crate) unsafe fn load_precompiled(
        engine: &Engine,
        bytes: &[u8],
        precompiled: &[u8],
    ) -> Result<Self, LoadError> {
        // SAFETY: the caller keeps the same promise.
        unsafe { load::load_precompiled(engine, bytes, precompiled) }.map(|parts| Self(Arc::new(parts)))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0.manifest.name
    }

    /// Its version, semantic.
    pub fn version(&self) -> &str {
        &self.0.manifest.version
    }

    /// `sha256:` and the hash of its bytes, in lower-case hexadecimal.
    pub fn digest(&self) -> &str {
        &self.0.facts.digest
    }

    /// How many bytes it has.
    pub fn size(&self) -> usize {
        self.0.facts.size
    }

    /// What was known of its bytes before it ran: contract version, imports, exports.
    pub fn facts(&self) -> &Facts {
        &self.0.facts
    }

    /// Everything it knows: modes, kinds, states, actions, conditions, effects, rules.
    pub fn manifest(&self) -> &Manifest {
        &self.0.manifest
    }

    /// What came of the built-in laws when it was loaded; all of them hold.
    pub fn report(&self) -> &Report {
        &self.0.report
    }

    /// Whether it had to be compiled and checked when it was loaded, or was found precompiled.
    pub fn cache_use(&self) -> &CacheUse {
        &self.0.cache_use
    }

    /// Decides one request, in names and sentences.
    ///
    /// # Errors
    ///
    /// [`EvaluateError::Request`] for the caller's mistake, [`EvaluateError::Call`] for the policy's failure.
    pub fn evaluate(&self, request: &Request) -> Result<Decision, EvaluateError> {
        let Parts { manifest, expected, runner, texts, .. } = &*self.0;
        size::check_request(self.limits(), request)?;
        let deadline = self.deadline(|limits| limits.call_deadline);
        let packed = texts.as_ref().zip(Packed::request(&expected.names, request));
        if let Some((texts, Packed { numbers, text })) = packed {
            let decision = runner.call(
                deadline,
                |store, guest| guest.call_evaluate_packed(store, &numbers, &text),
                |answer| {
                    if answer.is_empty() {
                        return Ok(None);
                    }
                    let decision = Decision::unpack(&answer, texts, self.limits().answer_bytes)?;
                    expected.decision(manifest, request, decision).map(Some)
                },
            )?;
            if let Some(decision) = decision {
                return Ok(decision);
            }
        }
        answered(runner.call(
            deadline,
            |store, guest| lend_request(request, |lent| guest.call_evaluate(store, lent)),
            |answer| checked(answer, |decision| expected.decision(manifest, request, decision.into())),
        ))
    }

    /// Decides every target with every action: target by target, in the order of the query; equal to
    /// [`evaluate`](Self::evaluate) pair by pair.
    ///
    /// # Errors
    ///
    /// As [`evaluate`](Self::evaluate).
    pub fn survey(&self, query: &SurveyQuery) -> Result<Vec<Answer>, EvaluateError> {
        let Parts { manifest, expected, runner, texts, .. } = &*self.0;
        size::check_survey(self.limits(), query)?;
        let deadline = self.deadline(|limits| limits.batch_deadline);
        let packed = texts.as_ref().and_then(|_| Packed::survey(&expected.names, query));
        if let Some(Packed { numbers, text }) = packed {
            let answers = runner.call(
                deadline,
                |store, guest| guest.call_survey_packed(store, &numbers, &text),
                |words| {
                    if words.is_empty() {
                        return Ok(None);
                    }
                    expected.packed_answers(manifest, query, &words).map(Some)
                },
            )?;
            if let Some(answers) = answers {
                return Ok(answers);
            }
        }
        answered(runner.call(
            deadline,
            |store, guest| lend_survey(query, |lent| guest.call_survey(store, lent)),
            |answer| {
                checked(answer, |answers| {
                    let answers = answers.into_iter().map(Answer::from).collect();
                    expected.answers(manifest, query, answers)
                })
            },
        ))
    }

    /// The cell of a request, and what its conditions come to.
    ///
    /// # Errors
    ///
    /// As [`evaluate`](Self::evaluate).
    pub fn observe(&self, request: &Request) -> Result<Situation, EvaluateError> {
        let Parts { expected, runner, .. } = &*self.0;
        size::check_request(self.limits(), request)?;
        answered(runner.call(
            self.deadline(|limits| limits.call_deadline),
            |store, guest| lend_request(request, |lent| guest.call_observe(store, lent)),
            |answer| checked(answer, |situation| expected.situation(request, situation.into())),
        ))
    }

    /// The outcome of a situation: the quickest question there is. Indexes out of range are denied.
    ///
    /// # Errors
    ///
    /// [`CallError`] for the policy's failure.
    pub fn decide(&self, situation: Situation) -> Result<Outcome, CallError> {
        let Parts { expected, table, runner, .. } = &*self.0;
        if let Some(table) = table {
            return Ok(table.decide(situation));
        }
        runner.call(
            self.deadline(|limits| limits.call_deadline),
            |store, guest| guest.call_decide(store, types::Situation::from(&situation)),
            |outcome| expected.outcome(&situation, outcome.into()),
        )
    }

    /// The outcomes of many situations, in their order; equal to [`decide`](Self::decide) one by one, and
    /// several times as quick.
    ///
    /// # Errors
    ///
    /// As [`decide`](Self::decide).
    pub fn decide_all(&self, situations: &[Situation]) -> Result<Vec<Outcome>, CallError> {
        let Parts { expected, table, runner, .. } = &*self.0;
        size::check_situations(self.limits(), situations)?;
        if let Some(table) = table {
            return Ok(situations.iter().map(|&situation| table.decide(situation)).collect());
        }
        runner.call(
            self.deadline(|limits| limits.batch_deadline),
            |store, guest| {
                let situations: Vec<_> = situations.iter().map(types::Situation::from).collect();
                guest.call_decide_all(store, &situations)
            },
            |outcomes| expected.outcomes(situations, outcomes.into_iter().map(Outcome::from)),
        )
    }

    /// The same into places that the caller has, so that millions of resources are filtered without an allocation
    /// where the policy has a [`table`](Self::table). Without one, the component is asked in batches of as many as
    /// [`EngineBuilder::situations`](crate::EngineBuilder::situations) allows, each of which takes two lists: Wasmtime
    /// hands out no result that still lies in the component.
    ///
    /// Of two slices that differ in length, the shorter one counts. After an error, some outcomes may be there.
    ///
    /// # Errors
    ///
    /// As [`decide`](Self::decide).
    pub fn decide_into(&self, situations: &[Situation], outcomes: &mut [Outcome]) -> Result<(), CallError> {
        if let Some(table) = &self.0.table {
            table.decide_into(situations, outcomes);
            return Ok(());
        }
        let batch = self.limits().situations.max(1);
        for (situations, outcomes) in situations.chunks(batch).zip(outcomes.chunks_mut(batch)) {
            let count = situations.len().min(outcomes.len());
            outcomes[..count].copy_from_slice(&self.decide_all(&situations[..count])?);
        }
        Ok(())
    }

    /// Its decisions as a table, from which [`decide`](Self::decide) and [`decide_all`](Self::decide_all) answer
    /// without a call: made as it was loaded, unless [`EngineBuilder::table_bytes`](crate::EngineBuilder::table_bytes)
    /// has no room for it.
    pub fn table(&self) -> Option<&Table> {
        self.0.table.as_ref()
    }

    /// The engine that loaded it.
    pub fn engine(&self) -> &Engine {
        self.0.runner.engine()
    }

    fn limits(&self) -> &Limits {
        self.engine().limits()
    }

    fn deadline(&self, which: impl FnOnce(&Limits) -> Span) -> Deadline {
        self.engine().clock().deadline(which(self.limits()))
    }
}

/// What the analysis asks; the same as the methods of these names.
impl Decide for Policy {
    type Error = CallError;

    fn manifest(&self) -> &Manifest {
        self.manifest()
    }

    fn decide_all(&self, situations: &[Situation]) -> Result<Vec<Outcome>, CallError> {
        self.decide_all(situations)
    }
}

/// What the analysis asks in names; the same as the methods of these names.
impl Observe for Policy {
    fn observe(&self, request: &Request) -> Result<Situation, ObserveError<CallError>> {
        self.observe(request).map_err(unanswered)
    }

    fn evaluate(&self, request: &Request) -> Result<Decision, ObserveError<CallError>> {
        self.evaluate(request).map_err(unanswered)
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("name", &self.name())
            .field("version", &self.version())
            .field("digest", &self.digest())
            .finish_non_exhaustive()
    }
}

/// Checks an answer; a request's mistake is an answer too, whose instance is kept.
fn checked<A, T>(
    answer: Result<A, types::RequestError>,
    check: impl FnOnce(A) -> Result<T, Breach>,
) -> Result<Result<T, RequestError>, Breach> {
    match answer {
        Ok(answer) => check(answer).map(Ok),
        Err(mistake) => Ok(Err(mistake.into())),
    }
}

fn unanswered(error: EvaluateError) -> ObserveError<CallError> {
    match error {
        EvaluateError::Request(mistake) => ObserveError::Request(mistake),
        EvaluateError::Call(error) => ObserveError::Call(error),
    }
}

fn answered<T>(answer: Result<Result<T, RequestError>, CallError>) -> Result<T, EvaluateError> {
    Ok(answer??)
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use super::*;
    use crate::TICK;

    #[test]
    fn a_call_that_waited_for_the_processor_past_its_deadline_may_end() {
        let policy = Engine::new().unwrap().load(interlock_policies::TURNSTILE).unwrap();
        let deadline = policy.engine().clock().deadline(TICK.into());
        let situation = types::Situation::from(&Situation::default());
        policy
            .0
            .runner
            .call(
                deadline,
                |store, guest| {
                    thread::sleep(10 * TICK + Duration::from_millis(1));
                    guest.call_decide(store, situation)
                },
                Ok,
            )
            .unwrap();
        assert!(deadline.used(policy.engine().clock()) > TICK);
    }
}
