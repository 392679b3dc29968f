//! From a [`Source`] to tables, at compile time.
//!
//! The tables hold what deciding and explaining need. What only [`describe`](crate::Policy::describe) tells
//! becomes one text, without a pointer for each sentence; the source itself does not end up in a program.
//!
//! [`Draft::new`] checks everything and fills arrays of fixed capacity; [`Draft::fit`] copies what is used
//! into arrays that fit, which is what ends up in the program.

#![allow(
    clippy::result_large_err,
    reason = "a mistake is made at compile time, where there is no heap to box it in"
)]

use crate::{
    ABSENT, Action, ActionClass, Branch, Certainty, Condition, ConditionClass, Effect, Facts, Kind,
    MAX_CONDITIONS, Mistake, Modes, Ops, Provenance, REPORTED_BY_PLATFORM, Rule, Scope, Source, Trace, Truth,
    Values,
};

/// Nothing by that name.
const NONE: u16 = u16::MAX;
/// No offer.
pub(crate) const NOT_OFFERED: u8 = u8::MAX;
/// The mode lacks the kind, or has no such action on it, though another mode does.
pub(crate) const NOT_IN_MODE: u8 = u8::MAX - 1;
/// The action is not offered from the state.
pub(crate) const NO_RULE: u8 = u8::MAX;
/// No way out.
pub(crate) const NO_ACTION: u8 = u8::MAX;
/// The next state is the present one.
pub(crate) const SAME: u8 = u8::MAX;

/// What an action on a kind reads and can cause in one mode: ranges in the tables.
#[derive(Clone, Copy)]
pub(crate) struct OfferTable {
    pub(crate) mode: u8,
    pub(crate) kind: u8,
    pub(crate) action: u8,
    pub(crate) conditions: (u16, u16),
    pub(crate) effects: (u16, u16),
    pub(crate) rules: (u16, u16),
    /// One for each state of the kind: the rule, counted from the first of the offer, or [`NO_RULE`].
    pub(crate) cells: u16,
    pub(crate) selectors: u16,
}

#[derive(Clone, Copy)]
pub(crate) struct RuleTable {
    pub(crate) requires: u16,
    pub(crate) branches: (u16, u16),
    /// The rule as written, which the modes share.
    pub(crate) origin: u16,
    /// Actions named as ways out, or [`NO_ACTION`].
    pub(crate) ways_out: [u8; 2],
}

#[derive(Clone, Copy)]
pub(crate) struct BranchTable {
    pub(crate) when: u16,
    pub(crate) unless: u16,
    pub(crate) requires: u16,
    pub(crate) effects: u16,
    pub(crate) next: u8,
}

#[derive(Clone, Copy)]
pub(crate) struct KindTable {
    pub(crate) name: &'static str,
    pub(crate) noun: &'static str,
    pub(crate) modes: Modes,
    pub(crate) states: (u16, u16),
}

#[derive(Clone, Copy)]
pub(crate) struct StateTable {
    pub(crate) name: &'static str,
    pub(crate) modes: Modes,
    pub(crate) observed_only: bool,
}

#[derive(Clone, Copy)]
pub(crate) struct ActionTable {
    pub(crate) name: &'static str,
    pub(crate) class: ActionClass,
    pub(crate) participle: &'static str,
}

