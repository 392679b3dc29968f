//! A chart as a drawing that needs no layout: states are columns, each way of an action is a row with an
//! arrow, so that no two labels ever meet however many there are.

use std::collections::BTreeSet;
use std::fmt::Write;

use interlock_model::StateInfo;

use super::chart::Arrow;
use super::html::escaped;

/// Height of a row, in pixels.
const ROW: usize = 22;
/// Width of a letter, in pixels, at least: the page sets a monospaced font of 12.
const LETTER: usize = 8;

/// Draws the arrows of a part as SVG.
///
/// - `title`: what the drawing is of, for who cannot see it.
pub(super) fn draw(states: &[(u8, &StateInfo)], arrows: &[Arrow], title: &str) -> String {
    let rows = rows(arrows);
    let widest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0) * LETTER;
    let left = widest(&mut rows.iter().map(|row| row.label.chars().count())) + 24;
    let parts: Vec<Vec<&str>> = states.iter().map(|(_, info)| info.name.split('-').collect()).collect();
    let column = 24 + widest(&mut parts.iter().flatten().map(|part| part.chars().count() + 1));
    let head = parts.iter().map(Vec::len).max().unwrap_or(0) * 15 + 12;
    let center = |state: u8| {
        let place = states.iter().position(|&(other, _)| other == state)?;
        Some(left + column * place + column / 2)
    };
    let (width, height) = (left + column * states.len(), head + ROW * rows.len() + 6);
    let mut svg = format!(
        "<svg role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <title>{}</title>\n",
        escaped(title)
    );
    for ((state, info), parts) in states.iter().zip(&parts) {
        let Some(x) = center(*state) else { continue };
        let _ =
            write!(svg, "<text class=\"state\" x=\"{x}\" y=\"14\"><title>{}</title>", escaped(&info.meaning));
        for (place, part) in parts.iter().enumerate() {
            let hyphen = if place + 1 < parts.len() { "-" } else { "" };
            let down = if place == 0 { 0 } else { 15 };
            let _ = write!(svg, "<tspan x=\"{x}\" dy=\"{down}\">{}{hyphen}</tspan>", escaped(part));
        }
        let _ = writeln!(
            svg,
            "</text><line class=\"rail\" x1=\"{x}\" y1=\"{head}\" x2=\"{x}\" y2=\"{height}\"/>"
        );
    }
    for (place, row) in rows.iter().enumerate() {
        let y = head + ROW * place + ROW / 2;
        let _ = write!(
            svg,
            "<text class=\"action\" x=\"{}\" y=\"{}\">{}</text>",
            left - 16,
            y + 4,
            escaped(&row.label)
        );
        let Some(to) = center(row.to) else { continue };
        for from in row.from.iter().filter_map(|&state| center(state)) {
            // The line ends where the head of the arrow begins.
            let (end, back) = match from.cmp(&to) {
                std::cmp::Ordering::Less => (to - 3, to - 11),
                std::cmp::Ordering::Greater => (to + 3, to + 11),
                std::cmp::Ordering::Equal => {
                    let _ = write!(svg, "<circle class=\"same\" cx=\"{to}\" cy=\"{y}\" r=\"6\"/>");
                    continue;
                }
            };
            let _ = write!(
                svg,
                "<circle cx=\"{from}\" cy=\"{y}\" r=\"4\"/>\
                 <line x1=\"{from}\" y1=\"{y}\" x2=\"{back}\" y2=\"{y}\"/>\
                 <path d=\"M{end} {y}L{back} {}V{}Z\"/>",
                y - 5,
                y + 5
            );
        }
        svg.push('\n');
    }
    svg.push_str("</svg>\n");
    svg
}

/// An action, with all states from which it leads to one.
struct Row {
    action: u8,
    label: String,
    from: BTreeSet<u8>,
    to: u8,
}

/// Arrows of one action with one label to one state share a row.
fn rows(arrows: &[Arrow]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for Arrow { action, from, to, label } in arrows {
        match rows.iter_mut().find(|row| row.action == *action && row.label == *label && row.to == *to) {
            Some(row) => {
                row.from.insert(*from);
            }
            None => {
                let from = BTreeSet::from([*from]);
                rows.push(Row { action: *action, label: label.clone(), from, to: *to });
            }
        }
    }
    rows.sort_by(|one, other| (one.action, one.to, &one.label).cmp(&(other.action, other.to, &other.label)));
    rows
}
