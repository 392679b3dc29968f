//! An author's laws hold, are broken or say nothing, as they are written; mistakes in them have a place.

use interlock_analysis::authored::{
    AuthoredLaws, AuthoredReport, AuthoredStatus, LawMistake, Place, Step, check_authored,
};
use interlock_analysis::{Answers, Decide, Options};
use interlock_model::{Outcome, Verdict};

use crate::interpreter::{Altered, Interpreter};
use crate::manifests::doors;

/// A law as JSON, without its name and sentence: whether it holds, or how it is broken.
#[track_caller]
fn check(claim: &str, wanted: &str) {
    assert_eq!(told(&Interpreter { manifest: doors() }, claim), wanted, "{claim}");
}

fn told<D: Decide + Sync>(policy: &D, claim: &str) -> String {
    let laws = laws(claim);
    let answers = Answers::ask(policy, &Options::default(), &|_| ()).unwrap();
    let [AuthoredReport { status, .. }] = &check_authored(&laws, &answers).unwrap()[..] else { panic!() };
    match status {
        AuthoredStatus::Holds => "holds".to_owned(),
        AuthoredStatus::Idle => "idle".to_owned(),
        AuthoredStatus::Broken { places, counterexample } => format!("{places}: {counterexample}"),
    }
}

fn laws(claim: &str) -> AuthoredLaws {
    serde_json::from_str(&format!(r#"{{"law": [{{"name": "it", "says": "So.", {claim}}}]}}"#)).unwrap()
}

#[test]
fn never_is_broken_where_something_is_allowed() {
    check(r#""never": {"kind": "door", "action": "lock", "from": "open"}"#, "holds");
    check(r#""never": {"mode": "day", "action": ["lock", "unlock"]}"#, "holds");
    check(r#""never": {"action": "lock", "when": {"has-key": [false, "unknown"]}}"#, "holds");
    check(
        r#""never": {"action": "unlock"}"#,
        "1: `unlock` on `door` from `locked` in mode `night` with `has-key` true is allowed and leads to `closed`",
    );
    // Of the rest, only the smallest is told.
    check(
        r#""never": {"kind": "door", "action": "lock", "when": {"has-key": true, "wants-alarm": true}}"#,
        "3: `lock` on `door` from `closed` in mode `night` with `has-key` true, `wants-alarm` true, \
         `alarm-works` true and the rest unknown is allowed and leads to `locked` with effect `alarm-armed`",
    );
}

#[test]
fn never_unless_is_broken_where_the_exemption_does_not_fit() {
    check(r#""never": {"action": "lock"}, "unless": {"has-key": true}"#, "holds");
    check(
        r#""never": {"action": "lock"}, "unless": [{"is-empty": true, "has-key": true}, {"wants-alarm": true}]"#,
        "holds",
    );
    check(
        r#""never": {"action": "lock"}, "unless": {"is-empty": true}"#,
        "2: `lock` on `door` from `closed` in mode `night` with `has-key` true, `wants-alarm` true, \
         `alarm-works` true and the rest unknown is allowed and leads to `locked` with effect `alarm-armed`",
    );
}

#[test]
fn a_condition_that_is_not_read_may_be_anything() {
    check(
        r#""never": {"action": "unlock"}, "unless": {"is-empty": true}"#,
        "1: `unlock` on `door` from `locked` in mode `night` with `has-key` true is allowed and leads to `closed`, \
         and does not ask `is-empty`",
    );
    check(
        r#""never": {"action": "unlock", "when": {"is-empty": false}}"#,
        "1: `unlock` on `door` from `locked` in mode `night` with `has-key` true is allowed and leads to `closed`, \
         and does not ask `is-empty`",
    );
}

#[test]
fn always_is_broken_where_something_is_refused() {
    check(r#""always": {"kind": "door", "action": "shut", "from": ["open", "closed"]}"#, "holds");
    check(r#""always": {"kind": "door", "action": "shut", "from": "open", "to": "closed"}"#, "holds");
    check(
        r#""always": {"mode": "day", "kind": "door", "action": "shut"}, "unless": {"is-empty": true}"#,
        "3: `shut` on `door` from `absent` in mode `day` is denied as `not-from-state`, and does not ask `is-empty`",
    );
    check(
        r#""always": {"mode": "day", "kind": "door", "action": "remove", "from": "open"}"#,
        "1: `remove` on `door` from `open` in mode `day` with `is-empty` false is denied because of `is-empty`",
    );
    check(
        r#""always": {"kind": "door", "action": "remove", "from": "open"}, "unless": {"is-empty": false}"#,
        "holds",
    );
}

#[test]
fn always_looks_at_doubt_only_where_the_law_names_it() {
    let closed = r#""mode": "night", "kind": "door", "action": "unlock", "from": "locked""#;
    check(&format!(r#""always": {{{closed}, "when": {{"has-key": true}}}}"#), "holds");
    check(
        &format!(r#""always": {{{closed}, "when": {{"has-key": [true, "unknown"]}}}}"#),
        "1: `unlock` on `door` from `locked` in mode `night` with nothing known depends on `has-key`",
    );
}

#[test]
fn an_effect_accompanies_whatever_is_allowed_in_the_region() {
    check(r#""effect": "bell", "accompanies": {"kind": "door", "action": "shut", "from": "open"}"#, "holds");
    check(r#""effect": "bell", "accompanies": {"kind": "door", "action": "shut", "from": "stuck"}"#, "idle");
    check(
        r#""effect": ["bell", "alarm-armed"], "accompanies": {"kind": "door", "to": "closed"}"#,
        "5: `shut` on `door` from `open` in mode `day` is allowed and leads to `closed` with effect `bell`, \
         without `alarm-armed`",
    );
}

#[test]
fn only_some_roles_may_as_the_grants_say() {
    check(r#""only": "keeper", "may": {"kind": "door", "action": "lock"}"#, "holds");
    let mut manifest = doors();
    manifest.roles.push("guest".to_owned());
    let policy = Interpreter { manifest };
    assert_eq!(
        told(&policy, r#""only": "guest", "may": {"kind": "door", "action": ["lock", "unlock"]}"#),
        "2: role `keeper` is granted `lock` on `door` in mode `night`"
    );
    assert_eq!(told(&policy, r#""only": "guest", "may": {"kind": "window"}"#), "holds");
    assert_eq!(told(&policy, r#""only": "guest", "may": {"kind": "window", "action": "lock"}"#), "idle");
}

#[test]
fn every_way_passes_an_action_or_the_shortest_one_that_does_not_is_told() {
    check(r#""path": {"kind": "door", "from": "open", "to": "locked", "passes": "shut"}"#, "holds");
    check(r#""path": {"kind": "door", "from": "locked", "to": "locked", "passes": "unlock"}"#, "holds");
    check(
        r#""path": {"kind": "door", "from": "locked", "to": "absent", "passes": ["jam", "remove"]}"#,
        "holds",
    );
    check(
        r#""path": {"kind": "door", "mode": "day", "from": "open", "to": "locked", "passes": "shut"}"#,
        "idle",
    );
    check(
        r#""path": {"kind": "door", "from": "absent", "to": "locked", "passes": ["unlock", "jam"]}"#,
        "1: `door` in mode `night` gets from `absent` by `build` to `open` by `shut` to `closed` by `lock` to \
         `locked` without `unlock` or `jam`",
    );
}

#[test]
fn one_altered_outcome_breaks_a_law_there_and_nowhere_else() {
    let manifest = doors();
    let (door, open, lock) = (0, manifest.state(0, "open").unwrap(), manifest.action("lock").unwrap());
    let honest = Interpreter { manifest };
    let alter = |situation: interlock_model::Situation, outcome: Outcome| {
        let here =
            (situation.mode, situation.kind, situation.state, situation.action) == (1, door, open, lock);
        if here && situation.holds == 0b1 && situation.known == 0b11 {
            let (verdict, cause) = (Verdict::Allow, interlock_model::Cause::Conditions);
            return Outcome { verdict, cause, reasons: 0, next_state: Some(open), effects: 0 };
        }
        outcome
    };
    let told =
        told(&Altered { honest, alter }, r#""never": {"kind": "door", "action": "lock", "from": "open"}"#);
    let place = "`lock` on `door` from `open` in mode `night` with `has-key` true, `is-empty` false and the rest unknown";
    assert_eq!(told, format!("1: {place} is allowed and leads to `open`"));
}

#[test]
fn a_name_that_the_policy_does_not_have_is_told_with_its_place() {
    let manifest = doors();
    let policy = Interpreter { manifest };
    let answers = Answers::ask(&policy, &Options::default(), &|_| ()).unwrap();
    let check = |claim: &str, message: &str, place: &str| {
        let error = check_authored(&laws(claim), &answers).unwrap_err();
        assert_eq!((error.to_string().as_str(), shown(&error.place).as_str()), (message, place));
        let LawMistake::Unknown { known, .. } = &*error.mistake else { panic!("{error}") };
        assert!(!known.is_empty());
    };
    let lacks = |what: &str| format!("law `it` names {what}, which the policy does not have");
    check(r#""never": {"mode": "dusk"}"#, &lacks("mode `dusk`"), "/law/0/never/0/mode/0");
    check(
        r#""never": [{"kind": "door"}, {"kind": ["door", "gate"]}]"#,
        &lacks("kind `gate`"),
        "/law/0/never/1/kind/1",
    );
    check(r#""always": {"action": "slam"}"#, &lacks("action `slam`"), "/law/0/always/0/action/0");
    check(
        r#""never": {"kind": "window", "from": "closed"}"#,
        &lacks("state of `window` `closed`"),
        "/law/0/never/0/from/0",
    );
    check(r#""never": {"to": "ajar"}"#, &lacks("state `ajar`"), "/law/0/never/0/to/0");
    check(
        r#""never": {"when": {"keyless": true}}"#,
        &lacks("condition `keyless`"),
        "/law/0/never/0/when/keyless (key)",
    );
    check(
        r#""never": {}, "unless": [{"has-key": true}, {"key": true}]"#,
        &lacks("condition `key`"),
        "/law/0/unless/1/key (key)",
    );
    check(r#""effect": "gong", "accompanies": {}"#, &lacks("effect `gong`"), "/law/0/effect/0");
    check(r#""only": ["keeper", "thief"], "may": {}"#, &lacks("role `thief`"), "/law/0/only/1");
    check(
        r#""path": {"kind": "doors", "from": "open", "to": "locked", "passes": "lock"}"#,
        &lacks("kind `doors`"),
        "/law/0/path/kind",
    );
    check(
        r#""path": {"kind": "door", "from": "open", "to": ["locked", "bolted"], "passes": "lock"}"#,
        &lacks("state of `door` `bolted`"),
        "/law/0/path/to/1",
    );
}

#[test]
fn two_laws_of_one_name_are_a_mistake() {
    let law = r#"{"name": "it", "says": "So.", "never": {"action": "lock", "from": "open"}}"#;
    let laws: AuthoredLaws = serde_json::from_str(&format!(r#"{{"law": [{law}, {law}]}}"#)).unwrap();
    let policy = Interpreter { manifest: doors() };
    let answers = Answers::ask(&policy, &Options::default(), &|_| ()).unwrap();
    let error = check_authored(&laws, &answers).unwrap_err();
    assert_eq!(error.to_string(), "two laws have the name `it`");
    assert_eq!(shown(&error.place), "/law/1/name");
}

#[test]
fn a_law_makes_one_claim_with_what_belongs_to_it() {
    let check = |claim: &str, wanted: &str| {
        let text = format!(r#"{{"law": [{{"name": "it", "says": "So."{claim}}}]}}"#);
        let error = serde_json::from_str::<AuthoredLaws>(&text).unwrap_err().to_string();
        assert!(error.starts_with(wanted), "{error}");
    };
    check("", "law `it` claims none or several of");
    check(r#", "never": {}, "always": {}"#, "law `it` claims none or several of");
    check(r#", "accompanies": {}"#, "law `it` has `accompanies` and no `effect`");
    check(r#", "may": {}"#, "law `it` has `may` and no `only`");
    check(r#", "never": {}, "effect": "bell""#, "law `it` has `effect`, which goes with `accompanies`");
    check(r#", "never": {}, "only": "keeper""#, "law `it` has `only`, which goes with `may`");
    check(r#", "only": "x", "may": {}, "unless": {}"#, "law `it` has `unless`, which goes with `never`");
    check(r#", "never": {"actoin": "lock"}"#, "unknown field `actoin`");
    check(r#", "never": {"action": []}"#, "invalid length 0, expected at least one value");
    check(
        r#", "never": {"when": {"has-key": "yes"}}"#,
        "invalid value: string \"yes\", expected true, false",
    );
    check(r#", "never": {"action": 3}"#, "invalid type: integer `3`, expected one value, or a list of them");
}

fn shown(place: &Place) -> String {
    let step = |step: &Step| match step {
        Step::Key(key) => format!("/{key}"),
        Step::Item(item) => format!("/{item}"),
    };
    let steps: String = place.steps.iter().map(step).collect();
    if place.key { format!("{steps} (key)") } else { steps }
}
