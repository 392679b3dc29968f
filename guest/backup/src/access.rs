//! Who may: one condition for each operation, answered from the grants of [`roles`](crate::roles) and the
//! levels of [`sharing`](crate::sharing).

use interlock_rules::{Condition, ConditionClass, Facts, Link, Op, Provenance, Scope, Trace, Truth};

use crate::actions::op;
use crate::attributes::{GRANT, NEW_ROLE, OLD_ROLE, OWNER, ROLE, SUBJECT_STATE};
use crate::kinds;
use crate::roles::{self, APP_ADMIN, SUPER_ADMIN};
use crate::sharing::{self, Level};

/// What tells who may, whatever the operation. Machines go by their cluster, connections by both ends, syncs
/// by their location; the default admin acts on the resources of users who are no administrators.
const READS: &[&str] = &[
    "subject.roles",
    "subject.grant",
    "subject.state",
    "target.access",
    "target.cluster",
    "related.cluster.access",
    "target.location",
    "related.backup-location.access",
    "related.user.role",
];

macro_rules! may {
    ($($id:ident = $code:literal, $op:ident, $question:literal;)*) => {
        $(
            pub(crate) static $id: Condition = Condition::new(
                $code,
                ConditionClass::Access,
                $question,
                |facts, trace| may(facts, op::$op, trace),
            )
            .refuses("you may not")
            .reads(READS)
            .source(Provenance::stated("MR RM27 PR SA DR SR"));
        )*
    };
}

may! {
    MAY_CREATE = "may-create", CREATE, "May the subject create one?";
    MAY_VIEW = "may-view", VIEW, "May the subject view it?";
    MAY_EDIT = "may-edit", EDIT, "May the subject edit it?";
    MAY_DELETE = "may-delete", DELETE, "May the subject delete it?";
    MAY_FORCE_DELETE = "may-force-delete", FORCE_DELETE, "May the subject force its deletion?";
    MAY_DUPLICATE = "may-duplicate", DUPLICATE, "May the subject duplicate it?";
    MAY_SHARE = "may-share", SHARE, "May the subject share it?";
    MAY_UNSHARE = "may-unshare", UNSHARE, "May the subject take shares of it back?";
    MAY_RETRY = "may-retry", RETRY, "May the subject retry it?";
    MAY_SUSPEND = "may-suspend", SUSPEND, "May the subject suspend it?";
    MAY_RESUME = "may-resume", RESUME, "May the subject resume it?";
    MAY_VALIDATE = "may-validate", VALIDATE, "May the subject have it validated?";
    MAY_SYNC = "may-sync", SYNC, "May the subject start a sync?";
    MAY_DISCOVER = "may-discover", DISCOVER, "May the subject start a discovery?";
    MAY_REFRESH_CREDENTIALS = "may-refresh-credentials", REFRESH_CREDENTIALS, "May the subject renew credentials?";
    MAY_ASSIGN_ROLE = "may-assign-role", ASSIGN_ROLE, "May the subject assign roles?";
    MAY_REVOKE_ROLE = "may-revoke-role", REVOKE_ROLE, "May the subject revoke roles?";
    MAY_SHARE_CLUSTER_BACKUPS = "may-share-cluster-backups", SHARE_CLUSTER_BACKUPS, "May the subject share backups of this cluster?";
    MAY_DELETE_ALL_CLUSTER_BACKUPS = "may-delete-all-cluster-backups", DELETE_ALL_CLUSTER_BACKUPS, "May the subject delete everybody's backups of this cluster?";
}

/// Whether some grant lets the subject take `op` on the target.
pub(crate) fn may(facts: &Facts<'_>, op: Op, trace: &mut Trace) -> Truth {
    if facts.subject_id().is_none() {
        return Truth::Unknown;
    }
    match facts.subject_get(SUBJECT_STATE) {
        Some("inactive") => {
            trace.because("your account is inactive");
            return Truth::False;
        }
        Some("unknown") => {
            trace.because("your account is no longer known");
            return Truth::False;
        }
        _ => {}
    }
    let target = facts.target();
    let level = sharing::level(facts, target);
    let at_least = |needed| Truth::known(level.map(|level| level >= needed));
    let mut answer = Truth::False;
    let mut granted_to_owners = false;
    for (role, scope) in facts.granted(target, op) {
        granted_to_owners |= scope != Scope::Any;
        answer = answer.or(match scope {
            Scope::Any if role == roles::id::DEFAULT_ADMIN => owned_by_no_admin(facts),
            Scope::Any => Truth::True,
            Scope::Owned => at_least(Level::Owner),
            Scope::Granted => at_least(sharing::needed(op)),
        });
    }
    if facts.has_role(roles::id::CUSTOM) == Some(true) && roles::IN_CUSTOM_ROLES.contains(&target.kind()) {
        let (level, covered) = custom_grant(facts, target.kind_name(), op);
        granted_to_owners |= covered;
        if covered {
            answer = answer.or(at_least(level));
        }
    }
    if answer == Truth::False {
        trace.because(if !granted_to_owners {
            "your role does not allow it"
        } else if level == Some(Level::None) {
            "it is neither yours nor shared with you"
        } else {
            "what is shared with you does not go that far"
        });
    }
    answer
}

