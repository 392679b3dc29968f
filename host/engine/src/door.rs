//! A manifest for tests: a door that is installed, and removed by whoever means it.

use interlock_model::Manifest;
use serde_json::{from_value, json};

pub(crate) fn manifest() -> Manifest {
    let source = json!({"certainty": "stated", "sources": ["sign"], "note": ""});
    let state = |name: &str| {
        json!({"name": name, "title": name, "meaning": "As named.", "modes": [0], "observed_only": false,
            "provenance": source})
    };
    let action = |name: &str, class: &str| json!({"name": name, "title": name, "class": class, "meaning": "As named."});
    let condition = |code: &str, path: &str| json!({"code": code, "class": "parameter", "question": "Is it so?", "reads": [path], "provenance": source});
    let input = |path: &str| json!({"path": path, "meaning": "As named.", "values": [], "links_to": null});
    from_value(json!({
        "name": "door",
        "version": "1.0.0",
        "title": "A door",
        "modes": ["normal"],
        "kinds": [{"name": "door", "title": "Door", "modes": [0], "states": [state("absent"), state("open")],
            "provenance": source}],
        "actions": [action("install", "operation"), action("remove", "operation"), action("torn-off", "event")],
        "conditions": [condition("acknowledged", "parameter.acknowledged"), condition("loud", "parameter.loud")],
        "effects": [{"code": "bell-rings", "meaning": "The bell rings."}],
        "inputs": [input("parameter.acknowledged"), input("parameter.loud")],
        "offers": [
            {"mode": 0, "kind": 0, "action": 0, "conditions": [], "selectors": 0, "effects": [],
                "from_states": [0], "rules": [{"from_states": [0], "requires": 0, "alternatives": [],
                    "branches": [{"when": 0, "unless": 0, "requires": 0, "next_state": 1, "effects": 0}],
                    "provenance": source}]},
            {"mode": 0, "kind": 0, "action": 1, "conditions": [0, 1], "selectors": 0b10, "effects": [0],
                "from_states": [1], "rules": [{"from_states": [1], "requires": 0b01, "alternatives": [],
                    "branches": [
                        {"when": 0b10, "unless": 0, "requires": 0, "next_state": 0, "effects": 1},
                        {"when": 0, "unless": 0, "requires": 0, "next_state": 0, "effects": 0}],
                    "provenance": source}]},
        ],
        "roles": ["door.keeper"],
        "grants": [{"role": "door.keeper", "mode": 0, "kind": 0, "actions": [0, 1], "scope": "any"}],
    }))
    .unwrap()
}
