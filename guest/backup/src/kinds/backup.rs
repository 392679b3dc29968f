//! Row 6: backups; both modes; open to any role, by ownership and shares.

use interlock_rules::{Action, Branch, Kind, Provenance, Rule, State};

use super::sight;
use crate::actions::{CREATE, DELETE, DUPLICATE, EDIT, FORCE_DELETE, RETRY, SHARE, UNSHARE, VIEW};
use crate::conditions::{
    BACKUP_TYPE_IN_MODE, CLUSTER_ACCESSIBLE, CLUSTER_ACTIVE, CONNECTION_VALID, LOCATION_ACCESSIBLE,
    LOCATION_VALID, NO_WORKER, SHARE_TARGET_EXISTS, WORKER_AVAILABLE,
};
use crate::effects::*;
use crate::events::{ABORTED, CLOUD_OBJECTS_MISSING, DELETE_COMPLETED, NAMESPACE_MISSING_AT_RUN, STARTED};
use crate::modes::{CLASSIC, FEDERATED};
use questions::{
    ACKNOWLEDGED_LOSS, CSI_CLUSTER_REACHABLE, EVERY_MACHINE_FAILED, LOCATION_NOT_INVALID,
    MACHINES_NOT_RUNNING, NAMESPACES_FREE, OF_MACHINES, OF_NAMESPACES, RETENTION_OVER, SCHEDULED,
    SHARER_OWNS_LOCATION,
};

sight!(SIGHT, "backup");

static ALL_DONE: Action =
    Action::event("all-volumes-and-resources-done", "Every volume and resource is backed up.");
static SOME_VOLUMES_FAILED: Action = Action::event("some-volumes-failed", "Only some volumes are backed up.");
static ALL_VOLUMES_FAILED: Action = Action::event("all-volumes-failed", "No volume is backed up.");
static RESOURCE_BACKUP_FAILED: Action =
    Action::event("resource-backup-failed", "The resources could not be backed up.");
static SOME_VMS_FAILED: Action =
    Action::event("some-vms-failed", "Only some virtual machines are backed up.");
static ALL_VMS_FAILED: Action = Action::event("all-vms-failed", "No virtual machine is backed up.");
static ALL_VMS_DONE: Action = Action::event("all-vms-done", "Every virtual machine is backed up.");
static VM_CUSTOM_RULES_EXECUTED: Action = Action::event(
    "vm-custom-rules-executed",
    "Custom rules ran, and failed on machines that are paused or stopped.",
);
static PRE_EXEC_RULE_FAILED: Action =
    Action::event("pre-exec-rule-failed", "A rule that runs before the backup failed.");
static CAPTURED: Action = Action::event("captured", "The snapshot is taken; the upload is not finished.");
static DEPENDENT_FOUND: Action =
    Action::event("dependent-incremental-found", "An incremental backup depends on this one.");
static DEPENDENCY_RESOLVED: Action =
    Action::event("dependency-resolved", "No incremental backup depends on it any more.");
static ALL_CLUSTERS_LOST: Action =
    Action::event("all-clusters-lost", "The last cluster that could carry out the deletion is gone.");
static DISCOVERED_BY_SYNC: Action =
    Action::event("discovered-by-sync", "A sync found the backup in its location.");

/// States in which a run is under way.
const RUNNING: &[&str] = &["in-progress", "captured"];
/// States from which a deletion can be asked for.
const DELETABLE: &[&str] =
    &["success", "partial-success", "failure", "in-progress", "cloud-backup-missing", "aborted"];

