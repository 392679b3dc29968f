//! Questions that more than one kind asks, about other resources or about what the mode allows.

use interlock_rules::{Attr, Condition, ConditionClass, Facts, Link, Provenance, Res, StateId, Trace, Truth};

use crate::access::usable;
use crate::attributes::{
    BACKUP_TYPE, BUCKET, CLOUD_ACCOUNT, CLUSTER, CLUSTERS, DELETE_BACKUPS, DELETE_RESTORES, EXISTS, LOCATION,
    OBJECT_LOCK, OBJECT_TYPE, OWNER, PROVIDER, REACHABLE, SHARE_WITH, SHARED, SHARED_FULL, SHARED_RESTORABLE,
    SHARED_VIEW,
};
use crate::kinds::{self, state};

/// Whether a cluster can work: active, and not known to be out of reach.
pub(crate) fn works(cluster: Res<'_>) -> bool {
    cluster.state() == state::cluster::ACTIVE && cluster.flag(REACHABLE) != Some(false)
}

/// What is wrong with a cluster that does not work.
pub(crate) fn trouble(cluster: Res<'_>) -> &'static str {
    use state::cluster::{ACTIVE, DELETE_PENDING, FAILED, NOT_AVAILABLE, PENDING, SUCCESS};
    match cluster.state() {
        ACTIVE => "unreachable",
        NOT_AVAILABLE => "not available",
        PENDING => "still being added",
        SUCCESS => "not yet online",
        FAILED => "could not be added",
        DELETE_PENDING => "being deleted",
        _ => cluster.state_name(),
    }
}

/// The resource that a link of the target leads to; or the answer, if there is none.
pub(crate) fn linked<'w>(facts: &Facts<'w>, trace: &mut Trace, attr: Attr) -> Result<Res<'w>, Truth> {
    match facts.link(facts.target(), attr) {
        Link::To(resource) => Ok(resource),
        Link::Missing(id) => {
            let (kind, refusal) = match attr {
                CLUSTER => (kinds::CLUSTER, "its cluster does not exist"),
                LOCATION => (kinds::BACKUP_LOCATION, "its location does not exist"),
                crate::attributes::BACKUP => (kinds::BACKUP, "its backup does not exist"),
                _ => (kinds::SCHEDULE_POLICY, "its schedule policy does not exist"),
            };
            trace.missing(kind, id);
            trace.because(refusal);
            Err(Truth::False)
        }
        Link::Unknown => Err(Truth::Unknown),
    }
}

/// Whether the resource that a link leads to is the subject's, or shared with them.
pub(crate) fn accessible(facts: &Facts<'_>, trace: &mut Trace, attr: Attr) -> Truth {
    match linked(facts, trace, attr) {
        Ok(resource) => {
            trace.note(resource);
            usable(facts, resource)
        }
        Err(answer) => answer,
    }
}

/// A question about the resource that a link leads to.
macro_rules! ask_linked {
    ($facts:ident, $trace:ident, $attr:expr, |$resource:ident| $answer:expr) => {
        match crate::conditions::linked($facts, $trace, $attr) {
            Ok($resource) => $answer,
            Err(answer) => answer,
        }
    };
}
pub(crate) use ask_linked;

/// The cluster is active.
pub(crate) static CLUSTER_ACTIVE: Condition =
    Condition::new("cluster-active", ConditionClass::Related, "Is the cluster active?", |facts, trace| {
        ask_linked!(facts, trace, CLUSTER, |cluster| {
            trace.blame(cluster, trouble(cluster));
            works(cluster).into()
        })
    })
    .refuses("its cluster is not active")
    .reads(&["target.cluster", "related.cluster.state", "related.cluster.reachable"])
    .source(
        Provenance::stated("SM CB")
            .note("Disconnected and Not Available are one class, not active (OPEN-4)."),
    );

/// The subject may use the cluster.
pub(crate) static CLUSTER_ACCESSIBLE: Condition = Condition::new(
    "cluster-accessible",
    ConditionClass::Access,
    "Does the subject own the cluster, or is it shared with them?",
    |facts, trace| accessible(facts, trace, CLUSTER),
)
.refuses("its cluster is neither yours nor shared with you")
.reads(&["subject.roles", "target.cluster", "related.cluster.access"])
.source(Provenance::stated("SC"));

