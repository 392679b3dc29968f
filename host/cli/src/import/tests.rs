use interlock_model::{Observation, World};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{ImportError, Imported, import_at};

/// When the samples were printed.
fn now() -> Timestamp {
    "2026-06-02T12:00:00Z".parse().unwrap()
}

#[track_caller]
fn imported(mode: &str, values: &[Value]) -> Result<Imported, ImportError> {
    let file = |index: usize| if values.len() == 1 { "f.json".to_owned() } else { format!("f{index}.json") };
    let inputs: Vec<_> =
        values.iter().enumerate().map(|(index, value)| (file(index), value.clone())).collect();
    import_at(&inputs, mode, now())
}

#[track_caller]
fn world(mode: &str, values: &[Value]) -> World {
    imported(mode, values).unwrap_or_else(|error| panic!("{error}")).world
}

#[track_caller]
fn error(mode: &str, values: &[Value]) -> String {
    imported(mode, values).expect_err("refused").to_string()
}

fn resource<'a>(world: &'a World, kind: &str, id: &str) -> &'a Observation {
    world.resource(kind, id).unwrap_or_else(|| panic!("no {kind} `{id}` in {world:?}"))
}

fn values<'a>(resource: &'a Observation, name: &'a str) -> Vec<&'a str> {
    resource.attributes.values(name).collect()
}

/// Lists of the API: the list, the field that holds the message, the kind of resource.
const LOCATIONS: (&str, &str, &str) = ("backup_locations", "backup_location_info", "backup-location");
const CLUSTERS: (&str, &str, &str) = ("clusters", "clusterInfo", "cluster");
const SCHEDULES: (&str, &str, &str) = ("backup_schedules", "backup_schedule_info", "backup-schedule");
const BACKUPS: (&str, &str, &str) = ("backups", "backup_info", "backup");
const RESTORES: (&str, &str, &str) = ("restores", "restore_info", "restore");
const DISCOVERIES: (&str, &str, &str) =
    ("cluster_discovery_configs", "cluster_discovery_config_info", "cluster-discovery-config");

/// An enumerate response with one object, named `x`.
fn response((list, field, _): (&str, &str, &str), info: &Value) -> Value {
    json!({list: [{"metadata": {"name": "x", "uid": "u"}, field: info}]})
}

/// An enumerate response with one object in a status.
fn in_status(list: (&str, &str, &str), status: &Value) -> Value {
    response(list, &json!({"status": {"status": status, "reason": "because"}}))
}

/// A list of one Stork object, named `x`.
fn stork(kind: &str, body: &Value) -> Value {
    let mut object = json!({
        "apiVersion": "stork.libopenstorage.org/v1alpha1",
        "kind": kind,
        "metadata": {"name": "x", "namespace": "shop", "uid": "u"},
    });
    for (name, value) in body.as_object().unwrap() {
        match (object.get_mut(name), value) {
            (Some(Value::Object(known)), Value::Object(more)) => known.extend(more.clone()),
            _ => object[name] = value.clone(),
        }
    }
    json!({"apiVersion": "v1", "kind": "List", "items": [object]})
}

// What each value of the two interfaces becomes.

