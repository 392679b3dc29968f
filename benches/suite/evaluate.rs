//! What does it cost to decide one request, in names: with nothing related, with what a deletion asks about, with
//! ten times as much, and with a refusal to explain? And what do the rules cost of it, and what is sent?

use std::cell::LazyCell;

use criterion::Criterion;
use interlock::model::{Decision, Request, Verdict};
use interlock_tests::Native;
use serde_json::{Value, from_value, json};

use crate::{POLICY, TYPED};

pub(crate) fn bench(criterion: &mut Criterion) {
    one(criterion, "evaluate/0-related", Verdict::Allow, || request("edit", json!([])));
    one(criterion, "evaluate/6-related", Verdict::Allow, || request("delete", related("active")));
    one(criterion, "evaluate/6-related-refused", Verdict::Deny, || {
        request("delete", related("disconnected"))
    });
    one(criterion, "evaluate/60-related", Verdict::Allow, || {
        let mut related = related("active");
        // Clusters that do not serve the location, and their connections to another one.
        for number in 0..27 {
            let cluster = format!("shoot-{number:02}");
            let others = [
                json!({"kind": "cluster", "id": cluster, "state": "active", "attributes": {
                    "owner": "infra-admin", "shared-view": "team-shop"}}),
                json!({"kind": "location-cluster-connection", "id": format!("blob-us-{number:02}"),
                    "state": "valid", "attributes": {"location": "blob-us", "cluster": cluster}}),
            ];
            related.as_array_mut().unwrap().extend(others);
        }
        request("delete", related)
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
    if id == "evaluate/6-related" {
        let native = Native::backup();
        criterion.bench_function(&format!("{id}-native"), |bencher| {
            bencher.iter(|| native.evaluate(&request).unwrap());
        });
        criterion.bench_function(&format!("{id}-typed"), |bencher| {
            assert_eq!(TYPED.evaluate(&request).unwrap(), POLICY.evaluate(&request).unwrap());
            bencher.iter(|| TYPED.evaluate(&request).unwrap());
        });
    }
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
