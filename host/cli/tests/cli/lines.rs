use insta::assert_snapshot;

use crate::Folder;

fn request(action: &str, state: &str, jammed: &str) -> String {
    format!(
        r#"{{"mode":"normal","subject":{{"id":"user-17"}},"action":"{action}","target":{{"kind":"turnstile","id":"north","state":"{state}","attributes":{{"jammed":"{jammed}"}}}}}}"#
    )
}

#[test]
fn every_line_is_answered_in_order_whatever_its_verdict() {
    let folder = Folder::new();
    let lines = [request("coin", "locked", "false"), String::new(), request("push", "unlocked", "true")];
    folder.write("requests.jsonl", lines.join("\n"));
    assert_snapshot!(folder.run("evaluate --policy turnstile.wasm --lines requests.jsonl"));
}

#[test]
fn a_wrong_line_is_answered_by_its_error_and_the_rest_goes_on() {
    let folder = Folder::new();
    let lines = [
        request("coin", "locked", "false"),
        "{\"mode\": \"normal\",}".to_owned(),
        request("kick", "locked", "false"),
        request("coin", "lockd", "false"),
        request("coin", "locked", "false").replace("\"mode\"", "\"mood\""),
        request("push", "unlocked", "false"),
    ];
    let ended = folder.run_with("evaluate --policy turnstile.wasm --lines -", &lines.join("\n"), &[]);
    assert_snapshot!(ended);
}

#[test]
fn a_line_whose_call_fails_is_told_apart() {
    let folder = Folder::new();
    let too_large = request("coin", "locked", &"x".repeat(17 << 20));
    folder.write("requests.jsonl", [too_large, request("coin", "locked", "false")].join("\n"));
    let ended = folder.run("evaluate --policy turnstile.wasm --lines requests.jsonl");
    let answers: Vec<serde_json::Value> =
        ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers[0]["error"]["code"], "call-failed", "{ended}");
    assert_eq!(answers[1]["verdict"], "allow", "{ended}");
    assert_eq!(ended.stderr, "error: 1 of 2 requests got no decision: 0 wrong, 1 failed\n");
    assert_eq!(ended.code, 70);
}

#[test]
fn no_lines_are_no_mistake() {
    let folder = Folder::new();
    let ended = folder.run("evaluate --policy turnstile.wasm --lines -");
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str(), ended.code), ("", "", 0));
}
