use crate::{Action, AttributeInfo, Certainty, Condition, Facts, Kind, Modes, Ops, Res, Scope};

/// Where a rule comes from.
#[derive(Clone, Copy, Debug)]
pub struct Provenance {
    pub(crate) certainty: Certainty,
    pub(crate) sources: &'static str,
    pub(crate) note: &'static str,
}

impl Provenance {
    /// - `sources`: keys, as the policy's documentation lists them, a space between two.
    #[must_use]
    pub const fn new(certainty: Certainty, sources: &'static str) -> Self {
        Self { certainty, sources, note: "" }
    }

    /// A source says it directly.
    #[must_use]
    pub const fn stated(sources: &'static str) -> Self {
        Self::new(Certainty::Stated, sources)
    }

    /// It follows from what sources say.
    #[must_use]
    pub const fn inferred(sources: &'static str) -> Self {
        Self::new(Certainty::Inferred, sources)
    }

    /// Sources presuppose it without listing it.
    #[must_use]
    pub const fn implied(sources: &'static str) -> Self {
        Self::new(Certainty::Implied, sources)
    }

    /// Sources are silent or in conflict; the policy chose.
    #[must_use]
    pub const fn chosen(sources: &'static str) -> Self {
        Self::new(Certainty::Default, sources)
    }

    /// What a reader should know besides.
    #[must_use]
    pub const fn note(mut self, note: &'static str) -> Self {
        self.note = note;
        self
    }
}

/// What a role may do to a kind. The manifest shows it, and conditions ask it by [`Facts::granted`].
pub struct Grant {
    /// A name from [`Source::roles`].
    pub role: &'static str,
    /// Modes in which it holds.
    pub modes: Modes,
    /// Name of the kind.
    pub kind: &'static str,
    /// Operations.
    pub actions: Ops,
    /// Which resources of the kind.
    pub scope: Scope,
}

/// A policy as its author writes it; [`policy!`](crate::policy) checks it and makes a [`Policy`](crate::Policy).
pub struct Source {
    /// Name, kebab-case.
    pub name: &'static str,
    /// Version, semantic.
    pub version: &'static str,
    /// Title, as people read it.
    pub title: &'static str,
    /// Modes of operation, at most eight; [`Modes`] are sets of their positions.
    pub modes: &'static [&'static str],
    /// Kinds, in the order in which people expect them.
    pub kinds: &'static [&'static Kind],
    /// Operations, in the order in which people expect them. Events are collected from the rules.
    pub operations: &'static [&'static Action],
    /// Attributes that conditions read, from [`attributes!`](crate::attributes).
    pub attributes: &'static [AttributeInfo],
    /// Attributes that are read together: who reads the first of a group reads them all, and the paths that
    /// stand among them.
    pub together: &'static [&'static [&'static str]],
    /// Roles that subjects may hold, at most 32.
    pub roles: &'static [&'static str],
    /// What each role may do.
    pub grants: &'static [Grant],
    /// Conditions that every operation requires in these modes.
    pub everywhere: &'static [(Modes, &'static Condition)],
    /// Whether the subject may view a resource. Called only where there is a subject without the role
    /// `system`; from the platform nothing is hidden.
    pub visible: fn(&Facts<'_>, Res<'_>) -> bool,
}
