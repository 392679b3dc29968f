//! Interlock beside other policy engines, with the same rules and the same questions.
//!
//! [`facts`] asks with conditions that the caller has already answered; [`names`] asks with resources, and the
//! engines answer the conditions themselves. In each, one file an engine shows how that engine is driven, and `agree`
//! holds every engine against Interlock. `benches/README.md` says why each is driven as it is.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "an engine that does not answer has nothing to be measured"
)]

pub mod facts;
pub mod names;

/// An engine that has the rules, as one thread drives it.
pub trait Engine: Clone + Send {
    /// What the caller has, in types of its own.
    type Question: Sync;
    /// What the engine is asked with.
    type Request<'q>;

    /// Builds what the engine is asked with from what the caller has.
    fn request<'q>(&self, question: &'q Self::Question) -> Self::Request<'q>;

    /// Asks.
    fn permits(&mut self, request: &Self::Request<'_>) -> bool;

    /// Builds and asks.
    fn answer(&mut self, question: &Self::Question) -> bool {
        let request = self.request(question);
        self.permits(&request)
    }
}
