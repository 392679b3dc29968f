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

use interlock_rules::Kind;

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
pub(crate) const RBAC: &[&str] =
    &["backup-location", "user", "cloud-account", "schedule-policy", "rule", "role"];

macro_rules! sight {
    ($id:ident, $kind:literal) => {
        /// What tells whether one may be viewed.
        const $id: &[&str] =
            &["subject.roles", "subject.grant", "subject.state", concat!("related.", $kind, ".access")];
    };
}
use sight;
