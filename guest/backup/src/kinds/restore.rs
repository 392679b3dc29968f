//! Row 7: restores; both modes; open to any role, by ownership. They cannot be shared (OPEN-14).

use interlock_rules::{Action, Kind, Provenance, Rule, State};

use super::sight;
use crate::actions::{CREATE, DELETE, DUPLICATE, EDIT, VIEW};
use crate::conditions::{
    BACKUP_TYPE_IN_MODE, CLUSTER_ACCESSIBLE, CLUSTER_ACTIVE, CONNECTION_VALID, LOCATION_VALID,
};
use crate::effects::{ALERT_RESTORE, RESTORE_CREATED, RESTORED_OBJECTS_STAY};
use crate::events::{ABORTED, CLOUD_OBJECTS_MISSING, DELETE_COMPLETED, STARTED};
use crate::modes::{CLASSIC, FEDERATED};
use questions::{BACKUP_RESTORABLE, MAY_RESTORE, STORK_TAKES_PARTIAL};

sight!(SIGHT, "restore");

static ALL_RESTORED: Action = Action::event("all-resources-restored", "Every resource is restored.");
static SOME_NOT_RESTORED: Action =
    Action::event("some-resources-not-restored", "Some resources could not be restored.");
static EXISTING_RETAINED: Action = Action::event(
    "existing-resources-retained",
    "Some resources existed already and were left as they were.",
);
static VOLUME_RESTORE_FAILED: Action =
    Action::event("volume-restore-failed", "A volume could not be restored.");
static RESTORE_FAILED: Action = Action::event("restore-failed", "The restore failed.");

pub(super) static RESTORE: Kind = Kind::new(
    "restore",
    "Restores",
    "restore",
    &[
        State::new("success", "Success", "Completed.", Provenance::stated("SM")),
        State::new(
            "partial-success",
            "Partial Success",
            "Only some resources are restored; those retained because they existed count as not restored.",
            Provenance::stated("SM STKC"),
        ),
        State::new("failure", "Failure", "The restore failed.", Provenance::stated("SM")),
        State::new("in-progress", "In-Progress", "The restore is running.", Provenance::stated("SM")),
        State::new("pending", "Pending", "Accepted, and not started.", Provenance::implied("API")),
        State::new("aborted", "Aborted", "Stopped before its end.", Provenance::implied("API")),
        State::new("deleting", "Deleting", "Deletion is under way.", Provenance::implied("API")),
    ],
    Provenance::stated("SM"),
)
.seen_by(SIGHT)
.rules(&[
    Rule::of(&CREATE)
        .from(&["absent"])
        .requires(&[&MAY_RESTORE, &CLUSTER_ACCESSIBLE, &BACKUP_RESTORABLE, &CLUSTER_ACTIVE])
        .requires_in(CLASSIC, &[&LOCATION_VALID, &STORK_TAKES_PARTIAL])
        .requires_in(FEDERATED, &[&CONNECTION_VALID, &BACKUP_TYPE_IN_MODE])
        .to("pending")
        .source(
            Provenance::stated("T57 APIC TRP SM BT")
                .note("In federated mode every cluster has a Stork that takes partial backups."),
        ),
    Rule::of(&VIEW)
        .from(&["success", "partial-success", "failure", "in-progress", "pending", "aborted", "deleting"])
        .source(Provenance::stated("DR SA")),
    Rule::of(&EDIT)
        .from(&["success", "partial-success", "failure", "in-progress", "pending", "aborted"])
        .source(Provenance::stated("API DR").note("Metadata alone.")),
    Rule::of(&DUPLICATE)
        .from(&["success", "partial-success", "failure", "in-progress", "pending", "aborted"])
        .effects(&[&RESTORE_CREATED])
        .source(Provenance::stated("API DR")),
    Rule::of(&DELETE)
        .from(&["success", "partial-success", "failure", "in-progress", "aborted"])
        .to("deleting")
        .effects(&[&RESTORED_OBJECTS_STAY])
        .source(Provenance::stated("T63 G12 DR TRP API")),
    Rule::of(&STARTED).from(&["pending"]).to("in-progress").source(Provenance::stated("T58 STKC")),
    Rule::of(&ALL_RESTORED).from(&["in-progress"]).to("success").source(Provenance::stated("T59 SM STKC")),
    Rule::of(&SOME_NOT_RESTORED)
        .from(&["in-progress"])
        .to("partial-success")
        .source(Provenance::stated("T60 SM STKC")),
    Rule::of(&EXISTING_RETAINED)
        .from(&["in-progress"])
        .to("partial-success")
        .source(Provenance::stated("T61 STKC")),
    Rule::of(&VOLUME_RESTORE_FAILED)
        .from(&["in-progress"])
        .to("failure")
        .effects(&[&ALERT_RESTORE])
        .source(Provenance::stated("T62 STKC HELM")),
    Rule::of(&RESTORE_FAILED)
        .from(&["in-progress"])
        .to("failure")
        .effects(&[&ALERT_RESTORE])
        .source(Provenance::stated("T62a SM HELM")),
    Rule::of(&CLOUD_OBJECTS_MISSING).from(&["in-progress"]).to("failure").source(
        Provenance::stated("T62b TRP").note("The error names the backup objects missing in the location."),
    ),
    Rule::of(&ABORTED).from(&["pending", "in-progress"]).to("aborted").source(Provenance::chosen("G12")),
    Rule::of(&DELETE_COMPLETED).from(&["deleting"]).to("absent").source(Provenance::stated("T64 TRP")),
]);

