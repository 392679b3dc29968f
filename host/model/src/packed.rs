//! Questions and answers in the packed form of the contract, which is cheap to send.

use thiserror::Error;

use crate::{
    Answer, Attributes, Cause, ConditionClass, Coverage, Decision, Effect, Names, Observation, Reason,
    Reference, Request, Subject, SurveyQuery, Verdict, WayOut,
};

/// A question as the contract's `evaluate-packed` and `survey-packed` take it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// Its names and lengths.
    pub numbers: Vec<u8>,
    /// Its text.
    pub text: String,
}

impl Packed {
    /// A request; none where the policy lacks one of its names, or an attribute does not take its value. Such a request
    /// has to be sent as it is, for the policy to say what is wrong.
    #[must_use]
    pub fn request(names: &Names, request: &Request) -> Option<Self> {
        let Request { mode, subject, action, target, related, parameters, coverage } = request;
        let mut writer = Writer::new(names, 1 + related.len());
        writer.question(mode, *coverage, std::slice::from_ref(action), 1, related.len())?;
        writer.rest(subject.as_ref(), parameters, std::iter::once(target).chain(related))?;
        Some(writer.packed)
    }

    /// A survey; none as for [`request`](Self::request).
    #[must_use]
    pub fn survey(names: &Names, query: &SurveyQuery) -> Option<Self> {
        let SurveyQuery { mode, subject, actions, targets, related, parameters, coverage } = query;
        let mut writer = Writer::new(names, targets.len() + related.len());
        writer.question(mode, *coverage, actions, targets.len(), related.len())?;
        writer.rest(subject.as_ref(), parameters, targets.iter().chain(related))?;
        Some(writer.packed)
    }
}

/// Writes a question.
struct Writer<'n> {
    names: &'n Names,
    packed: Packed,
}

impl<'n> Writer<'n> {
    /// - `resources`: how many to make room for.
    fn new(names: &'n Names, resources: usize) -> Self {
        let packed = Packed {
            numbers: Vec::with_capacity(32 + 16 * resources),
            text: String::with_capacity(32 + 48 * resources),
        };
        Self { names, packed }
    }

    fn question(
        &mut self,
        mode: &str,
        coverage: Coverage,
        actions: &[String],
        targets: usize,
        related: usize,
    ) -> Option<()> {
        self.byte(self.names.mode(mode)?);
        self.byte((coverage == Coverage::Complete).into());
        self.number(actions.len())?;
        for action in actions {
            self.byte(self.names.action(action)?);
        }
        self.number(targets)?;
        self.number(related)
    }

    fn rest<'a>(
        &mut self,
        subject: Option<&Subject>,
        parameters: &Attributes,
        resources: impl Iterator<Item = &'a Observation>,
    ) -> Option<()> {
        self.byte(subject.is_some().into());
        if let Some(Subject { id, roles, attributes }) = subject {
            self.string(id)?;
            self.number(roles.iter().filter(|role| self.names.role(role).is_some()).count())?;
            for role in roles {
                if let Some(role) = self.names.role(role) {
                    self.byte(role);
                }
            }
            self.attributes(attributes)?;
        }
        self.attributes(parameters)?;
        for Observation { kind, id, state, attributes } in resources {
            let kind = self.names.kind(kind)?;
            self.byte(kind);
            self.byte(self.names.state(kind, state)?);
            self.string(id)?;
            self.attributes(attributes)?;
        }
        Some(())
    }

    fn attributes(&mut self, attributes: &Attributes) -> Option<()> {
        let names = self.names;
        let known = attributes.iter().filter_map(|a| names.attribute(&a.name).map(|input| (input, &a.value)));
        let start = self.packed.numbers.len();
        self.byte(0);
        let mut count = 0;
        for (input, value) in known {
            count += 1;
            self.number(input.position as usize)?;
            if input.values.is_empty() {
                self.string(value)?;
            } else {
                let place = input.values.iter().position(|word| **word == **value)?;
                self.byte(u8::try_from(place).ok()?);
            }
        }
        if count < 0x80 {
            self.packed.numbers[start] = count as u8;
            return Some(());
        }
        // A length of two bytes or more, in the place of the one that was kept for it.
        let written = self.packed.numbers.split_off(start + 1);
        self.packed.numbers.pop();
        self.number(count)?;
        self.packed.numbers.extend(written);
        Some(())
    }

    fn byte(&mut self, byte: u8) {
        self.packed.numbers.push(byte);
    }

    /// None for a number of more than 32 bits.
    fn number(&mut self, number: usize) -> Option<()> {
        let mut rest = u32::try_from(number).ok()?;
        while rest > 0x7f {
            self.byte(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.byte(rest as u8);
        Some(())
    }

    fn string(&mut self, string: &str) -> Option<()> {
        self.number(string.len())?;
        self.packed.text.push_str(string);
        Some(())
    }
}

/// Why a packed answer is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum UnpackError {
    /// It ends too early or too late, or has a number that stands for nothing.
    #[error("the packed answer cannot be read")]
    Unreadable,
    /// As a decision it would take more memory than allowed. A byte of an answer can stand for a long text.
    #[error("the packed answer stands for more than {allowed} bytes")]
    TooLarge {
        /// How many bytes were allowed.
        allowed: usize,
    },
}

