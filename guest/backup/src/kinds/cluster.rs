//! Row 3: clusters; both modes; open to any role, by ownership and shares.

use interlock_rules::{Action, Branch, Kind, Provenance, Rule, State};

use super::sight;
use crate::actions::{
    CREATE, DELETE, DELETE_ALL_CLUSTER_BACKUPS, EDIT, REFRESH_CREDENTIALS, SHARE, SHARE_CLUSTER_BACKUPS,
    UNSHARE, VIEW,
};
use crate::conditions::{
    BACKUP_DELETION_ASKED, CLOUD_ACCOUNT_OWNED, CLOUD_ACCOUNT_USABLE, IS_SHARED, RESTORE_DELETION_ASKED,
    SHARE_TARGET_EXISTS,
};
use crate::effects::*;
use crate::events::DELETE_COMPLETED;
use crate::modes::{CLASSIC, FEDERATED};
use questions::{
    BACKUPS_OWNED, COUNT_WITHIN_LIMIT, DISCOVERED_SHOOT, IDLE, IS_MANAGED, IS_UNMANAGED, KUBECONFIG_OPENS,
    NOT_REGISTERED_YET, STORK_RECENT,
};

sight!(SIGHT, "cluster");

static ADD_SUCCEEDED: Action = Action::event("add-succeeded", "The cluster is registered.");
static ADD_FAILED: Action = Action::event("add-failed", "The cluster could not be registered.");
static CAME_ONLINE: Action = Action::event("came-online", "The cluster answers for the first time.");
static CONNECTIVITY_LOST: Action = Action::event("connectivity-lost", "The cluster no longer answers.");
static KUBERNETES_TOKEN_EXPIRED: Action =
    Action::event("kubernetes-token-expired", "The token for the cluster has expired.");
static STORK_MISSING: Action = Action::event("stork-missing", "The cluster has no Stork.");
static KUBECONFIG_EXPIRED: Action =
    Action::event("kubeconfig-expired", "The kubeconfig of the cluster has expired.");
static CLUSTER_DOWN: Action = Action::event("cluster-down", "The cluster is down.");
static CONNECTIVITY_RESTORED: Action = Action::event("connectivity-restored", "The cluster answers again.");
static UPDATE_WITH_INVALID_KUBECONFIG: Action = Action::event(
    "update-with-invalid-kubeconfig",
    "An update brought a kubeconfig that does not open the cluster.",
);
static LABEL_REMOVED: Action = Action::event("label-removed", "The label that selected the shoot is gone.");
static LABEL_RESTORED: Action = Action::event("label-restored", "The label that selected the shoot is back.");
static DISCOVERED: Action = Action::event("discovered", "A discovery found the cluster.");
static CREDENTIALS_REFRESHED: Action =
    Action::event("credentials-refreshed", "The kubeconfig of the cluster was renewed.");

/// What a deletion takes along.
static TAKEN_ALONG: &[Branch] = &[
    Branch::when(&[&BACKUP_DELETION_ASKED, &RESTORE_DELETION_ASKED])
        .effects(&[&OWN_BACKUPS_DELETED, &OWN_RESTORES_DELETED, &SCHEDULES_REMOVED])
        .to("delete-pending"),
    Branch::when(&[&BACKUP_DELETION_ASKED])
        .effects(&[&OWN_BACKUPS_DELETED, &SCHEDULES_REMOVED])
        .to("delete-pending"),
    Branch::when(&[&RESTORE_DELETION_ASKED])
        .effects(&[&BACKUPS_RETAINED, &OWN_RESTORES_DELETED, &SCHEDULES_REMOVED])
        .to("delete-pending"),
];

