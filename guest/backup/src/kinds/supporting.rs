//! The supporting kinds, which the rows of the matrix refer to: there or not there, governed by roles.

use interlock_rules::{Kind, Provenance, Rule, State};

use super::sight;
use crate::actions::{CREATE, DELETE, EDIT, SHARE, UNSHARE, VIEW};
use crate::conditions::SHARE_TARGET_EXISTS;
use crate::effects::{ACCESS_ENDS, SHARED_FOR_VIEWING};
use crate::modes::CLASSIC;

const STATES: &[State] = &[State::new("present", "Present", "It is there.", Provenance::chosen("G17"))];

static MADE_AND_KEPT: [Rule; 4] = [
    Rule::of(&CREATE).from(&["absent"]).to("present").source(Provenance::chosen("G17 MR")),
    Rule::of(&VIEW).from(&["present"]).source(Provenance::stated("MR PR")),
    Rule::of(&EDIT).from(&["present"]).source(Provenance::chosen("G18 MR")),
    Rule::of(&DELETE).from(&["present"]).to("absent").source(Provenance::chosen("G18 MR")),
];

/// Roles are not among them: the API has no sharing of roles.
static SHARED: [Rule; 6] = {
    let [create, view, edit, delete] = MADE_AND_KEPT;
    [
        create,
        view,
        edit,
        delete,
        Rule::of(&SHARE)
            .from(&["present"])
            .requires(&[&SHARE_TARGET_EXISTS])
            .effects(&[&SHARED_FOR_VIEWING])
            .source(Provenance::chosen("G19 PR OPEN-13")),
        Rule::of(&UNSHARE).from(&["present"]).effects(&[&ACCESS_ENDS]).source(Provenance::chosen("G19 PR")),
    ]
};

sight!(CLOUD_ACCOUNT_SIGHT, "cloud-account");
sight!(SCHEDULE_POLICY_SIGHT, "schedule-policy");
sight!(RULE_SIGHT, "rule");
sight!(ROLE_SIGHT, "role");

/// Credentials of a cloud; classic mode only.
pub(super) static CLOUD_ACCOUNT: Kind =
    Kind::new("cloud-account", "Cloud accounts", "cloud account", STATES, Provenance::stated("MR RM"))
        .only_in(CLASSIC)
        .seen_by(CLOUD_ACCOUNT_SIGHT)
        .rules(&SHARED);

pub(super) static SCHEDULE_POLICY: Kind =
    Kind::new("schedule-policy", "Schedule policies", "schedule policy", STATES, Provenance::stated("MR"))
        .seen_by(SCHEDULE_POLICY_SIGHT)
        .rules(&SHARED);

pub(super) static RULE: Kind =
    Kind::new("rule", "Rules", "rule", STATES, Provenance::stated("MR")).seen_by(RULE_SIGHT).rules(&SHARED);

pub(super) static ROLE: Kind = Kind::new("role", "Roles", "role", STATES, Provenance::stated("MR"))
    .seen_by(ROLE_SIGHT)
    .rules(&MADE_AND_KEPT);
