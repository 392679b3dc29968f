//! Worlds from the samples of what the platform prints.

use std::fs;

use insta::assert_snapshot;
use interlock_model::World;

use crate::Folder;

/// A folder with the samples of one interface.
fn samples(name: &str) -> (Folder, String) {
    let folder = Folder::new();
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/samples/import");
    let mut names = Vec::new();
    for entry in fs::read_dir(format!("{samples}/{name}")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        folder.write(&name, fs::read(entry.path()).unwrap());
        names.push(name);
    }
    names.sort();
    (folder, names.join(" "))
}

#[test]
fn the_world_that_is_printed_is_one_that_the_other_commands_take() {
    let (folder, files) = samples("federated");
    let ended = folder.run(&format!("import {files} --mode federated"));
    assert_eq!(ended.code, 0, "{ended}");
    let world: World = serde_json::from_str(&ended.stdout).unwrap();
    assert!(world.resources.len() > 10, "{ended}");
    folder.write("site.json", &ended.stdout);
    for kind in ["backup", "cluster", "backup-location", "restore", "backup-schedule"] {
        let options = folder.run(&format!("options --world site.json --kind {kind}"));
        assert_eq!(options.code, 0, "{options}");
    }
}

#[test]
fn the_world_can_be_written_to_a_file() {
    let (folder, files) = samples("classic");
    let printed = folder.run(&format!("import {files} --mode classic"));
    let written = folder.run(&format!("import {files} --mode classic --output site.json"));
    assert_eq!((written.stdout.as_str(), written.code), ("", 0), "{written}");
    assert_eq!(folder.read("site.json"), printed.stdout);
}

#[test]
fn what_kubectl_prints_can_be_piped() {
    let (folder, _) = samples("stork");
    let list = folder.read("applicationbackups.json");
    let ended = folder.run_with("import - --mode classic", &list, &[]);
    assert_eq!(ended.code, 0, "{ended}");
    assert!(ended.stdout.contains(r#""title": "Imported from standard input""#), "{ended}");
}

#[test]
fn a_value_that_has_no_counterpart_is_named_with_its_place_and_exits_65() {
    let folder = Folder::new();
    folder.write(
        "clusters.json",
        r#"{"clusters": [{"metadata": {"name": "shoot-a"}, "clusterInfo": {"status": {"status": "Sleepy"}}}]}"#,
    );
    let ended = folder.run("import clusters.json --mode federated");
    assert_eq!(ended.code, 65);
    assert_snapshot!(ended.error());
}

#[test]
fn a_mode_that_the_policy_does_not_have_exits_64() {
    let folder = Folder::new();
    folder.write("clusters.json", "{}");
    let ended = folder.run("import clusters.json --mode federate");
    assert_eq!((ended.error(), ended.code), ("unknown mode `federate`; did you mean `federated`?", 64));
}
