//! Row 1: backup locations; both modes; governed by roles.

use interlock_rules::{Action, Kind, Provenance, Rule, State};

use super::sight;
use crate::actions::{CREATE, DELETE, EDIT, SHARE, SYNC, UNSHARE, VALIDATE, VIEW};
use crate::conditions::{
    BACKUP_DELETION_ASKED, BUCKET_FREE, CLOUD_ACCOUNT_OWNED, CLOUD_ACCOUNT_USABLE, OBJECT_LOCK_IN_MODE,
    PROVIDER_IN_MODE, SHARE_TARGET_EXISTS, WORKER_AVAILABLE,
};
use crate::effects::*;
use crate::events::{DELETE_COMPLETED, VALIDATION_FAILED, VALIDATION_SUCCEEDED};
use crate::modes::{CLASSIC, FEDERATED};
use in_use::{HOLDS_NO_BACKUPS, NO_ACTIVE_SCHEDULE};
use interlock_rules::Branch;

sight!(SIGHT, "backup-location");

static KDMP_UNAVAILABLE: Action =
    Action::event("kdmp-unavailable", "The location can no longer take KDMP backups.");

pub(super) static BACKUP_LOCATION: Kind = Kind::new(
    "backup-location",
    "Backup location",
    "backup location",
    &[
        State::new("valid", "Valid", "Fit for manual and scheduled backups.", Provenance::stated("SM")),
        State::new(
            "invalid",
            "Invalid",
            "Validation failed: it can neither be reached nor restored from.",
            Provenance::stated("SM")
                .note("Not the API's value 0, which means unset. In federated mode each cluster judges for itself (OPEN-1)."),
        ),
        State::new(
            "validation-in-progress",
            "Validation In Progress",
            "Validation is running; lists hide it unless asked for.",
            Provenance::implied("API"),
        ),
        State::new("delete-pending", "Delete Pending", "Deletion is accepted and not finished.", Provenance::implied("API")),
        State::new(
            "limited-availability",
            "Limited Availability",
            "Usable for part of the backups: KDMP backups are refused.",
            Provenance::implied("API HELM"),
        )
        .only_in(CLASSIC),
    ],
    Provenance::stated("SM"),
)
.seen_by(SIGHT)
.rules(&[
    Rule::of(&CREATE)
        .from(&["absent"])
        .requires_in(CLASSIC, &[&CLOUD_ACCOUNT_USABLE])
        .requires_in(FEDERATED, &[&PROVIDER_IN_MODE, &OBJECT_LOCK_IN_MODE])
        .to("validation-in-progress")
        .effects(&[&VALIDATION_STARTED])
        .source(Provenance::inferred("T01 MR API FS")),
    Rule::of(&VIEW)
        .from(&["valid", "invalid", "validation-in-progress", "delete-pending", "limited-availability"])
        .source(Provenance::stated("API PR SA")),
    Rule::of(&EDIT)
        .from(&["valid", "invalid", "validation-in-progress", "limited-availability"])
        .effects_in(FEDERATED, &[&NEW_CLUSTERS_VALIDATED])
        .source(Provenance::stated("PR API")),
    Rule::of(&VALIDATE)
        .from(&["valid", "invalid", "validation-in-progress", "limited-availability"])
        .to("validation-in-progress")
        .effects(&[&VALIDATION_STARTED])
        .effects_in(FEDERATED, &[&CONNECTIONS_VALIDATED])
        .source(Provenance::stated("T06 API")),
    Rule::of(&DELETE)
        .from(&["valid", "invalid", "validation-in-progress", "limited-availability"])
        .requires(&[&NO_ACTIVE_SCHEDULE])
        .branches(&[Branch::when(&[&BACKUP_DELETION_ASKED]).to("delete-pending").effects(&[&BACKUPS_DELETED_TOO])])
        .otherwise_requires(&[&HOLDS_NO_BACKUPS])
        .to("delete-pending")
        .source(Provenance::chosen("T08 MR PR TRP OPEN-3")),
    Rule::of(&SHARE)
        .from(&["valid", "invalid"])
        .requires(&[&SHARE_TARGET_EXISTS])
        .requires_in(CLASSIC, &[&CLOUD_ACCOUNT_OWNED])
        .effects(&[&SHARED_FOR_VIEWING])
        .source(Provenance::stated("G19 PR SA TRP OPEN-13")),
    Rule::of(&UNSHARE)
        .from(&["valid", "invalid"])
        .effects(&[&ACCESS_ENDS])
        .source(Provenance::stated("G19 PR")),
    Rule::of(&SYNC)
        .only_in(FEDERATED)
        .from(&["valid", "invalid", "validation-in-progress"])
        .requires(&[&WORKER_AVAILABLE, &BUCKET_FREE])
        .effects(&[&SYNC_CREATED])
        .source(Provenance::stated("T82 SM API OPEN-16 OPEN-17")),
    Rule::of(&VALIDATION_SUCCEEDED)
        .from(&["validation-in-progress", "invalid"])
        .to("valid")
        .source(Provenance::stated("T02 T05 SM")),
    Rule::of(&VALIDATION_FAILED)
        .from(&["validation-in-progress", "valid"])
        .to("invalid")
        .effects(&[&ALERT_BACKUP_LOCATION])
        .source(Provenance::stated("T03 T04 SM HELM")),
    Rule::of(&KDMP_UNAVAILABLE)
        .only_in(CLASSIC)
        .from(&["valid"])
        .to("limited-availability")
        .effects(&[&ALERT_LIMITED_AVAILABILITY])
        .source(Provenance::stated("T07 HELM")),
    Rule::of(&DELETE_COMPLETED).from(&["delete-pending"]).to("absent").source(Provenance::stated("T09 TRP")),
]);

/// What still needs a location.
mod in_use {
    use interlock_rules::{Condition, ConditionClass, Facts, KindId, Provenance, StateId, Trace, Truth};

    use crate::attributes::LOCATION;
    use crate::kinds::state::backup_schedule::ACTIVE;
    use crate::kinds::{BACKUP, BACKUP_SCHEDULE};

    /// Whether nothing of a kind, in one of the states, is at the target.
    fn none_here(
        facts: &Facts<'_>,
        trace: &mut Trace,
        kind: KindId,
        counts: impl Fn(StateId) -> bool,
    ) -> Truth {
        let mut free = true;
        for resource in facts.having(kind, LOCATION, facts.target().id()) {
            if counts(resource.state()) {
                trace.blame(resource, "");
                free = false;
            }
        }
        if free && !facts.complete() { Truth::Unknown } else { free.into() }
    }

    pub(super) static NO_ACTIVE_SCHEDULE: Condition = Condition::new(
        "no-active-schedule",
        ConditionClass::Related,
        "Does no active schedule refer to the location?",
        |facts, trace| none_here(facts, trace, BACKUP_SCHEDULE, |state| state == ACTIVE),
    )
    .refuses("active schedules still back up to it")
    .reads(&["target.id", "related.backup-schedule.location", "related.backup-schedule.state"])
    .source(Provenance::chosen("OPEN-3"));

    pub(super) static HOLDS_NO_BACKUPS: Condition = Condition::new(
        "holds-no-backups",
        ConditionClass::Related,
        "Does the location hold no backups?",
        |facts, trace| none_here(facts, trace, BACKUP, |_| true),
    )
    .refuses("it still holds backups, and nobody asked to delete them")
    .reads(&["target.id", "related.backup.location", "related.backup.state"])
    .source(Provenance::chosen("OPEN-3"));
}
