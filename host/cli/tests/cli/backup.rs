//! The policy built in, on a small federated site.

use insta::assert_snapshot;

use crate::Folder;

/// Ada's backups lie in a location that no reachable cluster has a valid connection to; one of the two
/// clusters is not hers to see.
const SITE: &str = r#"{
  "mode": "federated",
  "subjects": [
    {"id": "ada", "roles": ["px-backup-app.user"]},
    {"id": "bob", "roles": ["px-backup-app.user"]}
  ],
  "resources": [
    {"kind": "backup-location", "id": "blob-eu", "state": "valid", "attributes": {"owner": "root", "bucket": "eu", "shared-view": ["ada", "bob"]}},
    {"kind": "cluster", "id": "shoot-a", "state": "disconnected", "attributes": {"owner": "ada"}},
    {"kind": "cluster", "id": "shoot-b", "state": "active", "attributes": {"owner": "root"}},
    {"kind": "location-cluster-connection", "id": "eu-a", "state": "valid", "attributes": {"location": "blob-eu", "cluster": "shoot-a"}},
    {"kind": "location-cluster-connection", "id": "eu-b", "state": "invalid", "attributes": {"location": "blob-eu", "cluster": "shoot-b"}},
    {"kind": "backup", "id": "nightly-41", "state": "failure", "attributes": {"location": "blob-eu", "cluster": "shoot-a", "owner": "ada"}},
    {"kind": "backup", "id": "nightly-42", "state": "success", "attributes": {"location": "blob-eu", "cluster": "shoot-a", "owner": "ada"}},
    {"kind": "backup", "id": "nightly-43", "state": "in-progress", "attributes": {"location": "blob-eu", "cluster": "shoot-a", "owner": "bob"}}
  ]
}
"#;

fn site() -> Folder {
    let folder = Folder::new();
    folder.write("site.json", SITE);
    folder
}

#[test]
fn a_refused_deletion_names_what_is_in_the_way_and_the_way_out() {
    let folder = site();
    let ended = folder.run("evaluate --world site.json --as ada --action delete --target backup/nightly-42");
    assert!(!ended.stdout.contains("shoot-b"), "a cluster that ada may not view is not named: {ended}");
    assert_snapshot!(ended);
}

#[test]
fn the_way_out_asks_for_an_acknowledgement_and_then_leaves_data_behind() {
    let folder = site();
    let force_delete = "--world site.json --as ada --action force-delete --target backup/nightly-42";
    assert_snapshot!(folder.run(&format!("evaluate {force_delete}")));
    assert_snapshot!(folder.run(&format!("apply {force_delete} --param acknowledged=true --write")));
    assert!(!folder.read("site.json").contains("nightly-42"));
}

#[test]
fn a_backup_yet_to_be_made_is_described_with_set() {
    let folder = site();
    let line = "evaluate --world site.json --as ada --action create --target backup/manual-1 \
                --set location=blob-eu --set cluster=shoot-a";
    assert_snapshot!(folder.run(line));
}

#[test]
fn options_of_a_backup_tell_all_that_may_be_done() {
    let ended = site().run("options --world site.json --as ada --target backup/nightly-42");
    assert!(!ended.stdout.contains("shoot-b"), "{ended}");
    assert_snapshot!(ended);
}

#[test]
fn options_of_all_backups_are_a_table() {
    assert_snapshot!(site().run("options --world site.json --as ada --kind backup"));
}

#[test]
fn another_mode_can_be_tried() {
    let ended = site().run(
        "evaluate --world site.json --as ada --action sync --target backup-location/blob-eu --mode classic",
    );
    assert!(ended.stdout.contains("not-in-mode (mode)"), "{ended}");
    let kind = "options --world site.json --as ada --kind virtual-machine";
    assert_eq!(
        site().run(kind).error(),
        "mode `federated` has no kind `virtual-machine`; it is in `classic`"
    );
    assert_eq!(site().run(&format!("{kind} --mode classic")).code, 0);
}

#[test]
fn tables_fit_in_100_columns() {
    let folder = site();
    let kinds = folder.run("inspect --format json").json();
    let kinds =
        kinds["kinds"].as_array().unwrap().iter().map(|kind| kind["name"].as_str().unwrap().to_owned());
    let details = kinds.map(|kind| format!("matrix --kind {kind}"));
    let tables = ["backup", "cluster", "backup-location", "location-cluster-connection"]
        .map(|kind| format!("options --world site.json --as ada --kind {kind}"));
    for line in ["matrix".to_owned(), "inspect".to_owned()].into_iter().chain(details).chain(tables) {
        let ended = folder.run(&line);
        assert_eq!(ended.code, 0, "{ended}");
        let widest = ended.stdout.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= 100, "{widest} columns: {ended}");
    }
}