pub(super) static CLUSTER: Kind = Kind::new(
    "cluster",
    "Clusters",
    "cluster",
    &[
        State::new(
            "active",
            "Active",
            "Fully operational and reachable; every operation may be tried.",
            Provenance::stated("SM"),
        ),
        State::new(
            "disconnected",
            "Disconnected",
            "Wrong kubeconfig, no Stork, expired token, or out of reach.",
            Provenance::stated("SM"),
        ),
        State::new(
            "not-available",
            "Not Available",
            "Expired kubeconfig, or out of reach and possibly down.",
            Provenance::stated("SM").note("For decisions the same as Disconnected: not active (OPEN-4)."),
        ),
        State::new(
            "pending",
            "Pending",
            "Addition is asked for and not finished.",
            Provenance::implied("API"),
        ),
        State::new("success", "Success", "Added, and not yet online.", Provenance::implied("API")),
        State::new(
            "failed",
            "Failed",
            "Addition failed, or an update with bad credentials.",
            Provenance::implied("API TRP"),
        ),
        State::new(
            "delete-pending",
            "Delete Pending",
            "Deletion is accepted and not finished.",
            Provenance::implied("API SP SPC"),
        ),
    ],
    Provenance::stated("SM"),
)
.seen_by(SIGHT)
.rules(&[
    Rule::of(&CREATE)
        .from(&["absent"])
        .requires(&[&NOT_REGISTERED_YET, &COUNT_WITHIN_LIMIT, &STORK_RECENT])
        .requires_in(CLASSIC, &[&CLOUD_ACCOUNT_USABLE])
        .to("pending")
        .effects(&[&REGISTRATION_STARTED])
        .source(Provenance::stated("T13 PR TRP API HELM OM")),
    Rule::of(&VIEW)
        .from(&["active", "disconnected", "not-available", "pending", "success", "failed", "delete-pending"])
        .source(
            Provenance::stated("SC SA DR").note("Kubeconfig and credentials stay hidden from shared users."),
        ),
    Rule::of(&EDIT)
        .from(&["active", "disconnected", "not-available", "pending", "success", "failed"])
        .requires(&[&KUBECONFIG_OPENS])
        .source(Provenance::stated("DR TRP")),
    Rule::of(&DELETE)
        .from(&["active", "disconnected", "not-available", "pending", "success", "failed"])
        .requires(&[&IDLE])
        .branches(TAKEN_ALONG)
        .to("delete-pending")
        .effects(&[&BACKUPS_RETAINED, &SCHEDULES_REMOVED])
        .source(Provenance::stated("T24 G16 API DR TRP OPEN-26")),
    Rule::of(&DELETE_ALL_CLUSTER_BACKUPS)
        .from(&["active", "disconnected", "not-available", "pending", "success", "failed"])
        .effects(&[&ALL_BACKUPS_DELETED])
        .source(Provenance::stated("API OPEN-23")),
    Rule::of(&SHARE)
        .from(&["active", "disconnected", "not-available", "pending", "success", "failed"])
        .requires(&[&SHARE_TARGET_EXISTS])
        .requires_in(CLASSIC, &[&CLOUD_ACCOUNT_OWNED])
        .effects(&[&CLUSTER_USABLE_BY_SHARED])
        .source(Provenance::stated("SC API")),
    Rule::of(&UNSHARE)
        .from(&["active", "disconnected", "not-available", "pending", "success", "failed"])
        .requires(&[&IS_SHARED])
        .effects(&[&ACCESS_ENDS])
        .source(Provenance::stated("SC")),
    Rule::of(&SHARE_CLUSTER_BACKUPS)
        .from(&["active", "disconnected", "not-available", "pending", "success", "failed"])
        .requires(&[&BACKUPS_OWNED, &SHARE_TARGET_EXISTS])
        .effects(&[&ALL_BACKUPS_SHARED])
        .source(Provenance::stated("SR SA API")),
    Rule::of(&REFRESH_CREDENTIALS)
        .only_in(FEDERATED)
        .from(&["active", "disconnected", "not-available", "pending", "success", "failed"])
        .requires(&[&DISCOVERED_SHOOT])
        .effects(&[&CREDENTIALS_RENEWED])
        .source(Provenance::stated("API")),
    Rule::of(&ADD_SUCCEEDED).from(&["pending"]).to("success").source(Provenance::stated("T14 API")),
    Rule::of(&CAME_ONLINE).from(&["success"]).to("active").source(Provenance::stated("T15 API")),
    Rule::of(&ADD_FAILED)
        .from(&["pending"])
        .to("failed")
        .effects(&[&ALERT_CLUSTER])
        .source(Provenance::stated("T16 API HELM")),
    Rule::of(&CONNECTIVITY_LOST)
        .from(&["active"])
        .to("disconnected")
        .effects(&[&ALERT_CLUSTER])
        .source(Provenance::stated("T17 SM HELM")),
    Rule::of(&KUBERNETES_TOKEN_EXPIRED)
        .from(&["active"])
        .to("disconnected")
        .effects(&[&ALERT_CLUSTER])
        .source(Provenance::stated("T18 SM")),
    Rule::of(&STORK_MISSING).from(&["active"]).to("disconnected").source(Provenance::stated("T19 SM")),
    Rule::of(&KUBECONFIG_EXPIRED)
        .from(&["active"])
        .to("not-available")
        .effects(&[&ALERT_CLUSTER])
        .source(Provenance::stated("T20 SM")),
    Rule::of(&CLUSTER_DOWN)
        .from(&["active"])
        .to("not-available")
        .effects(&[&ALERT_CLUSTER])
        .source(Provenance::stated("T21 SM")),
    Rule::of(&CONNECTIVITY_RESTORED)
        .from(&["disconnected", "not-available"])
        .to("active")
        .source(Provenance::inferred("T22")),
    Rule::of(&UPDATE_WITH_INVALID_KUBECONFIG)
        .only_in(CLASSIC)
        .from(&["active", "disconnected", "not-available", "pending", "success", "failed"])
        .to("failed")
        .effects(&[&CREDENTIALS_REFUSED])
        .source(Provenance::stated("T23 TRP")),
    Rule::of(&DELETE_COMPLETED)
        .from(&["delete-pending"])
        .branches(&[Branch::when(&[&BACKUP_DELETION_ASKED]).to("absent").effects(&[&OWN_BACKUPS_DELETED])])
        .to("absent")
        .effects(&[&BACKUPS_RETAINED])
        .source(Provenance::stated("T25 TRP API")),
    Rule::of(&LABEL_REMOVED)
        .only_in(FEDERATED)
        .from(&["active", "disconnected", "not-available", "pending", "success", "failed"])
        .requires(&[&IS_MANAGED])
        .effects(&[&COUNTED_UNMANAGED])
        .source(Provenance::stated("T26 API OPEN-10")),
    Rule::of(&LABEL_RESTORED)
        .only_in(FEDERATED)
        .from(&["active", "disconnected", "not-available", "pending", "success", "failed"])
        .requires(&[&IS_UNMANAGED])
        .effects(&[&COUNTED_REMANAGED])
        .source(Provenance::stated("T27 API")),
    Rule::of(&DISCOVERED)
        .only_in(FEDERATED)
        .from(&["absent"])
        .to("pending")
        .effects(&[&CLUSTER_REGISTERED])
        .source(Provenance::inferred("T28 SM")),
    Rule::of(&CREDENTIALS_REFRESHED)
        .only_in(FEDERATED)
        .from(&["not-available"])
        .to("active")
        .effects(&[&CREDENTIALS_RENEWED])
        .source(Provenance::inferred("T29")),
]);

