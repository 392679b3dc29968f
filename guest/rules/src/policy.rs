use crate::book::{Book, Offer, Spans};
use crate::compile::system_role;
use crate::contract::Cause;
use crate::tables::{AttributeTable, ConditionTable, GROUPS, GrantTable, KindTable, Texts};
use crate::{Facts, Modes, Res, RoleId, Source, Tables};

/// A checked policy, as tables. Made by [`policy!`](crate::policy).
#[derive(Clone)]
pub struct Policy {
    pub(crate) book: Book,
    groups: &'static [u16; GROUPS],
    offer_firsts: &'static [u16],
    pub(crate) kinds: &'static [KindTable],
    pub(crate) conditions: &'static [ConditionTable],
    pub(crate) attributes: &'static [AttributeTable],
    pub(crate) grants: &'static [GrantTable],
    /// The role of the platform, or one that nobody holds.
    pub(crate) system: RoleId,
    pub(crate) visible: fn(&Facts<'_>, Res<'_>) -> bool,
    pub(crate) modes: u8,
    pub(crate) roles: u8,
    pub(crate) actions: u8,
    /// The first so many actions are operations.
    pub(crate) operations: u8,
}

impl Policy {
    /// The policy of a source whose tables are already laid out; called by [`policy!`](crate::policy).
    #[must_use]
    #[allow(clippy::panic, reason = "stops compilation")]
    pub const fn new<
        const T: usize,
        const S: usize,
        const D: usize,
        const B: usize,
        const O: usize,
        const F: usize,
        const K: usize,
        const C: usize,
        const A: usize,
        const G: usize,
        const I: usize,
    >(
        source: &'static Source,
        tables: &'static Tables<T, S, D, B, O, F, K, C, A, G, I>,
    ) -> Self {
        let Ok(text) = core::str::from_utf8(&tables.text) else { panic!("the texts of a policy are text") };
        Self {
            book: Book {
                text,
                texts: Spans { lengths: &tables.lengths, bases: &tables.bases },
                paths: &tables.paths,
                kinds: tables.groups[Texts::Kinds as usize],
                attributes: tables.groups[Texts::Attributes as usize],
                bytes: &tables.book,
                manifest: tables.manifest,
                places: &tables.offer_places,
            },
            groups: &tables.groups,
            offer_firsts: &tables.offer_firsts,
            kinds: &tables.kinds,
            conditions: &tables.conditions,
            attributes: &tables.attributes,
            grants: &tables.grants,
            system: RoleId(system_role(source)),
            visible: source.visible,
            modes: source.modes.len() as u8,
            roles: source.roles.len() as u8,
            actions: tables.actions,
            operations: tables.operations,
        }
    }

    /// Everything that the policy says.
    #[must_use]
    pub const fn book(&self) -> &Book {
        &self.book
    }

    /// The offer of (mode, kind, action), or why there is none.
    pub(crate) fn offer(&self, mode: u8, kind: u8, action: u8) -> Result<Offer, Cause> {
        if mode >= self.modes || usize::from(kind) >= self.kinds.len() {
            return Err(Cause::NotInMode);
        }
        if let Some(place) = self.place(mode, kind, action) {
            return Ok(Offer::read(self.book.at(place)));
        }
        let elsewhere = || {
            !self.kind_modes(kind).has(mode.into())
                || (0..self.modes).any(|mode| self.place(mode, kind, action).is_some())
        };
        Err(if action < self.actions && elsewhere() { Cause::NotInMode } else { Cause::NotOffered })
    }

    pub(crate) fn place(&self, mode: u8, kind: u8, action: u8) -> Option<u16> {
        let column = usize::from(mode) * self.kinds.len() + usize::from(kind);
        let (first, end) = (*self.offer_firsts.get(column)?, *self.offer_firsts.get(column + 1)?);
        let places = self.book.places.get(first.into()..end.into())?;
        let found = places.binary_search_by_key(&action, |&place| self.book.action_at(place)).ok()?;
        places.get(found).copied()
    }

