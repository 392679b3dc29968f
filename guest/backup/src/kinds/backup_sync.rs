//! Row 10: backup syncs; federated mode only. One at a time for each storage bucket, whatever the location.
//! There is no cancelling.

use interlock_rules::{Action, Kind, Provenance, Rule, State};

use crate::actions::{CREATE, SYNC, VIEW};
use crate::conditions::{BUCKET_FREE, WORKER_AVAILABLE};
use crate::effects::{ALL_BACKUPS_REFRESHED, BUCKET_LOCKED, REASON_KEPT, SYNC_CREATED, TRIGGER_RESET};
use crate::modes::FEDERATED;
use questions::LOCATION_STAYS;

static SYNC_STARTED: Action = Action::event("sync-started", "The executing cluster starts the sync.");
static SYNC_FINISHED: Action = Action::event("sync-finished", "The sync ended well.");
static SYNC_ERROR: Action = Action::event("sync-error", "The sync ended with an error.");
static CLEARED: Action = Action::event("cleared", "The record of an ended sync is dropped.");

pub(super) static BACKUP_SYNC: Kind = Kind::new(
    "backup-sync",
    "Backup sync",
    "backup sync",
    &[
        State::new("pending", "Pending", "Triggered, and not yet started.", Provenance::stated("SM")),
        State::new(
            "in-progress",
            "In Progress",
            "Running; blocks every other sync on the bucket.",
            Provenance::stated("SM"),
        ),
        State::new("completed", "Completed", "Finished.", Provenance::implied("SM API")),
        State::new(
            "failed",
            "Failed",
            "Ended with an error; it may be tried again at once (OPEN-18).",
            Provenance::implied("API"),
        ),
    ],
    Provenance::stated("SM"),
)
.only_in(FEDERATED)
.seen_by(&[
    "subject.roles",
    "subject.state",
    "related.backup-sync.location",
    "related.backup-location.access",
])
.rules(&[
    Rule::of(&CREATE)
        .from(&["absent"])
        .requires(&[&LOCATION_STAYS, &WORKER_AVAILABLE, &BUCKET_FREE])
        .to("pending")
        .effects(&[&SYNC_CREATED])
        .source(Provenance::stated("T82 SM API OPEN-17")),
    Rule::of(&SYNC)
        .from(&["absent", "completed", "failed"])
        .requires(&[&LOCATION_STAYS, &WORKER_AVAILABLE, &BUCKET_FREE])
        .to("pending")
        .effects(&[&SYNC_CREATED])
        .source(Provenance::stated("T82 T86 SM API OPEN-17 OPEN-18")),
    Rule::of(&VIEW)
        .from(&["pending", "in-progress", "completed", "failed"])
        .source(Provenance::stated("API").note("Whoever sees the location.")),
    Rule::of(&SYNC_STARTED)
        .from(&["pending"])
        .to("in-progress")
        .effects(&[&BUCKET_LOCKED])
        .source(Provenance::stated("T83 SM")),
    Rule::of(&SYNC_FINISHED)
        .from(&["in-progress"])
        .to("completed")
        .effects(&[&ALL_BACKUPS_REFRESHED, &TRIGGER_RESET])
        .source(Provenance::stated("T84 SM API")),
    Rule::of(&SYNC_ERROR)
        .from(&["pending", "in-progress"])
        .to("failed")
        .effects(&[&REASON_KEPT])
        .source(Provenance::inferred("T85 API")),
    Rule::of(&CLEARED).from(&["completed", "failed"]).to("absent").source(Provenance::chosen("G15")),
]);

/// What only syncs are asked.
mod questions {
    use interlock_rules::{Condition, ConditionClass, Provenance};

    use crate::attributes::LOCATION;
    use crate::conditions::ask_linked;
    use crate::kinds::state::backup_location::DELETE_PENDING;

    pub(super) static LOCATION_STAYS: Condition = Condition::new(
        "location-not-being-deleted",
        ConditionClass::Related,
        "Does the location exist, and is it not being deleted?",
        |facts, trace| {
            ask_linked!(facts, trace, LOCATION, |location| {
                trace.blame(location, "");
                (location.state() != DELETE_PENDING).into()
            })
        },
    )
    .refuses("its location is being deleted")
    .reads(&["target.location", "related.backup-location.state"])
    .source(Provenance::inferred("SM API"));
}
