use insta::assert_snapshot;

use crate::Folder;

const ASK: &str = "--policy turnstile.wasm --world station.json --as user-17";
const PUSH_SOUTH: &str = r#"{
    "mode": "normal", "subject": {"id": "user-17"}, "action": "push",
    "target": {"kind": "turnstile", "id": "south", "state": "unlocked", "attributes": {"jammed": "false"}}
}"#;

#[test]
fn allow_tells_next_state_and_effects_and_exits_0() {
    let folder = Folder::new();
    assert_snapshot!(folder.run(&format!("evaluate {ASK} --action coin --target turnstile/north")));
}

#[test]
fn deny_tells_reasons_and_exits_1() {
    let folder = Folder::new();
    assert_snapshot!(folder.run(&format!("evaluate {ASK} --action coin --target turnstile/east")));
}

#[test]
fn deny_from_the_wrong_state_tells_from_which_it_would_be_offered() {
    let folder = Folder::new();
    assert_snapshot!(folder.run(&format!("evaluate {ASK} --action push --target turnstile/north")));
}

#[test]
fn depends_tells_what_must_be_known_and_exits_2() {
    let folder = Folder::new();
    assert_snapshot!(folder.run(&format!("evaluate {ASK} --action push --target turnstile/west")));
}

#[test]
fn an_event_is_reported_by_nobody_of_a_target_yet_to_be_made() {
    let folder = Folder::new();
    let line =
        "evaluate --policy turnstile.wasm --world station.json --action installed --target turnstile/new";
    assert_snapshot!(folder.run(line));
}

#[test]
fn json_is_the_decision() {
    let folder = Folder::new();
    assert_snapshot!(
        folder.run(&format!("evaluate {ASK} --action coin --target turnstile/east --format json"))
    );
}

#[test]
fn a_request_is_read_from_a_file_an_argument_or_standard_input() {
    let folder = Folder::new();
    folder.write("request.json", PUSH_SOUTH);
    let from_file = folder.run("evaluate --policy turnstile.wasm request.json");
    let from_argument = folder.run(&format!("evaluate --policy turnstile.wasm '{PUSH_SOUTH}'"));
    let from_input = folder.run_with("evaluate --policy turnstile.wasm -", PUSH_SOUTH, &[]);
    assert_snapshot!(from_file);
    assert_eq!((from_argument.stdout, from_argument.code), (from_file.stdout.clone(), 0));
    assert_eq!((from_input.stdout, from_input.code), (from_file.stdout, 0));
}

#[test]
fn a_world_can_come_from_standard_input() {
    let folder = Folder::new();
    let line =
        "evaluate --policy turnstile.wasm --world - --as user-17 --action push --target turnstile/south";
    let ended = folder.run_with(line, crate::STATION, &[]);
    assert_eq!(ended.code, 0, "{ended}");
}

#[test]
fn a_name_that_the_policy_ignores_but_nearly_knows_is_a_warning() {
    let folder = Folder::new();
    let request = PUSH_SOUTH.replace("jammed", "jamed");
    let ended = folder.run(&format!("evaluate --policy turnstile.wasm '{request}' --format json"));
    assert_eq!(
        ended.stderr,
        "warning: the policy reads no turnstile attribute `jamed`; did you mean `jammed`?\n"
    );
    assert_eq!((ended.json()["verdict"].as_str(), ended.code), (Some("depends"), 2));
}