#[test]
fn every_status_of_the_api_becomes_its_state_by_name_and_by_number() {
    type Statuses<'a> = &'a [(u64, &'a str, &'a str)];
    let cases: [((&str, &str, &str), Statuses<'_>); 5] = [
        (
            LOCATIONS,
            &[
                (1, "Valid", "valid"),
                (2, "DeletePending", "delete-pending"),
                (3, "ValidationInProgress", "validation-in-progress"),
                (4, "ValidationFailed", "invalid"),
                (5, "LimitedAvailability", "limited-availability"),
            ],
        ),
        (
            CLUSTERS,
            &[
                (1, "Online", "active"),
                (2, "Offline", "disconnected"),
                (3, "DeletePending", "delete-pending"),
                (4, "Pending", "pending"),
                (5, "Failed", "failed"),
                (6, "Success", "success"),
            ],
        ),
        (
            BACKUPS,
            &[
                (1, "Pending", "pending"),
                (2, "InProgress", "in-progress"),
                (3, "Aborted", "failure"),
                (4, "Failed", "failure"),
                (5, "Deleting", "deleting"),
                (6, "Success", "success"),
                (7, "Captured", "in-progress"),
                (8, "PartialSuccess", "partial-success"),
                (9, "DeletePending", "delete-pending"),
                (10, "CloudBackupMissing", "cloud-backup-missing"),
            ],
        ),
        (
            RESTORES,
            &[
                (1, "Pending", "pending"),
                (2, "InProgress", "in-progress"),
                (3, "Aborted", "failure"),
                (4, "Failed", "failure"),
                (5, "Deleting", "deleting"),
                (6, "Success", "success"),
                (8, "PartialSuccess", "partial-success"),
            ],
        ),
        (
            DISCOVERIES,
            &[
                (1, "Inprogress", "in-progress"),
                (2, "Success", "success"),
                (3, "Failed", "failed"),
                (4, "Deleting", "deleting"),
                (5, "DeletePending", "delete-pending"),
            ],
        ),
    ];
    for (list, statuses) in cases {
        for (number, name, state) in statuses {
            for status in [json!(name), json!(number)] {
                let world = world("federated", &[in_status(list, &status)]);
                assert_eq!(resource(&world, list.2, "x").state, *state, "{} {status}", list.0);
            }
        }
    }
}

#[test]
fn the_flag_tells_active_from_suspended_and_a_status_only_what_is_in_between() {
    let by_flag = [
        (0, "Invalid"),
        (1, "Pending"),
        (2, "InProgress"),
        (3, "Aborted"),
        (6, "Success"),
        (7, "Captured"),
        (8, "PartialSuccess"),
    ];
    let by_status = [
        (4, "Failed", "failed"),
        (5, "Deleting", "deleting"),
        (9, "DeletePending", "delete-pending"),
        (10, "Suspending", "suspending"),
        (11, "Resuming", "resuming"),
    ];
    let cases = by_flag.iter().map(|(number, name)| (*number, *name, "active", "suspended"));
    let cases = cases.chain(by_status.iter().map(|(number, name, state)| (*number, *name, *state, *state)));
    for (number, name, running, suspended) in cases {
        for status in [json!(name), json!(number)] {
            for (suspend, state) in [(false, running), (true, suspended)] {
                let info = json!({"suspend": suspend, "status": {"status": status}});
                let world = world("classic", &[response(SCHEDULES, &info)]);
                assert_eq!(resource(&world, SCHEDULES.2, "x").state, state, "{status}, suspend {suspend}");
            }
        }
    }
    let nothing_said = world("classic", &[response(SCHEDULES, &json!({}))]);
    assert_eq!(resource(&nothing_said, SCHEDULES.2, "x").state, "active");
}

#[test]
fn who_suspended_a_schedule_is_kept_while_it_is_suspended() {
    let cases = [
        (json!("User"), true, vec!["user"]),
        (json!(1), true, vec!["user"]),
        (json!("LicenseCheck"), true, vec!["license-check"]),
        (json!(2), true, vec!["license-check"]),
        (json!(0), true, vec![]),
        (json!("LicenseCheck"), false, vec![]),
    ];
    for (source, suspend, wanted) in cases {
        let info = json!({"suspend": suspend, "suspended_by": {"source": source}});
        let world = world("classic", &[response(SCHEDULES, &info)]);
        assert_eq!(values(resource(&world, SCHEDULES.2, "x"), "suspended-by"), wanted, "{source} {suspend}");
    }
}

const CONNECTION_STATUSES: [(u64, &str, &str); 4] = [
    (1, "Pending", "pending"),
    (2, "InProgress", "in-progress"),
    (3, "Valid", "valid"),
    (4, "Failed", "invalid"),
];

#[test]
fn every_validity_becomes_a_connection_from_either_side() {
    for (number, name, state) in CONNECTION_STATUSES {
        for status in [json!(name), json!(number)] {
            let verdict = json!({"status_info": {"status": status}});
            let location = json!({"status": {"status": 1}, "cluster_status": {"c/1": verdict}});
            let cluster =
                json!({"status": {"status": 1}, "backup_location_ref_status": {"l/2": {"status": status}}});
            for (input, id) in
                [(response(LOCATIONS, &location), "x@c"), (response(CLUSTERS, &cluster), "l@x")]
            {
                let world = world("federated", &[input]);
                assert_eq!(resource(&world, "location-cluster-connection", id).state, state, "{id} {status}");
            }
        }
    }
}

#[test]
fn every_sync_status_becomes_the_state_of_the_locations_sync() {
    let cases = [
        (1, "Pending", "pending"),
        (2, "InProgress", "in-progress"),
        (3, "Completed", "completed"),
        (4, "Failed", "failed"),
    ];
    for (number, name, state) in cases {
        for status in [json!(name), json!(number)] {
            let info = json!({"status": {"status": 1}, "path": "bucket", "sync_info": {"status": status}});
            let world = world("federated", &[response(LOCATIONS, &info)]);
            let sync = resource(&world, "backup-sync", "x");
            assert_eq!((sync.state.as_str(), values(sync, "bucket")), (state, vec!["bucket"]), "{status}");
            assert_eq!(values(sync, "location"), ["x"]);
        }
    }
}

#[test]
fn every_level_of_a_backup_share_becomes_its_attribute() {
    let cases = [
        (1, "View", "shared-view"),
        (2, "Restorable", "shared-restorable"),
        (3, "FullAccess", "shared-full"),
    ];
    for (number, name, attribute) in cases {
        for access in [json!(name), json!(number)] {
            let share = json!({
                "collaborators": [{"id": "user-2", "access": access}],
                "groups": [{"id": "eng", "access": access}],
            });
            let info = json!({"status": {"status": "Success"}, "backup_share": share});
            let world = world("classic", &[response(BACKUPS, &info)]);
            let backup = resource(&world, "backup", "x");
            assert_eq!(values(backup, attribute), ["user-2", "eng"], "{access}");
            assert_eq!(values(backup, "shared"), ["true"]);
            assert_eq!(
                world.subjects.iter().map(|subject| subject.id.as_str()).collect::<Vec<_>>(),
                ["user-2"]
            );
        }
    }
}

#[test]
fn every_level_of_ownership_grants_viewing_only() {
    for access in [json!("Read"), json!("Write"), json!("Admin"), json!(1), json!(2), json!(3)] {
        let grant = json!([{"id": "user-2", "access": access}]);
        let ownership = json!({"owner": "user-1", "collaborators": grant});
        let input = json!({"roles": [{"metadata": {"name": "x", "ownership": ownership}}]});
        let world = world("classic", &[input]);
        let role = resource(&world, "role", "x");
        assert_eq!((values(role, "owner"), values(role, "shared-view")), (vec!["user-1"], vec!["user-2"]));
    }
}

#[test]
fn kinds_without_a_status_are_present() {
    let cases = [
        ("cloud_credentials", "cloud-account", "classic"),
        ("schedule_policies", "schedule-policy", "classic"),
        ("rules", "rule", "federated"),
        ("roles", "role", "federated"),
    ];
    for (list, kind, mode) in cases {
        let world = world(mode, &[json!({list: [{"metadata": {"name": "x"}}]})]);
        assert_eq!(resource(&world, kind, "x").state, "present");
    }
}

#[test]
fn every_status_and_stage_of_stork_becomes_its_state() {
    let backup_stages = ["", "ImportResource", "PreExecRule", "PostExecRule", "Volumes", "Applications"];
    let restore_stages = ["", "IncludeResources", "Volumes", "Applications"];
    let kinds = [
        ("ApplicationBackup", "backup", &backup_stages[..]),
        ("ApplicationRestore", "restore", &restore_stages[..]),
    ];
    for (of, kind, stages) in kinds {
        let underway = stages.iter().map(|stage| ("InProgress", *stage, "in-progress"));
        let waiting = [("", "", "pending"), ("Pending", "", "pending"), ("Pending", stages[1], "pending")];
        let over = [
            ("Successful", "Final", "success"),
            ("PartialSuccess", "Final", "partial-success"),
            ("Failed", "Final", "failure"),
        ];
        for (status, stage, state) in underway.chain(waiting).chain(over) {
            let world =
                world("classic", &[stork(of, &json!({"status": {"status": status, "stage": stage}}))]);
            assert_eq!(resource(&world, kind, "x").state, state, "{of} {status} {stage}");
        }
        let not_begun = world("classic", &[stork(of, &json!({}))]);
        assert_eq!(resource(&not_begun, kind, "x").state, "pending");
    }
}

#[test]
fn storks_schedules_are_suspended_by_their_flag() {
    for (suspend, state) in [(json!(null), "active"), (json!(false), "active"), (json!(true), "suspended")] {
        let schedule = stork("ApplicationBackupSchedule", &json!({"spec": {"suspend": suspend}}));
        assert_eq!(
            resource(&world("classic", &[schedule]), "backup-schedule", "x").state,
            state,
            "{suspend}"
        );
    }
}

#[test]
fn an_unfinished_run_is_kept_as_the_previous_run() {
    let server = [
        (json!("Pending"), true),
        (json!("InProgress"), true),
        (json!("Captured"), true),
        (json!("Aborted"), false),
        (json!("Failed"), false),
        (json!("Deleting"), false),
        (json!("Success"), false),
        (json!("PartialSuccess"), false),
        (json!(9), false),
    ];
    for (status, unfinished) in server {
        let info =
            json!({"backup_status": {"Daily": {"status": [{"status": "Success"}, {"status": status}]}}});
        let world = world("classic", &[response(SCHEDULES, &info)]);
        let wanted = if unfinished { vec!["in-progress"] } else { vec![] };
        assert_eq!(values(resource(&world, SCHEDULES.2, "x"), "previous-run"), wanted, "{status}");
    }
    let in_stork = [
        ("", true),
        ("Pending", true),
        ("InProgress", true),
        ("Failed", false),
        ("PartialSuccess", false),
        ("Successful", false),
    ];
    for (status, unfinished) in in_stork {
        let body = json!({"status": {"items": {"Daily": [{"status": "Successful"}, {"status": status}]}}});
        let world = world("classic", &[stork("ApplicationBackupSchedule", &body)]);
        let wanted = if unfinished { vec!["in-progress"] } else { vec![] };
        assert_eq!(values(resource(&world, SCHEDULES.2, "x"), "previous-run"), wanted, "{status}");
    }
}

#[test]
fn what_is_backed_up_and_how_is_kept() {
    let cases = [
        (json!({}), "", "", ""),
        (
            json!({"backup_type": {"type": "Normal"}, "backup_object_type": {"type": "All"}}),
            "",
            "namespace",
            "",
        ),
        (json!({"backup_type": {"type": "Generic"}}), "kdmp", "", ""),
        (json!({"direct_kdmp": true}), "kdmp", "", ""),
        (json!({"backup_object_type": {"type": 2}}), "", "vm", "builtin"),
        (json!({"backup_object_type": {"type": 2}, "skip_vm_auto_exec_rules": true}), "", "vm", "none"),
        (json!({"backup_object_type": {"type": 2}, "post_exec_rule_ref": {"name": "r"}}), "", "vm", "custom"),
    ];
    for (mut info, backup_type, object_type, rules) in cases {
        info["status"] = json!({"status": "Success"});
        let world = world("classic", &[response(BACKUPS, &info)]);
        let backup = resource(&world, "backup", "x");
        let found = ["backup-type", "object-type", "rules"].map(|name| values(backup, name).concat());
        assert_eq!(found, [backup_type, object_type, rules], "{info}");
    }
}

// Traps.

#[test]
fn an_unset_status_is_not_the_state_invalid() {
    let known = "Valid (1), DeletePending (2), ValidationInProgress (3), ValidationFailed (4), \
                 LimitedAvailability (5)";
    for info in [json!({}), json!({"status": {}}), json!({"status": {"status": 0}})] {
        assert_eq!(
            error("classic", &[response(LOCATIONS, &info)]),
            format!(
                "f.json: backup_locations[0].backup_location_info.status.status: not set, and an unset value is \
                 not a status of a backup location; known: {known}"
            )
        );
    }
    for list in [CLUSTERS, BACKUPS, RESTORES, DISCOVERIES] {
        for status in [json!("Invalid"), json!(0)] {
            let error = error("federated", &[in_status(list, &status)]);
            assert!(
                error.contains("status.status: not set, and an unset value is not a status of"),
                "{error}"
            );
        }
    }
}

#[test]
fn an_unset_connection_or_grant_or_run_is_refused() {
    let location = json!({"status": {"status": 1}, "cluster_status": {"c/1": {"status_info": {}}}});
    assert_eq!(
        error("federated", &[response(LOCATIONS, &location)]),
        r#"f.json: backup_locations[0].backup_location_info.cluster_status["c/1"].status_info.status: not set, and an unset value is not a status of a connection between a location and a cluster; known: Pending (1), InProgress (2), Valid (3), Failed (4)"#
    );
    let share = json!({"status": {"status": 6}, "backup_share": {"groups": [{"id": "eng"}]}});
    assert_eq!(
        error("classic", &[response(BACKUPS, &share)]),
        "f.json: backups[0].backup_info.backup_share.groups[0].access: not set, and an unset value is not a level \
         of access to a backup; known: View (1), Restorable (2), FullAccess (3)"
    );
    let run = json!({"backup_status": {"Daily": {"status": [{}]}}});
    assert_eq!(
        error("classic", &[response(SCHEDULES, &run)]),
        "f.json: backup_schedules[0].backup_schedule_info.backup_status.Daily.status[0].status: not set, and an \
         unset value is not a status of a scheduled run; known: Pending (1), InProgress (2), Aborted (3), Failed \
         (4), Deleting (5), Success (6), Captured (7), PartialSuccess (8), DeletePending (9)"
    );
}

#[test]
fn failed_validation_is_what_the_matrix_calls_invalid() {
    let world = world("classic", &[in_status(LOCATIONS, &json!("ValidationFailed"))]);
    assert_eq!(resource(&world, "backup-location", "x").state, "invalid");
}

#[test]
fn offline_does_not_tell_disconnected_from_not_available() {
    for (status, wanted) in [("Offline", vec!["Offline"]), ("Online", vec![])] {
        let world = world("classic", &[in_status(CLUSTERS, &json!(status))]);
        assert_eq!(values(resource(&world, "cluster", "x"), "api-status"), wanted);
    }
}

#[test]
fn retained_is_said_of_items_and_never_of_a_restore() {
    assert_eq!(
        error("classic", &[in_status(RESTORES, &json!("Retained"))]),
        "f.json: restores[0].restore_info.status.status: `Retained` is said of a single item, it is not a status \
         of a restore; known: Pending (1), InProgress (2), Aborted (3), Failed (4), Deleting (5), Success (6), \
         PartialSuccess (8)"
    );
    assert_eq!(
        error("classic", &[in_status(RESTORES, &json!(7))]).split(';').next(),
        Some(
            "f.json: restores[0].restore_info.status.status: `7` is said of a single item, it is not a status of a \
             restore"
        )
    );
    assert_eq!(
        error("classic", &[stork("ApplicationRestore", &json!({"status": {"status": "Retained"}}))]),
        "f.json: items[0].status.status: `Retained` is said of a single item, it is not a status of an \
         ApplicationRestore; known: Pending, InProgress, Failed, PartialSuccess, Successful"
    );
    let items = json!([{"name": "settings", "status": {"status": "Retained"}}]);
    let info = json!({"status": {"status": "PartialSuccess"}, "resources": items});
    let world = world("classic", &[response(RESTORES, &info)]);
    assert_eq!(resource(&world, "restore", "x").state, "partial-success");
}

#[test]
fn storks_metric_numbers_are_no_statuses() {
    assert_eq!(
        error("classic", &[stork("ApplicationBackup", &json!({"status": {"status": 5}}))]),
        "f.json: items[0].status.status: found a number, wanted a string"
    );
}

#[test]
fn a_credential_refresh_does_not_change_the_state_of_a_discovery() {
    let info = json!({"status": {"status": "Success"}, "refresh_status": {"status": "Inprogress"}});
    let world = world("federated", &[response(DISCOVERIES, &info)]);
    assert_eq!(resource(&world, "cluster-discovery-config", "x").state, "success");
}

#[test]
fn the_progress_of_a_share_is_not_the_state_of_the_cluster() {
    let info = json!({"status": {"status": "Online"}, "backup_share_status_info": {"status": "Failed"}});
    assert_eq!(resource(&world("classic", &[response(CLUSTERS, &info)]), "cluster", "x").state, "active");
}

#[test]
fn a_location_may_be_valid_for_one_cluster_and_invalid_for_another() {
    let verdict = |status| json!({"status_info": {"status": status}});
    let verdicts = json!({"a": verdict("Valid"), "b/2": verdict("Failed")});
    let info = json!({"status": {"status": "Valid"}, "cluster_status": verdicts});
    let world = world("federated", &[response(LOCATIONS, &info)]);
    let state = |id| resource(&world, "location-cluster-connection", id).state.as_str();
    assert_eq!((state("x@a"), state("x@b")), ("valid", "invalid"));
}

#[test]
fn the_two_sides_of_a_connection_must_agree() {
    let location = json!({"backup_locations": [{
        "metadata": {"name": "blob", "uid": "1"},
        "backup_location_info": {
            "status": {"status": "Valid"},
            "cluster_status": {"shoot/2": {"status_info": {"status": "Valid"}}},
        },
    }]});
    let cluster = |status: &str| {
        json!({"clusters": [{
            "metadata": {"name": "shoot", "uid": "2"},
            "clusterInfo": {
                "status": {"status": "Online"},
                "backup_location_ref_status": {"blob/1": {"status": status}},
            },
        }]})
    };
    let agreed = imported("federated", &[location.clone(), cluster("Valid")]).unwrap();
    let connection = resource(&agreed.world, "location-cluster-connection", "blob@shoot");
    assert_eq!(connection.state, "valid");
    assert_eq!(
        (values(connection, "location"), values(connection, "cluster")),
        (vec!["blob"], vec!["shoot"])
    );
    assert_eq!(
        error("federated", &[location, cluster("Failed")]),
        r#"f1.json: clusters[0].clusterInfo.backup_location_ref_status["blob/1"].status: connection `blob@shoot` is invalid here and valid at f0.json: backup_locations[0].backup_location_info.cluster_status["shoot/2"].status_info.status"#
    );
}

#[test]
fn what_one_side_of_a_connection_does_not_say_is_a_warning() {
    let location = json!({"backup_locations": [{
        "metadata": {"name": "blob", "uid": "1"},
        "backup_location_info": {
            "status": {"status": "Valid"},
            "cluster_refs": [{"name": "shoot", "uid": "2"}, {"name": "other", "uid": "3"}],
            "cluster_status": {"shoot/2": {"status_info": {"status": "Pending"}}},
        },
    }]});
    let clusters = json!({"clusters": [
        {"metadata": {"name": "shoot", "uid": "2"}, "clusterInfo": {"status": {"status": "Online"}}},
        {"metadata": {"name": "other", "uid": "3"}, "clusterInfo": {"status": {"status": "Online"}}},
    ]});
    let imported = imported("federated", &[location, clusters]).unwrap();
    assert_eq!(
        imported.warnings[..2],
        [
            r#"f0.json: backup_locations[0].backup_location_info.cluster_status["shoot/2"].status_info.status: cluster `shoot` says nothing of this connection; it is taken as pending"#,
            "f0.json: backup_locations[0].backup_location_info.cluster_refs[1]: nothing says whether cluster `other` reaches backup-location `blob`: the connection is left out",
        ]
    );
}

#[test]
fn a_sync_that_never_ran_is_absent_and_one_requested_without_a_status_is_refused() {
    for sync_info in [json!(null), json!({}), json!({"status": 0})] {
        let info = json!({"status": {"status": 1}, "sync_info": sync_info});
        assert_eq!(world("federated", &[response(LOCATIONS, &info)]).resource("backup-sync", "x"), None);
    }
    let info = json!({"status": {"status": 1}, "sync": true});
    assert_eq!(
        error("federated", &[response(LOCATIONS, &info)]),
        "f.json: backup_locations[0].backup_location_info.sync_info.status: not set, and an unset value is not a \
         status of a backup sync; known: Pending (1), InProgress (2), Completed (3), Failed (4)"
    );
}

#[test]
fn a_lost_label_makes_a_discovered_shoot_unmanaged_and_no_other_cluster() {
    let shoot = |refs: Value, managed: Value| {
        json!({"status": {"status": 1}, "provider_info": {"gardener_shoot_info": {
            "cluster_discovery_config_refs": refs, "managed": managed,
        }}})
    };
    let cases = [
        (shoot(json!([{"name": "garden"}]), json!(true)), vec!["discovery"], vec!["true"]),
        (shoot(json!([{"name": "garden"}]), json!(null)), vec!["discovery"], vec!["false"]),
        (shoot(json!([]), json!(null)), vec!["kubeconfig"], vec![]),
        (json!({"status": {"status": 1}}), vec!["kubeconfig"], vec![]),
    ];
    for (info, onboarding, managed) in cases {
        let world = world("federated", &[response(CLUSTERS, &info)]);
        let cluster = resource(&world, "cluster", "x");
        assert_eq!(
            (values(cluster, "onboarding"), values(cluster, "managed")),
            (onboarding, managed),
            "{info}"
        );
    }
}

#[test]
fn retention_runs_until_its_time_and_a_zero_time_is_none() {
    let cases = [
        ("2026-06-02T12:00:01Z", vec!["running"]),
        ("2026-06-02T12:00:00Z", vec!["expired"]),
        ("1970-01-01T00:00:00Z", vec![]),
    ];
    for (time, wanted) in cases {
        let info = json!({"status": {"status": "Success"}, "retention_time": time});
        let world = world("classic", &[response(BACKUPS, &info)]);
        assert_eq!(values(resource(&world, "backup", "x"), "retention"), wanted, "{time}");
    }
}

#[test]
fn what_kubernetes_is_deleting_is_deleting() {
    let kinds = [
        ("ApplicationBackup", "backup"),
        ("ApplicationRestore", "restore"),
        ("ApplicationBackupSchedule", "backup-schedule"),
    ];
    for (of, kind) in kinds {
        let body = json!({
            "metadata": {"deletionTimestamp": "2026-06-02T09:00:00Z"},
            "status": {"status": "Successful", "stage": "Final"},
        });
        assert_eq!(resource(&world("classic", &[stork(of, &body)]), kind, "x").state, "deleting");
    }
}

#[test]
fn shared_with_everyone_is_left_out_with_a_warning() {
    let ownership = json!({"collaborators": [{"id": "*", "access": "Read"}], "public": {"type": "Read"}});
    let input = json!({"rules": [{"metadata": {"name": "x", "ownership": ownership}}]});
    let imported = imported("federated", &[input]).unwrap();
    assert!(imported.world.resources[0].attributes.is_empty() && imported.world.subjects.is_empty());
    assert_eq!(
        imported.warnings[..2],
        [
            "f.json: rules[0].metadata.ownership.collaborators[0].id: shared with everyone, which a world cannot say: left out",
            "f.json: rules[0].metadata.ownership.public.type: shared with everyone, which a world cannot say: left out",
        ]
    );
}

// Ids and references.

/// Two clusters of one name, and backups that refer to them.
fn namesakes(reference: &Value) -> [Value; 2] {
    let cluster = |uid: &str| json!({"metadata": {"name": "prod", "uid": uid}, "clusterInfo": {"status": {"status": 1}}});
    let backup = json!({"status": {"status": "Success"}, "cluster_ref": reference});
    [json!({"clusters": [cluster("1"), cluster("2")]}), response(BACKUPS, &backup)]
}

#[test]
fn namesakes_have_their_uid_as_id_and_references_follow() {
    let world = world("classic", &namesakes(&json!({"name": "prod", "uid": "2"})));
    let clusters = world.resources.iter().filter(|resource| resource.kind == "cluster");
    assert_eq!(clusters.map(|cluster| cluster.id.as_str()).collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(values(resource(&world, "backup", "x"), "cluster"), ["2"]);
}

#[test]
fn a_reference_by_name_to_namesakes_is_refused() {
    assert_eq!(
        error("classic", &namesakes(&json!({"name": "prod"}))),
        "f1.json: backups[0].backup_info.cluster_ref: 2 of kind cluster are named `prod`, and no uid says which one"
    );
}

#[test]
fn a_reference_to_a_deleted_namesake_does_not_lead_to_the_living_one() {
    let cluster = json!({"metadata": {"name": "prod", "uid": "1"}, "clusterInfo": {"status": {"status": 1}}});
    let cluster = json!({"clusters": [cluster]});
    for (reference, id) in [
        (json!({"name": "prod", "uid": "1"}), "prod"),
        (json!({"name": "prod"}), "prod"),
        (json!({"uid": "1"}), "prod"),
        (json!({"name": "prod", "uid": "9"}), "9"),
        (json!({"name": "gone", "uid": "9"}), "gone"),
    ] {
        let backup = json!({"status": {"status": "Success"}, "cluster_ref": reference});
        let world = world("classic", &[cluster.clone(), response(BACKUPS, &backup)]);
        assert_eq!(values(resource(&world, "backup", "x"), "cluster"), [id], "{reference}");
    }
}

#[test]
fn the_name_alone_refers_where_there_is_no_reference() {
    let info = json!({"status": {"status": "Success"}, "cluster": "c", "cluster_ref": {}});
    let world = world("classic", &[json!({"clusters": []}), response(BACKUPS, &info)]);
    assert_eq!(values(resource(&world, "backup", "x"), "cluster"), ["c"]);
}

#[test]
fn a_link_into_a_kind_that_no_file_lists_is_left_out() {
    let info = json!({"status": {"status": "Success"}, "cluster_ref": {"name": "c", "uid": "1"}});
    let unknown = imported("classic", &[response(BACKUPS, &info)]).unwrap();
    assert!(values(resource(&unknown.world, "backup", "x"), "cluster").is_empty());
    assert_eq!(
        unknown.warnings[0],
        "links from kind backup to kind cluster are left out (1): no file lists the kind, and a link to what a world \
         does not list says that it is gone"
    );
    let gone = world("classic", &[json!({"clusters": []}), response(BACKUPS, &info)]);
    assert_eq!(values(resource(&gone, "backup", "x"), "cluster"), ["c"]);
}

#[test]
fn kinds_that_no_file_lists_are_named() {
    let warnings = |mode| imported(mode, &[json!({"backups": []})]).unwrap().warnings;
    assert_eq!(
        warnings("classic"),
        [
            "no file lists anything of kind backup-location, cluster, backup-schedule, restore, schedule-policy, \
          rule, role, cloud-account, user, virtual-machine: a world is complete, so that this one says there is none"
        ]
    );
    assert_eq!(
        warnings("federated"),
        [
            "no file lists anything of kind backup-location, cluster, backup-schedule, restore, schedule-policy, \
          rule, role, cluster-discovery-config, user: a world is complete, so that this one says there is none"
        ]
    );
}

#[test]
fn an_object_listed_again_word_for_word_counts_once() {
    let page = in_status(BACKUPS, &json!("Success"));
    assert_eq!(world("classic", &[page.clone(), page]).resources.len(), 1);
}

#[test]
fn storks_references_stay_within_their_namespace() {
    let backup = |namespace: &str| {
        json!({
            "apiVersion": "stork.libopenstorage.org/v1alpha1",
            "kind": "ApplicationBackup",
            "metadata": {"name": "nightly", "namespace": namespace, "uid": format!("uid-{namespace}")},
        })
    };
    let restore = stork("ApplicationRestore", &json!({"spec": {"backupName": "nightly"}}));
    let mut list = restore;
    list["items"].as_array_mut().unwrap().extend([backup("wiki"), backup("shop")]);
    let world = world("classic", &[list]);
    assert_eq!(values(resource(&world, "restore", "x"), "backup"), ["uid-shop"]);
}

#[test]
fn a_reference_of_storks_does_not_lead_to_the_servers_object_of_that_name() {
    let server = json!({"backups": [{
        "metadata": {"name": "nightly", "uid": "1"},
        "backup_info": {"status": {"status": "Success"}},
    }]});
    let restore = stork("ApplicationRestore", &json!({"spec": {"backupName": "nightly"}}));
    let another = stork("ApplicationBackup", &json!({}));
    let world = world("classic", &[server, restore, another]);
    assert_eq!(values(resource(&world, "restore", "x"), "backup"), ["shop/nightly"]);
}

#[test]
fn one_object_alone_does_not_say_that_there_are_no_others() {
    let restore = stork("ApplicationRestore", &json!({"spec": {"backupName": "nightly"}}));
    let backup = stork("ApplicationBackup", &json!({}));
    let alone = world("classic", &[restore.clone(), backup["items"][0].clone()]);
    assert!(values(resource(&alone, "restore", "x"), "backup").is_empty());
    let listed = world("classic", &[restore, backup]);
    assert_eq!(values(resource(&listed, "restore", "x"), "backup"), ["nightly"]);
}

#[test]
fn a_stork_object_that_the_server_made_is_the_servers_object() {
    let server = json!({"backups": [{
        "metadata": {"name": "nightly", "uid": "server-uid"},
        "backup_info": {"status": {"status": "InProgress"}},
    }]});
    let copy = |uid: &str| {
        stork(
            "ApplicationBackup",
            &json!({
                "metadata": {"annotations": {"portworx.io/created-by": "px-backup", "portworx.io/backup-uid": uid}},
                "status": {"status": "Successful", "stage": "Final"},
            }),
        )
    };
    let restore = stork("ApplicationRestore", &json!({"spec": {"backupName": "x"}}));
    let both = imported("classic", &[server.clone(), copy("server-uid"), restore]).unwrap();
    assert_eq!(both.world.resources.len(), 2);
    assert_eq!(resource(&both.world, "backup", "nightly").state, "in-progress");
    assert_eq!(values(resource(&both.world, "restore", "x"), "backup"), ["nightly"]);
    assert_eq!(
        both.warnings[0],
        "f1.json: items[0]: backup `x` is success, f0.json: backups[0] says in-progress: the server's word is taken"
    );
    let unknown = imported("classic", &[server, copy("another")]).unwrap();
    assert_eq!(unknown.world.resources.len(), 1);
    assert_eq!(
        unknown.warnings[0],
        "f1.json: items[0]: backup `x` is left out: the server made it, and the server's own list does not have it"
    );
    assert_eq!(resource(&world("classic", &[copy("server-uid")]), "backup", "x").state, "success");
}

// Refusals, each with its place.

#[test]
fn every_refusal_names_its_place() {
    let stork_error = |kind: &str, body: Value| error("classic", &[stork(kind, &body)]);
    let server_error =
        |list: (&str, &str, &str), status: Value| error("federated", &[in_status(list, &status)]);
    let sprawling = json!({"backups": [], "widgets": []});
    let cases = [
        (error("hybrid", &[]), "`hybrid` is not a mode; known: `classic`, `federated`"),
        (
            error("classic", &[json!([])]),
            "f.json: neither a Kubernetes object or list (with `apiVersion` and `kind`) nor an enumerate response \
             (an object of lists such as `backups`)",
        ),
        (
            error("classic", &[sprawling]),
            "f.json: widgets: not a list of an enumerate response; known: `backup_locations`, `clusters`, \
             `backup_schedules`, `backups`, `restores`, `cluster_discovery_configs`, `cloud_credentials`, \
             `schedule_policies`, `rules`, `roles`",
        ),
        (
            stork_error("Backup", json!({"apiVersion": "velero.io/v1"})),
            "f.json: items[0]: `velero.io/v1 Backup` is not a kind of object to import; known: ApplicationBackup, \
             ApplicationRestore, ApplicationBackupSchedule, SchedulePolicy, NamespacedSchedulePolicy, Rule of \
             stork.libopenstorage.org/v1alpha1",
        ),
        (
            stork_error("ApplicationBackup", json!({"apiVersion": "stork.libopenstorage.org/v2"})),
            "f.json: items[0]: `stork.libopenstorage.org/v2 ApplicationBackup` is not a kind of object to import; \
             known: ApplicationBackup, ApplicationRestore, ApplicationBackupSchedule, SchedulePolicy, \
             NamespacedSchedulePolicy, Rule of stork.libopenstorage.org/v1alpha1",
        ),
        (
            stork_error("ApplicationBackup", json!({"status": {"status": "InCleanup"}})),
            "f.json: items[0].status.status: `InCleanup` is not a status of an ApplicationBackup; known: Pending, \
             InProgress, Failed, PartialSuccess, Successful",
        ),
        (
            stork_error("ApplicationRestore", json!({"status": {"stage": "ImportResource"}})),
            "f.json: items[0].status.stage: `ImportResource` is not a stage of an ApplicationRestore; known: \
             IncludeResources, Volumes, Applications, Final",
        ),
        (
            stork_error("ApplicationBackup", json!({"status": {"status": "Pending", "stage": "Final"}})),
            "f.json: items[0].status.status: `Pending` contradicts items[0].status.stage, which is `Final`",
        ),
        (
            server_error(BACKUPS, json!("Successful")),
            "f.json: backups[0].backup_info.status.status: `Successful` is not a status of a backup; known: \
             Pending (1), InProgress (2), Aborted (3), Failed (4), Deleting (5), Success (6), Captured (7), \
             PartialSuccess (8), DeletePending (9), CloudBackupMissing (10)",
        ),
        (
            server_error(CLUSTERS, json!(7)),
            "f.json: clusters[0].clusterInfo.status.status: `7` is not a status of a cluster; known: Online (1), \
             Offline (2), DeletePending (3), Pending (4), Failed (5), Success (6)",
        ),
        (
            server_error(DISCOVERIES, json!("InProgress")),
            "f.json: cluster_discovery_configs[0].cluster_discovery_config_info.status.status: `InProgress` is not \
             a status of a cluster discovery configuration; known: Inprogress (1), Success (2), Failed (3), \
             Deleting (4), DeletePending (5)",
        ),
        (
            server_error(LOCATIONS, json!(true)),
            "f.json: backup_locations[0].backup_location_info.status.status: found true or false, wanted the name \
             or number of a value",
        ),
        (
            error("classic", &[response(LOCATIONS, &json!({"type": "FTP", "status": {"status": 1}}))]),
            "f.json: backup_locations[0].backup_location_info.type: `FTP` is not a type of backup location; known: \
             S3 (1), Azure (2), Google (3), NFS (4)",
        ),
        (
            error("classic", &[json!({"roles": [{"metadata": {"uid": "1"}}]})]),
            "f.json: roles[0].metadata.name: missing",
        ),
        (
            error("classic", &[json!({"roles": [{"metadata": 1}]})]),
            "f.json: roles[0].metadata: found a number, wanted an object",
        ),
        (
            error("classic", &[json!({"backups": {"name": "nightly"}})]),
            "f.json: backups: found an object, wanted a list",
        ),
        (
            error("classic", &[in_status(DISCOVERIES, &json!("Success"))]),
            "f.json: cluster_discovery_configs[0]: a cluster discovery configuration, which classic mode does not \
             have",
        ),
        (
            error("federated", &[json!({"cloud_credentials": [{"metadata": {"name": "x"}}]})]),
            "f.json: cloud_credentials[0]: a cloud account, which federated mode does not have",
        ),
        (
            error(
                "classic",
                &[response(LOCATIONS, &json!({"status": {"status": 1}, "use_workload_identity": true}))],
            ),
            "f.json: backup_locations[0].backup_location_info.use_workload_identity: a location that uses workload \
             identity, which classic mode does not have",
        ),
        (
            error(
                "classic",
                &[response(
                    CLUSTERS,
                    &json!({"status": {"status": 1}, "provider_info": {"gardener_shoot_info": {}}}),
                )],
            ),
            "f.json: clusters[0].clusterInfo.provider_info.gardener_shoot_info: a Gardener shoot, which classic mode \
             does not have",
        ),
        (
            error("classic", &[in_status(BACKUPS, &json!("Success")), in_status(BACKUPS, &json!("Failed"))]),
            "f1.json: backups[0]: backup `x` is also listed at f0.json: backups[0], and differs",
        ),
        (
            error(
                "federated",
                &["Completed", "InProgress"].map(|status| {
                    let info = json!({"status": {"status": 1}, "sync_info": {"status": status}});
                    response(LOCATIONS, &info)
                }),
            ),
            "f1.json: backup_locations[0].backup_location_info.sync_info.status: backup-sync `x` is also listed at \
             f0.json: backup_locations[0].backup_location_info.sync_info.status, and differs",
        ),
        (
            error("classic", &[json!({"roles": [{"metadata": {"name": "x"}}, {"metadata": {"name": "x"}}]})]),
            "f.json: roles[1]: role `x` has the name of the one at f.json: roles[0], and no uid tells them apart",
        ),
    ];
    for (found, wanted) in cases {
        assert_eq!(found, wanted);
    }
}

#[test]
fn missing_pages_are_refused_and_pages_count_together() {
    let page = |name: &str| {
        json!({"total_count": "2", "backups": [
            {"metadata": {"name": name, "uid": name}, "backup_info": {"status": {"status": "Success"}}},
        ]})
    };
    assert_eq!(
        error("classic", &[page("a")]),
        "f.json: backups: 1 of 2 are listed; import every page, in one call"
    );
    assert_eq!(
        error("classic", &[page("a"), page("a")]),
        "f0.json: backups: 1 of 2 are listed; import every page, in one call"
    );
    assert_eq!(world("classic", &[page("a"), page("b")]).resources.len(), 2);

    let mut list = stork("ApplicationBackup", &json!({}));
    list["metadata"] = json!({"continue": "token", "remainingItemCount": 3});
    assert_eq!(error("classic", &[list]), "f.json: items: 1 of 4 are listed; import every page, in one call");
}

#[test]
fn what_no_world_has_is_left_out_with_a_warning() {
    let clusters_found_by_a_scan =
        json!({"cluster": [{"name": "eks", "status": "NotAdded"}], "provider": "AWS"});
    let cases = [
        (clusters_found_by_a_scan, "f.json: cluster: 1 left out: a world has nothing of the kind"),
        (json!({}), "f.json: lists nothing"),
        (
            stork("Migration", &json!({})),
            "f.json: items[0]: Migration `x` is left out: a world has nothing of the kind",
        ),
        (
            stork("BackupLocation", &json!({"status": {"state": "Valid"}})),
            "f.json: items[0]: BackupLocation `x` is left out: Stork prints no validity of a location; the server's \
             list has it",
        ),
    ];
    for (input, warning) in cases {
        let imported = imported("classic", &[input]).unwrap();
        assert!(imported.world.resources.is_empty());
        assert_eq!(imported.warnings[0], warning);
    }
}

// The samples.

macro_rules! samples {
    ($($file:literal),* $(,)?) => {
        [$(($file, include_str!(concat!("../../../../tests/samples/import/", $file)))),*]
    };
}

const FEDERATED: [(&str, &str); 10] = samples![
    "federated/backup-locations.json",
    "federated/backup-schedules.json",
    "federated/backups-page-2.json",
    "federated/backups.json",
    "federated/cluster-discovery-configs.json",
    "federated/clusters.json",
    "federated/restores.json",
    "federated/roles.json",
    "federated/rules.json",
    "federated/schedule-policies.json",
];

const CLASSIC: [(&str, &str); 8] = samples![
    "classic/backup-locations.json",
    "classic/backup-schedules.json",
    "classic/backups.json",
    "classic/cloud-credentials.json",
    "classic/clusters.json",
    "classic/managed-clusters.json",
    "classic/restores.json",
    "classic/schedule-policies.json",
];

const STORK: [(&str, &str); 2] = samples!["stork/applicationbackups.json", "stork/everything-else.json"];

const MADE_BY_THE_SERVER: [(&str, &str); 1] = samples!["stork/made-by-the-server.json"];

fn read(files: &[(&str, &str)]) -> Vec<(String, Value)> {
    let value = |text| serde_json::from_str(text).unwrap();
    files.iter().map(|(file, text)| ((*file).to_owned(), value(text))).collect()
}

#[test]
fn the_samples_become_exactly_their_worlds() {
    let worlds = samples!["worlds/federated.json", "worlds/classic.json", "worlds/stork.json"];
    let cases = [("federated", &FEDERATED[..]), ("classic", &CLASSIC), ("classic", &STORK)];
    for ((mode, files), (file, wanted)) in cases.into_iter().zip(worlds) {
        let found = import_at(&read(files), mode, now()).unwrap().world;
        assert_eq!(found.check(), Ok(()));
        let wanted: World = serde_json::from_str(wanted).unwrap();
        for (found, wanted) in found.resources.iter().zip(&wanted.resources) {
            assert_eq!(found, wanted, "{file}");
        }
        assert_eq!(found, wanted, "{file}");
    }
}

#[test]
fn the_samples_give_these_warnings() {
    let warnings = |files: &[(&str, &str)], mode| import_at(&read(files), mode, now()).unwrap().warnings;
    let subjects = "the subjects are those that an owner or a share names: no file says their roles and groups, add \
                    them to the world";
    assert_eq!(
        warnings(&FEDERATED, "federated"),
        [
            r#"federated/backup-locations.json: backup_locations[0].backup_location_info.cluster_status["stand-alone"].status_info.status: cluster `stand-alone` says nothing of this connection; it is taken as in-progress"#,
            "no file lists anything of kind user: a world is complete, so that this one says there is none",
            subjects,
        ]
    );
    assert_eq!(
        warnings(&CLASSIC, "classic"),
        [
            "classic/backup-locations.json: backupLocations[1].metadata.ownership.public.type: shared with everyone, which a world cannot say: left out",
            "classic/managed-clusters.json: cluster: 1 left out: a world has nothing of the kind",
            "no file lists anything of kind rule, role, user, virtual-machine: a world is complete, so that this one says there is none",
            subjects,
        ]
    );
    let to_locations = |count, kind| {
        format!(
            "links from kind {kind} to kind backup-location are left out ({count}): no file lists the kind, and a \
             link to what a world does not list says that it is gone"
        )
    };
    assert_eq!(
        warnings(&STORK, "classic"),
        [
            "stork/everything-else.json: items[8]: BackupLocation `shop-minio` is left out: Stork prints no validity of a location; the server's list has it".to_owned(),
            "stork/everything-else.json: items[9]: VolumeSnapshotSchedule `orders-local` is left out: a world has nothing of the kind".to_owned(),
            to_locations(2, "backup-schedule"),
            to_locations(7, "backup"),
            to_locations(3, "restore"),
            "no file lists anything of kind backup-location, cluster, role, cloud-account, user, virtual-machine: a world is complete, so that this one says there is none".to_owned(),
            "Stork's objects name no owner and no cluster: add both to the world where they matter".to_owned(),
        ]
    );
}

#[test]
fn either_spelling_of_the_fields_makes_the_same_world() {
    fn in_camel_case(value: &Value, is_map: bool) -> Value {
        /// Fields whose keys are data.
        const MAPS: [&str; 5] =
            ["cluster_status", "backup_location_ref_status", "backup_status", "labels", "namespace_mapping"];
        match value {
            Value::Object(members) => members
                .iter()
                .map(|(key, value)| {
                    let value = in_camel_case(value, MAPS.contains(&key.as_str()));
                    (if is_map { key.clone() } else { camel(key) }, value)
                })
                .collect(),
            Value::Array(items) => items.iter().map(|item| in_camel_case(item, false)).collect(),
            other => other.clone(),
        }
    }
    fn camel(name: &str) -> String {
        let mut words = name.split('_');
        let first = words.next().unwrap_or_default().to_owned();
        words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
    }
    let original = read(&FEDERATED);
    let respelled: Vec<_> =
        original.iter().map(|(file, value)| (file.clone(), in_camel_case(value, false))).collect();
    assert_ne!(respelled, original);
    assert_eq!(
        import_at(&respelled, "federated", now()).unwrap().world,
        import_at(&original, "federated", now()).unwrap().world
    );
}

#[test]
fn the_order_of_files_does_not_change_what_is_in_the_world() {
    let mut forward = read(&FEDERATED);
    let mut one = import_at(&forward, "federated", now()).unwrap().world;
    forward.reverse();
    let mut other = import_at(&forward, "federated", now()).unwrap().world;
    for world in [&mut one, &mut other] {
        world.title.clear();
        world.resources.sort_by(|a, b| (&a.kind, &a.id).cmp(&(&b.kind, &b.id)));
    }
    assert_eq!(one, other);
}

#[test]
fn copies_of_the_servers_backups_add_nothing_to_its_world() {
    let server = read(&FEDERATED);
    let both: Vec<_> = server.iter().cloned().chain(read(&MADE_BY_THE_SERVER)).collect();
    let server = import_at(&server, "federated", now()).unwrap().world;
    let both = import_at(&both, "federated", now()).unwrap().world;
    let added: Vec<&str> = both
        .resources
        .iter()
        .filter(|resource| server.resource(&resource.kind, &resource.id).is_none())
        .map(|resource| resource.id.as_str())
        .collect();
    assert_eq!((added, both.resources.len()), (vec!["by-hand"], server.resources.len() + 1));
}
