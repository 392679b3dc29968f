use crate::compile::{
    ActionTable, AttributeTable, BranchTable, ConditionTable, GrantTable, KindTable, NO_ACTION, NOT_IN_MODE,
    NOT_OFFERED, OfferTable, RuleTable, StateTable,
};
use crate::contract::Cause;
use crate::{Effect, Facts, Modes, Res, Source, Tables};

/// A checked policy, as tables. Made by [`policy!`](crate::policy).
pub struct Policy {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    pub(crate) title: &'static str,
    pub(crate) modes: &'static [&'static str],
    pub(crate) attributes: &'static [AttributeTable],
    pub(crate) together: &'static [&'static [&'static str]],
    pub(crate) roles: &'static [&'static str],
    pub(crate) grants: &'static [GrantTable],
    pub(crate) visible: fn(&Facts<'_>, Res<'_>) -> bool,
    pub(crate) kinds: &'static [KindTable],
    states: &'static [StateTable],
    /// What only the manifest tells.
    pub(crate) text: &'static [u8],
    pub(crate) actions: &'static [ActionTable],
    pub(crate) conditions: &'static [ConditionTable],
    pub(crate) effects: &'static [Effect],
    grid: &'static [u8],
    firsts: &'static [u16],
    pub(crate) offers: &'static [OfferTable],
    offer_conditions: &'static [u16],
    offer_effects: &'static [u16],
    cells: &'static [u8],
    rules: &'static [RuleTable],
    branches: &'static [BranchTable],
}

impl Policy {
    /// The policy of a source whose tables are already laid out; called by [`policy!`](crate::policy).
    #[must_use]
    pub const fn new<
        const A: usize,
        const C: usize,
        const E: usize,
        const G: usize,
        const O: usize,
        const OC: usize,
        const OE: usize,
        const L: usize,
        const R: usize,
        const B: usize,
        const K: usize,
        const S: usize,
        const N: usize,
        const P: usize,
        const T: usize,
        const F: usize,
    >(
        source: &'static Source,
        tables: &'static Tables<A, C, E, G, O, OC, OE, L, R, B, K, S, N, P, T, F>,
    ) -> Self {
        Self {
            name: source.name,
            version: source.version,
            title: source.title,
            modes: source.modes,
            attributes: &tables.attributes,
            together: source.together,
            roles: source.roles,
            grants: &tables.grants,
            visible: source.visible,
            kinds: &tables.kinds,
            states: &tables.states,
            text: &tables.text,
            actions: &tables.actions,
            conditions: &tables.conditions,
            effects: &tables.effects,
            grid: &tables.grid,
            firsts: &tables.firsts,
            offers: &tables.offers,
            offer_conditions: &tables.offer_conditions,
            offer_effects: &tables.offer_effects,
            cells: &tables.cells,
            rules: &tables.rules,
            branches: &tables.branches,
        }
    }

    /// The offer of (mode, kind, action), or why there is none.
    pub(crate) fn offer(&self, mode: u8, kind: u8, action: u8) -> Result<&'static OfferTable, Cause> {
        let (kinds, actions) = (self.kinds.len(), self.actions.len());
        let (mode, kind, action) = (usize::from(mode), usize::from(kind), usize::from(action));
        if mode >= self.modes.len() || kind >= kinds {
            return Err(Cause::NotInMode);
        }
        if action >= actions {
            return Err(Cause::NotOffered);
        }
        let column = mode * kinds + kind;
        match self.grid[column * actions + action] {
            NOT_OFFERED => Err(Cause::NotOffered),
            NOT_IN_MODE => Err(Cause::NotInMode),
            offer => Ok(&self.offers[usize::from(self.firsts[column]) + usize::from(offer)]),
        }
    }

    /// The rule of an offer from a state.
    pub(crate) fn rule(&self, offer: &OfferTable, state: u8) -> Option<&'static RuleTable> {
        if usize::from(state) >= self.states(offer.kind).len() {
            return None;
        }
        let rule = *self.cells.get(usize::from(offer.cells) + usize::from(state))?;
        self.rules(offer).get(usize::from(rule))
    }

    pub(crate) fn rules(&self, offer: &OfferTable) -> &'static [RuleTable] {
        range(self.rules, offer.rules)
    }

    pub(crate) fn branches(&self, rule: &RuleTable) -> &'static [BranchTable] {
        range(self.branches, rule.branches)
    }

    /// Actions that a rule names as ways out.
    pub(crate) fn ways_out_of(&self, rule: &RuleTable) -> impl Iterator<Item = u8> {
        rule.ways_out.into_iter().filter(|&action| action != NO_ACTION)
    }

    /// Indexes into the policy's conditions, in the order of the mask bits.
    pub(crate) fn condition_list(&self, offer: &OfferTable) -> &'static [u16] {
        range(self.offer_conditions, offer.conditions)
    }

    /// Indexes into the policy's effects, in the order of the effect bits.
    pub(crate) fn effect_list(&self, offer: &OfferTable) -> &'static [u16] {
        range(self.offer_effects, offer.effects)
    }

    pub(crate) fn kind(&self, index: u8) -> &'static KindTable {
        &self.kinds[usize::from(index)]
    }

    /// The states of a kind; the first is `absent`.
    pub(crate) fn states(&self, kind: u8) -> &'static [StateTable] {
        range(self.states, self.kind(kind).states)
    }

    /// Those of a set of modes that the policy has.
    pub(crate) fn modes_in(&self, modes: Modes) -> impl Iterator<Item = u8> {
        (0..self.modes.len() as u8).filter(move |&mode| modes.has(usize::from(mode)))
    }

    pub(crate) fn mode_index(&self, name: &str) -> Option<u8> {
        position(self.modes.iter().copied(), name)
    }

    pub(crate) fn kind_index(&self, name: &str) -> Option<u8> {
        position(self.kinds.iter().map(|kind| kind.name), name)
    }

    pub(crate) fn action_index(&self, name: &str) -> Option<u8> {
        position(self.actions.iter().map(|action| action.name), name)
    }

    pub(crate) fn state_index(&self, kind: u8, name: &str) -> Option<u8> {
        position(self.states(kind).iter().map(|state| state.name), name)
    }
}

fn position<'a>(mut names: impl Iterator<Item = &'a str>, wanted: &str) -> Option<u8> {
    names.position(|name| name == wanted).map(|index| index as u8)
}

fn range<T>(items: &'static [T], (first, end): (u16, u16)) -> &'static [T] {
    items.get(usize::from(first)..usize::from(end)).unwrap_or(&[])
}
