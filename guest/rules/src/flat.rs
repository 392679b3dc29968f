use alloc::vec::Vec;

use crate::contract::{RequestError, Situation};

/// An answer as one run of bytes, its fields in the contract's order, written as a [`Book`](crate::Book) is; a
/// string that the policy does not have begins with its length.
///
/// Components lay answers out from this with one small interpreter: code for each record of the contract
/// would weigh more than all rules.
pub(crate) struct Flat {
    out: Vec<u8>,
}

impl Flat {
    pub(crate) fn new() -> Self {
        Self { out: Vec::with_capacity(256) }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    #[inline(never)]
    pub(crate) fn byte(&mut self, byte: u8) {
        self.out.push(byte);
    }

    /// A mask, a length, or the number of a text.
    #[inline(never)]
    pub(crate) fn number(&mut self, number: u32) {
        let mut rest = number;
        while rest > 0x7f {
            self.byte(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.byte(rest as u8);
    }

    #[inline(never)]
    pub(crate) fn string(&mut self, text: &str) {
        self.number(text.len() as u32);
        self.out.extend_from_slice(text.as_bytes());
    }

    /// A list whose length is not known yet; [`close`](Self::close) writes it.
    pub(crate) fn open(&mut self) -> usize {
        self.out.extend_from_slice(&[0; 4]);
        self.out.len()
    }

    /// - `count`: below two to the power of 28, which is more than any request has of anything.
    pub(crate) fn close(&mut self, at: usize, count: u32) {
        let mut rest = count;
        for byte in self.out.iter_mut().take(at).skip(at - 4) {
            *byte = rest as u8 | 0x80;
            rest >>= 7;
        }
        if let Some(last) = self.out.get_mut(at - 1) {
            *last &= 0x7f;
        }
    }
}

impl Situation {
    /// In flat form.
    #[must_use]
    pub fn flat(&self) -> Vec<u8> {
        let mut flat = Flat::new();
        for byte in [self.mode, self.kind, self.state, self.action] {
            flat.byte(byte);
        }
        flat.number(self.holds);
        flat.number(self.known);
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
        let mut flat = Flat::new();
        flat.byte(case);
        flat.string(text);
        flat.into_bytes()
    }
}
