//! A request or a survey, its names resolved and its resources indexed once.

use alloc::string::String;
use alloc::vec::Vec;

use crate::contract::{Attribute, Coverage, Observation, RequestError, Subject};
use crate::index::Index;
use crate::order::positions;
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
    index: Option<Index>,
}

pub(crate) struct SubjectFacts<'a> {
    pub(crate) id: &'a str,
    pub(crate) roles: &'a [&'a str],
    /// Bit i: the subject holds the i-th role of the policy.
    pub(crate) held: u32,
    pub(crate) attributes: Span,
}

/// A resource, its kind and state as indexes.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    pub(crate) kind: u8,
    pub(crate) state: u8,
    pub(crate) id: &'a str,
    pub(crate) attributes: Span,
}

/// A range of a world's values.
#[derive(Clone, Copy)]
pub(crate) struct Span {
    first: u32,
    end: u32,
}

impl<'a> World<'a> {
    /// Resolves names and refuses what contradicts itself.
    ///
    /// - `targets`: become the first rows, in their order.
    ///
    /// # Errors
    ///
    /// [`RequestError`] for a name that the policy does not have, a value that its attribute does not
    /// take, two observations of one resource that differ, or a target that is listed again.
    pub(crate) fn new(
        policy: &'static Policy,
        mode: &str,
        subject: Option<&'a Subject<'a>>,
        targets: &'a [Observation<'a>],
        related: &'a [Observation<'a>],
        parameters: &'a [Attribute<'a>],
        coverage: Coverage,
    ) -> Result<Self, RequestError> {
        let Some(mode_index) = policy.mode_index(mode) else {
            return Err(RequestError::UnknownMode(unknown(
                policy,
                "mode",
                mode,
                "it",
                Texts::Modes,
                policy.modes,
            )));
        };
        let mut world = Self {
            policy,
            mode: mode_index,
            complete: coverage == Coverage::Complete,
            subject: None,
            parameters: Span { first: 0, end: 0 },
            rows: Vec::with_capacity(targets.len() + related.len()),
            values: Vec::with_capacity(8 * (targets.len() + related.len())),
            index: None,
        };
        world.parameters = world.span(parameters, ["the parameters", "", ""])?;
        if let Some(subject) = subject {
            let attributes = world.span(&subject.attributes, ["subject", " `", subject.id])?;
            let mut held = 0;
            for role in &subject.roles {
                held |= policy.role_index(role).map_or(0, |role| 1 << role);
            }
            world.subject = Some(SubjectFacts { id: subject.id, roles: &subject.roles, held, attributes });
        }
        if targets.len() + related.len() > INDEX_FROM {
            world.index = Some(Index::new(4 * (targets.len() + related.len())));
        }
        for target in targets {
            if let Some(row) = world.add(target)? {
                return Err(twice(policy, &row, "is a target and is listed again"));
            }
        }
        for observation in related {
            if let Some(row) = world.add(observation)? {
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

    /// Values of an attribute in a span, in the order given.
    pub(crate) fn values(&self, span: Span, attr: Attr) -> impl Iterator<Item = &'a str> + '_ {
        self.values[span.first as usize..span.end as usize]
            .iter()
            .filter(move |(name, _)| *name == attr)
            .map(|(_, value)| *value)
    }

    /// The same, as a list.
    #[inline(never)]
    pub(crate) fn all(&self, span: Span, attr: Attr) -> Vec<&'a str> {
        let mut values = Vec::with_capacity((span.end - span.first) as usize);
        values.extend(self.values(span, attr));
        values
    }

    /// The row of a resource.
    #[inline(never)]
    pub(crate) fn find(&self, kind: u8, id: &str) -> Option<u32> {
        let mut candidates = self.candidates(kind, Some((ID, id)));
        loop {
            let row = candidates.next()?;
            let resource = &self.rows[row as usize];
            if resource.kind == kind && resource.id == id {
                return Some(row);
            }
        }
    }

    /// Rows among which are those of a kind that have a value; all rows if no value is asked for.
    pub(crate) fn candidates(&self, kind: u8, key: Option<(Attr, &str)>) -> Candidates<'_> {
        let index = self.index.as_ref().zip(key);
        let index = index.map(|(index, (attr, value))| (index, Index::hash(kind, attr.0, value)));
        let next = index.map_or(0, |(index, hash)| index.start(hash));
        Candidates { index, next, count: self.rows.len() as u32 }
    }

    /// Adds a resource; the row and id of an earlier one with the same kind and id, instead, if there is one.
    fn add(&mut self, observation: &'a Observation<'a>) -> Result<Option<(u32, u8, &'a str)>, RequestError> {
        let policy = self.policy;
        let Some(kind) = policy.kind_index(observation.kind) else {
            let kinds = policy.kinds.len() as u8;
            let text = unknown(policy, "kind", observation.kind, "it", Texts::Kinds, kinds);
            return Err(RequestError::UnknownKind(text));
        };
        let Some(state) = policy.state_index(kind, observation.state) else {
            let mut text = sentence(&[
                observation.kind,
                " `",
                observation.id,
                "` is in state `",
                observation.state,
                "`, which the kind does not have; it has ",
            ]);
            let states = 0..policy.kinds[usize::from(kind)].states;
            list(&mut text, &mut states.map(|state| policy.state_name(kind, state)));
            return Err(RequestError::UnknownState(text));
        };
        let id = observation.id;
        if let Some(row) = self.find(kind, id) {
            return Ok(Some((row, kind, id)));
        }
        let attributes = self.span(&observation.attributes, [observation.kind, " `", id])?;
        let row = self.rows.len() as u32;
        self.rows.push(Row { kind, state, id, attributes });
        if let Some(index) = &mut self.index {
            index.add(Index::hash(kind, ID.0, id), row);
            let values = &self.values[attributes.first as usize..attributes.end as usize];
            for (position, &(attr, value)) in values.iter().enumerate() {
                // A value given twice must not list its row twice.
                let again = values[..position].contains(&(attr, value));
                if !again && self.policy.attributes[usize::from(attr.0)].is(AttributeTable::KEY) {
                    index.add(Index::hash(kind, attr.0, value), row);
                }
            }
        }
        Ok(None)
    }

    /// Resolves attribute names, dropping those that no condition reads, and checks values.
    #[inline(never)]
    fn span(&mut self, attributes: &'a [Attribute<'a>], place: [&str; 3]) -> Result<Span, RequestError> {
        let first = self.values.len() as u32;
        for attribute in attributes {
            let Some(position) = self.policy.attribute_index(attribute.name) else { continue };
            let info = &self.policy.attributes[usize::from(position)];
            let attr = Attr(position);
            let taken = self.takes(info, attribute.value);
            let earlier = self.values[first as usize..].iter().find(|(known, _)| *known == attr);
            let several = !info.is(AttributeTable::REPEATS)
                && earlier.is_some_and(|(_, value)| *value != attribute.value);
            if !taken || several {
                let [place, quote, id] = place;
                let close = if id.is_empty() { "" } else { "`" };
                let mut text = sentence(&["attribute `", attribute.name, "` of ", place, quote, id, close]);
                if taken {
                    text.push_str(" has several values; it takes one");
                } else {
                    text.push_str(&sentence(&[" is `", attribute.value, "`; it takes "]));
                    if info.is(AttributeTable::NUMBER) {
                        text.push_str("a whole number below 1,000,000,000");
                    } else {
                        list(&mut text, &mut self.policy.words(info));
                    }
                }
                return Err(RequestError::Invalid(text));
            }
            self.values.push((attr, attribute.value));
        }
        Ok(Span { first, end: self.values.len() as u32 })
    }

    /// Whether an attribute takes a value.
    fn takes(&self, info: &AttributeTable, value: &str) -> bool {
        if info.is(AttributeTable::NUMBER) {
            return !value.is_empty() && value.len() < 10 && value.bytes().all(|b| b.is_ascii_digit());
        }
        !info.is(AttributeTable::CLOSED) || self.policy.words(info).any(|word| word == value)
    }

    /// Whether an observation says the same as a row, whatever the order of its attributes.
    fn repeats(&mut self, row: u32, observation: &'a Observation<'a>) -> bool {
        let row = self.rows[row as usize];
        let same_state = self.policy.state_index(row.kind, observation.state) == Some(row.state);
        let length = self.values.len();
        let Ok(span) = self.span(&observation.attributes, [""; 3]) else { return false };
        let sorted = |span: Span| {
            let values = &self.values[span.first as usize..span.end as usize];
            let order = positions(values.len(), &|a, b| {
                values[a].0.0.cmp(&values[b].0.0).then_with(|| values[a].1.cmp(values[b].1))
            });
            (values, order)
        };
        let ((old, before), (new, after)) = (sorted(row.attributes), sorted(span));
        let same = same_state
            && before.len() == after.len()
            && before.iter().zip(&after).all(|(&before, &after)| old[before] == new[after]);
        self.values.truncate(length);
        same
    }
}

/// Rows to look at, each once.
pub(crate) struct Candidates<'w> {
    index: Option<(&'w Index, u32)>,
    next: u32,
    count: u32,
}

impl Candidates<'_> {
    pub(crate) fn next(&mut self) -> Option<u32> {
        if let Some((index, hash)) = self.index {
            return index.next(hash, &mut self.next);
        }
        let row = self.next;
        self.next += 1;
        (row < self.count).then_some(row)
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
