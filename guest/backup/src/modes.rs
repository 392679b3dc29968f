use interlock_rules::Modes;

/// The server itself reaches the backup locations, with stored credentials.
pub(crate) const CLASSIC: Modes = Modes::only(0);

/// Only Stork on each application cluster reaches the backup locations, by Workload Identity.
pub(crate) const FEDERATED: Modes = Modes::only(1);
