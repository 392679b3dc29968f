//! Row 5: backup schedules; both modes; open to any role, by ownership. They cannot be shared (OPEN-14).

use interlock_rules::{Action, Branch, Kind, Provenance, Rule, State};

use super::sight;
use crate::actions::{CREATE, DELETE, DUPLICATE, EDIT, RESUME, SUSPEND, VIEW};
use crate::conditions::{
    BACKUP_DELETION_ASKED, CLUSTER_ACCESSIBLE, CLUSTER_ACTIVE, CONNECTION_VALID, LOCATION_ACCESSIBLE,
    LOCATION_VALID,
};
use crate::effects::*;
use crate::events::{DELETE_COMPLETED, NAMESPACE_MISSING_AT_RUN};
use crate::modes::{CLASSIC, FEDERATED};
use questions::{
    CLUSTER_SCHEDULABLE, FEATURES_IN_MODE, LICENSE_VALID, LOCK_POLICY_FITS, NO_UNFINISHED_RUN,
    PARALLEL_IN_MODE, PARALLEL_VOLUMES, POLICY_ACCESSIBLE,
};

sight!(SIGHT, "backup-schedule");

pub(super) static RUN: Action = Action::event("run", "An interval has passed: a backup is due.");
static LICENSE_CHECK_FAILED: Action =
    Action::event("license-check-failed", "The licence is no longer valid.");
static SUSPENSION_STARTED: Action = Action::event("suspension-started", "A suspension is being applied.");
static RESUMPTION_STARTED: Action = Action::event("resumption-started", "A resumption is being applied.");
static SUSPENDED: Action = Action::event("suspended", "A suspension is in force.");
static RESUMED: Action = Action::event("resumed", "A resumption is in force.");
static CHANGE_FAILED: Action = Action::event("change-failed", "The last change could not be applied.");
static DELETION_BEGAN: Action =
    Action::event("deletion-started", "A deletion that was accepted is under way.");

