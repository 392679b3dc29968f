//! Writes a draft's texts and its book, at compile time.
//!
//! The book holds the manifest, field by field in the contract's order. A byte is a byte; masks, lengths and the
//! numbers of texts are written seven bits a byte, the low ones first, with the high bit set on all but the last.
//! A text that is only told stands there itself, after its length. The names in a list of named things are not
//! repeated: the list says which text is the first. Each offer stands once, before the manifest, where only mode
//! and kind are left; the rest is found by its place.

#![allow(
    clippy::result_large_err,
    reason = "a mistake is made at compile time, where there is no heap to box it in"
)]

use crate::book::{NAMES, SCOPES};
use crate::compile::{CAP_NAMES, CAP_PATHS, Draft, NO_ACTION, NONE, OfferDraft, SAME, kind_index, same};
use crate::list::{List, check, each};
use crate::tables::{AttributeTable, GrantTable, KindTable, NO_KIND, Texts};
use crate::{Kind, Mistake, Modes, Op, Provenance, Source, Values};

/// Scopes and names of paths. Kinds of related resources follow the scopes, attributes the names, by position.
const TARGET: u8 = 1;
const PARAMETER: u8 = 2;
const FIRST: u8 = SCOPES.len() as u8;

type Paths = List<(u8, u8), 128>;

impl Draft {
    /// The texts that have numbers of their own, and the tables that refer to them.
    pub(crate) const fn name(&mut self, source: &'static Source) -> Result<(), Mistake> {
        // What is referred to most comes first: the first 128 numbers take one byte.
        check!(self.starts.push(0, "texts"));
        check!(self.sources(source));
        check!(self.read_paths(source));
        check!(self.group());
        each!(mode in source.modes => {
            check!(self.add_text(mode));
        });
        check!(self.group());
        each!(role in source.roles => {
            check!(self.add_text(role));
        });
        check!(self.group());
        each!(kind in source.kinds => {
            check!(self.add_text(kind.name));
            check!(self.add_text(kind.noun));
        });
        check!(self.group());
        let mut first_state = 0;
        each!(kind in source.kinds => {
            let states = kind.state_count() as u8;
            check!(self.kinds.push(KindTable { modes: kind.modes, states, first_state, grants: (0, 0) }, "kinds"));
            first_state += states as u16;
            let mut s = 0;
            while s < kind.state_count() {
                check!(self.add_text(kind.state(s).name));
                s += 1;
            }
        });
        check!(self.group());
        let mut i = 0;
        while i < self.actions.length {
            let action = self.actions.get(i);
            check!(self.add_text(action.name));
            check!(self.add_text(action.participle));
            i += 1;
        }
        check!(self.group());
        i = 0;
        while i < self.conditions.length {
            let condition = self.conditions.get(i);
            check!(self.add_text(condition.code));
            check!(self.add_text(condition.question));
            check!(self.add_text(condition.refusal));
            check!(self.add_text(condition.unseen));
            i += 1;
        }
        check!(self.group());
        i = 0;
        while i < self.effects.length {
            let effect = self.effects.get(i);
            check!(self.add_text(effect.code));
            check!(self.add_text(effect.meaning));
            i += 1;
        }
        check!(self.group());
        i = 0;
        while i < source.attributes.len() {
            check!(self.add_text(source.attributes[i].name));
            check!(self.add_text(source.attributes[i].meaning));
            i += 1;
        }
        check!(self.add_text("Id, unique within the kind."));
        check!(self.add_text("State of the resource."));
        check!(self.add_text("Roles that the subject holds."));
        check!(self.group());
        each!(code in ["not-in-mode", "not-offered", "not-from-state"] => {
            check!(self.add_text(code));
        });
        i = 0;
        while i < source.attributes.len() {
            let attribute = &source.attributes[i];
            let mut flags = if attribute.repeats { AttributeTable::REPEATS } else { 0 };
            flags |= match attribute.values {
                Values::Text => 0,
                Values::Key | Values::Link(_) | Values::LinkOr(..) => AttributeTable::KEY,
                Values::Number => AttributeTable::NUMBER,
                Values::Flag | Values::OneOf(_) => AttributeTable::CLOSED,
            };
            let link = match attribute.values.link() {
                Some(kind) => kind_index(source, kind) as u8,
                None => NO_KIND,
            };
            let first = self.starts.length as u16 - 1;
            let words = attribute.values.words();
            each!(word in words => {
                check!(self.add_text(word));
            });
            let words = (first, words.len() as u8);
            check!(self.attributes.push(AttributeTable { flags, link, words }, "attributes"));
            i += 1;
        }
        i = 0;
        while i < self.conditions.length {
            let mut parameter = "";
            each!(path in self.conditions.get(i).reads => {
                if let Some((scope, name)) = split(path, b'.')
                    && same(scope, SCOPES[PARAMETER as usize])
                {
                    parameter = name;
                }
            });
            let parameter = check!(self.text_of(parameter));
            check!(self.parameters.push(parameter, "conditions"));
            i += 1;
        }
        let mut kind = 0;
        while kind < source.kinds.len() {
            let first = self.grants.length as u16;
            i = 0;
            while i < source.grants.len() {
                let grant = &source.grants[i];
                if kind_index(source, grant.kind) as usize == kind {
                    let mut role = 0;
                    while !same(source.roles[role], grant.role) {
                        role += 1;
                    }
                    let (modes, scope, actions) = (grant.modes, grant.scope, grant.actions);
                    check!(
                        self.grants.push(GrantTable { role: role as u8, modes, scope, actions }, "grants")
                    );
                }
                i += 1;
            }
            self.kinds.items[kind].grants = (first, self.grants.length as u16);
            kind += 1;
        }
        Ok(())
    }

