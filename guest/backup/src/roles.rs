//! What each role may do. The access conditions and the manifest both read this table.

use interlock_rules::{Grant, KindId, Modes, Op, Ops, SYSTEM_ROLE, Scope};

use crate::actions::op::*;
use crate::kinds;
use crate::modes::{CLASSIC, FEDERATED};

pub(crate) const SUPER_ADMIN: &str = "px-backup-super.admin";
pub(crate) const INFRA_ADMIN: &str = "px-backup-infra.admin";
/// Classic only.
pub(crate) const APP_ADMIN: &str = "px-backup-app.admin";
pub(crate) const APP_USER: &str = "px-backup-app.user";
/// A role made by an administrator; the subject's `grant` attributes say what it gives.
pub(crate) const CUSTOM: &str = "custom";
/// The administrator who cleans up what users left stranded.
pub(crate) const DEFAULT_ADMIN: &str = "default-admin";

/// Every role.
pub(crate) const ROLES: &[&str] =
    &[SUPER_ADMIN, INFRA_ADMIN, APP_ADMIN, APP_USER, CUSTOM, DEFAULT_ADMIN, SYSTEM_ROLE];

/// Roles as conditions name them.
pub(crate) mod id {
    use interlock_rules::RoleId;

    pub(crate) const SUPER_ADMIN: RoleId = RoleId::of(super::ROLES, super::SUPER_ADMIN);
    pub(crate) const APP_ADMIN: RoleId = RoleId::of(super::ROLES, super::APP_ADMIN);
    pub(crate) const CUSTOM: RoleId = RoleId::of(super::ROLES, super::CUSTOM);
    pub(crate) const DEFAULT_ADMIN: RoleId = RoleId::of(super::ROLES, super::DEFAULT_ADMIN);
}

/// Roles that users can be given.
pub(crate) const ASSIGNABLE: &[&str] = &[SUPER_ADMIN, INFRA_ADMIN, APP_ADMIN, APP_USER, CUSTOM];

/// Kinds that the form for custom roles offers; users and groups are not among them.
pub(crate) const IN_CUSTOM_ROLES: &[KindId] =
    &[kinds::CLOUD_ACCOUNT, kinds::BACKUP_LOCATION, kinds::SCHEDULE_POLICY, kinds::RULE, kinds::ROLE];

/// What full access to an object that roles govern comes to.
pub(crate) const FULL: &[Op] = &[CREATE, VIEW, EDIT, DELETE, SHARE, UNSHARE, VALIDATE];

const VIEW_ONLY: &[Op] = &[VIEW];

/// What owners may do, by kind; any role.
const OWN_CLUSTER: &[Op] = &[CREATE, VIEW, EDIT, DELETE, SHARE, UNSHARE, SHARE_CLUSTER_BACKUPS];
const OWN_SCHEDULE: &[Op] = &[CREATE, VIEW, EDIT, DELETE, DUPLICATE, SUSPEND, RESUME];
const OWN_BACKUP: &[Op] = &[CREATE, VIEW, EDIT, DELETE, FORCE_DELETE, DUPLICATE, SHARE, UNSHARE, RETRY];
const OWN_RESTORE: &[Op] = &[CREATE, VIEW, EDIT, DELETE, DUPLICATE];
const SHARED_CLUSTER: &[Op] = &[VIEW, SHARE_CLUSTER_BACKUPS];
const SHARED_BACKUP: &[Op] = &[VIEW, EDIT, DELETE, FORCE_DELETE];
const USERS: &[Op] = &[VIEW, EDIT, ASSIGN_ROLE, REVOKE_ROLE];
const DISCOVERY: &[Op] = &[CREATE, VIEW, EDIT, DELETE, DISCOVER, REFRESH_CREDENTIALS];
const CONNECTION: &[Op] = &[CREATE, VIEW, EDIT, DELETE, VALIDATE];
const SYNCS: &[Op] = &[CREATE, VIEW, SYNC];

const fn grant(role: &'static str, modes: Modes, kind: &'static str, actions: &[Op], scope: Scope) -> Grant {
    Grant { role, modes, kind, actions: Ops::of(actions), scope }
}

