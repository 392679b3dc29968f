//! What a condition may ask, and where it writes down what it found.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::tables::NO_KIND;
use crate::world::{Row, World};
use crate::{Attr, Op, SYSTEM_ROLE, Scope, Truth};

/// One request as conditions see it.
///
/// Conditions do not see the action, so that one answer serves every action on a target.
#[derive(Clone, Copy)]
pub struct Facts<'w> {
    pub(crate) world: &'w World<'w>,
    pub(crate) target: u32,
}

/// A resource of the request.
#[derive(Clone, Copy)]
pub struct Res<'w> {
    world: &'w World<'w>,
    pub(crate) row: u32,
}

/// Where a link leads.
#[derive(Clone, Copy)]
pub enum Link<'w> {
    /// To a resource that the request shows.
    To(Res<'w>),
    /// To nothing: the request is complete and does not list it, or lists it as absent.
    Missing(&'w str),
    /// The request has no such link, or does not show where it leads.
    Unknown,
}

impl<'w> Facts<'w> {
    /// Name of the mode.
    #[must_use]
    pub fn mode(&self) -> &'static str {
        self.world.policy.mode_name(self.world.mode)
    }

    /// Whether what is not listed does not exist.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.world.complete
    }

    /// The subject's id; none where nobody asks.
    #[must_use]
    pub fn subject_id(&self) -> Option<&'w str> {
        self.world.subject.as_ref().map(|subject| subject.id)
    }

    /// The subject's roles; none where nobody asks.
    pub fn roles(&self) -> impl Iterator<Item = &'w str> + use<'w> {
        self.world.subject.iter().flat_map(|subject| subject.roles.iter().copied())
    }

    /// Whether the subject has a role; none where nobody asks.
    #[must_use]
    #[inline(never)]
    pub fn has_role(&self, role: &str) -> Option<bool> {
        self.world.subject.as_ref()?;
        Some(self.roles().any(|held| held == role))
    }

    /// The grants of an operation on a resource's kind in this mode to the roles that the subject holds.
    #[must_use]
    #[inline(never)]
    pub fn granted(&self, resource: Res<'w>, operation: Op) -> Vec<(&'static str, Scope)> {
        let (world, kind) = (self.world, resource.fields().kind);
        let held = world.subject.as_ref().map_or(0, |subject| subject.held);
        let mut granted = Vec::new();
        for grant in world.policy.grants {
            let applies = grant.kind == kind && held >> grant.role & 1 == 1;
            if applies && grant.modes.has(usize::from(world.mode)) && grant.actions.has(operation) {
                granted.push((world.policy.role_name(grant.role), grant.scope));
            }
        }
        granted
    }

    /// The first value of an attribute of the subject.
    #[must_use]
    #[inline(never)]
    pub fn subject_get(&self, attr: Attr) -> Option<&'w str> {
        let world = self.world;
        world.subject.as_ref().and_then(|subject| world.values(subject.attributes, attr).next())
    }

    /// Whether an attribute of the subject has a value.
    #[must_use]
    #[inline(never)]
    pub fn subject_has(&self, attr: Attr, value: &str) -> bool {
        let world = self.world;
        world
            .subject
            .as_ref()
            .is_some_and(|subject| world.values(subject.attributes, attr).any(|v| v == value))
    }

    /// Whether an attribute of the subject has the value `first:second`.
    #[must_use]
    #[inline(never)]
    pub fn subject_has_pair(&self, attr: Attr, first: &str, second: &str) -> bool {
        let world = self.world;
        world.subject.as_ref().is_some_and(|subject| {
            world.values(subject.attributes, attr).any(|value| {
                let rest = value.strip_prefix(first).and_then(|rest| rest.strip_prefix(":"));
                rest == Some(second)
            })
        })
    }

    /// The resource acted on.
    #[must_use]
    pub fn target(&self) -> Res<'w> {
        Res { world: self.world, row: self.target }
    }

    /// A parameter of the action; it may stand on the target as well.
    #[must_use]
    #[inline(never)]
    pub fn parameter(&self, attr: Attr) -> Option<&'w str> {
        self.world.values(self.world.parameters, attr).next().or_else(|| self.target().get(attr))
    }

    /// Every value of a parameter; those on the target count where the action has none.
    #[must_use]
    #[inline(never)]
    pub fn parameter_values(&self, attr: Attr) -> Vec<&'w str> {
        let given = self.world.all(self.world.parameters, attr);
        if given.is_empty() { self.target().values(attr) } else { given }
    }

    /// A parameter that is true or false.
    #[must_use]
    pub fn parameter_flag(&self, attr: Attr) -> Option<bool> {
        self.parameter(attr).map(|value| value == "true")
    }

    /// The resource of a kind with an id; the target itself included.
    #[must_use]
    #[inline(never)]
    pub fn find(&self, kind: &str, id: &'w str) -> Link<'w> {
        self.find_in(self.world.policy.kind_index(kind), id)
    }

    #[inline(never)]
    fn find_in(&self, kind: Option<u8>, id: &'w str) -> Link<'w> {
        let found = kind.and_then(|kind| self.world.find(kind, id));
        match found.map(|row| Res { world: self.world, row }) {
            Some(resource) if resource.exists() => Link::To(resource),
            Some(_) => Link::Missing(id),
            None if self.complete() => Link::Missing(id),
            None => Link::Unknown,
        }
    }

    /// Where the first link of a resource under `attr` leads.
    #[must_use]
    #[inline(never)]
    pub fn link(&self, from: Res<'w>, attr: Attr) -> Link<'w> {
        from.get(attr).map_or(Link::Unknown, |id| self.follow(attr, id))
    }

    /// Where every link of a resource under `attr` leads, with its id.
    #[must_use]
    #[inline(never)]
    pub fn links(&self, from: Res<'w>, attr: Attr) -> Vec<(&'w str, Link<'w>)> {
        let ids = from.values(attr);
        let mut links = Vec::with_capacity(ids.len());
        links.extend(ids.into_iter().map(|id| (id, self.follow(attr, id))));
        links
    }

    /// Resources of a kind, other than the target, that exist and have this value under `attr`, a key or
    /// a link; in no particular order.
    #[must_use]
    pub fn having(&self, kind: &str, attr: Attr, value: &'w str) -> Vec<Res<'w>> {
        self.others(kind, Some((attr, value)))
    }

    /// Resources of a kind, other than the target, that exist; in no particular order. Looks at every one: where
    /// an attribute tells them apart, ask [`having`](Self::having).
    #[must_use]
    pub fn of_kind(&self, kind: &str) -> Vec<Res<'w>> {
        self.others(kind, None)
    }

    #[inline(never)]
    fn others(&self, kind: &str, key: Option<(Attr, &'w str)>) -> Vec<Res<'w>> {
        let world = self.world;
        let mut found = Vec::new();
        let Some(kind) = world.policy.kind_index(kind) else { return found };
        let mut candidates = world.candidates(kind, key);
        while let Some(row) = candidates.next() {
            let resource = Res { world, row };
            let counts = row != self.target && resource.fields().kind == kind && resource.exists();
            if counts && key.is_none_or(|(attr, value)| resource.has(attr, value)) {
                found.push(resource);
            }
        }
        found
    }

    /// Whether the subject may view a resource. Nothing is hidden from the platform itself.
    #[must_use]
    pub fn visible(&self, resource: Res<'w>) -> bool {
        self.has_role(SYSTEM_ROLE).unwrap_or(true) || (self.world.policy.visible)(self, resource)
    }

    pub(crate) fn row(&self, row: u32) -> Res<'w> {
        Res { world: self.world, row }
    }

    /// The same request about another target: what a condition of one kind asks of another resource.
    #[must_use]
    pub fn about(&self, target: Res<'w>) -> Self {
        Self { world: self.world, target: target.row }
    }

    #[inline(never)]
    fn follow(&self, attr: Attr, id: &'w str) -> Link<'w> {
        match self.world.policy.attributes[usize::from(attr.0)].link {
            NO_KIND => Link::Unknown,
            kind => self.find_in(Some(kind), id),
        }
    }
}

impl<'w> Res<'w> {
    /// Name of the kind.
    #[must_use]
    #[inline(never)]
    pub fn kind(&self) -> &'static str {
        self.world.policy.kind_name(self.fields().kind)
    }

    /// Id.
    #[must_use]
    pub fn id(&self) -> &'w str {
        self.fields().id
    }

    /// Name of the state.
    #[must_use]
    #[inline(never)]
    pub fn state(&self) -> &'static str {
        let fields = self.fields();
        self.world.policy.state_name(fields.kind, fields.state)
    }

    /// Whether its kind has this name.
    #[must_use]
    #[inline(never)]
    pub fn is_a(&self, kind: &str) -> bool {
        self.kind() == kind
    }

    /// Whether its state is one of these.
    #[must_use]
    #[inline(never)]
    pub fn is_in(&self, states: &[&str]) -> bool {
        states.contains(&self.state())
    }

    /// Whether its state is any but `absent`.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.fields().state != 0
    }

    /// The first value of an attribute.
    #[must_use]
    #[inline(never)]
    pub fn get(&self, attr: Attr) -> Option<&'w str> {
        self.world.values(self.fields().attributes, attr).next()
    }

    /// Every value of an attribute.
    #[must_use]
    pub fn values(&self, attr: Attr) -> Vec<&'w str> {
        self.world.all(self.fields().attributes, attr)
    }

    /// Whether an attribute has a value.
    #[must_use]
    #[inline(never)]
    pub fn has(&self, attr: Attr, value: &str) -> bool {
        self.world.values(self.fields().attributes, attr).any(|held| held == value)
    }

    /// Whether an attribute has any value.
    #[must_use]
    #[inline(never)]
    pub fn tells(&self, attr: Attr) -> bool {
        self.get(attr).is_some()
    }

    /// Whether an attribute has a value; unknown if it has none at all.
    #[must_use]
    pub fn says(&self, attr: Attr, value: &str) -> Truth {
        if self.tells(attr) { self.has(attr, value).into() } else { Truth::Unknown }
    }

    /// An attribute that is a whole number below two to the power of 32.
    #[must_use]
    #[inline(never)]
    pub fn number(&self, attr: Attr) -> Option<u32> {
        number(self.get(attr)?)
    }

    /// An attribute that is true or false.
    #[must_use]
    #[inline(never)]
    pub fn flag(&self, attr: Attr) -> Option<bool> {
        self.get(attr).map(|value| value == "true")
    }

    fn fields(&self) -> &'w Row<'w> {
        &self.world.rows[self.row as usize]
    }
}

