//! From a [`Source`] to tables, at compile time.
//!
//! [`Draft::new`] checks everything and fills arrays of fixed capacity; [`Draft::fit`] copies what is used
//! into arrays that fit, which is what ends up in the program.

use crate::{
    ABSENT, Action, ActionClass, Branch, Condition, Effect, Kind, MAX_CONDITIONS, Mistake, Modes, Rule, Source,
};

/// No rule, or no offer.
pub(crate) const NONE: u16 = u16::MAX;
/// The mode lacks the kind, or has no such action on it, though another mode does.
pub(crate) const NOT_IN_MODE: u16 = u16::MAX - 1;
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
    /// One for each state of the kind: the rule, or [`NONE`].
    pub(crate) cells: u16,
    pub(crate) selectors: u32,
}

#[derive(Clone, Copy)]
pub(crate) struct RuleTable {
    pub(crate) requires: u32,
    pub(crate) branches: (u16, u16),
    pub(crate) rule: &'static Rule,
}

#[derive(Clone, Copy)]
pub(crate) struct BranchTable {
    pub(crate) when: u32,
    pub(crate) unless: u32,
    pub(crate) requires: u32,
    pub(crate) next: u8,
    pub(crate) effects: u32,
}

const CAP_NAMES: usize = 254;
const CAP_OFFERS: usize = 768;
const CAP_LISTS: usize = 4096;
const CAP_CELLS: usize = 8192;
const CAP_RULES: usize = 1024;
const CAP_GRID: usize = 16384;

/// A checked policy in arrays of fixed capacity; a step of [`policy!`](crate::policy).
#[derive(Clone, Copy)]
pub struct Draft {
    actions: List<&'static Action, CAP_NAMES>,
    conditions: List<&'static Condition, CAP_NAMES>,
    effects: List<&'static Effect, CAP_NAMES>,
    /// (mode, kind, action) to the offer, [`NOT_IN_MODE`] or [`NONE`].
    grid: List<u16, CAP_GRID>,
    offers: List<OfferTable, CAP_OFFERS>,
    offer_conditions: List<u16, CAP_LISTS>,
    offer_effects: List<u16, CAP_LISTS>,
    cells: List<u16, CAP_CELLS>,
    rules: List<RuleTable, CAP_RULES>,
    branches: List<BranchTable, CAP_RULES>,
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

    const fn get(&self, index: usize) -> T {
        match self.items[index] {
            Some(item) => item,
            None => panic!("an index beyond the list"),
        }
    }

