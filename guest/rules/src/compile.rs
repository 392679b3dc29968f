//! From a [`Source`] to tables, at compile time.
//!
//! [`Draft::new`] checks everything and fills arrays of fixed capacity; [`Draft::fit`] copies what is used
//! into arrays that fit, which is what ends up in the program. The source itself does not.

#![allow(
    clippy::result_large_err,
    reason = "a mistake is made at compile time, where there is no heap to box it in"
)]

use crate::book::TEXTS_A_BASE;
use crate::list::{List, check, each};
use crate::tables::{AttributeTable, ConditionTable, GROUPS, GrantTable, KindTable, Tables};
use crate::{
    ABSENT, Action, ActionClass, Branch, Condition, Effect, Kind, MAX_CONDITIONS, Mistake, Modes, Ops,
    REPORTED_BY_PLATFORM, Rule, Scope, Source,
};

/// Nothing by that name.
pub(crate) const NONE: u16 = u16::MAX;
/// The action is not offered from the state.
pub(crate) const NO_RULE: u8 = u8::MAX;
/// No way out.
pub(crate) const NO_ACTION: u8 = u8::MAX;
/// The next state is the present one.
pub(crate) const SAME: u8 = u8::MAX;

/// What an action on a kind reads and can cause in one mode: ranges in the draft.
#[derive(Clone, Copy)]
pub(crate) struct OfferDraft {
    pub(crate) mode: u8,
    pub(crate) kind: u8,
    pub(crate) action: u8,
    pub(crate) conditions: (u16, u16),
    pub(crate) effects: (u16, u16),
    pub(crate) rules: (u16, u16),
    /// One for each state of the kind: the rule, counted from the first of the offer, or [`NO_RULE`].
    pub(crate) cells: u16,
    pub(crate) selectors: u16,
    /// The offer of an earlier mode that is the very same.
    pub(crate) same_as: Option<u16>,
    /// Where in the book it is written.
    pub(crate) place: u16,
}

#[derive(Clone, Copy)]
pub(crate) struct RuleDraft {
    pub(crate) requires: u16,
    pub(crate) branches: (u16, u16),
    /// The rule of the kind, as its author numbers them.
    pub(crate) origin: u16,
    /// Actions named as ways out, or [`NO_ACTION`].
    pub(crate) ways_out: [u8; 2],
}

#[derive(Clone, Copy)]
pub(crate) struct BranchDraft {
    pub(crate) when: u16,
    pub(crate) unless: u16,
    pub(crate) requires: u16,
    pub(crate) effects: u16,
    pub(crate) next: u8,
}

// What fills lists where nothing has been pushed yet.
static NO_ACTION_YET: Action = Action::event("", "");
static NO_EFFECT: Effect = Effect::new("", "");
const NO_OFFER: OfferDraft = OfferDraft {
    mode: 0,
    kind: 0,
    action: 0,
    conditions: (0, 0),
    effects: (0, 0),
    rules: (0, 0),
    cells: 0,
    selectors: 0,
    same_as: None,
    place: 0,
};
const NO_RULE_YET: RuleDraft =
    RuleDraft { requires: 0, branches: (0, 0), origin: 0, ways_out: [NO_ACTION; 2] };
const NO_BRANCH: BranchDraft = BranchDraft { when: 0, unless: 0, requires: 0, effects: 0, next: SAME };
const NO_KIND_YET: KindTable = KindTable { modes: Modes::ALL, states: 0, first_state: 0, grants: (0, 0) };
const NO_ATTRIBUTE: AttributeTable = AttributeTable { flags: 0, link: 0, words: (0, 0) };
const NO_GRANT: GrantTable =
    GrantTable { role: 0, modes: Modes::ALL, scope: Scope::Owned, actions: Ops::of(&[]) };

pub(crate) const CAP_NAMES: usize = 254;
const CAP_OFFERS: usize = 768;
const CAP_LISTS: usize = 4096;
const CAP_CELLS: usize = 8192;
const CAP_RULES: usize = 1024;
const CAP_BYTES: usize = 65535;
pub(crate) const CAP_PATHS: usize = 512;
/// How many effects one (mode, kind, action) may have.
const MAX_EFFECTS: u16 = 16;

