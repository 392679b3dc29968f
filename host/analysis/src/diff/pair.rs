//! What two manifests call by the same names.

use std::borrow::Cow;

use hashbrown::HashMap;
use interlock_model::{Cause, Manifest, Outcome, Verdict};

use super::{DiffError, Said};
use crate::Triple;

/// For each of the first list the index of the one in the second that has the same name. Of two that share a name
/// the first counts; what is beyond the first 256 has no index.
pub(crate) fn matched<T>(from: &[T], to: &[T], name: impl Fn(&T) -> &str) -> Vec<Option<u8>> {
    let mut places = HashMap::new();
    for (place, named) in (0..=u8::MAX).zip(to) {
        places.entry(name(named)).or_insert(place);
    }
    from.iter().map(|named| places.get(name(named)).copied()).collect()
}

/// A (mode, kind, action) of one policy and the one of the same names in the other, with one way to speak of what
/// both know: conditions and effects in a common list, states by the old policy's numbers.
pub(crate) struct Pair<'m> {
    /// Codes of the conditions that either offer reads, sorted.
    pub(crate) conditions: Vec<Cow<'m, str>>,
    effects: Vec<Cow<'m, str>>,
    /// How many values each condition takes: unknown, false and true; or only the last two.
    pub(crate) values: usize,
    /// The old and the new index of each assignment.
    pub(crate) places: Vec<(u32, u32)>,
    old: Side<'m>,
    new: Side<'m>,
}

struct Side<'m> {
    manifest: &'m Manifest,
    kind: u8,
    /// Where the offer's conditions stand in the common list.
    conditions: Vec<u32>,
    /// Where its effects stand.
    effects: Vec<u32>,
    /// The common number of each state.
    states: Vec<u16>,
}

/// An outcome in common numbers.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Plain {
    pub(crate) verdict: Verdict,
    pub(crate) cause: Cause,
    pub(crate) reasons: u32,
    pub(crate) next_state: Option<u16>,
    pub(crate) effects: u64,
}

/// The most conditions of which every assignment is compared.
const MOST_WITH_UNKNOWN: usize = 13;
/// The most conditions of which every complete assignment is compared.
const MOST: usize = 20;
/// States that only the new policy has are numbered from here.
const NEW_STATES: u16 = 0x1000;

impl<'m> Pair<'m> {
    /// - `states`: for each state of the new kind the old state of the same name.
    pub(crate) fn new(
        (old_manifest, old): (&'m Manifest, &Triple<'m>),
        (new_manifest, new): (&'m Manifest, &Triple<'m>),
        states: &[Option<u8>],
    ) -> Result<Self, DiffError> {
        let listed = |manifest, triple: &Triple<'m>| {
            let offer = triple.offer.ok();
            let conditions = offer.map_or(&[][..], |offer| &offer.conditions);
            let effects = offer.map_or(&[][..], |offer| &offer.effects);
            let conditions: Vec<_> = conditions.iter().map(|&index| condition(manifest, index)).collect();
            let effects: Vec<_> = effects.iter().map(|&index| effect(manifest, index)).collect();
            (conditions, effects)
        };
        let (old_listed, new_listed) = (listed(old_manifest, old), listed(new_manifest, new));
        let conditions = union(&old_listed.0, &new_listed.0);
        let effects = union(&old_listed.1, &new_listed.1);
        if conditions.len() > MOST {
            return Err(DiffError::TooManyConditions {
                mode: old_manifest.modes[usize::from(old.mode)].clone(),
                kind: old_manifest.kinds[usize::from(old.kind)].name.clone(),
                action: old_manifest.actions[usize::from(old.action)].name.clone(),
                conditions: conditions.len(),
                allowed: MOST,
            });
        }
        let side = |manifest, kind, listed: &(Vec<_>, Vec<_>), states| Side {
            manifest,
            kind,
            conditions: positions(&listed.0, &conditions),
            effects: positions(&listed.1, &effects),
            states,
        };
        let new_states =
            (0..).zip(states).map(|(state, same)| same.map_or(NEW_STATES + state, u16::from)).collect();
        let old = side(old_manifest, old.kind, &old_listed, (0..old.states).collect());
        let new = side(new_manifest, new.kind, &new_listed, new_states);
        let values = if conditions.len() <= MOST_WITH_UNKNOWN { 3 } else { 2 };
        let places = places(values, conditions.len(), &old.conditions, &new.conditions);
        Ok(Self { conditions, effects, values, places, old, new })
    }

    pub(crate) fn plain_old(&self, outcome: &Outcome) -> Plain {
        self.old.plain(outcome)
    }

    pub(crate) fn plain_new(&self, outcome: &Outcome) -> Plain {
        self.new.plain(outcome)
    }

    /// The codes of a mask over the common conditions, sorted.
    pub(crate) fn codes(&self, mask: u32) -> Vec<String> {
        named(&self.conditions, u64::from(mask))
    }

    pub(crate) fn said(&self, plain: Plain) -> Said {
        Said {
            verdict: plain.verdict,
            cause: plain.cause,
            next_state: plain.next_state.map(|state| self.state(state)),
            effects: named(&self.effects, plain.effects),
        }
    }

    fn state(&self, number: u16) -> String {
        let (side, index) = match number.checked_sub(NEW_STATES) {
            Some(index) => (&self.new, index),
            None => (&self.old, number),
        };
        let info = side.manifest.kinds.get(usize::from(side.kind));
        let state = info.and_then(|kind| kind.states.get(usize::from(index)));
        state.map_or_else(|| format!("state number {index}"), |state| state.name.clone())
    }
}

