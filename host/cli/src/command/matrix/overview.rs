//! Where every action leads from every state: a grid for each kind.

use anstyle::Style;
use interlock_model::{KindInfo, Manifest, Offer};

use crate::grid::{Grid, Row};
use crate::page::{DIM, NAME, PLAIN, Page};
use interlock_analysis::sheet::{self, Sheet};

/// Draws a grid for each sheet; modes in which a kind is the same share one.
pub(super) fn draw(page: &mut Page, manifest: &Manifest, view: &[Sheet]) {
    page.put(NAME, &manifest.title).put(PLAIN, &format!(", {} {}", manifest.name, manifest.version)).end();
    page.gap();
    page.paragraph(
        2,
        "A cell shows where the action in its column leads from the state in its row: the letter of a state, \
         `=` for the same state, `·` where it is not offered. Of several, conditions choose.",
    );
    let mut drawn: Vec<(Sheet, Vec<u8>, String)> = Vec::new();
    for &at in view {
        let grid = grid(manifest, at);
        match drawn.iter_mut().find(|(other, _, known)| other.kind == at.kind && *known == grid) {
            Some((_, modes, _)) => modes.push(at.mode),
            None => drawn.push((at, vec![at.mode], grid)),
        }
    }
    for (at, modes, grid) in drawn {
        let Some(kind) = sheet::kind(manifest, at.kind) else { continue };
        page.gap();
        page.put(NAME, &kind.title).put(PLAIN, &format!(": {}", kind.name));
        page.put(DIM, &format!(", {}", mode_names(manifest, &modes))).end();
        page.gap();
        page.append(&grid);
    }
}

/// Modes as a heading says them.
pub(super) fn mode_names(manifest: &Manifest, modes: &[u8]) -> String {
    let names: Vec<&str> = modes.iter().map(|&mode| sheet::mode_name(manifest, mode)).collect();
    match names.as_slice() {
        [one] => format!("{one} mode"),
        many => format!("{} modes", many.join(" and ")),
    }
}

fn grid(manifest: &Manifest, at: Sheet) -> String {
    let mut page = Page::new();
    let Some(kind) = sheet::kind(manifest, at.kind) else { return page.finish() };
    let offers = manifest.offers_of(at.mode, at.kind);
    let name = |offer: &&Offer| sheet::action_name(manifest, offer.action).to_owned();
    let rows = sheet::states(kind, at.mode).map(|(state, info)| Row {
        labels: vec![letter(state).to_string(), info.name.clone()],
        marks: offers.iter().map(|offer| mark(kind, offer, state)).collect(),
    });
    Grid { headings: offers.iter().map(name).collect(), rows: rows.collect() }.draw(&mut page);
    page.finish()
}

fn mark(kind: &KindInfo, offer: &Offer, state: u8) -> (Style, String) {
    let ends = sheet::leads_to(kind, offer, state);
    if ends.is_empty() {
        return (DIM, "·".to_owned());
    }
    let text = ends.iter().map(|&end| if end == state { '=' } else { letter(end) }).collect();
    (PLAIN, text)
}

/// The letter that stands for a state; kinds of more than 52 states share the last one.
fn letter(state: u8) -> char {
    let letters = ('a'..='z').chain('A'..='Z');
    letters.clone().nth(usize::from(state)).or_else(|| letters.last()).unwrap_or('?')
}
