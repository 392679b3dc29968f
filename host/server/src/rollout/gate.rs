//! What a candidate must pass: each step in turn, until one fails.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use interlock::{Engine, EvaluateError, Policy};
use interlock_analysis::authored::{AuthoredStatus, check_authored};
use interlock_analysis::cases::differences;
use interlock_analysis::diff::{Class, Diff};
use interlock_analysis::{Answers, GrantsStatus, Options, check_grants};
use interlock_checks::LawsFile;

use super::record::{DiffSummary, Step, StepReport, StepResult};
use crate::candidate::Candidate;
use crate::chain::chain;
use crate::config::{Budget, Grants, PolicyConfig, Versions, WhenExceeded};
use crate::signature::Keys;

/// The gate of one policy's candidates. It blocks: a candidate is compiled, asked everything, and compared.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) engine: Engine,
    pub(crate) config: Arc<PolicyConfig>,
    pub(crate) keys: Keys,
}

/// What came of a candidate.
pub(crate) enum Verdict {
    /// Every step passed.
    Passed(Passed),
    /// A step is for an operator to decide.
    Held(Passed),
    /// A step failed.
    Refused,
}

/// A candidate that may answer.
pub(crate) struct Passed {
    pub(crate) policy: Policy,
    pub(crate) signed_by: Option<String>,
    pub(crate) diff: Option<DiffSummary>,
}

/// What a step came to.
struct Outcome<T> {
    result: StepResult,
    detail: String,
    value: T,
}

fn passed<T>(detail: impl Into<String>, value: T) -> Outcome<T> {
    Outcome { result: StepResult::Passed, detail: detail.into(), value }
}

fn skipped<T>(detail: impl Into<String>, value: T) -> Outcome<T> {
    Outcome { result: StepResult::Skipped, detail: detail.into(), value }
}

impl Gate {
    /// Takes every step from `revocation` to `diff`.
    ///
    /// - `present`: what answers; none where nothing does.
    /// - `report`: told what each step came to, as it ends.
    pub(crate) fn check(
        &self,
        candidate: &Candidate,
        present: Option<&Policy>,
        report: &mut dyn FnMut(StepReport),
    ) -> Verdict {
        let mut held = false;
        let mut take = |step: Step, work: &mut dyn FnMut() -> Result<(StepResult, String), String>| {
            let began = Instant::now();
            let (result, detail) = work().unwrap_or_else(|why| (StepResult::Failed, why));
            held |= result == StepResult::Held;
            let milliseconds = began.elapsed().as_millis() as u64;
            report(StepReport { step, result, detail, milliseconds });
            result != StepResult::Failed
        };
        let (mut policy, mut signed_by, mut diff) = (None, None, None);
        let mut fine = take(Step::Revocation, &mut || self.revocation(candidate));
        fine = fine && take(Step::Signature, &mut || told(self.signature(candidate)?, &mut signed_by));
        fine = fine && take(Step::Load, &mut || told(self.load(candidate)?, &mut policy));
        let Some(policy) = policy.filter(|_| fine) else { return Verdict::Refused };
        fine = take(Step::Version, &mut || self.version(&policy, present))
            && take(Step::Laws, &mut || self.laws(&policy, candidate))
            && take(Step::Cases, &mut || self.cases(&policy, candidate))
            && take(Step::Diff, &mut || told(self.diff(&policy, present)?, &mut diff));
        let passed = Passed { policy, signed_by, diff };
        match (fine, held) {
            (false, _) => Verdict::Refused,
            (true, true) => Verdict::Held(passed),
            (true, false) => Verdict::Passed(passed),
        }
    }

    /// Whether a version that was kept may answer again: what may have been revoked since, and that it still loads.
    pub(crate) fn restore(&self, candidate: &Candidate) -> Result<Passed, String> {
        self.revocation(candidate)?;
        let signed_by = self.signature(candidate)?.value;
        let policy = self.load(candidate)?.value;
        policy.map(|policy| Passed { policy, signed_by, diff: None }).ok_or_else(String::new)
    }

