use std::sync::Arc;

use interlock_model::Manifest;
use oorandom::Rand32;

use super::{ADMIN, ROLES};
use crate::facts::manifest;

/// What a service has at hand when it asks.
#[derive(Debug)]
pub struct Case {
    /// Who asks.
    pub user: User,
    /// What for.
    pub action: Action,
    /// The backup.
    pub backup: Backup,
    /// Locations, that of the backup among them, if it exists.
    pub locations: Vec<Location>,
    /// Clusters.
    pub clusters: Vec<Cluster>,
    /// Connections of clusters to locations.
    pub connections: Vec<Connection>,
    /// Schedules.
    pub schedules: Vec<Schedule>,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// To edit the backup.
    Edit,
    /// To delete it.
    Delete,
}

/// A user.
#[derive(Debug)]
pub struct User {
    /// Id.
    pub id: String,
    /// Roles held.
    pub roles: Vec<String>,
    /// Groups belonged to.
    pub groups: Vec<String>,
}

/// A backup.
#[derive(Debug)]
pub struct Backup {
    /// Id.
    pub id: String,
    /// State.
    pub state: String,
    /// Id of the owner.
    pub owner: String,
    /// Users and groups that may view it.
    pub shared_view: Vec<String>,
    /// Users and groups that may edit and delete it.
    pub shared_full: Vec<String>,
    /// Id of its location.
    pub location: String,
    /// Id of the cluster backed up.
    pub cluster: String,
    /// Id of the schedule that started it.
    pub schedule: String,
    /// Namespaces backed up.
    pub namespaces: Vec<String>,
}

/// A backup location.
#[derive(Debug)]
pub struct Location {
    /// Id.
    pub id: String,
    /// State.
    pub state: String,
    /// Id of the owner.
    pub owner: String,
    /// Users and groups that may view it.
    pub shared_view: Vec<String>,
    /// Where it stores.
    pub provider: String,
    /// Storage bucket.
    pub bucket: String,
}

/// A cluster.
#[derive(Debug)]
pub struct Cluster {
    /// Id.
    pub id: String,
    /// State.
    pub state: String,
    /// Id of the owner.
    pub owner: String,
    /// Users and groups that may view it.
    pub shared_view: Vec<String>,
    /// Whether it answers.
    pub reachable: bool,
}

/// The connection of a cluster to a location.
#[derive(Debug)]
pub struct Connection {
    /// Id.
    pub id: String,
    /// State.
    pub state: String,
    /// Id of the location.
    pub location: String,
    /// Id of the cluster.
    pub cluster: String,
}

/// A backup schedule.
#[derive(Debug)]
pub struct Schedule {
    /// Id.
    pub id: String,
    /// State.
    pub state: String,
    /// Id of the owner.
    pub owner: String,
    /// Id of the location it backs up to.
    pub location: String,
    /// Id of the cluster it backs up.
    pub cluster: String,
}

impl Case {
    /// Whether some cluster can delete what is in the backup's location: for engines whose language has no word for
    /// "some".
    pub(super) fn worker_available(&self) -> bool {
        let works = |id: &str| {
            self.clusters
                .iter()
                .any(|cluster| cluster.id == id && cluster.state == "active" && cluster.reachable)
        };
        let location = &self.backup.location;
        self.locations.iter().any(|known| known.id == *location)
            && self.connections.iter().any(|connection| {
                connection.location == *location && connection.state == "valid" && works(&connection.cluster)
            })
    }

    /// Whether the backup is fully shared with the user or one of the user's groups.
    pub(super) fn fully_shared(&self) -> bool {
        let User { id, groups, .. } = &self.user;
        self.backup.shared_full.iter().any(|with| with == id || groups.contains(with))
    }
}

/// May the owner delete the backup? Its location, two clusters, two connections and its schedule are related: yes.
pub fn of_the_owner() -> Arc<Case> {
    let text = str::to_owned;
    let cluster = |id: &str| Cluster {
        id: text(id),
        state: text("active"),
        owner: text("infra-admin"),
        shared_view: vec![text("team-shop")],
        reachable: true,
    };
    let connection = |id: &str, cluster: &str| Connection {
        id: text(id),
        state: text("valid"),
        location: text("blob-eu"),
        cluster: text(cluster),
    };
    Arc::new(Case {
        user: User {
            id: text("user-17"),
            roles: vec![text("px-backup-app.user")],
            groups: vec![text("team-shop")],
        },
        action: Action::Delete,
        backup: Backup {
            id: text("nightly-42"),
            state: text("success"),
            owner: text("user-17"),
            shared_view: Vec::new(),
            shared_full: Vec::new(),
            location: text("blob-eu"),
            cluster: text("shoot-a"),
            schedule: text("nightly"),
            namespaces: vec![text("shop"), text("shop-db")],
        },
        locations: vec![Location {
            id: text("blob-eu"),
            state: text("valid"),
            owner: text("infra-admin"),
            shared_view: vec![text("team-shop")],
            provider: text("azure"),
            bucket: text("backups-eu"),
        }],
        clusters: vec![cluster("shoot-a"), cluster("shoot-b")],
        connections: vec![connection("blob-eu-a", "shoot-a"), connection("blob-eu-b", "shoot-b")],
        schedules: vec![Schedule {
            id: text("nightly"),
            state: text("active"),
            owner: text("user-17"),
            location: text("blob-eu"),
            cluster: text("shoot-a"),
        }],
    })
}