/// A checked policy in arrays of fixed capacity; a step of [`policy!`](crate::policy).
#[derive(Clone, Copy)]
pub struct Draft {
    pub(crate) actions: List<&'static Action, CAP_NAMES>,
    /// The first so many actions are operations.
    pub(crate) operations: u8,
    /// The action of each rule, one kind's rules after the other's.
    pub(crate) rule_actions: List<u8, CAP_RULES>,
    pub(crate) conditions: List<&'static Condition, CAP_NAMES>,
    pub(crate) effects: List<&'static Effect, CAP_NAMES>,
    pub(crate) offers: List<OfferDraft, CAP_OFFERS>,
    pub(crate) offer_conditions: List<u8, CAP_LISTS>,
    pub(crate) offer_effects: List<u8, CAP_LISTS>,
    pub(crate) cells: List<u8, CAP_CELLS>,
    pub(crate) rules: List<RuleDraft, CAP_RULES>,
    pub(crate) branches: List<BranchDraft, CAP_RULES>,
    pub(crate) kinds: List<KindTable, CAP_NAMES>,
    pub(crate) attributes: List<AttributeTable, CAP_NAMES>,
    pub(crate) parameters: List<u16, CAP_NAMES>,
    pub(crate) grants: List<GrantTable, CAP_RULES>,
    /// Paths that conditions read, by scope and name.
    pub(crate) paths: List<(u8, u8), CAP_PATHS>,
    /// The paths that each condition reads, one condition after the other, and where each ends.
    pub(crate) reads: List<u16, CAP_LISTS>,
    pub(crate) read_ends: List<u16, 255>,
    pub(crate) text: List<u8, CAP_BYTES>,
    /// Where each text starts; the last one ends where the next would start.
    pub(crate) starts: List<u16, CAP_LISTS>,
    /// Texts by their hashes: the last one of each hash, and before each one the one before.
    pub(crate) last_text: [u16; 256],
    pub(crate) text_before: List<u16, CAP_LISTS>,
    /// The first text of each group, in the order of [`Texts`](crate::tables::Texts).
    pub(crate) groups: List<u16, GROUPS>,
    pub(crate) book: List<u8, CAP_BYTES>,
    pub(crate) manifest: u16,
}

impl Draft {
    /// Checks a source and lays it out.
    ///
    /// # Errors
    ///
    /// A [`Mistake`] names the first thing that is wrong: two rules for one situation, a state or kind
    /// that does not exist, too many conditions for one action, a name that is not kebab-case, a selector
    /// that is also required, …
    pub const fn new(source: &'static Source) -> Result<Self, Mistake> {
        check!(check_source(source));
        let mut draft = Self {
            actions: List::new(&NO_ACTION_YET),
            operations: 0,
            rule_actions: List::new(0),
            conditions: List::new(&REPORTED_BY_PLATFORM),
            effects: List::new(&NO_EFFECT),
            offers: List::new(NO_OFFER),
            offer_conditions: List::new(0),
            offer_effects: List::new(0),
            cells: List::new(NO_RULE),
            rules: List::new(NO_RULE_YET),
            branches: List::new(NO_BRANCH),
            kinds: List::new(NO_KIND_YET),
            attributes: List::new(NO_ATTRIBUTE),
            parameters: List::new(0),
            grants: List::new(NO_GRANT),
            paths: List::new((0, 0)),
            reads: List::new(0),
            read_ends: List::new(0),
            text: List::new(0),
            starts: List::new(0),
            last_text: [NONE; 256],
            text_before: List::new(NONE),
            groups: List::new(0),
            book: List::new(0),
            manifest: 0,
        };
        check!(draft.collect(source));
        if source.roles.len() > MAX_ROLES {
            return Err(Mistake::new(&[
                "the policy has too many roles: what a subject holds is kept in 32 bits",
            ]));
        }
        if draft.actions.length > draft.operations as usize && system_role(source) == NO_ROLE {
            return Err(Mistake::new(&[
                "the policy has events, and lacks the role that reports them: ",
                crate::SYSTEM_ROLE,
            ]));
        }
        let mut mode = 0;
        while mode < source.modes.len() {
            let mut first_rule = 0;
            let mut kind = 0;
            while kind < source.kinds.len() {
                let mut action = 0;
                while action < draft.actions.length {
                    check!(draft.offer(source, mode, kind, action, first_rule));
                    action += 1;
                }
                first_rule += source.kinds[kind].rules.len();
                kind += 1;
            }
            mode += 1;
        }
        if draft.offers.length == 0 {
            return Err(Mistake::new(&["the policy has no rules"]));
        }
        check!(draft.write(source));
        Ok(draft)
    }

