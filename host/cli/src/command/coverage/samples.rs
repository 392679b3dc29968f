use interlock::{EvaluateError, Policy};
use interlock_analysis::cases::Case;
use interlock_analysis::coverage::Sample;

use crate::failure::Failure;
use interlock_checks::{Loaded, Suite};

/// What the cases of a suite came to, and which they are.
pub(super) struct Samples<'s> {
    pub(super) samples: Vec<Sample>,
    /// The case of each sample.
    pub(super) cases: Vec<(&'s Loaded, &'s Case)>,
}

/// Observes every case; those that want the request refused show nothing.
pub(super) fn observe<'s>(suite: &'s Suite, policy: &Policy) -> Result<Samples<'s>, Failure> {
    let mut samples = Samples { samples: Vec::new(), cases: Vec::new() };
    for loaded in &suite.files {
        for case in loaded.file.cases() {
            let situation = match policy.observe(&case.request) {
                Ok(situation) => situation,
                Err(EvaluateError::Request(_)) => continue,
                Err(EvaluateError::Call(failure)) => return Err(Failure::Call(failure)),
            };
            let roles = case.request.subject.iter().flat_map(|subject| subject.roles.clone()).collect();
            samples.samples.push(Sample { situation, roles });
            samples.cases.push((loaded, case));
        }
    }
    Ok(samples)
}
