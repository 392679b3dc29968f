//! Who may: one condition for each operation, answered from the grants of [`roles`](crate::roles) and the
//! levels of [`sharing`](crate::sharing).

use interlock_rules::{Action, Condition, ConditionClass, Facts, Provenance, Scope, Trace, Truth};

use crate::actions::{self, VIEW};
use crate::attributes::{GRANT, NEW_ROLE, OLD_ROLE, OWNER, ROLE, SUBJECT_STATE};
use crate::modes::{CLASSIC, FEDERATED};
use crate::roles::{self, APP_ADMIN, CUSTOM, DEFAULT_ADMIN, GRANTS, SUPER_ADMIN};
use crate::sharing::{self, Level};

/// What tells who may, whatever the operation.
const READS: &[&str] = &[
    "subject.id", "subject.roles", "subject.group", "subject.grant", "subject.state",
    "target.access", "target.owner", "target.shared-view", "target.shared-restorable", "target.shared-full",
    // Machines go by their cluster, connections by both ends, syncs by their location.
    "target.cluster", "related.cluster.access", "related.cluster.owner", "related.cluster.shared-view",
    "related.cluster.shared-restorable", "related.cluster.shared-full",
    "target.location", "related.backup-location.access", "related.backup-location.owner",
    "related.backup-location.shared-view", "related.backup-location.shared-restorable",
    "related.backup-location.shared-full",
    // The default admin acts on the resources of users who are no administrators.
    "related.user.role",
];

macro_rules! may {
    ($($id:ident = $code:literal, $action:ident, $question:literal, $doubt:literal;)*) => {
        $(
            pub(crate) static $id: Condition = Condition::new(
                $code,
                ConditionClass::Access,
                $question,
                |facts, trace| may(facts, &actions::$action, trace),
            )
            .says("you may not", $doubt)
            .reads(READS)
            .source(Provenance::stated(&["MR", "RM27", "PR", "SA", "DR", "SR"]));
        )*
    };
}

may! {
    MAY_CREATE = "may-create", CREATE, "May the subject create one?", "you may create one";
    MAY_VIEW = "may-view", VIEW, "May the subject view it?", "you may view it";
    MAY_EDIT = "may-edit", EDIT, "May the subject edit it?", "you may edit it";
    MAY_DELETE = "may-delete", DELETE, "May the subject delete it?", "you may delete it";
    MAY_FORCE_DELETE = "may-force-delete", FORCE_DELETE, "May the subject force its deletion?", "you may delete it";
    MAY_DUPLICATE = "may-duplicate", DUPLICATE, "May the subject duplicate it?", "you own it";
    MAY_SHARE = "may-share", SHARE, "May the subject share it?", "you may share it";
    MAY_UNSHARE = "may-unshare", UNSHARE, "May the subject take shares of it back?", "you may share it";
    MAY_RETRY = "may-retry", RETRY, "May the subject retry it?", "you own it";
    MAY_SUSPEND = "may-suspend", SUSPEND, "May the subject suspend it?", "you may manage it";
    MAY_RESUME = "may-resume", RESUME, "May the subject resume it?", "you may manage it";
    MAY_VALIDATE = "may-validate", VALIDATE, "May the subject have it validated?", "you may edit it";
    MAY_SYNC = "may-sync", SYNC, "May the subject start a sync?", "you own the location or administer it";
    MAY_DISCOVER = "may-discover", DISCOVER, "May the subject start a discovery?", "you administer it";
    MAY_REFRESH_CREDENTIALS = "may-refresh-credentials", REFRESH_CREDENTIALS, "May the subject renew credentials?", "you administer it";
    MAY_ASSIGN_ROLE = "may-assign-role", ASSIGN_ROLE, "May the subject assign roles?", "you administer users";
    MAY_REVOKE_ROLE = "may-revoke-role", REVOKE_ROLE, "May the subject revoke roles?", "you administer users";
    MAY_SHARE_CLUSTER_BACKUPS = "may-share-cluster-backups", SHARE_CLUSTER_BACKUPS, "May the subject share backups of this cluster?", "the cluster is yours or shared with you";
    MAY_DELETE_ALL_CLUSTER_BACKUPS = "may-delete-all-cluster-backups", DELETE_ALL_CLUSTER_BACKUPS, "May the subject delete everybody's backups of this cluster?", "you are the super administrator";
}

