use interlock_model::{Decision, Request, RequestError, Situation};
use thiserror::Error;

use crate::Decide;

/// A policy that can also be asked in names: what the conditions of a request come to, and what follows.
///
/// [`Decide`] sees everything that a policy can decide, and nothing of what its conditions mean; this is the way
/// to see that, request by request.
pub trait Observe: Decide {
    /// The cell of a request, and what its conditions come to.
    ///
    /// # Errors
    ///
    /// [`ObserveError`] where the request is wrong or the policy did not answer.
    fn observe(&self, request: &Request) -> Result<Situation, ObserveError<Self::Error>>;

    /// The decision about a request, in names and sentences.
    ///
    /// # Errors
    ///
    /// As [`observe`](Self::observe).
    fn evaluate(&self, request: &Request) -> Result<Decision, ObserveError<Self::Error>>;
}

impl<O: Observe + ?Sized> Observe for &O {
    fn observe(&self, request: &Request) -> Result<Situation, ObserveError<Self::Error>> {
        (**self).observe(request)
    }

    fn evaluate(&self, request: &Request) -> Result<Decision, ObserveError<Self::Error>> {
        (**self).evaluate(request)
    }
}

/// Why a request has no situation and no decision.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ObserveError<E> {
    /// The policy cannot make sense of it: an answer, and the same one every time.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The policy did not answer.
    #[error("the policy did not answer a request")]
    Call(#[source] E),
}
