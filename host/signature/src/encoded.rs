//! How minisign's files are written: lines of Base64, each of one exact length, with numbers least byte first.

use ct_codecs::{Base64, Decoder};

/// The bytes that a line encodes, if they are as many as wanted.
pub(crate) fn decode<const LENGTH: usize>(line: &str) -> Option<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    let decoded = Base64::decode(&mut bytes, line.trim_end(), None).ok()?;
    (decoded.len() == LENGTH).then_some(bytes)
}

/// Whether lines after those that are wanted say nothing.
pub(crate) fn are_blank<'t>(mut lines: impl Iterator<Item = &'t str>) -> bool {
    lines.all(|line| line.trim().is_empty())
}

/// Bytes as a number, the least first.
pub(crate) fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
