//! A large federated site, and what one user of it wants to know.

use interlock::model::{Attributes, Coverage, Observation, Subject, SurveyQuery};
use oorandom::Rand32;

/// What the user asks of each of them.
pub(crate) const ACTIONS: [&str; 6] = ["view", "edit", "delete", "force-delete", "share", "duplicate"];

const CLUSTERS: usize = 20;
const LOCATIONS: usize = 10;
const USERS: usize = 50;
const TEAMS: usize = 5;

/// Every one of so many backups with every action, asked by one user; the rest of the site is related, coverage
/// complete.
///
/// Drawn with a fixed seed. Half of the clusters are active, most connections valid, most backups a success. Each
/// user is in one team; half of the backups are shared with their owner's team, and some with another user.
pub(crate) fn query(backups: usize) -> SurveyQuery {
    let random = &mut Rand32::new(0x1757);
    let targets = (0..backups).map(|number| backup(number, random)).collect();
    let mut related: Vec<_> = (0..CLUSTERS).map(|number| cluster(number, random)).collect();
    related.extend((0..LOCATIONS).map(location));
    for location in 0..LOCATIONS {
        // Each location serves its neighbours in a ring of clusters.
        related.extend((0..4).map(|next| connection(location, 2 * location + next, random)));
    }
    related.extend((0..USERS).map(|number| resource("user", user(number), "active", [])));
    related.extend((0..TEAMS).map(|number| resource("user", team(number), "active", [])));
    SurveyQuery {
        mode: "federated".to_owned(),
        subject: Some(Subject {
            id: user(17),
            roles: vec!["px-backup-app.user".to_owned()],
            attributes: [("group", team(17))].into_iter().collect(),
        }),
        actions: ACTIONS.map(str::to_owned).to_vec(),
        targets,
        related,
        parameters: [("acknowledged", "true"), ("share-with", "user-23")].into_iter().collect(),
        coverage: Coverage::Complete,
    }
}

fn backup(number: usize, random: &mut Rand32) -> Observation {
    let [owner, location, next] = [USERS, LOCATIONS, 4].map(|count| below(count, random));
    let mut attributes = vec![
        ("owner", user(owner)),
        ("location", format!("blob-{location:02}")),
        ("cluster", shoot(2 * location + next)),
        ("trigger", "schedule".to_owned()),
        ("schedule", format!("nightly-{owner:02}")),
        ("namespaces", format!("shop-{owner:02}")),
        ("namespaces", format!("shop-{owner:02}-db")),
    ];
    if below(2, random) == 0 {
        attributes.push((share(random), team(owner)));
    }
    if below(8, random) == 0 {
        attributes.push((share(random), user(below(USERS, random))));
    }
    let state = match below(10, random) {
        0 => "partial-success",
        1 => "failure",
        2 => ["in-progress", "pending", "deleting", "cloud-backup-missing"][below(4, random)],
        _ => "success",
    };
    resource("backup", format!("nightly-{number}"), state, attributes)
}

fn share(random: &mut Rand32) -> &'static str {
    ["shared-view", "shared-restorable", "shared-full"][below(3, random)]
}

fn cluster(number: usize, random: &mut Rand32) -> Observation {
    let state = if below(2, random) == 0 { "disconnected" } else { "active" };
    let attributes = [
        ("owner", "infra-admin".to_owned()),
        ("shared-view", team(number)),
        ("onboarding", "discovery".to_owned()),
        ("stork", "26.3.0".to_owned()),
    ];
    resource("cluster", shoot(number), state, attributes)
}

fn location(number: usize) -> Observation {
    let attributes = [
        ("owner", "infra-admin".to_owned()),
        ("shared-view", team(number)),
        ("provider", "azure".to_owned()),
        ("bucket", format!("backups-{number:02}")),
    ];
    resource("backup-location", format!("blob-{number:02}"), "valid", attributes)
}

fn connection(location: usize, cluster: usize, random: &mut Rand32) -> Observation {
    let state = if below(3, random) == 0 { "invalid" } else { "valid" };
    let location = format!("blob-{location:02}");
    let id = format!("{location}-{}", shoot(cluster));
    resource("location-cluster-connection", id, state, [("location", location), ("cluster", shoot(cluster))])
}

fn resource(
    kind: &str,
    id: String,
    state: &str,
    attributes: impl IntoIterator<Item = (&'static str, String)>,
) -> Observation {
    let attributes: Attributes = attributes.into_iter().collect();
    Observation { kind: kind.to_owned(), id, state: state.to_owned(), attributes }
}

fn user(number: usize) -> String {
    format!("user-{number:02}")
}

/// The team of a user, a cluster or a location.
fn team(number: usize) -> String {
    format!("team-{}", number % TEAMS)
}

fn shoot(number: usize) -> String {
    format!("shoot-{:02}", number % CLUSTERS)
}

fn below(count: usize, random: &mut Rand32) -> usize {
    random.rand_range(0..count as u32) as usize
}