/// What only clusters are asked.
mod questions {
    use interlock_rules::{Condition, ConditionClass, Link, Provenance, Truth};

    use crate::attributes::{
        BACKUPS_OWNER, CLUSTER, COUNT_LIMIT, DISCOVERY, EXISTS, MANAGED, NEW_KUBECONFIG, ONBOARDING, STORK,
    };
    use crate::conditions::at_least_version;
    use crate::kinds::state::cluster_discovery_config::{DELETE_PENDING, DELETING};
    use crate::kinds::{self, state};

    pub(super) static NOT_REGISTERED_YET: Condition = Condition::new(
        "not-registered-yet",
        ConditionClass::Target,
        "Is the cluster not registered yet?",
        |facts, _| (facts.target().flag(EXISTS) != Some(true)).into(),
    )
    .refuses("it is registered already, with status Online")
    .reads(&["target.exists"])
    .source(Provenance::stated("TRP"));

    pub(super) static COUNT_WITHIN_LIMIT: Condition = Condition::new(
        "cluster-count-within-limit",
        ConditionClass::Target,
        "May further clusters be added?",
        |facts, _| (facts.target().flag(COUNT_LIMIT) != Some(true)).into(),
    )
    .refuses("the limit of clusters is reached and additions are suspended (alert ClusterCountLimitAlert)")
    .reads(&["target.count-limit-reached"])
    .source(Provenance::stated("HELM"));

    pub(super) static STORK_RECENT: Condition = Condition::new(
        "stork-recent",
        ConditionClass::Target,
        "Is Stork on the cluster recent enough for the mode?",
        |facts, trace| {
            let federated = facts.mode() == "federated";
            trace.because(if federated {
                "federated mode needs Stork 26.3.0 or later on it"
            } else {
                "it needs Stork 23.0.0 or later"
            });
            let least = if federated { [26, 3, 0] } else { [23, 0, 0] };
            facts.target().get(STORK).map_or(Truth::True, |version| at_least_version(version, least))
        },
    )
    .refuses("its Stork is too old")
    .reads(&["target.stork"])
    .source(Provenance::stated("FI FC"));

