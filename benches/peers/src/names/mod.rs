//! In names, with related resources: may this user edit or delete this backup of a federated site?
//!
//! Both ask for a role that may, and for ownership or a full share. Deleting also asks that some active, reachable cluster has a
//! valid connection to the location that the backup is in. Each engine answers these questions in its own language,
//! as far as the language can.

mod casbin;
mod case;
mod cedar;
mod cel;
mod interlock;
mod regorus;

pub use casbin::Casbin;
pub use case::{Action, Backup, Case, Cluster, Connection, Location, Schedule, User, draw, of_the_owner};
pub use cedar::Cedar;
pub use cel::Cel;
pub use interlock::{Interlock, native};
pub use regorus::Regorus;

use std::sync::Arc;

use crate::Engine;

/// The states from which a backup can be edited, and deleted.
const EDITABLE: &[&str] = &["success", "partial-success", "failure"];
const DELETABLE: &[&str] =
    &["success", "partial-success", "failure", "in-progress", "cloud-backup-missing", "aborted"];

/// The role that may with any backup, and those that may with their own and what is fully shared with them.
const ADMIN: &str = "px-backup-super.admin";
const ROLES: &[&str] = &["px-backup-infra.admin", "px-backup-app.user", "custom"];

/// Holds every engine against Interlock, on `count` cases, and returns how many are permitted.
///
/// # Panics
///
/// Where one says otherwise; the message has the case.
pub fn agree(mut interlock: impl Engine<Question = Arc<Case>>, count: usize) -> usize {
    let cases = draw(count);
    let expected: Vec<bool> = cases.iter().map(|case| interlock.answer(case)).collect();
    check("cedar", Cedar::new(), &cases, &expected);
    check("regorus", Regorus::new(), &cases, &expected);
    check("casbin", Casbin::new(), &cases, &expected);
    check("cel", Cel::new(), &cases, &expected);
    expected.into_iter().filter(|&permitted| permitted).count()
}

fn check(name: &str, mut engine: impl Engine<Question = Arc<Case>>, cases: &[Arc<Case>], expected: &[bool]) {
    for (case, &expected) in cases.iter().zip(expected) {
        assert_eq!(engine.answer(case), expected, "{name}: {case:?}");
    }
}
