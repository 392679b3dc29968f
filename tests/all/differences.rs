//! Whether a comparison shows a change in the backup policy: all of it, and nothing else.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what a test needs is there, or the test fails")]

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use interlock_analysis::diff::{Class, Comparison, Diff, Is, Review, sample};
use interlock_analysis::{Answers, Decide, Options};
use interlock_tests::{Mutant, Native};

/// Of so many policies with one mistake one is compared.
const ONE_OF: usize = 40;

#[test]
fn a_mistake_shows_in_the_cells_that_are_wrong_and_in_no_others() {
    let backup = Native::backup();
    let before = answers(&backup);
    for mutant in backup.mutants().iter().step_by(ONE_OF) {
        let wrong = mutant.native();
        let diff = Diff::new(&before, &answers(&wrong)).unwrap();
        let shown = diff
            .cells
            .iter()
            .map(|cell| [&cell.mode, &cell.kind, &cell.state, &cell.action].map(Clone::clone));
        let shown: BTreeSet<[String; 4]> = shown.collect();
        let wrong = cells(&backup, mutant);
        assert!(shown.is_superset(&wrong), "{}: {shown:?}", mutant.mistake);
        // Modes whose offers are alike share them, and the mistake.
        let everywhere = |cells: &BTreeSet<[String; 4]>| -> BTreeSet<Vec<String>> {
            cells.iter().map(|names| names[1..].to_vec()).collect()
        };
        assert_eq!(everywhere(&shown), everywhere(&wrong), "{}", mutant.mistake);
        assert!(diff.told.is_empty(), "{}: {:#?}", mutant.mistake, diff.told);
    }
}

#[test]
fn a_condition_dropped_is_one_region_however_many_situations_it_has() {
    let backup = Native::backup();
    let mutants = backup.mutants();
    let most = |mutant: &&Mutant| {
        let offer = backup.manifest().offer(mutant.mode, mutant.kind, mutant.action);
        offer.map_or(0, |offer| offer.conditions.len())
    };
    let dropped =
        |mutant: &&Mutant| mutant.mistake.starts_with("without `") && !mutant.mistake.contains("effect");
    let mutant = mutants.iter().filter(dropped).max_by_key(most).unwrap();
    let code = mutant.mistake.split('`').nth(1).unwrap();

    let diff = Diff::new(&answers(&backup), &answers(&mutant.native())).unwrap();
    assert!(diff.cells[0].situations >= 6_561, "{}", diff.cells[0].situations);
    let widened = diff.cells[0].changes.iter().find(|change| change.class == Class::Widened).unwrap();
    let [cube] = &widened.region[..] else { panic!("{:#?}", widened.region) };
    assert_eq!(cube.0[code], Is::NotTrue);
    assert!(cube.0.iter().all(|(other, is)| other == code || *is == Is::True), "{cube:?}");
}

#[test]
fn a_browser_is_told_the_same_and_in_sentences() {
    let (backup, mutants) = (Native::backup(), Native::backup().mutants());
    let mutant = mutants.iter().find(|mutant| mutant.mistake.starts_with("without `")).unwrap();
    let wrong = mutant.native();
    let asked = AtomicU64::new(0);
    let progress = |now| _ = asked.fetch_max(now, Ordering::Relaxed);
    let told = interlock_compare::compare(&backup, &wrong, &progress).unwrap();

    let exact = Diff::new(&answers(&backup), &answers(&wrong)).unwrap();
    let sampled = sample(&backup, &wrong, &[], &|_| {}).unwrap();
    let situations = 2 * exact.compared.situations;
    assert_eq!(asked.into_inner(), situations + sampled.generated);
    let comparison = Comparison { exact, sampled };
    assert_eq!(told.comparison, serde_json::to_string(&comparison).unwrap());
    let review: serde_json::Value = serde_json::from_str(&told.review).unwrap();
    assert_eq!(review["groups"][0]["changes"][0]["class"], "widened");
    assert_eq!(review, serde_json::to_value(Review::of(&comparison)).unwrap());
}

fn answers(policy: &Native) -> Answers<'_> {
    Answers::ask(policy, &Options::default(), &|_| {}).unwrap()
}

/// The cells that are wrong, in names.
fn cells(policy: &Native, mutant: &Mutant) -> BTreeSet<[String; 4]> {
    let manifest = policy.manifest();
    let kind = &manifest.kinds[usize::from(mutant.kind)];
    let mode = &manifest.modes[usize::from(mutant.mode)];
    let action = &manifest.actions[usize::from(mutant.action)].name;
    let states = mutant.states.iter().map(|&state| &kind.states[usize::from(state)].name);
    states.map(|state| [mode, &kind.name, state, action].map(Clone::clone)).collect()
}