#[derive(Clone, Copy)]
pub(crate) struct ConditionTable {
    pub(crate) code: &'static str,
    pub(crate) class: ConditionClass,
    pub(crate) question: &'static str,
    pub(crate) refusal: &'static str,
    pub(crate) unseen: &'static str,
    /// The parameter that it reads, or nothing.
    pub(crate) parameter: &'static str,
    pub(crate) test: fn(&Facts<'_>, &mut Trace) -> Truth,
}

#[derive(Clone, Copy)]
pub(crate) struct AttributeTable {
    pub(crate) name: &'static str,
    pub(crate) values: Values,
    pub(crate) repeats: bool,
}

#[derive(Clone, Copy)]
pub(crate) struct GrantTable {
    pub(crate) role: u8,
    pub(crate) modes: Modes,
    pub(crate) kind: u8,
    pub(crate) scope: Scope,
    pub(crate) actions: Ops,
}

const CAP_NAMES: usize = 254;
const CAP_OFFERS: usize = 768;
const CAP_LISTS: usize = 4096;
const CAP_CELLS: usize = 8192;
const CAP_RULES: usize = 1024;
const CAP_GRID: usize = 16384;
const CAP_TEXT: usize = 65536;
/// How many effects one (mode, kind, action) may have.
const MAX_EFFECTS: u16 = 16;

/// A checked policy in arrays of fixed capacity; a step of [`policy!`](crate::policy).
#[derive(Clone, Copy)]
pub struct Draft {
    actions: List<&'static Action, CAP_NAMES>,
    conditions: List<&'static Condition, CAP_NAMES>,
    effects: List<&'static Effect, CAP_NAMES>,
    /// (mode, kind, action) to the offer, counted from the first of its mode and kind, or to [`NOT_IN_MODE`] or
    /// [`NOT_OFFERED`].
    grid: List<u8, CAP_GRID>,
    /// (mode, kind) to its first offer.
    firsts: List<u16, CAP_NAMES>,
    offers: List<OfferTable, CAP_OFFERS>,
    offer_conditions: List<u16, CAP_LISTS>,
    offer_effects: List<u16, CAP_LISTS>,
    cells: List<u8, CAP_CELLS>,
    rules: List<RuleTable, CAP_RULES>,
    branches: List<BranchTable, CAP_RULES>,
    kinds: List<KindTable, CAP_NAMES>,
    states: List<StateTable, CAP_RULES>,
    attributes: List<AttributeTable, CAP_NAMES>,
    grants: List<GrantTable, CAP_RULES>,
    text: List<u8, CAP_TEXT>,
}

/// A growing list that const evaluation can fill.
#[derive(Clone, Copy)]
struct List<T: Copy, const N: usize> {
    items: [Option<T>; N],
    length: usize,
}

impl<T: Copy, const N: usize> List<T, N> {
    const fn new() -> Self {
        Self { items: [None; N], length: 0 }
    }

    const fn push(&mut self, item: T, what: &str) -> Result<(), Mistake> {
        if self.length == N {
            return Err(Mistake::new(&["the policy has too many ", what]));
        }
        self.items[self.length] = Some(item);
        self.length += 1;
        Ok(())
    }

    #[allow(clippy::panic, reason = "stops compilation; every caller counts up to the length")]
    const fn get(&self, index: usize) -> T {
        match self.items[index] {
            Some(item) => item,
            None => panic!("an index beyond the list"),
        }
    }

    /// - `fill`: any item; an empty list has none of its own to start an array with.
    const fn fit<const M: usize>(&self, fill: T) -> [T; M] {
        let mut items = [fill; M];
        let mut i = 0;
        while i < M {
            items[i] = self.get(i);
            i += 1;
        }
        items
    }
}

impl<const N: usize> List<u16, N> {
    /// Whether two ranges hold the same.
    const fn repeats(&self, a: (u16, u16), b: (u16, u16)) -> bool {
        let mut i = 0;
        while i < a.1 - a.0 {
            if i == b.1 - b.0 || self.get((a.0 + i) as usize) != self.get((b.0 + i) as usize) {
                return false;
            }
            i += 1;
        }
        i == b.1 - b.0
    }
}

/// `?` for const evaluation.
macro_rules! check {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(mistake) => return Err(mistake),
        }
    };
}