/// Cases drawn with a fixed seed, from few ids, so that users own and share, locations and clusters are missing,
/// and connections lead to all of them.
pub fn draw(count: usize) -> Vec<Arc<Case>> {
    let mut draw = Draw { random: Rand32::new(0x1757), manifest: manifest() };
    (0..count).map(|_| Arc::new(draw.case())).collect()
}

const USERS: [&str; 3] = ["user-17", "user-18", "user-19"];
const GROUPS: [&str; 2] = ["team-shop", "team-pay"];
const LOCATIONS: [&str; 2] = ["blob-eu", "blob-us"];
const CLUSTERS: [&str; 3] = ["shoot-a", "shoot-b", "shoot-c"];

struct Draw {
    random: Rand32,
    manifest: &'static Manifest,
}

impl Draw {
    fn case(&mut self) -> Case {
        let backup = Backup {
            id: "nightly-42".to_owned(),
            state: self.state("backup", "success"),
            owner: self.one(&USERS),
            shared_view: self.some(&GROUPS, 4),
            shared_full: [self.some(&USERS, 3), self.some(&GROUPS, 3)].concat(),
            location: self.one(&LOCATIONS),
            cluster: self.one(&CLUSTERS),
            schedule: "nightly".to_owned(),
            namespaces: vec!["shop".to_owned()],
        };
        let roles = [
            self.some(&[ADMIN], 1),
            self.some(ROLES, 4),
            // A role of classic mode, which gives nothing here.
            self.some(&["px-backup-app.admin"], 2),
        ];
        Case {
            user: User { id: self.one(&USERS), roles: roles.concat(), groups: self.some(&GROUPS, 4) },
            action: if self.chance(2) { Action::Edit } else { Action::Delete },
            locations: self.some(&LOCATIONS, 6).into_iter().map(|id| self.location(id)).collect(),
            clusters: self.some(&CLUSTERS, 6).into_iter().map(|id| self.cluster(id)).collect(),
            connections: (0..self.below(5)).map(|number| self.connection(number)).collect(),
            schedules: vec![Schedule {
                id: backup.schedule.clone(),
                state: self.state("backup-schedule", "active"),
                owner: backup.owner.clone(),
                location: backup.location.clone(),
                cluster: backup.cluster.clone(),
            }],
            backup,
        }
    }

    fn location(&mut self, id: String) -> Location {
        Location {
            bucket: format!("bucket-of-{id}"),
            id,
            state: self.state("backup-location", "valid"),
            owner: "infra-admin".to_owned(),
            shared_view: self.some(&GROUPS, 4),
            provider: "azure".to_owned(),
        }
    }

    fn cluster(&mut self, id: String) -> Cluster {
        Cluster {
            id,
            state: self.state("cluster", "active"),
            owner: "infra-admin".to_owned(),
            shared_view: self.some(&GROUPS, 4),
            reachable: !self.chance(4),
        }
    }

    fn connection(&mut self, number: usize) -> Connection {
        Connection {
            id: format!("connection-{number}"),
            state: self.state("location-cluster-connection", "valid"),
            location: self.one(&LOCATIONS),
            cluster: self.one(&CLUSTERS),
        }
    }

    /// Every second time the usual state, else any that a federated site knows; each resource exists.
    fn state(&mut self, kind: &str, usual: &str) -> String {
        if self.chance(2) {
            return usual.to_owned();
        }
        let manifest = self.manifest;
        let mode = manifest.mode("federated").unwrap();
        let kind = &manifest.kinds[usize::from(manifest.kind(kind).unwrap())];
        let states: Vec<&str> = kind.states[1..]
            .iter()
            .filter(|state| state.modes.contains(&mode))
            .map(|state| state.name.as_str())
            .collect();
        self.one(&states)
    }

    fn one(&mut self, names: &[&str]) -> String {
        names[self.below(names.len())].to_owned()
    }

    /// Each of the names in so many of eight cases.
    fn some(&mut self, names: &[&str], of_eight: usize) -> Vec<String> {
        let kept = names.iter().filter(|_| self.random.rand_range(0..8) < of_eight as u32);
        kept.map(|&name| name.to_owned()).collect()
    }

    fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    fn below(&mut self, bound: usize) -> usize {
        self.random.rand_range(0..bound as u32) as usize
    }
}
