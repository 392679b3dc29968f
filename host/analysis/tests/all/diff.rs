//! Claims about comparing two policies, against a comparison in the slow and obvious way.

use std::collections::{BTreeMap, BTreeSet};

use interlock_analysis::diff::{Change, ChangedCell, Class, Count, Cube, Diff, DiffError, Is, Telling};
use interlock_analysis::{Answers, Options};
use interlock_model::{Branch, Cause, Manifest, Offer, Outcome, Situation, Verdict};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::interpreter::Interpreter;
use crate::manifests::{action, condition, doors, empty, end, kind, offer, rule, state};
use crate::random::manifests;

fn diff(old: &Manifest, new: &Manifest) -> Result<Diff, DiffError> {
    let (old, new) = (Interpreter { manifest: old.clone() }, Interpreter { manifest: new.clone() });
    let answers = |policy| Answers::ask(policy, &Options::default(), &|_| {}).unwrap();
    Diff::new(&answers(&old), &answers(&new))
}

/// The doors, and the doors with something changed.
fn doors_with(change: impl FnOnce(&mut Manifest)) -> Diff {
    let mut new = doors();
    change(&mut new);
    diff(&doors(), &new).unwrap()
}

/// The offer of an action on doors at night.
fn at_night<'m>(manifest: &'m mut Manifest, action: &str) -> &'m mut Offer {
    let action = manifest.action(action).unwrap();
    let wanted = |offer: &&mut Offer| (offer.mode, offer.kind, offer.action) == (1, 0, action);
    manifest.offers.iter_mut().find(wanted).unwrap()
}

/// The only change of the only cell.
#[track_caller]
fn only(diff: &Diff) -> (&ChangedCell, &Change) {
    let [cell] = &diff.cells[..] else { panic!("{:#?}", diff.cells) };
    let [change] = &cell.changes[..] else { panic!("{:#?}", cell.changes) };
    (cell, change)
}

fn cube(literals: &[(&str, Is)]) -> Cube {
    Cube(literals.iter().map(|&(code, is)| (code.to_owned(), is)).collect())
}

#[test]
fn a_policy_compared_with_itself_has_no_differences() {
    let diff = doors_with(|_| {});
    assert!(diff.is_empty(), "{diff:#?}");
    assert_eq!(diff.compared, Count { cells: 2 * (5 + 2) * 6, situations: 514 });
    assert!(Class::ALL.iter().all(|&class| diff.count(class) == Count::default()));
}

#[test]
fn a_requirement_dropped_is_widened_and_one_added_is_narrowed() {
    let dropped = |manifest: &mut Manifest| at_night(manifest, "unlock").rules[0].requires = 0;
    let wider = doors_with(dropped);
    let (cell, change) = only(&wider);
    assert_eq!(
        [&*cell.mode, &*cell.kind, &*cell.state, &*cell.action],
        ["night", "door", "locked", "unlock"]
    );
    assert_eq!((change.class, change.situations, cell.situations), (Class::Widened, 2, 3));
    assert_eq!(change.region, [cube(&[("has-key", Is::NotTrue)])]);
    assert_eq!(change.reasons_gone, ["has-key"]);
    assert_eq!(change.after[0].next_state.as_deref(), Some("closed"));

    let mut old = doors();
    dropped(&mut old);
    let narrower = diff(&old, &doors()).unwrap();
    let (_, change) = only(&narrower);
    assert_eq!((change.class, change.situations), (Class::Narrowed, 2));
    assert_eq!(change.reasons_new, ["has-key"]);
    assert_eq!(narrower.count(Class::Narrowed), Count { cells: 1, situations: 2 });
}

#[test]
fn an_action_offered_from_another_state_is_widened_there() {
    let diff = doors_with(|manifest| {
        let offer = at_night(manifest, "unlock");
        offer.from_states = vec![2, 3];
        offer.rules[0].from_states = vec![2, 3];
    });
    let changes: Vec<Class> = diff.cells[0].changes.iter().map(|change| change.class).collect();
    assert_eq!(diff.cells[0].state, "closed");
    assert_eq!(changes, [Class::Widened, Class::Reason]);
    assert_eq!(diff.cells[0].changes[1].before[0].cause, Cause::NotFromState);
}

