use insta::assert_snapshot;

use crate::Folder;

const ASK: &str = "--policy turnstile.wasm --world station.json --as user-17";

#[test]
fn a_target_has_every_operation_with_its_verdict_and_why_not() {
    let folder = Folder::new();
    assert_snapshot!(folder.run(&format!("options {ASK} --target turnstile/south")));
    assert_snapshot!(folder.run(&format!("options {ASK} --target turnstile/east")));
}

#[test]
fn a_target_yet_to_be_made_is_described_with_set() {
    let folder = Folder::new();
    assert_snapshot!(folder.run(&format!("options {ASK} --target turnstile/new --set jammed=false")));
}

#[test]
fn a_kind_is_a_table_of_its_resources() {
    let folder = Folder::new();
    assert_snapshot!(folder.run(&format!("options {ASK} --kind turnstile")));
}

#[test]
fn a_kind_without_resources_is_an_empty_table() {
    let folder = Folder::new();
    folder.write("empty.json", r#"{"mode": "normal"}"#);
    assert_snapshot!(folder.run("options --policy turnstile.wasm --world empty.json --kind turnstile"));
}

#[test]
fn both_have_a_json_form() {
    let folder = Folder::new();
    assert_snapshot!(folder.run(&format!("options {ASK} --target turnstile/west --format json")));
    assert_snapshot!(folder.run(&format!("options {ASK} --kind turnstile --format json")));
}

#[test]
fn the_table_says_of_every_pair_what_evaluate_says() {
    let folder = Folder::new();
    let table = folder.run(&format!("options {ASK} --kind turnstile --format json")).json();
    for resource in table["resources"].as_array().unwrap() {
        for option in resource["options"].as_array().unwrap() {
            let (id, action) = (resource["id"].as_str().unwrap(), option["action"].as_str().unwrap());
            let line = format!("evaluate {ASK} --target turnstile/{id} --action {action} --format json");
            assert_eq!(folder.run(&line).json()["verdict"], option["verdict"], "{action} {id}");
        }
    }
}
