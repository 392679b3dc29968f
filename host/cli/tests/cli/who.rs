use insta::assert_snapshot;

use crate::Folder;

#[test]
fn roles_are_told_with_their_scopes_and_what_else_is_needed() {
    assert_snapshot!(Folder::new().run("who --can delete --kind backup-location --mode federated"));
}

#[test]
fn where_no_role_is_asked_for_anyone_may() {
    assert_snapshot!(Folder::new().run("who --policy turnstile.wasm --can push --kind turnstile"));
}

#[test]
fn an_event_is_for_nobody_to_ask() {
    let ended = Folder::new().run("who --policy turnstile.wasm --can removed --kind turnstile");
    assert_eq!(ended.code, 0, "{ended}");
    assert!(ended.stdout.contains("Nobody asks for it: the platform reports it."), "{ended}");
}

#[test]
fn json_tells_each_mode_that_has_the_action() {
    let answer = Folder::new().run("who --can force-delete --kind backup --format json").json();
    let [federated] = &answer["modes"].as_array().unwrap()[..] else { panic!("{answer}") };
    assert_eq!((&federated["mode"], &federated["who"]), (&"federated".into(), &"roles".into()));
    let custom = federated["roles"].as_array().unwrap().iter().find(|role| role["role"] == "custom").unwrap();
    assert_eq!(custom["scopes"], serde_json::json!(["owned", "granted"]));
    let needs = federated["needs"].to_string();
    assert!(needs.contains("acknowledged"), "{needs}");
}

#[test]
fn names_that_do_not_exist_are_one_sentence() {
    let folder = Folder::new();
    let check = |line: &str, message: &str| {
        let ended = folder.run(line);
        assert_eq!((ended.code, ended.error()), (64, message), "{ended}");
    };
    check("who --can delte --kind backup", "unknown action `delte`; did you mean `delete`?");
    check("who --can delete --kind backp", "unknown kind `backp`; did you mean `backup`?");
    check("who --can delete --kind backup --mode x", "unknown mode `x`; known are `classic`, `federated`");
    check(
        "who --can force-delete --kind backup --mode classic",
        "mode `classic` has no `force-delete` on `backup`; it is in `federated`",
    );
    check(
        "who --can suspend --kind virtual-machine",
        "kind `virtual-machine` does not offer `suspend`; it offers `view`, `paused`, `stopped`, `started`, `appeared`, `removed`",
    );
}
