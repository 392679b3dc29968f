//! A request or a survey, its names resolved and its resources indexed once.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use hashbrown::HashMap;

use crate::contract::{Attribute, Coverage, Observation, RequestError, Subject};
use crate::{Attr, Policy};

/// Up to this many resources are searched one by one; an index pays only beyond.
const INDEX_FROM: usize = 16;

/// The end of a chain of rows.
const END: u32 = u32::MAX;

/// What conditions look at: targets, related resources, subject, parameters.
pub(crate) struct World<'a> {
    pub(crate) policy: &'static Policy,
    pub(crate) mode: u8,
    pub(crate) complete: bool,
    pub(crate) subject: Option<SubjectFacts<'a>>,
    pub(crate) parameters: Span,
    pub(crate) rows: Vec<Row<'a>>,
    values: Vec<(Attr, &'a str)>,
    index: Option<Index<'a>>,
}

pub(crate) struct SubjectFacts<'a> {
    pub(crate) id: &'a str,
    pub(crate) roles: &'a [String],
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

/// Rows by (kind, id) and by (kind, attribute, value).
struct Index<'a> {
    by_id: HashMap<(u8, &'a str), u32>,
    by_value: HashMap<(u8, u8, &'a str), u32>,
    /// (row, next link) for each value indexed.
    chain: Vec<(u32, u32)>,
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
        subject: Option<&'a Subject>,
        targets: &'a [Observation],
        related: &'a [Observation],
        parameters: &'a [Attribute],
        coverage: Coverage,
    ) -> Result<Self, RequestError> {
        let mode_index = policy.mode_index(mode).ok_or_else(|| {
            let known = list(policy.source.modes.iter().copied());
            RequestError::UnknownMode(format!("the policy has no mode `{mode}`; it has {known}"))
        })?;
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
        world.parameters = world.span(parameters, || "the parameters".to_owned())?;
        if let Some(subject) = subject {
            let attributes = world.span(&subject.attributes, || format!("subject `{}`", subject.id))?;
            world.subject = Some(SubjectFacts { id: &subject.id, roles: &subject.roles, attributes });
        }
        if targets.len() + related.len() > INDEX_FROM {
            world.index = Some(Index {
                by_id: HashMap::with_capacity(targets.len() + related.len()),
                by_value: HashMap::new(),
                chain: Vec::new(),
            });
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

    /// The row of a resource.
    pub(crate) fn find(&self, kind: u8, id: &str) -> Option<u32> {
        match &self.index {
            Some(index) => index.by_id.get(&(kind, id)).copied(),
            None => self.rows.iter().position(|row| row.kind == kind && row.id == id).map(|row| row as u32),
        }
    }

    /// Rows of a kind that have a value, each once, in no particular order.
    pub(crate) fn having(&self, kind: u8, attr: Attr, value: &'a str) -> Having<'_, 'a> {
        let next = match &self.index {
            Some(index) => index.by_value.get(&(kind, attr.0, value)).copied().unwrap_or(END),
            None => 0,
        };
        Having { world: self, kind, attr, value, next }
    }

    /// Adds a resource; the row and id of an earlier one with the same kind and id, instead, if there is one.
    fn add(&mut self, observation: &'a Observation) -> Result<Option<(u32, u8, &'a str)>, RequestError> {
        let kind = self.policy.kind_index(&observation.kind).ok_or_else(|| {
            let known = list(self.policy.source.kinds.iter().map(|kind| kind.name));
            RequestError::UnknownKind(format!("the policy has no kind `{}`; it has {known}", observation.kind))
        })?;
        let state = self.policy.state_index(kind, &observation.state).ok_or_else(|| {
            let info = self.policy.kind(kind);
            let known = list((0..info.state_count()).map(|state| info.state(state).name));
            RequestError::UnknownState(format!(
                "{} `{}` is in state `{}`, which the kind does not have; it has {known}",
                info.name, observation.id, observation.state
            ))
        })?;
        let id = observation.id.as_str();
        if let Some(row) = self.find(kind, id) {
            return Ok(Some((row, kind, id)));
        }
        let attributes =
            self.span(&observation.attributes, || format!("{} `{id}`", observation.kind))?;
        let row = self.rows.len() as u32;
        self.rows.push(Row { kind, state, id, attributes });
        if let Some(index) = &mut self.index {
            index.by_id.insert((kind, id), row);
            for &(attr, value) in &self.values[attributes.first as usize..attributes.end as usize] {
                if self.policy.source.attributes[usize::from(attr.0)].is_key() {
                    let link = index.chain.len() as u32;
                    let earlier = index.by_value.insert((kind, attr.0, value), link);
                    // A value given twice must not list its row twice.
                    let earlier = earlier.unwrap_or(END);
                    if earlier != END && index.chain[earlier as usize].0 == row {
                        index.by_value.insert((kind, attr.0, value), earlier);
                    } else {
                        index.chain.push((row, earlier));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Resolves attribute names, dropping those that no condition reads, and checks values.
    fn span(
        &mut self,
        attributes: &'a [Attribute],
        place: impl Fn() -> String,
    ) -> Result<Span, RequestError> {
        let first = self.values.len() as u32;
        for attribute in attributes {
            let known = self.policy.source.attributes.iter().position(|info| info.name == attribute.name);
            let Some(position) = known else { continue };
            let info = &self.policy.source.attributes[position];
            if !info.takes(&attribute.value) {
                let known = match info.words() {
                    [] => "a whole number below 1,000,000,000".to_owned(),
                    words => list(words.iter().copied()),
                };
                return Err(RequestError::Invalid(format!(
                    "attribute `{}` of {} is `{}`; it takes {known}",
                    attribute.name,
                    place(),
                    attribute.value
                )));
            }
            self.values.push((Attr(position as u8), &attribute.value));
        }
        Ok(Span { first, end: self.values.len() as u32 })
    }

    /// Whether an observation says the same as a row, whatever the order of its attributes.
    fn repeats(&mut self, row: u32, observation: &'a Observation) -> bool {
        let row = self.rows[row as usize];
        let same_state = self.policy.state_index(row.kind, &observation.state) == Some(row.state);
        let length = self.values.len();
        let Ok(span) = self.span(&observation.attributes, String::new) else { return false };
        let sorted = |span: Span| {
            let mut values: Vec<_> =
                self.values[span.first as usize..span.end as usize].iter().map(|(a, v)| (a.0, *v)).collect();
            values.sort_unstable();
            values
        };
        let same = same_state && sorted(row.attributes) == sorted(span);
        self.values.truncate(length);
        same
    }
}

/// The rows that [`World::having`] finds.
pub(crate) struct Having<'w, 'a> {
    world: &'w World<'a>,
    kind: u8,
    attr: Attr,
    value: &'a str,
    next: u32,
}

impl Iterator for Having<'_, '_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if let Some(index) = &self.world.index {
            let (row, next) = *index.chain.get(self.next as usize)?;
            self.next = next;
            return Some(row);
        }
        while let Some(row) = self.world.rows.get(self.next as usize) {
            self.next += 1;
            if row.kind == self.kind && self.world.values(row.attributes, self.attr).any(|v| v == self.value) {
                return Some(self.next - 1);
            }
        }
        None
    }
}

fn twice(policy: &'static Policy, row: &(u32, u8, &str), what: &str) -> RequestError {
    RequestError::Invalid(format!("{} `{}` {what}", policy.kind(row.1).name, row.2))
}

/// Names in backticks, joined by commas.
pub(crate) fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut text = String::new();
    for name in names {
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push('`');
        text.push_str(name);
        text.push('`');
    }
    text
}