    /// Texts, offers and manifest.
    const fn write(&mut self, source: &'static Source) -> Result<(), Mistake> {
        check!(self.name(source));
        let mut o = 0;
        while o < self.offers.length {
            let offer = self.offers.items[o];
            self.offers.items[o].place = match offer.same_as {
                Some(other) => self.offers.items[other as usize].place,
                None => {
                    let place = self.book.length as u16;
                    check!(self.write_offer(source.kinds[offer.kind as usize], &offer));
                    place
                }
            };
            o += 1;
        }
        self.describe(source)
    }

    /// The lengths of the tables, in the order of the parameters of [`Tables`].
    #[must_use]
    pub const fn lengths(&self, source: &Source) -> [usize; 11] {
        [
            self.text.length,
            self.starts.length - 1,
            (self.starts.length - 1).div_ceil(TEXTS_A_BASE),
            self.book.length,
            self.offers.length,
            source.modes.len() * source.kinds.len() + 1,
            self.kinds.length,
            self.conditions.length,
            self.attributes.length,
            self.grants.length,
            self.paths.length,
        ]
    }

    /// The tables in arrays that fit.
    #[must_use]
    pub const fn fit<
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
        &self,
    ) -> Tables<T, S, D, B, O, F, K, C, A, G, I> {
        let mut offer_places = [0; O];
        let mut offer_firsts = [O as u16; F];
        // Backwards, so that a mode and kind without offers begins and ends where the next one begins.
        let mut i = O;
        let mut column = F - 1;
        while i > 0 {
            i -= 1;
            let offer = self.offers.get(i);
            offer_places[i] = offer.place;
            let own = offer.mode as usize * self.kinds.length + offer.kind as usize;
            while column > own {
                offer_firsts[column] = i as u16 + 1;
                column -= 1;
            }
        }
        while column > 0 {
            offer_firsts[column] = 0;
            column -= 1;
        }
        offer_firsts[0] = 0;
        let mut conditions = [ConditionTable {
            class: REPORTED_BY_PLATFORM.class,
            parameter: 0,
            test: REPORTED_BY_PLATFORM.test,
        }; C];
        let mut i = 0;
        while i < C {
            let Condition { class, test, .. } = *self.conditions.get(i);
            conditions[i] = ConditionTable { class, parameter: self.parameters.get(i), test };
            i += 1;
        }
        let (lengths, bases) = spans(&self.starts);
        Tables {
            text: self.text.fit(),
            lengths,
            bases,
            groups: self.groups.fit(),
            book: self.book.fit(),
            manifest: self.manifest,
            offer_places,
            offer_firsts,
            kinds: self.kinds.fit(),
            conditions,
            attributes: self.attributes.fit(),
            grants: self.grants.fit(),
            paths: self.paths.fit(),
            actions: self.actions.length as u8,
            operations: self.operations,
        }
    }

    /// Operations as listed, then events, conditions and effects in the order in which the kinds name them.
    const fn collect(&mut self, source: &'static Source) -> Result<(), Mistake> {
        each!(action in source.operations => {
            check!(self.add_action(action));
        });
        self.operations = self.actions.length as u8;
        each!(everywhere in source.everywhere => {
            check!(self.add_condition(everywhere.1));
        });
        each!(kind in source.kinds => {
            let mut r = 0;
            while r < kind.rules.len() {
                let rule = &kind.rules[r];
                if matches!(rule.action.class, ActionClass::Operation) {
                    if self.action_index(rule.action.name) == NONE {
                        return Err(Mistake::new(&[
                            "kind `", kind.name, "` has a rule for `", rule.action.name,
                            "`, which is not among the operations",
                        ]));
                    }
                } else {
                    check!(self.add_action(rule.action));
                }
                check!(self.rule_actions.push(self.action_index(rule.action.name) as u8, "rules"));
                if let Some(access) = rule.action.access {
                    check!(self.add_condition(access));
                }
                each!(list in rule.requires => {
                    each!(condition in list.1 => {
                        check!(self.add_condition(condition));
                    });
                });
                each!(branch in rule.branches => {
                    check!(self.add_branch(&branch));
                });
                check!(self.add_branch(&rule.otherwise));
                r += 1;
            }
        });
        Ok(())
    }

    const fn add_branch(&mut self, branch: &Branch) -> Result<(), Mistake> {
        each!(condition in branch.when => {
            check!(self.add_condition(condition));
        });
        each!(condition in branch.unless => {
            check!(self.add_condition(condition));
        });
        each!(condition in branch.requires => {
            check!(self.add_condition(condition));
        });
        each!(list in branch.effects => {
            each!(effect in list.1 => {
                if self.effect_index(effect.code) == NONE {
                    check!(kebab(effect.code, "effect"));
                    check!(self.effects.push(effect, "effects"));
                }
            });
        });
        Ok(())
    }

    const fn add_action(&mut self, action: &'static Action) -> Result<(), Mistake> {
        let known = self.action_index(action.name);
        if known == NONE {
            check!(kebab(action.name, "action"));
            return self.actions.push(action, "actions");
        }
        if !same(self.actions.get(known as usize).meaning, action.meaning) {
            return Err(Mistake::new(&["two different actions are both called `", action.name, "`"]));
        }
        Ok(())
    }

    const fn add_condition(&mut self, condition: &'static Condition) -> Result<(), Mistake> {
        let known = self.condition_index(condition.code);
        if known == NONE {
            check!(kebab(condition.code, "condition"));
            return self.conditions.push(condition, "conditions");
        }
        if !same(self.conditions.get(known as usize).question, condition.question) {
            return Err(Mistake::new(&["two different conditions are both called `", condition.code, "`"]));
        }
        Ok(())
    }

    pub(crate) const fn action_index(&self, name: &str) -> u16 {
        let mut i = 0;
        while i < self.actions.length {
            if same(self.actions.get(i).name, name) {
                return i as u16;
            }
            i += 1;
        }
        NONE
    }

    const fn condition_index(&self, code: &str) -> u16 {
        let mut i = 0;
        while i < self.conditions.length {
            if same(self.conditions.get(i).code, code) {
                return i as u16;
            }
            i += 1;
        }
        NONE
    }

    const fn effect_index(&self, code: &str) -> u16 {
        let mut i = 0;
        while i < self.effects.length {
            if same(self.effects.get(i).code, code) {
                return i as u16;
            }
            i += 1;
        }
        NONE
    }

    /// The offer of (mode, kind, action), laid out and written, if there is one.
    const fn offer(
        &mut self,
        source: &'static Source,
        m: usize,
        k: usize,
        a: usize,
        first_rule: usize,
    ) -> Result<(), Mistake> {
        let kind = source.kinds[k];
        let action = self.actions.get(a);
        let mut here = false;
        let mut r = 0;
        while r < kind.rules.len() {
            here = here
                || self.rule_actions.items[first_rule + r] == a as u8
                    && kind.modes.both(kind.rules[r].modes).has(m);
            r += 1;
        }
        if !here {
            return Ok(());
        }
        let mut offer = OfferDraft {
            mode: m as u8,
            kind: k as u8,
            action: a as u8,
            conditions: (self.offer_conditions.length as u16, self.offer_conditions.length as u16),
            effects: (self.offer_effects.length as u16, self.offer_effects.length as u16),
            rules: (self.rules.length as u16, self.rules.length as u16),
            cells: self.cells.length as u16,
            selectors: 0,
            same_as: None,
            place: 0,
        };
        let mut state = 0;
        while state < kind.state_count() {
            check!(self.cells.push(NO_RULE, "cells"));
            state += 1;
        }
        r = 0;
        while r < kind.rules.len() {
            let rule = &kind.rules[r];
            if self.rule_actions.items[first_rule + r] == a as u8 && rule.modes.has(m) {
                check!(self.rule(source, &mut offer, kind, rule, r as u16));
            }
            r += 1;
        }
        check!(self.check_selectors(&offer, kind, action));
        self.share(&mut offer, kind.state_count());
        self.offers.push(offer, "offers")
    }

    /// Where another mode offers the very same, what is written of it serves for both.
    const fn share(&mut self, offer: &mut OfferDraft, states: usize) {
        let mut o = 0;
        while o < self.offers.length {
            let other = self.offers.get(o);
            if other.kind == offer.kind && other.action == offer.action && self.alike(&other, offer, states) {
                self.offer_conditions.length = offer.conditions.0 as usize;
                self.offer_effects.length = offer.effects.0 as usize;
                self.branches.length = self.rules.get(offer.rules.0 as usize).branches.0 as usize;
                self.rules.length = offer.rules.0 as usize;
                self.cells.length = offer.cells as usize;
                *offer = OfferDraft { mode: offer.mode, same_as: Some(o as u16), ..other };
                return;
            }
            o += 1;
        }
    }

    const fn alike(&self, a: &OfferDraft, b: &OfferDraft, states: usize) -> bool {
        let same_lists = a.selectors == b.selectors
            && self.offer_conditions.repeats(a.conditions, b.conditions)
            && self.offer_effects.repeats(a.effects, b.effects)
            && a.rules.1 - a.rules.0 == b.rules.1 - b.rules.0;
        if !same_lists {
            return false;
        }
        let mut state = 0;
        while state < states {
            if self.cells.get(a.cells as usize + state) != self.cells.get(b.cells as usize + state) {
                return false;
            }
            state += 1;
        }
        let mut r = 0;
        while r < a.rules.1 - a.rules.0 {
            let (x, y) = (self.rules.get((a.rules.0 + r) as usize), self.rules.get((b.rules.0 + r) as usize));
            let count = x.branches.1 - x.branches.0;
            if x.origin != y.origin || x.requires != y.requires || count != y.branches.1 - y.branches.0 {
                return false;
            }
            let mut i = 0;
            while i < count {
                let (p, q) = (
                    self.branches.get((x.branches.0 + i) as usize),
                    self.branches.get((y.branches.0 + i) as usize),
                );
                if p.when != q.when || p.unless != q.unless || p.requires != q.requires {
                    return false;
                }
                if p.effects != q.effects || p.next != q.next {
                    return false;
                }
                i += 1;
            }
            r += 1;
        }
        true
    }

    const fn rule(
        &mut self,
        source: &'static Source,
        offer: &mut OfferDraft,
        kind: &'static Kind,
        rule: &'static Rule,
        origin: u16,
    ) -> Result<(), Mistake> {
        let mode = offer.mode as usize;
        let mut requires = 0;
        if matches!(rule.action.class, ActionClass::Operation) {
            each!(everywhere in source.everywhere => {
                if everywhere.0.has(mode) {
                    requires |= check!(self.condition_bit(offer, kind, rule, everywhere.1));
                }
            });
        }
        if let Some(access) = rule.action.access {
            requires |= check!(self.condition_bit(offer, kind, rule, access));
        }
        each!(list in rule.requires => {
            if list.0.has(mode) {
                each!(condition in list.1 => {
                    requires |= check!(self.condition_bit(offer, kind, rule, condition));
                });
            }
        });
        let mut ways_out = [NO_ACTION; 2];
        let mut w = 0;
        while w < rule.ways_out.len() {
            let action = self.action_index(rule.ways_out[w].name);
            if action == NONE || w == ways_out.len() {
                return Err(mistake(
                    kind,
                    rule,
                    "has a way out too many, or one that no rule is for: ",
                    rule.ways_out[w].name,
                ));
            }
            ways_out[w] = action as u8;
            w += 1;
        }
        let first = self.branches.length as u16;
        each!(branch in rule.branches => {
            check!(self.branch(offer, kind, rule, &branch));
        });
        check!(self.branch(offer, kind, rule, &rule.otherwise));
        check!(self.rules.push(
            RuleDraft { requires, branches: (first, self.branches.length as u16), origin, ways_out },
            "rules"
        ));
        offer.rules.1 = self.rules.length as u16;
        if rule.from.is_empty() {
            return Err(mistake(kind, rule, "names no state that it is offered from", ""));
        }
        each!(name in rule.from => {
            let state = state_index(kind, name);
            if state == SAME {
                return Err(mistake(kind, rule, "is offered from a state that the kind does not have: ", name));
            }
            if kind.state(state as usize).modes.has(mode) {
                let cell = offer.cells as usize + state as usize;
                if self.cells.get(cell) != NO_RULE {
                    return Err(mistake(kind, rule, "has two rules from one state: ", name));
                }
                self.cells.items[cell] = (offer.rules.1 - offer.rules.0) as u8 - 1;
            }
        });
        Ok(())
    }

    const fn branch(
        &mut self,
        offer: &mut OfferDraft,
        kind: &'static Kind,
        rule: &'static Rule,
        branch: &Branch,
    ) -> Result<(), Mistake> {
        let mode = offer.mode as usize;
        let mut table = BranchDraft { when: 0, unless: 0, requires: 0, next: SAME, effects: 0 };
        each!(condition in branch.when => {
            table.when |= check!(self.condition_bit(offer, kind, rule, condition));
        });
        each!(condition in branch.unless => {
            table.unless |= check!(self.condition_bit(offer, kind, rule, condition));
        });
        offer.selectors |= table.when | table.unless;
        each!(condition in branch.requires => {
            table.requires |= check!(self.condition_bit(offer, kind, rule, condition));
        });
        if let Some(name) = branch.next {
            table.next = state_index(kind, name);
            if table.next == SAME {
                return Err(mistake(kind, rule, "leads to a state that the kind does not have: ", name));
            }
            if !kind.state(table.next as usize).modes.has(mode) {
                return Err(mistake(kind, rule, "leads to a state that its mode does not have: ", name));
            }
        }
        each!(list in branch.effects => {
            if list.0.has(mode) {
                each!(effect in list.1 => {
                    table.effects |= check!(self.effect_bit(offer, kind, rule, effect));
                });
            }
        });
        self.branches.push(table, "branches")
    }

    const fn condition_bit(
        &mut self,
        offer: &mut OfferDraft,
        kind: &'static Kind,
        rule: &'static Rule,
        condition: &'static Condition,
    ) -> Result<u16, Mistake> {
        let index = self.condition_index(condition.code) as u8;
        let mut at = offer.conditions.0;
        while at < offer.conditions.1 {
            if self.offer_conditions.get(at as usize) == index {
                return Ok(1 << (at - offer.conditions.0));
            }
            at += 1;
        }
        if (at - offer.conditions.0) as usize == MAX_CONDITIONS {
            return Err(mistake(
                kind,
                rule,
                "reads more conditions than an action may, the last being ",
                condition.code,
            ));
        }
        check!(self.offer_conditions.push(index, "conditions"));
        offer.conditions.1 += 1;
        Ok(1 << (at - offer.conditions.0))
    }

    const fn effect_bit(
        &mut self,
        offer: &mut OfferDraft,
        kind: &'static Kind,
        rule: &'static Rule,
        effect: &'static Effect,
    ) -> Result<u16, Mistake> {
        let index = self.effect_index(effect.code) as u8;
        let mut at = offer.effects.0;
        while at < offer.effects.1 {
            if self.offer_effects.get(at as usize) == index {
                return Ok(1 << (at - offer.effects.0));
            }
            at += 1;
        }
        if at - offer.effects.0 == MAX_EFFECTS {
            return Err(mistake(
                kind,
                rule,
                "has more effects than an action may, the last being ",
                effect.code,
            ));
        }
        check!(self.offer_effects.push(index, "effects"));
        offer.effects.1 += 1;
        Ok(1 << (at - offer.effects.0))
    }

    /// A selector that is also required would choose and refuse at once; its bit could mean neither.
    const fn check_selectors(
        &self,
        offer: &OfferDraft,
        kind: &'static Kind,
        action: &'static Action,
    ) -> Result<(), Mistake> {
        let mut required = 0;
        let mut r = offer.rules.0;
        while r < offer.rules.1 {
            let rule = self.rules.get(r as usize);
            required |= rule.requires;
            let mut b = rule.branches.0;
            while b < rule.branches.1 {
                required |= self.branches.get(b as usize).requires;
                b += 1;
            }
            r += 1;
        }
        if required & offer.selectors != 0 {
            return Err(Mistake::new(&[
                "kind `",
                kind.name,
                "`, action `",
                action.name,
                "`: a condition both selects and is required",
            ]));
        }
        Ok(())
    }
}

