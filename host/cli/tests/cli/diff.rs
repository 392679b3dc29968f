use insta::assert_snapshot;

use crate::Folder;

/// A folder with the turnstile as `old.wasm`, and as `new.wasm` one in whose bytes some are replaced by as many.
pub(crate) fn folder(replaced: &[(&str, &str)]) -> Folder {
    let folder = Folder::new();
    folder.write("old.wasm", interlock_policies::TURNSTILE);
    let mut new = interlock_policies::TURNSTILE.to_vec();
    for (from, to) in replaced {
        assert_eq!(from.len(), to.len());
        let place = new.windows(from.len()).position(|bytes| bytes == from.as_bytes()).unwrap();
        new[place..place + to.len()].copy_from_slice(to.as_bytes());
    }
    folder.write("new.wasm", new);
    folder
}

/// Another name for a condition: to whoever compares names, other conditions.
pub(crate) const OTHER_CONDITION: &[(&str, &str)] = &[("not-jammed", "not-jarred")];
/// Another name for a state.
pub(crate) const OTHER_STATE: &[(&str, &str)] = &[("unlocked", "unbarred")];
/// Another name for an effect.
pub(crate) const OTHER_EFFECT: &[(&str, &str)] = &[("coin-kept", "coin-lost")];
/// The condition reads another attribute.
pub(crate) const OTHER_ATTRIBUTE: &[(&str, &str)] = &[("jammedWhether", "jamnedWhether")];

#[test]
fn a_policy_does_not_differ_from_itself() {
    let folder = folder(&[]);
    let all = "widened,narrowed,reason,effect,new,gone,told,sampled";
    assert_snapshot!(folder.run(&format!("diff old.wasm new.wasm --fail-on {all}")));
}

#[test]
fn the_policy_built_in_has_a_name() {
    let ended =
        Folder::new().run("diff builtin builtin --format json --fail-on widened,narrowed,told,sampled");
    let differs = ended.json();
    let nothing = serde_json::json!([]);
    assert_eq!((ended.code, &differs["cells"], &differs["told"]), (0, &nothing, &nothing));
    assert!(differs["compared"]["situations"].as_u64().unwrap() > 100_000);
    let sampled = &differs["sampled"];
    assert_eq!(sampled["findings"], nothing);
    // Of nearly all its conditions the small worlds see both sides.
    assert!(10 * sampled["turned"].as_u64().unwrap() >= 9 * sampled["conditions"].as_u64().unwrap());
}

#[test]
fn text_tells_which_decisions_changed_and_where() {
    assert_snapshot!(folder(OTHER_CONDITION).run("diff old.wasm new.wasm"));
    assert_snapshot!(folder(OTHER_STATE).run("diff old.wasm new.wasm"));
}

#[test]
fn markdown_is_a_review_comment() {
    let both = [OTHER_CONDITION, OTHER_EFFECT].concat();
    assert_snapshot!(folder(&both).run("diff old.wasm new.wasm --format markdown"));
}

#[test]
fn json_has_every_cell_and_region() {
    assert_snapshot!(folder(OTHER_EFFECT).run("diff old.wasm new.wasm --format json"));
}

#[test]
fn a_condition_that_reads_something_else_is_found_on_samples() {
    let folder = folder(OTHER_ATTRIBUTE);
    let ended = folder.run("diff old.wasm new.wasm --fail-on widened,narrowed,reason,effect,new,gone");
    assert_snapshot!(ended);
    assert_eq!(folder.run("diff old.wasm new.wasm --fail-on sampled").code, 1);

    // The request shown shows it.
    let findings = folder.run("diff old.wasm new.wasm --format json").json();
    let request = findings["sampled"]["findings"][0]["request"].to_string();
    let asked =
        |policy: &str| folder.run_with(&format!("evaluate --policy {policy} - --format json"), &request, &[]);
    assert_ne!(asked("old.wasm").stdout, asked("new.wasm").stdout);
}

#[test]
fn the_exit_code_is_1_where_a_class_that_is_named_is_found() {
    let code =
        |replaced, class| folder(replaced).run(&format!("diff old.wasm new.wasm --fail-on {class}")).code;
    for class in ["widened", "narrowed", "reason", "told"] {
        assert_eq!(code(OTHER_CONDITION, class), 1, "{class}");
        assert_eq!(code(&[], class), 0, "{class}");
    }
    for class in ["new", "gone", "effect", "gone,widened"] {
        assert_eq!(code(OTHER_STATE, class), 1, "{class}");
    }
    assert_eq!(code(OTHER_STATE, "widened,narrowed"), 0);
    assert_eq!(folder(OTHER_STATE).run("diff old.wasm new.wasm").code, 0);
}

#[test]
fn cases_are_asked_too() {
    let folder = folder(OTHER_ATTRIBUTE);
    folder.write(
        "cases.json",
        r#"{"about": "A jam.", "policy": "turnstile", "cases": [{
            "name": "a jammed turnstile takes no coin", "source": ["sign"], "mode": "normal", "action": "coin",
            "target": {"kind": "turnstile", "id": "west", "state": "locked", "attributes": {"jammed": "true"}},
            "want": {"verdict": "deny", "reasons": ["not-jammed"]}}]}"#,
    );
    let sampled = &folder.run("diff old.wasm new.wasm --cases cases.json --format json").json()["sampled"];
    assert_eq!(sampled["given"], 1);
}

#[test]
fn what_cannot_be_compared_is_one_sentence() {
    let folder = folder(&[]);
    let failed = |line: &str| {
        let ended = folder.run(line);
        (ended.code, ended.error().to_owned())
    };
    let (code, error) = failed("diff old.wasm missing.wasm");
    assert_eq!(code, 66);
    assert!(error.starts_with("cannot read `missing.wasm`"), "{error}");
    let (code, error) = failed("diff old.wasm station.json");
    assert_eq!(code, 69);
    assert!(error.starts_with("cannot load `station.json`"), "{error}");
    let (code, error) = failed("diff old.wasm new.wasm --fail-on wided");
    assert_eq!(code, 64);
    assert!(error.contains("a similar value exists: 'widened'"), "{error}");
    let (code, error) = failed("diff old.wasm new.wasm --cases nowhere");
    assert_eq!(code, 66);
    assert!(error.starts_with("cannot read `nowhere`"), "{error}");
    let (code, error) = failed("diff old.wasm new.wasm --policy old.wasm");
    assert_eq!((code, &*error), (64, "diff compares OLD and NEW; leave out --policy"));
}