impl PartialEq for Res<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.row == other.row
    }
}

/// A whole number below two to the power of 32, in digits.
#[must_use]
#[inline(never)]
pub fn number(digits: &str) -> Option<u32> {
    let mut number = None;
    for digit in digits.bytes() {
        let digit = u32::from(digit.wrapping_sub(b'0'));
        if digit > 9 {
            return None;
        }
        number = Some(u32::checked_add(number.unwrap_or(0u32).checked_mul(10)?, digit)?);
    }
    number
}

/// Where a condition writes down which resources are in the way, and why.
///
/// Switched off, as by default, it keeps nothing and costs next to nothing; the answer must not depend on it.
#[derive(Default)]
pub struct Trace {
    on: bool,
    pub(crate) blamed: Vec<Blamed>,
    pub(crate) because: Option<&'static str>,
}

/// A resource in the way.
pub(crate) struct Blamed {
    pub(crate) who: Who,
    pub(crate) note: &'static str,
    /// Whether messages list it; else it stands in the evidence alone.
    pub(crate) listed: bool,
}

pub(crate) enum Who {
    /// By row.
    Row(u32),
    /// A link that leads to nothing: kind and id.
    Missing(&'static str, String),
}

impl Trace {
    pub(crate) fn on() -> Self {
        Self { on: true, ..Self::default() }
    }

    /// A resource in the way; `note` says what is wrong with it, after its name: *connection invalid*.
    pub fn blame(&mut self, resource: Res<'_>, note: &'static str) {
        self.add(resource, note, true);
    }

    /// A resource whose state is in the way; messages say the state after its name.
    pub fn blame_state(&mut self, resource: Res<'_>) {
        self.blame(resource, resource.state());
    }

    /// Evidence that messages do not list.
    pub fn note(&mut self, resource: Res<'_>) {
        self.add(resource, "", false);
    }

    /// A link that leads to nothing.
    pub fn missing(&mut self, kind: &'static str, id: &str) {
        if self.on {
            let who = Who::Missing(kind, id.to_owned());
            self.blamed.push(Blamed { who, note: "gone", listed: false });
        }
    }

    /// The sentence for this refusal, in place of the condition's own. The last one counts.
    pub fn because(&mut self, refusal: &'static str) {
        self.because = Some(refusal);
    }

    #[inline(never)]
    fn add(&mut self, resource: Res<'_>, note: &'static str, listed: bool) {
        if self.on {
            self.blamed.push(Blamed { who: Who::Row(resource.row), note, listed });
        }
    }
}
