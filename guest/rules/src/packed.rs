//! Questions packed into numbers and one text, as the contract's `evaluate-packed` takes them.

use alloc::vec::Vec;

use crate::book::{NAMES, Reader};
use crate::contract::Answer;
use crate::tables::AttributeTable;
use crate::world::{Span, SubjectFacts, World};
use crate::{Attr, Policy};

impl Policy {
    /// Decides one request, in flat form.
    ///
    /// None where it cannot be read, or is one that [`evaluate`](Self::evaluate) refuses or has to look at twice.
    pub fn evaluate_packed(&'static self, numbers: &[u8], text: &str) -> Option<Vec<u8>> {
        let packed = Packed::read(self, numbers, text)?;
        let [action] = *packed.actions else { return None };
        (packed.targets == 1).then(|| self.explained(&packed.world, action))
    }

    /// Decides every target with every action, as [`survey`](Self::survey) does: a word for each answer.
    ///
    /// None as for [`evaluate_packed`](Self::evaluate_packed).
    pub fn survey_packed(&'static self, numbers: &[u8], text: &str) -> Option<Vec<u32>> {
        let packed = Packed::read(self, numbers, text)?;
        let mut words = Vec::with_capacity(packed.targets as usize * packed.actions.len());
        self.answers(&packed.world, packed.targets, packed.actions, &mut |answer| words.push(word(answer)));
        Some(words)
    }
}

fn word(answer: Answer) -> u32 {
    answer.verdict as u32 | (answer.cause as u32) << 2 | answer.reasons << 4
}

/// A question that was read.
struct Packed<'a> {
    world: World<'a>,
    actions: &'a [u8],
    /// How many of the first rows are targets.
    targets: u32,
}

/// What is left to be read.
struct Rest<'a> {
    numbers: Reader<'a>,
    text: &'a str,
}

impl<'a> Packed<'a> {
    fn read(policy: &'static Policy, numbers: &'a [u8], text: &'a str) -> Option<Self> {
        let mut rest = Rest { numbers: Reader { bytes: numbers }, text };
        let mode = rest.below(policy.modes)?;
        let complete = rest.numbers.byte() == 1;
        let actions = rest.numbers.list();
        if actions.iter().any(|&action| action >= policy.actions) {
            return None;
        }
        let (targets, related) = (rest.count()?, rest.count()?);
        let mut world = World::empty(policy, mode, complete, (targets + related) as usize);
        if rest.numbers.byte() == 1 {
            let id = rest.string()?;
            let mut held = 0;
            for &role in rest.numbers.list() {
                held |= 1u32.checked_shl(role.into())?;
            }
            world.subject = Some(SubjectFacts { id, held, attributes: rest.attributes(&mut world)? });
        }
        world.parameters = rest.attributes(&mut world)?;
        for _ in 0..targets + related {
            let kind = rest.below(policy.kinds.len() as u8)?;
            let state = rest.below(policy.kinds[usize::from(kind)].states)?;
            let id = rest.string()?;
            if world.find(kind, id).is_some() {
                return None;
            }
            let attributes = rest.attributes(&mut world)?;
            world.add(kind, state, id, attributes);
        }
        Some(Self { world, actions, targets })
    }
}

impl<'a> Rest<'a> {
    fn below(&mut self, count: u8) -> Option<u8> {
        Some(self.numbers.byte()).filter(|&byte| byte < count)
    }

    /// How many follow: no more than there are numbers left.
    fn count(&mut self) -> Option<u32> {
        let count = self.numbers.number();
        (count as usize <= self.numbers.bytes.len()).then_some(count)
    }

    #[inline(never)]
    fn string(&mut self) -> Option<&'a str> {
        let length = self.numbers.number() as usize;
        let (string, rest) = self.text.split_at_checked(length)?;
        self.text = rest;
        Some(string)
    }

    #[inline(never)]
    fn attributes(&mut self, world: &mut World<'a>) -> Option<Span> {
        let count = self.count()?;
        let policy = world.policy;
        let mut span = world.no_values();
        // In locals, since a field would be read and written for every byte.
        let Self { mut numbers, mut text } = *self;
        for _ in 0..count {
            let &(_, name) = policy.book.paths.get(numbers.number() as usize)?;
            let attr = Attr(name.checked_sub(NAMES.len() as u8)?);
            let info = &policy.attributes[usize::from(attr.0)];
            let value = if info.is(AttributeTable::CLOSED) {
                let (word, words) = (numbers.byte(), info.words);
                if word >= words.1 {
                    return None;
                }
                policy.text(words.0 + u16::from(word))
            } else {
                let (value, rest) = text.split_at_checked(numbers.number() as usize)?;
                text = rest;
                value
            };
            let plain = !span.may_tell(attr) && !info.is(AttributeTable::NUMBER);
            if !plain && !world.fits(span, attr, value) {
                return None;
            }
            world.push(&mut span, attr, value);
        }
        *self = Self { numbers, text };
        Some(span)
    }
}
