use crate::{Certainty, Modes, Provenance, Rule};

/// A state of a kind.
#[derive(Clone, Copy)]
pub struct State {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) modes: Modes,
    pub(crate) observed_only: bool,
    pub(crate) provenance: Provenance,
}

impl State {
    /// - `title`: as people read it, `Partial Success`.
    /// - `meaning`: what it means to be in this state, a sentence.
    #[must_use]
    pub const fn new(
        name: &'static str,
        title: &'static str,
        meaning: &'static str,
        provenance: Provenance,
    ) -> Self {
        Self { name, title, meaning, modes: Modes::ALL, observed_only: false, provenance }
    }

    /// Only these modes have it. Default: all that its kind has.
    #[must_use]
    pub const fn only_in(mut self, modes: Modes) -> Self {
        self.modes = modes;
        self
    }

    /// Reported by the platform only: exempt from reachability.
    #[must_use]
    pub const fn observed(mut self) -> Self {
        self.observed_only = true;
        self
    }

    pub(crate) const ABSENT: Self =
        Self::new(crate::ABSENT, "Absent", "Not yet made, or gone.", Provenance::new(Certainty::Implied, ""));
}

/// A kind of resource, with its states and rules.
///
/// State 0, `absent`, is there without being listed.
pub struct Kind {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) noun: &'static str,
    pub(crate) modes: Modes,
    pub(crate) states: &'static [State],
    pub(crate) rules: &'static [Rule],
    pub(crate) sight: &'static [&'static str],
    pub(crate) provenance: Provenance,
}

impl Kind {
    /// - `title`: as people read it, `Backup location`.
    /// - `noun`: in messages, `backup location`.
    /// - `states`: all but `absent`.
    #[must_use]
    pub const fn new(
        name: &'static str,
        title: &'static str,
        noun: &'static str,
        states: &'static [State],
        provenance: Provenance,
    ) -> Self {
        Self { name, title, noun, modes: Modes::ALL, states, rules: &[], sight: &[], provenance }
    }

    /// Only these modes have it. Default: all.
    #[must_use]
    pub const fn only_in(mut self, modes: Modes) -> Self {
        self.modes = modes;
        self
    }

    /// What may be done to it and happen to it.
    #[must_use]
    pub const fn rules(mut self, rules: &'static [Rule]) -> Self {
        self.rules = rules;
        self
    }

    /// What [`Source::visible`](crate::Source::visible) reads to tell whether one of these may be viewed,
    /// as paths: a condition that reads related resources of this kind reads these as well.
    #[must_use]
    pub const fn seen_by(mut self, paths: &'static [&'static str]) -> Self {
        self.sight = paths;
        self
    }

    /// State by index; 0 is `absent`.
    pub(crate) const fn state(&self, index: usize) -> &State {
        const ABSENT: &State = &State::ABSENT;
        if index == 0 { ABSENT } else { &self.states[index - 1] }
    }

    /// How many states there are, `absent` included.
    pub(crate) const fn state_count(&self) -> usize {
        self.states.len() + 1
    }
}