impl Side<'_> {
    fn plain(&self, outcome: &Outcome) -> Plain {
        let number = |state: u8| {
            // What no list has is still the same number in both.
            self.states.get(usize::from(state)).copied().unwrap_or(u16::from(state))
        };
        Plain {
            verdict: outcome.verdict,
            cause: outcome.cause,
            reasons: moved(u64::from(outcome.reasons), &self.conditions) as u32,
            next_state: outcome.next_state.map(number),
            effects: moved(u64::from(outcome.effects), &self.effects),
        }
    }
}

/// Code of a condition; one that the manifest does not have is told by its number.
pub(crate) fn condition(manifest: &Manifest, index: u16) -> Cow<'_, str> {
    match manifest.conditions.get(usize::from(index)) {
        Some(info) => Cow::Borrowed(&info.code),
        None => Cow::Owned(format!("condition number {index}")),
    }
}

fn effect(manifest: &Manifest, index: u16) -> Cow<'_, str> {
    match manifest.effects.get(usize::from(index)) {
        Some(info) => Cow::Borrowed(&info.code),
        None => Cow::Owned(format!("effect number {index}")),
    }
}

fn union<'m>(old: &[Cow<'m, str>], new: &[Cow<'m, str>]) -> Vec<Cow<'m, str>> {
    let mut union: Vec<Cow<'m, str>> = old.iter().chain(new).cloned().collect();
    union.sort();
    union.dedup();
    union
}

fn positions(names: &[Cow<'_, str>], within: &[Cow<'_, str>]) -> Vec<u32> {
    names.iter().map(|name| within.binary_search(name).map_or(u32::MAX, |place| place as u32)).collect()
}

/// Bits at their new positions; those that have none are left out.
fn moved(mut mask: u64, positions: &[u32]) -> u64 {
    let mut moved = 0;
    while mask != 0 {
        let position = positions.get(mask.trailing_zeros() as usize);
        moved |= position.and_then(|&position| 1u64.checked_shl(position)).unwrap_or(0);
        mask &= mask - 1;
    }
    moved
}

fn named(names: &[Cow<'_, str>], mask: u64) -> Vec<String> {
    (0..u64::BITS)
        .zip(names)
        .filter(|(bit, _)| mask >> bit & 1 != 0)
        .map(|(_, name)| name.to_string())
        .collect()
}

/// For each assignment of the common conditions the index of what each policy is asked then.
fn places(values: usize, conditions: usize, old: &[u32], new: &[u32]) -> Vec<(u32, u32)> {
    // A name that an offer lists twice has the same value in both places.
    let weight = |positions: &[u32], condition: usize| -> u32 {
        let powers = (0..).map(|bit| 3u32.saturating_pow(bit)).zip(positions);
        powers.filter(|&(_, &position)| position as usize == condition).map(|(power, _)| power).sum()
    };
    let mut places = vec![(0, 0)];
    for condition in 0..conditions {
        let (old, new) = (weight(old, condition), weight(new, condition));
        let before = places.len();
        for value in 1..values as u32 {
            let add = |&(a, b): &(u32, u32)| (a + value * old, b + value * new);
            let more: Vec<_> = places[..before].iter().map(add).collect();
            places.extend(more);
        }
    }
    if values == 2 {
        // Values are false and true, the digits 1 and 2: nothing is unknown.
        let all = |positions: &[u32]| -> u32 {
            (0..conditions).map(|condition| weight(positions, condition)).sum()
        };
        let (old, new) = (all(old), all(new));
        places.iter_mut().for_each(|place| *place = (place.0 + old, place.1 + new));
    }
    places
}
