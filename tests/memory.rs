//! What the memory of this process comes to, and questions of many sizes to ask meanwhile.

use std::fs;
use std::io;

use interlock_model::{Attributes, Observation, Request};
use serde_json::{from_value, json};

/// Bytes of this process that are resident now. Linux only.
///
/// # Errors
///
/// What the system says where it has no `/proc/self/smaps_rollup`.
pub fn resident() -> io::Result<usize> {
    // The sum over all mappings is exact, unlike the counters of `statm`.
    let rollup = fs::read_to_string("/proc/self/smaps_rollup")?;
    let kibibytes = rollup.lines().find_map(|line| line.strip_prefix("Rss:")?.trim().strip_suffix(" kB"));
    let kibibytes: Option<usize> = kibibytes.and_then(|text| text.trim().parse().ok());
    kibibytes.map(|kibibytes| kibibytes << 10).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// Requests to the backup policy with the verdicts that they get: allowed, denied and in doubt, with nothing related and
/// with hundreds of resources.
///
/// # Errors
///
/// Never: what is written here is a request.
pub fn mixed_requests() -> serde_json::Result<Vec<(Request, &'static str)>> {
    let mut requests = vec![(deletion("active", 300)?, "allow")];
    for bystanders in [0, 1, 5, 20, 60] {
        requests.push((deletion("active", bystanders)?, "allow"));
        requests.push((deletion("disconnected", bystanders)?, "deny"));
    }
    let mut alone = deletion("active", 0)?;
    alone.related.clear();
    alone.coverage = interlock_model::Coverage::Partial;
    requests.push((alone, "depends"));
    Ok(requests)
}

/// May the owner of a backup delete it, while the cluster that would have to is in this state?
fn deletion(cluster: &str, bystanders: usize) -> serde_json::Result<Request> {
    let mut request: Request = from_value(json!({
        "mode": "federated",
        "subject": {"id": "user-17", "roles": ["px-backup-app.user"], "attributes": {"group": "team-shop"}},
        "action": "delete",
        "target": {"kind": "backup", "id": "nightly-42", "state": "success", "attributes": {
            "owner": "user-17", "cluster": "shoot-a", "location": "blob-eu", "trigger": "schedule",
            "schedule": "nightly", "namespaces": ["shop", "shop-db"]}},
        "related": [
            {"kind": "backup-location", "id": "blob-eu", "state": "valid", "attributes": {
                "owner": "infra-admin", "shared-view": "team-shop", "provider": "azure", "bucket": "backups-eu"}},
            {"kind": "cluster", "id": "shoot-a", "state": cluster, "attributes": {
                "owner": "infra-admin", "shared-view": "team-shop"}},
            {"kind": "location-cluster-connection", "id": "blob-eu-a", "state": "valid", "attributes": {
                "location": "blob-eu", "cluster": "shoot-a"}},
            {"kind": "backup-schedule", "id": "nightly", "state": "active", "attributes": {
                "owner": "user-17", "cluster": "shoot-a", "location": "blob-eu"}}
        ],
        "coverage": "complete"
    }))?;
    request.related.extend((0..bystanders).map(|number| Observation {
        kind: "cluster".to_owned(),
        id: format!("elsewhere-{number}"),
        state: "active".to_owned(),
        attributes: Attributes::from_iter([("owner", "infra-admin")]),
    }));
    Ok(request)
}
