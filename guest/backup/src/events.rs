//! Events that happen to more than one kind; the others stand with their kind.

use interlock_rules::Action;

pub(crate) static VALIDATION_SUCCEEDED: Action =
    Action::event("validation-succeeded", "A validation ended well.");
pub(crate) static VALIDATION_FAILED: Action =
    Action::event("validation-failed", "A validation ended with an error.");
pub(crate) static DELETE_COMPLETED: Action =
    Action::event("delete-completed", "A deletion that was accepted is done.");
pub(crate) static STARTED: Action = Action::event("started", "It runs from now on.");
pub(crate) static ABORTED: Action = Action::event("aborted", "It was stopped before its end.");
pub(crate) static CLOUD_OBJECTS_MISSING: Action =
    Action::event("cloud-objects-missing", "Data is no longer found in the location.");
pub(crate) static NAMESPACE_MISSING_AT_RUN: Action =
    Action::event("namespace-missing-at-run", "A namespace to back up does not exist when the run starts.");