pub(super) static BACKUP: Kind = Kind::new(
    "backup",
    "Backups",
    "backup",
    &[
        State::new("success", "Success", "Every volume and resource is backed up.", Provenance::stated("SM")),
        State::new(
            "partial-success",
            "Partial Success",
            "Only some volumes, machines or namespaces are backed up.",
            Provenance::stated("SM VP FN").note("In both modes (OPEN-12)."),
        ),
        State::new("failure", "Failure", "No volume or resource is backed up.", Provenance::stated("SM")),
        State::new("in-progress", "In-Progress", "The backup is running.", Provenance::stated("SM")),
        State::new("pending", "Pending", "Accepted, and not started.", Provenance::implied("API")),
        State::new(
            "captured",
            "Captured",
            "The snapshot is taken; the upload is not finished.",
            Provenance::implied("API"),
        )
        .observed(),
        State::new("aborted", "Aborted", "Stopped before its end.", Provenance::implied("API TRP")),
        State::new("deleting", "Deleting", "Deletion is under way.", Provenance::stated("DB")),
        State::new(
            "delete-pending",
            "Delete Pending",
            "Deletion waits for incremental backups that depend on this one.",
            Provenance::stated("DB"),
        ),
        State::new(
            "cloud-backup-missing",
            "Cloud Backup Missing",
            "Its data is no longer found in the location.",
            Provenance::implied("API HELM TRP"),
        ),
    ],
    Provenance::stated("SM"),
)
.seen_by(SIGHT)
.rules(&[
    // Federated backups are taken by Stork on the cluster, through its own connection to the location.
    Rule::of(&CREATE)
        .from(&["absent"])
        .only_in(FEDERATED)
        .requires(&[
            &CLUSTER_ACCESSIBLE,
            &LOCATION_ACCESSIBLE,
            &CLUSTER_ACTIVE,
            &NAMESPACES_FREE,
            &CONNECTION_VALID,
            &BACKUP_TYPE_IN_MODE,
        ])
        .to("pending")
        .source(Provenance::stated("T39 CB SM PR FM BT")),
    Rule::of(&CREATE)
        .from(&["absent"])
        .only_in(CLASSIC)
        .requires(&[
            &CLUSTER_ACCESSIBLE,
            &LOCATION_ACCESSIBLE,
            &CLUSTER_ACTIVE,
            &NAMESPACES_FREE,
            &LOCATION_VALID,
        ])
        .branches(&[Branch::when(&[&MACHINES_NOT_RUNNING]).to("pending").effects(&[&MACHINE_FAILS])])
        .to("pending")
        .source(Provenance::stated("T39 CB SM PR VR VP OPEN-5 OPEN-10")),
    Rule::of(&VIEW)
        .from(&[
            "success",
            "partial-success",
            "failure",
            "in-progress",
            "pending",
            "captured",
            "aborted",
            "deleting",
            "delete-pending",
            "cloud-backup-missing",
        ])
        .source(Provenance::stated("APIC DR SA")),
    Rule::of(&EDIT).from(&["success", "partial-success", "failure"]).source(
        Provenance::stated("API AT DR TRP").note("Labels; in classic mode the cloud account as well."),
    ),
    Rule::of(&SHARE)
        .from(&["success", "partial-success"])
        .requires(&[&SHARE_TARGET_EXISTS])
        .branches(&[Branch::when(&[&SHARER_OWNS_LOCATION]).effects(&[&LOCATION_SHARED_TOO])])
        .effects(&[&SHARE_FALLS_BACK])
        .source(Provenance::stated("SR SA AT OPEN-24 OPEN-25")),
    Rule::of(&UNSHARE)
        .from(&["success", "partial-success"])
        .effects(&[&ACCESS_ENDS])
        .source(Provenance::stated("SR RV")),
    Rule::of(&DUPLICATE)
        .from(&[
            "success",
            "partial-success",
            "failure",
            "in-progress",
            "pending",
            "captured",
            "aborted",
            "cloud-backup-missing",
        ])
        .requires(&[&CLUSTER_ACCESSIBLE])
        .effects(&[&BACKUP_CREATED])
        .source(Provenance::stated("TRP DR")),
    Rule::of(&RETRY)
        .only_in(CLASSIC)
        .from(&["failure", "partial-success"])
        .requires(&[&OF_MACHINES])
        .effects(&[&BACKUP_CREATED])
        .source(
            Provenance::stated("T54 API CLI-retry")
                .note("The new backup is named after its parent, with the count of retries and the time."),
        ),
    Rule::of(&DELETE)
        .from(DELETABLE)
        .requires_in(CLASSIC, &[&RETENTION_OVER, &LOCATION_NOT_INVALID, &CSI_CLUSTER_REACHABLE])
        .requires_in(FEDERATED, &[&WORKER_AVAILABLE])
        .to("deleting")
        .effects(&[&DELETION_STARTED, &REMOVED_FOR_EVERYONE])
        .ways_out(&[&FORCE_DELETE])
        .source(
            Provenance::stated("T47 T55 DB TRP AT SM FD GCS OL OPEN-11")
                .note("Also while a restore of it runs; that restore still ends well."),
        ),
    Rule::of(&FORCE_DELETE)
        .only_in(FEDERATED)
        .from(&[
            "success",
            "partial-success",
            "failure",
            "in-progress",
            "cloud-backup-missing",
            "aborted",
            "pending",
            "captured",
            "deleting",
        ])
        .requires(&[&NO_WORKER, &ACKNOWLEDGED_LOSS])
        .to("absent")
        .effects(&[&METADATA_REMOVED, &DATA_LEFT_BEHIND])
        .ways_out(&[&DELETE])
        .source(Provenance::stated("T51 FD API OPEN-2 OPEN-23")),
    Rule::of(&STARTED).from(&["pending"]).to("in-progress").source(Provenance::stated("T40 STKC")),
    Rule::of(&ALL_DONE).from(RUNNING).to("success").source(Provenance::stated("T41 G11 SM STKC")),
    Rule::of(&SOME_VOLUMES_FAILED)
        .from(RUNNING)
        .to("partial-success")
        .effects(&[&ALERT_PARTIAL_BACKUP])
        .source(Provenance::stated("T42 G11 SM STKC HELM")),
    Rule::of(&ALL_VOLUMES_FAILED)
        .from(RUNNING)
        .to("failure")
        .effects(&[&ALERT_BACKUP])
        .source(Provenance::stated("T43 G11 SM STKC HELM")),
    Rule::of(&RESOURCE_BACKUP_FAILED)
        .from(RUNNING)
        .to("failure")
        .effects(&[&ALERT_BACKUP])
        .source(Provenance::stated("T44 G11 STKC")),
    Rule::of(&SOME_VMS_FAILED)
        .only_in(CLASSIC)
        .from(RUNNING)
        .requires(&[&OF_MACHINES])
        .to("partial-success")
        .effects(&[&MACHINE_FAILURES_RECORDED])
        .source(Provenance::stated("T45 G11 VP")),
    Rule::of(&ALL_VMS_FAILED)
        .only_in(CLASSIC)
        .from(RUNNING)
        .requires(&[&OF_MACHINES])
        .to("failure")
        .effects(&[&MACHINE_FAILURES_RECORDED])
        .source(Provenance::stated("T46 G11 VP")),
    Rule::of(&ALL_VMS_DONE)
        .only_in(CLASSIC)
        .from(RUNNING)
        .requires(&[&OF_MACHINES])
        .to("success")
        .source(Provenance::stated("T45a G11 VP")),
    Rule::of(&VM_CUSTOM_RULES_EXECUTED)
        .only_in(CLASSIC)
        .from(RUNNING)
        .requires(&[&OF_MACHINES])
        .branches(&[Branch::when(&[&EVERY_MACHINE_FAILED])
            .to("failure")
            .effects(&[&MACHINE_FAILURES_RECORDED])])
        .to("partial-success")
        .effects(&[&MACHINE_FAILURES_RECORDED])
        .source(Provenance::inferred("T46a G11 SM VP")),
    Rule::of(&PRE_EXEC_RULE_FAILED)
        .from(RUNNING)
        .requires(&[&OF_NAMESPACES])
        .to("failure")
        .source(Provenance::stated("T46b G11 STKC")),
    Rule::of(&NAMESPACE_MISSING_AT_RUN)
        .from(RUNNING)
        .requires(&[&SCHEDULED])
        .to("partial-success")
        .effects(&[&ALERT_PARTIAL_BACKUP])
        .source(Provenance::stated("T46c G11 FN")),
    Rule::of(&CAPTURED).from(&["in-progress"]).to("captured").source(Provenance::chosen("G11")),
    Rule::of(&ABORTED)
        .from(&["pending", "in-progress", "captured"])
        .to("aborted")
        .source(Provenance::chosen("G11 G12")),
    Rule::of(&DEPENDENT_FOUND)
        .from(&["deleting"])
        .to("delete-pending")
        .effects(&[&DEPENDENT_NAMED])
        .source(Provenance::stated("T48 DB TRP")),
    Rule::of(&DEPENDENCY_RESOLVED)
        .from(&["delete-pending"])
        .to("deleting")
        .effects(&[&DELETION_RESUMES])
        .source(Provenance::stated("T49 DB")),
    Rule::of(&DELETE_COMPLETED)
        .from(&["deleting"])
        .to("absent")
        .effects(&[&DATA_REMOVED])
        .source(Provenance::stated("T50 DB")),
    Rule::of(&ALL_CLUSTERS_LOST)
        .only_in(FEDERATED)
        .from(&["deleting"])
        .effects(&[&ALERT_ORPHANED_DATA])
        .source(Provenance::stated("T52 HELM")),
    Rule::of(&CLOUD_OBJECTS_MISSING)
        .from(&["success"])
        .to("cloud-backup-missing")
        .effects(&[&ALERT_BACKUP])
        .source(Provenance::stated("T53 HELM TRP")),
    Rule::of(&DISCOVERED_BY_SYNC)
        .only_in(FEDERATED)
        .from(&["absent"])
        .to("success")
        .effects(&[&LISTED_ON_ALL_BACKUPS])
        .source(Provenance::inferred("T56 SM API")),
]);