    /// The operations that a kind offers in a mode, in the order of the policy's actions.
    pub(crate) fn operations(&self, mode: u8, kind: u8) -> impl Iterator<Item = u8> {
        (0..self.operations).filter(move |&action| self.place(mode, kind, action).is_some())
    }

    pub(crate) fn kind_modes(&self, kind: u8) -> Modes {
        self.kinds[usize::from(kind)].modes
    }

    pub(crate) fn text(&self, number: u16) -> &'static str {
        self.book.text(number.into())
    }

    /// The number of the first text of a group.
    pub(crate) fn first(&self, group: Texts) -> u16 {
        self.groups[group as usize]
    }

    /// The number of the first text of an item.
    pub(crate) fn number(&self, group: Texts, item: u8) -> u32 {
        u32::from(self.first(group)) + u32::from(item) * group.parts()
    }

    /// The number of the name of a state.
    pub(crate) fn state_number(&self, kind: u8, state: u8) -> u32 {
        let first = self.kinds[usize::from(kind)].first_state;
        u32::from(self.first(Texts::States) + first) + u32::from(state)
    }

    /// The first text of an item.
    pub(crate) fn name(&self, group: Texts, item: u8) -> &'static str {
        self.part(group, item, 0)
    }

    /// One of the texts of an item.
    fn part(&self, group: Texts, item: u8, part: u32) -> &'static str {
        self.book.text((self.number(group, item) + part) as usize)
    }

    pub(crate) fn mode_name(&self, mode: u8) -> &'static str {
        self.part(Texts::Modes, mode, 0)
    }

    pub(crate) fn kind_name(&self, kind: u8) -> &'static str {
        self.part(Texts::Kinds, kind, 0)
    }

    pub(crate) fn noun(&self, kind: u8) -> &'static str {
        self.part(Texts::Kinds, kind, 1)
    }

    pub(crate) fn state_name(&self, kind: u8, state: u8) -> &'static str {
        self.book.text(self.state_number(kind, state) as usize)
    }

    pub(crate) fn action_name(&self, action: u8) -> &'static str {
        self.part(Texts::Actions, action, 0)
    }

    pub(crate) fn participle(&self, action: u8) -> &'static str {
        self.part(Texts::Actions, action, 1)
    }

    pub(crate) fn question(&self, condition: u8) -> &'static str {
        self.part(Texts::Conditions, condition, 1)
    }

    pub(crate) fn refusal(&self, condition: u8) -> &'static str {
        self.part(Texts::Conditions, condition, 2)
    }

    pub(crate) fn unseen(&self, condition: u8) -> &'static str {
        self.part(Texts::Conditions, condition, 3)
    }

    /// The words that an attribute may take.
    pub(crate) fn words(&self, attribute: &AttributeTable) -> impl Iterator<Item = &'static str> {
        let (first, count) = attribute.words;
        (first..first + u16::from(count)).map(|number| self.text(number))
    }

    /// The position, among so many items, of the one whose first text says `wanted`.
    fn named(&self, group: Texts, count: usize, wanted: &str) -> Option<u8> {
        self.book.position(self.first(group), group.parts() as usize, count, wanted)
    }

    pub(crate) fn mode_index(&self, name: &str) -> Option<u8> {
        self.named(Texts::Modes, self.modes.into(), name)
    }

    pub(crate) fn role_index(&self, name: &str) -> Option<u8> {
        self.named(Texts::Roles, self.roles.into(), name)
    }

    pub(crate) fn kind_index(&self, name: &str) -> Option<u8> {
        self.named(Texts::Kinds, self.kinds.len(), name)
    }

    pub(crate) fn action_index(&self, name: &str) -> Option<u8> {
        self.named(Texts::Actions, self.actions.into(), name)
    }

    pub(crate) fn attribute_index(&self, name: &str) -> Option<u8> {
        self.named(Texts::Attributes, self.attributes.len(), name)
    }

    pub(crate) fn state_index(&self, kind: u8, name: &str) -> Option<u8> {
        let KindTable { first_state, states, .. } = self.kinds[usize::from(kind)];
        let first = self.first(Texts::States) + first_state;
        self.book.position(first, 1, states.into(), name)
    }
}