pub(super) static BACKUP_SCHEDULE: Kind = Kind::new(
    "backup-schedule",
    "Backup schedules",
    "backup schedule",
    &[
        State::new("active", "Active", "Creates backups at its intervals.", Provenance::stated("SM")),
        State::new("suspended", "Suspended", "Paused: creates no backups.", Provenance::stated("SM")),
        State::new("suspending", "Suspending", "A suspension is being applied.", Provenance::implied("API"))
            .observed(),
        State::new("resuming", "Resuming", "A resumption is being applied.", Provenance::implied("API"))
            .observed(),
        State::new(
            "delete-pending",
            "Delete Pending",
            "Deletion is accepted and not finished.",
            Provenance::implied("API"),
        ),
        State::new("deleting", "Deleting", "Deletion is under way.", Provenance::implied("API")),
        State::new("failed", "Failed", "The last change failed.", Provenance::implied("API")),
    ],
    Provenance::stated("SM"),
)
.seen_by(SIGHT)
.rules(&[
    Rule::of(&CREATE)
        .from(&["absent"])
        .requires(&[&CLUSTER_ACCESSIBLE, &LOCATION_ACCESSIBLE, &POLICY_ACCESSIBLE, &CLUSTER_SCHEDULABLE])
        .requires_in(CLASSIC, &[&LOCATION_VALID, &LOCK_POLICY_FITS])
        .requires_in(FEDERATED, &[&CONNECTION_VALID, &FEATURES_IN_MODE])
        .to("active")
        .effects(&[&FIRST_RUN_PLANNED])
        .source(Provenance::stated("T33 SP SPC SM OL")),
    Rule::of(&VIEW)
        .from(&["active", "suspended", "suspending", "resuming", "delete-pending", "deleting", "failed"])
        .source(Provenance::stated("SA DR")),
    Rule::of(&EDIT)
        .from(&["active", "suspended"])
        .requires_in(CLASSIC, &[&PARALLEL_VOLUMES])
        .requires_in(FEDERATED, &[&PARALLEL_IN_MODE])
        .source(Provenance::stated("API DR PS FX")),
    Rule::of(&EDIT)
        .from(&["failed"])
        .requires_in(CLASSIC, &[&PARALLEL_VOLUMES])
        .requires_in(FEDERATED, &[&PARALLEL_IN_MODE])
        .to("active")
        .source(Provenance::chosen("G09")),
    Rule::of(&SUSPEND)
        .from(&["active"])
        .to("suspended")
        .effects(&[&NO_NEW_BACKUPS])
        .source(Provenance::stated("T34 CLI-suspend DR STKC")),
    Rule::of(&SUSPEND).from(&["suspended"]).source(Provenance::chosen("OPEN-7")),
    Rule::of(&RESUME)
        .from(&["suspended"])
        .requires(&[&LICENSE_VALID, &CLUSTER_SCHEDULABLE])
        .requires_in(CLASSIC, &[&LOCATION_VALID])
        .requires_in(FEDERATED, &[&CONNECTION_VALID])
        .to("active")
        .effects(&[&RUNS_RESUME])
        .source(Provenance::stated("T35 CLI-resume OPEN-8")),
    Rule::of(&RESUME).from(&["active"]).source(Provenance::chosen("OPEN-7")),
    Rule::of(&DELETE)
        .from(&["active", "suspended", "suspending", "resuming", "failed"])
        .branches(&[Branch::when(&[&BACKUP_DELETION_ASKED])
            .to("delete-pending")
            .effects(&[&TAKEN_BACKUPS_DELETED])])
        .to("delete-pending")
        .effects(&[&BACKUPS_RETAINED])
        .source(Provenance::stated("T38 DR API STKC")),
    Rule::of(&DUPLICATE)
        .from(&["active", "suspended", "suspending", "resuming", "failed"])
        .effects(&[&SCHEDULE_CREATED])
        .source(Provenance::stated("DR")),
    Rule::of(&RUN)
        .from(&["active"])
        .requires(&[&NO_UNFINISHED_RUN, &CLUSTER_ACTIVE])
        .requires_in(CLASSIC, &[&LOCATION_VALID])
        .requires_in(FEDERATED, &[&CONNECTION_VALID])
        .effects(&[&BACKUP_CREATED])
        .source(
            Provenance::stated("STKC PS SM OPEN-20")
                .note("A run on a cluster that is not active is not started; a failed run is recorded."),
        ),
    Rule::of(&NAMESPACE_MISSING_AT_RUN)
        .from(&["active"])
        .effects(&[&RUN_PARTIAL, &ALERT_PARTIAL_BACKUP])
        .source(Provenance::stated("T37 FN")),
    Rule::of(&LICENSE_CHECK_FAILED)
        .from(&["active"])
        .to("suspended")
        .effects(&[&SUSPENDED_BY_LICENSE, &ALERT_LICENSE])
        .source(Provenance::inferred("T36 API")),
    Rule::of(&SUSPENSION_STARTED).from(&["active"]).to("suspending").source(Provenance::chosen("G07")),
    Rule::of(&RESUMPTION_STARTED).from(&["suspended"]).to("resuming").source(Provenance::chosen("G07")),
    Rule::of(&SUSPENDED).from(&["suspending"]).to("suspended").source(Provenance::chosen("G08")),
    Rule::of(&RESUMED).from(&["resuming"]).to("active").source(Provenance::chosen("G08")),
    Rule::of(&CHANGE_FAILED)
        .from(&["active", "suspended", "suspending", "resuming"])
        .to("failed")
        .source(Provenance::chosen("G09")),
    Rule::of(&DELETION_BEGAN).from(&["delete-pending"]).to("deleting").source(Provenance::chosen("G10")),
    Rule::of(&DELETE_COMPLETED).from(&["deleting"]).to("absent").source(Provenance::chosen("G10")),
]);

/// What only schedules are asked.
mod questions {
    use interlock_rules::{Condition, ConditionClass, Link, Provenance, Truth};

    use crate::attributes::{
        API_STATUS, CLUSTER, ENABLE_PARALLEL, LICENSE, LOCATION, LOCKED, OBJECT_LOCK, PARALLEL, POLICY,
        PREVIOUS_RUN, RETENTION_GT_INTERVAL, SUSPENDED_BY, VOLUMES,
    };
    use crate::conditions::{accessible, ask_linked, trouble};
    use crate::kinds::state::cluster::{DELETE_PENDING, DISCONNECTED, NOT_AVAILABLE};

    pub(super) static CLUSTER_SCHEDULABLE: Condition = Condition::new(
        "cluster-schedulable",
        ConditionClass::Related,
        "Is the cluster neither offline nor being deleted?",
        |facts, trace| {
            ask_linked!(facts, trace, CLUSTER, |cluster| {
                let offline =
                    cluster.get(API_STATUS).is_some_and(|status| status.eq_ignore_ascii_case("offline"));
                let gone = [DISCONNECTED, NOT_AVAILABLE, DELETE_PENDING].contains(&cluster.state());
                trace.blame(cluster, if gone { trouble(cluster) } else { "offline" });
                (!offline && !gone).into()
            })
        },
    )
    .refuses("its cluster is offline or being deleted")
    .reads(&["target.cluster", "related.cluster.state", "related.cluster.api-status"])
    .source(Provenance::stated("SP SPC"));

