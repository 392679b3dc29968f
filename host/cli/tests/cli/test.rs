use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use insta::assert_snapshot;

use crate::Folder;

/// Cases of the turnstile beside a cast, of which one wants what the policy does not say.
pub(crate) const CAST: &str = r#"{
  "policy": "turnstile",
  "subjects": { "anyone": { "id": "anyone" } },
  "resources": {
    "west": { "kind": "turnstile", "id": "west", "state": "locked", "attributes": { "jammed": "false" } }
  }
}
"#;

const COINS: &str = r#"{
  "about": "Coins.",
  "cases": [
    {
      "name": "a coin unlocks a turnstile",
      "mode": "normal", "as": "anyone", "action": "coin", "target": { "like": "west", "state": ["locked", "unlocked"] },
      "want": { "verdict": "allow", "next_state": "unlocked", "effects": ["coin-kept"] }
    },
    {
      "name": "a push opens anything",
      "review": "does it?",
      "mode": "normal", "as": "anyone", "action": "push", "target": { "like": "west", "state": ["locked", "unlocked"] },
      "want": { "verdict": "allow", "next_state": "unlocked", "effects": [] }
    },
    {
      "name": "a kick is \"ignored\"",
      "mode": "normal", "as": "anyone", "action": "kick", "target": "west",
      "want": { "error": "unknown-action" }
    },
    {
      "name": "an arm that may be jammed <refuses>",
      "mode": "normal", "as": "anyone", "action": "coin", "target": { "like": "west", "attributes": { "jammed": [] } },
      "want": {
        "verdict": "deny", "reasons": ["not-jammed"],
        "messages": { "not-jammed": "it is jammed" }
      }
    }
  ]
}
"#;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.make("cases/more");
    folder.write("cases/cast.json", CAST);
    folder.write("cases/coins.json", COINS);
    folder.write("cases/more/door.json", r#"{"about": "Another policy.", "policy": "door", "cases": []}"#);
    folder
}

const RUN: &str = "test cases --policy turnstile.wasm";

#[test]
fn a_failure_tells_what_was_wanted_and_what_came() {
    assert_snapshot!(folder().run(RUN));
}

#[test]
fn json_has_the_request_of_every_failure_and_evaluate_takes_it() {
    let folder = folder();
    let ended = folder.run(&format!("{RUN} --format json"));
    assert_eq!(ended.code, 1, "{ended}");
    let document = ended.json();
    let counts = ["cases", "passed", "failed", "to_review"].map(|name| document[name].as_u64().unwrap());
    assert_eq!(counts, [6, 3, 3, 2]);
    let failure = &document["failures"][0];
    assert_eq!(
        (failure["line"].as_u64(), failure["case"].as_str()),
        (Some(9), Some("a push opens anything"))
    );
    let again = folder.run_with("evaluate - --policy turnstile.wasm", &failure["request"].to_string(), &[]);
    assert_eq!(again.code, 1, "{again}");
}

#[test]
fn junit_is_xml_with_a_suite_for_each_file() {
    assert_snapshot!(folder().run(&format!("{RUN} --format junit")));
}

#[test]
fn a_filter_chooses_by_file_and_name() {
    let folder = folder();
    let ended = folder.run(&format!("{RUN} --filter 'a coin'"));
    assert_eq!(ended.code, 0, "{ended}");
    assert_snapshot!(ended);
    assert_eq!(folder.run(&format!("{RUN} --filter coins.json")).code, 1);
    let none = folder.run(&format!("{RUN} --filter lever"));
    assert_eq!(none.error(), "no case has `lever` in its file or name");
    assert_eq!(none.code, 64);
}

#[test]
fn the_cases_of_the_project_hold_for_both_policies() {
    let folder = Folder::new();
    let cases = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cases");
    for policy in ["", "--policy turnstile.wasm"] {
        let ended = folder.run(&format!("test {cases} {policy}"));
        assert_eq!(ended.code, 0, "{ended}");
    }
}