/// The subject may use the location.
pub(crate) static LOCATION_ACCESSIBLE: Condition = Condition::new(
    "location-accessible",
    ConditionClass::Access,
    "Does the subject own the location, or is it shared with them?",
    |facts, trace| accessible(facts, trace, LOCATION),
)
.refuses("its location is neither yours nor shared with you")
.reads(&["subject.roles", "target.location", "related.backup-location.access"])
.source(Provenance::stated("SM TRP"));

/// Classic: the location can take this backup.
pub(crate) static LOCATION_VALID: Condition = Condition::new(
    "location-valid",
    ConditionClass::Related,
    "Is the location valid for this?",
    |facts, trace| {
        let target = facts.target();
        let limited_serves = target.kind() != kinds::RESTORE && !target.has(BACKUP_TYPE, "kdmp");
        ask_linked!(facts, trace, LOCATION, |location| {
            trace.blame_state(location);
            match location.state() {
                state::backup_location::VALID => Truth::True,
                state::backup_location::LIMITED_AVAILABILITY => limited_serves.into(),
                _ => Truth::False,
            }
        })
    },
)
.refuses("its location is not valid for this")
.reads(&["target.location", "target.backup-type", "related.backup-location.state"])
.source(
    Provenance::stated("SM HELM")
        .note("A location of limited availability refuses KDMP backups, and restores."),
);

/// Federated: the cluster has a valid connection to the location; the location's own state says nothing.
pub(crate) static CONNECTION_VALID: Condition = Condition::new(
    "connection-valid",
    ConditionClass::Related,
    "Has the cluster a valid connection to the location?",
    |facts, trace| {
        let target = facts.target();
        let (Some(location), Some(cluster)) = (target.get(LOCATION), target.get(CLUSTER)) else {
            return Truth::Unknown;
        };
        if let Link::To(location) = facts.link(target, LOCATION)
            && location.state() == state::backup_location::DELETE_PENDING
        {
            trace.blame(location, "");
            trace.because("its location is being deleted");
            return Truth::False;
        }
        connection(facts, location, cluster, trace)
    },
)
.refuses("its cluster has no valid connection to its location")
.reads(&[
    "target.location",
    "target.cluster",
    "related.location-cluster-connection.location",
    "related.location-cluster-connection.cluster",
    "related.location-cluster-connection.state",
    "related.backup-location.state",
])
.source(
    Provenance::stated("SM").note("The connection alone decides, not the location's own state (OPEN-1)."),
);

/// Whether the pair has a valid connection.
fn connection<'w>(facts: &Facts<'w>, location: &'w str, cluster: &str, trace: &mut Trace) -> Truth {
    let mut valid = if facts.complete() { Truth::False } else { Truth::Unknown };
    for connection in connections(facts, location, cluster) {
        trace.blame_state(connection);
        let this = connection.state() == state::location_cluster_connection::VALID;
        valid = (this || valid == Truth::True).into();
    }
    valid
}

/// The connections of a pair; one is all that platforms have.
fn connections<'w>(facts: &Facts<'w>, location: &'w str, cluster: &str) -> impl Iterator<Item = Res<'w>> {
    let all = facts.having(kinds::LOCATION_CLUSTER_CONNECTION, LOCATION, location);
    all.filter(move |connection| connection.has(CLUSTER, cluster))
}

/// Whether some cluster attached to a location is active, reachable and validly connected (OPEN-17, OPEN-27).
///
/// - `blame_workers`: whether those that can work are in the way, or those that cannot.
fn worker(facts: &Facts<'_>, location: Link<'_>, trace: &mut Trace, blame_workers: bool) -> Truth {
    let Link::To(location) = location else { return absent_location(location, trace) };
    if !trace.is_on() {
        let derive = || find_worker(facts, location, trace, blame_workers) as u8;
        return Truth::of_number(location.derived(WORKER, derive));
    }
    find_worker(facts, location, trace, blame_workers)
}

