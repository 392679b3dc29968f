use insta::assert_snapshot;

use crate::Folder;

#[test]
fn the_shortest_way_is_told_with_what_it_requires() {
    let line = "path --policy turnstile.wasm --kind turnstile --from absent --to unlocked";
    assert_snapshot!(Folder::new().run(line));
}

#[test]
fn every_way_is_told_where_there_are_several() {
    assert_snapshot!(Folder::new().run("path --kind backup --from absent --to deleting --mode classic"));
}

#[test]
fn json_tells_each_mode_and_each_step() {
    let answer = Folder::new().run("path --kind backup --from absent --to deleting --format json").json();
    let modes = answer["modes"].as_array().unwrap();
    let told: Vec<_> = modes.iter().map(|mode| (&mode["mode"], &mode["length"], &mode["count"])).collect();
    assert_eq!(
        format!("{told:?}"),
        r#"[(String("classic"), Number(3), Number(2)), (String("federated"), Number(2), Number(1))]"#
    );
    let step = &modes[1]["paths"][0][1];
    assert_eq!(
        (&step["action"], &step["from"], &step["to"]),
        (&"delete".into(), &"success".into(), &"deleting".into())
    );
    assert!(step["ways"][0]["requires"].as_array().unwrap().contains(&"worker-available".into()), "{step}");
}

#[test]
fn the_limit_bounds_what_is_told_and_not_what_is_counted() {
    let line = "path --kind backup --from absent --to deleting --mode classic --limit 1";
    let answer = Folder::new().run(&format!("{line} --format json")).json();
    assert_eq!(answer["modes"][0]["count"], 2);
    assert_eq!(answer["modes"][0]["paths"].as_array().unwrap().len(), 1);
    assert!(Folder::new().run(line).stdout.contains("These are the first 1."));
}

#[test]
fn no_action_leads_to_the_same_state() {
    let ended = Folder::new().run("path --policy turnstile.wasm --kind turnstile --from locked --to locked");
    assert_eq!(ended.code, 0, "{ended}");
    assert!(ended.stdout.contains("no action is needed"), "{ended}");
}

#[test]
fn names_that_do_not_exist_are_one_sentence() {
    let folder = Folder::new();
    let check = |line: &str, message: &str| {
        let ended = folder.run(line);
        assert_eq!((ended.code, ended.error()), (64, message), "{ended}");
    };
    check("path --kind backp --from absent --to deleting", "unknown kind `backp`; did you mean `backup`?");
    check(
        "path --kind backup --from absent --to deletng",
        "unknown backup state `deletng`; did you mean `deleting`?",
    );
    check(
        "path --kind backup --from absent --to deleting --mode clasic",
        "unknown mode `clasic`; did you mean `classic`?",
    );
    check(
        "path --kind backup-location --from absent --to limited-availability --mode federated",
        "mode `federated` has no backup-location state `limited-availability`",
    );
    let ended = folder.run("path --kind backup --from absent --to deleting --limit 0");
    assert_eq!(ended.code, 64, "{ended}");
}
