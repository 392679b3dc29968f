//! Every kind of mistake: one line that says what was wrong, and an exit code of its own.

use crate::{Folder, STATION};

const ASK: &str = "evaluate --policy turnstile.wasm --world station.json";

#[track_caller]
fn check(folder: &Folder, line: &str, code: i32, message: &str) {
    let ended = folder.run(line);
    assert_eq!(ended.error(), message, "{ended}");
    assert_eq!(ended.code, code, "{ended}");
}

#[test]
fn a_command_line_that_is_wrong_exits_64() {
    let folder = Folder::new();
    let cases = [
        ("evalute", "unrecognized subcommand 'evalute'; a similar subcommand exists: 'evaluate'"),
        ("matrix --colour", "unexpected argument '--colour' found"),
        ("matrix --knd turnstile", "unexpected argument '--knd' found; a similar argument exists: '--kind'"),
        (
            "matrix --format jsn",
            "invalid value 'jsn' for '--format <FORMAT>' [possible values: text, json]; a similar value exists: 'json'",
        ),
        (
            "evaluate --world station.json --action push --target south",
            "invalid value 'south' for '--target <KIND/ID>': write KIND/ID, as in backup/nightly-42",
        ),
        (
            "evaluate --world station.json --action push --target turnstile/south --param x",
            "invalid value 'x' for '--param <NAME=VALUE>': write NAME=VALUE, as in acknowledged=true",
        ),
        (
            "evaluate --policy turnstile.wasm --world station.json --target turnstile/south",
            "give a request, or --world with --action and --target",
        ),
        ("evaluate --policy turnstile.wasm --lines", "give a request, or --world with --action and --target"),
        ("options --policy turnstile.wasm --world station.json", "give --target or --kind"),
        (
            "apply --action push",
            "the following required arguments were not provided: --world <FILE> --target <KIND/ID>",
        ),
        (
            "evaluate --as user-17 request.json",
            "the argument '[REQUEST]' cannot be used with: --world <FILE> --as <SUBJECT> --param <NAME=VALUE> --set <NAME=VALUE>",
        ),
        (
            "apply --policy turnstile.wasm --world - --action push --target turnstile/south --write",
            "--write needs a --world that is a file",
        ),
    ];
    for (line, message) in cases {
        check(&folder, line, 64, message);
    }
}

#[test]
fn a_name_on_the_command_line_that_is_unknown_exits_64_and_offers_the_nearest() {
    let folder = Folder::new();
    let cases = [
        (
            "--as user17 --action push --target turnstile/south",
            "unknown subject `user17`; did you mean `user-17`?",
        ),
        ("--action pussh --target turnstile/south", "unknown action `pussh`; did you mean `push`?"),
        ("--action push --target turnstyle/south", "unknown kind `turnstyle`; did you mean `turnstile`?"),
        (
            "--action push --target turnstile/soutth",
            "the world has no turnstile `soutth`; did you mean `turnstile/south`?",
        ),
        (
            "--action push --target turnstile/south --mode norml",
            "unknown mode `norml`; did you mean `normal`?",
        ),
        (
            "--action push --target turnstile/south --param jam=true",
            "unknown parameter `jam`; there are none",
        ),
        (
            "--action installed --target turnstile/new --set jamed=true",
            "unknown turnstile attribute `jamed`; did you mean `jammed`?",
        ),
        (
            "--action installed --target turnstile/new --set jammed=yes",
            "attribute `jammed` does not take `yes`; it takes `true`, `false`",
        ),
        (
            "--action push --target turnstile/south --set jammed=true",
            "--set is for a target that is yet to be made; the world has turnstile `south`",
        ),
    ];
    for (line, message) in cases {
        check(&folder, &format!("{ASK} {line}"), 64, message);
    }
    check(
        &folder,
        "options --policy turnstile.wasm --world station.json --target turnstile/nort",
        64,
        "the world has no turnstile `nort`; did you mean `turnstile/north`?",
    );
}

