//! The values of the two interfaces and what they mean here, table by table.
//!
//! One table for each enumeration of the vendor's API and for each status or stage of a Stork
//! resource, in the order of the definitions. What a table does not have is an error, never a guess.
//!
//! Three traps, each with a test:
//!
//! - Value 0 of an API enumeration is named `Invalid` and means *not set*. The state `invalid` of a
//!   backup location is `ValidationFailed`, that of a connection is `Failed`.
//! - `Retained` is said of one item of a restore, never of the restore.
//! - The numbers that Stork exports as metrics are not those of the API.

use serde_json::Value;

use super::error::ImportError;
use super::node::Node;

/// What a value of an enumeration stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Means<T> {
    /// This.
    Is(T),
    /// Nothing: the field was never set.
    Unset,
    /// Something that parts may be and the whole may not.
    PerItem,
}

use Means::{Is, PerItem, Unset};

/// The values of one enumeration, with the numbers that protobuf gives them.
pub(super) struct Numbered<T: 'static> {
    /// What a value is, for messages: "a status of a backup location".
    pub(super) what: &'static str,
    pub(super) values: &'static [(u64, &'static str, Means<T>)],
}

/// The values of one field that Stork writes as text.
pub(super) struct Named<T: 'static> {
    /// As in [`Numbered::what`].
    pub(super) what: &'static str,
    /// The empty text is one of them: Stork writes it first.
    pub(super) values: &'static [(&'static str, Means<T>)],
}

/// `BackupLocationInfo.StatusInfo.Status`.
pub(super) const LOCATION_STATUS: Numbered<&str> = Numbered {
    what: "a status of a backup location",
    values: &[
        (0, "Invalid", Unset),
        (1, "Valid", Is("valid")),
        (2, "DeletePending", Is("delete-pending")),
        (3, "ValidationInProgress", Is("validation-in-progress")),
        (4, "ValidationFailed", Is("invalid")),
        (5, "LimitedAvailability", Is("limited-availability")),
    ],
};

/// `BackupLocationInfo.Type`.
pub(super) const LOCATION_TYPE: Numbered<&str> = Numbered {
    what: "a type of backup location",
    values: &[
        (0, "Invalid", Unset),
        (1, "S3", Is("s3")),
        (2, "Azure", Is("azure")),
        (3, "Google", Is("google")),
        (4, "NFS", Is("nfs")),
    ],
};

/// `BackupLocationInfo.SyncInfo.Status`.
pub(super) const SYNC_STATUS: Numbered<&str> = Numbered {
    what: "a status of a backup sync",
    values: &[
        (0, "Invalid", Unset),
        (1, "Pending", Is("pending")),
        (2, "InProgress", Is("in-progress")),
        (3, "Completed", Is("completed")),
        (4, "Failed", Is("failed")),
    ],
};

/// `ClusterValidationStatus.ClusterValidationState`, which a location keeps for each of its clusters,
/// and `BackupLocationRefStatus.BackupLocationValidationState`, which a cluster keeps for each of its
/// locations. The two are alike.
pub(super) const CONNECTION_STATUS: Numbered<&str> = Numbered {
    what: "a status of a connection between a location and a cluster",
    values: &[
        (0, "Invalid", Unset),
        (1, "Pending", Is("pending")),
        (2, "InProgress", Is("in-progress")),
        (3, "Valid", Is("valid")),
        (4, "Failed", Is("invalid")),
    ],
};

/// `ClusterInfo.StatusInfo.Status`: the state, and the attribute `api-status` where the state does not
/// say all.
///
/// `Offline` is both `disconnected` and `not-available`. It becomes the first, and keeps its own name
/// as a sign that the other is possible.
pub(super) const CLUSTER_STATUS: Numbered<(&str, Option<&str>)> = Numbered {
    what: "a status of a cluster",
    values: &[
        (0, "Invalid", Unset),
        (1, "Online", Is(("active", None))),
        (2, "Offline", Is(("disconnected", Some("Offline")))),
        (3, "DeletePending", Is(("delete-pending", None))),
        (4, "Pending", Is(("pending", None))),
        (5, "Failed", Is(("failed", None))),
        (6, "Success", Is(("success", None))),
    ],
};