/// Where a location keeps whether somebody can work for it.
const WORKER: usize = 1;

fn find_worker(facts: &Facts<'_>, location: Res<'_>, trace: &mut Trace, blame_workers: bool) -> Truth {
    let attached = location.values(CLUSTERS);
    let listed = location.tells(CLUSTERS);
    let mut answer = if facts.complete() || listed { Truth::False } else { Truth::Unknown };
    let mut any = false;
    for id in attached {
        any = true;
        let connected = connection(facts, location.id(), id, &mut Trace::default());
        let state = connections(facts, location.id(), id).map(|connection| connection.state()).max();
        answer = answer.or(can_work(facts, id, connected, state, trace, blame_workers));
    }
    if !listed {
        for connection in facts.having(kinds::LOCATION_CLUSTER_CONNECTION, LOCATION, location.id()) {
            if let Some(id) = connection.get(CLUSTER) {
                any = true;
                let state = connection.state();
                let connected = (state == state::location_cluster_connection::VALID).into();
                answer = answer.or(can_work(facts, id, connected, Some(state), trace, blame_workers));
            }
        }
    }
    if !any && answer == Truth::False && !blame_workers {
        trace.because("no cluster is attached to its location");
    }
    answer
}

fn absent_location(location: Link<'_>, trace: &mut Trace) -> Truth {
    let Link::Missing(id) = location else { return Truth::Unknown };
    trace.missing(kinds::BACKUP_LOCATION, id);
    Truth::False
}

/// Whether a cluster works and is connected.
///
/// - `state`: that of its connection, if there is one.
fn can_work<'w>(
    facts: &Facts<'w>,
    cluster: &'w str,
    connected: Truth,
    state: Option<StateId>,
    trace: &mut Trace,
    blame_workers: bool,
) -> Truth {
    use state::location_cluster_connection::{IN_PROGRESS, PENDING};
    let (answer, cluster) = match facts.find(kinds::CLUSTER, cluster) {
        Link::To(cluster) => (Truth::from(works(cluster)).and(connected), cluster),
        Link::Missing(id) => {
            trace.missing(kinds::CLUSTER, id);
            return Truth::False;
        }
        Link::Unknown => return Truth::Unknown.and(connected),
    };
    if (answer == Truth::True) == blame_workers {
        trace.blame(
            cluster,
            match answer {
                Truth::True => "",
                _ if !works(cluster) => trouble(cluster),
                _ => match state {
                    Some(PENDING) => "connection not validated yet",
                    Some(IN_PROGRESS) => "connection being validated",
                    Some(_) => "connection invalid",
                    None => "not connected",
                },
            },
        );
    }
    answer
}

/// The location of a backup, a sync, or the location itself.
fn location_of<'w>(facts: &Facts<'w>) -> Link<'w> {
    let target = facts.target();
    if target.kind() == kinds::BACKUP_LOCATION { Link::To(target) } else { facts.link(target, LOCATION) }
}

const WORKER_READS: &[&str] = &[
    "target.location",
    "target.clusters",
    "related.backup-location.clusters",
    "related.cluster.state",
    "related.cluster.reachable",
    "related.location-cluster-connection.location",
    "related.location-cluster-connection.cluster",
    "related.location-cluster-connection.state",
];

/// Federated: somebody can carry out a deletion or a sync.
pub(crate) static WORKER_AVAILABLE: Condition = Condition::new(
    "worker-available",
    ConditionClass::Related,
    "Is a cluster attached to the location active, with a valid connection to it?",
    |facts, trace| {
        if facts.target().kind() == kinds::BACKUP_LOCATION {
            trace.because("none of the clusters attached to it is active with a valid connection");
        }
        worker(facts, location_of(facts), trace, false)
    },
)
.refuses("none of the clusters attached to {location} is active with a valid connection")
.reads(WORKER_READS)
.source(Provenance::stated("SM FD").note("Only connections that are valid count, and only clusters that are active and reachable (OPEN-17, OPEN-27)."));