#[test]
fn data_that_are_wrong_exit_65_and_are_named_with_their_place() {
    let folder = Folder::new();
    folder.write("torn.json", "{\"mode\": \"normal\",\n \"resources\": [");
    folder.write("field.json", STATION.replace("\"state\": \"unlocked\"}", "\"sate\": \"unlocked\"}"));
    folder.write("twice.json", STATION.replace("\"east\"", "\"north\""));
    folder.write("mode.json", STATION.replace("\"normal\"", "\"norml\""));
    let world = |name: &str| {
        format!("evaluate --policy turnstile.wasm --world {name} --action push --target turnstile/south")
    };
    let cases = [
        (
            world("torn.json"),
            "cannot read `torn.json` as a world: line 2, column 15: EOF while parsing a list",
        ),
        (
            world("field.json"),
            "cannot read `field.json` as a world: line 12, column 46: unknown field `sate`, expected one of `kind`, `id`, `state`, `attributes`",
        ),
        (world("twice.json"), "cannot use `twice.json` as a world: the world lists turnstile `north` twice"),
        (world("mode.json"), "`mode.json`: unknown mode `norml`; did you mean `normal`?"),
        (
            "evaluate --policy turnstile.wasm '{\"mode\": 3}'".to_owned(),
            "cannot read the argument as a request: line 1, column 10: invalid type: integer `3`, expected a string",
        ),
        (
            "evaluate --policy turnstile.wasm -".to_owned(),
            "cannot read standard input as a request: line 1, column 0: EOF while parsing a value",
        ),
    ];
    for (line, message) in cases {
        check(&folder, &line, 65, message);
    }
}

#[test]
fn a_request_that_the_policy_cannot_read_exits_65_with_a_suggestion() {
    let folder = Folder::new();
    let request = |action: &str, kind: &str, state: &str, mode: &str| {
        format!(
            r#"evaluate --policy turnstile.wasm '{{"mode": "{mode}", "action": "{action}", "target": {{"kind": "{kind}", "id": "north", "state": "{state}"}}}}'"#
        )
    };
    let cases = [
        (request("push", "turnstile", "locked", "norml"), "normal"),
        (request("pussh", "turnstile", "locked", "normal"), "push"),
        (request("push", "turnstyle", "locked", "normal"), "turnstile"),
        (request("push", "turnstile", "unlockd", "normal"), "unlocked"),
    ];
    for (line, near) in cases {
        let ended = folder.run(&line);
        assert!(ended.error().ends_with(&format!("; did you mean `{near}`?")), "{ended}");
        assert_eq!(ended.code, 65);
    }
}

#[test]
fn a_file_that_cannot_be_read_exits_66() {
    let folder = Folder::new();
    for (line, file) in [
        ("evaluate --policy turnstile.wasm gone.json", "gone.json"),
        ("evaluate --policy turnstile.wasm --lines gone.jsonl", "gone.jsonl"),
        ("options --policy turnstile.wasm --world gone.json --kind turnstile", "gone.json"),
        ("matrix --policy gone.wasm", "gone.wasm"),
        ("inspect gone.wasm", "gone.wasm"),
    ] {
        let ended = folder.run(line);
        assert!(ended.error().starts_with(&format!("cannot read `{file}`: ")), "{ended}");
        assert_eq!(ended.code, 66);
    }
}

#[test]
fn a_policy_that_is_not_let_in_exits_69() {
    let folder = Folder::new();
    folder.write("text.wasm", "not a policy");
    folder.write("module.wasm", b"\0asm\x01\0\0\0");
    let torn = &interlock_policies::TURNSTILE[..interlock_policies::TURNSTILE.len() / 2];
    folder.write("torn.wasm", torn);
    for file in ["text.wasm", "module.wasm", "torn.wasm"] {
        for line in [format!("inspect {file}"), format!("matrix --policy {file}")] {
            let ended = folder.run(&line);
            assert!(ended.error().starts_with(&format!("cannot load `{file}`: not a ")), "{ended}");
            assert_eq!(ended.code, 69);
        }
    }
}

#[test]
fn a_call_that_exceeds_a_limit_exits_70() {
    let folder = Folder::new();
    let world = STATION.replace("\"false\"", &format!("\"{}\"", "x".repeat(17 << 20)));
    folder.write("large.json", world);
    let ended = folder
        .run("evaluate --policy turnstile.wasm --world large.json --action push --target turnstile/south");
    assert!(ended.error().starts_with("request too large: "), "{ended}");
    assert_eq!(ended.code, 70);
}

#[test]
#[cfg(target_os = "linux")]
fn an_answer_that_cannot_be_written_exits_74() {
    use std::fs::File;
    use std::process::{Command, Stdio};

    let folder = Folder::new();
    let output = Command::new(env!("CARGO_BIN_EXE_interlock"))
        .args(["matrix", "--policy", "turnstile.wasm"])
        .current_dir(folder.0.path())
        .stdout(Stdio::from(File::options().write(true).open("/dev/full").unwrap()))
        .output()
        .unwrap();
    assert!(output.stderr.starts_with(b"error: cannot write standard output: "), "{output:?}");
    assert_eq!(output.status.code(), Some(74));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    use std::process::{Command, Stdio};

    let folder = Folder::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_interlock"))
        .args(["matrix", "--policy", "turnstile.wasm"])
        .current_dir(folder.0.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.stderr.as_slice(), output.status.code()), (&b""[..], Some(0)));
}
