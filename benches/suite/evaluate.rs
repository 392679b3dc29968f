//! What does it cost to decide one request, in names: with nothing related, with what a deletion asks about,
//! and with a refusal to explain?

use std::cell::LazyCell;

use criterion::Criterion;
use interlock::model::{Decision, Request, Verdict};
use serde_json::{Value, from_value, json};

use crate::POLICY;

pub(crate) fn bench(criterion: &mut Criterion) {
    one(criterion, "evaluate/0-related", Verdict::Allow, || request("edit", json!([])));
    one(criterion, "evaluate/6-related", Verdict::Allow, || request("delete", related("active")));
    one(criterion, "evaluate/6-related-refused", Verdict::Deny, || {
        request("delete", related("disconnected"))
    });
}

fn one(criterion: &mut Criterion, id: &str, verdict: Verdict, request: impl FnOnce() -> Request) {
    let request = LazyCell::new(|| {
        let request = request();
        let Decision { verdict: observed, reasons, ways_out, .. } = POLICY.evaluate(&request).unwrap();
        assert_eq!(observed, verdict, "{id}");
        let refused = usize::from(verdict == Verdict::Deny);
        assert_eq!((reasons.len(), ways_out.len()), (refused, refused), "{id}");
        request
    });
    criterion.bench_function(id, |bencher| bencher.iter(|| POLICY.evaluate(&request).unwrap()));
}

/// What the owner of a backup asks.
pub(crate) fn request(action: &str, related: Value) -> Request {
    from_value(json!({
        "mode": "federated",
        "subject": {"id": "user-17", "roles": ["px-backup-app.user"], "attributes": {"group": "team-shop"}},
        "action": action,
        "target": {"kind": "backup", "id": "nightly-42", "state": "success", "attributes": {
            "owner": "user-17", "cluster": "shoot-a", "location": "blob-eu", "trigger": "schedule",
            "schedule": "nightly", "namespaces": ["shop", "shop-db"]}},
        "related": related,
        "coverage": "complete"
    }))
    .unwrap()
}

/// What a backup hangs on: its location, the two clusters that serve it, their connections, its schedule.
pub(crate) fn related(state: &str) -> Value {
    let cluster = |id| {
        json!({"kind": "cluster", "id": id, "state": state, "attributes": {
        "owner": "infra-admin", "shared-view": "team-shop"}})
    };
    let connection = |id, cluster| {
        json!({"kind": "location-cluster-connection", "id": id, "state": "valid",
        "attributes": {"location": "blob-eu", "cluster": cluster}})
    };
    json!([
        {"kind": "backup-location", "id": "blob-eu", "state": "valid", "attributes": {
            "owner": "infra-admin", "shared-view": "team-shop", "provider": "azure", "bucket": "backups-eu"}},
        cluster("shoot-a"),
        cluster("shoot-b"),
        connection("blob-eu-a", "shoot-a"),
        connection("blob-eu-b", "shoot-b"),
        {"kind": "backup-schedule", "id": "nightly", "state": "active", "attributes": {
            "owner": "user-17", "cluster": "shoot-a", "location": "blob-eu"}}
    ])
}
