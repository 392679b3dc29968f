use interlock_model::{Manifest, Outcome, Situation};

/// Anything that answers situations as a policy does: a component behind a host, a native library, a table.
///
/// ```
/// use std::convert::Infallible;
///
/// use interlock_analysis::Decide;
/// use interlock_model::{Cause, Manifest, Outcome, Situation, Verdict};
///
/// /// Refuses everything.
/// struct Closed(Manifest);
///
/// impl Decide for Closed {
///     type Error = Infallible;
///
///     fn manifest(&self) -> &Manifest {
///         &self.0
///     }
///
///     fn decide_all(&self, situations: &[Situation]) -> Result<Vec<Outcome>, Infallible> {
///         let cause = Cause::NotInMode;
///         let refused = Outcome { verdict: Verdict::Deny, cause, reasons: 0, next_state: None, effects: 0 };
///         Ok(vec![refused; situations.len()])
///     }
/// }
/// ```
pub trait Decide {
    /// Why no answer came at all; never a refusal, which is an answer.
    type Error: std::error::Error + Send + Sync + 'static;

    /// What the policy says of itself; the indexes of situations and outcomes point into it.
    fn manifest(&self) -> &Manifest;

    /// The outcomes of many situations, in their order, one for each.
    ///
    /// # Errors
    ///
    /// Whatever kept the policy from answering: a trap, a limit.
    fn decide_all(&self, situations: &[Situation]) -> Result<Vec<Outcome>, Self::Error>;
}

impl<D: Decide + ?Sized> Decide for &D {
    type Error = D::Error;

    fn manifest(&self) -> &Manifest {
        (**self).manifest()
    }

    fn decide_all(&self, situations: &[Situation]) -> Result<Vec<Outcome>, Self::Error> {
        (**self).decide_all(situations)
    }
}