/// What only backups are asked.
mod questions {
    use interlock_rules::{Condition, ConditionClass, Link, Provenance, Truth};

    use crate::attributes::{
        ACKNOWLEDGED, BACKUP_TYPE, CLUSTER, LOCATION, NAMESPACES, OBJECT_LOCK, OBJECT_TYPE, REACHABLE,
        RETENTION, RULES, TRIGGER, VIRTUAL_MACHINE, VM_COUNT, VM_FAILED,
    };
    use crate::conditions::{ask_linked, trouble, works};
    use crate::kinds::state;
    use crate::sharing::{Level, level};

    /// Namespaces of the system, which are not backed up.
    const PROTECTED: &[&str] = &["kube-system", "kube-node-lease", "kube-public", "portworx"];

    pub(super) static NAMESPACES_FREE: Condition = Condition::new(
        "namespaces-not-protected",
        ConditionClass::Target,
        "Is none of the namespaces a protected one?",
        |facts, _| (!facts.target().values(NAMESPACES).any(|name| PROTECTED.contains(&name))).into(),
    )
    .refuses(
        "namespaces of the system (kube-system, kube-node-lease, kube-public, portworx) are not backed up",
    )
    .reads(&["target.namespaces"])
    .source(Provenance::stated("CB"));

    /// Selects: machines with custom rules that are paused or stopped fail, and only they.
    pub(super) static MACHINES_NOT_RUNNING: Condition = Condition::new(
        "custom-rules-on-stopped-machines",
        ConditionClass::Related,
        "Has it custom rules, and machines that do not run?",
        |facts, trace| {
            let target = facts.target();
            if !target.has(OBJECT_TYPE, "vm") {
                return Truth::False;
            }
            let own_rules = target.has(RULES, "custom");
            let unlisted = own_rules && !target.tells(VIRTUAL_MACHINE);
            let mut answer = if unlisted { Truth::Unknown } else { Truth::False };
            for (_, machine) in facts.links(target, VIRTUAL_MACHINE) {
                let Link::To(machine) = machine else {
                    answer = answer.or(if facts.complete() { Truth::False } else { Truth::Unknown });
                    continue;
                };
                let fails = machine.state() != state::virtual_machine::RUNNING
                    && (own_rules || machine.has(RULES, "custom"));
                if fails {
                    trace.blame_state(machine);
                }
                answer = answer.or(fails.into());
            }
            answer
        },
    )
    .refuses("custom rules fail on machines that do not run")
    .reads(&[
        "target.object-type",
        "target.rules",
        "target.virtual-machine",
        "related.virtual-machine.state",
        "related.virtual-machine.rules",
    ])
    .source(Provenance::chosen("SM VP STKC OPEN-5"));

