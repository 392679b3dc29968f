//! The transitions of a sheet as few arrows as tell them all.

use std::collections::{BTreeMap, BTreeSet};

use interlock_model::Manifest;

use crate::sheet::{self, Sheet};
use crate::transition::{Transition, transitions};

/// An arrow between two states, for one action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Arrow {
    /// Index into the manifest's actions.
    pub(super) action: u8,
    /// Index into the kind's states.
    pub(super) from: u8,
    /// Index into the kind's states; may be the same.
    pub(super) to: u8,
    /// The action; where conditions choose among several states, with those that choose this one.
    pub(super) label: String,
}

/// What a reader has to be told about charts.
pub(super) const LEFT_OUT: &str = "Actions that never change the state are not drawn.";

/// The arrows of a sheet, by action, then by state. Actions that never change the state are left out.
pub(super) fn arrows(manifest: &Manifest, sheet: Sheet) -> Vec<Arrow> {
    let mut grouped: BTreeMap<(u8, u8), BTreeMap<u8, Vec<Transition<'_>>>> = BTreeMap::new();
    let all = transitions(manifest, sheet);
    let moving: BTreeSet<u8> = all
        .iter()
        .filter(|transition| transition.from != transition.to)
        .map(|transition| transition.offer.action)
        .collect();
    for transition in all.into_iter().filter(|transition| moving.contains(&transition.offer.action)) {
        let ends = grouped.entry((transition.offer.action, transition.from)).or_default();
        ends.entry(transition.to).or_default().push(transition);
    }
    let mut arrows = Vec::new();
    for ((action, from), ends) in grouped {
        let name = sheet::action_name(manifest, action);
        for (&to, ways) in &ends {
            let label = match ends.len() {
                1 => name.to_owned(),
                _ => {
                    let choices: Vec<String> = ways.iter().map(|way| choice(manifest, way)).collect();
                    format!("{name} [{}]", choices.join(" or "))
                }
            };
            arrows.push(Arrow { action, from, to, label });
        }
    }
    arrows
}

/// The selectors that choose an end, as in `wants-open and not oiled`.
fn choice(manifest: &Manifest, way: &Transition<'_>) -> String {
    let Transition { offer, .. } = way;
    let holds = sheet::codes(manifest, offer, way.holds & offer.selectors);
    let fails = sheet::codes(manifest, offer, way.fails);
    let fails = fails.iter().map(|code| format!("not {code}"));
    holds.iter().map(|&code| code.to_owned()).chain(fails).collect::<Vec<_>>().join(" and ")
}