/// The lengths of texts, and where every so manyth starts.
const fn spans<const S: usize, const D: usize>(starts: &List<u16, CAP_LISTS>) -> ([u8; S], [u16; D]) {
    let mut lengths = [0; S];
    let mut bases = [0; D];
    let mut i = 0;
    while i < S {
        lengths[i] = (starts.items[i + 1] - starts.items[i]) as u8;
        if i.is_multiple_of(TEXTS_A_BASE) {
            bases[i / TEXTS_A_BASE] = starts.items[i];
        }
        i += 1;
    }
    (lengths, bases)
}

/// Everything that can be checked without the rules' masks.
const fn check_source(source: &'static Source) -> Result<(), Mistake> {
    check!(kebab(source.name, "policy"));
    if source.modes.is_empty() || source.modes.len() > 8 {
        return Err(Mistake::new(&["a policy has one to eight modes"]));
    }
    each!(mode in source.modes => {
        check!(kebab(mode, "mode"));
    });
    if source.attributes.len() > CAP_NAMES {
        return Err(Mistake::new(&["a policy has at most 254 attributes"]));
    }
    let mut i = 0;
    while i < source.attributes.len() {
        let attribute = &source.attributes[i];
        check!(plain(attribute.name, "attribute", true));
        if let Some(kind) = attribute.values.link()
            && kind_index(source, kind) == NONE
        {
            return Err(Mistake::new(&[
                "attribute `",
                attribute.name,
                "` links to a kind that is not there: ",
                kind,
            ]));
        }
        let mut j = 0;
        while j < i {
            if same(source.attributes[j].name, attribute.name) {
                return Err(Mistake::new(&["two attributes are both called `", attribute.name, "`"]));
            }
            j += 1;
        }
        i += 1;
    }
    let mut k = 0;
    while k < source.kinds.len() {
        let kind = source.kinds[k];
        check!(kebab(kind.name, "kind"));
        if kind_index(source, kind.name) != k as u16 {
            return Err(Mistake::new(&["two kinds are both called `", kind.name, "`"]));
        }
        let mut s = 0;
        while s < kind.states.len() {
            check!(kebab(kind.states[s].name, "state"));
            if same(kind.states[s].name, ABSENT) {
                return Err(Mistake::new(&["kind `", kind.name, "` lists `absent`, which every kind has"]));
            }
            if state_index(kind, kind.states[s].name) as usize != s + 1 {
                return Err(Mistake::new(&[
                    "kind `",
                    kind.name,
                    "` has two states called `",
                    kind.states[s].name,
                    "`",
                ]));
            }
            s += 1;
        }
        k += 1;
    }
    let mut g = 0;
    while g < source.grants.len() {
        let grant = &source.grants[g];
        if kind_index(source, grant.kind) == NONE {
            return Err(Mistake::new(&[
                "role `",
                grant.role,
                "` is granted something on a kind that is not there: ",
                grant.kind,
            ]));
        }
        let mut known = false;
        each!(role in source.roles => {
            known = known || same(role, grant.role);
        });
        if !known {
            return Err(Mistake::new(&["something is granted to a role that is not listed: ", grant.role]));
        }
        g += 1;
    }
    Ok(())
}