    pub(super) static OF_MACHINES: Condition = Condition::new(
        "of-virtual-machines",
        ConditionClass::Target,
        "Is it a backup of virtual machines?",
        |facts, _| facts.target().has(OBJECT_TYPE, "vm").into(),
    )
    .refuses("it is no backup of virtual machines")
    .reads(&["target.object-type"])
    .source(Provenance::stated("API CLI-retry"));

    pub(super) static OF_NAMESPACES: Condition = Condition::new(
        "of-namespaces",
        ConditionClass::Target,
        "Is it a backup of namespaces?",
        |facts, _| (!facts.target().has(OBJECT_TYPE, "vm")).into(),
    )
    .refuses("it is a backup of virtual machines")
    .reads(&["target.object-type"])
    .source(Provenance::stated("STKC VP"));

    pub(super) static SCHEDULED: Condition =
        Condition::new("scheduled", ConditionClass::Target, "Did a schedule start it?", |facts, _| {
            facts.target().has(TRIGGER, "schedule").into()
        })
        .refuses("it was started by hand")
        .reads(&["target.trigger"])
        .source(Provenance::stated("FN"));

    /// Selects between failure and partial success.
    pub(super) static EVERY_MACHINE_FAILED: Condition = Condition::new(
        "every-machine-failed",
        ConditionClass::Target,
        "Did every machine of the backup fail?",
        |facts, _| {
            let target = facts.target();
            let counts = target.number(VM_COUNT).zip(target.number(VM_FAILED));
            Truth::known(counts.map(|(all, failed)| failed >= all))
        },
    )
    .refuses("some machine did not fail")
    .reads(&["target.vm-count", "target.vm-failed"])
    .source(Provenance::stated("VP"));

