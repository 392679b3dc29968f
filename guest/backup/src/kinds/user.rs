//! Row 2: users and user groups; both modes; governed by roles.

use interlock_rules::{Action, Kind, Provenance, Rule, State};

use super::sight;
use crate::access::{
    NEW_ROLE_IN_MODE, NEW_ROLE_KNOWN, NEW_ROLE_WITHIN_REACH, OLD_ROLE_KNOWN, OLD_ROLE_WITHIN_REACH,
};
use crate::actions::{ASSIGN_ROLE, CREATE, DELETE, EDIT, REVOKE_ROLE, VIEW};
use crate::effects::{RESOURCES_STRANDED, RIGHTS_LOST, ROLE_GAINED};
use crate::modes::FEDERATED;

sight!(SIGHT, "user");

static DELETED_FROM_KEYCLOAK: Action =
    Action::event("deleted-from-keycloak", "The identity provider no longer knows the user.");
static API_ACCESS_WITHOUT_CACHE: Action = Action::event(
    "api-access-without-cache",
    "The product is reached by API and has no data of the user; the identity may be fine.",
);
static USER_DATA_CACHED: Action =
    Action::event("user-data-cached", "The product has data of the user again.");
static CREDENTIALS_DISABLED: Action =
    Action::event("credentials-disabled", "The credentials no longer work.");
static CREDENTIALS_ENABLED: Action = Action::event("credentials-enabled", "The credentials work again.");

pub(super) static USER: Kind = Kind::new(
    "user",
    "Users and user groups",
    "user",
    &[
        State::new(
            "unknown",
            "Unknown",
            "Removed from Keycloak, or not cached because the product is reached by API.",
            Provenance::stated("SM"),
        ),
        State::new("active", "Active", "Credentials work.", Provenance::implied("SM SM28")),
        State::new(
            "inactive",
            "Inactive",
            "Credentials do not work.",
            Provenance::implied("SM28").note("In the matrix of 2.8; dropped from that of 3.0."),
        ),
    ],
    Provenance::stated("SM"),
)
.seen_by(SIGHT)
.rules(&[
    Rule::of(&CREATE)
        .from(&["absent"])
        .to("active")
        .source(Provenance::chosen("G01 MU MR").note("Done in Keycloak or the external identity provider.")),
    Rule::of(&VIEW).from(&["unknown", "active", "inactive"]).source(Provenance::stated("MR")),
    Rule::of(&EDIT).from(&["unknown", "active", "inactive"]).source(Provenance::stated("MR RM27")),
    Rule::of(&DELETE)
        .from(&["unknown", "active", "inactive"])
        .to("absent")
        .effects(&[&RESOURCES_STRANDED])
        .source(
            Provenance::chosen("G04 MR MU DR")
                .note("Users that were added in Keycloak are better removed there. Note the id first: lists by API need it later."),
        ),
    Rule::of(&ASSIGN_ROLE)
        .from(&["active", "inactive"])
        .requires(&[&NEW_ROLE_WITHIN_REACH, &NEW_ROLE_KNOWN])
        .requires_in(FEDERATED, &[&NEW_ROLE_IN_MODE])
        .effects(&[&ROLE_GAINED])
        .source(Provenance::stated("SA RM")),
    Rule::of(&REVOKE_ROLE)
        .from(&["unknown", "active", "inactive"])
        .requires(&[&OLD_ROLE_WITHIN_REACH, &OLD_ROLE_KNOWN])
        .effects(&[&RIGHTS_LOST])
        .source(Provenance::stated("SA RR").note("Keep one or two other super administrators; nothing checks it.")),
    Rule::of(&DELETED_FROM_KEYCLOAK)
        .from(&["active"])
        .to("unknown")
        .effects(&[&RESOURCES_STRANDED])
        .source(Provenance::stated("T10 SM DR")),
    Rule::of(&API_ACCESS_WITHOUT_CACHE).from(&["active"]).to("unknown").source(Provenance::stated("T11 SM")),
    Rule::of(&USER_DATA_CACHED).from(&["unknown"]).to("active").source(Provenance::inferred("T12")),
    Rule::of(&CREDENTIALS_DISABLED).from(&["active"]).to("inactive").source(Provenance::chosen("G02")),
    Rule::of(&CREDENTIALS_ENABLED).from(&["inactive"]).to("active").source(Provenance::chosen("G03")),
]);
