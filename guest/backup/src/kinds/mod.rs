//! The matrix: one file for each of its rows, in its order, then the supporting kinds.

mod backup;
mod backup_location;
mod backup_schedule;
mod backup_sync;
mod cluster;
mod cluster_discovery_config;
mod location_cluster_connection;
mod restore;
mod supporting;
mod user;
mod virtual_machine;

use interlock_rules::{Kind, KindId};

/// Every kind, in the order of the matrix.
pub(crate) static ALL: &[&Kind] = &[
    &backup_location::BACKUP_LOCATION,
    &user::USER,
    &cluster::CLUSTER,
    &virtual_machine::VIRTUAL_MACHINE,
    &backup_schedule::BACKUP_SCHEDULE,
    &backup::BACKUP,
    &restore::RESTORE,
    &cluster_discovery_config::CLUSTER_DISCOVERY_CONFIG,
    &location_cluster_connection::LOCATION_CLUSTER_CONNECTION,
    &backup_sync::BACKUP_SYNC,
    &supporting::CLOUD_ACCOUNT,
    &supporting::SCHEDULE_POLICY,
    &supporting::RULE,
    &supporting::ROLE,
];

/// Kinds that roles govern; the others are open to any role, by ownership and shares.
pub(crate) const RBAC: &[KindId] = &[BACKUP_LOCATION, USER, CLOUD_ACCOUNT, SCHEDULE_POLICY, RULE, ROLE];

/// Kinds as conditions name them.
macro_rules! ids {
    ($($id:ident = $name:literal;)*) => {
        $(pub(crate) const $id: KindId = KindId::of(ALL, $name);)*
    };
}

ids! {
    BACKUP = "backup";
    BACKUP_LOCATION = "backup-location";
    BACKUP_SCHEDULE = "backup-schedule";
    BACKUP_SYNC = "backup-sync";
    CLOUD_ACCOUNT = "cloud-account";
    CLUSTER = "cluster";
    CLUSTER_DISCOVERY_CONFIG = "cluster-discovery-config";
    LOCATION_CLUSTER_CONNECTION = "location-cluster-connection";
    RESTORE = "restore";
    ROLE = "role";
    RULE = "rule";
    SCHEDULE_POLICY = "schedule-policy";
    USER = "user";
    VIRTUAL_MACHINE = "virtual-machine";
}

/// States as conditions name them, in a module for each kind.
macro_rules! states {
    ($($module:ident = $kind:literal: $($id:ident = $name:literal),*;)*) => {
        pub(crate) mod state {
            $(pub(crate) mod $module {
                use interlock_rules::StateId;

                use crate::kinds::ALL;

                $(pub(crate) const $id: StateId = StateId::of(ALL, $kind, $name);)*
            })*
        }
    };
}

states! {
    backup = "backup":
        CLOUD_BACKUP_MISSING = "cloud-backup-missing", IN_PROGRESS = "in-progress",
        PARTIAL_SUCCESS = "partial-success", SUCCESS = "success";
    backup_location = "backup-location":
        DELETE_PENDING = "delete-pending", INVALID = "invalid", LIMITED_AVAILABILITY = "limited-availability",
        VALID = "valid";
    backup_schedule = "backup-schedule": ACTIVE = "active";
    backup_sync = "backup-sync": IN_PROGRESS = "in-progress", PENDING = "pending";
    cluster = "cluster":
        ACTIVE = "active", DELETE_PENDING = "delete-pending", DISCONNECTED = "disconnected",
        FAILED = "failed", NOT_AVAILABLE = "not-available", PENDING = "pending", SUCCESS = "success";
    cluster_discovery_config = "cluster-discovery-config":
        DELETE_PENDING = "delete-pending", DELETING = "deleting";
    location_cluster_connection = "location-cluster-connection":
        IN_PROGRESS = "in-progress", PENDING = "pending", VALID = "valid";
    restore = "restore": IN_PROGRESS = "in-progress";
    user = "user": UNKNOWN = "unknown";
    virtual_machine = "virtual-machine": RUNNING = "running";
}

macro_rules! sight {
    ($id:ident, $kind:literal) => {
        /// What tells whether one may be viewed.
        const $id: &[&str] =
            &["subject.roles", "subject.grant", "subject.state", concat!("related.", $kind, ".access")];
    };
}
use sight;