/// Federated: nobody can carry out a deletion.
pub(crate) static NO_WORKER: Condition = Condition::new(
    "no-worker",
    ConditionClass::Related,
    "Is no cluster attached to the location active with a valid connection?",
    |facts, trace| !worker(facts, location_of(facts), trace, true),
)
.refuses(
    "a cluster attached to {location} is active with a valid connection, so it can be deleted with its data",
)
.reads(WORKER_READS)
.source(Provenance::chosen("FD OPEN-2"));

/// Federated: no sync is pending or in progress on the storage bucket, even through another location.
pub(crate) static BUCKET_FREE: Condition = Condition::new(
    "bucket-free",
    ConditionClass::Related,
    "Is no sync pending or in progress on the storage bucket?",
    bucket_free,
)
.refuses("a sync is pending or in progress on the same storage bucket")
.unseen("through another location on this bucket")
.reads(&[
    "target.bucket",
    "target.location",
    "related.backup-location.bucket",
    "related.backup-sync.bucket",
    "related.backup-sync.location",
    "related.backup-sync.state",
])
.source(Provenance::stated("SM API").note("One at a time for each bucket; a pending one counts."));

fn bucket_free(facts: &Facts<'_>, trace: &mut Trace) -> Truth {
    let target = facts.target();
    let own = location_of(facts);
    let own_id =
        if target.kind() == kinds::BACKUP_LOCATION { Some(target.id()) } else { target.get(LOCATION) };
    let bucket = target.get(BUCKET).or_else(|| bucket_at(own));
    let mut answer = if facts.complete() { Truth::True } else { Truth::Unknown };
    for sync in facts.of_kind(kinds::BACKUP_SYNC) {
        let note = match sync.state() {
            state::backup_sync::PENDING => "pending",
            state::backup_sync::IN_PROGRESS => "in progress",
            _ => continue,
        };
        let theirs = sync.get(BUCKET).or_else(|| bucket_at(facts.link(sync, LOCATION)));
        let same_location = own_id.is_some() && sync.get(LOCATION) == own_id;
        let same_bucket = match (bucket, theirs) {
            (Some(bucket), Some(theirs)) => (bucket == theirs).into(),
            // A sync on a bucket that nobody names may be on this one.
            _ => Truth::Unknown,
        };
        let same = Truth::from(same_location).or(same_bucket);
        if same == Truth::True {
            trace.blame(sync, note);
        }
        answer = answer.and(!same);
    }
    answer
}

fn bucket_at<'w>(location: Link<'w>) -> Option<&'w str> {
    match location {
        Link::To(location) => location.get(BUCKET),
        _ => None,
    }
}

/// The storage provider is one that the mode supports.
pub(crate) static PROVIDER_IN_MODE: Condition = Condition::new(
    "provider-in-mode",
    ConditionClass::Mode,
    "Does this mode support the storage provider?",
    |facts, _| facts.target().get(PROVIDER).is_none_or(|provider| provider == "azure").into(),
)
.refuses("federated mode stores to Azure Blob alone, not to {provider}")
.reads(&["target.provider"])
.source(Provenance::stated("FS FM"));

/// Object lock is for classic mode.
pub(crate) static OBJECT_LOCK_IN_MODE: Condition = Condition::new(
    "object-lock-in-mode",
    ConditionClass::Mode,
    "Does this mode support object lock, if it is asked for?",
    |facts, _| (facts.target().flag(OBJECT_LOCK) != Some(true)).into(),
)
.refuses("federated mode does not support object lock")
.reads(&["target.object-lock"])
.source(Provenance::chosen("FX OPEN-21"));

