//! What ends up in a program of a policy: one text, one book, and small tables between them.

use crate::{ConditionClass, Facts, Modes, Ops, Scope, Trace, Truth};

/// The tables of a policy; what [`policy!`](crate::policy) puts into a static.
pub struct Tables<
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
> {
    /// All texts, one after the other.
    pub(crate) text: [u8; T],
    pub(crate) lengths: [u8; S],
    pub(crate) bases: [u16; D],
    pub(crate) groups: [u16; GROUPS],
    /// The manifest; the offers in it are also what decides.
    pub(crate) book: [u8; B],
    pub(crate) manifest: u16,
    /// Where in the book each offer stands, ascending by action within one mode and kind.
    pub(crate) offer_places: [u16; O],
    /// (mode, kind) to its first offer.
    pub(crate) offer_firsts: [u16; F],
    pub(crate) kinds: [KindTable; K],
    pub(crate) conditions: [ConditionTable; C],
    pub(crate) attributes: [AttributeTable; A],
    /// Kind by kind.
    pub(crate) grants: [GrantTable; G],
    /// The inputs, as the numbers of scopes and names.
    pub(crate) paths: [(u8, u8); I],
    pub(crate) actions: u8,
    pub(crate) operations: u8,
}

/// The groups of texts that stand at numbers of their own, in this order; texts of one item follow each other.
#[derive(Clone, Copy)]
pub(crate) enum Texts {
    /// Names.
    Modes,
    /// Names.
    Roles,
    /// Name and noun of each.
    Kinds,
    /// Names of all kinds' states.
    States,
    /// Name and participle of each.
    Actions,
    /// Code, question, refusal and what an unseen resource is called, of each.
    Conditions,
    /// Code and meaning of each.
    Effects,
    /// Name and meaning of each; three more meanings follow, of an id, a state and roles.
    Attributes,
    /// Codes of causes, in the contract's order, without `conditions`.
    Causes,
}

/// How many groups of texts there are.
pub(crate) const GROUPS: usize = 9;

impl Texts {
    /// How many texts an item of the group has.
    pub(crate) fn parts(self) -> u32 {
        match self {
            Self::Kinds | Self::Actions | Self::Effects | Self::Attributes => 2,
            Self::Conditions => 4,
            _ => 1,
        }
    }
}

#[derive(Clone, Copy)]
pub(crate) struct KindTable {
    pub(crate) modes: Modes,
    pub(crate) states: u8,
    /// Counted from the first state of all kinds.
    pub(crate) first_state: u16,
    /// The first grant on it, and the first one beyond.
    pub(crate) grants: (u16, u16),
}

#[derive(Clone, Copy)]
pub(crate) struct ConditionTable {
    pub(crate) class: ConditionClass,
    /// The text that names the parameter that it reads, or an empty one.
    pub(crate) parameter: u16,
    pub(crate) test: fn(&Facts<'_>, &mut Trace) -> Truth,
}

#[derive(Clone, Copy)]
pub(crate) struct AttributeTable {
    pub(crate) flags: u8,
    /// The kind it links to, or [`NO_KIND`].
    pub(crate) link: u8,
    /// The words that it may take, or must if it is closed: the first text, and how many.
    pub(crate) words: (u16, u8),
}

/// An attribute that links to nothing.
pub(crate) const NO_KIND: u8 = u8::MAX;

impl AttributeTable {
    /// Resources are looked up by it.
    pub(crate) const KEY: u8 = 1;
    /// It takes whole numbers.
    pub(crate) const NUMBER: u8 = 2;
    /// It takes its words alone.
    pub(crate) const CLOSED: u8 = 4;
    /// It may have several values.
    pub(crate) const REPEATS: u8 = 8;

    pub(crate) const fn is(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

#[derive(Clone, Copy)]
pub(crate) struct GrantTable {
    pub(crate) role: u8,
    pub(crate) modes: Modes,
    pub(crate) scope: Scope,
    pub(crate) actions: Ops,
}