/// What only restores are asked.
mod questions {
    use interlock_rules::{Condition, ConditionClass, Link, Provenance, Truth};

    use crate::access::usable;
    use crate::attributes::{BACKUP, CLUSTER, LOCATION, STORK};
    use crate::conditions::{ask_linked, at_least_version};
    use crate::kinds::state::backup::{CLOUD_BACKUP_MISSING, PARTIAL_SUCCESS, SUCCESS};
    use crate::roles::id::SUPER_ADMIN;
    use crate::sharing::{Level, level};

    /// Restoring needs the backup at the level restorable, and its location as well.
    pub(super) static MAY_RESTORE: Condition = Condition::new(
        "may-restore",
        ConditionClass::Access,
        "May the subject restore this backup, and use its location?",
        |facts, trace| {
            let backup = ask_linked!(facts, trace, BACKUP, |backup| {
                trace.note(backup);
                match facts.has_role(SUPER_ADMIN) {
                    Some(true) => Truth::True,
                    _ => Truth::known(level(facts, backup).map(|level| level >= Level::Restorable)),
                }
            });
            let location = match facts.link(facts.target(), LOCATION) {
                Link::To(location) => {
                    trace.note(location);
                    usable(facts, location)
                }
                Link::Missing(_) => Truth::False,
                Link::Unknown => Truth::Unknown,
            };
            if backup != Truth::False && location == Truth::False {
                trace.because("its location could not be retrieved: it is not shared with you, or gone");
            }
            backup.and(location)
        },
    )
    .refuses("its backup is neither yours nor shared with you for restoring")
    .reads(&[
        "subject.roles",
        "target.backup",
        "target.location",
        "related.backup.access",
        "related.backup-location.access",
    ])
    .source(Provenance::stated("APIC TRP AT"));

    pub(super) static BACKUP_RESTORABLE: Condition = Condition::new(
        "backup-restorable",
        ConditionClass::Related,
        "Is the backup in state success or partial-success?",
        |facts, trace| {
            ask_linked!(facts, trace, BACKUP, |backup| {
                trace.blame_state(backup);
                if backup.state() == CLOUD_BACKUP_MISSING {
                    trace.because("the backup's objects are missing in the location");
                }
                [SUCCESS, PARTIAL_SUCCESS].contains(&backup.state()).into()
            })
        },
    )
    .refuses("only a backup in state success or partial-success can be restored")
    .reads(&["target.backup", "related.backup.state"])
    .source(Provenance::inferred("SM TRP OPEN-22"));

    /// Classic: older Storks do not take what only partly succeeded.
    pub(super) static STORK_TAKES_PARTIAL: Condition = Condition::new(
        "stork-takes-partial",
        ConditionClass::Related,
        "If the backup is partial: is Stork on the cluster 24.3.0 or later?",
        |facts, trace| {
            match facts.link(facts.target(), BACKUP) {
                Link::To(backup) if backup.state() == PARTIAL_SUCCESS => {}
                Link::To(_) | Link::Missing(_) => return Truth::True,
                Link::Unknown => return Truth::Unknown,
            }
            ask_linked!(facts, trace, CLUSTER, |cluster| {
                trace.blame(cluster, "");
                cluster.get(STORK).map_or(Truth::True, |version| at_least_version(version, [24, 3, 0]))
            })
        },
    )
    .refuses("a partial backup needs Stork 24.3.0 or later on the cluster")
    .reads(&["target.backup", "target.cluster", "related.backup.state", "related.cluster.stork"])
    .source(Provenance::stated("TRP"));
}