#[test]
fn a_mistake_in_a_case_file_is_named_with_its_place_and_the_nearest_name() {
    let folder = folder();
    let mistakes = [
        ("\"about\"", "\"abuot\"", "line 2, column 9: unknown field `abuot`; did you mean `about`?"),
        (
            "\"target\": \"west\"",
            "\"taget\": \"west\"",
            "line 17, column 65: unknown field `taget`; did you mean `target`?",
        ),
        (
            "\"effects\": []",
            "\"efects\": []",
            "line 13, column 70: unknown field `efects`; did you mean `effects`?",
        ),
        (
            "\"verdict\": \"deny\"",
            "\"verdict\": \"dney\"",
            "line 24, column 25: unknown variant `dney`, expected one of `allow`, `deny`, `depends`",
        ),
        (
            "\"target\": \"west\"",
            "\"target\": \"wset\"",
            "line 15, case `a kick is \"ignored\"`: unknown resource `wset`; did you mean `west`?",
        ),
        (
            "\"as\": \"anyone\"",
            "\"as\": \"anyon\"",
            "line 4, case `a coin unlocks a turnstile`: unknown subject `anyon`; did you mean `anyone`?",
        ),
        (
            "\"coin-kept\"",
            "\"coin_kept\"",
            "line 4, case `a coin unlocks a turnstile`: unknown effect `coin_kept`; did you mean `coin-kept`?",
        ),
        (
            "[\"not-jammed\"]",
            "[\"not-jamed\"]",
            "line 20, case `an arm that may be jammed <refuses>`: unknown reason `not-jamed`; did you mean `not-jammed`?",
        ),
        (
            "\"action\": \"push\"",
            "\"action\": \"psh\"",
            "line 9, case `a push opens anything`: unknown action `psh`; did you mean `push`?",
        ),
        (
            "\"mode\": \"normal\"",
            "\"mode\": \"norml\"",
            "line 4, case `a coin unlocks a turnstile`: unknown mode `norml`; did you mean `normal`?",
        ),
        (
            "\"unlocked\"]",
            "\"unlockd\"]",
            "line 4, case `a coin unlocks a turnstile`: unknown state `unlockd`; did you mean `unlocked`?",
        ),
        (
            "\"unknown-action\"",
            "\"unknown-acton\"",
            "line 15, case `a kick is \"ignored\"`: unknown error `unknown-acton`; did you mean `unknown-action`?",
        ),
        (
            "a push opens anything",
            "a coin unlocks a turnstile",
            "line 9, case `a coin unlocks a turnstile`: line 4 has a case of that name already",
        ),
        (
            "\"error\": \"unknown-action\"",
            "\"reasons\": []",
            "line 19, column 5: a wanted answer has a `verdict` or an `error`",
        ),
    ];
    for (right, wrong, message) in mistakes {
        assert!(COINS.contains(right), "{right}");
        folder.write("cases/coins.json", COINS.replacen(right, wrong, 1));
        let ended = folder.run(RUN);
        assert_eq!(ended.error(), format!("cannot use `cases/coins.json` as cases: {message}"), "{ended}");
        assert_eq!(ended.code, 65, "{ended}");
    }
}

#[test]
fn files_that_are_not_there_and_folders_without_cases_are_named() {
    let folder = folder();
    folder.make("empty");
    let check = |line: &str, code, message: &str| {
        let ended = folder.run(&format!("test {line} --policy turnstile.wasm"));
        assert!(ended.error().starts_with(message), "{ended}");
        assert_eq!(ended.code, code, "{ended}");
    };
    check("nowhere", 66, "cannot read `nowhere`: ");
    check("empty", 64, "there is no case file in `empty`");
    check("cases/more", 64, "no case asks policy `turnstile`, which was given; they ask `door`");
    folder.write("cases/cast.json", CAST.replace("\"resources\"", "\"resource\""));
    let message = "cannot use `cases/cast.json` as cases: line 4, column 12: unknown field `resource`; \
                   did you mean `resources`?";
    check("cases", 65, message);
}

#[test]
fn a_name_that_the_policy_ignores_is_told_where_a_case_fails() {
    let folder = folder();
    folder.write("cases/cast.json", CAST.replace("jammed", "jamed"));
    let ended = folder.run(&format!("{RUN} --filter 'a coin'"));
    let warning = "warning: line 4, case `a coin unlocks a turnstile`: \
                   the policy reads no turnstile attribute `jamed`; did you mean `jammed`?";
    assert!(ended.stderr.contains(warning), "{ended}");
}

#[test]
fn watching_runs_again_when_a_case_file_changes() {
    let folder = folder();
    let mut child = Command::new(env!("CARGO_BIN_EXE_interlock"))
        .args(["test", "cases", "--policy", "turnstile.wasm", "--watch"])
        .current_dir(folder.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut until_waiting =
        || -> Vec<String> { lines.by_ref().take_while(|line| line != "waiting for a change").collect() };
    let first = until_waiting();
    // Renamed, so that no half of it is ever seen.
    folder.write("new", COINS.replace("a push opens anything", "a push opens everything"));
    fs::rename(folder.path("new"), folder.path("cases/coins.json")).unwrap();
    let second = until_waiting();
    child.kill().unwrap();
    child.wait().unwrap();
    let has = |lines: &[String], text: &str| lines.iter().any(|line| line.contains(text));
    assert!(has(&first, "a push opens anything") && has(&second, "a push opens everything"), "{second:#?}");
}
