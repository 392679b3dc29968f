use insta::assert_snapshot;

use crate::Folder;
use crate::test::CAST;

const CASES: &str = r#"{
  "about": "Coins and pushes.",
  "cases": [
    {
      "name": "a coin unlocks a turnstile",
      "mode": "normal", "as": "anyone", "action": "coin", "target": { "like": "west", "state": ["locked", "unlocked"] },
      "want": { "verdict": "allow", "next_state": "unlocked", "effects": ["coin-kept"] }
    },
    {
      "name": "a jammed turnstile takes no coin",
      "mode": "normal", "as": "anyone", "action": "coin", "target": { "like": "west", "attributes": { "jammed": "true" } },
      "want": { "verdict": "deny", "reasons": ["not-jammed"] }
    },
    {
      "name": "a turnstile is taken down",
      "mode": "normal", "action": "removed", "target": "west",
      "want": { "verdict": "allow", "next_state": "absent" }
    }
  ]
}
"#;

const INFEASIBLE: &str = r#"
[[infeasible]]
action = "installed"
answer = "allow"
reason = "Nobody puts one up."
"#;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.make("cases");
    folder.write("cases/cast.json", CAST);
    folder.write("cases/turnstile.json", CASES);
    folder.write("infeasible.toml", INFEASIBLE);
    folder
}

const RUN: &str = "coverage cases --policy turnstile.wasm";

#[test]
fn what_is_shown_and_what_is_missing_is_told_by_measure() {
    assert_snapshot!(folder().run(&format!("{RUN} --infeasible infeasible.toml")));
}

#[test]
fn json_tells_by_which_cases_a_goal_is_shown() {
    let folder = folder();
    let document = folder.run(&format!("{RUN} --format json")).json();
    let goals = document["goals"].as_array().unwrap();
    let goal = |state: &str, what: &str| {
        let found = goals
            .iter()
            .find(|goal| goal["action"] == "coin" && goal["state"] == *state && goal["what"] == *what);
        found.unwrap_or_else(|| panic!("no {state} {what}"))["shown_by"].as_array().unwrap().clone()
    };
    assert_eq!(
        goal("locked", "not-jammed"),
        [
            "cases/turnstile.json: a coin unlocks a turnstile (normal, from locked)",
            "cases/turnstile.json: a jammed turnstile takes no coin (normal, from locked)"
        ]
    );
    assert!(goal("unlocked", "not-jammed").is_empty());
    assert_eq!(goal("unlocked", "allow").len(), 1);
}

#[test]
fn html_is_one_page_with_a_cell_for_each_state_and_action() {
    let ended = folder().run(&format!("{RUN} --format html --infeasible infeasible.toml"));
    let body = ended.stdout.split("<body>").nth(1).unwrap().to_owned();
    assert!(!ended.stdout.contains("http") && !ended.stdout.contains("<script"), "{ended}");
    assert_snapshot!(body);
}

#[test]
fn stubs_are_cases_that_show_what_was_missing() {
    let folder = folder();
    let ended = folder.run(&format!("{RUN} --write-stubs stubs"));
    assert!(ended.stdout.ends_with("\n7 cases to be reviewed in `stubs`\n"), "{ended}");
    assert_snapshot!(folder.read("stubs/turnstile.json"));

    let ended = folder.run("test stubs --policy turnstile.wasm");
    assert_eq!(ended.code, 0, "{ended}");
    assert!(ended.stdout.ends_with("\n8 cases still to be reviewed\n"), "{ended}");
    let ended = folder.run("coverage cases stubs --policy turnstile.wasm --fail-under 100");
    assert_eq!(ended.code, 0, "{ended}");

    let again = folder.run(&format!("{RUN} --write-stubs stubs --format json"));
    assert!(again.stderr.starts_with("error: cannot write `stubs/turnstile.json`: "), "{again}");
    assert_eq!(again.code, 74, "{again}");
}

#[test]
fn where_no_request_is_found_a_stub_says_what_it_takes() {
    let folder = folder();
    // Nobody asks: no subject makes the platform's events refused.
    folder.write("cases/cast.json", CAST.replace("\"anyone\": { \"id\": \"anyone\" }", ""));
    folder.write("cases/turnstile.json", CASES.replace("\"as\": \"anyone\", ", ""));
    let ended = folder.run(&format!("{RUN} --write-stubs stubs"));
    assert!(ended.stdout.contains("of the requests in them, the situation was not found"), "{ended}");
    let stubs = folder.read("stubs/turnstile.json");
    let takes = "no request was found for this; make reported-by-platform false (it reads subject.roles)";
    assert!(stubs.contains(takes), "{stubs}");
    assert_eq!(folder.run("test stubs --policy turnstile.wasm").code, 1);
}

#[test]
fn too_little_exits_1() {
    let folder = folder();
    let code = |least: &str| folder.run(&format!("{RUN} --fail-under {least}")).code;
    assert_eq!((code("10"), code("100")), (0, 1));
    let ended = folder.run(&format!("{RUN} --fail-under 101"));
    assert!(ended.error().ends_with("write a number from 0 to 100"), "{ended}");
    assert_eq!(ended.code, 64);
}

#[test]
fn a_list_of_what_is_infeasible_holds_or_is_refused() {
    let folder = folder();
    let check = |right: &str, wrong: &str, code: i32, message: &str| {
        assert!(INFEASIBLE.contains(right), "{right}");
        folder.write("infeasible.toml", INFEASIBLE.replace(right, wrong));
        let ended = folder.run(&format!("{RUN} --infeasible infeasible.toml"));
        assert_eq!(ended.error(), message, "{ended}");
        assert_eq!(ended.code, code, "{ended}");
    };
    check(
        "\"installed\"",
        "\"coin\"",
        65,
        "cannot use `infeasible.toml` as what is infeasible: entry 1: a case shows it after all: \
         normal turnstile coin from locked: answers allow",
    );
    check(
        "\"installed\"",
        "\"instaled\"",
        65,
        "cannot use `infeasible.toml` as what is infeasible: entry 1: unknown action `instaled`; \
         did you mean `installed`?",
    );
    check(
        "answer = \"allow\"",
        "condition = \"not-jammed\"",
        65,
        "cannot use `infeasible.toml` as what is infeasible: entry 1: nothing of the kind is to be shown",
    );
    check(
        "answer = \"allow\"\n",
        "",
        65,
        "cannot use `infeasible.toml` as what is infeasible: entry 1: an entry says one of `answer`, \
         `condition`, `next-state`, `effect` and `role`; it says 0",
    );
    check(
        "reason",
        "reeson",
        65,
        "cannot read `infeasible.toml` as what is infeasible: line 5, column 1: unknown field `reeson`, expected \
         one of `reason`, `mode`, `kind`, `state`, `action`, `answer`, `condition`, `next-state`, `effect`, `role`",
    );
    let ended = folder.run(&format!("{RUN} --infeasible nowhere.toml"));
    assert_eq!(ended.code, 66, "{ended}");
}

#[test]
fn the_cases_of_the_project_show_every_cell_and_every_deciding_condition() {
    let folder = Folder::new();
    let cases = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cases");
    for policy in [&format!("--infeasible {cases}/infeasible.toml"), "--policy turnstile.wasm"] {
        let ended = folder.run(&format!("coverage {cases} --fail-under 100 {policy}"));
        assert_eq!(ended.code, 0, "{ended}");
    }
}
