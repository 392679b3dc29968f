//! State charts for Mermaid.

use std::collections::BTreeMap;
use std::fmt::Write;

use interlock_model::{KindInfo, Manifest, StateInfo};

use super::chart::{self, Arrow};
use super::document::mode_names;
use super::one_line;
use crate::sheet::{self, Selection};

/// A chart for each sheet, one after the other.
pub(super) fn write(manifest: &Manifest, selection: Selection) -> String {
    let mut text = String::new();
    for sheet in selection.sheets(manifest) {
        let Some(kind) = sheet::kind(manifest, sheet.kind) else { continue };
        let states: Vec<_> = sheet::states(kind, sheet.mode).collect();
        let title = format!("{}, {}", kind.name, mode_names(manifest, &[sheet.mode]));
        if !text.is_empty() {
            text.push('\n');
        }
        let _ = writeln!(text, "%% {}", one_line(&title));
        let _ = writeln!(text, "%% {}", chart::LEFT_OUT);
        text.push_str(&draw(kind, &states, &chart::arrows(manifest, sheet)));
    }
    text
}

/// One chart. The first state of a kind is where it begins and ends.
pub(super) fn draw(kind: &KindInfo, states: &[(u8, &StateInfo)], arrows: &[Arrow]) -> String {
    let names: BTreeMap<u8, String> = states
        .iter()
        .map(|&(state, _)| (state, if state == 0 { "[*]".to_owned() } else { identifier(kind, state) }))
        .collect();
    let name = |state: u8| names.get(&state).cloned().unwrap_or_else(|| identifier(kind, state));
    let mut text = "stateDiagram-v2\n".to_owned();
    for &(state, info) in states.iter().filter(|&&(state, _)| state != 0) {
        let _ = writeln!(text, "    state \"{}\" as {}", escaped(&info.name), name(state));
    }
    let mut labels: BTreeMap<(u8, u8), Vec<&str>> = BTreeMap::new();
    for arrow in arrows {
        labels.entry((arrow.from, arrow.to)).or_default().push(&arrow.label);
    }
    for ((from, to), labels) in labels {
        let labels: Vec<String> = labels.into_iter().map(escaped).collect();
        let _ = writeln!(text, "    {} --> {} : {}", name(from), name(to), labels.join("<br/>"));
    }
    text
}

/// Words that mean something to Mermaid.
const RESERVED: [&str; 14] = [
    "as",
    "class",
    "classDef",
    "click",
    "default",
    "direction",
    "end",
    "fork",
    "join",
    "note",
    "scale",
    "state",
    "style",
    "title",
];

/// A name that Mermaid takes for a state: no hyphens, no word of its own, no name twice.
fn identifier(kind: &KindInfo, state: u8) -> String {
    let plain = |name: &str| -> String {
        name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect()
    };
    let wanted = plain(sheet::state_name(kind, state));
    let taken = kind.states.iter().filter(|info| plain(&info.name) == wanted).count() > 1;
    if taken || wanted.is_empty() || RESERVED.contains(&&*wanted) {
        format!("{wanted}_{state}")
    } else {
        wanted
    }
}

/// Text in a chart: what has a meaning there is written as its number.
fn escaped(text: &str) -> String {
    let mut written = String::new();
    for letter in one_line(text).chars() {
        match letter {
            '-' | '_' | '.' | ',' | '(' | ')' | '[' | ']' | '/' | '\'' | ' ' => written.push(letter),
            _ if letter.is_alphanumeric() => written.push(letter),
            _ => {
                let _ = write!(written, "#{};", u32::from(letter));
            }
        }
    }
    written
}