    pub(super) static KUBECONFIG_OPENS: Condition = Condition::new(
        "kubeconfig-opens",
        ConditionClass::Parameter,
        "Does the new kubeconfig open the cluster, if there is one?",
        |facts, _| (facts.parameter(NEW_KUBECONFIG) != Some("invalid")).into(),
    )
    .refuses("access to the cluster could not be validated with the new kubeconfig")
    .reads(&["parameter.new-kubeconfig"])
    .source(Provenance::stated("TRP"));

    pub(super) static IDLE: Condition = Condition::new(
        "cluster-idle",
        ConditionClass::Related,
        "Is no backup or restore in progress on the cluster?",
        |facts, trace| {
            let mut idle = true;
            for (kind, in_progress) in
                [(kinds::BACKUP, state::backup::IN_PROGRESS), (kinds::RESTORE, state::restore::IN_PROGRESS)]
            {
                for run in facts.having(kind, CLUSTER, facts.target().id()) {
                    if run.state() == in_progress {
                        trace.blame(run, "in progress");
                        idle = false;
                    }
                }
            }
            if idle && !facts.complete() { Truth::Unknown } else { idle.into() }
        },
    )
    .refuses("backups or restores are in progress on it")
    .reads(&[
        "target.id",
        "related.backup.cluster",
        "related.backup.state",
        "related.restore.cluster",
        "related.restore.state",
    ])
    .source(Provenance::chosen("OPEN-26"));

    pub(super) static BACKUPS_OWNED: Condition = Condition::new(
        "backups-owned",
        ConditionClass::Access,
        "Does the subject own the backups?",
        |facts, _| {
            let Some(subject) = facts.subject_id() else { return Truth::Unknown };
            match facts.target().get(BACKUPS_OWNER) {
                Some(owner) => (owner == subject).into(),
                None => {
                    let level = crate::sharing::level(facts, facts.target());
                    Truth::known(level.map(|level| level == crate::sharing::Level::Owner))
                }
            }
        },
    )
    .refuses("only the owner of its backups shares them")
    .reads(&["target.backups-owner", "target.access"])
    .source(Provenance::stated("SR SA"));

    pub(super) static DISCOVERED_SHOOT: Condition = Condition::new(
        "discovered-shoot",
        ConditionClass::Related,
        "Was the cluster found by a discovery configuration that is not being deleted?",
        |facts, trace| {
            let target = facts.target();
            if target.has(ONBOARDING, "kubeconfig") {
                trace.because("it was added by kubeconfig, not discovered");
                return Truth::False;
            }
            let mut answer = if target.tells(DISCOVERY) { Truth::False } else { Truth::Unknown };
            for (id, link) in facts.links(target, DISCOVERY) {
                answer = answer.or(match link {
                    Link::To(config) => {
                        let alive = ![DELETING, DELETE_PENDING].contains(&config.state());
                        if !alive {
                            trace.blame(config, "being deleted");
                        }
                        alive.into()
                    }
                    Link::Missing(_) => {
                        trace.missing(kinds::CLUSTER_DISCOVERY_CONFIG, id);
                        Truth::False
                    }
                    Link::Unknown => Truth::Unknown,
                });
            }
            answer
        },
    )
    .refuses("no discovery configuration stands for it")
    .reads(&["target.onboarding", "target.discovery", "related.cluster-discovery-config.state"])
    .source(Provenance::stated("API"));

    pub(super) static IS_MANAGED: Condition = Condition::new(
        "managed",
        ConditionClass::Target,
        "Is the label that selected the shoot on it?",
        |facts, _| facts.target().flag(MANAGED).unwrap_or(true).into(),
    )
    .refuses("it is unmanaged already")
    .reads(&["target.managed"])
    .source(Provenance::stated("API"));

    pub(super) static IS_UNMANAGED: Condition = Condition::new(
        "unmanaged",
        ConditionClass::Target,
        "Has the shoot lost the label that selected it?",
        |facts, _| (facts.target().flag(MANAGED) == Some(false)).into(),
    )
    .refuses("it is managed already")
    .reads(&["target.managed"])
    .source(Provenance::stated("API"));
}