#[test]
fn another_requirement_with_the_same_verdicts_is_a_reason_changed() {
    let diff = doors_with(|manifest| {
        manifest.conditions.push(condition("may-unlock", &[]));
        at_night(manifest, "unlock").conditions = vec![4];
    });
    let classes: Vec<(Class, u64)> =
        diff.cells[0].changes.iter().map(|change| (change.class, change.situations)).collect();
    assert_eq!(classes, [(Class::Widened, 2), (Class::Narrowed, 2), (Class::Reason, 4)]);
    let reason = &diff.cells[0].changes[2];
    assert_eq!(reason.region, [cube(&[("has-key", Is::NotTrue), ("may-unlock", Is::NotTrue)])]);
    assert_eq!(
        (&*reason.reasons_gone, &*reason.reasons_new),
        (&["has-key".into()][..], &["may-unlock".into()][..])
    );
}

#[test]
fn another_end_is_an_effect_changed() {
    let diff = doors_with(|manifest| {
        let offer = at_night(manifest, "unlock");
        offer.effects = vec![0];
        offer.rules[0].branches = vec![end(Some(1), 0b1)];
    });
    let (_, change) = only(&diff);
    assert_eq!((change.class, change.situations), (Class::Effect, 1));
    assert_eq!(change.region, [cube(&[("has-key", Is::True)])]);
    assert_eq!(change.before[0].next_state.as_deref(), Some("closed"));
    assert_eq!(change.after[0].next_state.as_deref(), Some("open"));
    assert_eq!(change.after[0].effects, ["bell"]);
}

#[test]
fn a_state_that_only_one_has_is_new_or_gone_where_something_is_offered() {
    let mut ajar = doors();
    ajar.kinds[0].states.push(state("ajar", &[0, 1]));
    let shut = at_night(&mut ajar, "shut");
    shut.from_states.push(5);
    shut.rules[0].from_states.push(5);
    let added = diff(&doors(), &ajar).unwrap();
    let (cell, change) = only(&added);
    assert_eq!((&*cell.state, &*cell.action), ("ajar", "shut"));
    assert_eq!((change.class, &change.region[..]), (Class::New, &[Cube::default()][..]));
    assert!(change.before.is_empty());
    assert!(added.told.iter().any(|told| told.name == "door ajar" && told.telling == Telling::New));

    let removed = diff(&ajar, &doors()).unwrap();
    let (_, change) = only(&removed);
    assert_eq!(change.class, Class::Gone);
    assert!(change.after.is_empty());
}

#[test]
fn what_is_only_told_differently_decides_nothing() {
    let diff = doors_with(|manifest| {
        manifest.conditions[0].question = "Is there a key?".to_owned();
        manifest.grants[0].actions.pop();
        at_night(manifest, "unlock").rules[0].alternatives = vec![1];
        manifest.version = "0.2.0".to_owned();
    });
    assert_eq!(diff.cells, []);
    let told: Vec<String> = diff.told.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "condition `has-key`: question was \"\", now \"Is there a key?\"",
            "grant `keeper: unlock any door in night`: gone",
            "rule `unlock door in night from locked`: ways out was \"\", now \"remove\"",
        ]
    );
}

/// One action that requires all of so many conditions, whose names begin with `first`.
fn demanding(first: usize, count: usize) -> Manifest {
    let numbers: Vec<u16> = (0..count as u16).collect();
    let all = (1 << count) - 1;
    let offered = offer((0, 0, 0), &numbers, 0, &[], vec![rule(&[1], all, vec![end(Some(0), 0)])]);
    Manifest {
        modes: vec!["plain".into()],
        kinds: vec![kind("thing", &[0], vec![state("absent", &[0]), state("here", &[0])])],
        actions: vec![action("drop", interlock_model::ActionClass::Operation)],
        conditions: (first..first + count).map(|number| condition(&format!("c{number:02}"), &[])).collect(),
        offers: vec![offered],
        ..empty()
    }
}

#[test]
fn a_cell_of_many_situations_is_a_few_cubes() {
    let mut lax = demanding(0, 8);
    lax.offers[0].rules[0].requires &= !0b1000;
    let diff = diff(&demanding(0, 8), &lax).unwrap();
    let widened = &diff.cells[0].changes[0];
    let wanted: Vec<(String, Is)> = (0..8)
        .map(|number| (format!("c{number:02}"), if number == 3 { Is::NotTrue } else { Is::True }))
        .collect();
    assert_eq!((widened.class, widened.situations), (Class::Widened, 2));
    assert_eq!(widened.region, [Cube(wanted.into_iter().collect())]);
}