/// What is backed up or restored is something that the mode supports.
pub(crate) static BACKUP_TYPE_IN_MODE: Condition = Condition::new(
    "backup-type-in-mode",
    ConditionClass::Mode,
    "Does this mode support this type of backup?",
    |facts, trace| {
        let target = facts.target();
        let foreign = |resource: Res<'_>| {
            resource.has(OBJECT_TYPE, "vm")
                || resource.has(BACKUP_TYPE, "kdmp")
                || resource.has(BACKUP_TYPE, "nfs")
                || resource.has(PROVIDER, "nfs")
        };
        let backup = facts.link(target, crate::attributes::BACKUP);
        let location = facts.link(target, LOCATION);
        let mut answer = Truth::True;
        for resource in [Link::To(target), backup, location] {
            if let Link::To(resource) = resource
                && foreign(resource)
            {
                if resource != target {
                    trace.note(resource);
                }
                answer = Truth::False;
            }
        }
        answer
    },
)
.refuses("federated mode does not support KDMP, NFS or virtual machine backups")
.reads(&[
    "target.backup-type",
    "target.object-type",
    "target.provider",
    "target.backup",
    "target.location",
    "related.backup.backup-type",
    "related.backup.object-type",
    "related.backup-location.provider",
])
.source(Provenance::stated("FM BT SM"));

/// Whom to share with exists.
pub(crate) static SHARE_TARGET_EXISTS: Condition = Condition::new(
    "share-target-exists",
    ConditionClass::Parameter,
    "Are the users or groups to share with known to the product?",
    |facts, trace| {
        let named = facts.parameter_values(SHARE_WITH);
        let mut answer = if named.is_empty() { Truth::Unknown } else { Truth::True };
        for id in named {
            let exists = match facts.find(kinds::USER, id) {
                Link::To(user) => {
                    let confirmed = user.flag(EXISTS);
                    let exists = confirmed.unwrap_or(user.state() != state::user::UNKNOWN);
                    if !exists {
                        trace.blame_state(user);
                    }
                    exists.into()
                }
                Link::Missing(id) => {
                    trace.missing(kinds::USER, id);
                    Truth::False
                }
                Link::Unknown => Truth::Unknown,
            };
            answer = answer.and(exists);
        }
        answer
    },
)
.refuses("whom to share it with is not known to the product")
.reads(&["parameter.share-with", "related.user.state", "related.user.exists"])
.source(
    Provenance::stated("SC")
        .note("A user in state unknown counts only if the identity provider confirms them (OPEN-25)."),
);

/// Something that is shared, and so can be unshared.
pub(crate) static IS_SHARED: Condition =
    Condition::new("is-shared", ConditionClass::Target, "Is it shared with anybody?", |facts, _| {
        let target = facts.target();
        let listed = [SHARED_VIEW, SHARED_RESTORABLE, SHARED_FULL].iter().any(|&attr| target.tells(attr));
        (target.flag(SHARED) == Some(true) || listed).into()
    })
    .refuses("it is shared with nobody")
    .reads(&["target.shared", "target.access"])
    .source(Provenance::stated("SC"));

/// How the subject stands to the cloud account that the target names.
#[derive(Clone, Copy, PartialEq)]
enum CloudAccount {
    Owned,
    Shared,
    Foreign,
    /// None is named: by default the subject may use it.
    NotNamed,
    Unknown,
}

fn cloud_account(facts: &Facts<'_>, trace: &mut Trace) -> CloudAccount {
    use crate::sharing::{Level, level};
    match facts.target().get(CLOUD_ACCOUNT) {
        None => return CloudAccount::NotNamed,
        Some("owned") => return CloudAccount::Owned,
        Some("shared") => return CloudAccount::Shared,
        Some("not-owned") => return CloudAccount::Foreign,
        Some(_) => {}
    }
    match facts.link(facts.target(), CLOUD_ACCOUNT) {
        Link::To(account) => {
            trace.note(account);
            match level(facts, account) {
                Some(Level::Owner) => CloudAccount::Owned,
                Some(Level::None) => CloudAccount::Foreign,
                Some(_) => CloudAccount::Shared,
                None => CloudAccount::Unknown,
            }
        }
        Link::Missing(id) => {
            trace.missing(kinds::CLOUD_ACCOUNT, id);
            CloudAccount::Foreign
        }
        Link::Unknown => CloudAccount::Unknown,
    }
}

const CLOUD_ACCOUNT_READS: &[&str] =
    &["target.cloud-account", "target.provider", "target.cloud-cluster", "related.cloud-account.access"];