/// Whether some grant lets the subject take `action` on the target.
pub(crate) fn may(facts: &Facts<'_>, action: &Action, trace: &mut Trace) -> Truth {
    if facts.subject_id().is_none() {
        return Truth::Unknown;
    }
    match facts.subject_values(SUBJECT_STATE).next() {
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
    let federated = facts.mode() == "federated";
    let mut answer = Truth::False;
    let mut granted_to_owners = false;
    for grant in GRANTS.iter().filter(|grant| grant.kind == target.kind()) {
        let here = grant.modes.has(usize::from(federated));
        let covers = here && grant.actions.iter().any(|covered| covered.name() == action.name());
        if !covers || facts.has_role(grant.role) != Some(true) {
            continue;
        }
        granted_to_owners |= grant.scope != Scope::Any;
        answer = answer.or(match grant.scope {
            Scope::Any if grant.role == DEFAULT_ADMIN => owned_by_no_admin(facts),
            Scope::Any => Truth::True,
            Scope::Owned => at_least(facts, Level::Owner),
            Scope::Granted => at_least(facts, sharing::needed(action)),
        });
    }
    if facts.has_role(CUSTOM) == Some(true) && roles::IN_CUSTOM_ROLES.contains(&target.kind()) {
        let (level, covered) = custom_grant(facts, target.kind(), action);
        granted_to_owners |= covered;
        if covered {
            answer = answer.or(at_least(facts, level));
        }
    }
    if answer == Truth::False {
        trace.because(if !granted_to_owners {
            "your role does not allow it"
        } else if sharing::level(facts, target) == Some(Level::None) {
            "it is neither yours nor shared with you"
        } else {
            "what is shared with you does not go that far"
        });
    }
    answer
}

/// What a custom role gives on a kind: the level that the action needs, and whether the role covers it.
fn custom_grant(facts: &Facts<'_>, kind: &str, action: &Action) -> (Level, bool) {
    let holds = |word: &str| {
        facts
            .subject_values(GRANT)
            .any(|grant| grant.strip_prefix(kind).and_then(|rest| rest.strip_prefix(':')) == Some(word))
    };
    if action.name() == VIEW.name() {
        return (Level::View, holds("full") || holds("view"));
    }
    let full = roles::FULL.iter().any(|covered| covered.name() == action.name());
    (Level::Owner, full && holds("full"))
}

fn at_least(facts: &Facts<'_>, needed: Level) -> Truth {
    Truth::known(sharing::level(facts, facts.target()).map(|level| level >= needed))
}

/// Whether the owner of the target is a user without an administrator's role, as far as the request shows.
fn owned_by_no_admin(facts: &Facts<'_>) -> Truth {
    let owner = facts.target().get(OWNER).map(|owner| facts.find("user", owner));
    let Some(interlock_rules::Link::To(owner)) = owner else { return Truth::True };
    (!owner.values(ROLE).any(|role| role.ends_with("admin"))).into()
}

/// Whether the subject holds a role that this mode has. A role the product does not know is no hindrance.
pub(crate) static ROLE_IN_MODE: Condition = Condition::new(
    "role-in-mode",
    ConditionClass::Mode,
    "Does the subject's role exist in this mode?",
    |facts, _| {
        if facts.subject_id().is_none() {
            return Truth::Unknown;
        }
        let known = facts.roles().filter(|role| roles::ROLES.contains(role));
        let (mut any, mut here) = (false, false);
        for role in known {
            any = true;
            here |= role != APP_ADMIN;
        }
        (here || !any).into()
    },
)
.says("the role `px-backup-app.admin` does not exist in federated mode", "your role exists in federated mode")
.reads(&["subject.roles"])
.source(Provenance::stated(&["RM", "MR"]));

/// Whether a resource may be used by the subject: its own, shared at any level, or the subject is super
/// administrator.
pub(crate) fn usable(facts: &Facts<'_>, resource: interlock_rules::Res<'_>) -> Truth {
    match facts.has_role(SUPER_ADMIN) {
        None => Truth::Unknown,
        Some(true) => Truth::True,
        Some(false) => Truth::known(sharing::level(facts, resource).map(|level| level >= Level::View)),
    }
}

fn within_reach(facts: &Facts<'_>, attr: interlock_rules::Attr) -> Truth {
    if facts.has_role(SUPER_ADMIN) == Some(true) {
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
.says("only a super administrator makes another one", "the role to assign is one that you may give away")
.reads(&["subject.roles", "parameter.new-role", "target.new-role"])
.source(Provenance::inferred(&["SA"]));

/// Only a super administrator takes that role from another.
pub(crate) static OLD_ROLE_WITHIN_REACH: Condition = Condition::new(
    "old-role-within-reach",
    ConditionClass::Parameter,
    "Is the role one that the subject may take away?",
    |facts, _| within_reach(facts, OLD_ROLE),
)
.says("only a super administrator takes that role from another", "the role to revoke is one that you may take away")
.reads(&["subject.roles", "parameter.old-role", "target.old-role"])
.source(Provenance::inferred(&["SA"]));

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
.says("{new-role} is not one that the product has", "the role to assign is named")
.reads(&["parameter.new-role", "target.new-role"])
.source(Provenance::stated(&["MR"]));

/// The role to revoke is one that the product has.
pub(crate) static OLD_ROLE_KNOWN: Condition = Condition::new(
    "old-role-known",
    ConditionClass::Parameter,
    "Is the role to revoke one that the product has?",
    |facts, _| is_known_role(facts, OLD_ROLE),
)
.says("{old-role} is not one that the product has", "the role to revoke is named")
.reads(&["parameter.old-role", "target.old-role"])
.source(Provenance::stated(&["RR"]));

/// The role to assign exists in this mode.
pub(crate) static NEW_ROLE_IN_MODE: Condition = Condition::new(
    "new-role-in-mode",
    ConditionClass::Mode,
    "Does the role to assign exist in this mode?",
    |facts, _| Truth::known(facts.parameter(NEW_ROLE).map(|role| role != APP_ADMIN)),
)
.says("{new-role} does not exist in federated mode", "the role to assign exists in federated mode")
.reads(&["parameter.new-role", "target.new-role"])
.source(Provenance::stated(&["RM", "MR"]));

const _: () = assert!(CLASSIC.has(0) && FEDERATED.has(1), "`may` takes a mode's position from its name");
