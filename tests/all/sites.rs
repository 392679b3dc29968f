//! The example sites: whole, at one with themselves, in the trouble that they are there to show, and decided
//! as the sources have it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what a test needs is there, or the test fails")]

mod claims;

use std::collections::{BTreeMap, BTreeSet};

use interlock_analysis::Decide;
use interlock_model::{ActionClass, Attributes, Observation, Subject, World};
use interlock_tests::Native;

const FEDERATED: &str = include_str!("../../examples/federated-site.json");
const CLASSIC: &str = include_str!("../../examples/classic-site.json");

/// Links that no condition reads: they are there for people.
const UNREAD_LINKS: &[(&str, &str)] = &[("schedule", "backup-schedule"), ("base", "backup")];
/// Attributes, of subjects too, that name users or groups.
const IDENTITIES: &[&str] = &["owner", "shared-view", "shared-restorable", "shared-full", "group"];
/// Attributes that no condition reads and that lead nowhere.
const UNREAD: &[&str] = &["is-incremental", "guest-agent"];

fn read(text: &str) -> World {
    serde_json::from_str(text).unwrap()
}

fn sites() -> [World; 2] {
    [read(FEDERATED), read(CLASSIC)]
}

fn all<'w>(world: &'w World, kind: &str) -> Vec<&'w Observation> {
    world.resources.iter().filter(|resource| resource.kind == kind).collect()
}

#[track_caller]
fn one<'w>(world: &'w World, kind: &str, id: &str) -> &'w Observation {
    world.resource(kind, id).unwrap_or_else(|| panic!("the site has no {kind} `{id}`"))
}

#[track_caller]
fn linked<'w>(world: &'w World, from: &Observation, attribute: &str, kind: &str) -> &'w Observation {
    one(world, kind, from.attributes.get(attribute).unwrap())
}

#[track_caller]
fn check(world: &World, kind: &str, id: &str, state: &str, attributes: &[(&str, &str)]) {
    let resource = one(world, kind, id);
    assert_eq!(resource.state, state, "{kind} `{id}`");
    for &(name, value) in attributes {
        assert!(resource.attributes.values(name).any(|v| v == value), "{kind} `{id}` lacks {name} {value}");
    }
}

mod whole {
    use super::*;

    #[test]
    fn each_has_forty_resources_and_every_kind_and_role_of_its_mode() {
        let policy = Native::backup();
        let manifest = policy.manifest();
        for world in sites() {
            world.check().unwrap();
            assert!(world.resources.len() >= 40, "{}: {}", world.mode, world.resources.len());
            let mode = manifest.mode(&world.mode).unwrap();
            for kind in manifest.kinds.iter().filter(|kind| kind.modes.contains(&mode)) {
                assert!(!all(&world, &kind.name).is_empty(), "{}: no {}", world.mode, kind.name);
            }
            let held: BTreeSet<&str> =
                world.subjects.iter().flat_map(|subject| &subject.roles).map(String::as_str).collect();
            // Nobody signs in as the platform, and federated mode has no application administrators.
            let elsewhere: &[&str] = if world.mode == "federated" { &["px-backup-app.admin"] } else { &[] };
            for role in manifest.roles.iter().filter(|role| *role != "system") {
                assert_eq!(held.contains(&**role), !elsewhere.contains(&&**role), "{}: {role}", world.mode);
            }
        }
    }

    /// As the program lays them out, so that writing an action's outcome changes one line.
    #[test]
    fn each_subject_and_resource_has_a_line() {
        for text in [FEDERATED, CLASSIC] {
            let world = read(text);
            let mut entries = text.lines().filter_map(|line| line.strip_prefix("    "));
            let mut entry = || entries.next().unwrap().trim_end_matches(',');
            for subject in &world.subjects {
                assert_eq!(&serde_json::from_str::<Subject>(entry()).unwrap(), subject);
            }
            for resource in &world.resources {
                assert_eq!(&serde_json::from_str::<Observation>(entry()).unwrap(), resource);
            }
            assert_eq!(entries.next(), None);
        }
    }