    /// An offer from its action on; mode and kind stand in the manifest.
    pub(crate) const fn write_offer(&mut self, kind: &Kind, offer: &OfferDraft) -> Result<(), Mistake> {
        check!(self.byte(offer.action));
        check!(self.number(offer.conditions.1 - offer.conditions.0));
        let mut i = offer.conditions.0;
        while i < offer.conditions.1 {
            check!(self.byte(self.offer_conditions.get(i as usize)));
            i += 1;
        }
        check!(self.number(offer.selectors));
        check!(self.number(offer.effects.1 - offer.effects.0));
        i = offer.effects.0;
        while i < offer.effects.1 {
            check!(self.byte(self.offer_effects.get(i as usize)));
            i += 1;
        }
        let cells = offer.cells as usize;
        let states = kind.state_count();
        let mut offered = 0;
        let mut s = 0;
        while s < states {
            offered += (self.cells.get(cells + s) != crate::compile::NO_RULE) as u16;
            s += 1;
        }
        check!(self.number(offered));
        s = 0;
        while s < states {
            if self.cells.get(cells + s) != crate::compile::NO_RULE {
                check!(self.byte(s as u8));
            }
            s += 1;
        }
        let mut told = 0;
        let mut r = offer.rules.0;
        while r < offer.rules.1 {
            told += (self.cells_of(offer, states, r) > 0) as u16;
            r += 1;
        }
        check!(self.number(told));
        r = offer.rules.0;
        while r < offer.rules.1 {
            // A rule all of whose states belong to other modes has nothing to say in this one.
            if self.cells_of(offer, states, r) > 0 {
                check!(self.write_rule(kind, offer, r));
            }
            r += 1;
        }
        Ok(())
    }

    /// How many states the `r`-th rule is taken from.
    const fn cells_of(&self, offer: &OfferDraft, states: usize, r: u16) -> u16 {
        let mut count = 0;
        let mut s = 0;
        while s < states {
            count += (self.cells.get(offer.cells as usize + s) as u16 == r - offer.rules.0) as u16;
            s += 1;
        }
        count
    }

