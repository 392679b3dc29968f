//! Shortens phrases, at compile time: pairs of letters that often follow each other become one byte.
//!
//! Byte-pair encoding: a byte below 128 is a letter, any other one stands for two bytes, by the table of pairs.

#![allow(
    clippy::result_large_err,
    reason = "a mistake is made at compile time, where there is no heap to box it in"
)]

use crate::Mistake;

/// How many pairs there are.
pub(crate) const PAIRS: usize = 32;

/// How many pairs are replaced before they are counted again.
const AT_A_TIME: usize = 4;
/// How many different pairs are looked at.
const DISTINCT: usize = 4096;
const CAPACITY: usize = 65535;
/// Ends a phrase; no letter of one.
const END: u8 = 0;

/// All phrases of a policy in the order in which they are written: as letters first, shortened afterwards.
#[derive(Clone, Copy)]
pub(crate) struct Phrases {
    bytes: [u8; CAPACITY],
    length: usize,
    /// Where the next one is taken from, once they are shortened.
    next: usize,
    short: bool,
    pub(crate) pairs: [(u8, u8); PAIRS],
}

impl Phrases {
    pub(crate) const fn new() -> Self {
        Self { bytes: [END; CAPACITY], length: 0, next: 0, short: false, pairs: [(END, END); PAIRS] }
    }

    /// The next phrase, from where to where it stands.
    pub(crate) const fn take(&mut self, phrase: &str) -> Result<(usize, usize), Mistake> {
        if self.short {
            let start = self.next;
            let mut end = start;
            while self.bytes[end] != END {
                end += 1;
            }
            self.next = end + 1;
            return Ok((start, end));
        }
        let letters = phrase.as_bytes();
        let start = self.length;
        if start + letters.len() >= CAPACITY {
            return Err(Mistake::new(&["the policy has too many words"]));
        }
        let mut i = 0;
        while i < letters.len() {
            if !letters[i].is_ascii() {
                return Err(Mistake::new(&["a text has a letter beyond ASCII: ", phrase]));
            }
            if letters[i].is_ascii_control() {
                return Err(Mistake::new(&["a text has two lines: ", phrase]));
            }
            self.bytes[start + i] = letters[i];
            i += 1;
        }
        self.length = start + letters.len() + 1;
        Ok((start, self.length - 1))
    }

    pub(crate) const fn byte(&self, at: usize) -> u8 {
        self.bytes[at]
    }

    /// Replaces the most frequent pairs by bytes of their own, some at a time: one at a time would choose a little
    /// better, and take the compiler much longer.
    pub(crate) const fn shorten(mut self) -> Self {
        let mut pair = 0;
        while pair < PAIRS {
            let (counts, keys, distinct) = self.count();
            let mut bytes = [END; 1 << 16];
            let end = pair + AT_A_TIME;
            while pair < end {
                let (mut most, mut best) = (1, 0);
                let mut k = 0;
                while k < distinct {
                    let key = keys[k] as usize;
                    if counts[key] > most && bytes[key] == END {
                        most = counts[key];
                        best = key;
                    }
                    k += 1;
                }
                if best != 0 {
                    self.pairs[pair] = ((best >> 8) as u8, best as u8);
                    bytes[best] = (pair + 128) as u8;
                }
                pair += 1;
            }
            self.replace(&bytes);
        }
        self.short = true;
        self
    }

    /// How often each pair stands there, the first byte above the second; and which ones do.
    const fn count(&self) -> ([u16; 1 << 16], [u16; DISTINCT], usize) {
        let mut counts = [0; 1 << 16];
        let mut keys = [0; DISTINCT];
        let mut distinct = 0;
        let mut i = 1;
        let mut left = self.bytes[0] as usize;
        while i < self.length {
            let right = self.bytes[i] as usize;
            // A product is zero where either side ends a phrase.
            if left * right != 0 {
                let key = left << 8 | right;
                if counts[key] == 0 && distinct < DISTINCT {
                    keys[distinct] = key as u16;
                    distinct += 1;
                }
                counts[key] += 1;
            }
            left = right;
            i += 1;
        }
        (counts, keys, distinct)
    }

    /// - `short`: for each pair the byte that replaces it, or none.
    const fn replace(&mut self, short: &[u8; 1 << 16]) {
        let (mut from, mut to) = (0, 0);
        while from < self.length {
            let this = self.bytes[from];
            // After the last byte comes an end, which is no part of a pair.
            let byte = short[(this as usize) << 8 | self.bytes[from + 1] as usize];
            if byte == END {
                self.bytes[to] = this;
                from += 1;
            } else {
                self.bytes[to] = byte;
                from += 2;
            }
            to += 1;
        }
        self.length = to;
        // What is left beyond must not look like a phrase.
        self.bytes[to] = END;
    }
}