    #[test]
    fn every_operation_by_everyone_and_every_event_on_every_resource_gets_an_answer() {
        let policy = Native::backup();
        let ask = |world: &World, subject: Option<&str>, class: ActionClass| {
            for Observation { kind, id, .. } in &world.resources {
                for action in policy.manifest().actions.iter().filter(|action| action.class == class) {
                    let none = Attributes::new();
                    let request = world.request(subject, &action.name, (kind, id), &none, &none).unwrap();
                    if let Err(error) = policy.evaluate(&request) {
                        panic!("{subject:?} {} {kind} `{id}`: {error}", action.name);
                    }
                }
            }
        };
        for world in sites() {
            for subject in &world.subjects {
                ask(&world, Some(&subject.id), ActionClass::Operation);
            }
            ask(&world, None, ActionClass::Event);
        }
    }
}

/// Nothing contradicts itself.
mod consistent {
    use super::*;

    /// Attribute names of the manifest, and the kind that each links to, if it is a link.
    fn vocabulary() -> BTreeMap<String, Option<String>> {
        let policy = Native::backup();
        let mut vocabulary: BTreeMap<String, Option<String>> = BTreeMap::new();
        for input in &policy.manifest().inputs {
            let name = input.path.rsplit('.').next().unwrap().to_owned();
            let kind = vocabulary.entry(name).or_default();
            *kind = kind.take().or_else(|| input.links_to.clone());
        }
        vocabulary.extend(UNREAD_LINKS.iter().map(|&(name, kind)| (name.to_owned(), Some(kind.to_owned()))));
        vocabulary.extend(UNREAD.iter().map(|&name| (name.to_owned(), None)));
        vocabulary.extend(IDENTITIES.iter().map(|&name| (name.to_owned(), Some("user".to_owned()))));
        vocabulary
    }

    fn attributes(world: &World) -> impl Iterator<Item = (String, &Attributes)> {
        let subjects = world.subjects.iter().map(|s| (format!("subject `{}`", s.id), &s.attributes));
        let resources = world.resources.iter().map(|r| (format!("{} `{}`", r.kind, r.id), &r.attributes));
        subjects.chain(resources)
    }

    #[test]
    fn every_attribute_is_of_the_policys_vocabulary() {
        let vocabulary = vocabulary();
        for world in sites() {
            for (whose, attributes) in attributes(&world) {
                for attribute in attributes.iter() {
                    assert!(vocabulary.contains_key(&attribute.name), "{whose}: {}", attribute.name);
                }
            }
        }
    }

    #[test]
    fn every_link_leads_to_something_but_those_to_the_clusters_that_are_gone() {
        let vocabulary = vocabulary();
        let dangling = |world: &World| {
            let mut dangling = Vec::new();
            for (whose, attributes) in attributes(world) {
                for attribute in attributes.iter() {
                    if let Some(kind) = &vocabulary[&attribute.name]
                        && world.resource(kind, &attribute.value).is_none()
                    {
                        dangling.push(format!("{whose}: {} {}", attribute.name, attribute.value));
                    }
                }
            }
            dangling
        };
        assert_eq!(
            dangling(&read(FEDERATED)),
            [
                "backup-location `blob-ap`: clusters shoot-x",
                "backup-location `blob-ap`: clusters shoot-y",
                "backup `ap-nightly-7`: cluster shoot-x",
                "backup `ap-nightly-8`: cluster shoot-x",
            ]
        );
        assert!(dangling(&read(CLASSIC)).is_empty());
    }

