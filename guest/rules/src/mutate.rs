//! Policies with one mistake each, to find out whether a policy's cases would notice it.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::Policy;
use crate::book::Reader;
use crate::tables::Texts;

/// A policy with one mistake.
pub struct Mutant {
    /// The mode of the cells that are wrong.
    pub mode: u8,
    /// Their kind.
    pub kind: u8,
    /// Their action.
    pub action: u8,
    /// Their states: those of one rule.
    pub states: &'static [u8],
    /// What is wrong, *without `worker-available`*.
    pub mistake: String,
    /// The policy, whose other cells are as they were.
    pub policy: &'static Policy,
}

impl Policy {
    /// Every policy that differs from this one in one rule, in one mode or in all modes that offer the very same: without one of the conditions that the rule
    /// or one of its branches requires; with another next state; without one of the effects; or with a branch taken
    /// whatever one of its selectors says.
    ///
    /// Each is leaked, with its own copy of the book: for tests.
    #[must_use]
    pub fn mutants(&'static self) -> Vec<Mutant> {
        let mut mutants = Vec::new();
        for mode in 0..self.modes {
            for kind in 0..self.kinds.len() as u8 {
                for action in 0..self.actions {
                    if let Some(place) = self.place(mode, kind, action) {
                        self.mutants_of((mode, kind, action), place, &mut mutants);
                    }
                }
            }
        }
        mutants
    }

    fn mutants_of(&'static self, (mode, kind, action): (u8, u8, u8), place: u16, mutants: &mut Vec<Mutant>) {
        let mut at = self.book().at(place);
        at.byte();
        let conditions = at.list();
        at.number();
        let effects = at.list();
        at.list();
        let condition = |bit: usize| self.name(Texts::Conditions, conditions[bit]);
        let effect = |bit: usize| self.name(Texts::Effects, effects[bit]);
        for _ in 0..at.number() {
            let states = at.list();
            let mut changes = self.without(&mut at, "without", &condition);
            for branch in 0..at.number() {
                let of = |what: &str| ["in branch ", &branch.to_string(), " ", what].concat();
                changes.extend(self.without(&mut at, &of("whatever"), &condition));
                changes.extend(self.without(&mut at, &of("whatever"), &condition));
                changes.extend(self.without(&mut at, &of("without"), &condition));
                if at.byte() == 1 {
                    let next = self.position(&at);
                    let other = (at.byte() + 1) % self.kinds[usize::from(kind)].states;
                    let mistake = [&*of("to `"), self.state_name(kind, other), "`"].concat();
                    changes.push(Change { mistake, at: next, bytes: Vec::from([other]) });
                }
                changes.extend(self.without(&mut at, &of("without effect"), &effect));
            }
            // Ways out, and the provenance.
            at.list();
            at.byte();
            for _ in 0..at.number() {
                at.number();
            }
            at.list();
            mutants.extend(changes.into_iter().map(|change| {
                let mut bytes = self.book().bytes().to_vec();
                bytes[change.at..change.at + change.bytes.len()].copy_from_slice(&change.bytes);
                let mut policy = self.clone();
                policy.book.bytes = bytes.leak();
                let policy = Box::leak(Box::new(policy));
                Mutant { mode, kind, action, states, mistake: change.mistake, policy }
            }));
        }
    }

    /// Reads a mask, and drops each of its bits in turn.
    fn without(
        &self,
        at: &mut Reader<'static>,
        what: &str,
        name: &dyn Fn(usize) -> &'static str,
    ) -> Vec<Change> {
        let (first, mask) = (self.position(at), at.number());
        let length = self.position(at) - first;
        (0..16)
            .filter(|bit| mask >> bit & 1 == 1)
            .map(|bit| Change {
                mistake: [what, " `", name(bit), "`"].concat(),
                at: first,
                bytes: padded(mask & !(1 << bit), length),
            })
            .collect()
    }

    fn position(&self, at: &Reader<'static>) -> usize {
        self.book().bytes().len() - at.bytes.len()
    }
}

/// What is wrong in a book, where, and the bytes that stand there.
struct Change {
    mistake: String,
    at: usize,
    bytes: Vec<u8>,
}

/// A number in so many bytes.
fn padded(number: u32, length: usize) -> Vec<u8> {
    (0..length)
        .map(|place| (number >> (7 * place)) as u8 & 0x7f | if place + 1 < length { 0x80 } else { 0 })
        .collect()
}
