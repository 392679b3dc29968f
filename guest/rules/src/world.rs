//! A request or a survey, its names resolved and its resources indexed once.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::Cell;

use crate::contract::RequestError;
use crate::index::Index;
use crate::question::{Asking, Named, Observed, Question};
use crate::tables::{AttributeTable, Texts};
use crate::{Attr, Policy};

/// Up to this many resources are searched one by one; an index pays only beyond.
const INDEX_FROM: usize = 16;

/// What ids are indexed as, in place of an attribute.
const ID: Attr = Attr(u8::MAX);

/// What conditions look at: targets, related resources, subject, parameters.
pub(crate) struct World<'a> {
    pub(crate) policy: &'static Policy,
    pub(crate) mode: u8,
    pub(crate) complete: bool,
    pub(crate) subject: Option<SubjectFacts<'a>>,
    pub(crate) parameters: Span,
    pub(crate) rows: Vec<Row<'a>>,
    values: Vec<(Attr, &'a str)>,
    /// The last row of each kind, or [`END`].
    last: Vec<u32>,
    index: Option<Index>,
}

pub(crate) struct SubjectFacts<'a> {
    pub(crate) id: &'a str,
    /// Bit i: the subject holds the i-th role of the policy.
    pub(crate) held: u32,
    pub(crate) attributes: Span,
}

/// A resource, its kind and state as indexes.
pub(crate) struct Row<'a> {
    pub(crate) kind: u8,
    pub(crate) state: u8,
    pub(crate) id: &'a str,
    pub(crate) attributes: Span,
    /// Its own position.
    pub(crate) number: u32,
    /// The row before it of the same kind, or [`END`].
    before: u32,
    /// What the policy derived of it: 0, or one more than that.
    pub(crate) derived: [Cell<u8>; DERIVED],
}

/// How many things a policy can keep that it derived of a resource.
const DERIVED: usize = 2;

/// There is no such row.
const END: u32 = u32::MAX;

/// A range of a world's values.
#[derive(Clone, Copy)]
pub(crate) struct Span {
    first: u32,
    end: u32,
    /// Bit i: there may be a value of an attribute whose number is i, modulo 64. Most of what conditions ask for is
    /// not there, and this tells without a search.
    attributes: u64,
}

impl Span {
    /// Whether there may be a value of an attribute.
    #[inline(always)]
    pub(crate) fn may_tell(self, attr: Attr) -> bool {
        self.attributes & bit(attr) != 0
    }
}

#[inline(always)]
fn bit(attr: Attr) -> u64 {
    1 << (attr.0 % 64)
}

impl<'a> World<'a> {
    /// Resolves names and refuses what contradicts itself. Targets become the first rows, in their order.
    ///
    /// # Errors
    ///
    /// [`RequestError`] for a name that the policy does not have, a value that its attribute does not
    /// take, two observations of one resource that differ, or a target that is listed again.
    pub(crate) fn new<Q: Question>(policy: &'static Policy, question: &'a Q) -> Result<Self, RequestError> {
        let name = question.mode();
        let Some(mode) = policy.mode_index(name) else {
            let text = unknown(policy, "mode", name, "it", Texts::Modes, policy.modes);
            return Err(RequestError::UnknownMode(text));
        };
        let (targets, related) = (question.targets(), question.related());
        let mut world = Self::empty(policy, mode, question.complete(), targets.len() + related.len());
        world.parameters = world.span(question.parameters(), ["the parameters", "", ""])?;
        if let Some(subject) = question.subject() {
            let id = subject.id();
            let attributes = world.span(subject.attributes(), ["subject", " `", id])?;
            let mut held = 0;
            for role in subject.roles() {
                held |= policy.role_index(role.as_ref()).map_or(0, |role| 1 << role);
            }
            world.subject = Some(SubjectFacts { id, held, attributes });
        }
        for target in targets {
            if let Some(row) = world.observe(target)? {
                return Err(twice(policy, &row, "is a target and is listed again"));
            }
        }
        for observation in related {
            if let Some(row) = world.observe(observation)? {
                if (row.0 as usize) < targets.len() {
                    return Err(twice(policy, &row, "is the target and stands among the related as well"));
                }
                if !world.repeats(row.0, observation) {
                    return Err(twice(policy, &row, "is listed twice, and the two differ"));
                }
            }
        }
        Ok(world)
    }

