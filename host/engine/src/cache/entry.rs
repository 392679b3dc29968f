//! One entry as bytes: the compiled code of a policy, what it says of itself, and what the checks found.
//!
//! In this order: [`FORMAT`]; the SHA-256 of all that follows; of which policy and for which environment it is, in
//! hexadecimal; how many situations there are, and how many were asked; how many bytes of manifest follow, and of table,
//! or [`NO_TABLE`]; the manifest; the table; the code, up to the end. Numbers are of 64 bits, little-endian.

use interlock_analysis::{Law, LawReport, Report, Status, Table};
use interlock_model::Manifest;
use sha2::{Digest, Sha256};

use super::{CacheMiss, Environment};
use crate::error::Cause;

/// What an entry begins with; another one whenever its form changes.
pub(super) const FORMAT: &[u8; 16] = b"interlock kept 1";

/// In place of the size of a table: the policy decides by itself.
const NO_TABLE: u64 = u64::MAX;

const HASH: usize = 32;
const HEXADECIMAL: usize = 2 * HASH;
const NUMBER: usize = size_of::<u64>();
const HASHED_FROM: usize = FORMAT.len() + HASH;
const MANIFEST_FROM: usize = HASHED_FROM + 2 * HEXADECIMAL + 4 * NUMBER;

/// An entry that is whole, and of the policy and for the environment that it was read for.
pub(crate) struct Entry {
    bytes: Vec<u8>,
    situations: u64,
    asked: u64,
    /// Where the manifest ends and the table begins, if there is one.
    table_from: usize,
    has_table: bool,
    code_from: usize,
}

impl Entry {
    /// The bytes of an entry of a policy that was let in.
    pub(crate) fn to_bytes(
        digest: &str,
        environment: &Environment,
        manifest: &Manifest,
        report: &Report,
        table: Option<&Table>,
        code: &[u8],
    ) -> Result<Vec<u8>, Cause> {
        let manifest = postcard::to_stdvec(manifest)?;
        let table = table.map(Table::to_bytes);
        let table_length = table.as_ref().map_or(NO_TABLE, |table| table.len() as u64);
        let mut bytes = [FORMAT.as_slice(), &[0; HASH]].concat();
        bytes.extend(policy(digest).as_bytes());
        bytes.extend(environment.0.as_bytes());
        for number in [report.situations, report.asked, manifest.len() as u64, table_length] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(manifest);
        bytes.extend(table.unwrap_or_default());
        bytes.extend(code);
        let hash = Sha256::digest(&bytes[HASHED_FROM..]);
        bytes[FORMAT.len()..HASHED_FROM].copy_from_slice(&hash);
        Ok(bytes)
    }

    pub(crate) fn from_bytes(
        bytes: Vec<u8>,
        digest: &str,
        environment: &Environment,
    ) -> Result<Self, CacheMiss> {
        let (written, hashed) = bytes
            .split_at_checked(HASHED_FROM)
            .filter(|(_, hashed)| hashed.len() >= MANIFEST_FROM - HASHED_FROM)
            .ok_or(CacheMiss::Damaged)?;
        if !written.starts_with(FORMAT) || written[FORMAT.len()..] != *Sha256::digest(hashed) {
            return Err(CacheMiss::Damaged);
        }
        let (names, rest) = hashed.split_at(2 * HEXADECIMAL);
        if names != [policy(digest), &environment.0].concat().as_bytes() {
            return Err(CacheMiss::Foreign);
        }
        let number = |place: usize| rest[place * NUMBER..].first_chunk().map(|n| u64::from_le_bytes(*n));
        let places = || {
            let (situations, asked, manifest, table) = (number(0)?, number(1)?, number(2)?, number(3)?);
            let has_table = table != NO_TABLE;
            let table = usize::try_from(if has_table { table } else { 0 }).ok()?;
            let table_from = MANIFEST_FROM.checked_add(usize::try_from(manifest).ok()?)?;
            let code_from = table_from.checked_add(table).filter(|&from| from <= bytes.len())?;
            Some((situations, asked, table_from, has_table, code_from))
        };
        let (situations, asked, table_from, has_table, code_from) = places().ok_or(CacheMiss::Damaged)?;
        Ok(Self { bytes, situations, asked, table_from, has_table, code_from })
    }

    /// The manifest. None where it cannot be read.
    pub(crate) fn manifest(&self) -> Option<Manifest> {
        postcard::from_bytes(&self.bytes[MANIFEST_FROM..self.table_from]).ok()
    }

    /// The table, if the policy got one. None at all where it does not fit the manifest.
    pub(crate) fn table(&self, manifest: &Manifest) -> Option<Option<Table>> {
        if !self.has_table {
            return Some(None);
        }
        Table::from_bytes(&self.bytes[self.table_from..self.code_from], manifest).map(Some)
    }

    /// What came of the laws: none other than a policy that keeps them all has an entry.
    pub(crate) fn report(&self) -> Report {
        let laws = Law::ALL.iter().map(|&law| LawReport { law, status: Status::Holds }).collect();
        Report { situations: self.situations, asked: self.asked, laws }
    }

    /// The compiled code.
    pub(crate) fn code(&self) -> &[u8] {
        &self.bytes[self.code_from..]
    }
}

/// The hash alone.
fn policy(digest: &str) -> &str {
    digest.trim_start_matches("sha256:")
}
