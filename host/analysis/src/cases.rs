//! Cases: requests and the answers that are wanted of them, written as data.
//!
//! A folder of case files may have a [`Cast`]: subjects and resources that its cases speak of by name, and the
//! resources that are there in every case of a mode. A [`CaseFile`] is read beside it and gives [`Case`]s, one
//! for each mode and state that a written case lists. [`differences`] tells how an answer differs from what is
//! wanted.
//!
//! ```
//! use interlock_analysis::cases::{CaseFile, Cast};
//!
//! let file = CaseFile::parse(
//!     r#"{
//!       "about": "A turnstile.",
//!       "resources": { "west": { "kind": "turnstile", "id": "west", "state": "locked" } },
//!       "cases": [{
//!         "name": "a coin must be known to fall", "mode": "normal", "action": "coin",
//!         "target": { "like": "west", "state": ["locked", "unlocked"] },
//!         "want": { "verdict": "depends", "reasons": ["not-jammed"] }
//!       }]
//!     }"#,
//!     &Cast::default(),
//! )?;
//! let states: Vec<&str> = file.cases().iter().map(|case| &*case.request.target.state).collect();
//! assert_eq!(states, ["locked", "unlocked"]);
//! # Ok::<(), interlock_analysis::cases::CaseError>(())
//! ```

mod compare;
mod error;
mod names;
mod stage;
mod want;
mod written;

pub use compare::{Difference, differences};
pub use error::CaseError;
pub use names::check_names;
pub use stage::{Case, CaseFile};
pub use want::{Want, WantedDecision, WantedError};
pub use written::{Cast, Changed, OneOrMany, Resource, Written};