    /// A world without resources.
    ///
    /// - `resources`: how many to expect.
    pub(crate) fn empty(policy: &'static Policy, mode: u8, complete: bool, resources: usize) -> Self {
        Self {
            policy,
            mode,
            complete,
            subject: None,
            parameters: Span { first: 0, end: 0, attributes: 0 },
            rows: Vec::with_capacity(resources),
            values: Vec::with_capacity(8 * resources),
            last: vec![END; policy.kinds.len()],
            index: (resources > INDEX_FROM).then(|| Index::new(4 * resources)),
        }
    }

    /// The values in a span, in the order given.
    fn given(&self, span: Span) -> &[(Attr, &'a str)] {
        self.values.get(span.first as usize..span.end as usize).unwrap_or_default()
    }

    /// Those among which the values of an attribute are, if there are any.
    #[inline(never)]
    pub(crate) fn given_of(&self, span: Span, attr: Attr) -> &[(Attr, &'a str)] {
        if span.may_tell(attr) { self.given(span) } else { &[] }
    }

    /// The row of a resource.
    #[inline(never)]
    pub(crate) fn find<'w>(&'w self, kind: u8, id: &str) -> Option<&'w Row<'w>> {
        let mut candidates = self.candidates(kind, Some((ID, id)));
        loop {
            let row = candidates.next()?;
            if row.kind == kind && row.id == id {
                return Some(row);
            }
        }
    }

    /// Rows of a kind, among them every one that has a value if one is asked for.
    ///
    /// Of other kinds as well, where two keys of the index share a hash.
    #[inline(never)]
    pub(crate) fn candidates<'w>(&'w self, kind: u8, key: Option<(Attr, &str)>) -> Candidates<'w> {
        let index = self.index.as_ref().zip(key);
        let index = index.map(|(index, (attr, value))| (index, Index::hash(kind, attr.0, value)));
        let next = index.map_or(self.last[usize::from(kind)], |(index, hash)| index.start(hash));
        Candidates { index, next, rows: &self.rows }
    }

    /// Adds a resource; the row and id of an earlier one with the same kind and id, instead, if there is one.
    fn observe<O: Observed>(
        &mut self,
        observation: &'a O,
    ) -> Result<Option<(u32, u8, &'a str)>, RequestError> {
        let policy = self.policy;
        let [kind_name, id, state_name] = [observation.kind(), observation.id(), observation.state()];
        let Some(kind) = policy.kind_index(kind_name) else {
            let kinds = policy.kinds.len() as u8;
            let text = unknown(policy, "kind", kind_name, "it", Texts::Kinds, kinds);
            return Err(RequestError::UnknownKind(text));
        };
        let Some(state) = policy.state_index(kind, state_name) else {
            let mut text = sentence(&[
                kind_name,
                " `",
                id,
                "` is in state `",
                state_name,
                "`, which the kind does not have; it has ",
            ]);
            let states = 0..policy.kinds[usize::from(kind)].states;
            list(&mut text, &mut states.map(|state| policy.state_name(kind, state)));
            return Err(RequestError::UnknownState(text));
        };
        if let Some(row) = self.find(kind, id) {
            return Ok(Some((row.number, kind, id)));
        }
        let attributes = self.span(observation.attributes(), [kind_name, " `", id])?;
        self.add(kind, state, id, attributes);
        Ok(None)
    }

    /// Adds a resource that is not there yet.
    pub(crate) fn add(&mut self, kind: u8, state: u8, id: &'a str, attributes: Span) {
        let row = self.rows.len() as u32;
        let before = core::mem::replace(&mut self.last[usize::from(kind)], row);
        self.rows.push(Row { kind, state, id, attributes, number: row, before, derived: Default::default() });
        if let Some(index) = &mut self.index {
            index.add(Index::hash(kind, ID.0, id), row);
            let values = &self.values[attributes.first as usize..attributes.end as usize];
            for &(attr, value) in values {
                if self.policy.attributes[usize::from(attr.0)].is(AttributeTable::KEY) {
                    index.add(Index::hash(kind, attr.0, value), row);
                }
            }
        }
    }

    /// A span of no values yet, after all others.
    pub(crate) fn no_values(&self) -> Span {
        let end = self.values.len() as u32;
        Span { first: end, end, attributes: 0 }
    }

    /// Whether a value can be added to a span: its attribute takes it, and has no other value there if it takes one.
    pub(crate) fn fits(&self, span: Span, attr: Attr, value: &str) -> bool {
        let info = &self.policy.attributes[usize::from(attr.0)];
        self.takes(info, value)
            && (info.is(AttributeTable::REPEATS)
                || self.given(span).iter().all(|&(known, given)| known != attr || given == value))
    }

    /// Adds a value to a span, the last one: one that its attribute takes.
    pub(crate) fn push(&mut self, span: &mut Span, attr: Attr, value: &'a str) {
        self.values.push((attr, value));
        span.end += 1;
        span.attributes |= bit(attr);
    }

    /// Resolves attribute names, dropping those that no condition reads, and checks values.
    #[inline(never)]
    fn span<A: Named>(&mut self, attributes: &'a [A], place: [&str; 3]) -> Result<Span, RequestError> {
        let mut span = self.no_values();
        for attribute in attributes {
            let (name, value) = (attribute.name(), attribute.value());
            let Some(position) = self.policy.attribute_index(name) else { continue };
            if !self.fits(span, Attr(position), value) {
                let info = &self.policy.attributes[usize::from(position)];
                let [place, quote, id] = place;
                let close = if id.is_empty() { "" } else { "`" };
                let mut text = sentence(&["attribute `", name, "` of ", place, quote, id, close]);
                if self.takes(info, value) {
                    text.push_str(" has several values; it takes one");
                } else {
                    text.push_str(&sentence(&[" is `", value, "`; it takes "]));
                    if info.is(AttributeTable::NUMBER) {
                        text.push_str("a whole number below 1,000,000,000");
                    } else {
                        list(&mut text, &mut self.policy.words(info));
                    }
                }
                return Err(RequestError::Invalid(text));
            }
            self.push(&mut span, Attr(position), value);
        }
        Ok(span)
    }

    /// Whether an attribute takes a value.
    fn takes(&self, info: &AttributeTable, value: &str) -> bool {
        if info.is(AttributeTable::NUMBER) {
            return !value.is_empty() && value.len() < 10 && value.bytes().all(|b| b.is_ascii_digit());
        }
        !info.is(AttributeTable::CLOSED) || self.policy.words(info).any(|word| word == value)
    }

    /// Whether an observation says the same as a row, whatever the order of its attributes.
    fn repeats<O: Observed>(&mut self, row: u32, observation: &'a O) -> bool {
        let &Row { kind, state, attributes, .. } = &self.rows[row as usize];
        let length = self.values.len();
        let Ok(span) = self.span(observation.attributes(), [""; 3]) else { return false };
        let (old, new) = (self.given(attributes), self.given(span));
        let count = |values: &[_], value| values.iter().filter(|&other| other == value).count();
        let same = self.policy.state_index(kind, observation.state()) == Some(state)
            && old.len() == new.len()
            && old.iter().all(|value| count(old, value) == count(new, value));
        self.values.truncate(length);
        same
    }
}

