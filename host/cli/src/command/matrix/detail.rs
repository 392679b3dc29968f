//! What every action on a kind requires, what follows, and where the rule comes from.

use std::collections::BTreeMap;

use interlock_model::{ActionClass, Branch, KindInfo, Manifest, Offer, Provenance, Rule, StateInfo};

use super::overview::mode_names;
use crate::page::{DIM, NAME, PLAIN, Page};
use interlock_analysis::sheet::{self, Sheet};

/// Column at which what a rule says begins.
const HANG: usize = 16;

/// Draws the states of a kind, its actions, and what the codes mean; `view` is of one kind.
pub(super) fn draw(page: &mut Page, manifest: &Manifest, view: &[Sheet]) {
    let Some(kind) = view.first().and_then(|at| sheet::kind(manifest, at.kind)) else { return };
    let modes: Vec<u8> = view.iter().map(|at| at.mode).collect();
    draw_states(page, manifest, kind, &modes);
    let mut actions: BTreeMap<u8, Vec<Variant<'_>>> = BTreeMap::new();
    for &at in view {
        for offer in manifest.offers_of(at.mode, at.kind) {
            let rules = rules(manifest, kind, offer);
            let variants = actions.entry(offer.action).or_default();
            match variants.iter_mut().find(|variant| variant.rules == rules) {
                Some(variant) => variant.modes.push(at.mode),
                None => variants.push(Variant { modes: vec![at.mode], offer, rules }),
            }
        }
    }
    for (action, variants) in &actions {
        let Some(info) = sheet::action(manifest, *action) else { continue };
        for variant in variants {
            page.gap();
            let class = match info.class {
                ActionClass::Operation => "operation",
                ActionClass::Event => "event",
            };
            page.put(NAME, &info.name).put(DIM, &format!(" ({class}"));
            if variant.modes != modes {
                page.put(DIM, &format!(", {}", mode_names(manifest, &variant.modes)));
            }
            page.put(DIM, ")").end();
            page.paragraph(2, &info.meaning);
            page.append(&variant.rules);
        }
    }
    draw_codes(page, manifest, actions.values().flatten().map(|variant| variant.offer));
}

/// An action as some modes offer it.
struct Variant<'m> {
    modes: Vec<u8>,
    offer: &'m Offer,
    /// What its rules say, drawn: modes that say the same share a variant.
    rules: String,
}

fn draw_states(page: &mut Page, manifest: &Manifest, kind: &KindInfo, modes: &[u8]) {
    page.gap();
    page.line(NAME, "States");
    for state in &kind.states {
        let shared: Vec<u8> = modes.iter().copied().filter(|mode| state.modes.contains(mode)).collect();
        if shared.is_empty() {
            continue;
        }
        let mut text = state.meaning.clone();
        if shared != modes {
            text.push_str(&format!(" Only in {}.", mode_names(manifest, &shared)));
        }
        if state.observed_only {
            text.push_str(" Reported by the platform only.");
        }
        text.push_str(&format!(" [{}]", source(&state.provenance)));
        page.entry(2, widest(&kind.states) + 4, (NAME, &state.name), &text);
    }
}

fn widest(states: &[StateInfo]) -> usize {
    states.iter().map(|state| state.name.len()).max().unwrap_or(0)
}

fn rules(manifest: &Manifest, kind: &KindInfo, offer: &Offer) -> String {
    let mut page = Page::new();
    for rule in &offer.rules {
        let from: Vec<&str> = rule.from_states.iter().map(|&state| sheet::state_name(kind, state)).collect();
        page.entry(2, HANG, (PLAIN, "from"), &from.join(", "));
        draw_rule(&mut page, manifest, kind, offer, rule);
    }
    page.finish()
}

fn draw_rule(page: &mut Page, manifest: &Manifest, kind: &KindInfo, offer: &Offer, rule: &Rule) {
    let requires = sheet::codes(manifest, offer, rule.requires);
    if !requires.is_empty() {
        page.entry(4, HANG, (DIM, "requires"), &requires.join(", "));
    }
    for (place, branch) in rule.branches.iter().enumerate() {
        let label = if place == 0 { "leads to" } else { "else" };
        page.entry(4, HANG, (DIM, label), &describe_end(manifest, kind, offer, branch));
    }
    let ways_out = sheet::ways_out(manifest, rule);
    if !ways_out.is_empty() {
        page.entry(4, HANG, (DIM, "way out"), &ways_out.join(", "));
    }
    page.entry(4, HANG, (DIM, "source"), &source(&rule.provenance));
}

fn describe_end(manifest: &Manifest, kind: &KindInfo, offer: &Offer, branch: &Branch) -> String {
    let mut text = match branch.next_state {
        Some(state) => sheet::state_name(kind, state).to_owned(),
        None => "the same state".to_owned(),
    };
    let mut say = |before: &str, codes: Vec<&str>| {
        if !codes.is_empty() {
            text.push_str(before);
            text.push_str(&codes.join(" and "));
        }
    };
    say(" when ", sheet::codes(manifest, offer, branch.when));
    say(" unless ", sheet::codes(manifest, offer, branch.unless));
    say("; requires ", sheet::codes(manifest, offer, branch.requires));
    say("; effects ", sheet::effect_codes(manifest, offer, branch.effects));
    text
}

/// Where a rule comes from, and what is to be known besides.
fn source(provenance: &Provenance) -> String {
    let mut text = provenance.certainty.as_str().to_owned();
    if !provenance.sources.is_empty() {
        text.push(' ');
        text.push_str(&provenance.sources.join(", "));
    }
    if !provenance.note.is_empty() {
        text.push_str(": ");
        text.push_str(&provenance.note);
    }
    text
}

/// What the codes mean that the rules use.
fn draw_codes<'a>(page: &mut Page, manifest: &'a Manifest, offers: impl Iterator<Item = &'a Offer>) {
    let (mut conditions, mut effects) = (BTreeMap::new(), BTreeMap::new());
    for offer in offers {
        for condition in sheet::conditions(manifest, offer, u32::MAX) {
            conditions.insert(&*condition.code, condition);
        }
        for effect in sheet::effects(manifest, offer, u32::MAX) {
            effects.insert(&*effect.code, effect);
        }
    }
    if !conditions.is_empty() {
        page.gap();
        page.line(NAME, "Conditions");
    }
    for (code, condition) in conditions {
        page.put(PLAIN, "  ").put(NAME, code).put(DIM, &format!(" ({})", condition.class.as_str())).end();
        page.paragraph(4, &condition.question);
    }
    if !effects.is_empty() {
        page.gap();
        page.line(NAME, "Effects");
    }
    for (code, effect) in effects {
        page.put(PLAIN, "  ").put(NAME, code).end();
        page.paragraph(4, &effect.meaning);
    }
}
