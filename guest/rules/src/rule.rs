use crate::{Action, Certainty, Condition, Effect, Provenance};

/// A set of modes, by their positions in [`Source::modes`](crate::Source::modes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Modes(pub(crate) u8);

impl Modes {
    /// Every mode.
    pub const ALL: Self = Self(u8::MAX);

    /// One mode, by its position (0 to 7).
    #[must_use]
    pub const fn only(position: u8) -> Self {
        Self(1 << position)
    }

    /// Whether the mode at `position` is among them.
    #[must_use]
    pub const fn has(self, position: usize) -> bool {
        position < 8 && self.0 >> position & 1 == 1
    }

    pub(crate) const fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

type Conditions = &'static [&'static Condition];
type Effects = &'static [&'static Effect];

/// One end of a rule: what it requires besides, where it leads, what else follows.
#[derive(Clone, Copy)]
pub struct Branch {
    pub(crate) when: Conditions,
    pub(crate) unless: Conditions,
    pub(crate) requires: Conditions,
    pub(crate) next: Option<&'static str>,
    pub(crate) effects: [(Modes, Effects); 2],
}

impl Branch {
    const ALWAYS: Self =
        Self { when: &[], unless: &[], requires: &[], next: None, effects: [(Modes::ALL, &[]); 2] };

    /// Taken where all of these selectors are true.
    #[must_use]
    pub const fn when(selectors: Conditions) -> Self {
        let mut branch = Self::ALWAYS;
        branch.when = selectors;
        branch
    }

    /// And all of these are false.
    #[must_use]
    pub const fn unless(mut self, selectors: Conditions) -> Self {
        self.unless = selectors;
        self
    }

    /// What this end requires besides what its rule does.
    #[must_use]
    pub const fn requires(mut self, conditions: Conditions) -> Self {
        self.requires = conditions;
        self
    }

    /// The state it leads to. Default: unchanged.
    #[must_use]
    pub const fn to(mut self, state: &'static str) -> Self {
        self.next = Some(state);
        self
    }

    /// What else follows.
    #[must_use]
    pub const fn effects(mut self, effects: Effects) -> Self {
        self.effects[0] = (Modes::ALL, effects);
        self
    }
}

/// What an action requires and leads to from some states of its kind.
///
/// ```
/// use interlock_rules::{Action, Provenance, Rule};
///
/// static PUSH: Action = Action::operation("push", "pushed", "Pushes the arm.");
/// const RULE: Rule = Rule::of(&PUSH).from(&["unlocked"]).to("locked").source(Provenance::stated("sign"));
/// ```
#[derive(Clone, Copy)]
pub struct Rule {
    pub(crate) action: &'static Action,
    pub(crate) modes: Modes,
    pub(crate) from: &'static [&'static str],
    pub(crate) requires: [(Modes, Conditions); 3],
    pub(crate) branches: &'static [Branch],
    pub(crate) otherwise: Branch,
    pub(crate) ways_out: &'static [&'static Action],
    pub(crate) provenance: Provenance,
}

impl Rule {
    /// A rule for `action`.
    #[must_use]
    pub const fn of(action: &'static Action) -> Self {
        Self {
            action,
            modes: Modes::ALL,
            from: &[],
            requires: [(Modes::ALL, &[]); 3],
            branches: &[],
            otherwise: Branch::ALWAYS,
            ways_out: &[],
            provenance: Provenance::new(Certainty::Stated, ""),
        }
    }

    /// States from which it is offered; at least one.
    #[must_use]
    pub const fn from(mut self, states: &'static [&'static str]) -> Self {
        self.from = states;
        self
    }

    /// Only these modes have it. Default: all that its kind has.
    #[must_use]
    pub const fn only_in(mut self, modes: Modes) -> Self {
        self.modes = modes;
        self
    }

    /// Conditions that must hold, in every mode.
    #[must_use]
    pub const fn requires(mut self, conditions: Conditions) -> Self {
        self.requires[0] = (Modes::ALL, conditions);
        self
    }

    /// Conditions that must hold in these modes, besides. At most two calls.
    #[must_use]
    pub const fn requires_in(mut self, modes: Modes, conditions: Conditions) -> Self {
        let slot = if self.requires[1].1.is_empty() { 1 } else { 2 };
        assert!(self.requires[slot].1.is_empty(), "a rule takes at most two `requires_in`");
        self.requires[slot] = (modes, conditions);
        self
    }

    /// Ends chosen by selectors, the first match; what `to` and `effects` say of the rule is the end
    /// taken where none matches.
    #[must_use]
    pub const fn branches(mut self, branches: &'static [Branch]) -> Self {
        self.branches = branches;
        self
    }

    /// The state it leads to. Default: unchanged.
    #[must_use]
    pub const fn to(mut self, state: &'static str) -> Self {
        self.otherwise.next = Some(state);
        self
    }

    /// What else follows, in every mode.
    #[must_use]
    pub const fn effects(mut self, effects: Effects) -> Self {
        self.otherwise.effects[0] = (Modes::ALL, effects);
        self
    }

    /// What else follows in these modes, besides.
    #[must_use]
    pub const fn effects_in(mut self, modes: Modes, effects: Effects) -> Self {
        self.otherwise.effects[1] = (modes, effects);
        self
    }

    /// What the end taken where no branch matches requires besides.
    #[must_use]
    pub const fn otherwise_requires(mut self, conditions: Conditions) -> Self {
        self.otherwise.requires = conditions;
        self
    }

    /// Actions that may serve where this one is refused.
    #[must_use]
    pub const fn ways_out(mut self, actions: &'static [&'static Action]) -> Self {
        self.ways_out = actions;
        self
    }

    /// Where it comes from.
    #[must_use]
    pub const fn source(mut self, provenance: Provenance) -> Self {
        self.provenance = provenance;
        self
    }
}
