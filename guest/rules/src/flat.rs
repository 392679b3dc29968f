use alloc::vec::Vec;

use crate::contract::{Decision, RequestError, Situation};

/// A record as one run of bytes: its fields in the contract's order. Numbers are little-endian, strings and
/// lists begin with their length, an option with 0 or 1.
///
/// Components lay answers out from this with one small interpreter: code for each record of the contract
/// would weigh more than all rules.
pub(crate) struct Flat {
    out: Vec<u8>,
}

impl Flat {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { out: Vec::with_capacity(bytes) }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    #[inline(never)]
    pub(crate) fn byte(&mut self, byte: u8) {
        self.out.push(byte);
    }

    pub(crate) fn word(&mut self, word: u32) {
        self.run(&word.to_le_bytes());
    }

    /// Of a string or a list.
    pub(crate) fn length(&mut self, length: usize) {
        self.word(length as u32);
    }

    pub(crate) fn string(&mut self, text: &str) {
        self.length(text.len());
        self.run(text.as_bytes());
    }

    #[inline(never)]
    pub(crate) fn strings(&mut self, texts: &[&str]) {
        self.length(texts.len());
        texts.iter().for_each(|text| self.string(text));
    }

    #[inline(never)]
    pub(crate) fn halves(&mut self, halves: &[u16]) {
        self.length(halves.len());
        halves.iter().for_each(|half| self.run(&half.to_le_bytes()));
    }

    #[inline(never)]
    pub(crate) fn bytes(&mut self, bytes: &mut dyn Iterator<Item = u8>) {
        let at = self.open();
        let mut count = 0;
        for byte in bytes {
            self.byte(byte);
            count += 1;
        }
        self.close(at, count);
    }

    /// A list whose length is not known yet; [`close`](Self::close) writes it.
    pub(crate) fn open(&mut self) -> usize {
        self.length(0);
        self.out.len()
    }

    pub(crate) fn close(&mut self, at: usize, count: u32) {
        self.out[at - 4..at].copy_from_slice(&count.to_le_bytes());
    }

    pub(crate) fn append(&mut self, other: &Self) {
        self.run(&other.out);
    }

    #[inline(never)]
    fn run(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }
}

impl Decision {
    /// In flat form.
    #[must_use]
    pub fn flat(&self) -> Vec<u8> {
        let mut flat = Flat::with_capacity(512);
        flat.byte(self.verdict as u8);
        flat.length(self.reasons.len());
        for reason in &self.reasons {
            flat.string(reason.code);
            flat.byte(reason.class as u8);
            flat.string(&reason.message);
            flat.length(reason.evidence.len());
            for reference in &reason.evidence {
                flat.string(reference.kind);
                flat.string(&reference.id);
                flat.string(reference.state);
                flat.byte(reference.visible.into());
            }
        }
        flat.byte(self.next_state.is_some().into());
        self.next_state.iter().for_each(|state| flat.string(state));
        flat.length(self.effects.len());
        for effect in &self.effects {
            flat.string(effect.code);
            flat.string(effect.message);
        }
        flat.length(self.ways_out.len());
        for way in &self.ways_out {
            flat.string(way.action);
            flat.strings(&way.from_states);
            flat.strings(&way.needs);
        }
        flat.into_bytes()
    }
}

impl Situation {
    /// In flat form.
    #[must_use]
    pub fn flat(&self) -> Vec<u8> {
        let mut flat = Flat::with_capacity(12);
        for byte in [self.mode, self.kind, self.state, self.action] {
            flat.byte(byte);
        }
        flat.word(self.holds);
        flat.word(self.known);
        flat.into_bytes()
    }
}

impl RequestError {
    /// In flat form: the case, then its text.
    #[must_use]
    pub fn flat(&self) -> Vec<u8> {
        let (case, text) = match self {
            Self::UnknownMode(text) => (0, text),
            Self::UnknownKind(text) => (1, text),
            Self::UnknownState(text) => (2, text),
            Self::UnknownAction(text) => (3, text),
            Self::Invalid(text) => (4, text),
            Self::Other(text) => (5, text),
        };
        let mut flat = Flat::with_capacity(text.len() + 8);
        flat.byte(case);
        flat.string(text);
        flat.into_bytes()
    }
}
