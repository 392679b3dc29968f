//! The policy contract (`wit/policy.wit`) as plain Rust types, with the JSON forms that the
//! program, the service and the browser share.
//!
//! No Wasmtime and no policy here: hosts, analyses and browsers all speak these types.
//!
//! ```
//! use interlock_model::{Coverage, Request};
//!
//! let request: Request = serde_json::from_str(
//!     r#"{"mode": "normal", "action": "coin", "target": {"kind": "turnstile", "id": "t1", "state": "locked"}}"#,
//! )?;
//! assert_eq!(request.coverage, Coverage::Partial);
//! # Ok::<(), serde_json::Error>(())
//! ```

mod attributes;
mod decision;
mod manifest;
mod names;
mod packed;
mod request;
mod situation;
mod world;

pub use attributes::{Attribute, Attributes};
pub use decision::{Decision, Effect, Reason, Reference, Verdict, WayOut};
pub use manifest::{
    ActionClass, ActionInfo, Branch, Certainty, ConditionClass, ConditionInfo, EffectInfo, Grant, InputInfo,
    KindInfo, Manifest, Offer, Provenance, Rule, Scope, StateInfo,
};
pub use names::Names;
pub use packed::{Packed, UnpackError};
pub use request::{Coverage, Observation, Request, RequestError, Subject, SurveyQuery};
pub use situation::{Answer, Cause, Outcome, Situation};
pub use world::{ABSENT, ApplyError, World, WorldError};
