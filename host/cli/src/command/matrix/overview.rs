//! Where every action leads from every state: a grid for each kind.

use anstyle::Style;
use interlock_model::{KindInfo, Manifest, Offer};

use super::{Tab, resolved};
use crate::grid::{Grid, Row};
use crate::page::{DIM, NAME, PLAIN, Page};

/// Draws a grid for each tab; modes in which a kind is the same share one.
pub(super) fn draw(page: &mut Page, manifest: &Manifest, view: &[Tab]) {
    page.put(NAME, &manifest.title).put(PLAIN, &format!(", {} {}", manifest.name, manifest.version)).end();
    page.gap();
    page.paragraph(
        2,
        "A cell shows where the action in its column leads from the state in its row: the letter of a state, \
         `=` for the same state, `·` where it is not offered. Of several, conditions choose.",
    );
    let mut drawn: Vec<(Tab, Vec<u8>, String)> = Vec::new();
    for &tab in view {
        let grid = grid(manifest, tab);
        match drawn.iter_mut().find(|(other, _, known)| other.kind == tab.kind && *known == grid) {
            Some((_, modes, _)) => modes.push(tab.mode),
            None => drawn.push((tab, vec![tab.mode], grid)),
        }
    }
    for (tab, modes, grid) in drawn {
        let Some(kind) = resolved::kind(manifest, tab.kind) else { continue };
        page.gap();
        page.put(NAME, &kind.title).put(PLAIN, &format!(": {}", kind.name));
        page.put(DIM, &format!(", {}", mode_names(manifest, &modes))).end();
        page.gap();
        page.append(&grid);
    }
}

/// Modes as a heading says them.
pub(super) fn mode_names(manifest: &Manifest, modes: &[u8]) -> String {
    let names: Vec<&str> =
        modes.iter().filter_map(|&mode| manifest.modes.get(usize::from(mode))).map(String::as_str).collect();
    match names.as_slice() {
        [one] => format!("{one} mode"),
        many => format!("{} modes", many.join(" and ")),
    }
}

fn grid(manifest: &Manifest, tab: Tab) -> String {
    let mut page = Page::new();
    let Some(kind) = resolved::kind(manifest, tab.kind) else { return page.finish() };
    let offers = manifest.offers_of(tab.mode, tab.kind);
    let name =
        |offer: &&Offer| resolved::action(manifest, offer.action).map_or("?", |info| &*info.name).to_owned();
    let rows = resolved::states(kind, tab.mode).map(|(state, info)| Row {
        labels: vec![letter(state).to_string(), info.name.clone()],
        marks: offers.iter().map(|offer| mark(kind, offer, state)).collect(),
    });
    Grid { headings: offers.iter().map(name).collect(), rows: rows.collect() }.draw(&mut page);
    page.finish()
}

fn mark(kind: &KindInfo, offer: &Offer, state: u8) -> (Style, String) {
    let Some(rule) = resolved::rule_from(offer, state) else { return (DIM, "·".to_owned()) };
    let mut ends: Vec<u8> = rule.branches.iter().map(|branch| branch.next_state.unwrap_or(state)).collect();
    ends.retain(|&end| usize::from(end) < kind.states.len());
    ends.sort_unstable_by_key(|&end| (end != state, end));
    ends.dedup();
    let text = ends.iter().map(|&end| if end == state { '=' } else { letter(end) }).collect();
    (PLAIN, text)
}

/// The letter that stands for a state; kinds of more than 52 states share the last one.
fn letter(state: u8) -> char {
    let letters = ('a'..='z').chain('A'..='Z');
    letters.clone().nth(usize::from(state)).or_else(|| letters.last()).unwrap_or('?')
}