/// What the status of a schedule says of its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScheduleStatus {
    /// The state itself.
    State(&'static str),
    /// Nothing: the boolean `suspend` tells active from suspended.
    BySuspend,
}

/// `BackupScheduleInfo.StatusInfo.Status`, as the status of a schedule.
///
/// The enumeration is shared with the runs of the schedule. What it says of runs (`InProgress`,
/// `Success` and so on) is no state of a schedule.
pub(super) const SCHEDULE_STATUS: Numbered<ScheduleStatus> = Numbered {
    what: "a status of a backup schedule",
    values: &[
        (0, "Invalid", Is(ScheduleStatus::BySuspend)),
        (1, "Pending", Is(ScheduleStatus::BySuspend)),
        (2, "InProgress", Is(ScheduleStatus::BySuspend)),
        (3, "Aborted", Is(ScheduleStatus::BySuspend)),
        (4, "Failed", Is(ScheduleStatus::State("failed"))),
        (5, "Deleting", Is(ScheduleStatus::State("deleting"))),
        (6, "Success", Is(ScheduleStatus::BySuspend)),
        (7, "Captured", Is(ScheduleStatus::BySuspend)),
        (8, "PartialSuccess", Is(ScheduleStatus::BySuspend)),
        (9, "DeletePending", Is(ScheduleStatus::State("delete-pending"))),
        (10, "Suspending", Is(ScheduleStatus::State("suspending"))),
        (11, "Resuming", Is(ScheduleStatus::State("resuming"))),
    ],
};

/// Whether a run of a schedule has come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Run {
    Finished,
    Unfinished,
}

/// `BackupScheduleInfo.StatusInfo.Status`, as the status of one run.
pub(super) const RUN_STATUS: Numbered<Run> = Numbered {
    what: "a status of a scheduled run",
    values: &[
        (0, "Invalid", Unset),
        (1, "Pending", Is(Run::Unfinished)),
        (2, "InProgress", Is(Run::Unfinished)),
        (3, "Aborted", Is(Run::Finished)),
        (4, "Failed", Is(Run::Finished)),
        (5, "Deleting", Is(Run::Finished)),
        (6, "Success", Is(Run::Finished)),
        (7, "Captured", Is(Run::Unfinished)),
        (8, "PartialSuccess", Is(Run::Finished)),
        (9, "DeletePending", Is(Run::Finished)),
    ],
};

/// `BackupScheduleInfo.SuspendedBy.Source`.
pub(super) const SUSPENDED_BY: Numbered<&str> = Numbered {
    what: "who may suspend a backup schedule",
    values: &[(0, "Invalid", Unset), (1, "User", Is("user")), (2, "LicenseCheck", Is("license-check"))],
};

/// `BackupInfo.StatusInfo.Status`.
pub(super) const BACKUP_STATUS: Numbered<&str> = Numbered {
    what: "a status of a backup",
    values: &[
        (0, "Invalid", Unset),
        (1, "Pending", Is("pending")),
        (2, "InProgress", Is("in-progress")),
        (3, "Aborted", Is("failure")),
        (4, "Failed", Is("failure")),
        (5, "Deleting", Is("deleting")),
        (6, "Success", Is("success")),
        (7, "Captured", Is("in-progress")),
        (8, "PartialSuccess", Is("partial-success")),
        (9, "DeletePending", Is("delete-pending")),
        (10, "CloudBackupMissing", Is("cloud-backup-missing")),
    ],
};

/// `BackupInfo.BackupType.Type` and its twin of schedules. Generic backups are those that the KDMP
/// driver takes.
pub(super) const BACKUP_TYPE: Numbered<Option<&str>> = Numbered {
    what: "a type of backup",
    values: &[(0, "Invalid", Is(None)), (1, "Generic", Is(Some("kdmp"))), (2, "Normal", Is(None))],
};

/// `BackupInfo.BackupObjectType.Type` and its twins of schedules and restores.
pub(super) const OBJECT_TYPE: Numbered<Option<&str>> = Numbered {
    what: "a type of backup object",
    values: &[
        (0, "Invalid", Is(None)),
        (1, "All", Is(Some("namespace"))),
        (2, "VirtualMachine", Is(Some(VIRTUAL_MACHINE))),
    ],
};

/// The object type of a backup or restore of virtual machines.
pub(super) const VIRTUAL_MACHINE: &str = "vm";