pub(crate) const fn mistake(kind: &Kind, rule: &Rule, what: &str, name: &str) -> Mistake {
    let (open, close) = if name.is_empty() { ("", "") } else { ("`", "`") };
    Mistake::new(&["kind `", kind.name, "`, action `", rule.action.name, "` ", what, open, name, close])
}

pub(crate) const fn state_index(kind: &Kind, name: &str) -> u8 {
    let mut state = 0;
    while state < kind.state_count() && state < SAME as usize {
        if same(kind.state(state).name, name) {
            return state as u8;
        }
        state += 1;
    }
    SAME
}

/// A role is a bit of what a subject holds.
const MAX_ROLES: usize = 32;

/// A policy without the role `system`.
pub(crate) const NO_ROLE: u8 = u8::MAX;

/// Position of the role `system`, or [`NO_ROLE`].
pub(crate) const fn system_role(source: &Source) -> u8 {
    let mut role = 0;
    while role < source.roles.len() {
        if same(source.roles[role], crate::SYSTEM_ROLE) {
            return role as u8;
        }
        role += 1;
    }
    NO_ROLE
}

pub(crate) const fn kind_index(source: &Source, name: &str) -> u16 {
    let mut kind = 0;
    while kind < source.kinds.len() {
        if same(source.kinds[kind].name, name) {
            return kind as u16;
        }
        kind += 1;
    }
    NONE
}