#[test]
fn many_conditions_are_compared_where_all_are_known_and_too_many_are_refused() {
    let compared = diff(&demanding(0, 8), &demanding(7, 7)).unwrap();
    let cell = &compared.cells[0];
    assert_eq!((cell.situations, cell.complete_only), (1 << 14, true));
    let situations: Vec<(Class, u64)> =
        cell.changes.iter().map(|change| (change.class, change.situations)).collect();
    // Of the 14 they share one; only where that one alone is false, or none is, do both say the same.
    assert_eq!(situations, [(Class::Widened, 127), (Class::Narrowed, 63), (Class::Reason, 16_192)]);

    let error = diff(&demanding(0, 11), &demanding(11, 10)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`drop` on `thing` in mode `plain` reads 21 conditions in both policies together, compared are at most 20"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn numbers_and_order_make_no_difference(manifest in manifests(), tape in vec(any::<u16>(), 60)) {
        let shuffled = Shuffler { tape: tape.iter() }.shuffled(&manifest);
        let diff = diff(&manifest, &shuffled).unwrap();
        prop_assert!(diff.is_empty(), "{:#?}", diff);
    }

    #[test]
    fn an_edited_policy_differs_exactly_as_asking_situation_by_situation_says(
        manifest in manifests(),
        edits in vec((any::<Index>(), any::<u8>(), any::<u8>()), 1..3),
        tape in vec(any::<u16>(), 60),
    ) {
        let edited = edits.into_iter().fold(manifest.clone(), edited);
        agree(&manifest, &Shuffler { tape: tape.iter() }.shuffled(&edited))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_two_policies_differ_exactly_as_asking_situation_by_situation_says(
        old in manifests(),
        new in manifests(),
    ) {
        agree(&old, &new)?;
    }
}

/// One thing in a manifest made different.
fn edited(mut manifest: Manifest, (place, which, value): (Index, u8, u8)) -> Manifest {
    if manifest.offers.is_empty() {
        return manifest;
    }
    let offer = place.get_mut(&mut manifest.offers);
    let listed = (1u32 << offer.conditions.len()) - 1;
    let kind = usize::from(offer.kind);
    let states = manifest.kinds[kind].states.len() as u8;
    let rule = &mut offer.rules[0];
    match which % 5 {
        0 => rule.requires = (rule.requires ^ u32::from(value)) & listed & !offer.selectors,
        1 => rule.branches[0].next_state = Some(value % states),
        2 => rule.branches[0].effects ^= u32::from(value) & ((1 << offer.effects.len()) - 1),
        3 if !manifest.conditions.is_empty() => {
            let number = place.index(manifest.conditions.len());
            manifest.conditions[number].code = format!("renamed-{number}");
        }
        _ => {
            let number = value % states;
            manifest.kinds[kind].states[usize::from(number)].name = format!("renamed-{number}");
        }
    }
    manifest
}

/// Where a situation changed: mode, kind, state, action and what is known, in names.
type Place = ([String; 4], BTreeMap<String, u32>);

/// Holds the comparison against one that asks every situation of both by itself.
fn agree(old: &Manifest, new: &Manifest) -> Result<(), TestCaseError> {
    let diff = diff(old, new).unwrap();
    let (old, new) = (Interpreter { manifest: old.clone() }, Interpreter { manifest: new.clone() });
    let mut wanted: BTreeMap<Class, BTreeSet<Place>> = BTreeMap::new();
    for (names, codes) in common_cells(&old.manifest, &new.manifest) {
        for assignment in assignments(&codes) {
            let (before, after) = (named(&old, &names, &assignment), named(&new, &names, &assignment));
            if before != after {
                let class = match (before.0, after.0) {
                    (Verdict::Allow, Verdict::Allow) => Class::Effect,
                    (_, Verdict::Allow) => Class::Widened,
                    (Verdict::Allow, _) => Class::Narrowed,
                    _ => Class::Reason,
                };
                wanted.entry(class).or_default().insert((names.clone(), assignment));
            }
        }
    }
    let mut found: BTreeMap<Class, BTreeSet<Place>> = BTreeMap::new();
    for cell in &diff.cells {
        let names = [&cell.mode, &cell.kind, &cell.state, &cell.action].map(Clone::clone);
        for change in cell.changes.iter().filter(|change| !matches!(change.class, Class::New | Class::Gone)) {
            let codes = codes(&old.manifest, &names).union(&codes(&new.manifest, &names)).cloned().collect();
            let inside: BTreeSet<Place> = assignments(&codes)
                .into_iter()
                .filter(|assignment| change.region.iter().any(|cube| has(cube, assignment)))
                .map(|assignment| (names.clone(), assignment))
                .collect();
            prop_assert_eq!(inside.len() as u64, change.situations, "{:#?}", change);
            found.entry(change.class).or_default().extend(inside);
        }
    }
    for class in Class::ALL {
        let wanted = wanted.remove(&class).unwrap_or_default();
        let found = found.remove(&class).unwrap_or_default();
        prop_assert_eq!(&found, &wanted, "{:?}", class);
        if !matches!(class, Class::New | Class::Gone) {
            prop_assert_eq!(diff.count(class).situations, wanted.len() as u64);
        }
    }
    Ok(())
}

fn has(cube: &Cube, assignment: &BTreeMap<String, u32>) -> bool {
    cube.0.iter().all(|(code, is)| {
        let value = assignment[code];
        match is {
            Is::Unknown => value == 0,
            Is::False => value == 1,
            Is::True => value == 2,
            Is::NotTrue => value != 2,
            Is::NotFalse => value != 1,
            Is::Known => value != 0,
        }
    })
}

fn common_cells(old: &Manifest, new: &Manifest) -> Vec<([String; 4], BTreeSet<String>)> {
    let mut cells = Vec::new();
    for mode in &old.modes {
        for kind in &old.kinds {
            for state in &kind.states {
                for action in &old.actions {
                    let names = [mode, &kind.name, &state.name, &action.name].map(Clone::clone);
                    if index(new, &names).is_some() {
                        let codes = codes(old, &names).union(&codes(new, &names)).cloned().collect();
                        cells.push((names, codes));
                    }
                }
            }
        }
    }
    cells
}

fn index(manifest: &Manifest, [mode, kind, state, action]: &[String; 4]) -> Option<Situation> {
    let kind = manifest.kind(kind)?;
    Some(Situation {
        mode: manifest.mode(mode)?,
        kind,
        state: manifest.state(kind, state)?,
        action: manifest.action(action)?,
        ..Situation::default()
    })
}

fn listed(manifest: &Manifest, names: &[String; 4]) -> Vec<String> {
    let Situation { mode, kind, action, .. } = index(manifest, names).unwrap();
    let offer =
        manifest.kinds[usize::from(kind)].modes.contains(&mode).then(|| manifest.offer(mode, kind, action));
    let conditions = offer.flatten().map_or(&[][..], |offer| &offer.conditions);
    conditions.iter().map(|&number| manifest.conditions[usize::from(number)].code.clone()).collect()
}

fn codes(manifest: &Manifest, names: &[String; 4]) -> BTreeSet<String> {
    listed(manifest, names).into_iter().collect()
}

fn assignments(codes: &BTreeSet<String>) -> Vec<BTreeMap<String, u32>> {
    codes.iter().fold(vec![BTreeMap::new()], |all, code| {
        let with = |assignment: &BTreeMap<String, u32>, value| {
            let mut assignment = assignment.clone();
            assignment.insert(code.clone(), value);
            assignment
        };
        all.iter().flat_map(|assignment| [0, 1, 2].map(|value| with(assignment, value))).collect()
    })
}

type Named = (Verdict, Cause, BTreeSet<String>, Option<String>, BTreeSet<String>);

/// What a policy answers, in names.
fn named(policy: &Interpreter, names: &[String; 4], assignment: &BTreeMap<String, u32>) -> Named {
    let manifest = &policy.manifest;
    let mut situation = index(manifest, names).unwrap();
    let listed = listed(manifest, names);
    for (bit, code) in listed.iter().enumerate() {
        situation.known |= u32::from(assignment[code] != 0) << bit;
        situation.holds |= u32::from(assignment[code] == 2) << bit;
    }
    let Outcome { verdict, cause, reasons, next_state, effects } = policy.decide(situation);
    let offer = manifest.offer(situation.mode, situation.kind, situation.action);
    let bits = |mask: u32, names: &[String]| -> BTreeSet<String> {
        names
            .iter()
            .enumerate()
            .filter(|(bit, _)| mask >> bit & 1 != 0)
            .map(|(_, name)| name.clone())
            .collect()
    };
    let caused: Vec<String> = offer
        .map_or(&[][..], |offer| &offer.effects)
        .iter()
        .map(|&number| manifest.effects[usize::from(number)].code.clone())
        .collect();
    let states = &manifest.kinds[usize::from(situation.kind)].states;
    let next = next_state.map(|state| states[usize::from(state)].name.clone());
    (verdict, cause, bits(reasons, &listed), next, bits(effects, &caused))
}

/// The same policy with everything in another order.
struct Shuffler<'a> {
    tape: std::slice::Iter<'a, u16>,
}