/// `for` for const evaluation.
macro_rules! each {
    ($item:ident in $slice:expr => $body:block) => {{
        let slice = $slice;
        let mut index = 0;
        while index < slice.len() {
            let $item = slice[index];
            $body
            index += 1;
        }
    }};
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
        let mut draft = Self {
            actions: List::new(),
            conditions: List::new(),
            effects: List::new(),
            grid: List::new(),
            firsts: List::new(),
            offers: List::new(),
            offer_conditions: List::new(),
            offer_effects: List::new(),
            cells: List::new(),
            rules: List::new(),
            branches: List::new(),
            kinds: List::new(),
            states: List::new(),
            attributes: List::new(),
            grants: List::new(),
            text: List::new(),
        };
        check!(check_source(source));
        check!(draft.collect(source));
        check!(draft.describe(source));
        let mut mode = 0;
        while mode < source.modes.len() {
            let mut kind = 0;
            while kind < source.kinds.len() {
                check!(draft.firsts.push(draft.offers.length as u16, "kinds"));
                let mut action = 0;
                while action < draft.actions.length {
                    let entry = check!(draft.offer(source, mode, kind, action));
                    check!(draft.grid.push(entry, "actions"));
                    action += 1;
                }
                kind += 1;
            }
            mode += 1;
        }
        if draft.offers.length == 0 {
            return Err(Mistake::new(&["the policy has no rules"]));
        }
        Ok(draft)
    }

    /// The lengths of the tables, in the order of the parameters of [`Tables`].
    #[must_use]
    pub const fn lengths(&self) -> [usize; 16] {
        [
            self.actions.length,
            self.conditions.length,
            self.effects.length,
            self.grid.length,
            self.offers.length,
            self.offer_conditions.length,
            self.offer_effects.length,
            self.cells.length,
            self.rules.length,
            self.branches.length,
            self.kinds.length,
            self.states.length,
            self.attributes.length,
            self.grants.length,
            self.text.length,
            self.firsts.length,
        ]
    }

    /// The tables in arrays that fit.
    #[must_use]
    pub const fn fit<
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
        &self,
    ) -> Tables<A, C, E, G, O, OC, OE, L, R, B, K, S, N, P, T, F> {
        const NO_ACTION_TABLE: ActionTable =
            ActionTable { name: "", class: ActionClass::Event, participle: "" };
        const NO_ATTRIBUTE: AttributeTable = AttributeTable { name: "", values: Values::Text, repeats: true };
        const NO_GRANT: GrantTable =
            GrantTable { role: 0, modes: Modes::ALL, kind: 0, scope: Scope::Owned, actions: Ops::of(&[]) };
        let mut actions = [NO_ACTION_TABLE; A];
        let mut i = 0;
        while i < A {
            let Action { name, class, participle, .. } = *self.actions.get(i);
            actions[i] = ActionTable { name, class, participle };
            i += 1;
        }
        let mut conditions = [condition_table(&REPORTED_BY_PLATFORM); C];
        i = 0;
        while i < C {
            conditions[i] = condition_table(self.conditions.get(i));
            i += 1;
        }
        let mut effects = [Effect::new("", ""); E];
        i = 0;
        while i < E {
            effects[i] = *self.effects.get(i);
            i += 1;
        }
        Tables {
            actions,
            conditions,
            effects,
            grid: self.grid.fit(NOT_OFFERED),
            firsts: self.firsts.fit(0),
            offers: self.offers.fit(self.offers.get(0)),
            offer_conditions: self.offer_conditions.fit(0),
            offer_effects: self.offer_effects.fit(0),
            cells: self.cells.fit(NO_RULE),
            rules: self.rules.fit(self.rules.get(0)),
            branches: self.branches.fit(self.branches.get(0)),
            kinds: self.kinds.fit(self.kinds.get(0)),
            states: self.states.fit(self.states.get(0)),
            attributes: self.attributes.fit(NO_ATTRIBUTE),
            grants: self.grants.fit(NO_GRANT),
            text: self.text.fit(0),
        }
    }

    /// Operations as listed, then events, conditions and effects in the order in which the kinds name them.
    const fn collect(&mut self, source: &'static Source) -> Result<(), Mistake> {
        each!(action in source.operations => {
            check!(self.add_action(action));
        });
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

    /// Kinds, states, attributes and grants; and what only the manifest tells, as text: each field ends with a
    /// line feed, in the order in which `describe` reads them back.
    const fn describe(&mut self, source: &'static Source) -> Result<(), Mistake> {
        each!(kind in source.kinds => {
            check!(self.tell(kind.title));
            check!(self.tell_paths(source, kind.sight));
            check!(self.tell_provenance(&kind.provenance));
            let first = self.states.length as u16;
            let mut s = 0;
            while s < kind.state_count() {
                let state = kind.state(s);
                check!(self.tell(state.title));
                check!(self.tell(state.meaning));
                check!(self.tell_provenance(&state.provenance));
                let (name, observed_only) = (state.name, state.observed_only);
                let modes = kind.modes.both(state.modes);
                check!(self.states.push(StateTable { name, modes, observed_only }, "states"));
                s += 1;
            }
            let states = (first, self.states.length as u16);
            let table = KindTable { name: kind.name, noun: kind.noun, modes: kind.modes, states };
            check!(self.kinds.push(table, "kinds"));
        });
        let mut i = 0;
        while i < self.actions.length {
            check!(self.tell(self.actions.get(i).meaning));
            i += 1;
        }
        i = 0;
        while i < self.conditions.length {
            let condition = self.conditions.get(i);
            check!(self.tell_paths(source, condition.reads));
            check!(self.tell_provenance(&condition.provenance));
            i += 1;
        }
        i = 0;
        while i < source.attributes.len() {
            let attribute = &source.attributes[i];
            check!(self.tell(attribute.meaning));
            let table =
                AttributeTable { name: attribute.name, values: attribute.values, repeats: attribute.repeats };
            check!(self.attributes.push(table, "attributes"));
            i += 1;
        }
        each!(kind in source.kinds => {
            let mut r = 0;
            while r < kind.rules.len() {
                check!(self.tell_provenance(&kind.rules[r].provenance));
                r += 1;
            }
        });
        i = 0;
        while i < source.grants.len() {
            let grant = &source.grants[i];
            let mut role = 0;
            while !same(source.roles[role], grant.role) {
                role += 1;
            }
            let kind = kind_index(source, grant.kind) as u8;
            let (modes, scope, actions) = (grant.modes, grant.scope, grant.actions);
            check!(self.grants.push(GrantTable { role: role as u8, modes, kind, scope, actions }, "grants"));
            i += 1;
        }
        Ok(())
    }

    const fn tell_provenance(&mut self, provenance: &Provenance) -> Result<(), Mistake> {
        let certainty = match provenance.certainty {
            Certainty::Stated => "0",
            Certainty::Inferred => "1",
            Certainty::Implied => "2",
            Certainty::Default => "3",
        };
        check!(self.tell_part(certainty));
        check!(self.tell(provenance.sources));
        self.tell(provenance.note)
    }

    /// Paths, two letters each: [`path_scope`] and [`path_name`].
    const fn tell_paths(
        &mut self,
        source: &'static Source,
        paths: &'static [&'static str],
    ) -> Result<(), Mistake> {
        each!(path in paths => {
            let (scope, name) = check!(path_letters(source, path));
            check!(self.text.push(scope, "words"));
            check!(self.text.push(name, "words"));
        });
        self.tell("")
    }

    const fn tell(&mut self, field: &str) -> Result<(), Mistake> {
        check!(self.tell_part(field));
        self.text.push(b'\n', "words")
    }

    const fn tell_part(&mut self, part: &str) -> Result<(), Mistake> {
        let bytes = part.as_bytes();
        let mut i = 0;
        while i < bytes.len() {
            if bytes[i] == b'\n' {
                return Err(Mistake::new(&["a text has two lines: ", part]));
            }
            check!(self.text.push(bytes[i], "words"));
            i += 1;
        }
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

    const fn action_index(&self, name: &str) -> u16 {
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

    /// The offer of (mode, kind, action), laid out; or why there is none.
    const fn offer(&mut self, source: &'static Source, m: usize, k: usize, a: usize) -> Result<u8, Mistake> {
        let kind = source.kinds[k];
        let action = self.actions.get(a);
        let mut anywhere = false;
        let mut here = false;
        let mut r = 0;
        while r < kind.rules.len() {
            if same(kind.rules[r].action.name, action.name) {
                anywhere = true;
                here = here || kind.modes.both(kind.rules[r].modes).has(m);
            }
            r += 1;
        }
        if !here {
            return Ok(if anywhere || !kind.modes.has(m) { NOT_IN_MODE } else { NOT_OFFERED });
        }
        let mut offer = OfferTable {
            mode: m as u8,
            kind: k as u8,
            action: a as u8,
            conditions: (self.offer_conditions.length as u16, self.offer_conditions.length as u16),
            effects: (self.offer_effects.length as u16, self.offer_effects.length as u16),
            rules: (self.rules.length as u16, self.rules.length as u16),
            cells: self.cells.length as u16,
            selectors: 0,
        };
        let mut state = 0;
        while state < kind.state_count() {
            check!(self.cells.push(NO_RULE, "cells"));
            state += 1;
        }
        r = 0;
        while r < kind.rules.len() {
            let rule = &kind.rules[r];
            if same(rule.action.name, action.name) && rule.modes.has(m) {
                let origin = first_origin(source, k) + r as u16;
                check!(self.rule(source, &mut offer, kind, rule, origin));
            }
            r += 1;
        }
        check!(self.check_selectors(&offer, kind, action));
        self.share(&mut offer, kind.state_count());
        check!(self.offers.push(offer, "offers"));
        Ok((self.offers.length as u16 - 1 - self.firsts.get(self.firsts.length - 1)) as u8)
    }

    /// Where another mode offers the very same, its tables serve for both.
    const fn share(&mut self, offer: &mut OfferTable, states: usize) {
        let mut o = 0;
        while o < self.offers.length {
            let other = self.offers.get(o);
            if other.kind == offer.kind && other.action == offer.action && self.alike(&other, offer, states) {
                self.offer_conditions.length = offer.conditions.0 as usize;
                self.offer_effects.length = offer.effects.0 as usize;
                self.branches.length = self.rules.get(offer.rules.0 as usize).branches.0 as usize;
                self.rules.length = offer.rules.0 as usize;
                self.cells.length = offer.cells as usize;
                *offer = OfferTable { mode: offer.mode, ..other };
                return;
            }
            o += 1;
        }
    }

    const fn alike(&self, a: &OfferTable, b: &OfferTable, states: usize) -> bool {
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
        offer: &mut OfferTable,
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
            RuleTable { requires, branches: (first, self.branches.length as u16), origin, ways_out },
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
                self.cells.items[cell] = Some((offer.rules.1 - offer.rules.0) as u8 - 1);
            }
        });
        Ok(())
    }

    const fn branch(
        &mut self,
        offer: &mut OfferTable,
        kind: &'static Kind,
        rule: &'static Rule,
        branch: &Branch,
    ) -> Result<(), Mistake> {
        let mode = offer.mode as usize;
        let mut table = BranchTable { when: 0, unless: 0, requires: 0, next: SAME, effects: 0 };
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
        offer: &mut OfferTable,
        kind: &'static Kind,
        rule: &'static Rule,
        condition: &'static Condition,
    ) -> Result<u16, Mistake> {
        let index = self.condition_index(condition.code);
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
        offer: &mut OfferTable,
        kind: &'static Kind,
        rule: &'static Rule,
        effect: &'static Effect,
    ) -> Result<u16, Mistake> {
        let index = self.effect_index(effect.code);
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
        offer: &OfferTable,
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

/// The tables of a policy; what [`policy!`](crate::policy) puts into a static.
pub struct Tables<
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
> {
    pub(crate) actions: [ActionTable; A],
    pub(crate) conditions: [ConditionTable; C],
    pub(crate) effects: [Effect; E],
    pub(crate) grid: [u8; G],
    pub(crate) firsts: [u16; F],
    pub(crate) offers: [OfferTable; O],
    pub(crate) offer_conditions: [u16; OC],
    pub(crate) offer_effects: [u16; OE],
    pub(crate) cells: [u8; L],
    pub(crate) rules: [RuleTable; R],
    pub(crate) branches: [BranchTable; B],
    pub(crate) kinds: [KindTable; K],
    pub(crate) states: [StateTable; S],
    pub(crate) attributes: [AttributeTable; N],
    pub(crate) grants: [GrantTable; P],
    pub(crate) text: [u8; T],
}

const fn condition_table(condition: &'static Condition) -> ConditionTable {
    let Condition { code, class, question, refusal, unseen, test, .. } = *condition;
    let mut parameter = "";
    each!(path in condition.reads => {
        if let Some((scope, name)) = split_path(path)
            && same(scope, "parameter")
        {
            parameter = name;
        }
    });
    ConditionTable { code, class, question, refusal, unseen, parameter, test }
}

/// The scope of a path as a letter; kinds of related resources follow, by their positions.
pub(crate) const SCOPES: [(u8, &str); 3] = [(b'!', "subject"), (b'"', "target"), (b'#', "parameter")];
/// The names of paths that are no attributes; attributes follow, by their positions.
pub(crate) const NAMES: [(u8, &str); 3] = [(b'!', "id"), (b'"', "state"), (b'#', "roles")];
/// The letter of position 0. The last of the 254 attributes still fits a byte.
pub(crate) const POSITIONS: u8 = b'$';

/// A path as two letters.
const fn path_letters(source: &Source, path: &'static str) -> Result<(u8, u8), Mistake> {
    let unknown = Mistake::new(&[
        "a condition reads `",
        path,
        "`, which is no attribute of a subject, resource or parameter",
    ]);
    let Some((first, mut name)) = split_path(path) else { return Err(unknown) };
    let mut scope = 0;
    each!(known in SCOPES => {
        if same(known.1, first) {
            scope = known.0;
        }
    });
    if same(first, "related")
        && let Some((kind, rest)) = split_path(name)
        && kind_index(source, kind) != NONE
    {
        scope = POSITIONS + kind_index(source, kind) as u8;
        name = rest;
    }
    let of_subject = same(first, "subject");
    let mut letter = 0;
    let mut i = 0;
    while i < source.attributes.len() && i < (u8::MAX - POSITIONS) as usize {
        if same(source.attributes[i].name, name) {
            letter = POSITIONS + i as u8;
        }
        i += 1;
    }
    each!(known in NAMES => {
        // A subject's state is an attribute; only a subject has roles.
        let applies = if of_subject { !same(name, "state") } else { !same(name, "roles") };
        if same(known.1, name) && applies {
            letter = known.0;
        }
    });
    if scope == 0 || letter == 0 { Err(unknown) } else { Ok((scope, letter)) }
}

/// Up to the first dot, and after it.
const fn split_path(path: &'static str) -> Option<(&'static str, &'static str)> {
    let mut i = 0;
    while i < path.len() {
        if path.as_bytes()[i] == b'.' {
            return Some((path.split_at(i).0, path.split_at(i + 1).1));
        }
        i += 1;
    }
    None
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
        check!(kebab(attribute.name, "attribute"));
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

const fn mistake(kind: &Kind, rule: &Rule, what: &str, name: &str) -> Mistake {
    let (open, close) = if name.is_empty() { ("", "") } else { ("`", "`") };
    Mistake::new(&["kind `", kind.name, "`, action `", rule.action.name, "` ", what, open, name, close])
}

const fn state_index(kind: &Kind, name: &str) -> u8 {
    let mut state = 0;
    while state < kind.state_count() && state < SAME as usize {
        if same(kind.state(state).name, name) {
            return state as u8;
        }
        state += 1;
    }
    SAME
}

/// Where the rules of a kind begin among the origins.
const fn first_origin(source: &Source, kind: usize) -> u16 {
    let mut first = 0;
    let mut before = 0;
    while before < kind {
        first += source.kinds[before].rules.len();
        before += 1;
    }
    first as u16
}

const fn kind_index(source: &Source, name: &str) -> u16 {
    let mut kind = 0;
    while kind < source.kinds.len() {
        if same(source.kinds[kind].name, name) {
            return kind as u16;
        }
        kind += 1;
    }
    NONE
}

const fn kebab(name: &str, what: &str) -> Result<(), Mistake> {
    let bytes = name.as_bytes();
    let mut good = !bytes.is_empty();
    let mut after_dash = true;
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b'a'..=b'z' | b'0'..=b'9' => after_dash = false,
            // Role names of the wild carry dots.
            b'-' if !after_dash => after_dash = true,
            _ => good = false,
        }
        i += 1;
    }
    if good && !after_dash {
        return Ok(());
    }
    Err(Mistake::new(&["the name of ", what, " `", name, "` is not kebab-case"]))
}

const fn same(a: &str, b: &str) -> bool {
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
///     attributes: &[], together: &[], roles: &[], grants: &[], everywhere: &[], visible: |_, _| true,
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
            const LENGTHS: [usize; 16] = DRAFT.lengths();
            static TABLES: $crate::Tables<
                { LENGTHS[0] }, { LENGTHS[1] }, { LENGTHS[2] }, { LENGTHS[3] }, { LENGTHS[4] },
                { LENGTHS[5] }, { LENGTHS[6] }, { LENGTHS[7] }, { LENGTHS[8] }, { LENGTHS[9] },
                { LENGTHS[10] }, { LENGTHS[11] }, { LENGTHS[12] }, { LENGTHS[13] }, { LENGTHS[14] },
                { LENGTHS[15] },
            > = DRAFT.fit();
            $crate::Policy::new(&$source, &TABLES)
        };
    };
}