    pub(super) static POLICY_ACCESSIBLE: Condition = Condition::new(
        "schedule-policy-accessible",
        ConditionClass::Access,
        "Does the subject own the schedule policy, or is it shared with them?",
        |facts, trace| accessible(facts, trace, POLICY),
    )
    .refuses("its schedule policy is neither yours nor shared with you")
    .reads(&["subject.roles", "target.policy", "related.schedule-policy.access"])
    .source(Provenance::stated("SP SPC"));

    /// Classic: an object-locked location takes schedules with a locked policy, kept longer than the interval.
    pub(super) static LOCK_POLICY_FITS: Condition = Condition::new(
        "lock-policy-fits",
        ConditionClass::Related,
        "If the location is object-locked: is the policy locked, with a retention longer than its interval?",
        |facts, trace| {
            let target = facts.target();
            let locked = match facts.link(target, LOCATION) {
                Link::To(location) => location.flag(OBJECT_LOCK) == Some(true),
                Link::Missing(_) => return Truth::True,
                Link::Unknown => return Truth::Unknown,
            };
            if !locked {
                return Truth::True;
            }
            ask_linked!(facts, trace, POLICY, |policy| {
                trace.blame(policy, "");
                Truth::from(policy.flag(LOCKED) == Some(true)).and(Truth::known(policy.flag(RETENTION_GT_INTERVAL)))
            })
        },
    )
    .refuses("its location is object-locked, and its policy is not a locked one with a retention longer than the interval")
    .reads(&[
        "target.location", "target.policy", "related.backup-location.object-lock", "related.schedule-policy.locked",
        "related.schedule-policy.retention-gt-interval",
    ])
    .source(Provenance::stated("OL"));

    /// Federated: neither object lock nor parallel runs.
    pub(super) static FEATURES_IN_MODE: Condition = Condition::new(
        "schedule-features-in-mode",
        ConditionClass::Mode,
        "Does the schedule do without object lock and parallel runs?",
        |facts, _| {
            let target = facts.target();
            let locked = matches!(facts.link(target, LOCATION), Link::To(l) if l.flag(OBJECT_LOCK) == Some(true))
                || matches!(facts.link(target, POLICY), Link::To(p) if p.flag(LOCKED) == Some(true));
            (!locked && target.flag(PARALLEL) != Some(true)).into()
        },
    )
    .refuses("federated mode has neither object lock nor parallel runs")
    .reads(&[
        "target.parallel", "target.location", "target.policy", "related.backup-location.object-lock",
        "related.schedule-policy.locked",
    ])
    .source(Provenance::chosen("FX OPEN-21"));

    /// Federated: no parallel runs.
    pub(super) static PARALLEL_IN_MODE: Condition = Condition::new(
        "parallel-in-mode",
        ConditionClass::Mode,
        "Does this mode have parallel runs, if they are asked for?",
        |facts, _| (facts.parameter_flag(ENABLE_PARALLEL) != Some(true)).into(),
    )
    .refuses("federated mode has no parallel runs")
    .reads(&["parameter.enable-parallel"])
    .source(Provenance::stated("FX"));

    /// Classic: parallel runs are for Portworx volumes alone.
    pub(super) static PARALLEL_VOLUMES: Condition = Condition::new(
        "parallel-volumes-fit",
        ConditionClass::Target,
        "If parallel runs are asked for: does it back up Portworx volumes alone?",
        |facts, _| match facts.parameter_flag(ENABLE_PARALLEL) {
            Some(true) => facts.target().says(VOLUMES, "portworx"),
            _ => Truth::True,
        },
    )
    .refuses("only schedules with nothing but Portworx volumes run in parallel")
    .reads(&["parameter.enable-parallel", "target.volumes"])
    .source(Provenance::stated("PS"));

    pub(super) static LICENSE_VALID: Condition = Condition::new(
        "license-valid",
        ConditionClass::Target,
        "Is the licence valid, if the licence check suspended the schedule?",
        |facts, _| {
            let target = facts.target();
            (!target.has(SUSPENDED_BY, "license-check") || !target.has(LICENSE, "expired")).into()
        },
    )
    .refuses("the licence check suspended it, and the licence is not valid")
    .reads(&["target.suspended-by", "target.license"])
    .source(Provenance::chosen("OPEN-8"));

    pub(super) static NO_UNFINISHED_RUN: Condition = Condition::new(
        "no-unfinished-run",
        ConditionClass::Target,
        "Is the run before finished, or may runs overlap?",
        |facts, _| {
            let target = facts.target();
            let finished = target.get(PREVIOUS_RUN).is_none_or(|run| {
                !["in-progress", "uploading", "pending", "captured"]
                    .iter()
                    .any(|open| run.eq_ignore_ascii_case(open))
            });
            (finished || target.flag(PARALLEL) == Some(true)).into()
        },
    )
    .refuses("the run before is not finished; this one is skipped")
    .reads(&["target.previous-run", "target.parallel"])
    .source(Provenance::stated("STKC PS"));
}
