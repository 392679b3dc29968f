//! Requests read where the host put them: no string is copied.
//!
//! These structures are the contract's records as the canonical ABI lays them out in memory, 32 bits wide.

use alloc::vec::Vec;
use core::slice;

use interlock_rules::contract::{Attribute, Coverage, Observation, Request, Subject, SurveyQuery};

/// Where a list or a string begins, and how many items or bytes it has.
#[repr(C)]
pub struct List<T> {
    first: *const T,
    length: usize,
}

type Text = List<u8>;

#[repr(C)]
struct RawAttribute {
    name: Text,
    value: Text,
}

#[repr(C)]
struct RawObservation {
    kind: Text,
    id: Text,
    state: Text,
    attributes: List<RawAttribute>,
}

#[repr(C)]
struct RawSubject {
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

impl RawRequest {
    pub(crate) fn read(&self) -> Request<'_> {
        Request {
            mode: self.mode.text(),
            subject: self.subject.read(),
            action: self.action.text(),
            target: self.target.read(),
            related: self.related.read(RawObservation::read),
            parameters: self.parameters.read(RawAttribute::read),
            coverage: coverage(self.coverage),
        }
    }
}

impl RawSurveyQuery {
    pub(crate) fn read(&self) -> SurveyQuery<'_> {
        SurveyQuery {
            mode: self.mode.text(),
            subject: self.subject.read(),
            actions: self.actions.read(Text::text),
            targets: self.targets.read(RawObservation::read),
            related: self.related.read(RawObservation::read),
            parameters: self.parameters.read(RawAttribute::read),
            coverage: coverage(self.coverage),
        }
    }
}

impl RawSubject {
    fn read(&self) -> Option<Subject<'_>> {
        (self.given == 1).then(|| Subject {
            id: self.id.text(),
            roles: self.roles.read(Text::text),
            attributes: self.attributes.read(RawAttribute::read),
        })
    }
}

impl RawObservation {
    #[inline(never)]
    fn read(&self) -> Observation<'_> {
        Observation {
            kind: self.kind.text(),
            id: self.id.text(),
            state: self.state.text(),
            attributes: self.attributes.read(RawAttribute::read),
        }
    }
}

impl RawAttribute {
    fn read(&self) -> Attribute<'_> {
        Attribute { name: self.name.text(), value: self.value.text() }
    }
}

impl<T> List<T> {
    #[doc(hidden)]
    pub fn new(first: *const T, length: usize) -> Self {
        Self { first, length }
    }

    #[inline(never)]
    fn read<'a, U>(&'a self, read: fn(&'a T) -> U) -> Vec<U> {
        let mut items = Vec::with_capacity(self.length);
        for item in self.items() {
            items.push(read(item));
        }
        items
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

impl Text {
    #[inline(never)]
    fn text(&self) -> &str {
        // SAFETY: the canonical ABI has checked that strings are UTF-8 (the world is encoded so).
        #[expect(unsafe_code, reason = "checking it again would cost more than most decisions")]
        unsafe {
            str::from_utf8_unchecked(self.items())
        }
    }
}

fn coverage(case: u8) -> Coverage {
    if case == Coverage::Complete as u8 { Coverage::Complete } else { Coverage::Partial }
}
