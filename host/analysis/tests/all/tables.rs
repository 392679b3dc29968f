//! Tables as bytes: they come back the same, and what is no table of the manifest is refused.

use interlock_analysis::{Answers, Enumeration, Options, Table, assignment};
use interlock_model::{Manifest, Situation};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::interpreter::Interpreter;
use crate::manifests::doors;
use crate::random::manifests;

proptest! {
    #[test]
    fn a_table_comes_back_as_it_was(manifest in manifests()) {
        let table = tabulate(&manifest);
        let bytes = table.to_bytes();
        let again = Table::from_bytes(&bytes, &manifest).unwrap();
        prop_assert_eq!(again.to_bytes(), bytes);
        for situation in situations(&manifest) {
            prop_assert_eq!(again.decide(situation), table.decide(situation));
        }
    }

    #[test]
    fn changed_bytes_are_refused_or_a_table_without_a_way_out_of_it(
        manifest in manifests(),
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = tabulate(&manifest).to_bytes();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Some(table) = Table::from_bytes(&bytes, &manifest) {
            for situation in situations(&manifest) {
                // No index leads outside, else this would panic.
                let _ = table.decide(situation);
                let _ = table.decide(Situation { holds: u32::MAX, known: u32::MAX, ..situation });
            }
        }
    }
}

#[test]
fn bytes_that_are_too_few_or_too_many_are_refused() {
    let manifest = doors();
    let bytes = tabulate(&manifest).to_bytes();
    for length in 0..bytes.len() {
        assert!(Table::from_bytes(&bytes[..length], &manifest).is_none(), "{length} of {}", bytes.len());
    }
    assert!(Table::from_bytes(&[&bytes[..], &[0]].concat(), &manifest).is_none());
}

#[test]
fn the_table_of_another_policy_is_refused() {
    let manifest = doors();
    let bytes = tabulate(&manifest).to_bytes();
    let mut fewer = manifest.clone();
    fewer.actions.pop();
    let mut longer = manifest.clone();
    let state = longer.kinds[0].states[1].clone();
    longer.kinds[0].states.push(state);
    for other in [fewer, longer] {
        assert!(Table::from_bytes(&bytes, &other).is_none());
    }
}

fn tabulate(manifest: &Manifest) -> Table {
    let policy = Interpreter { manifest: manifest.clone() };
    let answers = Answers::ask(&policy, &Options::default(), &|_| {}).unwrap();
    Table::of(&answers, usize::MAX).unwrap()
}

fn situations(manifest: &Manifest) -> Vec<Situation> {
    let enumeration = Enumeration::new(manifest, u32::MAX).unwrap();
    let mut situations = Vec::new();
    for triple in enumeration.triples() {
        let assignments = 0..triple.assignments() as u32;
        for state in 0..triple.states {
            situations
                .extend(assignments.clone().map(|index| triple.situation(state as u8, assignment(index))));
        }
    }
    situations
}
