use crate::compile::{BranchTable, NONE, NOT_IN_MODE, OfferTable, RuleTable};
use crate::contract::Cause;
use crate::{Action, Condition, Effect, Kind, Source, Tables};

/// A checked policy: the source and its tables. Made by [`policy!`](crate::policy).
pub struct Policy {
    pub(crate) source: &'static Source,
    pub(crate) actions: &'static [&'static Action],
    pub(crate) conditions: &'static [&'static Condition],
    pub(crate) effects: &'static [&'static Effect],
    grid: &'static [u16],
    pub(crate) offers: &'static [OfferTable],
    offer_conditions: &'static [u16],
    offer_effects: &'static [u16],
    cells: &'static [u16],
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
    >(
        source: &'static Source,
        tables: &'static Tables<A, C, E, G, O, OC, OE, L, R, B>,
    ) -> Self {
        Self {
            source,
            actions: &tables.actions,
            conditions: &tables.conditions,
            effects: &tables.effects,
            grid: &tables.grid,
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
        let (kinds, actions) = (self.source.kinds.len(), self.actions.len());
        let (mode, kind, action) = (usize::from(mode), usize::from(kind), usize::from(action));
        if mode >= self.source.modes.len() || kind >= kinds {
            return Err(Cause::NotInMode);
        }
        if action >= actions {
            return Err(Cause::NotOffered);
        }
        match self.grid.get((mode * kinds + kind) * actions + action).copied() {
            None | Some(NONE) => Err(Cause::NotOffered),
            Some(NOT_IN_MODE) => Err(Cause::NotInMode),
            Some(offer) => self.offers.get(usize::from(offer)).ok_or(Cause::NotOffered),
        }
    }

    /// The rule of an offer from a state.
    pub(crate) fn rule(&self, offer: &OfferTable, state: u8) -> Option<&'static RuleTable> {
        if usize::from(state) >= self.kind(offer.kind).state_count() {
            return None;
        }
        let rule = *self.cells.get(usize::from(offer.cells) + usize::from(state))?;
        self.rules.get(usize::from(rule))
    }

    pub(crate) fn rules(&self, offer: &OfferTable) -> &'static [RuleTable] {
        range(self.rules, offer.rules)
    }

    pub(crate) fn branches(&self, rule: &RuleTable) -> &'static [BranchTable] {
        range(self.branches, rule.branches)
    }

    /// Indexes into the policy's conditions, in the order of the mask bits.
    pub(crate) fn condition_list(&self, offer: &OfferTable) -> &'static [u16] {
        range(self.offer_conditions, offer.conditions)
    }

    /// Indexes into the policy's effects, in the order of the effect bits.
    pub(crate) fn effect_list(&self, offer: &OfferTable) -> &'static [u16] {
        range(self.offer_effects, offer.effects)
    }

    pub(crate) fn kind(&self, index: u8) -> &'static Kind {
        self.source.kinds[usize::from(index)]
    }

    pub(crate) fn mode_index(&self, name: &str) -> Option<u8> {
        position(self.source.modes.iter().copied(), name)
    }

    pub(crate) fn kind_index(&self, name: &str) -> Option<u8> {
        position(self.source.kinds.iter().map(|kind| kind.name), name)
    }

    pub(crate) fn action_index(&self, name: &str) -> Option<u8> {
        position(self.actions.iter().map(|action| action.name), name)
    }

    pub(crate) fn state_index(&self, kind: u8, name: &str) -> Option<u8> {
        let kind = self.kind(kind);
        position((0..kind.state_count()).map(|state| kind.state(state).name), name)
    }
}

fn position<'a>(mut names: impl Iterator<Item = &'a str>, wanted: &str) -> Option<u8> {
    names.position(|name| name == wanted).map(|index| index as u8)
}

fn range<T>(items: &'static [T], (first, end): (u16, u16)) -> &'static [T] {
    items.get(usize::from(first)..usize::from(end)).unwrap_or(&[])
}