    const fn fit<const M: usize>(&self) -> [T; M] {
        let mut items = [self.get(0); M];
        let mut i = 0;
        while i < M {
            items[i] = self.get(i);
            i += 1;
        }
        items
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
            offers: List::new(),
            offer_conditions: List::new(),
            offer_effects: List::new(),
            cells: List::new(),
            rules: List::new(),
            branches: List::new(),
        };
        check!(check_source(source));
        check!(draft.collect(source));
        let mut mode = 0;
        while mode < source.modes.len() {
            let mut kind = 0;
            while kind < source.kinds.len() {
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
        Ok(draft)
    }

    /// The lengths of the tables, in the order of the parameters of [`Tables`].
    #[must_use]
    pub const fn lengths(&self) -> [usize; 10] {
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
    >(
        &self,
    ) -> Tables<A, C, E, G, O, OC, OE, L, R, B> {
        Tables {
            actions: self.actions.fit(),
            conditions: self.conditions.fit(),
            effects: self.effects.fit(),
            grid: self.grid.fit(),
            offers: self.offers.fit(),
            offer_conditions: self.offer_conditions.fit(),
            offer_effects: self.offer_effects.fit(),
            cells: self.cells.fit(),
            rules: self.rules.fit(),
            branches: self.branches.fit(),
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
    const fn offer(&mut self, source: &'static Source, m: usize, k: usize, a: usize) -> Result<u16, Mistake> {
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
            return Ok(if anywhere || !kind.modes.has(m) { NOT_IN_MODE } else { NONE });
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
            check!(self.cells.push(NONE, "cells"));
            state += 1;
        }
        r = 0;
        while r < kind.rules.len() {
            let rule = &kind.rules[r];
            if same(rule.action.name, action.name) && rule.modes.has(m) {
                check!(self.rule(source, &mut offer, kind, rule));
            }
            r += 1;
        }
        check!(self.check_selectors(&offer, kind, action));
        check!(self.offers.push(offer, "offers"));
        Ok(self.offers.length as u16 - 1)
    }

    const fn rule(
        &mut self,
        source: &'static Source,
        offer: &mut OfferTable,
        kind: &'static Kind,
        rule: &'static Rule,
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
        let first = self.branches.length as u16;
        each!(branch in rule.branches => {
            check!(self.branch(offer, kind, rule, &branch));
        });
        check!(self.branch(offer, kind, rule, &rule.otherwise));
        check!(self.rules.push(
            RuleTable { requires, branches: (first, self.branches.length as u16), rule },
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
                if self.cells.get(cell) != NONE {
                    return Err(mistake(kind, rule, "has two rules from one state: ", name));
                }
                self.cells.items[cell] = Some(self.rules.length as u16 - 1);
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
    ) -> Result<u32, Mistake> {
        let index = self.condition_index(condition.code);
        let mut at = offer.conditions.0;
        while at < offer.conditions.1 {
            if self.offer_conditions.get(at as usize) == index {
                return Ok(1 << (at - offer.conditions.0));
            }
            at += 1;
        }
        if (at - offer.conditions.0) as usize == MAX_CONDITIONS {
            return Err(mistake(kind, rule, "reads more conditions than an action may, the last being ", condition.code));
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
    ) -> Result<u32, Mistake> {
        let index = self.effect_index(effect.code);
        let mut at = offer.effects.0;
        while at < offer.effects.1 {
            if self.offer_effects.get(at as usize) == index {
                return Ok(1 << (at - offer.effects.0));
            }
            at += 1;
        }
        if at - offer.effects.0 == 32 {
            return Err(mistake(kind, rule, "has more than 32 effects, the last being ", effect.code));
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
                "kind `", kind.name, "`, action `", action.name, "`: a condition both selects and is required",
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
> {
    pub(crate) actions: [&'static Action; A],
    pub(crate) conditions: [&'static Condition; C],
    pub(crate) effects: [&'static Effect; E],
    pub(crate) grid: [u16; G],
    pub(crate) offers: [OfferTable; O],
    pub(crate) offer_conditions: [u16; OC],
    pub(crate) offer_effects: [u16; OE],
    pub(crate) cells: [u16; L],
    pub(crate) rules: [RuleTable; R],
    pub(crate) branches: [BranchTable; B],
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
        if let Some(kind) = attribute.link()
            && kind_index(source, kind) == NONE
        {
            return Err(Mistake::new(&["attribute `", attribute.name, "` links to a kind that is not there: ", kind]));
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
                return Err(Mistake::new(&["kind `", kind.name, "` has two states called `", kind.states[s].name, "`"]));
            }
            s += 1;
        }
        k += 1;
    }
    let mut g = 0;
    while g < source.grants.len() {
        let grant = &source.grants[g];
        if kind_index(source, grant.kind) == NONE {
            return Err(Mistake::new(&["role `", grant.role, "` is granted something on a kind that is not there: ", grant.kind]));
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

/// Modes that a kind has, restricted to those of the policy.
pub(crate) fn mode_list(source: &Source, modes: Modes) -> impl Iterator<Item = u8> {
    (0..source.modes.len()).filter(move |&mode| modes.has(mode)).map(|mode| mode as u8)
}

/// Checks a [`Source`] at compile time and makes a [`Policy`](crate::Policy) of it.
///
/// A mistake in the source stops compilation with a sentence that names it.
///
/// ```
/// use interlock_rules::{Action, Certainty, Kind, Provenance, Rule, Source, State, policy};
///
/// const SIGN: Provenance = Provenance::stated(&["sign"]);
/// static APPEAR: Action = Action::event("appear", "Appear", "It is there.");
/// static GONE: Action = Action::event("gone", "Gone", "It is gone.");
/// static LAMP: Kind = Kind::new("lamp", "Lamp", "lamp", &[State::new("lit", "Lit", "It shines.", SIGN)], SIGN)
///     .rules(&[
///         Rule::of(&APPEAR).from(&["absent"]).to("lit").source(SIGN),
///         Rule::of(&GONE).from(&["lit"]).to("absent").source(SIGN),
///     ]);
/// static SOURCE: Source = Source {
///     name: "lamps", version: "0.1.0", title: "Lamps", modes: &["normal"], kinds: &[&LAMP], operations: &[],
///     attributes: &[], roles: &[], grants: &[], everywhere: &[], visible: |_, _| true,
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
            const LENGTHS: [usize; 10] = DRAFT.lengths();
            static TABLES: $crate::Tables<
                { LENGTHS[0] }, { LENGTHS[1] }, { LENGTHS[2] }, { LENGTHS[3] }, { LENGTHS[4] },
                { LENGTHS[5] }, { LENGTHS[6] }, { LENGTHS[7] }, { LENGTHS[8] }, { LENGTHS[9] },
            > = DRAFT.fit();
            $crate::Policy::new(&$source, &TABLES)
        };
    };
}