    const fn write_rule(&mut self, kind: &Kind, offer: &OfferDraft, r: u16) -> Result<(), Mistake> {
        let rule = self.rules.get(r as usize);
        let states = kind.state_count();
        check!(self.number(self.cells_of(offer, states, r)));
        let mut s = 0;
        while s < states {
            if self.cells.get(offer.cells as usize + s) as u16 == r - offer.rules.0 {
                check!(self.byte(s as u8));
            }
            s += 1;
        }
        check!(self.number(rule.requires));
        check!(self.number(rule.branches.1 - rule.branches.0));
        let mut b = rule.branches.0;
        while b < rule.branches.1 {
            let branch = self.branches.get(b as usize);
            check!(self.number(branch.when));
            check!(self.number(branch.unless));
            check!(self.number(branch.requires));
            check!(self.byte((branch.next != SAME) as u8));
            if branch.next != SAME {
                check!(self.byte(branch.next));
            }
            check!(self.number(branch.effects));
            b += 1;
        }
        let ways = (rule.ways_out[0] != NO_ACTION) as u16 + (rule.ways_out[1] != NO_ACTION) as u16;
        check!(self.number(ways));
        each!(way in rule.ways_out => {
            if way != NO_ACTION {
                check!(self.byte(way));
            }
        });
        self.provenance(&kind.rules[rule.origin as usize].provenance)
    }

    /// Puts a number before what was written since `start`.
    const fn prefix(&mut self, start: usize, number: u16) -> Result<(), Mistake> {
        let end = self.book.length;
        check!(self.number(number));
        let mut bytes = self.book.length - end;
        while bytes > 0 {
            let mut at = self.book.length - 1;
            let last = self.book.items[at];
            while at > start {
                self.book.items[at] = self.book.items[at - 1];
                at -= 1;
            }
            self.book.items[start] = last;
            bytes -= 1;
        }
        Ok(())
    }

    /// The manifest, in the contract's order.
    pub(crate) const fn describe(&mut self, source: &'static Source) -> Result<(), Mistake> {
        self.manifest = self.book.length as u16;
        check!(self.inline(source.name));
        check!(self.inline(source.version));
        check!(self.inline(source.title));
        check!(self.named(source.modes.len(), self.first(Texts::Modes), 1));
        check!(self.named(source.kinds.len(), self.first(Texts::Kinds), 2));
        each!(kind in source.kinds => {
            check!(self.describe_kind(source, kind));
        });
        check!(self.named(self.actions.length, self.first(Texts::Actions), 2));
        let mut i = 0;
        while i < self.actions.length {
            let action = self.actions.get(i);
            check!(self.inline(""));
            check!(self.byte(action.class as u8));
            check!(self.inline(action.meaning));
            i += 1;
        }
        check!(self.named(self.conditions.length, self.first(Texts::Conditions), 4));
        i = 0;
        while i < self.conditions.length {
            let condition = self.conditions.get(i);
            check!(self.byte(condition.class as u8));
            let (mut r, end) = (self.read_ends.get(i) as usize, self.read_ends.get(i + 1) as usize);
            check!(self.number((end - r) as u16));
            while r < end {
                check!(self.number(self.reads.get(r)));
                r += 1;
            }
            check!(self.provenance(&condition.provenance));
            i += 1;
        }
        check!(self.named(self.effects.length, self.first(Texts::Effects), 2));
        check!(self.named(self.paths.length, 0, 1));
        i = 0;
        while i < self.paths.length {
            check!(self.input(source, i));
            i += 1;
        }
        check!(self.number(self.offers.length as u16));
        i = 0;
        while i < self.offers.length {
            let offer = self.offers.get(i);
            check!(self.byte(offer.mode));
            check!(self.byte(offer.kind));
            i += 1;
        }
        check!(self.named(source.roles.len(), self.first(Texts::Roles), 1));
        self.describe_grants(source)
    }

    /// The length of a list of named things, the first text, and how many texts there are from one thing to the next.
    const fn named(&mut self, length: usize, first: u16, texts: u16) -> Result<(), Mistake> {
        check!(self.number(length as u16));
        check!(self.number(first));
        self.number(texts)
    }

