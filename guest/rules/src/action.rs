use crate::{ActionClass, Condition, REPORTED_BY_PLATFORM};

/// Something that may be done to a resource (an operation) or happen to it (an event).
pub struct Action {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) class: ActionClass,
    pub(crate) participle: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) access: Option<&'static Condition>,
}

impl Action {
    /// An operation: a subject asks for it.
    ///
    /// - `title`: as people read it, `Force delete`.
    /// - `participle`: what is done to the target, in `backup b1 cannot be …`: `deleted`.
    /// - `meaning`: what it does, a sentence.
    #[must_use]
    pub const fn operation(
        name: &'static str,
        title: &'static str,
        participle: &'static str,
        meaning: &'static str,
    ) -> Self {
        Self { name, title, class: ActionClass::Operation, participle, meaning, access: None }
    }

    /// An event: the platform reports it. Every rule of an event requires [`REPORTED_BY_PLATFORM`].
    #[must_use]
    pub const fn event(name: &'static str, title: &'static str, meaning: &'static str) -> Self {
        let access = Some(&REPORTED_BY_PLATFORM);
        Self { name, title, class: ActionClass::Event, participle: "reported", meaning, access }
    }

    /// Every rule of this action requires `access`, wherever it is offered.
    #[must_use]
    pub const fn guarded_by(mut self, access: &'static Condition) -> Self {
        self.access = Some(access);
        self
    }

    /// Name, kebab-case.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// Something that follows from an action besides the next state.
pub struct Effect {
    pub(crate) code: &'static str,
    pub(crate) meaning: &'static str,
}

impl Effect {
    /// - `code`: kebab-case.
    /// - `meaning`: what happens, a sentence.
    #[must_use]
    pub const fn new(code: &'static str, meaning: &'static str) -> Self {
        Self { code, meaning }
    }
}