    #[test]
    fn a_scheduled_backup_has_its_schedules_cluster_location_and_owner() {
        for world in sites() {
            let scheduled = |backup: &&Observation| backup.attributes.get("trigger") == Some("schedule");
            for backup in all(&world, "backup").into_iter().filter(scheduled) {
                let schedule = linked(&world, backup, "schedule", "backup-schedule");
                for name in ["cluster", "location", "owner"] {
                    assert_eq!(backup.attributes.get(name), schedule.attributes.get(name), "{}", backup.id);
                }
            }
        }
    }

    #[test]
    fn an_incremental_is_on_its_bases_cluster_and_location() {
        for world in sites() {
            let incrementals: Vec<_> =
                all(&world, "backup").into_iter().filter(|b| b.attributes.get("base").is_some()).collect();
            assert!(!incrementals.is_empty());
            for backup in incrementals {
                let base = linked(&world, backup, "base", "backup");
                assert_eq!(backup.attributes.get("is-incremental"), Some("true"), "{}", backup.id);
                for name in ["cluster", "location", "schedule"] {
                    assert_eq!(backup.attributes.get(name), base.attributes.get(name), "{}", backup.id);
                }
            }
        }
    }

    #[test]
    fn a_restore_reads_from_its_backups_location() {
        for world in sites() {
            for restore in all(&world, "restore") {
                let backup = linked(&world, restore, "backup", "backup");
                assert_eq!(
                    restore.attributes.get("location"),
                    backup.attributes.get("location"),
                    "{}",
                    restore.id
                );
            }
        }
    }

    #[test]
    fn a_run_in_progress_is_known_to_its_schedule() {
        for world in sites() {
            for schedule in all(&world, "backup-schedule") {
                let runs = schedule.attributes.get("previous-run") == Some("In-Progress");
                let running = all(&world, "backup").into_iter().any(|backup| {
                    backup.state == "in-progress" && backup.attributes.get("schedule") == Some(&schedule.id)
                });
                assert_eq!(runs, running, "{}", schedule.id);
            }
        }
    }

    #[test]
    fn connections_are_those_of_the_clusters_attached_to_each_location() {
        let world = read(FEDERATED);
        let attached = all(&world, "backup-location").into_iter().flat_map(|location| {
            let clusters = location.attributes.values("clusters");
            clusters.map(|cluster| (location.id.clone(), cluster.to_owned()))
        });
        let there = attached.filter(|(_, cluster)| world.resource("cluster", cluster).is_some());
        let connections = all(&world, "location-cluster-connection").into_iter().map(|connection| {
            let end = |name| connection.attributes.get(name).unwrap().to_owned();
            assert_eq!(connection.id, format!("{}@{}", end("location"), end("cluster")));
            (end("location"), end("cluster"))
        });
        assert_eq!(connections.collect::<BTreeSet<_>>(), there.collect::<BTreeSet<_>>());
    }

    #[test]
    fn a_sync_runs_on_its_locations_bucket_through_a_cluster_attached_to_it() {
        let world = read(FEDERATED);
        for sync in all(&world, "backup-sync") {
            let location = linked(&world, sync, "location", "backup-location");
            let cluster = sync.attributes.get("cluster").unwrap();
            assert_eq!(sync.attributes.get("bucket"), location.attributes.get("bucket"), "{}", sync.id);
            assert!(
                location.attributes.values("clusters").any(|attached| attached == cluster),
                "{}",
                sync.id
            );
        }
    }

    #[test]
    fn a_shoot_names_the_configurations_that_found_it_and_others_name_none() {
        for world in sites() {
            for cluster in all(&world, "cluster") {
                let discovered = cluster.attributes.get("onboarding") == Some("discovery");
                assert_eq!(discovered, cluster.attributes.get("discovery").is_some(), "{}", cluster.id);
            }
        }
    }

    #[test]
    fn a_subject_is_a_user_with_the_same_role_and_state() {
        for world in sites() {
            for subject in &world.subjects {
                let user = one(&world, "user", &subject.id);
                let roles: Vec<&str> = user.attributes.values("role").collect();
                assert_eq!(roles, subject.roles, "{}", subject.id);
                assert_eq!(user.state, subject.attributes.get("state").unwrap_or("active"), "{}", subject.id);
            }
        }
    }
}

