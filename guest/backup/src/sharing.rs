//! How far a resource is the subject's: owned, shared at some level, or not at all.

use interlock_rules::{Facts, Link, Op, Res, Trace, Truth};

use crate::access;
use crate::actions::op::{SHARE_CLUSTER_BACKUPS, VIEW};
use crate::attributes::{
    ACCESS, CLUSTER, GROUP, LOCATION, OWNER, SHARED_FULL, SHARED_RESTORABLE, SHARED_VIEW,
};
use crate::kinds::{BACKUP_SYNC, LOCATION_CLUSTER_CONNECTION, RBAC, VIRTUAL_MACHINE};

/// Levels of access, each including those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Not shared.
    None,
    /// See it; use it, of a cluster or location.
    View,
    /// And restore from it.
    Restorable,
    /// And edit and delete it, for everyone.
    Full,
    /// And share and duplicate it.
    Owner,
}

/// The level that an action needs of what is shared.
pub(crate) fn needed(op: Op) -> Level {
    if op == VIEW || op == SHARE_CLUSTER_BACKUPS { Level::View } else { Level::Full }
}

/// The subject's level on a resource: the highest of all grants counts; none if that is not known.
///
/// A virtual machine goes by its cluster, a connection by its location and its cluster, a sync by its
/// location. Something to be created is its creator's.
pub(crate) fn level(facts: &Facts<'_>, resource: Res<'_>) -> Option<Level> {
    let known = resource.derived(LEVEL, || find_level(facts, resource).map_or(0, |level| level as u8 + 1));
    let levels = [Level::None, Level::View, Level::Restorable, Level::Full, Level::Owner];
    levels.get(usize::from(known.checked_sub(1)?)).copied()
}

/// Where a resource keeps its level.
const LEVEL: usize = 0;

fn find_level(facts: &Facts<'_>, resource: Res<'_>) -> Option<Level> {
    facts.subject_id()?;
    let through = |attr| match facts.link(resource, attr) {
        Link::To(other) => level(facts, other),
        Link::Missing(_) => Some(Level::None),
        Link::Unknown => None,
    };
    match resource.kind() {
        VIRTUAL_MACHINE if !has_access_attributes(resource) => return through(CLUSTER),
        LOCATION_CLUSTER_CONNECTION => {
            return match (through(LOCATION), through(CLUSTER)) {
                (Some(location), Some(cluster)) => Some(location.min(cluster).min(Level::View)),
                (Some(Level::None), None) | (None, Some(Level::None)) => Some(Level::None),
                _ => None,
            };
        }
        BACKUP_SYNC => {
            return through(LOCATION)
                .map(|level| if level == Level::Owner { level } else { level.min(Level::View) });
        }
        _ => {}
    }
    if !resource.exists() {
        return Some(Level::Owner);
    }
    if !has_access_attributes(resource) {
        return facts.complete().then_some(Level::None);
    }
    let own = own_level(facts, resource);
    // Of others' objects that roles govern, whoever they are shared with only views them (OPEN-13).
    let capped = RBAC.contains(&resource.kind()) && own != Level::Owner;
    Some(if capped { own.min(Level::View) } else { own })
}

fn has_access_attributes(resource: Res<'_>) -> bool {
    [ACCESS, OWNER, SHARED_VIEW, SHARED_RESTORABLE, SHARED_FULL].iter().any(|&attr| resource.tells(attr))
}

fn own_level(facts: &Facts<'_>, resource: Res<'_>) -> Level {
    let Some(subject) = facts.subject_id() else { return Level::None };
    if resource.has(OWNER, subject) || resource.has(ACCESS, "owner") {
        return Level::Owner;
    }
    let shared = |attr| resource.values(attr).any(|id| id == subject || facts.subject_has(GROUP, id));
    if resource.has(ACCESS, "full") || shared(SHARED_FULL) {
        return Level::Full;
    }
    if resource.has(ACCESS, "restorable") || shared(SHARED_RESTORABLE) {
        return Level::Restorable;
    }
    let viewed = resource.values(ACCESS).any(|access| access != "none");
    if viewed || shared(SHARED_VIEW) { Level::View } else { Level::None }
}

/// Whether the subject may view a resource; what is not known is not shown.
pub(crate) fn visible(facts: &Facts<'_>, resource: Res<'_>) -> bool {
    let mut unheard = Trace::default();
    access::may(&facts.about(resource), VIEW, &mut unheard) == Truth::True
}
