//! Guests from text: the hostile ones, and the honest one that they differ from.
#![allow(clippy::unwrap_used, reason = "what a test needs is there, or the test fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use interlock::model::{Attributes, Coverage, Observation, Request};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// A guest of `tests/hostile` as bytes.
///
/// A file that starts with `(component` or `(module` is what it says. Any other holds the fields of a core
/// module that differ from those of `honest.wat`; the module is made a component of the contract.
pub(crate) fn guest(file: &str) -> Vec<u8> {
    let text = fs::read_to_string(folder().join(file)).unwrap();
    let fields = fields(&text);
    if let [whole] = fields.as_slice()
        && (whole.starts_with("(component") || whole.starts_with("(module"))
    {
        return wat::parse_str(whole).unwrap();
    }
    let honest = fs::read_to_string(folder().join("honest.wat")).unwrap();
    componentize(&module(&[self::fields(&honest), fields].concat()))
}

/// The honest guest, whose text has been changed.
pub(crate) fn honest_but(change: impl FnOnce(String) -> String) -> Vec<u8> {
    let text = change(fs::read_to_string(folder().join("honest.wat")).unwrap());
    componentize(&module(&fields(&text)))
}

/// A folder that says what is in it, in a file that lists the others.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/hostile"))
}

/// What the honest guest answers: `install` is allowed from `absent`; `remove` is from `open`, where
/// `acknowledged` is true.
pub(crate) fn door(state: &str, action: &str, acknowledged: Option<&str>) -> Request {
    Request {
        mode: "normal".to_owned(),
        subject: None,
        action: action.to_owned(),
        target: Observation {
            kind: "door".to_owned(),
            id: "d1".to_owned(),
            state: state.to_owned(),
            attributes: Attributes::new(),
        },
        related: Vec::new(),
        parameters: acknowledged.map(|value| ("acknowledged", value)).into_iter().collect(),
        coverage: Coverage::Complete,
    }
}

/// A core module of these fields, where of two with the same kind and name the later one counts.
fn module(fields: &[String]) -> Vec<u8> {
    let mut last = BTreeMap::new();
    for (position, field) in fields.iter().enumerate() {
        last.insert(name(field), position);
    }
    let mut kept: Vec<_> = last.into_values().collect();
    kept.sort_unstable();
    let text = kept.into_iter().map(|position| fields[position].as_str()).collect::<Vec<_>>().join("\n");
    wat::parse_str(format!("(module\n{text}\n)")).unwrap()
}

fn componentize(module: &[u8]) -> Vec<u8> {
    let contract = concat!(env!("CARGO_MANIFEST_DIR"), "/../wit/policy.wit");
    let mut resolve = Resolve::default();
    let package = resolve.push_file(contract).unwrap();
    let world = resolve.select_world(&[package], Some("policy")).unwrap();
    let mut module = module.to_owned();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
}

/// The parenthesised fields of a text, without its comments.
fn fields(text: &str) -> Vec<String> {
    let mut fields = Vec::new();
    let mut depth = 0;
    let mut quoted = false;
    for line in text.lines().map(|line| line.split(";;").next().unwrap_or_default()) {
        for c in line.chars().chain(['\n']) {
            if c == '(' && !quoted {
                if depth == 0 {
                    fields.push(String::new());
                }
                depth += 1;
            }
            quoted ^= c == '"';
            if let Some(field) = fields.last_mut().filter(|_| depth > 0) {
                field.push(c);
            }
            depth -= usize::from(c == ')' && !quoted);
        }
    }
    fields
}

/// Kind and name of a field: its first two words.
fn name(field: &str) -> String {
    field.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}