    fn revocation(&self, candidate: &Candidate) -> Result<(StepResult, String), String> {
        match self.config.revoked.contains(&candidate.digest) {
            true => Err(format!("{} is revoked", candidate.digest)),
            false if self.config.revoked.is_empty() => {
                Ok((StepResult::Skipped, "no digest is revoked".to_owned()))
            }
            false => Ok((StepResult::Passed, "not revoked".to_owned())),
        }
    }

    fn signature(&self, candidate: &Candidate) -> Result<Outcome<Option<String>>, String> {
        if self.keys.is_empty() {
            return Ok(skipped("no key is demanded", None));
        }
        let signer = self.keys.verify(&candidate.bytes, candidate.signature.as_deref())?;
        Ok(passed(format!("signed by key {signer}"), Some(signer)))
    }

    fn load(&self, candidate: &Candidate) -> Result<Outcome<Option<Policy>>, String> {
        match self.engine.load(&candidate.bytes) {
            Ok(policy) => {
                let detail = format!(
                    "{} {}, {} situations, every built-in law holds",
                    policy.name(),
                    policy.version(),
                    policy.report().situations
                );
                Ok(passed(detail, Some(policy)))
            }
            Err(error) => Err(format!("step `{}`: {}", error.step(), chain(&error))),
        }
    }

    fn version(&self, policy: &Policy, present: Option<&Policy>) -> Result<(StepResult, String), String> {
        let Some(present) = present else {
            return Ok((StepResult::Skipped, "nothing answers yet".to_owned()));
        };
        if policy.name() != present.name() {
            return Err(format!(
                "it is policy `{}`, and `{}` answers: another policy needs a name of its own",
                policy.name(),
                present.name()
            ));
        }
        let change = format!("{} after {}", policy.version(), present.version());
        if self.config.versions == Versions::Any {
            return Ok((StepResult::Passed, format!("{change}, any may follow")));
        }
        let higher = |one: &Policy, other: &Policy| -> Option<bool> {
            let parse = |policy: &Policy| semver::Version::parse(policy.version()).ok();
            Some(parse(one)? > parse(other)?)
        };
        match higher(policy, present) {
            Some(true) => Ok((StepResult::Passed, change)),
            _ => Err(format!("{change}: versions only go up, unless `versions` is \"any\"")),
        }
    }

    fn laws(&self, policy: &Policy, candidate: &Candidate) -> Result<(StepResult, String), String> {
        let grants =
            match (check_grants(policy).map_err(|error| chain(&error))?.status, self.config.rollout.grants) {
                (GrantsStatus::Holds, _) => "grants are as the manifest says".to_owned(),
                (GrantsStatus::Broken { text, .. }, Grants::Demand) => return Err(text),
                (GrantsStatus::Broken { text, .. }, Grants::Tell) => format!("told, not demanded: {text}"),
            };
        let files: Vec<&PathBuf> = self.config.rollout.laws.iter().chain(&candidate.laws).collect();
        if files.is_empty() {
            return Ok((StepResult::Passed, format!("{grants}; no file of laws is named")));
        }
        let answers = Answers::ask(policy, &Options::default(), &|_| {}).map_err(|error| chain(&error))?;
        let (mut held, mut broken) = (0, Vec::new());
        for path in files {
            let file = LawsFile::read(path).map_err(|error| chain(&error))?;
            let reports = check_authored(&file.laws, &answers).map_err(|error| {
                let (line, column) = file.place(&error);
                format!("`{}`, line {line}, column {column}: {error}", path.display())
            })?;
            for report in reports {
                match report.status {
                    AuthoredStatus::Holds => held += 1,
                    AuthoredStatus::Idle => {
                        broken
                            .push(format!("law `{}` speaks of nothing that the policy has", report.law.name));
                    }
                    AuthoredStatus::Broken { counterexample, .. } => {
                        broken.push(format!("law `{}`: {}", report.law.name, counterexample.text));
                    }
                }
            }
        }
        match broken.as_slice() {
            [] => Ok((StepResult::Passed, format!("{grants}; {held} laws hold"))),
            broken => Err(listed(broken)),
        }
    }

