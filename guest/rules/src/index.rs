use alloc::vec;
use alloc::vec::Vec;

/// The end of a chain.
const END: u32 = u32::MAX;

/// Rows by what they are looked up by: a kind, a name and a text.
///
/// A hash table with chains, without a library's: its kilobytes would be a good part of a component. Chains
/// hold candidates; who looks up compares.
pub(crate) struct Index {
    heads: Vec<u32>,
    entries: Vec<Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    hash: u32,
    row: u32,
    next: u32,
}

impl Index {
    /// - `entries`: how many are expected; more only make chains longer.
    pub(crate) fn new(entries: usize) -> Self {
        Self { heads: vec![END; entries.next_power_of_two()], entries: Vec::with_capacity(entries) }
    }

    /// The hash of a key (FNV-1a).
    pub(crate) fn hash(kind: u8, name: u8, text: &str) -> u32 {
        [kind, name]
            .iter()
            .chain(text.as_bytes())
            .fold(0x811c_9dc5, |hash, &byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
    }

    /// Adds a row, once: a value given twice must not list its row twice. All of one row is added before the next one,
    /// so that its entries come first in their chains.
    pub(crate) fn add(&mut self, hash: u32, row: u32) {
        let slot = self.slot(hash);
        let mut cursor = self.heads[slot];
        while let Some(entry) = self.entries.get(cursor as usize).filter(|entry| entry.row == row) {
            if entry.hash == hash {
                return;
            }
            cursor = entry.next;
        }
        let next = core::mem::replace(&mut self.heads[slot], self.entries.len() as u32);
        self.entries.push(Entry { hash, row, next });
    }

    /// A cursor before the first candidate.
    pub(crate) fn start(&self, hash: u32) -> u32 {
        self.heads[self.slot(hash)]
    }

    /// The next row with the same hash, moving the cursor past it.
    pub(crate) fn next(&self, hash: u32, cursor: &mut u32) -> Option<u32> {
        loop {
            let entry = *self.entries.get(*cursor as usize)?;
            *cursor = entry.next;
            if entry.hash == hash {
                return Some(entry.row);
            }
        }
    }

    fn slot(&self, hash: u32) -> usize {
        // The low bits of FNV are its good ones; lengths are powers of two.
        hash as usize & (self.heads.len() - 1)
    }
}
