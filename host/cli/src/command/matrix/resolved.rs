//! The manifest's indexes and masks as names.

use interlock_model::{
    ActionClass, ActionInfo, Branch, ConditionInfo, EffectInfo, KindInfo, Manifest, Offer, Provenance, Rule,
    StateInfo,
};
use serde::Serialize;

use super::Tab;

/// One action from one state.
#[derive(Serialize)]
pub(super) struct Cell<'m> {
    mode: &'m str,
    kind: &'m str,
    state: &'m str,
    action: &'m str,
    class: ActionClass,
    /// Codes of conditions that must all be true.
    requires: Vec<&'m str>,
    /// Of these the first that matches is taken.
    ends: Vec<End<'m>>,
    /// Actions named as ways out of a refusal.
    ways_out: Vec<&'m str>,
    provenance: &'m Provenance,
}

#[derive(Serialize)]
struct End<'m> {
    /// Codes of conditions that must be true for this end to be taken.
    when: Vec<&'m str>,
    /// Codes of conditions that must be false for this end to be taken.
    unless: Vec<&'m str>,
    /// Codes of conditions that this end requires besides those of its cell.
    requires: Vec<&'m str>,
    next_state: &'m str,
    /// Codes of effects.
    effects: Vec<&'m str>,
}

/// Every cell of a kind in a mode: by action, then by state.
pub(super) fn cells(manifest: &Manifest, tab: Tab) -> Vec<Cell<'_>> {
    let mut cells = Vec::new();
    let (Some(kind), Some(mode)) = (kind(manifest, tab.kind), manifest.modes.get(usize::from(tab.mode)))
    else {
        return cells;
    };
    for offer in manifest.offers_of(tab.mode, tab.kind) {
        let Some(action) = action(manifest, offer.action) else { continue };
        for (state, rule) in
            offer.from_states.iter().filter_map(|&state| Some((state, rule_from(offer, state)?)))
        {
            let name = |index: u8| state_name(kind, index);
            let end = |branch: &Branch| End {
                when: codes(manifest, offer, branch.when),
                unless: codes(manifest, offer, branch.unless),
                requires: codes(manifest, offer, branch.requires),
                next_state: name(branch.next_state.unwrap_or(state)),
                effects: effects(manifest, offer, branch.effects)
                    .iter()
                    .map(|effect| &*effect.code)
                    .collect(),
            };
            cells.push(Cell {
                mode,
                kind: &kind.name,
                state: name(state),
                action: &action.name,
                class: action.class,
                requires: codes(manifest, offer, rule.requires),
                ends: rule.branches.iter().map(end).collect(),
                ways_out: ways_out(manifest, rule),
                provenance: &rule.provenance,
            });
        }
    }
    cells
}

/// The rule of an offer that speaks for a state.
pub(super) fn rule_from(offer: &Offer, state: u8) -> Option<&Rule> {
    offer.rules.iter().find(|rule| rule.from_states.contains(&state))
}

/// A kind by index.
pub(super) fn kind(manifest: &Manifest, index: u8) -> Option<&KindInfo> {
    manifest.kinds.get(usize::from(index))
}

/// An action by index.
pub(super) fn action(manifest: &Manifest, index: u8) -> Option<&ActionInfo> {
    manifest.actions.get(usize::from(index))
}

/// The states of a kind that a mode has, each with its index.
pub(super) fn states(kind: &KindInfo, mode: u8) -> impl Iterator<Item = (u8, &StateInfo)> {
    (0..=u8::MAX).zip(&kind.states).filter(move |(_, state)| state.modes.contains(&mode))
}

/// Name of a state of a kind.
pub(super) fn state_name(kind: &KindInfo, index: u8) -> &str {
    kind.states.get(usize::from(index)).map_or("?", |state| &*state.name)
}

/// Conditions that a mask of an offer stands for.
pub(super) fn conditions<'m>(manifest: &'m Manifest, offer: &Offer, mask: u32) -> Vec<&'m ConditionInfo> {
    pick(&offer.conditions, mask, &manifest.conditions)
}

/// Effects that a mask of an offer stands for.
pub(super) fn effects<'m>(manifest: &'m Manifest, offer: &Offer, mask: u32) -> Vec<&'m EffectInfo> {
    pick(&offer.effects, mask, &manifest.effects)
}

/// Codes of the conditions that a mask of an offer stands for.
pub(super) fn codes<'m>(manifest: &'m Manifest, offer: &Offer, mask: u32) -> Vec<&'m str> {
    conditions(manifest, offer, mask).iter().map(|condition| &*condition.code).collect()
}

/// Names of the actions that a rule names as ways out.
pub(super) fn ways_out<'m>(manifest: &'m Manifest, rule: &Rule) -> Vec<&'m str> {
    rule.alternatives.iter().filter_map(|&index| action(manifest, index)).map(|info| &*info.name).collect()
}

fn pick<'m, T>(order: &[u16], mask: u32, all: &'m [T]) -> Vec<&'m T> {
    let bits = (0..u32::BITS).filter(|bit| mask & (1 << bit) != 0);
    bits.filter_map(|bit| all.get(usize::from(*order.get(bit as usize)?))).collect()
}
