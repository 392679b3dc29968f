//! Every cell of two policies, compared situation by situation.

use hashbrown::hash_map::Entry;
use hashbrown::{HashMap, HashSet};
use interlock_model::{Manifest, Outcome, Verdict};

use super::cover::cover;
use super::pair::{Pair, Plain, matched};
use super::{Change, ChangedCell, Class, Cube, Diff, DiffError, Is, Said};
use crate::{Answers, Triple};

pub(crate) fn compare(old: &Answers<'_>, new: &Answers<'_>, diff: &mut Diff) -> Result<(), DiffError> {
    let names = Matching::new(old.manifest(), new.manifest());
    let mut theirs = HashMap::new();
    for (triple, outcomes) in new.triples() {
        theirs.insert((triple.mode, triple.kind, triple.action), (triple, outcomes));
    }
    let mut met = HashSet::new();
    for (triple, outcomes) in old.triples() {
        let ours = Answered { manifest: old.manifest(), triple, outcomes };
        let same = names.triple(triple).and_then(|key| theirs.get(&key));
        match same {
            Some(&(triple, outcomes)) => {
                met.insert((triple.mode, triple.kind, triple.action));
                let theirs = Answered { manifest: new.manifest(), triple, outcomes };
                compare_triples(ours, theirs, &names.states[usize::from(ours.triple.kind)], diff)?;
            }
            None => alone(Class::Gone, ours, |_| true, diff)?,
        }
    }
    for (triple, outcomes) in new.triples() {
        if !met.contains(&(triple.mode, triple.kind, triple.action)) {
            alone(Class::New, Answered { manifest: new.manifest(), triple, outcomes }, |_| true, diff)?;
        }
    }
    Ok(())
}

/// A (mode, kind, action) of one policy and all that it answers.
#[derive(Clone, Copy)]
struct Answered<'a, 'm> {
    manifest: &'m Manifest,
    triple: &'a Triple<'m>,
    outcomes: &'a [Outcome],
}

impl<'a> Answered<'a, '_> {
    fn state(&self, state: u16) -> &'a [Outcome] {
        let length = self.triple.assignments() as usize;
        &self.outcomes[usize::from(state) * length..][..length]
    }

    fn cell(&self, state: u16, pair: &Pair<'_>, changes: Vec<Change>) -> ChangedCell {
        let Triple { mode, kind, action, .. } = *self.triple;
        let kind = &self.manifest.kinds[usize::from(kind)];
        ChangedCell {
            mode: self.manifest.modes[usize::from(mode)].clone(),
            kind: kind.name.clone(),
            state: kind.states[usize::from(state)].name.clone(),
            action: self.manifest.actions[usize::from(action)].name.clone(),
            situations: pair.places.len() as u64,
            complete_only: pair.values == 2,
            changes,
        }
    }
}

/// The new policy's numbers for what the old one numbers.
struct Matching {
    modes: Vec<Option<u8>>,
    kinds: Vec<Option<u8>>,
    actions: Vec<Option<u8>>,
    /// For each old kind.
    states: Vec<States>,
}

#[derive(Default)]
struct States {
    /// The new state of each old one.
    new: Vec<Option<u8>>,
    /// The old state of each new one.
    old: Vec<Option<u8>>,
}

impl Matching {
    fn new(old: &Manifest, new: &Manifest) -> Self {
        let kinds = matched(&old.kinds, &new.kinds, |kind| &kind.name);
        let states = old.kinds.iter().zip(&kinds).map(|(old, same)| {
            let Some(new) = same.and_then(|kind| new.kinds.get(usize::from(kind))) else {
                return States::default();
            };
            let between = |a, b| matched(a, b, |state: &interlock_model::StateInfo| &state.name);
            States { new: between(&old.states, &new.states), old: between(&new.states, &old.states) }
        });
        Self {
            states: states.collect(),
            modes: matched(&old.modes, &new.modes, |mode| mode),
            actions: matched(&old.actions, &new.actions, |action| &action.name),
            kinds,
        }
    }

    fn triple(&self, old: &Triple<'_>) -> Option<(u8, u8, u8)> {
        let same = |list: &[Option<u8>], index: u8| list.get(usize::from(index)).copied().flatten();
        Some((same(&self.modes, old.mode)?, same(&self.kinds, old.kind)?, same(&self.actions, old.action)?))
    }
}

fn compare_triples<'m>(
    old: Answered<'_, 'm>,
    new: Answered<'_, 'm>,
    states: &States,
    diff: &mut Diff,
) -> Result<(), DiffError> {
    let pair = Pair::new((old.manifest, old.triple), (new.manifest, new.triple), &states.old)?;
    let same = |state: u16| states.new.get(usize::from(state)).copied().flatten().map(u16::from);
    for state in 0..old.triple.states {
        let Some(theirs) = same(state).filter(|&theirs| theirs < new.triple.states) else { continue };
        diff.compared.cells += 1;
        diff.compared.situations += pair.places.len() as u64;
        diff.complete_only += u64::from(pair.values == 2);
        let changes = changes(&pair, old.state(state), new.state(theirs));
        if !changes.is_empty() {
            diff.add(old.cell(state, &pair, changes));
        }
    }
    alone(Class::Gone, old, |state| same(state).is_none(), diff)?;
    let is_new = |state: u16| states.old.get(usize::from(state)).copied().flatten().is_none();
    alone(Class::New, new, is_new, diff)
}