/// Rows to look at, each once.
#[derive(Clone)]
pub(crate) struct Candidates<'w> {
    index: Option<(&'w Index, u32)>,
    next: u32,
    rows: &'w [Row<'w>],
}

impl<'w> Candidates<'w> {
    pub(crate) fn next(&mut self) -> Option<&'w Row<'w>> {
        if let Some((index, hash)) = self.index {
            return self.rows.get(index.next(hash, &mut self.next)? as usize);
        }
        let row = self.rows.get(self.next as usize)?;
        self.next = row.before;
        Some(row)
    }
}

fn twice(policy: &'static Policy, row: &(u32, u8, &str), what: &str) -> RequestError {
    RequestError::Invalid(sentence(&[policy.kind_name(row.1), " `", row.2, "` ", what]))
}

/// *the policy has no kind `tape`; it has `backup`, `restore`*
///
/// - `count`: how many items of `group` there are.
#[cold]
#[inline(never)]
pub(crate) fn unknown(policy: &Policy, what: &str, name: &str, who: &str, group: Texts, count: u8) -> String {
    let mut text = sentence(&["the policy has no ", what, " `", name, "`; ", who, " has "]);
    list(&mut text, &mut (0..count).map(|item| policy.name(group, item)));
    text
}

/// The parts, joined.
#[cold]
#[inline(never)]
pub(crate) fn sentence(parts: &[&str]) -> String {
    let mut text = String::new();
    parts.iter().for_each(|part| text.push_str(part));
    text
}

/// Adds names in backticks, joined by commas.
#[cold]
#[inline(never)]
pub(crate) fn list(text: &mut String, names: &mut dyn Iterator<Item = &str>) {
    let start = text.len();
    for name in names {
        text.push_str(if text.len() == start { "`" } else { ", `" });
        text.push_str(name);
        text.push('`');
    }
}
