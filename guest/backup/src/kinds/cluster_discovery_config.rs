//! Row 8: cluster discovery configurations; federated mode only. Who manages them is OPEN-16.

use interlock_rules::{Action, Kind, Provenance, Rule, State};

use crate::actions::{CREATE, DELETE, DISCOVER, EDIT, REFRESH_CREDENTIALS, VIEW};
use crate::effects::*;
use crate::events::DELETE_COMPLETED;
use crate::modes::FEDERATED;
use questions::{AUTOMATIC, CHANGE_PERMITTED, INTERVAL_LONG_ENOUGH, UPDATE_CONFIRMED};

static AUTO_DISCOVERY_DUE: Action =
    Action::event("auto-discovery-due", "The interval of automatic discoveries has passed.");
static DISCOVERY_COMPLETED: Action = Action::event("discovery-completed", "The scan ended well.");
static GARDENER_API_UNREACHABLE: Action =
    Action::event("gardener-api-unreachable", "The Gardener API does not answer.");
static GARDENER_TOKEN_EXPIRED: Action =
    Action::event("gardener-token-expired", "The token for the Gardener API has expired.");
static DELETION_POSTPONED: Action = Action::event("deletion-postponed", "The deletion has to wait.");

pub(super) static CLUSTER_DISCOVERY_CONFIG: Kind = Kind::new(
    "cluster-discovery-config",
    "Cluster Discovery Configuration",
    "discovery configuration",
    &[
        State::new(
            "in-progress",
            "In Progress",
            "The Gardener API is being scanned; manual discovery and editing are not available.",
            Provenance::stated("SM"),
        ),
        State::new(
            "success",
            "Success",
            "The scan ended well; matching shoots are registered or updated.",
            Provenance::stated("SM"),
        ),
        State::new(
            "failed",
            "Failed",
            "The scan ended with an error: no connectivity, an expired token.",
            Provenance::stated("SM"),
        ),
        State::new(
            "deleting",
            "Deleting",
            "It is being removed; editing and further deletion are not available.",
            Provenance::stated("SM"),
        ),
        State::new("delete-pending", "Delete Pending", "Its deletion waits.", Provenance::implied("API"))
            .observed(),
    ],
    Provenance::stated("SM"),
)
.only_in(FEDERATED)
.seen_by(&["subject.roles", "subject.state"])
.rules(&[
    Rule::of(&CREATE)
        .from(&["absent"])
        .requires(&[&INTERVAL_LONG_ENOUGH])
        .to("in-progress")
        .effects(&[&SCAN_STARTED])
        .source(Provenance::inferred("T65 API FC OPEN-16")),
    Rule::of(&VIEW)
        .from(&["in-progress", "success", "failed", "deleting", "delete-pending"])
        .source(Provenance::stated("API")),
    Rule::of(&EDIT)
        .from(&["success", "failed"])
        .requires(&[&UPDATE_CONFIRMED, &CHANGE_PERMITTED, &INTERVAL_LONG_ENOUGH])
        .source(Provenance::stated("SM API")),
    Rule::of(&DISCOVER)
        .from(&["success", "failed"])
        .to("in-progress")
        .effects(&[&SCAN_STARTED, &MANUAL_TIME_STAMPED])
        .source(Provenance::stated("T66 SM API OPEN-19")),
    Rule::of(&REFRESH_CREDENTIALS)
        .from(&["in-progress", "success", "failed"])
        .effects(&[&REFRESH_IN_PROGRESS])
        .source(Provenance::stated("T73 API").note("Runs on its own track and never changes the state.")),
    Rule::of(&DELETE)
        .from(&["success", "failed"])
        .to("deleting")
        .effects(&[&CLUSTERS_STAY])
        .source(Provenance::stated("T71 SM API OPEN-6 OPEN-9")),
    Rule::of(&AUTO_DISCOVERY_DUE)
        .from(&["success", "failed"])
        .requires(&[&AUTOMATIC])
        .to("in-progress")
        .effects(&[&SCAN_STARTED, &AUTOMATIC_TIME_STAMPED])
        .source(Provenance::stated("T67 API SM")),
    Rule::of(&DISCOVERY_COMPLETED)
        .from(&["in-progress"])
        .to("success")
        .effects(&[&SHOOTS_REGISTERED])
        .source(Provenance::stated("T68 SM")),
    Rule::of(&GARDENER_API_UNREACHABLE)
        .from(&["in-progress"])
        .to("failed")
        .effects(&[&ALERT_DISCOVERY_FAILED, &ALERT_GARDENER])
        .source(Provenance::stated("T69 SM HELM")),
    Rule::of(&GARDENER_TOKEN_EXPIRED)
        .from(&["in-progress"])
        .to("failed")
        .effects(&[&ALERT_DISCOVERY_FAILED])
        .source(Provenance::stated("T70 SM")),
    Rule::of(&DELETION_POSTPONED).from(&["deleting"]).to("delete-pending").source(Provenance::chosen("G13")),
    Rule::of(&DELETE_COMPLETED)
        .from(&["deleting", "delete-pending"])
        .to("absent")
        .source(Provenance::inferred("T72 G13")),
]);

/// What only discovery configurations are asked.
mod questions {
    use interlock_rules::{Condition, ConditionClass, Provenance, Truth, number};

    use crate::attributes::{AUTO_INTERVAL, CHANGE, CONFIRM_UPDATE};

    /// The shortest automatic interval.
    const LEAST_MINUTES: u32 = 15;
    /// What an update can change.
    const CHANGEABLE: &[&str] = &[
        "credentials",
        "gardener-credentials",
        "kubeconfig",
        "auto-discover",
        "auto-interval-minutes",
        "interval",
        "labels",
        "metadata-labels",
    ];

    pub(super) static INTERVAL_LONG_ENOUGH: Condition = Condition::new(
        "interval-long-enough",
        ConditionClass::Target,
        "Is the automatic interval 15 minutes or longer, if there is one?",
        |facts, _| {
            facts.parameter(AUTO_INTERVAL).is_none_or(|minutes| number(minutes) >= Some(LEAST_MINUTES)).into()
        },
    )
    .refuses("automatic discoveries are at least 15 minutes apart")
    .reads(&["parameter.auto-interval-minutes"])
    .source(Provenance::stated("API FC"));

    pub(super) static UPDATE_CONFIRMED: Condition = Condition::new(
        "update-confirmed",
        ConditionClass::Parameter,
        "Is the update confirmed?",
        |facts, _| Truth::known(facts.parameter_flag(CONFIRM_UPDATE)),
    )
    .refuses("the update was not confirmed")
    .reads(&["parameter.confirm-update"])
    .source(Provenance::stated("API"));

    pub(super) static CHANGE_PERMITTED: Condition = Condition::new(
        "change-permitted",
        ConditionClass::Parameter,
        "Is what is to change something that can be changed?",
        |facts, _| {
            let mut changes = facts.parameter_values(CHANGE);
            if changes.is_empty() {
                return Truth::Unknown;
            }
            changes.all(|change| CHANGEABLE.contains(&change)).into()
        },
    )
    .refuses("only credentials, automatic discovery, its interval and labels can be changed")
    .reads(&["parameter.change"])
    .source(Provenance::stated("SM API"));

    pub(super) static AUTOMATIC: Condition = Condition::new(
        "automatic-discovery-on",
        ConditionClass::Target,
        "Is automatic discovery on?",
        |facts, _| facts.target().tells(AUTO_INTERVAL).into(),
    )
    .refuses("automatic discovery is off")
    .reads(&["target.auto-interval-minutes"])
    .source(Provenance::stated("API"));
}