    const fn describe_kind(&mut self, source: &'static Source, kind: &'static Kind) -> Result<(), Mistake> {
        check!(self.inline(kind.title));
        check!(self.modes(source, kind.modes));
        let position = kind_index(source, kind.name) as usize;
        let first = self.first(Texts::States) + self.kinds.get(position).first_state;
        check!(self.named(kind.state_count(), first, 1));
        let mut s = 0;
        while s < kind.state_count() {
            let state = kind.state(s);
            check!(self.inline(if is_title(state.title, state.name) { "" } else { state.title }));
            check!(self.inline(state.meaning));
            check!(self.modes(source, kind.modes.both(state.modes)));
            check!(self.byte(state.observed_only as u8));
            check!(self.provenance(&state.provenance));
            s += 1;
        }
        self.provenance(&kind.provenance)
    }

    /// A path that some condition reads, with what it says.
    const fn input(&mut self, source: &'static Source, position: usize) -> Result<(), Mistake> {
        let (scope, name) = self.paths.get(position);
        let names = self.first(Texts::Attributes);
        if name >= FIRST {
            let attribute = &source.attributes[(name - FIRST) as usize];
            check!(self.number(names + 2 * (name - FIRST) as u16 + 1));
            check!(self.texts(attribute.values.words()));
            let link = attribute.values.link();
            check!(self.byte(link.is_some() as u8));
            if let Some(kind) = link {
                check!(self.text(kind));
            }
            return Ok(());
        }
        check!(self.number(names + 2 * source.attributes.len() as u16 + name as u16));
        match name {
            0 => {
                check!(self.texts(&[]));
            }
            1 => {
                if scope < FIRST {
                    check!(self.texts(&[]));
                } else {
                    let kind = source.kinds[(scope - FIRST) as usize];
                    check!(self.number(kind.state_count() as u16));
                    let mut s = 0;
                    while s < kind.state_count() {
                        check!(self.text(kind.state(s).name));
                        s += 1;
                    }
                }
            }
            _ => {
                check!(self.texts(source.roles));
            }
        }
        self.byte(0)
    }

    const fn describe_grants(&mut self, source: &'static Source) -> Result<(), Mistake> {
        let start = self.book.length;
        let mut count = 0;
        let mut g = 0;
        while g < source.grants.len() {
            let grant = &source.grants[g];
            let mut mode = 0;
            while mode < source.modes.len() {
                let covered =
                    if grant.modes.has(mode) { self.covered(source, g, mode) } else { List::new(0) };
                if covered.length > 0 {
                    check!(self.text(grant.role));
                    check!(self.byte(mode as u8));
                    check!(self.byte(kind_index(source, grant.kind) as u8));
                    check!(self.number(covered.length as u16));
                    let mut i = 0;
                    while i < covered.length {
                        check!(self.byte(covered.get(i)));
                        i += 1;
                    }
                    check!(self.byte(grant.scope as u8));
                    count += 1;
                }
                mode += 1;
            }
            g += 1;
        }
        self.prefix(start, count)
    }

    /// The operations of a grant that its kind offers in a mode.
    const fn covered(&self, source: &'static Source, grant: usize, mode: usize) -> List<u8, CAP_NAMES> {
        let grant = &source.grants[grant];
        let kind = kind_index(source, grant.kind) as u8;
        let mut covered = List::new(0);
        let mut o = 0;
        while o < self.offers.length {
            let offer = self.offers.get(o);
            let operation = offer.action < self.operations && grant.actions.has(Op(offer.action));
            if operation && offer.mode as usize == mode && offer.kind == kind {
                // One offer an action, and no more actions than names.
                let _ = covered.push(offer.action, "operations");
            }
            o += 1;
        }
        covered
    }

    const fn provenance(&mut self, provenance: &Provenance) -> Result<(), Mistake> {
        check!(self.byte(provenance.certainty as u8));
        let count = check!(self.keys(provenance.sources));
        check!(self.number(count));
        let mut rest = provenance.sources;
        while !rest.is_empty() {
            let (source, after) = match split(rest, b' ') {
                Some(split) => split,
                None => (rest, ""),
            };
            if !source.is_empty() {
                check!(self.text(source));
            }
            rest = after;
        }
        self.inline(provenance.note)
    }

