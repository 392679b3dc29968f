//! Loads policy components, bounds them, asks them, replaces them: what other services embed.
//!
//! A policy is one WebAssembly component that imports nothing. It answers, for a resource in a state: may this
//! action be taken, why not, which state comes next, what else follows. Start with [`Engine`], which loads a
//! [`Policy`]; a [`LivePolicy`] is replaced while it is asked.
//!
//! ```
//! use interlock::{Engine, model::Request};
//!
//! let engine = Engine::new()?;
//! # let bytes = interlock_policies::TURNSTILE;
//! let policy = engine.load(bytes)?;
//! let request: Request = serde_json::from_str(
//!     r#"{"mode": "normal", "action": "push", "target": {"kind": "turnstile", "id": "t1", "state": "locked"}}"#,
//! )?;
//! let decision = policy.evaluate(&request)?;
//! println!("{}", decision.verdict.as_str());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is promised
//!
//! - Nothing of a policy runs before its bytes are known to be a component of a contract version that this host
//!   knows, with one core module and no import; none answers before its manifest is consistent and the built-in
//!   laws hold on every situation. [`LoadError`] names the step that failed.
//! - Every call is bounded: memory, time, stack, tables, the sizes of what goes in and comes out. Each limit is
//!   a setting of [`EngineBuilder`] with a default.
//! - Every answer keeps the contract, or it is an error: an index out of range, an unknown name, a refusal
//!   without a reason are never passed on. Who enforces treats an error as a refusal.
//! - An instance that traps, exceeds a limit or breaks the contract is dropped. The next call gets another one.
//! - All types are [`Send`] and [`Sync`]; calls from many threads do not wait for each other.

mod answer;
mod bindings;
mod cache;
mod clock;
mod convert;
#[cfg(test)]
mod door;
mod engine;
mod error;
mod inspect;
mod limits;
mod live;
mod load;
mod manifest;
mod policy;
mod pool;
mod runner;
mod size;

pub use interlock_analysis as analysis;
pub use interlock_model as model;

pub use cache::{CacheError, CacheMiss, CacheUse};
pub use engine::{Engine, EngineBuilder, TICK};
pub use error::{
    Breach, CallError, Cause, EngineError, EvaluateError, LoadError, NotComponent, ShapeError, Step,
};
pub use inspect::{Facts, KNOWN_CONTRACTS, inspect};
pub use live::{FollowEvent, Follower, LivePolicy};
pub use manifest::{ManifestError, ManifestProblem};
pub use policy::Policy;