/// What one policy says of states that the other has no name for.
fn alone(
    class: Class,
    one: Answered<'_, '_>,
    is_alone: impl Fn(u16) -> bool,
    diff: &mut Diff,
) -> Result<(), DiffError> {
    let itself: Vec<Option<u8>> = (0..one.triple.states).map(|state| u8::try_from(state).ok()).collect();
    let mut pair = None;
    for state in (0..one.triple.states).filter(|&state| is_alone(state)) {
        diff.compared.cells += 1;
        diff.compared.situations += one.triple.assignments();
        if one.triple.refusal(state as u8).is_some() {
            continue;
        }
        let pair = match &mut pair {
            Some(pair) => pair,
            none => {
                let named = (one.manifest, one.triple);
                none.insert(Pair::new(named, named, &itself)?)
            }
        };
        let outcomes = one.state(state);
        let mut group = Group::new(class, pair.places.len());
        for (index, &(place, _)) in pair.places.iter().enumerate() {
            let plain = pair.plain_old(&outcomes[place as usize]);
            group.note(plain, plain);
            group.members[index] = plain.verdict == Verdict::Allow;
        }
        let mut change = group.change(pair);
        if class == Class::New {
            change.before.clear();
        } else {
            change.after.clear();
        }
        let cell = one.cell(state, pair, vec![change]);
        diff.add(cell);
    }
    Ok(())
}

/// How the outcomes of a cell differ.
fn changes(pair: &Pair<'_>, old: &[Outcome], new: &[Outcome]) -> Vec<Change> {
    let old: Vec<Plain> = old.iter().map(|outcome| pair.plain_old(outcome)).collect();
    let new: Vec<Plain> = new.iter().map(|outcome| pair.plain_new(outcome)).collect();
    let mut numbers = HashMap::new();
    let mut groups: Vec<Group> = Vec::new();
    for (index, &(before, after)) in pair.places.iter().enumerate() {
        let (before, after) = (old[before as usize], new[after as usize]);
        if before == after {
            continue;
        }
        let class = match (before.verdict, after.verdict) {
            (Verdict::Allow, Verdict::Allow) => Class::Effect,
            (_, Verdict::Allow) => Class::Widened,
            (Verdict::Allow, _) => Class::Narrowed,
            _ => Class::Reason,
        };
        // Where both allow, what it led to and what it leads to now belong together.
        let ends = (class == Class::Effect).then_some((before, after));
        let number = match numbers.entry((class, ends)) {
            Entry::Occupied(number) => *number.get(),
            Entry::Vacant(free) => {
                groups.push(Group::new(class, pair.places.len()));
                *free.insert(groups.len() - 1)
            }
        };
        groups[number].note(before, after);
        groups[number].members[index] = true;
    }
    groups.sort_by_key(|group| group.class);
    groups.into_iter().map(|group| group.change(pair)).collect()
}

/// Situations that changed in one way.
struct Group {
    class: Class,
    situations: u64,
    members: Vec<bool>,
    before: HashSet<Plain>,
    after: HashSet<Plain>,
    reasons_gone: u32,
    reasons_new: u32,
}

impl Group {
    fn new(class: Class, length: usize) -> Self {
        let members = vec![false; length];
        let (before, after) = (HashSet::new(), HashSet::new());
        Self { class, situations: 0, members, before, after, reasons_gone: 0, reasons_new: 0 }
    }

    fn note(&mut self, before: Plain, after: Plain) {
        self.situations += 1;
        self.reasons_gone |= before.reasons & !after.reasons;
        self.reasons_new |= after.reasons & !before.reasons;
        self.before.insert(Plain { reasons: 0, ..before });
        self.after.insert(Plain { reasons: 0, ..after });
    }

    fn change(self, pair: &Pair<'_>) -> Change {
        let cubes = cover(pair.values, pair.conditions.len(), &self.members);
        Change {
            class: self.class,
            situations: self.situations,
            region: cubes.iter().map(|cube| literals(cube, pair)).collect(),
            before: said(&self.before, pair),
            after: said(&self.after, pair),
            reasons_gone: pair.codes(self.reasons_gone),
            reasons_new: pair.codes(self.reasons_new),
        }
    }
}

fn said(plain: &HashSet<Plain>, pair: &Pair<'_>) -> Vec<Said> {
    let mut said: Vec<Said> = plain.iter().map(|&plain| pair.said(plain)).collect();
    said.sort_by(|a, b| {
        let key = |said: &Said| (said.verdict.as_str(), said.cause.as_str());
        key(a).cmp(&key(b)).then_with(|| (&a.next_state, &a.effects).cmp(&(&b.next_state, &b.effects)))
    });
    said
}

fn literals(cube: &[u8], pair: &Pair<'_>) -> Cube {
    // Where nothing is unknown, the values are false and true.
    let shift = 3 - pair.values;
    let literals = pair.conditions.iter().zip(cube).filter(|(_, allowed)| **allowed + 1 != 1 << pair.values);
    Cube(literals.filter_map(|(code, allowed)| Some((code.to_string(), Is::of(allowed << shift)?))).collect())
}
