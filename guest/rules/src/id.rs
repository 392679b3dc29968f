//! Kinds, states and roles as conditions name them: looked up by name when a policy is compiled, compared as numbers
//! when it is asked.

use crate::Kind;
use crate::compile::same;
use crate::list::each;

/// A kind of a policy.
///
/// ```
/// use interlock_rules::{Kind, KindId};
///
/// const fn backup(kinds: &[&Kind]) -> KindId {
///     KindId::of(kinds, "backup")
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindId(pub(crate) u8);

/// A state of a kind of a policy; states are ordered as their kind lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StateId {
    pub(crate) kind: u8,
    pub(crate) state: u8,
}

/// A role of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleId(pub(crate) u8);

impl KindId {
    /// The kind with this name. In a constant, compilation stops if there is none.
    ///
    /// - `kinds`: those of the policy, [`Source::kinds`](crate::Source::kinds).
    #[must_use]
    #[allow(clippy::panic, reason = "stops compilation")]
    pub const fn of(kinds: &[&Kind], name: &str) -> Self {
        let mut position = 0;
        each!(kind in kinds => {
            if same(kind.name, name) {
                return Self(position);
            }
            position += 1;
        });
        panic!("a condition names a kind that the policy does not have")
    }
}

impl StateId {
    /// The state of a kind with this name. In a constant, compilation stops if there is none.
    ///
    /// - `kinds`: those of the policy, [`Source::kinds`](crate::Source::kinds).
    #[must_use]
    #[allow(clippy::panic, reason = "stops compilation")]
    pub const fn of(kinds: &[&Kind], kind: &str, name: &str) -> Self {
        let id = KindId::of(kinds, kind);
        let kind = kinds[id.0 as usize];
        let mut state = 0;
        while state < kind.state_count() {
            if same(kind.state(state).name, name) {
                return Self { kind: id.0, state: state as u8 };
            }
            state += 1;
        }
        panic!("a condition names a state that its kind does not have")
    }
}

impl RoleId {
    /// The role with this name. In a constant, compilation stops if there is none.
    ///
    /// - `roles`: those of the policy, [`Source::roles`](crate::Source::roles).
    #[must_use]
    #[allow(clippy::panic, reason = "stops compilation")]
    pub const fn of(roles: &[&str], name: &str) -> Self {
        let mut position = 0;
        each!(role in roles => {
            if same(role, name) {
                return Self(position);
            }
            position += 1;
        });
        panic!("a condition names a role that the policy does not have")
    }
}
