//! A policy's rules in names, sheet by sheet: what tables and charts are drawn from.
//!
//! Everything comes from the manifest. What has no name there is left out, or told as `?`.

use interlock_model::{
    ActionClass, ActionInfo, Branch, ConditionInfo, EffectInfo, KindInfo, Manifest, Offer, Provenance, Rule,
    StateInfo,
};
use serde::Serialize;

/// A sheet of the matrix: one kind in one mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sheet {
    /// Index into [`Manifest::kinds`].
    pub kind: u8,
    /// Index into [`Manifest::modes`].
    pub mode: u8,
}

/// Which sheets are meant. The default is all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Index of the only kind that is meant.
    pub kind: Option<u8>,
    /// Index of the only mode that is meant.
    pub mode: Option<u8>,
}

impl Selection {
    /// Whether a sheet is among those that are meant.
    pub fn takes(&self, sheet: Sheet) -> bool {
        self.kind.is_none_or(|kind| sheet.kind == kind) && self.mode.is_none_or(|mode| sheet.mode == mode)
    }

    /// Every sheet that is meant and that the policy has, kind by kind.
    pub fn sheets(&self, manifest: &Manifest) -> Vec<Sheet> {
        let kinds = (0..=u8::MAX).zip(&manifest.kinds);
        let all = kinds.flat_map(|(kind, info)| info.modes.iter().map(move |&mode| Sheet { kind, mode }));
        all.filter(|&sheet| self.takes(sheet)).collect()
    }
}

/// One action from one state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cell<'m> {
    /// Name of the mode.
    pub mode: &'m str,
    /// Name of the kind.
    pub kind: &'m str,
    /// Name of the state.
    pub state: &'m str,
    /// Name of the action.
    pub action: &'m str,
    /// Asked for or reported.
    pub class: ActionClass,
    /// Codes of conditions that must all be true.
    pub requires: Vec<&'m str>,
    /// Of these the first that matches is taken.
    pub ends: Vec<End<'m>>,
    /// Actions named as ways out of a refusal.
    pub ways_out: Vec<&'m str>,
    /// Where the rule comes from.
    pub provenance: &'m Provenance,
}

/// One end of a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct End<'m> {
    /// Codes of conditions that must be true for this end to be taken.
    pub when: Vec<&'m str>,
    /// Codes of conditions that must be false for this end to be taken.
    pub unless: Vec<&'m str>,
    /// Codes of conditions that this end requires besides those of its cell.
    pub requires: Vec<&'m str>,
    /// Name of the state that follows; where it stays as it is, the state of the cell.
    pub next_state: &'m str,
    /// Codes of effects.
    pub effects: Vec<&'m str>,
}

/// Every cell of a sheet in which an action is offered: by action, then by state.
pub fn cells(manifest: &Manifest, sheet: Sheet) -> Vec<Cell<'_>> {
    let mut cells = Vec::new();
    let (Some(kind), Some(mode)) = (kind(manifest, sheet.kind), manifest.modes.get(usize::from(sheet.mode)))
    else {
        return cells;
    };
    for offer in manifest.offers_of(sheet.mode, sheet.kind) {
        let Some(action) = action(manifest, offer.action) else { continue };
        for (state, rule) in
            offer.from_states.iter().filter_map(|&state| Some((state, rule_from(offer, state)?)))
        {
            let end = |branch: &Branch| End {
                when: codes(manifest, offer, branch.when),
                unless: codes(manifest, offer, branch.unless),
                requires: codes(manifest, offer, branch.requires),
                next_state: state_name(kind, branch.next_state.unwrap_or(state)),
                effects: effect_codes(manifest, offer, branch.effects),
            };
            cells.push(Cell {
                mode,
                kind: &kind.name,
                state: state_name(kind, state),
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
pub fn rule_from(offer: &Offer, state: u8) -> Option<&Rule> {
    offer.rules.iter().find(|rule| rule.from_states.contains(&state))
}

/// The states that an offer leads to from a state, itself first, each once; none where it is not offered.
pub fn leads_to(kind: &KindInfo, offer: &Offer, state: u8) -> Vec<u8> {
    let branches = rule_from(offer, state).map_or(&[][..], |rule| &rule.branches);
    let mut ends: Vec<u8> = branches.iter().map(|branch| branch.next_state.unwrap_or(state)).collect();
    ends.retain(|&end| usize::from(end) < kind.states.len());
    ends.sort_unstable_by_key(|&end| (end != state, end));
    ends.dedup();
    ends
}

/// A kind by index.
pub fn kind(manifest: &Manifest, index: u8) -> Option<&KindInfo> {
    manifest.kinds.get(usize::from(index))
}

/// An action by index.
pub fn action(manifest: &Manifest, index: u8) -> Option<&ActionInfo> {
    manifest.actions.get(usize::from(index))
}

/// The states of a kind that a mode has, each with its index.
pub fn states(kind: &KindInfo, mode: u8) -> impl Iterator<Item = (u8, &StateInfo)> {
    (0..=u8::MAX).zip(&kind.states).filter(move |(_, state)| state.modes.contains(&mode))
}

/// Name of a mode.
pub fn mode_name(manifest: &Manifest, index: u8) -> &str {
    manifest.modes.get(usize::from(index)).map_or("?", String::as_str)
}

/// Name of a state of a kind.
pub fn state_name(kind: &KindInfo, index: u8) -> &str {
    kind.states.get(usize::from(index)).map_or("?", |state| &*state.name)
}

/// Name of an action.
pub fn action_name(manifest: &Manifest, index: u8) -> &str {
    action(manifest, index).map_or("?", |info| &*info.name)
}

/// Conditions that a mask of an offer stands for.
pub fn conditions<'m>(manifest: &'m Manifest, offer: &Offer, mask: u32) -> Vec<&'m ConditionInfo> {
    pick(&offer.conditions, mask, &manifest.conditions)
}

/// Effects that a mask of an offer stands for.
pub fn effects<'m>(manifest: &'m Manifest, offer: &Offer, mask: u32) -> Vec<&'m EffectInfo> {
    pick(&offer.effects, mask, &manifest.effects)
}

/// Codes of the conditions that a mask of an offer stands for.
pub fn codes<'m>(manifest: &'m Manifest, offer: &Offer, mask: u32) -> Vec<&'m str> {
    conditions(manifest, offer, mask).iter().map(|condition| &*condition.code).collect()
}

/// Codes of the effects that a mask of an offer stands for.
pub fn effect_codes<'m>(manifest: &'m Manifest, offer: &Offer, mask: u32) -> Vec<&'m str> {
    effects(manifest, offer, mask).iter().map(|effect| &*effect.code).collect()
}

/// Names of the actions that a rule names as ways out.
pub fn ways_out<'m>(manifest: &'m Manifest, rule: &Rule) -> Vec<&'m str> {
    rule.alternatives.iter().filter_map(|&index| action(manifest, index)).map(|info| &*info.name).collect()
}

fn pick<'m, T>(order: &[u16], mask: u32, all: &'m [T]) -> Vec<&'m T> {
    let bits = (0..u32::BITS).filter(|bit| mask & (1 << bit) != 0);
    bits.filter_map(|bit| all.get(usize::from(*order.get(bit as usize)?))).collect()
}
