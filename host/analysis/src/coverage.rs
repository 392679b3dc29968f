//! What cases show of a policy, counted in the policy's own terms.
//!
//! A [`Goal`] is one thing that cases can show: that a cell allows, that a condition alone decides there, that an
//! effect follows. [`Coverage::count`] lists the goals of a policy, found from its answers, and the samples that
//! show them. What no request can produce is excused by [`Coverage::excuse`], with a reason. [`stubs()`] looks for
//! requests that show what is missing.

mod count;
mod explore;
mod goal;
mod infeasible;
mod stub;

pub use count::{Coverage, Evidence, Sample, Tally, Tracked};
pub use explore::Material;
pub use goal::{CellKey, Goal, Measure};
pub use infeasible::{ExcuseError, Infeasible, InfeasibleList};
pub use stub::{Stub, stubs};