impl Shuffler<'_> {
    /// For each old place the new one.
    fn order(&mut self, count: usize, fixed: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for end in (fixed + 1..count).rev() {
            let choice = usize::from(self.tape.next().copied().unwrap_or_default());
            order.swap(end, fixed + choice % (end + 1 - fixed));
        }
        order
    }

    fn shuffled(&mut self, manifest: &Manifest) -> Manifest {
        let modes = self.order(manifest.modes.len(), 0);
        let kinds = self.order(manifest.kinds.len(), 0);
        let actions = self.order(manifest.actions.len(), 0);
        let conditions = self.order(manifest.conditions.len(), 0);
        let effects = self.order(manifest.effects.len(), 0);
        let states: Vec<Vec<usize>> =
            manifest.kinds.iter().map(|kind| self.order(kind.states.len(), 1)).collect();
        let mut new = manifest.clone();
        new.modes = moved(&manifest.modes, &modes);
        new.actions = moved(&manifest.actions, &actions);
        new.conditions = moved(&manifest.conditions, &conditions);
        new.effects = moved(&manifest.effects, &effects);
        for (kind, states) in new.kinds.iter_mut().zip(&states) {
            kind.states = moved(&kind.states, states);
            for list in kind.states.iter_mut().map(|state| &mut state.modes).chain([&mut kind.modes]) {
                // What lies beyond the modes there are stays there.
                let place = |mode: u8| modes.get(usize::from(mode)).map_or(mode, |&place| place as u8);
                list.iter_mut().for_each(|mode| *mode = place(*mode));
            }
        }
        new.kinds = moved(&new.kinds, &kinds);
        for offer in &mut new.offers {
            let to_state =
                |state: &mut u8| *state = states[usize::from(offer.kind)][usize::from(*state)] as u8;
            let bits = self.order(offer.conditions.len(), 0);
            let effect_bits = self.order(offer.effects.len(), 0);
            offer.conditions = moved(&offer.conditions, &bits);
            offer.effects = moved(&offer.effects, &effect_bits);
            offer.conditions.iter_mut().for_each(|number| *number = conditions[usize::from(*number)] as u16);
            offer.effects.iter_mut().for_each(|number| *number = effects[usize::from(*number)] as u16);
            offer.selectors = remasked(offer.selectors, &bits);
            offer.from_states.iter_mut().for_each(to_state);
            offer.from_states.sort_unstable();
            for rule in &mut offer.rules {
                rule.from_states.iter_mut().for_each(to_state);
                rule.requires = remasked(rule.requires, &bits);
                for Branch { when, unless, requires, next_state, effects } in &mut rule.branches {
                    for mask in [when, unless, requires] {
                        *mask = remasked(*mask, &bits);
                    }
                    *effects = remasked(*effects, &effect_bits);
                    next_state.iter_mut().for_each(to_state);
                }
            }
            offer.mode = modes[usize::from(offer.mode)] as u8;
            offer.kind = kinds[usize::from(offer.kind)] as u8;
            offer.action = actions[usize::from(offer.action)] as u8;
        }
        let order = self.order(new.offers.len(), 0);
        new.offers = moved(&new.offers, &order);
        new
    }
}

fn moved<T: Clone>(list: &[T], order: &[usize]) -> Vec<T> {
    let mut moved = list.to_vec();
    list.iter().zip(order).for_each(|(item, &place)| moved[place] = item.clone());
    moved
}

fn remasked(mask: u32, order: &[usize]) -> u32 {
    order.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 != 0).map(|(_, &place)| 1 << place).sum()
}
