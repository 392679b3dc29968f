use crate::Folder;

const LINE: &str = "evaluate --policy turnstile.wasm --world station.json --as user-17 --action coin --target turnstile/east";

#[test]
fn what_is_piped_has_no_colour() {
    assert!(!Folder::new().run(LINE).stdout.contains('\u{1b}'));
}

#[test]
fn colour_can_be_forced_and_no_color_wins() {
    let folder = Folder::new();
    let forced = folder.run_with(LINE, "", &[("CLICOLOR_FORCE", "1")]);
    assert!(forced.stdout.contains("\u{1b}[1m\u{1b}[31mdeny\u{1b}[0m"), "{:?}", forced.stdout);
    let refused = folder.run_with(LINE, "", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]);
    assert!(!refused.stdout.contains('\u{1b}'), "{:?}", refused.stdout);
}

#[test]
fn ids_cannot_move_the_cursor_or_forge_a_line() {
    let folder = Folder::new();
    let request = r#"{
        "mode": "normal", "action": "installed",
        "target": {"kind": "turnstile", "id": "a\u001b[2J\nallow", "state": "absent"}
    }"#;
    folder.write("request.json", request);
    let ended = folder.run("evaluate --policy turnstile.wasm request.json");
    assert!(ended.stdout.starts_with("allow  installed turnstile a\\u{1b}[2J\\nallow (absent)"), "{ended}");
}