    const fn modes(&mut self, source: &Source, modes: Modes) -> Result<(), Mistake> {
        let mut count = 0;
        let mut mode = 0;
        while mode < source.modes.len() {
            count += modes.has(mode) as u16;
            mode += 1;
        }
        check!(self.number(count));
        mode = 0;
        while mode < source.modes.len() {
            if modes.has(mode) {
                check!(self.byte(mode as u8));
            }
            mode += 1;
        }
        Ok(())
    }

    const fn texts(&mut self, texts: &[&'static str]) -> Result<(), Mistake> {
        check!(self.number(texts.len() as u16));
        each!(text in texts => {
            check!(self.text(text));
        });
        Ok(())
    }

    const fn text(&mut self, text: &str) -> Result<(), Mistake> {
        let number = check!(self.text_of(text));
        self.number(number)
    }

    /// A text that only the manifest tells stands where it is told.
    const fn inline(&mut self, text: &str) -> Result<(), Mistake> {
        let bytes = text.as_bytes();
        check!(self.number(bytes.len() as u16));
        let mut i = 0;
        while i < bytes.len() {
            check!(one_line(text, bytes[i]));
            check!(self.byte(bytes[i]));
            i += 1;
        }
        Ok(())
    }

    /// Numbers the keys of all sources.
    const fn sources(&mut self, source: &'static Source) -> Result<(), Mistake> {
        each!(kind in source.kinds => {
            check!(self.keys(kind.provenance.sources));
            each!(state in kind.states => {
                check!(self.keys(state.provenance.sources));
            });
            let mut r = 0;
            while r < kind.rules.len() {
                check!(self.keys(kind.rules[r].provenance.sources));
                r += 1;
            }
        });
        let mut i = 0;
        while i < self.conditions.length {
            check!(self.keys(self.conditions.get(i).provenance.sources));
            i += 1;
        }
        Ok(())
    }

    /// Numbers the keys of a list of sources, and says how many they are.
    const fn keys(&mut self, sources: &'static str) -> Result<u16, Mistake> {
        let mut count = 0;
        let mut rest = sources;
        while !rest.is_empty() {
            let (key, after) = match split(rest, b' ') {
                Some(split) => split,
                None => (rest, ""),
            };
            if !key.is_empty() {
                check!(self.text_of(key));
                count += 1;
            }
            rest = after;
        }
        Ok(count)
    }

    /// What each condition reads: as its author wrote it, what is read together with it, and what tells whether
    /// the resources it may name are visible.
    const fn read_paths(&mut self, source: &'static Source) -> Result<(), Mistake> {
        let closure = check!(Closure::new(source));
        let mut known = [NONE; 1 << 16];
        let mut last_reader = [NONE; CAP_PATHS];
        check!(self.read_ends.push(0, "conditions"));
        let mut c = 0;
        while c < self.conditions.length {
            let first = self.reads.length;
            // Those that the author wrote, then for each one on the list what comes with it.
            let mut next = List::new((0, 0));
            each!(path in self.conditions.get(c).reads => {
                check!(next.push(check!(path_numbers(source, path)), "paths"));
            });
            let mut at = first;
            loop {
                let mut n = 0;
                while n < next.length {
                    let (scope, name) = next.get(n);
                    let key = (scope as usize) << 8 | name as usize;
                    if known[key] == NONE {
                        known[key] = self.paths.length as u16;
                        check!(self.paths.push((scope, name), "inputs"));
                    }
                    let path = known[key];
                    if last_reader[path as usize] != c as u16 {
                        last_reader[path as usize] = c as u16;
                        check!(self.reads.push(path, "paths that conditions read"));
                    }
                    n += 1;
                }
                if at == self.reads.length {
                    break;
                }
                let (scope, name) = self.paths.get(self.reads.get(at) as usize);
                next = check!(closure.of(scope, name));
                at += 1;
            }
            check!(self.read_ends.push(self.reads.length as u16, "conditions"));
            c += 1;
        }
        Ok(())
    }

    const fn first(&self, group: Texts) -> u16 {
        self.groups.get(group as usize)
    }

    const fn group(&mut self) -> Result<(), Mistake> {
        self.groups.push(self.starts.length as u16 - 1, "groups")
    }

    /// A text with a number of its own.
    const fn add_text(&mut self, text: &str) -> Result<(), Mistake> {
        let start = self.text.length;
        check!(self.letters(text));
        self.end_text(start)
    }

    /// The number of a text, which others may share.
    const fn text_of(&mut self, text: &str) -> Result<u16, Mistake> {
        let start = self.text.length;
        check!(self.letters(text));
        self.settled(start)
    }

    const fn letters(&mut self, text: &str) -> Result<(), Mistake> {
        let bytes = text.as_bytes();
        let mut i = 0;
        while i < bytes.len() {
            check!(one_line(text, bytes[i]));
            check!(self.text.push(bytes[i], "words"));
            i += 1;
        }
        Ok(())
    }

    /// The number of the text since `start`; of an earlier one, if it says the same.
    const fn settled(&mut self, start: usize) -> Result<u16, Mistake> {
        let length = self.text.length - start;
        let mut known = self.last_text[self.hash(start) as usize];
        while known != NONE {
            let at = self.starts.get(known as usize) as usize;
            if self.starts.get(known as usize + 1) as usize - at == length {
                let mut i = 0;
                while i < length && self.text.get(at + i) == self.text.get(start + i) {
                    i += 1;
                }
                if i == length {
                    self.text.length = start;
                    return Ok(known);
                }
            }
            known = self.text_before.get(known as usize);
        }
        check!(self.end_text(start));
        Ok(self.starts.length as u16 - 2)
    }

    const fn end_text(&mut self, start: usize) -> Result<(), Mistake> {
        let hash = self.hash(start) as usize;
        check!(self.text_before.push(self.last_text[hash], "texts"));
        self.last_text[hash] = self.starts.length as u16 - 1;
        if self.text.length - start > u8::MAX as usize {
            return Err(Mistake::new(&["a text has more than 255 bytes"]));
        }
        self.starts.push(self.text.length as u16, "texts")
    }

    const fn hash(&self, start: usize) -> u8 {
        let mut hash = 0u8;
        let mut i = start;
        while i < self.text.length {
            hash = hash.wrapping_mul(31).wrapping_add(self.text.get(i));
            i += 1;
        }
        hash
    }

    const fn byte(&mut self, byte: u8) -> Result<(), Mistake> {
        self.book.push(byte, "rules")
    }

    const fn number(&mut self, number: u16) -> Result<(), Mistake> {
        let mut rest = number;
        while rest > 0x7f {
            check!(self.byte(rest as u8 & 0x7f | 0x80));
            rest >>= 7;
        }
        self.byte(rest as u8)
    }
}

/// What comes with a path.
struct Closure {
    /// The name that is read, the scope of what comes with it or [`SAME_SCOPE`], and its name.
    together: List<(u8, u8, u8), 64>,
    /// The scope of a kind, and what tells whether a resource of it is visible.
    sights: List<(u8, u8, u8), CAP_PATHS>,
}

const SAME_SCOPE: u8 = u8::MAX;

impl Closure {
    const fn new(source: &'static Source) -> Result<Self, Mistake> {
        let mut closure = Self { together: List::new((0, 0, 0)), sights: List::new((0, 0, 0)) };
        each!(group in source.together => {
            let mut c = 0;
            while c < group.len() {
                let read = check!(name_number(source, TARGET, group[0], group[0]));
                // With a dot it is a path of its own, without one a name in the same scope.
                let (scope, name) = if split(group[c], b'.').is_some() {
                    check!(path_numbers(source, group[c]))
                } else {
                    (SAME_SCOPE, check!(name_number(source, TARGET, group[c], group[c])))
                };
                check!(closure.together.push((read, scope, name), "attributes that are read together"));
                c += 1;
            }
        });
        let mut k = 0;
        while k < source.kinds.len() {
            each!(path in source.kinds[k].sight => {
                let (scope, name) = check!(path_numbers(source, path));
                check!(closure.sights.push((FIRST + k as u8, scope, name), "paths that tell what is visible"));
            });
            k += 1;
        }
        Ok(closure)
    }