/// Every grant. What a custom role gives on the kinds of [`IN_CUSTOM_ROLES`] is the subject's to say.
pub(crate) static GRANTS: &[Grant] = &[
    // Backup locations.
    grant(SUPER_ADMIN, Modes::ALL, "backup-location", FULL, Scope::Any),
    grant(SUPER_ADMIN, FEDERATED, "backup-location", &[SYNC], Scope::Any),
    grant(INFRA_ADMIN, Modes::ALL, "backup-location", FULL, Scope::Owned),
    grant(INFRA_ADMIN, Modes::ALL, "backup-location", VIEW_ONLY, Scope::Granted),
    grant(INFRA_ADMIN, FEDERATED, "backup-location", &[SYNC], Scope::Any),
    grant(APP_ADMIN, CLASSIC, "backup-location", FULL, Scope::Owned),
    grant(APP_ADMIN, CLASSIC, "backup-location", VIEW_ONLY, Scope::Granted),
    grant(APP_USER, Modes::ALL, "backup-location", VIEW_ONLY, Scope::Granted),
    grant(APP_USER, FEDERATED, "backup-location", &[SYNC], Scope::Owned),
    grant(CUSTOM, FEDERATED, "backup-location", &[SYNC], Scope::Owned),
    // Users and groups.
    grant(
        SUPER_ADMIN,
        Modes::ALL,
        "user",
        &[CREATE, VIEW, EDIT, DELETE, ASSIGN_ROLE, REVOKE_ROLE],
        Scope::Any,
    ),
    grant(INFRA_ADMIN, Modes::ALL, "user", USERS, Scope::Any),
    // Clusters: any role.
    grant(SUPER_ADMIN, Modes::ALL, "cluster", OWN_CLUSTER, Scope::Any),
    grant(SUPER_ADMIN, Modes::ALL, "cluster", &[DELETE_ALL_CLUSTER_BACKUPS, REFRESH_CREDENTIALS], Scope::Any),
    grant(INFRA_ADMIN, Modes::ALL, "cluster", OWN_CLUSTER, Scope::Owned),
    grant(INFRA_ADMIN, Modes::ALL, "cluster", SHARED_CLUSTER, Scope::Granted),
    grant(INFRA_ADMIN, FEDERATED, "cluster", &[REFRESH_CREDENTIALS], Scope::Any),
    grant(APP_ADMIN, CLASSIC, "cluster", OWN_CLUSTER, Scope::Owned),
    grant(APP_ADMIN, CLASSIC, "cluster", SHARED_CLUSTER, Scope::Granted),
    grant(APP_USER, Modes::ALL, "cluster", OWN_CLUSTER, Scope::Owned),
    grant(APP_USER, Modes::ALL, "cluster", SHARED_CLUSTER, Scope::Granted),
    grant(CUSTOM, Modes::ALL, "cluster", OWN_CLUSTER, Scope::Owned),
    grant(CUSTOM, Modes::ALL, "cluster", SHARED_CLUSTER, Scope::Granted),
    grant(DEFAULT_ADMIN, Modes::ALL, "cluster", &[VIEW, EDIT, DELETE], Scope::Any),
    // Virtual machines: through the cluster.
    grant(SUPER_ADMIN, CLASSIC, "virtual-machine", VIEW_ONLY, Scope::Any),
    grant(INFRA_ADMIN, CLASSIC, "virtual-machine", VIEW_ONLY, Scope::Granted),
    grant(APP_ADMIN, CLASSIC, "virtual-machine", VIEW_ONLY, Scope::Granted),
    grant(APP_USER, CLASSIC, "virtual-machine", VIEW_ONLY, Scope::Granted),
    grant(CUSTOM, CLASSIC, "virtual-machine", VIEW_ONLY, Scope::Granted),
    // Backup schedules: any role.
    grant(
        SUPER_ADMIN,
        Modes::ALL,
        "backup-schedule",
        &[CREATE, VIEW, EDIT, DELETE, SUSPEND, RESUME],
        Scope::Any,
    ),
    grant(SUPER_ADMIN, Modes::ALL, "backup-schedule", &[DUPLICATE], Scope::Owned),
    grant(INFRA_ADMIN, Modes::ALL, "backup-schedule", OWN_SCHEDULE, Scope::Owned),
    grant(APP_ADMIN, CLASSIC, "backup-schedule", OWN_SCHEDULE, Scope::Owned),
    grant(APP_USER, Modes::ALL, "backup-schedule", OWN_SCHEDULE, Scope::Owned),
    grant(CUSTOM, Modes::ALL, "backup-schedule", OWN_SCHEDULE, Scope::Owned),
    grant(DEFAULT_ADMIN, Modes::ALL, "backup-schedule", &[VIEW, DELETE], Scope::Any),
    // Backups: any role.
    grant(SUPER_ADMIN, Modes::ALL, "backup", &[CREATE, VIEW, EDIT, DELETE, FORCE_DELETE], Scope::Any),
    grant(SUPER_ADMIN, Modes::ALL, "backup", &[DUPLICATE, SHARE, UNSHARE, RETRY], Scope::Owned),
    grant(INFRA_ADMIN, Modes::ALL, "backup", OWN_BACKUP, Scope::Owned),
    grant(INFRA_ADMIN, Modes::ALL, "backup", SHARED_BACKUP, Scope::Granted),
    grant(APP_ADMIN, CLASSIC, "backup", OWN_BACKUP, Scope::Owned),
    grant(APP_ADMIN, CLASSIC, "backup", SHARED_BACKUP, Scope::Granted),
    grant(APP_USER, Modes::ALL, "backup", OWN_BACKUP, Scope::Owned),
    grant(APP_USER, Modes::ALL, "backup", SHARED_BACKUP, Scope::Granted),
    grant(CUSTOM, Modes::ALL, "backup", OWN_BACKUP, Scope::Owned),
    grant(CUSTOM, Modes::ALL, "backup", SHARED_BACKUP, Scope::Granted),
    grant(DEFAULT_ADMIN, Modes::ALL, "backup", SHARED_BACKUP, Scope::Any),
    // Restores: any role.
    grant(SUPER_ADMIN, Modes::ALL, "restore", &[CREATE, VIEW, EDIT, DELETE], Scope::Any),
    grant(SUPER_ADMIN, Modes::ALL, "restore", &[DUPLICATE], Scope::Owned),
    grant(INFRA_ADMIN, Modes::ALL, "restore", OWN_RESTORE, Scope::Owned),
    grant(APP_ADMIN, CLASSIC, "restore", OWN_RESTORE, Scope::Owned),
    grant(APP_USER, Modes::ALL, "restore", OWN_RESTORE, Scope::Owned),
    grant(CUSTOM, Modes::ALL, "restore", OWN_RESTORE, Scope::Owned),
    grant(DEFAULT_ADMIN, Modes::ALL, "restore", &[VIEW, DELETE], Scope::Any),
    // Discovery configurations, connections, syncs: OPEN-16.
    grant(SUPER_ADMIN, FEDERATED, "cluster-discovery-config", DISCOVERY, Scope::Any),
    grant(INFRA_ADMIN, FEDERATED, "cluster-discovery-config", DISCOVERY, Scope::Any),
    grant(APP_USER, FEDERATED, "cluster-discovery-config", VIEW_ONLY, Scope::Any),
    grant(SUPER_ADMIN, FEDERATED, "location-cluster-connection", CONNECTION, Scope::Any),
    grant(INFRA_ADMIN, FEDERATED, "location-cluster-connection", CONNECTION, Scope::Any),
    grant(APP_USER, FEDERATED, "location-cluster-connection", VIEW_ONLY, Scope::Granted),
    grant(CUSTOM, FEDERATED, "location-cluster-connection", VIEW_ONLY, Scope::Granted),
    grant(SUPER_ADMIN, FEDERATED, "backup-sync", SYNCS, Scope::Any),
    grant(INFRA_ADMIN, FEDERATED, "backup-sync", SYNCS, Scope::Any),
    grant(APP_USER, FEDERATED, "backup-sync", SYNCS, Scope::Owned),
    grant(APP_USER, FEDERATED, "backup-sync", VIEW_ONLY, Scope::Granted),
    grant(CUSTOM, FEDERATED, "backup-sync", SYNCS, Scope::Owned),
    grant(CUSTOM, FEDERATED, "backup-sync", VIEW_ONLY, Scope::Granted),
    // Cloud accounts: classic only.
    grant(SUPER_ADMIN, CLASSIC, "cloud-account", FULL, Scope::Any),
    grant(INFRA_ADMIN, CLASSIC, "cloud-account", FULL, Scope::Owned),
    grant(INFRA_ADMIN, CLASSIC, "cloud-account", VIEW_ONLY, Scope::Granted),
    grant(APP_ADMIN, CLASSIC, "cloud-account", VIEW_ONLY, Scope::Granted),
    grant(APP_USER, CLASSIC, "cloud-account", VIEW_ONLY, Scope::Granted),
    // Schedule policies and rules.
    grant(SUPER_ADMIN, Modes::ALL, "schedule-policy", FULL, Scope::Any),
    grant(INFRA_ADMIN, Modes::ALL, "schedule-policy", FULL, Scope::Owned),
    grant(INFRA_ADMIN, Modes::ALL, "schedule-policy", VIEW_ONLY, Scope::Granted),
    grant(APP_ADMIN, CLASSIC, "schedule-policy", FULL, Scope::Owned),
    grant(APP_ADMIN, CLASSIC, "schedule-policy", VIEW_ONLY, Scope::Granted),
    grant(APP_USER, Modes::ALL, "schedule-policy", VIEW_ONLY, Scope::Granted),
    grant(SUPER_ADMIN, Modes::ALL, "rule", FULL, Scope::Any),
    grant(INFRA_ADMIN, Modes::ALL, "rule", FULL, Scope::Owned),
    grant(INFRA_ADMIN, Modes::ALL, "rule", VIEW_ONLY, Scope::Granted),
    grant(APP_ADMIN, CLASSIC, "rule", FULL, Scope::Owned),
    grant(APP_ADMIN, CLASSIC, "rule", VIEW_ONLY, Scope::Granted),
    grant(APP_USER, Modes::ALL, "rule", VIEW_ONLY, Scope::Granted),
    // Roles cannot be shared, so whoever the table lets view them views them all.
    grant(SUPER_ADMIN, Modes::ALL, "role", FULL, Scope::Any),
    grant(INFRA_ADMIN, Modes::ALL, "role", FULL, Scope::Owned),
    grant(INFRA_ADMIN, Modes::ALL, "role", VIEW_ONLY, Scope::Any),
    grant(APP_ADMIN, CLASSIC, "role", VIEW_ONLY, Scope::Any),
    grant(APP_USER, Modes::ALL, "role", VIEW_ONLY, Scope::Any),
];
