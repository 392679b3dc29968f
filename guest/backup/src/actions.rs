//! Operations, in the order in which people expect them. Events stand with the kind they happen to.

use interlock_rules::Action;

use crate::access;

macro_rules! operations {
    ($($id:ident = $name:literal, $participle:literal, $access:ident, $meaning:literal;)*) => {
        $(
            #[doc = $meaning]
            pub(crate) static $id: Action =
                Action::operation($name, $participle, $meaning).guarded_by(&access::$access);
        )*

        /// Every operation.
        pub(crate) static OPERATIONS: &[&Action] = &[$(&$id),*];

        /// Operations by their positions, for grants.
        pub(crate) mod op {
            #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "numbers the constants below")]
            enum Position { $($id),* }

            $(
                #[doc = $meaning]
                pub(crate) const $id: interlock_rules::Op = interlock_rules::Op(Position::$id as u8);
            )*
        }
    };
}

operations! {
    CREATE = "create", "created", MAY_CREATE, "Makes the resource: adds a cluster or location, takes a backup, starts a restore.";
    VIEW = "view", "viewed", MAY_VIEW, "Lists and inspects it.";
    EDIT = "edit", "edited", MAY_EDIT, "Changes its settings.";
    DELETE = "delete", "deleted", MAY_DELETE, "Removes it, with what belongs to it.";
    FORCE_DELETE = "force-delete", "force-deleted", MAY_FORCE_DELETE, "Removes the record alone; the data stays behind.";
    DUPLICATE = "duplicate", "duplicated", MAY_DUPLICATE, "Makes another one with the same settings.";
    SHARE = "share", "shared", MAY_SHARE, "Lets other users or groups see or use it.";
    UNSHARE = "unshare", "unshared", MAY_UNSHARE, "Takes a share back.";
    RETRY = "retry", "retried", MAY_RETRY, "Backs the failed virtual machines up once more, as a new backup.";
    SUSPEND = "suspend", "suspended", MAY_SUSPEND, "Pauses the schedule.";
    RESUME = "resume", "resumed", MAY_RESUME, "Lets the schedule go on.";
    VALIDATE = "validate", "validated", MAY_VALIDATE, "Checks again whether it can be reached.";
    SYNC = "sync", "synchronised", MAY_SYNC, "Reads from the storage bucket which backups it holds.";
    DISCOVER = "discover", "discovered", MAY_DISCOVER, "Scans for clusters now.";
    REFRESH_CREDENTIALS = "refresh-credentials", "given new credentials", MAY_REFRESH_CREDENTIALS, "Renews the kubeconfig of discovered clusters.";
    ASSIGN_ROLE = "assign-role", "given a role", MAY_ASSIGN_ROLE, "Gives the user a role.";
    REVOKE_ROLE = "revoke-role", "deprived of a role", MAY_REVOKE_ROLE, "Takes a role from the user.";
    SHARE_CLUSTER_BACKUPS = "share-cluster-backups", "opened for sharing all its backups", MAY_SHARE_CLUSTER_BACKUPS, "Shares every backup of the cluster, those to come included.";
    DELETE_ALL_CLUSTER_BACKUPS = "delete-all-cluster-backups", "cleared of all its backups", MAY_DELETE_ALL_CLUSTER_BACKUPS, "Deletes the backups that anybody has of the cluster.";
}
