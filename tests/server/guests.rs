//! Doors in several versions, as candidates.

use serde_json::{Value, json};

#[path = "../all/engine_guests.rs"]
#[allow(dead_code, unreachable_pub, reason = "another suite uses the rest")]
mod engine_guests;

pub(crate) use engine_guests::guest;

/// The version of the honest door.
pub(crate) const OLD: &str = "1.0.0";

/// The honest door in a version of five characters.
pub(crate) fn version(version: &str) -> Vec<u8> {
    assert_eq!(version.len(), OLD.len());
    engine_guests::honest_but(|text| text.replace(OLD, version))
}

/// May a door be removed, by nobody in particular?
pub(crate) fn door(state: &str) -> Value {
    json!({"mode": "normal", "action": "remove", "target": {"kind": "door", "id": "d1", "state": state},
        "parameters": {"acknowledged": "true"}, "coverage": "complete"})
}

/// A door whose installation must be acknowledged too: narrower than the honest one, which is wider than this.
pub(crate) fn narrowed(version: &str) -> Vec<u8> {
    const UNCONDITIONAL: &str = "  (if (i32.eqz (local.get $action))
    (then (return (call $set_allowed (local.get $out) (i32.const 1) (i32.const 1)))))
";
    const ALLOWED: &str = "(else (call $set_allowed (local.get $out) (i32.const 0) (i32.const 0)))";
    const EITHER: &str = "(else (if (i32.eqz (local.get $action))
      (then (call $set_allowed (local.get $out) (i32.const 1) (i32.const 1)))
      (else (call $set_allowed (local.get $out) (i32.const 0) (i32.const 0)))))";
    let changes = [
        (OLD, version),
        ("0x000000   0 0        0", "0x000000   0x21f2 1   0"),
        ("0x21f0 1   0   0x2500 1", "0x21f0 1   1   0x2500 1"),
        (UNCONDITIONAL, ""),
        (ALLOWED, EITHER),
    ];
    engine_guests::honest_but(|text| {
        changes.iter().fold(text, |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        })
    })
}