/// Lower-case letters and digits; single hyphens and underscores part words.
const fn kebab(name: &str, what: &str) -> Result<(), Mistake> {
    plain(name, what, false)
}

/// As [`kebab`], or with `capitals`: an attribute has the name that callers' own data give it.
const fn plain(name: &str, what: &str, capitals: bool) -> Result<(), Mistake> {
    let bytes = name.as_bytes();
    let mut good = !bytes.is_empty();
    let mut after_dash = true;
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b'a'..=b'z' | b'0'..=b'9' => after_dash = false,
            b'A'..=b'Z' if capitals && i > 0 => after_dash = false,
            b'-' | b'_' if !after_dash => after_dash = true,
            _ => good = false,
        }
        i += 1;
    }
    if good && !after_dash {
        return Ok(());
    }
    Err(Mistake::new(&["the name of ", what, " `", name, "` is not kebab-case"]))
}

pub(crate) const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Checks a [`Source`] at compile time and makes a [`Policy`](crate::Policy) of it.
///
/// A mistake in the source stops compilation with a sentence that names it.
///
/// ```
/// use interlock_rules::{Action, Certainty, Kind, Provenance, Rule, Source, State, policy};
///
/// const SIGN: Provenance = Provenance::stated("sign");
/// static APPEAR: Action = Action::event("appear", "It is there.");
/// static GONE: Action = Action::event("gone", "It is gone.");
/// static LAMP: Kind = Kind::new("lamp", "Lamp", "lamp", &[State::new("lit", "Lit", "It shines.", SIGN)], SIGN)
///     .rules(&[
///         Rule::of(&APPEAR).from(&["absent"]).to("lit").source(SIGN),
///         Rule::of(&GONE).from(&["lit"]).to("absent").source(SIGN),
///     ]);
/// static SOURCE: Source = Source {
///     name: "lamps", version: "0.1.0", title: "Lamps", modes: &["normal"], kinds: &[&LAMP], operations: &[],
///     attributes: &[], together: &[], roles: &["system"], grants: &[], everywhere: &[], visible: |_, _| true,
/// };
/// policy!(pub LAMPS = SOURCE);
/// assert_eq!(LAMPS.describe().kinds[0].states[1].name, "lit");
/// ```
#[macro_export]
macro_rules! policy {
    ($(#[$meta:meta])* $vis:vis $name:ident = $source:path) => {
        $(#[$meta])*
        $vis static $name: $crate::Policy = {
            #[allow(long_running_const_eval, reason = "the whole policy is checked here, once a build")]
            const DRAFT: $crate::Draft = match $crate::Draft::new(&$source) {
                Ok(draft) => draft,
                Err(mistake) => panic!("{}", mistake.sentence()),
            };
            const LENGTHS: [usize; 11] = DRAFT.lengths(&$source);
            static TABLES: $crate::Tables<
                { LENGTHS[0] }, { LENGTHS[1] }, { LENGTHS[2] }, { LENGTHS[3] }, { LENGTHS[4] },
                { LENGTHS[5] }, { LENGTHS[6] }, { LENGTHS[7] }, { LENGTHS[8] }, { LENGTHS[9] },
                { LENGTHS[10] },
            > = DRAFT.fit();
            $crate::Policy::new(&$source, &TABLES)
        };
    };
}
