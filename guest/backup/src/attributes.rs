//! What callers may say of a resource, a subject or an action, and what its absence means.

use interlock_rules::Values::{Flag, Key, Link, LinkOr, Number, OneOf, Text};
use interlock_rules::attributes;

attributes! {
    // Who may.
    ACCESS = "access",
        many [OneOf(&["owner", "admin", "write", "read", "full", "restorable", "view", "shared", "none"])],
        "The subject's own access to the resource; the highest of all that is given counts. Where nothing is given: none if coverage is complete, else not known; the owner, of something to be created.";
    OWNER = "owner", many [Key], "Subject id of the owner; see `access`.";
    SHARED_VIEW = "shared-view", many [Text], "Subject or group ids that may view; see `access`.";
    SHARED_RESTORABLE = "shared-restorable", many [Text], "Subject or group ids that may view and restore; see `access`.";
    SHARED_FULL = "shared-full", many [Text], "Subject or group ids that may view, restore, edit and delete; see `access`.";
    GROUP = "group", many [Text], "Groups that the subject belongs to; absent: none.";
    GRANT = "grant", many [Text], "What a custom role gives, as `KIND:full` or `KIND:view`; absent: nothing.";
    SUBJECT_STATE = "state", [OneOf(&["active", "inactive", "unknown"])], "State of the subject; absent: active.";
    SHARED = "shared", [Flag], "Whether it is shared with anybody; absent: as the lists of shares say.";

    // Links.
    LOCATION = "location", [Link("backup-location")], "Backup location; absent: not known.";
    CLUSTER = "cluster", [Link("cluster")], "Cluster backed up, restored to, connected or executing; absent: not known.";
    CLUSTERS = "clusters", many [Link("cluster")], "Clusters attached to the location; absent: as the connections say.";
    BACKUP = "backup", [Link("backup")], "Backup that is restored; absent: not known.";
    POLICY = "policy", [Link("schedule-policy")], "Schedule policy; absent: not known.";
    DISCOVERY = "discovery", many [Link("cluster-discovery-config")], "Discovery configurations that found the cluster; absent: not known, none if it was added by kubeconfig.";
    BUCKET = "bucket", [Key], "Storage bucket; absent: not known.";
    CLOUD_ACCOUNT = "cloud-account", [LinkOr("cloud-account", &["owned", "shared", "not-owned"])],
        "Cloud account, or whether the subject owns it; absent: the subject may use it.";

    // Clusters.
    REACHABLE = "reachable", [Flag], "Whether the cluster answers; absent: an active one does, any other does not.";
    API_STATUS = "api-status", [Text], "Status as the platform's API spells it, where that matters; absent: as the state says.";
    MANAGED = "managed", [Flag], "Whether the label that selected the shoot is still on it; absent: true.";
    ONBOARDING = "onboarding", [OneOf(&["kubeconfig", "discovery"])], "How the cluster was added; absent: not known.";
    STORK = "stork", [Text], "Version of Stork on the cluster; absent: recent enough.";
    CLOUD_CLUSTER = "cloud-cluster", [Flag], "Whether it needs cloud credentials; absent: false.";
    COUNT_LIMIT = "count-limit-reached", [Flag], "Whether no further cluster may be added; absent: false.";
    EXISTS = "exists", [Flag], "Whether the identity or the cluster is known to the product; absent: as the request lists it.";
    BACKUPS_OWNER = "backups-owner", [Text], "Subject id of the owner of the cluster's backups; absent: the cluster's owner.";

    // Locations.
    PROVIDER = "provider", [OneOf(&["s3", "azure", "google", "nfs"])], "Where the location stores; absent: one that the mode allows.";
    OBJECT_LOCK = "object-lock", [Flag], "Whether what it stores cannot be changed; absent: false.";

    // Backups and restores.
    BACKUP_TYPE = "backup-type", [Text], "How the data is taken: `kdmp`, `csi`, `nfs` matter; absent: an ordinary backup.";
    OBJECT_TYPE = "object-type", [OneOf(&["namespace", "vm"])], "What is backed up; absent: namespaces.";
    NAMESPACES = "namespaces", many [Text], "Namespaces backed up; absent: none that is protected.";
    TRIGGER = "trigger", [OneOf(&["schedule", "manual"])], "Who started it; absent: a person.";
    RETENTION = "retention", [OneOf(&["running", "expired"])], "Whether its retention still runs; absent: not known in an object-locked location, irrelevant elsewhere.";
    VM_COUNT = "vm-count", [Number], "How many virtual machines it holds, a whole number; absent: not known.";
    VM_FAILED = "vm-failed", [Number], "How many of them failed, a whole number; absent: not known.";
    RULES = "rules", [OneOf(&["builtin", "custom", "none"])], "Rules attached to a virtual machine; absent: none.";
    VIRTUAL_MACHINE = "virtual-machine", many [Link("virtual-machine")], "Virtual machines backed up; absent: not known.";

    // Schedules and schedule policies.
    VOLUMES = "volumes", [OneOf(&["portworx", "mixed"])], "Kinds of volume backed up; absent: not known.";
    PARALLEL = "parallel", [Flag], "Whether runs may overlap; absent: false.";
    PREVIOUS_RUN = "previous-run", [Text], "State of the run before; absent: finished.";
    SUSPENDED_BY = "suspended-by", [OneOf(&["user", "license-check"])], "Who suspended it; absent: a user.";
    LICENSE = "license", [OneOf(&["valid", "expired"])], "Whether the licence is valid; absent: it is.";
    LOCKED = "locked", [Flag], "Whether the schedule policy is one for object lock; absent: false.";
    RETENTION_GT_INTERVAL = "retention-gt-interval", [Flag], "Whether retention is longer than the interval; absent: not known.";

    // Discovery configurations.
    AUTO_INTERVAL = "auto-interval-minutes", [Number], "Minutes between automatic discoveries, a whole number; absent: not automatic.";

    // Users.
    ROLE = "role", many [Text], "Roles that the user holds; absent: none that matters.";

    // Parameters.
    ACKNOWLEDGED = "acknowledged", [Flag], "Whether the loss is acknowledged.";
    CONFIRM_UPDATE = "confirm-update", [Flag], "Whether the update is confirmed.";
    CHANGE = "change", many [Text], "Field to change, such as `credentials`, `auto-discover`, `labels`.";
    NEW_ROLE = "new-role", [Text], "Role to assign.";
    OLD_ROLE = "old-role", [Text], "Role to revoke.";
    SET_STATE = "set-state", [Text], "State to write.";
    NEW_KUBECONFIG = "new-kubeconfig", [Text], "`invalid` where the new kubeconfig does not open the cluster; absent: there is no new one.";
    ENABLE_PARALLEL = "enable-parallel", [Flag], "Whether runs shall overlap from now on; absent: no change.";
    DELETE_BACKUPS = "delete-backups", [Flag], "Whether backups are deleted as well; absent: false.";
    DELETE_RESTORES = "delete-restores", [Flag], "Whether restores are deleted as well; absent: false.";
    SHARE_WITH = "share-with", many [Link("user")], "User or group to share with.";
}

/// Whoever reads the access to a resource reads it in all its forms, and who the subject is.
pub(crate) const TOGETHER: &[&[&str]] =
    &[&["access", "owner", "shared-view", "shared-restorable", "shared-full", "subject.id", "subject.group"]];