    fn cases(&self, policy: &Policy, candidate: &Candidate) -> Result<(StepResult, String), String> {
        let paths: Vec<PathBuf> = self.config.rollout.cases.iter().chain(&candidate.cases).cloned().collect();
        if paths.is_empty() {
            return Ok((StepResult::Skipped, "no case is named".to_owned()));
        }
        let suite = interlock_checks::read(&paths, policy.manifest()).map_err(|error| chain(&error))?;
        let (mut total, mut failed) = (0, Vec::new());
        for loaded in &suite.files {
            for case in loaded.file.cases() {
                total += 1;
                let answer = match policy.evaluate(&case.request) {
                    Ok(decision) => Ok(decision),
                    Err(EvaluateError::Request(mistake)) => Err(mistake),
                    Err(EvaluateError::Call(error)) => return Err(chain(&error)),
                };
                if let Some(difference) = differences(&case.want, &answer).first() {
                    failed.push(format!(
                        "`{}`, case `{case}`: {} wanted {}, got {}",
                        loaded.name, difference.field, difference.wanted, difference.got
                    ));
                }
            }
        }
        match failed.as_slice() {
            [] => Ok((StepResult::Passed, format!("{total} cases are answered as they want"))),
            failed => Err(format!("{} of {total} cases: {}", failed.len(), listed(failed))),
        }
    }

    fn diff(
        &self,
        policy: &Policy,
        present: Option<&Policy>,
    ) -> Result<Outcome<Option<DiffSummary>>, String> {
        let Some(present) = present else { return Ok(skipped("nothing answers yet", None)) };
        let options = Options::default();
        let ask = |policy| Answers::ask(policy, &options, &|_| {});
        let before = ask(present).map_err(|error| chain(&error))?;
        let after = ask(policy).map_err(|error| chain(&error))?;
        let diff = Diff::new(&before, &after).map_err(|error| chain(&error))?;
        let summary = DiffSummary::of(&diff);
        let changed: Vec<String> = (summary.changed.iter())
            .filter(|(_, situations)| **situations > 0)
            .map(|(class, situations)| format!("{situations} {class}"))
            .collect();
        let told = match changed.as_slice() {
            [] => format!("no decision of {} differs", summary.compared),
            changed => format!("of {} situations {}", summary.compared, changed.join(", ")),
        };
        let exceeded: Vec<String> =
            self.config.rollout.budget.iter().filter_map(|budget| exceeded(budget, &diff)).collect();
        let result = match (exceeded.is_empty(), self.config.rollout.when_exceeded) {
            (true, _) => StepResult::Passed,
            (false, WhenExceeded::Hold) => StepResult::Held,
            (false, WhenExceeded::Refuse) => StepResult::Failed,
        };
        let detail = match exceeded.as_slice() {
            [] => told,
            exceeded => format!("{told}; beyond the budget: {}", listed(exceeded)),
        };
        Ok(Outcome { result, detail, value: Some(summary) })
    }
}

fn told<T>(outcome: Outcome<T>, place: &mut T) -> Result<(StepResult, String), String> {
    *place = outcome.value;
    Ok((outcome.result, outcome.detail))
}

/// What of a difference is more than a budget allows, as a sentence; none where it is not.
fn exceeded(budget: &Budget, diff: &Diff) -> Option<String> {
    let fits = |name: &Option<String>, it: &str| name.as_deref().is_none_or(|name| name == it);
    let cells = diff.cells.iter().filter(|cell| {
        fits(&budget.mode, &cell.mode) && fits(&budget.kind, &cell.kind) && fits(&budget.action, &cell.action)
    });
    let of_class = |class: Class| class.name() == budget.class;
    let (mut situations, mut first) = (0, None);
    for cell in cells {
        for change in cell.changes.iter().filter(|change| of_class(change.class)) {
            situations += change.situations;
            first.get_or_insert(cell);
        }
    }
    let cell = first.filter(|_| situations > budget.at_most)?;
    Some(format!(
        "{situations} situations {}, allowed {}, such as `{}` on `{}` in state `{}`, mode `{}`",
        budget.class, budget.at_most, cell.action, cell.kind, cell.state, cell.mode
    ))
}

/// The first of some sentences, and how many more there are.
fn listed(sentences: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut text = sentences.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("; ");
    if sentences.len() > SHOWN {
        text.push_str(&format!("; and {} more", sentences.len() - SHOWN));
    }
    text
}
