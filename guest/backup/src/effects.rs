//! What follows from actions besides the next state. Alerts go by their names.

use interlock_rules::Effect;

macro_rules! effects {
    ($($id:ident = $code:literal, $meaning:literal;)*) => {
        $(
            #[doc = $meaning]
            pub(crate) static $id: Effect = Effect::new($code, $meaning);
        )*
    };
}

effects! {
    // Alerts.
    ALERT_BACKUP_LOCATION = "backup-location-alert", "The alert BackupLocationAlert fires after a minute.";
    ALERT_LIMITED_AVAILABILITY = "backup-location-limited-availability-alert", "The alert BackupLocationLimitedAvailabilityAlert fires after a minute: KDMP backups to this location are refused.";
    ALERT_CLUSTER = "cluster-alert", "The alert ClusterAlert fires after a minute.";
    ALERT_BACKUP = "backup-alert", "The alert BackupAlert fires after a minute.";
    ALERT_PARTIAL_BACKUP = "partial-backup-alert", "The alert PartialBackupAlert fires after a minute.";
    ALERT_RESTORE = "restore-alert", "The alert RestoreAlert fires after a minute.";
    ALERT_ORPHANED_DATA = "orphaned-backup-data-alert", "The alert OrphanedBackupDataAlert fires: register a cluster on the same location for a time, or force the deletion.";
    ALERT_DISCOVERY_FAILED = "cluster-discovery-config-failed", "The alert ClusterDiscoveryConfigFailed fires after a minute.";
    ALERT_GARDENER = "gardener-connectivity-failure", "The alert GardenerConnectivityFailure fires.";
    ALERT_LICENSE = "license-expiry-alert", "The alert LicenseExpiryAlert fires.";

    // Backup locations and connections.
    VALIDATION_STARTED = "validation-started", "Validation of the location starts.";
    CONNECTIONS_VALIDATED = "connections-validated", "Each attached cluster validates its own connection; those connections are in-progress.";
    NEW_CLUSTERS_VALIDATED = "new-clusters-validated", "Clusters that were attached anew validate their connection.";
    BACKUPS_DELETED_TOO = "backups-deleted-too", "The backups that it holds are deleted as well.";
    SHARED_FOR_VIEWING = "shared-for-viewing", "Whom it is shared with may view and use it.";
    ACCESS_ENDS = "access-ends", "Whom it was shared with no longer sees it.";
    VALIDATION_QUEUED = "validation-queued", "Validation of the connection is queued.";
    REASON_KEPT = "reason-kept", "The reason is kept with it.";
    ELIGIBLE = "eligible", "Backups, restores and syncs may go through this connection.";
    LEFT_IN_PROGRESS_FAILED = "left-in-progress-failed", "Clusters whose validation had not ended are marked as failed.";

    // Users.
    RESOURCES_STRANDED = "resources-stranded", "The user's resources stay and are stranded: the default administrator may list and delete them.";
    ROLE_GAINED = "role-gained", "The user has the rights of the role.";
    RIGHTS_LOST = "rights-lost", "The user loses the rights of the role at once.";

    // Clusters.
    REGISTRATION_STARTED = "registration-started", "The cluster is being registered.";
    BACKUPS_RETAINED = "backups-retained", "Backups are retained.";
    OWN_BACKUPS_DELETED = "own-backups-deleted", "The owner's backups of the cluster are deleted.";
    OWN_RESTORES_DELETED = "own-restores-deleted", "The owner's restores to the cluster are deleted.";
    SCHEDULES_REMOVED = "schedules-removed", "Schedules on the cluster are removed with it.";
    ALL_BACKUPS_DELETED = "all-backups-deleted", "The backups that the owner, super administrators and shared users have of the cluster are deleted.";
    CLUSTER_USABLE_BY_SHARED = "cluster-usable-by-shared", "Whom it is shared with may take backups, schedule and restore on it; kubeconfig and credentials stay hidden.";
    ALL_BACKUPS_SHARED = "all-backups-shared", "Existing and future backups of the cluster become visible to whom they are shared with.";
    CREDENTIALS_RENEWED = "credentials-renewed", "The kubeconfig and its times of issue and expiry are renewed.";
    COUNTED_UNMANAGED = "counted-unmanaged", "The cluster stays registered and is counted as unmanaged.";
    COUNTED_REMANAGED = "counted-remanaged", "The cluster is counted as remanaged.";
    CLUSTER_REGISTERED = "cluster-registered", "The discovered cluster is registered.";
    CREDENTIALS_REFUSED = "credentials-refused", "The error says that access to the cluster could not be validated.";

    // Virtual machines.
    CUSTOM_RULES_FAIL = "custom-rules-fail", "Custom rules of this machine fail from now on.";
    MACHINE_FAILS = "machine-marked-failed", "The machines that do not run are marked as failed in this backup, since their custom rules fail; the others go on.";

    // Schedules.
    FIRST_RUN_PLANNED = "first-run-planned", "The first run is planned as the schedule policy says.";
    NO_NEW_BACKUPS = "no-new-backups", "No new backups until it is resumed; a running one is not stopped, and old ones are still pruned.";
    RUNS_RESUME = "runs-resume", "Backups go on as the schedule policy says.";
    SUSPENDED_BY_LICENSE = "suspended-by-license-check", "It is recorded that the licence check suspended it.";
    BACKUP_CREATED = "backup-created", "A new backup is created, pending.";
    RUN_PARTIAL = "run-partial", "The run goes on with the namespaces present; its backup ends as partial-success.";
    TAKEN_BACKUPS_DELETED = "taken-backups-deleted", "Backups that it took are deleted as well.";
    SCHEDULE_CREATED = "schedule-created", "A new schedule is created.";

    // Backups.
    DELETION_STARTED = "deletion-started", "The data is deleted from the location, five backups at a time.";
    REMOVED_FOR_EVERYONE = "removed-for-everyone", "It is gone for its owner and everyone it is shared with.";
    METADATA_REMOVED = "metadata-removed", "Only the record is removed.";
    DATA_LEFT_BEHIND = "data-left-behind", "The data stays in the location and must be cleaned up by hand.";
    DATA_REMOVED = "data-removed", "Data and record are gone.";
    LOCATION_SHARED_TOO = "location-shared-too", "A share that allows restoring also shares the location and, in classic mode, the cloud account.";
    SHARE_FALLS_BACK = "share-falls-back-to-view", "Whatever was asked, the share is for viewing: the sharer does not own the location.";
    DEPENDENT_NAMED = "dependent-named", "The reason names the incremental backup that depends on it.";
    DELETION_RESUMES = "deletion-resumes", "Deletion goes on.";
    LISTED_ON_ALL_BACKUPS = "listed-on-all-backups", "It appears on the All Backups page.";
    MACHINE_FAILURES_RECORDED = "machine-failures-recorded", "The failure of each machine is recorded.";

    // Restores.
    RESTORE_CREATED = "restore-created", "A new restore is created, pending.";
    RESTORED_OBJECTS_STAY = "restored-objects-stay", "What was restored to the cluster stays there.";

    // Discovery configurations.
    SCAN_STARTED = "scan-started", "The Gardener API is scanned for matching shoots.";
    MANUAL_TIME_STAMPED = "manual-time-stamped", "The time of the manual discovery is recorded.";
    AUTOMATIC_TIME_STAMPED = "automatic-time-stamped", "The time of the automatic discovery is recorded.";
    SHOOTS_REGISTERED = "shoots-registered", "Matching shoots are registered or updated.";
    REFRESH_IN_PROGRESS = "refresh-in-progress", "The refresh runs on its own track: kubeconfigs of all associated shoots are renewed.";
    CLUSTERS_STAY = "clusters-stay-registered", "Clusters that it found stay registered.";

    // Syncs.
    SYNC_CREATED = "sync-created", "A sync is created, pending, and the cluster that executes it is chosen.";
    BUCKET_LOCKED = "bucket-locked", "No other sync on the same storage bucket may start until it ends.";
    ALL_BACKUPS_REFRESHED = "all-backups-refreshed", "The All Backups page shows what the location holds.";
    TRIGGER_RESET = "trigger-reset", "The flag that triggered it is reset.";
}
