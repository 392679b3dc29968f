//! Situations to decide, the same for every benchmark that decides situations.

use interlock::analysis::Enumeration;
use interlock::model::{Manifest, Situation};
use oorandom::Rand32;

/// How many situations there are.
pub(crate) const COUNT: usize = 4_096;

/// How many of them are allowed, denied, and depend.
pub(crate) const VERDICTS: [usize; 3] = [2_518, 777, 801];

/// Situations of both modes, drawn with a fixed seed: every state and action that is offered from it is as
/// likely as any other. Of eight conditions, one is unknown; of eight that are known, one is false.
pub(crate) fn draw(manifest: &Manifest) -> Vec<Situation> {
    let enumeration = Enumeration::new(manifest, u32::MAX).unwrap();
    let cells: Vec<_> = enumeration
        .triples()
        .iter()
        .flat_map(|triple| (0..triple.states).map(move |state| (triple, state as u8)))
        .filter(|(triple, state)| triple.refusal(*state).is_none())
        .collect();

    let mut random = Rand32::new(0x1757);
    let mut draw = || {
        let (triple, state) = cells[random.rand_range(0..cells.len() as u32) as usize];
        let mut mostly = || {
            (0..triple.conditions()).fold(0, |bits, bit| bits | u32::from(random.rand_range(0..8) > 0) << bit)
        };
        let known = mostly();
        triple.situation(state, (mostly() & known, known))
    };
    (0..COUNT).map(|_| draw()).collect()
}