/// `BackupInfo.Volume.BackupMode.Type`: whether the volume was backed up incrementally.
pub(super) const BACKUP_MODE: Numbered<bool> = Numbered {
    what: "a backup mode of a volume",
    values: &[
        (0, "Invalid", Is(false)),
        (1, "NotSupported", Is(false)),
        (2, "Full", Is(false)),
        (3, "Incremental", Is(true)),
    ],
};

/// `BackupShare.AccessType`: the attribute that carries the grant.
pub(super) const BACKUP_SHARE: Numbered<&str> = Numbered {
    what: "a level of access to a backup",
    values: &[
        (0, "Invalid", Unset),
        (1, "View", Is("shared-view")),
        (2, "Restorable", Is("shared-restorable")),
        (3, "FullAccess", Is("shared-full")),
    ],
};

/// `Ownership.AccessType`: the attribute that carries the grant. The product's documentation speaks of
/// viewing only, so that writing and administering grant no more than that.
pub(super) const OWNERSHIP: Numbered<&str> = Numbered {
    what: "a level of access to an object",
    values: &[
        (0, "Invalid", Unset),
        (1, "Read", Is("shared-view")),
        (2, "Write", Is("shared-view")),
        (3, "Admin", Is("shared-view")),
    ],
};

/// `Ownership.PublicAccessControl`, of the same enumeration: whether everyone has access.
pub(super) const PUBLIC: Numbered<bool> = Numbered {
    what: "a level of public access",
    values: &[
        (0, "Invalid", Is(false)),
        (1, "Read", Is(true)),
        (2, "Write", Is(true)),
        (3, "Admin", Is(true)),
    ],
};

/// `RestoreInfo.StatusInfo.Status`.
pub(super) const RESTORE_STATUS: Numbered<&str> = Numbered {
    what: "a status of a restore",
    values: &[
        (0, "Invalid", Unset),
        (1, "Pending", Is("pending")),
        (2, "InProgress", Is("in-progress")),
        (3, "Aborted", Is("failure")),
        (4, "Failed", Is("failure")),
        (5, "Deleting", Is("deleting")),
        (6, "Success", Is("success")),
        (7, "Retained", PerItem),
        (8, "PartialSuccess", Is("partial-success")),
    ],
};

/// `ClusterDiscoveryConfigInfo.StatusInfo.Status`. The status of a credential refresh is another
/// field, and no state.
pub(super) const DISCOVERY_STATUS: Numbered<&str> = Numbered {
    what: "a status of a cluster discovery configuration",
    values: &[
        (0, "Invalid", Unset),
        (1, "Inprogress", Is("in-progress")),
        (2, "Success", Is("success")),
        (3, "Failed", Is("failed")),
        (4, "Deleting", Is("deleting")),
        (5, "DeletePending", Is("delete-pending")),
    ],
};

/// `status.status` of Stork's `ApplicationBackup`, and of a run in `status.items` of its
/// `ApplicationBackupSchedule`.
pub(super) const STORK_BACKUP_STATUS: Named<&str> = Named {
    what: "a status of an ApplicationBackup",
    values: &[
        ("", Is("pending")),
        ("Pending", Is("pending")),
        ("InProgress", Is("in-progress")),
        ("Failed", Is("failure")),
        ("PartialSuccess", Is("partial-success")),
        ("Successful", Is("success")),
    ],
};

/// How far Stork has come with a backup or restore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Not at the end.
    Underway,
    /// At the end: the status is one of the three final ones.
    Final,
}

/// `status.stage` of Stork's `ApplicationBackup`.
pub(super) const STORK_BACKUP_STAGE: Named<Stage> = Named {
    what: "a stage of an ApplicationBackup",
    values: &[
        ("", Is(Stage::Underway)),
        ("ImportResource", Is(Stage::Underway)),
        ("PreExecRule", Is(Stage::Underway)),
        ("PostExecRule", Is(Stage::Underway)),
        ("Volumes", Is(Stage::Underway)),
        ("Applications", Is(Stage::Underway)),
        ("Final", Is(Stage::Final)),
    ],
};