/// Classic: who creates a location or a cloud cluster may use the cloud account it names.
pub(crate) static CLOUD_ACCOUNT_USABLE: Condition = Condition::new(
    "cloud-account-usable",
    ConditionClass::Access,
    "May the subject use the cloud account?",
    |facts, trace| {
        if facts.target().has(PROVIDER, "nfs") || facts.has_role(crate::roles::id::SUPER_ADMIN) == Some(true)
        {
            return Truth::True;
        }
        match cloud_account(facts, trace) {
            CloudAccount::Foreign => Truth::False,
            CloudAccount::Unknown => Truth::Unknown,
            _ => Truth::True,
        }
    },
)
.refuses("its cloud account is neither yours nor shared with you")
.reads(&["subject.roles", "target.cloud-account", "target.provider", "related.cloud-account.access"])
.source(Provenance::stated("API OM"));

/// Classic: what was built on somebody else's cloud account is not passed on.
pub(crate) static CLOUD_ACCOUNT_OWNED: Condition = Condition::new(
    "cloud-account-owned",
    ConditionClass::Access,
    "Does its owner own the cloud account it is built on?",
    |facts, trace| {
        let target = facts.target();
        // Only clusters that need cloud credentials are built on an account.
        if target.kind() == kinds::CLUSTER && target.flag(crate::attributes::CLOUD_CLUSTER) != Some(true) {
            return Truth::True;
        }
        // Whose account it is counts against whose resource it is, whoever shares it.
        if let Link::To(account) = facts.link(target, CLOUD_ACCOUNT)
            && account.tells(OWNER)
            && target.tells(OWNER)
        {
            trace.note(account);
            return account.values(OWNER).any(|owner| target.has(OWNER, owner)).into();
        }
        match cloud_account(facts, trace) {
            CloudAccount::Shared | CloudAccount::Foreign => Truth::False,
            CloudAccount::Unknown => Truth::Unknown,
            CloudAccount::Owned | CloudAccount::NotNamed => Truth::True,
        }
    },
)
.refuses("it is built on a cloud account that is not its owner's, and cannot be passed on")
.reads(CLOUD_ACCOUNT_READS)
.source(Provenance::stated("TRP SC"));

fn asked(facts: &Facts<'_>, attr: Attr) -> Truth {
    facts.parameter_flag(attr).unwrap_or(false).into()
}

/// Selects: backups go as well.
pub(crate) static BACKUP_DELETION_ASKED: Condition = Condition::new(
    "backup-deletion-asked",
    ConditionClass::Parameter,
    "Shall its backups be deleted as well?",
    |facts, _| asked(facts, DELETE_BACKUPS),
)
.refuses("nobody asked to delete its backups")
.reads(&["parameter.delete-backups"])
.source(Provenance::stated("API TRP"));

/// Selects: restores go as well.
pub(crate) static RESTORE_DELETION_ASKED: Condition = Condition::new(
    "restore-deletion-asked",
    ConditionClass::Parameter,
    "Shall its restores be deleted as well?",
    |facts, _| asked(facts, DELETE_RESTORES),
)
.refuses("nobody asked to delete its restores")
.reads(&["parameter.delete-restores"])
.source(Provenance::stated("API"));

/// `version` is at least `least`; unknown if it is no version.
pub(crate) fn at_least_version(version: &str, least: [u32; 3]) -> Truth {
    // Twenty bits a part; a part that needs more is as good as any greater one.
    let packed = least.iter().fold(0u64, |packed, &part| packed << 20 | u64::from(part));
    let (mut have, mut part, mut dots) = (0u64, None, 0);
    for byte in version.strip_prefix('v').unwrap_or(version).bytes() {
        match byte {
            b'0'..=b'9' => {
                let digit = u64::from(byte - b'0');
                part = Some((part.unwrap_or(0) * 10 + digit).min(0xf_ffff));
            }
            b'.' if dots < 2 && part.is_some() => {
                have = have << 20 | part.take().unwrap_or(0);
                dots += 1;
            }
            // What follows, such as `-rc1` or a fourth part, does not count.
            _ => break,
        }
    }
    let Some(last) = part else { return Truth::Unknown };
    have = (have << 20 | last) << (20 * (2 - dots));
    (have >= packed).into()
}
