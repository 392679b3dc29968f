//! Objects as the interfaces print them, before names become ids.

use super::error::Place;

/// Kinds of resource, in the order in which a world lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    BackupLocation,
    Cluster,
    BackupSchedule,
    Backup,
    Restore,
    ClusterDiscoveryConfig,
    LocationClusterConnection,
    BackupSync,
    CloudAccount,
    SchedulePolicy,
    Rule,
    Role,
}

impl Kind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::BackupLocation => "backup-location",
            Self::Cluster => "cluster",
            Self::BackupSchedule => "backup-schedule",
            Self::Backup => "backup",
            Self::Restore => "restore",
            Self::ClusterDiscoveryConfig => "cluster-discovery-config",
            Self::LocationClusterConnection => "location-cluster-connection",
            Self::BackupSync => "backup-sync",
            Self::CloudAccount => "cloud-account",
            Self::SchedulePolicy => "schedule-policy",
            Self::Rule => "rule",
            Self::Role => "role",
        }
    }
}

/// Which interface printed an object. Each has names of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Origin {
    /// The server's API.
    Server,
    /// The Kubernetes API of a cluster, for Stork's resources.
    Stork,
}

/// How one object names another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) origin: Origin,
    /// Only Stork's objects have namespaces.
    pub(super) namespace: Option<String>,
    pub(super) name: Option<String>,
    pub(super) uid: Option<String>,
    pub(super) place: Place,
}

/// What is known of an object besides its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fact {
    /// An attribute.
    Is(&'static str, String),
    /// An attribute that holds the id of another resource.
    Links(&'static str, Kind, Reference),
}

/// An object as an interface printed it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    pub(super) origin: Origin,
    pub(super) namespace: Option<String>,
    pub(super) name: String,
    pub(super) uid: Option<String>,
    pub(super) state: &'static str,
    pub(super) facts: Vec<Fact>,
    /// A mark on a Stork object that the server made for an object of its own.
    pub(super) made_for: Option<MadeFor>,
    pub(super) place: Place,
}

/// The server's object that a Stork object was made for.
#[derive(Clone, Debug)]
pub(super) struct MadeFor {
    /// Its uid, where the mark says it.
    pub(super) uid: Option<String>,
}

/// What one side says of a connection.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    /// Who says it: a location or a cluster.
    pub(super) side: Kind,
    pub(super) location: Reference,
    pub(super) cluster: Reference,
    pub(super) state: &'static str,
    pub(super) place: Place,
}

/// The last sync of a location.
#[derive(Clone, Debug)]
pub(super) struct Sync {
    pub(super) location: Reference,
    pub(super) state: &'static str,
    pub(super) facts: Vec<Fact>,
    pub(super) place: Place,
}

/// The link from a location to the clusters that are to use it.
pub(super) const CLUSTERS: &str = "clusters";

impl Entry {
    /// Whether two objects differ in nothing but where they stand.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        let same_fact = |(one, other): (&Fact, &Fact)| match (one, other) {
            (Fact::Links(name, kind, one), Fact::Links(other_name, other_kind, other)) => {
                (name, kind, &one.namespace, &one.name, &one.uid)
                    == (other_name, other_kind, &other.namespace, &other.name, &other.uid)
            }
            (one, other) => one == other,
        };
        self.name == other.name
            && self.namespace == other.namespace
            && self.state == other.state
            && self.facts.len() == other.facts.len()
            && self.facts.iter().zip(&other.facts).all(same_fact)
    }
}
