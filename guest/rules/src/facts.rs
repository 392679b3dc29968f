//! What a condition may ask, and where it writes down what it found.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::world::{Row, World};
use crate::{Attr, SYSTEM_ROLE};

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
        self.world.policy.source.modes[usize::from(self.world.mode)]
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
        self.world.subject.iter().flat_map(|subject| subject.roles.iter().map(String::as_str))
    }

    /// Whether the subject has a role; none where nobody asks.
    #[must_use]
    pub fn has_role(&self, role: &str) -> Option<bool> {
        self.world.subject.as_ref()?;
        Some(self.roles().any(|held| held == role))
    }

    /// Values of an attribute of the subject.
    pub fn subject_values(&self, attr: Attr) -> impl Iterator<Item = &'w str> + use<'w> {
        let world = self.world;
        world.subject.iter().flat_map(move |subject| world.values(subject.attributes, attr))
    }

    /// The resource acted on.
    #[must_use]
    pub fn target(&self) -> Res<'w> {
        Res { world: self.world, row: self.target }
    }

    /// A parameter of the action; it may stand on the target as well.
    #[must_use]
    pub fn parameter(&self, attr: Attr) -> Option<&'w str> {
        self.world.values(self.world.parameters, attr).next().or_else(|| self.target().get(attr))
    }

    /// Every value of a parameter; those on the target count where the action has none.
    pub fn parameter_values(&self, attr: Attr) -> impl Iterator<Item = &'w str> + use<'w> {
        let (world, target) = (self.world, self.target());
        let given = world.values(world.parameters, attr).next().is_some();
        let own = target.values(attr).filter(move |_| !given);
        world.values(world.parameters, attr).chain(own)
    }

    /// A parameter that is true or false.
    #[must_use]
    pub fn parameter_flag(&self, attr: Attr) -> Option<bool> {
        self.parameter(attr).map(|value| value == "true")
    }

    /// The resource of a kind with an id; the target itself included.
    #[must_use]
    pub fn find(&self, kind: &str, id: &'w str) -> Link<'w> {
        let found = self.world.policy.kind_index(kind).and_then(|kind| self.world.find(kind, id));
        match found.map(|row| Res { world: self.world, row }) {
            Some(resource) if resource.exists() => Link::To(resource),
            Some(_) => Link::Missing(id),
            None if self.complete() => Link::Missing(id),
            None => Link::Unknown,
        }
    }

    /// Where the first link of a resource under `attr` leads.
    #[must_use]
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
    pub fn having(&self, kind: &str, attr: Attr, value: &'w str) -> impl Iterator<Item = Res<'w>> + use<'w> {
        let (world, target) = (self.world, self.target);
        world
            .policy
            .kind_index(kind)
            .into_iter()
            .flat_map(move |kind| world.having(kind, attr, value))
            .filter(move |&row| row != target)
            .map(move |row| Res { world, row })
            .filter(Res::exists)
    }

    /// Whether the subject may view a resource. Nothing is hidden from the platform itself.
    #[must_use]
    pub fn visible(&self, resource: Res<'w>) -> bool {
        self.has_role(SYSTEM_ROLE).unwrap_or(true) || (self.world.policy.source.visible)(self, resource)
    }

    /// The same request about another target: what a condition of one kind asks of another resource.
    #[must_use]
    pub fn about(&self, target: Res<'w>) -> Self {
        Self { world: self.world, target: target.row }
    }

    fn follow(&self, attr: Attr, id: &'w str) -> Link<'w> {
        match self.world.policy.source.attributes[usize::from(attr.0)].link() {
            Some(kind) => self.find(kind, id),
            None => Link::Unknown,
        }
    }
}

impl<'w> Res<'w> {
    /// Name of the kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.world.policy.kind(self.fields().kind).name
    }

    /// Id.
    #[must_use]
    pub fn id(&self) -> &'w str {
        self.fields().id
    }

    /// Name of the state.
    #[must_use]
    pub fn state(&self) -> &'static str {
        let fields = self.fields();
        self.world.policy.kind(fields.kind).state(usize::from(fields.state)).name
    }

    /// Whether its state is any but `absent`.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.fields().state != 0
    }

    /// The first value of an attribute.
    #[must_use]
    pub fn get(&self, attr: Attr) -> Option<&'w str> {
        self.values(attr).next()
    }

    /// Every value of an attribute.
    pub fn values(&self, attr: Attr) -> impl Iterator<Item = &'w str> + use<'w> {
        self.world.values(self.fields().attributes, attr)
    }

    /// An attribute that is true or false.
    #[must_use]
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

/// Where a condition writes down which resources are in the way, and why.
///
/// Switched off, as by default, it keeps nothing and costs next to nothing; the answer must not depend on it.
#[derive(Default)]
pub struct Trace {
    on: bool,
    pub(crate) blamed: Vec<Blamed>,
    pub(crate) because: Option<&'static str>,
    pub(crate) unsure: Option<&'static str>,
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
    Missing(String, String),
}

impl Trace {
    pub(crate) fn on() -> Self {
        Self { on: true, ..Self::default() }
    }

    /// A resource in the way; `note` says what is wrong with it, after its name: *connection invalid*.
    pub fn blame(&mut self, resource: Res<'_>, note: &'static str) {
        self.add(resource, note, true);
    }

    /// Evidence that messages do not list.
    pub fn note(&mut self, resource: Res<'_>) {
        self.add(resource, "", false);
    }

    /// A link that leads to nothing.
    pub fn missing(&mut self, kind: &str, id: &str) {
        if self.on {
            let who = Who::Missing(kind.to_owned(), id.to_owned());
            self.blamed.push(Blamed { who, note: "gone", listed: false });
        }
    }

    /// The sentence for this refusal, in place of the condition's own. The last one counts.
    pub fn because(&mut self, refusal: &'static str) {
        self.because = Some(refusal);
    }

    /// The clause for this doubt, in place of the condition's own. The last one counts.
    pub fn unsure(&mut self, doubt: &'static str) {
        self.unsure = Some(doubt);
    }

    fn add(&mut self, resource: Res<'_>, note: &'static str, listed: bool) {
        if self.on {
            self.blamed.push(Blamed { who: Who::Row(resource.row), note, listed });
        }
    }
}
