use crate::{ActionClass, Condition, REPORTED_BY_PLATFORM};

/// Something that may be done to a resource (an operation) or happen to it (an event).
///
/// Its title is its name with a capital and spaces: `force-delete` reads *Force delete*.
pub struct Action {
    pub(crate) name: &'static str,
    pub(crate) class: ActionClass,
    pub(crate) participle: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) access: Option<&'static Condition>,
}

impl Action {
    /// An operation: a subject asks for it.
    ///
    /// - `participle`: what is done to the target, in *backup `b1` cannot be …*: `deleted`.
    /// - `meaning`: what it does, a sentence.
    #[must_use]
    pub const fn operation(name: &'static str, participle: &'static str, meaning: &'static str) -> Self {
        Self { name, class: ActionClass::Operation, participle, meaning, access: None }
    }

    /// An event: the platform reports it. Every rule of an event requires [`REPORTED_BY_PLATFORM`].
    #[must_use]
    pub const fn event(name: &'static str, meaning: &'static str) -> Self {
        let access = Some(&REPORTED_BY_PLATFORM);
        Self { name, class: ActionClass::Event, participle: "", meaning, access }
    }

    /// Every rule of this action requires `access`, wherever it is offered.
    #[must_use]
    pub const fn guarded_by(mut self, access: &'static Condition) -> Self {
        self.access = Some(access);
        self
    }
}

/// An operation, by its position in [`Source::operations`](crate::Source::operations).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Op(pub u8);

/// A set of operations; the first 32 can be in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ops(pub(crate) u32);

impl Ops {
    /// These.
    #[must_use]
    pub const fn of(operations: &[Op]) -> Self {
        let mut set = 0;
        let mut i = 0;
        while i < operations.len() {
            set |= 1 << operations[i].0;
            i += 1;
        }
        Self(set)
    }

    /// Whether an operation is among them.
    #[must_use]
    pub const fn has(self, operation: Op) -> bool {
        operation.0 < 32 && self.0 >> operation.0 & 1 == 1
    }
}

/// Something that follows from an action besides the next state.
#[derive(Clone, Copy)]
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
