//! Requests read where the host put them: no string is copied.
//!
//! These structures are the contract's records as the canonical ABI lays them out in memory, 32 bits wide.

use core::slice;

use interlock_rules::contract::Coverage;
use interlock_rules::question::{Asking, Named, Observed, Question};

/// Where a list or a string begins, and how many items or bytes it has.
#[repr(C)]
pub struct List<T> {
    first: *const T,
    length: usize,
}

/// A string.
pub type Text = List<u8>;

/// `attribute`.
#[repr(C)]
pub(crate) struct RawAttribute {
    name: Text,
    value: Text,
}

/// `observation`.
#[repr(C)]
pub(crate) struct RawObservation {
    kind: Text,
    id: Text,
    state: Text,
    attributes: List<RawAttribute>,
}

/// `option<subject>`.
#[repr(C)]
pub(crate) struct RawSubject {
    given: u8,
    id: Text,
    roles: List<Text>,
    attributes: List<RawAttribute>,
}

/// `request`, as `evaluate` and `observe` are given it.
#[repr(C)]
pub struct RawRequest {
    mode: Text,
    subject: RawSubject,
    action: Text,
    target: RawObservation,
    related: List<RawObservation>,
    parameters: List<RawAttribute>,
    coverage: u8,
}

/// `survey-query`, as `survey` is given it.
#[repr(C)]
pub struct RawSurveyQuery {
    mode: Text,
    subject: RawSubject,
    actions: List<Text>,
    targets: List<RawObservation>,
    related: List<RawObservation>,
    parameters: List<RawAttribute>,
    coverage: u8,
}

/// A request or a survey.
pub(crate) struct Asked<'a> {
    mode: &'a Text,
    subject: &'a RawSubject,
    actions: &'a [Text],
    targets: &'a [RawObservation],
    related: &'a List<RawObservation>,
    parameters: &'a List<RawAttribute>,
    coverage: u8,
}

impl RawRequest {
    pub(crate) fn question(&self) -> Asked<'_> {
        let Self { mode, subject, action, target, related, parameters, coverage } = self;
        let (actions, targets) = (slice::from_ref(action), slice::from_ref(target));
        Asked { mode, subject, actions, targets, related, parameters, coverage: *coverage }
    }
}

impl RawSurveyQuery {
    pub(crate) fn question(&self) -> Asked<'_> {
        let Self { mode, subject, actions, targets, related, parameters, coverage } = self;
        let (actions, targets) = (actions.items(), targets.items());
        Asked { mode, subject, actions, targets, related, parameters, coverage: *coverage }
    }
}

impl Question for Asked<'_> {
    type Name = Text;
    type Attribute = RawAttribute;
    type Subject = RawSubject;
    type Observation = RawObservation;

    fn mode(&self) -> &str {
        self.mode.as_ref()
    }

    fn subject(&self) -> Option<&RawSubject> {
        (self.subject.given == 1).then_some(self.subject)
    }

    fn actions(&self) -> &[Text] {
        self.actions
    }

    fn targets(&self) -> &[RawObservation] {
        self.targets
    }

    fn related(&self) -> &[RawObservation] {
        self.related.items()
    }

    fn parameters(&self) -> &[RawAttribute] {
        self.parameters.items()
    }

    fn complete(&self) -> bool {
        self.coverage == Coverage::Complete as u8
    }
}

impl Asking for RawSubject {
    type Name = Text;
    type Attribute = RawAttribute;

    fn id(&self) -> &str {
        self.id.as_ref()
    }

    fn roles(&self) -> &[Text] {
        self.roles.items()
    }

    fn attributes(&self) -> &[RawAttribute] {
        self.attributes.items()
    }
}

impl Observed for RawObservation {
    type Attribute = RawAttribute;

    fn kind(&self) -> &str {
        self.kind.as_ref()
    }

    fn id(&self) -> &str {
        self.id.as_ref()
    }

    fn state(&self) -> &str {
        self.state.as_ref()
    }

    fn attributes(&self) -> &[RawAttribute] {
        self.attributes.items()
    }
}

impl Named for RawAttribute {
    fn name(&self) -> &str {
        self.name.as_ref()
    }

    fn value(&self) -> &str {
        self.value.as_ref()
    }
}

impl<T> List<T> {
    #[doc(hidden)]
    pub fn new(first: *const T, length: usize) -> Self {
        Self { first, length }
    }

    pub(crate) fn items(&self) -> &[T] {
        // The pointer of an empty list may be anything.
        if self.length == 0 {
            return &[];
        }
        // SAFETY: the canonical ABI has checked that so many items lie there, aligned, inside this memory, and
        // nothing writes to them before the call ends.
        #[expect(unsafe_code, reason = "reads what the host has put into this memory")]
        unsafe {
            slice::from_raw_parts(self.first, self.length)
        }
    }
}

impl AsRef<str> for Text {
    #[inline]
    fn as_ref(&self) -> &str {
        // SAFETY: the canonical ABI has checked that strings are UTF-8 (the world is encoded so).
        #[expect(unsafe_code, reason = "checking it again would cost more than most decisions")]
        unsafe {
            str::from_utf8_unchecked(self.items())
        }
    }
}
