use std::fs;

use insta::assert_snapshot;

use crate::{Folder, STATION};

const ASK: &str = "--policy turnstile.wasm --world station.json --as user-17";
const REPORT: &str = "--policy turnstile.wasm --world station.json";

#[test]
fn without_write_the_change_is_only_told() {
    let folder = Folder::new();
    assert_snapshot!(folder.run(&format!("apply {ASK} --action push --target turnstile/south")));
    assert_eq!(folder.read("station.json"), STATION);
}

#[test]
fn with_write_the_target_changes_and_nothing_else() {
    let folder = Folder::new();
    assert_snapshot!(folder.run(&format!("apply {ASK} --action push --target turnstile/south --write")));
    let south = r#""id": "south", "state": "#;
    let changed = STATION.replace(&format!("{south}\"unlocked\""), &format!("{south}\"locked\""));
    assert_eq!(folder.read("station.json"), changed);
    assert_eq!(fs::read_dir(folder.0.path()).unwrap().count(), 2, "no other file is left behind");
}

#[test]
fn a_target_is_added_with_the_attributes_given() {
    let folder = Folder::new();
    let line = format!("apply {REPORT} --action installed --target turnstile/new --set jammed=false --write");
    assert_snapshot!(folder.run(&line));
    let added = r#"{"kind": "turnstile", "id": "new", "state": "locked", "attributes": {"jammed": "false"}}"#;
    assert!(folder.read("station.json").contains(added), "{}", folder.read("station.json"));
}

#[test]
fn a_target_that_goes_is_removed() {
    let folder = Folder::new();
    assert_snapshot!(folder.run(&format!("apply {REPORT} --action removed --target turnstile/east --write")));
    assert!(!folder.read("station.json").contains("east"));
}

#[test]
fn what_is_not_allowed_writes_nothing() {
    let folder = Folder::new();
    for (target, code) in [("east", 1), ("west", 2)] {
        let action = if target == "east" { "coin" } else { "push" };
        let ended = folder.run(&format!("apply {ASK} --action {action} --target turnstile/{target} --write"));
        assert_eq!(ended.code, code, "{ended}");
        assert!(!ended.stdout.contains("written"), "{ended}");
        assert_eq!(folder.read("station.json"), STATION);
    }
}

#[test]
fn json_tells_decision_resource_and_whether_it_was_written() {
    let folder = Folder::new();
    assert_snapshot!(
        folder.run(&format!("apply {ASK} --action coin --target turnstile/north --format json --write"))
    );
    let gone = folder.run(&format!("apply {REPORT} --action removed --target turnstile/east --format json"));
    assert_eq!(
        (&gone.json()["resource"], &gone.json()["written"]),
        (&serde_json::Value::Null, &false.into())
    );
}

#[test]
#[cfg(unix)]
fn a_link_to_a_world_stays_a_link() {
    let folder = Folder::new();
    std::os::unix::fs::symlink("station.json", folder.path("link.json")).unwrap();
    let line =
        "apply --policy turnstile.wasm --world link.json --action removed --target turnstile/east --write";
    assert_eq!(folder.run(line).code, 0);
    assert!(fs::symlink_metadata(folder.path("link.json")).unwrap().is_symlink());
    assert!(!folder.read("station.json").contains("east"));
}
