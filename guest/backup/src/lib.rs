//! The backup resource state matrix as a policy: which actions may be taken on which resource of a backup
//! platform, in which state, by whom, in which mode.
//!
//! The folder `kinds` shows the matrix: one file for each of its rows, and one for the supporting kinds.
//! Each file lists its states and then its rules, so that it can be read against the vendor's page.
//! Source keys in `stated("SM …")` are those of `SOURCES.md` beside this crate; `T01` and the like are
//! transitions, `G01` default transitions, `OPEN-1` questions that the sources leave open, of the same file.
#![no_std]

pub mod kinds;

mod access;
mod actions;
mod attributes;
mod conditions;
mod effects;
mod events;
mod modes;
mod roles;
mod sharing;

#[cfg(target_family = "wasm")]
mod component;

use interlock_rules::{Source, policy};

static SOURCE: Source = Source {
    name: "backup-resource-states",
    version: env!("CARGO_PKG_VERSION"),
    title: "Backup resource state matrix",
    modes: &["classic", "federated"],
    kinds: kinds::ALL,
    operations: actions::OPERATIONS,
    attributes: attributes::ATTRIBUTES,
    together: attributes::TOGETHER,
    roles: roles::ROLES,
    grants: roles::GRANTS,
    everywhere: &[(modes::FEDERATED, &access::ROLE_IN_MODE)],
    visible: sharing::visible,
};

policy! {
    /// The backup resource state matrix.
    pub POLICY = SOURCE
}
