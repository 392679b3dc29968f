//! What can be known of a policy because everything it can say is finite.
//!
//! [`Decide`] is anything that answers situations. [`Enumeration`] lists every situation there is, and
//! [`check()`] asks them all and tells which [`Law`]s the answers keep. Nothing here runs WebAssembly or knows
//! what a policy is about.
//!
//! ```
//! use interlock_analysis::{Decide, Options, check};
//!
//! fn admit(policy: &impl Decide) -> Result<bool, Box<dyn std::error::Error>> {
//!     let report = check(policy, &Options::default())?;
//!     for counterexample in report.broken() {
//!         eprintln!("law `{}` is broken: {counterexample}", counterexample.law);
//!     }
//!     Ok(report.holds())
//! }
//! ```

mod answers;
mod ask;
mod assignment;
pub mod authored;
pub mod cases;
mod check;
pub mod coverage;
mod decide;
pub mod diff;
mod enumerate;
mod export;
mod grants;
mod laws;
mod observe;
mod parallel;
mod path;
mod reproduce;
pub mod sheet;
mod table;
mod transition;
mod who;
pub mod words;

pub use answers::{AnsweredCell, Answers, AskError};
pub use assignment::{MAX_CONDITIONS, assignment, assignment_index, assignments};
pub use check::{CheckError, LawReport, Options, Report, Status, check, check_instances};
pub use decide::Decide;
pub use enumerate::{Enumeration, TooManySituations, Triple};
pub use export::{ExportFormat, export};
pub use grants::{GrantsReport, GrantsStatus, check_grants};
pub use laws::{Counterexample, Law, Witness};
pub use observe::{Observe, ObserveError};
pub use path::{Paths, Step, shortest_paths};
pub use reproduce::reproduce;
pub use table::Table;
pub use transition::{Transition, transitions};
pub use who::{Who, WhoCan, who_can};
