//! What a condition may ask, and where it writes down what it found.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::tables::NO_KIND;
use crate::world::{Candidates, Row, World};
use crate::{Attr, KindId, Op, RoleId, Scope, StateId, Truth};

/// One request as conditions see it.
///
/// Conditions do not see the action, so that one answer serves every action on a target.
#[derive(Clone, Copy)]
pub struct Facts<'w> {
    pub(crate) world: &'w World<'w>,
    target: &'w Row<'w>,
}

/// A resource of the request.
#[derive(Clone, Copy)]
pub struct Res<'w> {
    world: &'w World<'w>,
    pub(crate) row: &'w Row<'w>,
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
    /// - `target`: its row.
    pub(crate) fn of(world: &'w World<'w>, target: u32) -> Self {
        Self { world, target: &world.rows[target as usize] }
    }

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

    /// Whether the subject has a role; none where nobody asks.
    #[must_use]
    #[inline(never)]
    pub fn has_role(&self, role: RoleId) -> Option<bool> {
        self.held().map(|held| held.checked_shr(role.0.into()).is_some_and(|held| held & 1 == 1))
    }

    /// Whether a role is the only one of the policy's that the subject has; none where nobody asks.
    #[must_use]
    pub fn has_only_role(&self, role: RoleId) -> Option<bool> {
        self.held().map(|held| 1u32.checked_shl(role.0.into()) == Some(held))
    }

    /// Whether the platform itself asks: nobody, or the role `system`.
    #[must_use]
    pub fn by_platform(&self) -> bool {
        self.has_role(self.world.policy.system).unwrap_or(true)
    }

    fn held(&self) -> Option<u32> {
        self.world.subject.as_ref().map(|subject| subject.held)
    }

    /// The grants of an operation on a resource's kind in this mode to the roles that the subject holds.
    pub fn granted(
        &self,
        resource: Res<'w>,
        operation: Op,
    ) -> impl Iterator<Item = (RoleId, Scope)> + use<'w> {
        let (mode, policy) = (usize::from(self.world.mode), self.world.policy);
        let held = self.held().unwrap_or_default();
        let (first, end) = policy.kinds[usize::from(resource.row.kind)].grants;
        let grants = policy.grants.get(usize::from(first)..usize::from(end)).unwrap_or_default();
        grants
            .iter()
            .filter(move |grant| {
                held >> grant.role & 1 == 1 && grant.modes.has(mode) && grant.actions.has(operation)
            })
            .map(|grant| (RoleId(grant.role), grant.scope))
    }

    /// The first value of an attribute of the subject.
    #[must_use]
    #[inline(never)]
    pub fn subject_get(&self, attr: Attr) -> Option<&'w str> {
        self.subject_values(attr).next()
    }

    /// Whether an attribute of the subject has a value.
    #[must_use]
    #[inline(never)]
    pub fn subject_has(&self, attr: Attr, value: &str) -> bool {
        self.subject_values(attr).any(|held| held == value)
    }

    /// Whether an attribute of the subject has the value `first:second`.
    #[must_use]
    #[inline(never)]
    pub fn subject_has_pair(&self, attr: Attr, first: &str, second: &str) -> bool {
        self.subject_values(attr).any(|held| {
            let rest = held.strip_prefix(first).and_then(|rest| rest.strip_prefix(":"));
            rest == Some(second)
        })
    }

    fn subject_values(&self, attr: Attr) -> Given<'w> {
        let subject = self.world.subject.as_ref();
        let rest = subject.map_or(&[][..], |subject| self.world.given_of(subject.attributes, attr));
        Given { rest, attr }
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
        self.parameter_values(attr).next()
    }

    /// Every value of a parameter; those on the target count where the action has none.
    pub fn parameter_values(&self, attr: Attr) -> Given<'w> {
        let given = Given { rest: self.world.given_of(self.world.parameters, attr), attr };
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
    pub fn find(&self, kind: KindId, id: &'w str) -> Link<'w> {
        match self.world.find(kind.0, id) {
            Some(row) if row.state != 0 => Link::To(Res { world: self.world, row }),
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
    pub fn links(&self, from: Res<'w>, attr: Attr) -> impl Iterator<Item = (&'w str, Link<'w>)> + use<'w> {
        let facts = *self;
        from.values(attr).map(move |id| (id, facts.follow(attr, id)))
    }

    /// Resources of a kind, other than the target, that exist and have this value under `attr`, a key or
    /// a link; in no particular order.
    #[must_use]
    pub fn having(&self, kind: KindId, attr: Attr, value: &'w str) -> Others<'w> {
        self.others(kind, Some((attr, value)))
    }

    /// Resources of a kind, other than the target, that exist; in no particular order. Looks at every one: where
    /// an attribute tells them apart, ask [`having`](Self::having).
    #[must_use]
    pub fn of_kind(&self, kind: KindId) -> Others<'w> {
        self.others(kind, None)
    }

    fn others(&self, kind: KindId, key: Option<(Attr, &'w str)>) -> Others<'w> {
        let Self { world, target } = *self;
        Others { world, target: target.number, kind: kind.0, key, candidates: world.candidates(kind.0, key) }
    }

    /// Whether the subject may view a resource. Nothing is hidden from the platform itself.
    #[must_use]
    pub fn visible(&self, resource: Res<'w>) -> bool {
        self.by_platform() || (self.world.policy.visible)(self, resource)
    }

    pub(crate) fn row(&self, row: u32) -> Res<'w> {
        Res { world: self.world, row: &self.world.rows[row as usize] }
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
            kind => self.find(KindId(kind), id),
        }
    }
}

/// Resources of a kind, other than the target.
#[derive(Clone)]
pub struct Others<'w> {
    world: &'w World<'w>,
    target: u32,
    kind: u8,
    key: Option<(Attr, &'w str)>,
    candidates: Candidates<'w>,
}

impl<'w> Iterator for Others<'w> {
    type Item = Res<'w>;

    #[inline(never)]
    fn next(&mut self) -> Option<Res<'w>> {
        loop {
            let row = self.candidates.next()?;
            let resource = Res { world: self.world, row };
            if row.number != self.target
                && row.kind == self.kind
                && row.state != 0
                && self.key.is_none_or(|(attr, value)| resource.has(attr, value))
            {
                return Some(resource);
            }
        }
    }
}

/// Values of an attribute.
#[derive(Clone)]
#[must_use]
pub struct Given<'w> {
    rest: &'w [(Attr, &'w str)],
    attr: Attr,
}

