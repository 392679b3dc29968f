use hashbrown::HashSet;
use interlock_model::{Branch, Manifest, Offer, Rule};

use crate::sheet::{self, Sheet};

/// One way in which an action leads from a state to a state.
#[derive(Clone, Copy, Debug)]
pub struct Transition<'m> {
    /// Mode, kind and action.
    pub offer: &'m Offer,
    /// The rule that speaks for the state.
    pub rule: &'m Rule,
    /// Which end of the rule is taken, an index into its branches.
    pub end: usize,
    /// Index into the kind's states.
    pub from: u8,
    /// Index into the kind's states; the same as `from` where the state stays as it is.
    pub to: u8,
    /// Conditions that suffice for this end if they are true and those of `fails` false, as bits of the
    /// offer's list.
    pub holds: u32,
    /// Selectors that must be false for that.
    pub fails: u32,
}

impl Transition<'_> {
    /// Its effects, as bits of the offer's list.
    pub fn effects(&self) -> u32 {
        self.rule.branches[self.end].effects
    }
}

/// Every transition of a sheet: by action, by state, by end. Ends that are never taken, since earlier ones
/// always match before, have none.
pub fn transitions(manifest: &Manifest, sheet: Sheet) -> Vec<Transition<'_>> {
    let states = sheet::kind(manifest, sheet.kind).map_or(0, |kind| kind.states.len());
    let mut transitions = Vec::new();
    for offer in manifest.offers_of(sheet.mode, sheet.kind) {
        for rule in &offer.rules {
            for (end, branch) in rule.branches.iter().enumerate() {
                let Some((when, fails)) = taken(&rule.branches[..end], branch) else { continue };
                let holds = when | rule.requires | branch.requires;
                if holds & fails != 0 {
                    continue;
                }
                for &from in &rule.from_states {
                    let to = branch.next_state.unwrap_or(from);
                    if usize::from(from.max(to)) < states {
                        transitions.push(Transition { offer, rule, end, from, to, holds, fails });
                    }
                }
            }
        }
    }
    transitions.sort_by_key(|transition| (transition.offer.action, transition.from, transition.end));
    transitions
}

/// Selectors that must be true, and those that must be false, so that a branch matches and none before it.
fn taken(earlier: &[Branch], branch: &Branch) -> Option<(u32, u32)> {
    let possible = branch.when & branch.unless == 0;
    possible.then(|| avoiding(earlier, branch.when, branch.unless, &mut HashSet::new())).flatten()
}

/// The same truths and more, so that no branch of `earlier` matches.
///
/// - `failed`: what is known to be impossible, so that the search is bounded by the number of assignments.
fn avoiding(
    earlier: &[Branch],
    when: u32,
    unless: u32,
    failed: &mut HashSet<(usize, u32, u32)>,
) -> Option<(u32, u32)> {
    let Some((first, rest)) = earlier.split_first() else { return Some((when, unless)) };
    if first.when & (first.unless | unless) != 0 || first.unless & when != 0 {
        return avoiding(rest, when, unless, failed);
    }
    if failed.contains(&(earlier.len(), when, unless)) {
        return None;
    }
    let bits = |mask: u32| (0..u32::BITS).map(|bit| 1 << bit).filter(move |bit| mask & bit != 0);
    let made_false = bits(first.when & !when).map(|bit| (when, unless | bit));
    let made_true = bits(first.unless & !unless).map(|bit| (when | bit, unless));
    let found = made_false.chain(made_true).find_map(|(when, unless)| avoiding(rest, when, unless, failed));
    if found.is_none() {
        failed.insert((earlier.len(), when, unless));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Selectors that must be true, and those that must be false.
    type Masks = (u32, u32);

    fn branch((when, unless): Masks) -> Branch {
        Branch { when, unless, requires: 0, next_state: None, effects: 0 }
    }

    #[test]
    fn an_end_is_taken_where_those_before_it_do_not_match() {
        let check = |earlier: &[Masks], masks: Masks, wanted: Option<Masks>| {
            let earlier: Vec<Branch> = earlier.iter().copied().map(branch).collect();
            assert_eq!(taken(&earlier, &branch(masks)), wanted, "{earlier:?}");
        };
        check(&[], (0b1, 0), Some((0b1, 0)));
        check(&[(0b1, 0)], (0, 0), Some((0, 0b1)));
        check(&[(0, 0b1)], (0, 0), Some((0b1, 0)));
        check(&[(0b11, 0)], (0b1, 0), Some((0b1, 0b10)));
        check(&[(0b1, 0)], (0b1, 0), None);
        check(&[(0b1, 0), (0, 0b1)], (0, 0), None);
        check(&[(0b11, 0), (0b1, 0)], (0, 0), Some((0, 0b1)));
        check(&[(0b1, 0b1)], (0, 0), Some((0, 0)));
    }
}
