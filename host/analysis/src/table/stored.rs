//! A table as bytes, to be kept and read back.
//!
//! All numbers are little-endian. First how many modes, kinds, actions, cells, row entries and outcomes there are; then
//! the offers, the cells, the rows and the outcomes, each list without gaps, and nothing after them.

use interlock_model::{Cause, Manifest, Outcome, Verdict};

use super::{CONDITIONS, NOWHERE, Offered, Table};

impl Table {
    /// Its bytes, from which [`Table::from_bytes`] makes it again.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let lengths =
            [self.modes, self.kinds, self.actions, self.cells.len(), self.rows.len(), self.outcomes.len()];
        let mut bytes = Vec::with_capacity(
            size_of::<u64>() * lengths.len()
                + OFFERED * self.offers.len()
                + size_of_val(&*self.cells)
                + size_of_val(&*self.rows)
                + OUTCOME * self.outcomes.len(),
        );
        for length in lengths {
            bytes.extend((length as u64).to_le_bytes());
        }
        for offered in &self.offers {
            bytes.push(offered.refused.map_or(OFFERED_THERE, code_of_cause));
            bytes.extend(offered.states.to_le_bytes());
            bytes.extend(offered.cells.to_le_bytes());
            bytes.extend(offered.mask.to_le_bytes());
        }
        for cell in &self.cells {
            bytes.extend(cell.to_le_bytes());
        }
        for entry in &self.rows {
            bytes.extend(entry.to_le_bytes());
        }
        for outcome in &self.outcomes {
            bytes.push(code_of_verdict(outcome.verdict));
            bytes.push(code_of_cause(outcome.cause));
            bytes.extend(outcome.reasons.to_le_bytes());
            bytes.push(outcome.next_state.is_some().into());
            bytes.push(outcome.next_state.unwrap_or_default());
            bytes.extend(outcome.effects.to_le_bytes());
        }
        bytes
    }

    /// The table that [`Table::to_bytes`] wrote for a policy of this manifest.
    ///
    /// None where the bytes are no table, or one whose look-ups could lead outside of itself or of the manifest. That
    /// its outcomes are those of the policy cannot be seen from here.
    #[must_use]
    pub fn from_bytes(bytes: &[u8], manifest: &Manifest) -> Option<Self> {
        let mut reader = Reader(bytes);
        let mut lengths = [0; 6];
        for length in &mut lengths {
            *length = usize::try_from(u64::from_le_bytes(reader.take()?)).ok()?;
        }
        let [modes, kinds, actions, cells, rows, outcomes] = lengths;
        if [modes, kinds, actions] != [manifest.modes.len(), manifest.kinds.len(), manifest.actions.len()] {
            return None;
        }
        let offers = modes.checked_mul(kinds)?.checked_mul(actions)?;
        let offers =
            reader.list(offers, |[refused, s0, s1, c0, c1, c2, c3, m0, m1, m2, m3]: [u8; OFFERED]| {
                Some(Offered {
                    refused: if refused == OFFERED_THERE { None } else { Some(cause(refused)?) },
                    states: u16::from_le_bytes([s0, s1]),
                    cells: u32::from_le_bytes([c0, c1, c2, c3]),
                    mask: u32::from_le_bytes([m0, m1, m2, m3]),
                })
            })?;
        let cells = reader.list(cells, |cell| Some(u32::from_le_bytes(cell)))?;
        let rows = reader.list(rows, |entry| Some(u16::from_le_bytes(entry)))?;
        let outcomes = reader.list(
            outcomes,
            |[verdict_code, cause_code, r0, r1, r2, r3, has_next, next, e0, e1, e2, e3]: [u8; OUTCOME]| {
                Some(Outcome {
                    verdict: verdict(verdict_code)?,
                    cause: cause(cause_code)?,
                    reasons: u32::from_le_bytes([r0, r1, r2, r3]),
                    next_state: match (has_next, next) {
                        (0, 0) => None,
                        (1, next) => Some(next),
                        _ => return None,
                    },
                    effects: u32::from_le_bytes([e0, e1, e2, e3]),
                })
            },
        )?;
        let table = Self { modes, kinds, actions, offers, cells, rows, outcomes };
        (reader.0.is_empty() && table.leads_nowhere_else(manifest)).then_some(table)
    }

    /// Whether every look-up ends in an outcome, of a state and by a mask that the manifest has.
    fn leads_nowhere_else(&self, manifest: &Manifest) -> bool {
        let places = (0..self.modes).flat_map(|_| &manifest.kinds).flat_map(|kind| {
            let states = kind.states.len().min(256);
            (0..self.actions).map(move |_| states)
        });
        let offers = self.offers.iter().zip(places).all(|(offered, states)| {
            if offered.refused.is_some() {
                return true;
            }
            let (cells, conditions) = (offered.cells as usize, offered.mask.trailing_ones());
            let length = 3_usize.pow(conditions.min(CONDITIONS as u32));
            usize::from(offered.states) == states
                && conditions as usize <= CONDITIONS
                && u64::from(offered.mask) + 1 == 1 << conditions
                && self.cells.get(cells..cells.saturating_add(states)).is_some_and(|cells| {
                    let ends_inside = |&row: &u32| row == NOWHERE || row as usize + length <= self.rows.len();
                    cells.iter().all(ends_inside)
                })
        });
        offers && self.rows.iter().all(|&outcome| usize::from(outcome) < self.outcomes.len())
    }
}

/// Bytes of an offer, and of an outcome.
const OFFERED: usize = 11;
const OUTCOME: usize = 12;

/// In place of the cause for which every state refuses: there is none.
const OFFERED_THERE: u8 = u8::MAX;

const CAUSES: [Cause; 4] = [Cause::Conditions, Cause::NotInMode, Cause::NotOffered, Cause::NotFromState];

fn code_of_cause(cause: Cause) -> u8 {
    match cause {
        Cause::Conditions => 0,
        Cause::NotInMode => 1,
        Cause::NotOffered => 2,
        Cause::NotFromState => 3,
    }
}

fn cause(code: u8) -> Option<Cause> {
    CAUSES.get(usize::from(code)).copied()
}

const VERDICTS: [Verdict; 3] = [Verdict::Allow, Verdict::Deny, Verdict::Depends];

fn code_of_verdict(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Allow => 0,
        Verdict::Deny => 1,
        Verdict::Depends => 2,
    }
}

fn verdict(code: u8) -> Option<Verdict> {
    VERDICTS.get(usize::from(code)).copied()
}

/// What is left to read.
struct Reader<'b>(&'b [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    /// So many items of `N` bytes. Nothing is reserved for items that are not there.
    fn list<const N: usize, T>(
        &mut self,
        length: usize,
        item: impl Fn([u8; N]) -> Option<T>,
    ) -> Option<Box<[T]>> {
        let (list, rest) = self.0.split_at_checked(length.checked_mul(N)?)?;
        self.0 = rest;
        list.as_chunks().0.iter().map(|bytes| item(*bytes)).collect()
    }
}
