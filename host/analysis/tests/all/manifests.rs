//! Manifests with as little around the rules as the types allow, and a small one of doors and windows.

use interlock_model::{
    ActionClass, ActionInfo, Branch, Certainty, ConditionClass, ConditionInfo, EffectInfo, Grant, InputInfo,
    KindInfo, Manifest, Offer, Provenance, Rule, Scope, StateInfo,
};

/// Doors that can be locked at night, and windows that only the day has.
///
/// `lock` has two ends: with the alarm, for which the alarm must work, and without it, for which nobody may
/// be inside.
pub(crate) fn doors() -> Manifest {
    let [day, night] = [0, 1];
    let [door, window] = [0, 1];
    let [absent, open, closed, locked, stuck] = [0, 1, 2, 3, 4];
    let [build, remove, shut, lock, unlock, jam] = [0, 1, 2, 3, 4, 5];
    let [has_key, is_empty, wants_alarm, alarm_works] = [0, 1, 2, 3];
    let [bell, armed] = [0, 1];
    let mut offers = Vec::new();
    for mode in [day, night] {
        offers.push(offer(
            (mode, door, build),
            &[],
            0,
            &[],
            vec![rule(&[absent], 0, vec![end(Some(open), 0)])],
        ));
        offers.push(offer(
            (mode, door, remove),
            &[is_empty],
            0,
            &[bell],
            vec![
                rule(&[open, closed], 0b1, vec![end(Some(absent), 0)]),
                rule(&[stuck], 0, vec![end(Some(absent), 0b1)]),
            ],
        ));
        offers.push(offer(
            (mode, door, shut),
            &[],
            0,
            &[bell],
            vec![rule(&[open], 0, vec![end(Some(closed), 0b1)]), rule(&[closed], 0, vec![end(None, 0)])],
        ));
        offers.push(offer((mode, door, jam), &[], 0, &[], vec![rule(&[open], 0, vec![end(Some(stuck), 0)])]));
    }
    let with_alarm = Branch { when: 0b100, requires: 0b1000, ..end(Some(locked), 0b1) };
    let without = Branch { requires: 0b10, ..end(Some(locked), 0) };
    offers.push(offer(
        (night, door, lock),
        &[has_key, is_empty, wants_alarm, alarm_works],
        0b100,
        &[armed],
        vec![rule(&[closed], 0b1, vec![with_alarm, without])],
    ));
    let unlocked = rule(&[locked], 0b1, vec![end(Some(closed), 0)]);
    offers.push(offer((night, door, unlock), &[has_key], 0, &[], vec![unlocked]));
    offers.push(offer((day, window, build), &[], 0, &[], vec![rule(&[absent], 0, vec![end(Some(open), 0)])]));
    offers.push(offer(
        (day, window, remove),
        &[],
        0,
        &[],
        vec![rule(&[open], 0, vec![end(Some(absent), 0)])],
    ));
    Manifest {
        modes: vec!["day".into(), "night".into()],
        kinds: vec![
            kind(
                "door",
                &[day, night],
                vec![
                    state("absent", &[day, night]),
                    state("open", &[day, night]),
                    state("closed", &[day, night]),
                    state("locked", &[night]),
                    StateInfo { observed_only: true, ..state("stuck", &[day, night]) },
                ],
            ),
            kind("window", &[day], vec![state("absent", &[day]), state("open", &[day])]),
        ],
        actions: vec![
            action("build", ActionClass::Operation),
            action("remove", ActionClass::Operation),
            action("shut", ActionClass::Operation),
            action("lock", ActionClass::Operation),
            action("unlock", ActionClass::Operation),
            action("jam", ActionClass::Event),
        ],
        conditions: vec![
            condition("has-key", &["subject.keys"]),
            condition("is-empty", &["target.people"]),
            condition("wants-alarm", &["parameter.alarm"]),
            condition("alarm-works", &["target.alarm"]),
        ],
        effects: vec![effect("bell"), effect("alarm-armed")],
        inputs: ["subject.keys", "target.people", "parameter.alarm", "target.alarm"].map(input).to_vec(),
        offers,
        roles: vec!["keeper".into()],
        grants: vec![Grant {
            role: "keeper".into(),
            mode: night,
            kind: door,
            actions: vec![shut, lock, unlock],
            scope: Scope::Any,
        }],
        ..empty()
    }
}

/// A manifest of nothing.
pub(crate) fn empty() -> Manifest {
    Manifest {
        name: "test".into(),
        version: "0.1.0".into(),
        title: String::new(),
        modes: Vec::new(),
        kinds: Vec::new(),
        actions: Vec::new(),
        conditions: Vec::new(),
        effects: Vec::new(),
        inputs: Vec::new(),
        offers: Vec::new(),
        roles: Vec::new(),
        grants: Vec::new(),
    }
}

pub(crate) fn kind(name: &str, modes: &[u8], states: Vec<StateInfo>) -> KindInfo {
    let (name, title) = (name.into(), String::new());
    KindInfo { name, title, modes: modes.into(), states, provenance: provenance() }
}

pub(crate) fn state(name: &str, modes: &[u8]) -> StateInfo {
    StateInfo {
        name: name.into(),
        title: String::new(),
        meaning: String::new(),
        modes: modes.into(),
        observed_only: false,
        provenance: provenance(),
    }
}

pub(crate) fn action(name: &str, class: ActionClass) -> ActionInfo {
    ActionInfo { name: name.into(), title: String::new(), class, meaning: String::new() }
}

pub(crate) fn condition(code: &str, reads: &[&str]) -> ConditionInfo {
    ConditionInfo {
        code: code.into(),
        class: ConditionClass::Target,
        question: String::new(),
        reads: reads.iter().map(|&path| path.into()).collect(),
        provenance: provenance(),
    }
}

pub(crate) fn effect(code: &str) -> EffectInfo {
    EffectInfo { code: code.into(), meaning: String::new() }
}

pub(crate) fn input(path: &str) -> InputInfo {
    InputInfo { path: path.into(), meaning: String::new(), values: Vec::new(), links_to: None }
}

/// An offer from exactly the states that its rules have.
pub(crate) fn offer(
    (mode, kind, action): (u8, u8, u8),
    conditions: &[u16],
    selectors: u32,
    effects: &[u16],
    rules: Vec<Rule>,
) -> Offer {
    let mut from_states: Vec<u8> = rules.iter().flat_map(|rule| &rule.from_states).copied().collect();
    from_states.sort_unstable();
    let (conditions, effects) = (conditions.into(), effects.into());
    Offer { mode, kind, action, conditions, selectors, effects, from_states, rules }
}

pub(crate) fn rule(from_states: &[u8], requires: u32, branches: Vec<Branch>) -> Rule {
    let from_states = from_states.into();
    Rule { from_states, requires, branches, alternatives: Vec::new(), provenance: provenance() }
}

/// A branch that always matches.
pub(crate) fn end(next_state: Option<u8>, effects: u32) -> Branch {
    Branch { when: 0, unless: 0, requires: 0, next_state, effects }
}

fn provenance() -> Provenance {
    Provenance { certainty: Certainty::Default, sources: Vec::new(), note: String::new() }
}
