use interlock::{EvaluateError, Policy};
use interlock_analysis::cases::{Case, Difference, differences};
use interlock_model::Manifest;

use crate::exit;
use crate::failure::Failure;
use crate::names;
use interlock_checks::{Loaded, Suite};

/// What came of the cases of a suite.
pub(super) struct Run<'s> {
    /// Name and version of the policy.
    pub(super) policy: String,
    /// Each file of which a case was run, with its cases.
    pub(super) files: Vec<(&'s Loaded, Vec<Ran<'s>>)>,
    /// Files that ask another policy.
    pub(super) skipped: &'s [(String, String)],
}

/// What came of one case.
pub(super) struct Ran<'s> {
    pub(super) case: &'s Case,
    /// Empty where the answer is as wanted.
    pub(super) differences: Vec<Difference>,
}

impl<'s> Run<'s> {
    /// Asks the policy every case that the filter lets through.
    ///
    /// # Errors
    ///
    /// [`Failure::Usage`] where it lets none through, [`Failure::Call`] where the policy does not answer.
    pub(super) fn of(suite: &'s Suite, policy: &Policy, filter: Option<&str>) -> Result<Self, Failure> {
        let mut files = Vec::new();
        for loaded in &suite.files {
            let mut cases = Vec::new();
            for case in loaded.file.cases().iter().filter(|case| chosen(loaded, case, filter)) {
                cases.push(Ran { case, differences: ask(policy, case)? });
            }
            if !cases.is_empty() {
                files.push((loaded, cases));
            }
        }
        if let (true, Some(filter)) = (files.is_empty(), filter) {
            return Err(Failure::Usage(format!("no case has `{filter}` in its file or name")));
        }
        let policy = format!("{} {}", policy.name(), policy.version());
        Ok(Self { policy, files, skipped: &suite.skipped })
    }

    /// Every case with its file.
    pub(super) fn cases(&self) -> impl Iterator<Item = (&'s Loaded, &Ran<'s>)> {
        self.files.iter().flat_map(|(loaded, cases)| cases.iter().map(move |ran| (*loaded, ran)))
    }

    /// How many cases were run.
    pub(super) fn total(&self) -> usize {
        self.cases().count()
    }

    /// How many were answered otherwise than wanted.
    pub(super) fn failed(&self) -> usize {
        self.cases().filter(|(_, ran)| !ran.differences.is_empty()).count()
    }

    /// How many are marked as still to be reviewed.
    pub(super) fn to_review(&self) -> usize {
        self.cases().filter(|(loaded, ran)| loaded.written(ran.case).review.is_some()).count()
    }
}

fn chosen(loaded: &Loaded, case: &Case, filter: Option<&str>) -> bool {
    filter.is_none_or(|text| loaded.name.contains(text) || case.to_string().contains(text))
}

fn ask(policy: &Policy, case: &Case) -> Result<Vec<Difference>, Failure> {
    let answer = match policy.evaluate(&case.request) {
        Ok(decision) => Ok(decision),
        Err(EvaluateError::Request(mistake)) => Err(mistake),
        Err(EvaluateError::Call(failure)) => return Err(Failure::Call(failure)),
    };
    let differences = differences(&case.want, &answer);
    if !differences.is_empty() {
        warn_of_near_misses(policy.manifest(), case);
    }
    Ok(differences)
}

/// What the policy does not read may be why a case fails.
fn warn_of_near_misses(manifest: &Manifest, case: &Case) {
    let request = &case.request;
    let resources = std::iter::once(&request.target).chain(&request.related);
    for miss in names::near_misses(manifest, &request.subject, resources, &request.parameters) {
        exit::warn(&format!("line {}, case `{}`: {miss}", case.line, case.name));
    }
}