    /// Classic: what is object-locked stays until its retention is over.
    pub(super) static RETENTION_OVER: Condition = Condition::new(
        "retention-over",
        ConditionClass::Target,
        "Is the retention over, if the location is object-locked?",
        |facts, trace| {
            let target = facts.target();
            if target.has(RETENTION, "expired") {
                return Truth::True;
            }
            match facts.link(target, LOCATION) {
                Link::To(location) if location.flag(OBJECT_LOCK) == Some(true) => {
                    trace.note(location);
                    target.says(RETENTION, "expired")
                }
                Link::To(_) | Link::Missing(_) => Truth::True,
                Link::Unknown => Truth::Unknown,
            }
        },
    )
    .refuses("its location is object-locked and its retention is not over")
    .reads(&["target.retention", "target.location", "related.backup-location.object-lock"])
    .source(Provenance::stated("GCS OL"));

    /// Classic: the server deletes the data itself.
    pub(super) static LOCATION_NOT_INVALID: Condition = Condition::new(
        "location-not-invalid",
        ConditionClass::Related,
        "Can the server reach the location to delete the data?",
        |facts, trace| {
            ask_linked!(facts, trace, LOCATION, |location| {
                trace.blame(location, "");
                (location.state() != state::backup_location::INVALID).into()
            })
        },
    )
    .refuses("its location is invalid, so its data could not be removed")
    .reads(&["target.location", "related.backup-location.state"])
    .source(Provenance::chosen("OPEN-11 SM"));

    /// Classic: snapshots of CSI volumes live on the cluster.
    pub(super) static CSI_CLUSTER_REACHABLE: Condition = Condition::new(
        "csi-cluster-reachable",
        ConditionClass::Related,
        "If it is a CSI backup: is its cluster reachable?",
        |facts, trace| {
            if !facts.target().has(BACKUP_TYPE, "csi") {
                return Truth::True;
            }
            ask_linked!(facts, trace, CLUSTER, |cluster| {
                let reachable = cluster.flag(REACHABLE).unwrap_or(works(cluster));
                trace.blame(cluster, trouble(cluster));
                reachable.into()
            })
        },
    )
    .refuses("it is a CSI backup and its cluster is not reachable; name another one in the request")
    .reads(&["target.backup-type", "target.cluster", "related.cluster.state", "related.cluster.reachable"])
    .source(Provenance::stated("DB TRP"));

    pub(super) static ACKNOWLEDGED_LOSS: Condition = Condition::new(
        "acknowledged",
        ConditionClass::Parameter,
        "Has the subject acknowledged that the data stays behind?",
        |facts, _| Truth::known(facts.parameter_flag(ACKNOWLEDGED)),
    )
    .refuses("it was not acknowledged that its data stays in the location")
    .reads(&["parameter.acknowledged"])
    .source(Provenance::stated("FD"));

    /// Selects: a share that allows restoring passes the location on, which only its owner can.
    pub(super) static SHARER_OWNS_LOCATION: Condition = Condition::new(
        "sharer-owns-location",
        ConditionClass::Access,
        "Does the subject own the location that the backup is in?",
        |facts, _| match facts.link(facts.target(), LOCATION) {
            Link::To(location) => Truth::known(level(facts, location).map(|level| level == Level::Owner)),
            Link::Missing(_) => Truth::False,
            Link::Unknown => Truth::Unknown,
        },
    )
    .refuses("you do not own its location")
    .reads(&["target.location", "related.backup-location.access"])
    .source(Provenance::stated("SR AT"));
}
