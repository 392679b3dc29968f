use insta::assert_snapshot;

use crate::Folder;

/// Laws that the turnstile breaks, each in another way, and one that speaks of nothing.
const BROKEN: &str = r#"
[[law]]
name = "coins-are-refused"
says = "A coin never opens a turnstile."
source = ["sign-on-the-wall", "nobody"]
never = { action = "coin", from = "locked", to = "unlocked" }

[[law]]
name = "a-push-is-enough"
says = "From the day that it is put up, a turnstile opens only when it is pushed."
path = { kind = "turnstile", from = "absent", to = "unlocked", passes = "push" }

[[law]]
name = "pushing-needs-no-look"
says = "Whoever pushes need not know whether the arm is jammed."
always = { action = "push", from = "unlocked", when = { not-jammed = "unknown" } }

[[law]]
name = "coins-are-counted"
says = "Whatever leads to an open arm is counted."
effect = "passage-counted"
accompanies = { to = "unlocked" }

[[law]]
name = "taken-down-by-pushing"
says = "Pushing a turnstile away is counted."
effect = "passage-counted"
accompanies = { action = "push", to = "absent" }
"#;

#[test]
fn the_laws_that_ship_with_the_turnstile_hold() {
    let folder = Folder::new();
    let laws = include_str!("../../../../guest/turnstile/laws.toml");
    folder.write("laws.toml", laws);
    assert_snapshot!(folder.run("check turnstile.wasm --laws laws.toml"));
}

#[test]
fn each_broken_law_is_told_with_its_smallest_case_and_exits_1() {
    let folder = Folder::new();
    folder.write("laws.toml", BROKEN);
    assert_snapshot!(folder.run("check turnstile.wasm --laws laws.toml"));
    assert_snapshot!(folder.run("check turnstile.wasm --laws laws.toml --format json"));
}

#[test]
fn a_counterexample_is_a_request_that_evaluate_reproduces() {
    let folder = Folder::new();
    folder.write("laws.toml", BROKEN);
    let report = folder.run("check turnstile.wasm --laws laws.toml --format json").json();
    let laws = report["sections"][1]["laws"].as_array().unwrap();
    let request = |law: usize, step: usize| laws[law]["counterexample"]["requests"][step].to_string();
    let evaluate =
        |request: String| folder.run_with("evaluate - --policy turnstile.wasm --format json", &request, &[]);
    let opened = evaluate(request(0, 0));
    assert_eq!((opened.code, &opened.json()["next_state"]), (0, &"unlocked".into()), "{opened}");
    let installed = evaluate(request(1, 0));
    assert_eq!((installed.code, &installed.json()["next_state"]), (0, &"locked".into()), "{installed}");
    let doubted = evaluate(request(2, 0));
    assert_eq!((doubted.code, &doubted.json()["verdict"]), (2, &"depends".into()), "{doubted}");
}

#[test]
fn the_printed_command_is_one_that_a_shell_takes() {
    let folder = Folder::new();
    folder.write("laws.toml", BROKEN);
    let printed = folder.run("check turnstile.wasm --laws laws.toml").stdout;
    let command = printed.lines().find_map(|line| line.trim().strip_prefix("interlock ")).unwrap();
    let ended = folder.run(command);
    assert_eq!(ended.code, 0, "{ended}");
    assert!(ended.stdout.starts_with("allow  coin turnstile"), "{ended}");
}

#[test]
fn the_laws_that_ship_with_the_backup_policy_hold() {
    let folder = Folder::new();
    folder.write("laws.toml", include_str!("../../../../guest/backup/laws.toml"));
    let ended = folder.run("check --laws laws.toml");
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{ended}");
    assert_snapshot!(ended.stdout.lines().skip(1).collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_law_of_the_backup_policy_that_is_broken_comes_with_a_whole_request() {
    let folder = Folder::new();
    folder.write(
        "laws.toml",
        r#"
[[law]]
name = "nobody-deletes"
says = "In federated mode no backup that failed is deleted."
never = { mode = "federated", kind = "backup", action = "delete", from = "failure" }
"#,
    );
    let report = folder.run("check --laws laws.toml --format json").json();
    let request = &report["sections"][1]["laws"][0]["counterexample"]["requests"][0];
    let ended = folder.run_with("evaluate - --format json", &request.to_string(), &[]);
    assert_eq!((ended.code, &ended.json()["next_state"]), (0, &"deleting".into()), "{request:#}\n{ended}");
}

#[test]
fn a_mistake_in_a_law_is_one_line_with_its_place_and_the_nearest_name() {
    let folder = Folder::new();
    let check = |law: &str, wanted: &str| {
        folder.write("laws.toml", format!("# A law.\n\n[[law]]\nname = \"it\"\n{law}"));
        let ended = folder.run("check turnstile.wasm --laws laws.toml");
        assert_eq!(
            (ended.code, ended.error()),
            (65, format!("cannot read `laws.toml` as laws: {wanted}").as_str())
        );
    };
    check(
        "says = \"So.\"\nnever = { kind = \"turnstyle\" }",
        "line 6, column 18: law `it` names kind `turnstyle`, which the policy does not have; did you mean `turnstile`?",
    );
    check(
        "says = \"So.\"\nnever = [\n  {},\n  { action = [\"coin\", \"pull\"] },\n]",
        "line 8, column 23: law `it` names action `pull`, which the policy does not have; known are `coin`, `push`, \
         `installed`, `removed`",
    );
    check(
        "says = \"So.\"\n[law.never.when]\nnot_jammed = true",
        "line 7, column 1: law `it` names condition `not_jammed`, which the policy does not have; did you mean `not-jammed`?",
    );
    check("never = {}", "line 3, column 1: missing field `says`");
    check(
        "says = \"So.\"\nnevre = {}",
        "line 6, column 1: unknown field `nevre`, expected one of `name`, `says`, `source`, `never`, `always`, \
         `accompanies`, `effect`, `may`, `only`, `path`, `unless`",
    );
    check("says = \"So.", "line 5, column 12: invalid basic string, expected `\"`");
    check(
        "says = \"So.\"",
        "line 3, column 1: law `it` claims none or several of `never`, `always`, `accompanies`, `may` and `path`; \
         it claims one",
    );
}

#[test]
fn a_file_that_is_not_there_or_no_policy_is_told_in_one_line() {
    let folder = Folder::new();
    let ended = folder.run("check turnstile.wasm --laws nowhere.toml");
    assert_eq!(ended.code, 66, "{ended}");
    assert!(ended.error().starts_with("cannot read `nowhere.toml`"), "{ended}");
    let ended = folder.run("check station.json");
    assert_eq!(ended.code, 69, "{ended}");
    assert!(ended.error().starts_with("cannot load `station.json`: not a WebAssembly component"), "{ended}");
}

#[test]
fn a_policy_with_too_many_situations_is_refused_with_their_number_and_the_cause() {
    let folder = Folder::new();
    let ended = folder.run("check turnstile.wasm --max-situations 20");
    assert_eq!(ended.code, 69, "{ended}");
    assert_eq!(
        ended.error(),
        "cannot load `turnstile.wasm`: the policy has 36 situations, allowed are 20; `coin` on `turnstile` in mode \
         `normal` alone has 9"
    );
}