/// What a custom role gives on a kind: the level that the action needs, and whether the role covers it.
fn custom_grant(facts: &Facts<'_>, kind: &str, op: Op) -> (Level, bool) {
    let holds = |word: &str| facts.subject_has_pair(GRANT, kind, word);
    if op == op::VIEW {
        return (Level::View, holds("full") || holds("view"));
    }
    (Level::Owner, roles::FULL.contains(&op) && holds("full"))
}

/// Whether the owner of the target is no administrator: a user without such a role, or one that is gone.
fn owned_by_no_admin(facts: &Facts<'_>) -> Truth {
    let mut answer = Truth::True;
    for owner in facts.target().values(OWNER) {
        answer = answer.and(match facts.find(kinds::USER, owner) {
            Link::To(owner) => (!owner.values(ROLE).any(|role| role.ends_with("admin"))).into(),
            Link::Missing(_) => Truth::True,
            Link::Unknown => Truth::Unknown,
        });
    }
    answer
}

/// Whether the subject holds a role that this mode has. A role the product does not know is no hindrance.
pub(crate) static ROLE_IN_MODE: Condition = Condition::new(
    "role-in-mode",
    ConditionClass::Mode,
    "Does the subject's role exist in this mode?",
    |facts, _| Truth::known(facts.has_only_role(roles::id::APP_ADMIN).map(|elsewhere| !elsewhere)),
)
.refuses("the role `px-backup-app.admin` does not exist in federated mode")
.reads(&["subject.roles"])
.source(Provenance::stated("RM MR"));

/// Whether a resource may be used by the subject: its own, shared at any level, or the subject is super
/// administrator.
pub(crate) fn usable(facts: &Facts<'_>, resource: interlock_rules::Res<'_>) -> Truth {
    match facts.has_role(roles::id::SUPER_ADMIN) {
        None => Truth::Unknown,
        Some(true) => Truth::True,
        Some(false) => Truth::known(sharing::level(facts, resource).map(|level| level >= Level::View)),
    }
}

fn within_reach(facts: &Facts<'_>, attr: interlock_rules::Attr) -> Truth {
    if facts.has_role(roles::id::SUPER_ADMIN) == Some(true) {
        return Truth::True;
    }
    Truth::known(facts.parameter(attr).map(|role| role != SUPER_ADMIN))
}

/// Only a super administrator makes another one.
pub(crate) static NEW_ROLE_WITHIN_REACH: Condition = Condition::new(
    "new-role-within-reach",
    ConditionClass::Parameter,
    "Is the role one that the subject may give away?",
    |facts, _| within_reach(facts, NEW_ROLE),
)
.refuses("only a super administrator makes another one")
.reads(&["subject.roles", "parameter.new-role"])
.source(Provenance::inferred("SA"));

/// Only a super administrator takes that role from another.
pub(crate) static OLD_ROLE_WITHIN_REACH: Condition = Condition::new(
    "old-role-within-reach",
    ConditionClass::Parameter,
    "Is the role one that the subject may take away?",
    |facts, _| within_reach(facts, OLD_ROLE),
)
.refuses("only a super administrator takes that role from another")
.reads(&["subject.roles", "parameter.old-role"])
.source(Provenance::inferred("SA"));

fn is_known_role(facts: &Facts<'_>, attr: interlock_rules::Attr) -> Truth {
    Truth::known(facts.parameter(attr).map(|role| roles::ASSIGNABLE.contains(&role)))
}

/// The role to assign is one that the product has.
pub(crate) static NEW_ROLE_KNOWN: Condition = Condition::new(
    "new-role-known",
    ConditionClass::Parameter,
    "Is the role to assign one that the product has?",
    |facts, _| is_known_role(facts, NEW_ROLE),
)
.refuses("role {new-role} is not one that the product has")
.reads(&["parameter.new-role"])
.source(Provenance::stated("MR"));

/// The role to revoke is one that the product has.
pub(crate) static OLD_ROLE_KNOWN: Condition = Condition::new(
    "old-role-known",
    ConditionClass::Parameter,
    "Is the role to revoke one that the product has?",
    |facts, _| is_known_role(facts, OLD_ROLE),
)
.refuses("role {old-role} is not one that the product has")
.reads(&["parameter.old-role"])
.source(Provenance::stated("RR"));

/// The role to assign exists in this mode.
pub(crate) static NEW_ROLE_IN_MODE: Condition = Condition::new(
    "new-role-in-mode",
    ConditionClass::Mode,
    "Does the role to assign exist in this mode?",
    |facts, _| Truth::known(facts.parameter(NEW_ROLE).map(|role| role != APP_ADMIN)),
)
.refuses("role {new-role} does not exist in federated mode")
.reads(&["parameter.new-role"])
.source(Provenance::stated("RM MR"));