    const fn of(&self, scope: u8, name: u8) -> Result<Paths, Mistake> {
        let mut paths = List::new((0, 0));
        if scope == PARAMETER {
            check!(paths.push((TARGET, name), "paths"));
        }
        let mut i = 0;
        while i < self.together.length {
            let (read, other_scope, other) = self.together.items[i];
            if read == name {
                let other_scope = if other_scope == SAME_SCOPE { scope } else { other_scope };
                check!(paths.push((other_scope, other), "paths"));
            }
            i += 1;
        }
        i = 0;
        while i < self.sights.length {
            let (kind, other_scope, other) = self.sights.items[i];
            if kind == scope {
                check!(paths.push((other_scope, other), "paths"));
            }
            i += 1;
        }
        Ok(paths)
    }
}

/// A path as the numbers of its scope and its name.
const fn path_numbers(source: &'static Source, path: &'static str) -> Result<(u8, u8), Mistake> {
    let Some((first, rest)) = split(path, b'.') else { return Err(unknown_path(path)) };
    let mut i = 0;
    while i < SCOPES.len() {
        if same(SCOPES[i], first) {
            return match name_number(source, i as u8, rest, path) {
                Ok(name) => Ok((i as u8, name)),
                Err(mistake) => Err(mistake),
            };
        }
        i += 1;
    }
    if same(first, "related")
        && let Some((kind, name)) = split(rest, b'.')
        && kind_index(source, kind) != NONE
    {
        let scope = FIRST + kind_index(source, kind) as u8;
        return match name_number(source, scope, name, path) {
            Ok(name) => Ok((scope, name)),
            Err(mistake) => Err(mistake),
        };
    }
    Err(unknown_path(path))
}

const fn name_number(source: &Source, scope: u8, name: &str, path: &str) -> Result<u8, Mistake> {
    let of_subject = scope == 0;
    let mut i = 0;
    while i < NAMES.len() {
        // A subject's state is an attribute; only a subject has roles.
        let applies = if of_subject { !same(name, "state") } else { !same(name, "roles") };
        if same(NAMES[i], name) && applies {
            return Ok(i as u8);
        }
        i += 1;
    }
    i = 0;
    while i < source.attributes.len() && i < (u8::MAX - FIRST) as usize {
        if same(source.attributes[i].name, name) {
            return Ok(FIRST + i as u8);
        }
        i += 1;
    }
    Err(unknown_path(path))
}

const fn one_line(text: &str, byte: u8) -> Result<(), Mistake> {
    if byte.is_ascii_control() { Err(Mistake::new(&["a text has two lines: ", text])) } else { Ok(()) }
}

/// Whether a title is what its name tells: `delete-pending` reads *Delete Pending*.
const fn is_title(title: &str, name: &str) -> bool {
    let (title, name) = (title.as_bytes(), name.as_bytes());
    if title.len() != name.len() {
        return false;
    }
    let mut start = true;
    let mut i = 0;
    while i < name.len() {
        let told = match name[i] {
            b'-' => b' ',
            letter if start => letter.to_ascii_uppercase(),
            letter => letter,
        };
        if told != title[i] {
            return false;
        }
        start = name[i] == b'-';
        i += 1;
    }
    true
}

const fn unknown_path(path: &str) -> Mistake {
    Mistake::new(&[
        "a condition reads `",
        path,
        "`, which is no attribute of a subject, resource or parameter",
    ])
}

/// Up to the first `mark`, and after it.
const fn split(text: &'static str, mark: u8) -> Option<(&'static str, &'static str)> {
    let mut i = 0;
    while i < text.len() {
        if text.as_bytes()[i] == mark {
            return Some((text.split_at(i).0, text.split_at(i + 1).1));
        }
        i += 1;
    }
    None
}