/// Each kind of trouble, where the sites are said to have it.
mod trouble {
    use super::*;

    #[test]
    fn federated_a_location_has_no_cluster_left_that_can_work() {
        let world = read(FEDERATED);
        check(
            &world,
            "backup-location",
            "blob-eu",
            "valid",
            &[("clusters", "shoot-a"), ("clusters", "shoot-b")],
        );
        check(&world, "cluster", "shoot-a", "disconnected", &[]);
        check(&world, "location-cluster-connection", "blob-eu@shoot-a", "valid", &[]);
        check(&world, "cluster", "shoot-b", "active", &[]);
        check(&world, "location-cluster-connection", "blob-eu@shoot-b", "invalid", &[]);
        check(&world, "backup", "nightly-42", "success", &[("location", "blob-eu"), ("owner", "user-17")]);
    }

    #[test]
    fn federated_a_location_is_valid_for_one_cluster_only() {
        let world = read(FEDERATED);
        check(&world, "location-cluster-connection", "blob-us@shoot-c", "valid", &[]);
        check(&world, "location-cluster-connection", "blob-us@shoot-d", "invalid", &[]);
        check(&world, "cluster", "shoot-c", "active", &[]);
        check(&world, "cluster", "shoot-d", "active", &[]);
    }

    #[test]
    fn federated_a_sync_is_in_progress_on_a_bucket_that_two_locations_share() {
        let world = read(FEDERATED);
        check(&world, "backup-sync", "blob-us", "in-progress", &[("bucket", "backups-us")]);
        check(&world, "backup-location", "blob-us", "valid", &[("bucket", "backups-us")]);
        check(&world, "backup-location", "blob-us-data", "valid", &[("bucket", "backups-us")]);
        check(&world, "backup-sync", "blob-us-data", "failed", &[]);
    }

    #[test]
    fn federated_a_discovery_is_in_progress_and_one_failed() {
        let world = read(FEDERATED);
        check(&world, "cluster-discovery-config", "garden-eu", "in-progress", &[]);
        check(&world, "cluster-discovery-config", "garden-lab", "failed", &[]);
        check(&world, "cluster", "shoot-f", "pending", &[("discovery", "garden-eu")]);
        check(&world, "cluster", "shoot-e", "active", &[("managed", "false")]);
    }

    #[test]
    fn federated_a_deletion_is_orphaned_since_every_cluster_of_its_location_is_gone() {
        let world = read(FEDERATED);
        check(&world, "backup", "ap-nightly-7", "deleting", &[("location", "blob-ap")]);
        let location = one(&world, "backup-location", "blob-ap");
        assert!(location.attributes.values("clusters").all(|id| world.resource("cluster", id).is_none()));
    }

    #[test]
    fn federated_an_account_is_inactive() {
        check(&read(FEDERATED), "user", "user-35", "inactive", &[]);
    }

    #[test]
    fn classic_a_machine_with_custom_rules_is_paused_and_one_is_stopped() {
        let world = read(CLASSIC);
        check(&world, "virtual-machine", "billing-2", "paused", &[("rules", "custom")]);
        check(&world, "virtual-machine", "reports-1", "stopped", &[("rules", "builtin")]);
        let failed = [("virtual-machine", "billing-2"), ("vm-failed", "1"), ("vm-count", "3")];
        check(&world, "backup", "vms-weekly-8", "partial-success", &failed);
    }

    #[test]
    fn classic_the_retention_of_an_object_locked_backup_runs_and_that_of_another_is_over() {
        let world = read(CLASSIC);
        check(&world, "backup-location", "s3-vault", "valid", &[("object-lock", "true")]);
        check(
            &world,
            "backup",
            "payments-vault-17",
            "success",
            &[("location", "s3-vault"), ("retention", "running")],
        );
        check(
            &world,
            "backup",
            "payments-vault-2",
            "success",
            &[("location", "s3-vault"), ("retention", "expired")],
        );
    }