impl Decision {
    /// From an answer of `evaluate-packed`.
    ///
    /// - `texts`: those of the policy, by position.
    /// - `max_bytes`: the most that the decision may take in memory.
    ///
    /// # Errors
    ///
    /// [`UnpackError`] where the answer is none, or stands for too much.
    pub fn unpack(answer: &[u8], texts: &[Box<str>], max_bytes: usize) -> Result<Self, UnpackError> {
        let mut reader = Reader { bytes: answer, texts, left: max_bytes, overdrawn: false };
        let decision = reader.decision().filter(|_| reader.bytes.is_empty());
        decision.ok_or(if reader.overdrawn {
            UnpackError::TooLarge { allowed: max_bytes }
        } else {
            UnpackError::Unreadable
        })
    }
}

impl Answer {
    /// From a word of `survey-packed`; none for a verdict that does not exist.
    #[must_use]
    pub fn unpack(target: u32, action: u32, word: u32) -> Option<Self> {
        let cause = match word >> 2 & 3 {
            0 => Cause::Conditions,
            1 => Cause::NotInMode,
            2 => Cause::NotOffered,
            _ => Cause::NotFromState,
        };
        Some(Self { target, action, verdict: verdict(word as u8 & 3)?, cause, reasons: word >> 4 })
    }
}

/// Reads an answer.
struct Reader<'a> {
    bytes: &'a [u8],
    texts: &'a [Box<str>],
    /// How many bytes of memory what is read may still take.
    left: usize,
    /// Whether it would have taken more.
    overdrawn: bool,
}

impl<'a> Reader<'a> {
    fn decision(&mut self) -> Option<Decision> {
        Some(Decision {
            verdict: verdict(self.byte()?)?,
            reasons: self.list(|reader| {
                Some(Reason {
                    code: reader.text()?,
                    class: class(reader.byte()?)?,
                    message: reader.string()?,
                    evidence: reader.list(|reader| {
                        Some(Reference {
                            kind: reader.text()?,
                            id: reader.string()?,
                            state: reader.text()?,
                            visible: reader.flag()?,
                        })
                    })?,
                })
            })?,
            next_state: if self.flag()? { Some(self.text()?) } else { None },
            effects: self.list(|reader| Some(Effect { code: reader.text()?, message: reader.text()? }))?,
            ways_out: self.list(|reader| {
                Some(WayOut {
                    action: reader.text()?,
                    from_states: reader.list(Reader::text)?,
                    needs: reader.list(Reader::text)?,
                })
            })?,
        })
    }

    /// Counts what is about to be allocated.
    fn take(&mut self, bytes: usize) -> Option<()> {
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                Some(())
            }
            None => {
                self.overdrawn = true;
                None
            }
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(byte)
    }

    fn flag(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn number(&mut self) -> Option<usize> {
        let mut number = 0u32;
        for shift in [0, 7, 14, 21] {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return usize::try_from(number).ok();
            }
        }
        None
    }

    fn text(&mut self) -> Option<String> {
        let text = self.texts.get(self.number()?)?;
        self.take(text.len())?;
        Some(text.as_ref().to_owned())
    }

    fn string(&mut self) -> Option<String> {
        let length = self.number()?;
        let (string, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        self.take(length)?;
        std::str::from_utf8(string).ok().map(str::to_owned)
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Reader<'a>) -> Option<T>) -> Option<Vec<T>> {
        let count = self.number()?;
        // Every item takes a byte at least, so that a length beyond what is left promises nothing.
        if count > self.bytes.len() {
            return None;
        }
        self.take(count.checked_mul(size_of::<T>())?)?;
        let mut list = Vec::with_capacity(count);
        for _ in 0..count {
            list.push(item(self)?);
        }
        Some(list)
    }
}

fn verdict(number: u8) -> Option<Verdict> {
    Some(match number {
        0 => Verdict::Allow,
        1 => Verdict::Deny,
        2 => Verdict::Depends,
        _ => return None,
    })
}

fn class(number: u8) -> Option<ConditionClass> {
    Some(match number {
        0 => ConditionClass::Mode,
        1 => ConditionClass::Access,
        2 => ConditionClass::Target,
        3 => ConditionClass::Related,
        4 => ConditionClass::Parameter,
        _ => return None,
    })
}