impl Given<'_> {
    /// Whether there are none left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clone().next().is_none()
    }
}

impl<'w> Iterator for Given<'w> {
    type Item = &'w str;

    #[inline(never)]
    fn next(&mut self) -> Option<&'w str> {
        loop {
            let (&(attr, value), rest) = self.rest.split_first()?;
            self.rest = rest;
            if attr == self.attr {
                return Some(value);
            }
        }
    }
}

impl<'w> Res<'w> {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> KindId {
        KindId(self.row.kind)
    }

    /// Name of its kind.
    #[must_use]
    pub fn kind_name(&self) -> &'static str {
        self.world.policy.kind_name(self.row.kind)
    }

    /// Id.
    #[must_use]
    pub fn id(&self) -> &'w str {
        self.row.id
    }

    /// Its state.
    #[must_use]
    pub fn state(&self) -> StateId {
        StateId { kind: self.row.kind, state: self.row.state }
    }

    /// Name of its state.
    #[must_use]
    pub fn state_name(&self) -> &'static str {
        self.world.policy.state_name(self.row.kind, self.row.state)
    }

    /// Whether its state is any but `absent`.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.row.state != 0
    }

    /// The first value of an attribute.
    #[must_use]
    #[inline(never)]
    pub fn get(&self, attr: Attr) -> Option<&'w str> {
        if self.row.attributes.may_tell(attr) { self.values(attr).next() } else { None }
    }

    /// Every value of an attribute.
    pub fn values(&self, attr: Attr) -> Given<'w> {
        Given { rest: self.world.given_of(self.row.attributes, attr), attr }
    }

    /// Whether an attribute has a value.
    #[must_use]
    #[inline(never)]
    pub fn has(&self, attr: Attr, value: &str) -> bool {
        self.row.attributes.may_tell(attr) && self.values(attr).any(|held| held == value)
    }

    /// What a policy derives of this resource, computed once for a question, however many conditions ask.
    ///
    /// - `place`: 0 or 1; what is derived under one place must always be the same of one resource.
    /// - `derive`: gives at most 254, and must depend on nothing but the request, its target aside.
    #[must_use]
    #[inline(always)]
    pub fn derived(&self, place: usize, derive: impl FnOnce() -> u8) -> u8 {
        let kept = &self.row.derived[place];
        match kept.get() {
            0 => {
                let derived = derive();
                kept.set(derived + 1);
                derived
            }
            derived => derived - 1,
        }
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
}

impl PartialEq for Res<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.row.number == other.row.number
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
    Missing(KindId, String),
}

impl Trace {
    pub(crate) fn on() -> Self {
        Self { on: true, ..Self::default() }
    }

    /// Whether anything is kept: if not, what is in the way need not be found.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.on
    }

    /// A resource in the way; `note` says what is wrong with it, after its name: *connection invalid*.
    pub fn blame(&mut self, resource: Res<'_>, note: &'static str) {
        self.add(resource, note, true);
    }

    /// A resource whose state is in the way; messages say the state after its name.
    pub fn blame_state(&mut self, resource: Res<'_>) {
        if self.on {
            self.blame(resource, resource.state_name());
        }
    }

    /// Evidence that messages do not list.
    pub fn note(&mut self, resource: Res<'_>) {
        self.add(resource, "", false);
    }

    /// A link that leads to nothing.
    pub fn missing(&mut self, kind: KindId, id: &str) {
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
            self.blamed.push(Blamed { who: Who::Row(resource.row.number), note, listed });
        }
    }
}