    #[test]
    fn classic_a_location_is_invalid_and_holds_a_backup() {
        let world = read(CLASSIC);
        check(&world, "backup-location", "azure-dr", "invalid", &[]);
        check(&world, "backup", "dr-weekly-3", "success", &[("location", "azure-dr")]);
    }

    #[test]
    fn classic_a_location_of_limited_availability_holds_a_kdmp_backup() {
        let world = read(CLASSIC);
        check(&world, "backup-location", "s3-lab", "limited-availability", &[]);
        check(&world, "backup", "lab-kdmp-3", "success", &[("location", "s3-lab"), ("backup-type", "kdmp")]);
    }

    #[test]
    fn classic_a_csi_backup_is_of_a_cluster_that_is_not_available() {
        let world = read(CLASSIC);
        check(&world, "backup", "shop-csi-5", "success", &[("backup-type", "csi"), ("cluster", "dr-1")]);
        check(&world, "cluster", "dr-1", "not-available", &[]);
    }

    #[test]
    fn both_have_a_cluster_that_is_disconnected() {
        check(&read(FEDERATED), "cluster", "shoot-a", "disconnected", &[]);
        check(&read(CLASSIC), "cluster", "prod-eu-2", "disconnected", &[]);
    }

    #[test]
    fn both_have_a_schedule_suspended_by_its_user_and_one_by_the_licence_check() {
        for (world, by_licence) in sites().iter().zip(["data-nightly", "lab-nightly"]) {
            check(world, "backup-schedule", "payments-weekly", "suspended", &[("suspended-by", "user")]);
            let licence = [("suspended-by", "license-check"), ("license", "expired")];
            check(world, "backup-schedule", by_licence, "suspended", &licence);
        }
    }

    #[test]
    fn both_have_a_partial_backup() {
        for world in sites() {
            check(&world, "backup", "payments-weekly-6", "partial-success", &[]);
        }
    }

    #[test]
    fn both_have_a_deletion_that_waits_for_an_incremental() {
        for world in sites() {
            check(&world, "backup", "nightly-40", "delete-pending", &[]);
            check(&world, "backup", "nightly-41", "success", &[("base", "nightly-40")]);
        }
    }

    #[test]
    fn both_have_a_backup_whose_data_is_missing() {
        for (world, missing) in sites().iter().zip(["data-nightly-12", "lab-nightly-9"]) {
            check(world, "backup", missing, "cloud-backup-missing", &[]);
        }
    }

    #[test]
    fn both_have_resources_of_a_user_whom_the_identity_provider_no_longer_knows() {
        for world in sites() {
            check(&world, "user", "user-09", "unknown", &[]);
            assert!(world.subject("user-09").is_err());
            for kind in ["cluster", "backup-schedule", "backup", "restore"] {
                let stranded =
                    all(&world, kind).into_iter().any(|r| r.attributes.get("owner") == Some("user-09"));
                assert!(stranded, "{}: {kind}", world.mode);
            }
        }
    }

    #[test]
    fn both_have_backups_shared_at_every_level_and_with_groups() {
        for world in sites() {
            for level in ["shared-view", "shared-restorable", "shared-full"] {
                assert!(
                    all(&world, "backup").into_iter().any(|b| b.attributes.get(level).is_some()),
                    "{level}"
                );
            }
            let own = [("shared-full", "user-28"), ("shared-view", "team-shop")];
            let id = if world.mode == "federated" { "payments-hourly-900" } else { "payments-weekly-6" };
            let state = if world.mode == "federated" { "success" } else { "partial-success" };
            check(&world, "backup", id, state, &own);
        }
    }
}
