//! The comparison of two policies for a browser, which runs the policies itself: [`compare`], as a component on
//! WebAssembly and as a plain function elsewhere. What is compared, and how, is `interlock_analysis::diff`.

#[cfg(target_family = "wasm")]
mod component;

use std::sync::atomic::{AtomicU64, Ordering};

use interlock_analysis::diff::{Comparison, Diff, Review, sample};
use interlock_analysis::{Answers, Observe, Options};

/// What was found, as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    /// What `interlock diff --format json` prints.
    pub comparison: String,
    /// The same in sentences: a [`Review`].
    pub review: String,
}

/// Compares every decision of two policies, and what their conditions mean on samples.
///
/// - `progress`: told now and then how much was asked of both, situations and requests.
///
/// # Errors
///
/// One sentence: what keeps the two from being compared, or which of them did not answer.
pub fn compare<O, N>(old: &O, new: &N, progress: &(dyn Fn(u64) + Sync)) -> Result<Findings, String>
where
    O: Observe + Sync,
    N: Observe<Error = O::Error> + Sync,
{
    let options = Options::default();
    let done = AtomicU64::new(0);
    // Each part counts from nought.
    let part = |asked: u64| progress(done.load(Ordering::Relaxed) + asked);
    let count = |answers: &Answers<'_>| done.fetch_add(answers.enumeration().situations(), Ordering::Relaxed);

    let unanswered = |which: &str, error: &dyn std::fmt::Display| format!("the {which} policy: {error}");
    let before = Answers::ask(old, &options, &part).map_err(|error| unanswered("old", &error))?;
    count(&before);
    let after = Answers::ask(new, &options, &part).map_err(|error| unanswered("new", &error))?;
    count(&after);
    let exact = Diff::new(&before, &after).map_err(|error| error.to_string())?;
    let sampled = sample(old, new, &[], &part).map_err(|error| error.to_string())?;

    let comparison = Comparison { exact, sampled };
    let review = Review::of(&comparison);
    let unwritten = |error: serde_json::Error| error.to_string();
    Ok(Findings {
        comparison: serde_json::to_string(&comparison).map_err(unwritten)?,
        review: serde_json::to_string(&review).map_err(unwritten)?,
    })
}
