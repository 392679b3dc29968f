mod stored;

use hashbrown::HashMap;
use interlock_model::{Cause, Outcome, Situation, Verdict};

use crate::Answers;

/// Everything that a policy answers, as a table: deciding is a lookup, without an allocation, a lock or a call.
///
/// The assignments of a cell's conditions are numbers in base three ([`assignment()`](crate::assignment())). Cells that
/// answer alike share their row, and rows hold the numbers of outcomes, each of which stands once.
#[derive(Clone, Debug)]
pub struct Table {
    modes: usize,
    kinds: usize,
    actions: usize,
    /// Every (mode, kind, action), in this order.
    offers: Box<[Offered]>,
    /// Of each offer, for each state of its kind: where its row begins, or [`NOWHERE`].
    cells: Box<[u32]>,
    rows: Box<[u16]>,
    outcomes: Box<[Outcome]>,
}

/// One (mode, kind, action).
#[derive(Clone, Copy, Debug)]
struct Offered {
    /// Why every state refuses; none where conditions decide.
    refused: Option<Cause>,
    states: u16,
    /// Its first cell.
    cells: u32,
    /// The bits of its conditions.
    mask: u32,
}

/// The row of a state from which nothing is offered.
const NOWHERE: u32 = u32::MAX;

/// The most conditions of one offer that a table has room for.
const CONDITIONS: usize = 10;

impl Table {
    /// The table of what a policy answered.
    ///
    /// None where it would take more than `max_bytes`, where an offer reads more than ten conditions, or where there are
    /// more than 65,536 different outcomes: such a policy is asked itself.
    #[must_use]
    pub fn of(answers: &Answers<'_>, max_bytes: usize) -> Option<Self> {
        let manifest = answers.manifest();
        let none = Offered { refused: Some(Cause::NotInMode), states: 0, cells: 0, mask: 0 };
        let (modes, kinds, actions) = (manifest.modes.len(), manifest.kinds.len(), manifest.actions.len());
        let mut table = Self {
            modes,
            kinds,
            actions,
            offers: vec![none; modes.checked_mul(kinds)?.checked_mul(actions)?].into(),
            cells: Box::default(),
            rows: Box::default(),
            outcomes: Box::default(),
        };
        let (mut cells, mut rows, mut outcomes) = (Vec::new(), Vec::new(), Vec::new());
        let mut numbers: HashMap<Outcome, u16> = HashMap::new();
        let mut known_rows: HashMap<Vec<u16>, u32> = HashMap::new();
        for (triple, answered) in answers.triples() {
            if triple.conditions() > CONDITIONS {
                return None;
            }
            let place = table.place(triple.mode, triple.kind, triple.action)?;
            table.offers[place] = Offered {
                refused: triple.offer.err(),
                states: triple.states,
                cells: u32::try_from(cells.len()).ok()?,
                mask: (1 << triple.conditions()) - 1,
            };
            if triple.offer.is_err() {
                continue;
            }
            let length = usize::try_from(triple.assignments()).ok()?;
            for (state, outcomes_here) in (0..=u8::MAX).zip(answered.chunks(length)) {
                if triple.refusal(state).is_some() {
                    cells.push(NOWHERE);
                    continue;
                }
                let mut row = Vec::with_capacity(length);
                for outcome in outcomes_here {
                    row.push(match numbers.get(outcome) {
                        Some(&number) => number,
                        None => {
                            let number = u16::try_from(outcomes.len()).ok()?;
                            outcomes.push(*outcome);
                            numbers.insert(*outcome, number);
                            number
                        }
                    });
                }
                let start = match known_rows.get(&row) {
                    Some(&start) => start,
                    None => {
                        let start = u32::try_from(rows.len()).ok()?;
                        rows.extend_from_slice(&row);
                        known_rows.insert(row, start);
                        start
                    }
                };
                cells.push(start);
            }
            if size_of_val(&rows[..]) > max_bytes {
                return None;
            }
        }
        (table.cells, table.rows, table.outcomes) = (cells.into(), rows.into(), outcomes.into());
        (table.bytes() <= max_bytes).then_some(table)
    }

    /// How many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.offers)
            + size_of_val(&*self.cells)
            + size_of_val(&*self.rows)
            + size_of_val(&*self.outcomes)
    }

    /// The outcome of a situation, as the policy decides it.
    #[must_use]
    #[inline]
    pub fn decide(&self, situation: Situation) -> Outcome {
        let Some(place) = self.place(situation.mode, situation.kind, situation.action) else {
            let known = usize::from(situation.mode) < self.modes && usize::from(situation.kind) < self.kinds;
            return refused(if known { Cause::NotOffered } else { Cause::NotInMode });
        };
        let offered = &self.offers[place];
        if let Some(cause) = offered.refused {
            return refused(cause);
        }
        if u16::from(situation.state) >= offered.states {
            return refused(Cause::NotFromState);
        }
        let row = self.cells[offered.cells as usize + usize::from(situation.state)];
        if row == NOWHERE {
            return refused(Cause::NotFromState);
        }
        let known = situation.known & offered.mask;
        let assignment = assignment(situation.holds & known, known);
        self.outcomes[usize::from(self.rows[row as usize + assignment])]
    }

    /// The bits of a situation that count: those of the conditions that its action reads; none where it is not offered.
    #[must_use]
    pub fn mask(&self, situation: Situation) -> u32 {
        self.place(situation.mode, situation.kind, situation.action)
            .map_or(0, |place| self.offers[place].mask)
    }

    /// The outcomes of many situations, into as many places.
    ///
    /// Of two slices that differ in length, the shorter one counts.
    pub fn decide_into(&self, situations: &[Situation], outcomes: &mut [Outcome]) {
        for (outcome, &situation) in outcomes.iter_mut().zip(situations) {
            *outcome = self.decide(situation);
        }
    }

    fn place(&self, mode: u8, kind: u8, action: u8) -> Option<usize> {
        let (mode, kind, action) = (usize::from(mode), usize::from(kind), usize::from(action));
        let inside = mode < self.modes && kind < self.kinds && action < self.actions;
        inside.then(|| (mode * self.kinds + kind) * self.actions + action)
    }
}

/// The index of an assignment of at most [`CONDITIONS`] conditions: five at a time, from a table.
fn assignment(holds: u32, known: u32) -> usize {
    let five = |shift: u32| {
        let (holds, known) = (holds >> shift & 31, known >> shift & 31);
        usize::from(FIVE[(known << 5 | holds) as usize])
    };
    five(0) + 243 * five(5)
}

/// The index of each assignment of five conditions, by the bits known and, below them, the bits that hold.
const FIVE: [u8; 1 << 10] = {
    let mut indexes = [0; 1 << 10];
    let mut bits = 0;
    while bits < indexes.len() {
        let (mut index, mut power, mut position) = (0, 1, 0);
        while position < 5 {
            let known = bits >> (5 + position) & 1;
            let holds = bits >> position & known;
            index += power * (known + holds);
            power *= 3;
            position += 1;
        }
        indexes[bits] = index as u8;
        bits += 1;
    }
    indexes
};

fn refused(cause: Cause) -> Outcome {
    Outcome { verdict: Verdict::Deny, cause, reasons: 0, next_state: None, effects: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_at_a_time_gives_the_index_of_an_assignment() {
        for index in 0..3u32.pow(CONDITIONS as u32) {
            let (holds, known) = crate::assignment(index);
            assert_eq!(assignment(holds, known), index as usize);
            assert_eq!(crate::assignment_index(holds, known), Some(index));
        }
    }
}
