//! Operations, in the order in which people expect them. Events stand with the kind they happen to.

use interlock_rules::Action;

use crate::access;

macro_rules! operations {
    ($($id:ident = $name:literal, $title:literal, $participle:literal, $access:ident, $meaning:literal;)*) => {
        $(
            #[doc = $meaning]
            pub(crate) static $id: Action =
                Action::operation($name, $title, $participle, $meaning).guarded_by(&access::$access);
        )*

        /// Every operation.
        pub(crate) static OPERATIONS: &[&Action] = &[$(&$id),*];
    };
}

operations! {
    CREATE = "create", "Create", "created", MAY_CREATE, "Makes the resource: adds a cluster or location, takes a backup, starts a restore.";
    VIEW = "view", "View", "viewed", MAY_VIEW, "Lists and inspects it.";
    EDIT = "edit", "Edit", "edited", MAY_EDIT, "Changes its settings.";
    DELETE = "delete", "Delete", "deleted", MAY_DELETE, "Removes it, with what belongs to it.";
    FORCE_DELETE = "force-delete", "Force delete", "force-deleted", MAY_FORCE_DELETE, "Removes the record alone; the data stays behind.";
    DUPLICATE = "duplicate", "Duplicate", "duplicated", MAY_DUPLICATE, "Makes another one with the same settings.";
    SHARE = "share", "Share", "shared", MAY_SHARE, "Lets other users or groups see or use it.";
    UNSHARE = "unshare", "Unshare", "unshared", MAY_UNSHARE, "Takes a share back.";
    RETRY = "retry", "Retry", "retried", MAY_RETRY, "Backs the failed virtual machines up once more, as a new backup.";
    SUSPEND = "suspend", "Suspend", "suspended", MAY_SUSPEND, "Pauses the schedule.";
    RESUME = "resume", "Resume", "resumed", MAY_RESUME, "Lets the schedule go on.";
    VALIDATE = "validate", "Validate", "validated", MAY_VALIDATE, "Checks again whether it can be reached.";
    SYNC = "sync", "Sync", "synchronised", MAY_SYNC, "Reads from the storage bucket which backups it holds.";
    DISCOVER = "discover", "Discover", "discovered", MAY_DISCOVER, "Scans for clusters now.";
    REFRESH_CREDENTIALS = "refresh-credentials", "Refresh credentials", "given new credentials", MAY_REFRESH_CREDENTIALS, "Renews the kubeconfig of discovered clusters.";
    ASSIGN_ROLE = "assign-role", "Assign role", "given a role", MAY_ASSIGN_ROLE, "Gives the user a role.";
    REVOKE_ROLE = "revoke-role", "Revoke role", "deprived of a role", MAY_REVOKE_ROLE, "Takes a role from the user.";
    SHARE_CLUSTER_BACKUPS = "share-cluster-backups", "Share cluster backups", "opened for sharing all its backups", MAY_SHARE_CLUSTER_BACKUPS, "Shares every backup of the cluster, those to come included.";
    DELETE_ALL_CLUSTER_BACKUPS = "delete-all-cluster-backups", "Delete all cluster backups", "cleared of all its backups", MAY_DELETE_ALL_CLUSTER_BACKUPS, "Deletes the backups that anybody has of the cluster.";
}
