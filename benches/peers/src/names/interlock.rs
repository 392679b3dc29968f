use std::sync::{Arc, LazyLock};

use interlock_model::{Attributes, Coverage, Decision, Observation, Request, Subject, Verdict};
use interlock_tests::Native;

use super::{Action, Case};
use crate::Engine;

/// The shipped policy as a Rust library.
static NATIVE: LazyLock<Native> = LazyLock::new(Native::backup);

/// Interlock: everything at hand, in the types of the contract.
#[derive(Clone)]
pub struct Interlock<E> {
    evaluate: E,
}

/// By the rules as a Rust library, in this process.
pub fn native() -> Interlock<impl Fn(&Request) -> Decision + Clone + Send> {
    Interlock::by(|request| NATIVE.evaluate(request).unwrap())
}

impl<E: Fn(&Request) -> Decision + Clone + Send> Interlock<E> {
    /// By a function that evaluates requests as the shipped policy does.
    pub fn by(evaluate: E) -> Self {
        Self { evaluate }
    }
}

impl<E: Fn(&Request) -> Decision + Clone + Send> Engine for Interlock<E> {
    type Question = Arc<Case>;
    type Request<'q> = Request;

    fn request(&self, case: &Arc<Case>) -> Request {
        let Case { user, backup, .. } = &**case;
        let groups = user.groups.iter().map(|group| ("group", group));
        let kept_in =
            [("owner", &backup.owner), ("cluster", &backup.cluster), ("location", &backup.location)];
        let attributes = kept_in
            .into_iter()
            .chain([("schedule", &backup.schedule)])
            .chain(backup.shared_view.iter().map(|with| ("shared-view", with)))
            .chain(backup.shared_full.iter().map(|with| ("shared-full", with)))
            .chain(backup.namespaces.iter().map(|namespace| ("namespaces", namespace)));
        let mut target = observation("backup", &backup.id, &backup.state, attributes);
        target.attributes.push("trigger", "schedule");

        let locations = case.locations.iter().map(|location| {
            let shared = location.shared_view.iter().map(|with| ("shared-view", with));
            let attributes =
                [("owner", &location.owner), ("provider", &location.provider), ("bucket", &location.bucket)];
            observation(
                "backup-location",
                &location.id,
                &location.state,
                attributes.into_iter().chain(shared),
            )
        });
        let clusters = case.clusters.iter().map(|cluster| {
            let shared = cluster.shared_view.iter().map(|with| ("shared-view", with));
            let attributes = [("owner", &cluster.owner)].into_iter().chain(shared);
            let mut observed = observation("cluster", &cluster.id, &cluster.state, attributes);
            // An active cluster answers unless something else is said.
            if !cluster.reachable {
                observed.attributes.push("reachable", "false");
            }
            observed
        });
        let connections = case.connections.iter().map(|connection| {
            let ends = [("location", &connection.location), ("cluster", &connection.cluster)];
            observation("location-cluster-connection", &connection.id, &connection.state, ends)
        });
        let schedules = case.schedules.iter().map(|schedule| {
            let attributes = [
                ("owner", &schedule.owner),
                ("location", &schedule.location),
                ("cluster", &schedule.cluster),
            ];
            observation("backup-schedule", &schedule.id, &schedule.state, attributes)
        });
        let count =
            case.locations.len() + case.clusters.len() + case.connections.len() + case.schedules.len();
        let mut related = Vec::with_capacity(count);
        related.extend(locations.chain(clusters).chain(connections).chain(schedules));

        Request {
            mode: "federated".to_owned(),
            subject: Some(Subject {
                id: user.id.clone(),
                roles: user.roles.clone(),
                attributes: Attributes::from_iter(groups),
            }),
            action: match case.action {
                Action::Edit => "edit".to_owned(),
                Action::Delete => "delete".to_owned(),
            },
            target,
            related,
            parameters: Attributes::new(),
            coverage: Coverage::Complete,
        }
    }

    fn permits(&mut self, request: &Request) -> bool {
        (self.evaluate)(request).verdict == Verdict::Allow
    }
}

fn observation<'c>(
    kind: &str,
    id: &str,
    state: &str,
    attributes: impl IntoIterator<Item = (&'static str, &'c String)>,
) -> Observation {
    Observation {
        kind: kind.to_owned(),
        id: id.to_owned(),
        state: state.to_owned(),
        attributes: attributes.into_iter().collect(),
    }
}