/// `status.status` of Stork's `ApplicationRestore`.
pub(super) const STORK_RESTORE_STATUS: Named<&str> = Named {
    what: "a status of an ApplicationRestore",
    values: &[
        ("", Is("pending")),
        ("Pending", Is("pending")),
        ("InProgress", Is("in-progress")),
        ("Failed", Is("failure")),
        ("PartialSuccess", Is("partial-success")),
        ("Retained", PerItem),
        ("Successful", Is("success")),
    ],
};

/// `status.stage` of Stork's `ApplicationRestore`.
pub(super) const STORK_RESTORE_STAGE: Named<Stage> = Named {
    what: "a stage of an ApplicationRestore",
    values: &[
        ("", Is(Stage::Underway)),
        ("IncludeResources", Is(Stage::Underway)),
        ("Volumes", Is(Stage::Underway)),
        ("Applications", Is(Stage::Underway)),
        ("Final", Is(Stage::Final)),
    ],
};

/// `spec.backupType` of Stork's `ApplicationBackup`.
pub(super) const STORK_BACKUP_TYPE: Named<Option<&str>> = Named {
    what: "a type of an ApplicationBackup",
    values: &[("", Is(None)), ("Generic", Is(Some("kdmp"))), ("Normal", Is(None))],
};

/// `spec.backupObjectType` of Stork's `ApplicationBackup`.
pub(super) const STORK_OBJECT_TYPE: Named<Option<&str>> = Named {
    what: "an object type of an ApplicationBackup",
    values: &[("", Is(None)), ("All", Is(Some("namespace"))), ("VirtualMachine", Is(Some(VIRTUAL_MACHINE)))],
};

/// The states that a finished backup or restore may have.
pub(super) const FINAL_STATES: [&str; 3] = ["success", "partial-success", "failure"];

impl<T: Copy> Numbered<T> {
    /// What a value means: a name, a number, or 0 where it is not there.
    pub(super) fn read(&self, node: &Node<'_>) -> Result<T, ImportError> {
        self.read_or_unset(node)?.ok_or_else(|| ImportError::Unset {
            place: node.place(),
            what: self.what.to_owned(),
            known: self.known(),
        })
    }

    /// As `read`, and none where the value means that nothing was set.
    pub(super) fn read_or_unset(&self, node: &Node<'_>) -> Result<Option<T>, ImportError> {
        let found = match node.value() {
            None => self.values.iter().find(|(number, ..)| *number == 0),
            Some(Value::String(name)) => self.values.iter().find(|(_, known, _)| known == name),
            Some(Value::Number(number)) => {
                self.values.iter().find(|(known, ..)| Some(*known) == number.as_u64())
            }
            Some(_) => return Err(node.wrong_type("the name or number of a value")),
        };
        means(found.map(|(_, _, means)| *means), node, self.what, || self.known())
    }

    fn known(&self) -> String {
        let known = self.values.iter().filter(|(_, _, means)| matches!(means, Is(_)));
        known.map(|(number, name, _)| format!("{name} ({number})")).collect::<Vec<_>>().join(", ")
    }
}

impl<T: Copy> Named<T> {
    /// What a text means; the empty one where it is not there.
    pub(super) fn read(&self, node: &Node<'_>) -> Result<T, ImportError> {
        let text = node.text()?.unwrap_or_default();
        let found = self.values.iter().find(|(known, _)| *known == text).map(|(_, means)| *means);
        means(found, node, self.what, || self.known())?.ok_or_else(|| ImportError::Unset {
            place: node.place(),
            what: self.what.to_owned(),
            known: self.known(),
        })
    }

    fn known(&self) -> String {
        let known = self.values.iter().filter(|(name, means)| !name.is_empty() && matches!(means, Is(_)));
        known.map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }
}

fn means<T>(
    found: Option<Means<T>>,
    node: &Node<'_>,
    what: &str,
    known: impl Fn() -> String,
) -> Result<Option<T>, ImportError> {
    let value = || match node.value() {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let (place, what) = (|| node.place(), || what.to_owned());
    match found {
        Some(Is(meaning)) => Ok(Some(meaning)),
        Some(Unset) => Ok(None),
        Some(PerItem) => {
            Err(ImportError::PerItem { place: place(), value: value(), what: what(), known: known() })
        }
        None => {
            Err(ImportError::UnknownValue { place: place(), value: value(), what: what(), known: known() })
        }
    }
}
