//! Row 9: connections of a backup location and a cluster; federated mode only. Each pair is judged alone, so
//! one location can be valid for one cluster and invalid for another. Who manages them is OPEN-16.

use interlock_rules::{Action, Kind, Provenance, Rule, State};

use crate::actions::{CREATE, DELETE, EDIT, VALIDATE, VIEW};
use crate::effects::{
    CONNECTIONS_VALIDATED, ELIGIBLE, LEFT_IN_PROGRESS_FAILED, REASON_KEPT, VALIDATION_QUEUED,
};
use crate::events::{VALIDATION_FAILED, VALIDATION_SUCCEEDED};
use crate::modes::FEDERATED;
use questions::STATE_LEFT_ALONE;

static VALIDATION_STARTED: Action =
    Action::event("validation-started", "The cluster tries to reach the location.");
static VALIDATION_TIMEOUT: Action =
    Action::event("validation-timeout", "The validation did not end in time.");
static IDENTITY_PERMISSION_REMOVED: Action = Action::event(
    "identity-permission-removed",
    "The cluster's identity lost its permission; the next validation finds out.",
);
static IDENTITY_PERMISSION_GRANTED: Action = Action::event(
    "identity-permission-granted",
    "The cluster's identity has its permission; the next validation finds out.",
);
static VALIDATION_FAILED_ELSEWHERE: Action = Action::event(
    "validation-failed-elsewhere",
    "The same location failed its validation for another cluster.",
);

pub(super) static LOCATION_CLUSTER_CONNECTION: Kind = Kind::new(
    "location-cluster-connection",
    "Backup location – cluster connection",
    "connection",
    &[
        State::new(
            "valid",
            "Valid",
            "The cluster reaches the location by Workload Identity: backup, restore and sync may go through it.",
            Provenance::stated("SM"),
        ),
        State::new(
            "invalid",
            "Invalid",
            "The cluster cannot reach the location, mostly for want of identity permissions.",
            Provenance::stated("SM").note("The API's Failed; its value 0 means unset."),
        ),
        State::new("pending", "Pending", "Validation is queued.", Provenance::implied("API")),
        State::new("in-progress", "In Progress", "Validation is running.", Provenance::implied("API")),
    ],
    Provenance::stated("SM"),
)
.only_in(FEDERATED)
.seen_by(&[
    "subject.roles", "subject.state",
    "related.location-cluster-connection.location", "related.location-cluster-connection.cluster",
    "related.backup-location.access",
    "related.cluster.access",
])
.rules(&[
    Rule::of(&CREATE)
        .from(&["absent"])
        .to("pending")
        .effects(&[&VALIDATION_QUEUED])
        .source(Provenance::inferred("T74 API").note("By editing the location's list of clusters.")),
    Rule::of(&VIEW).from(&["valid", "invalid", "pending", "in-progress"]).source(Provenance::stated("API OPEN-16")),
    Rule::of(&EDIT)
        .from(&["valid", "invalid", "pending", "in-progress"])
        .requires(&[&STATE_LEFT_ALONE])
        .source(Provenance::stated("API").note("There is nothing to edit but the state, which the platform writes.")),
    Rule::of(&VALIDATE)
        .from(&["valid", "invalid", "pending", "in-progress"])
        .to("in-progress")
        .effects(&[&CONNECTIONS_VALIDATED])
        .source(Provenance::stated("T79 API")),
    Rule::of(&DELETE)
        .from(&["valid", "invalid", "pending", "in-progress"])
        .to("absent")
        .source(Provenance::chosen("G14").note("The cluster leaves the location's list.")),
    Rule::of(&VALIDATION_STARTED).from(&["pending"]).to("in-progress").source(Provenance::stated("T75 API")),
    Rule::of(&VALIDATION_SUCCEEDED)
        .from(&["in-progress"])
        .to("valid")
        .effects(&[&ELIGIBLE])
        .source(Provenance::stated("T76 SM API")),
    Rule::of(&VALIDATION_FAILED)
        .from(&["in-progress"])
        .to("invalid")
        .effects(&[&REASON_KEPT])
        .source(Provenance::stated("T77 SM API")),
    Rule::of(&VALIDATION_TIMEOUT)
        .from(&["in-progress"])
        .to("invalid")
        .effects(&[&LEFT_IN_PROGRESS_FAILED])
        .source(Provenance::stated("T78 API")),
    Rule::of(&IDENTITY_PERMISSION_REMOVED).from(&["valid"]).to("invalid").source(Provenance::inferred("T80 SM")),
    Rule::of(&IDENTITY_PERMISSION_GRANTED).from(&["invalid"]).to("valid").source(Provenance::inferred("T80a")),
    Rule::of(&VALIDATION_FAILED_ELSEWHERE).from(&["valid"]).source(Provenance::stated("T81 SM")),
]);

/// What only connections are asked.
mod questions {
    use interlock_rules::{Condition, ConditionClass, Provenance, Truth};

    use crate::attributes::SET_STATE;

    pub(super) static STATE_LEFT_ALONE: Condition = Condition::new(
        "state-left-alone",
        ConditionClass::Parameter,
        "Is the state left to the platform?",
        |facts, _| if facts.parameter(SET_STATE).is_some() { Truth::False } else { Truth::Unknown },
    )
    .refuses("the platform alone writes the state of a connection")
    .reads(&["parameter.set-state"])
    .source(Provenance::stated("API"));
}
