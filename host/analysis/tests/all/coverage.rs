use interlock_analysis::coverage::{Coverage, ExcuseError, InfeasibleList, Measure, Sample, Tally};
use interlock_analysis::{Answers, Options, assignment};
use interlock_model::Situation;
use proptest::prelude::*;

use crate::interpreter::Interpreter;
use crate::manifests::doors;

/// Every situation of the doors, those included in which something is not known.
fn every_sample(answers: &Answers<'_>) -> Vec<Sample> {
    let situations = answers.cells().flat_map(|cell| {
        let triple = *cell.triple;
        let all = 0..cell.outcomes.len() as u32;
        all.map(move |index| triple.situation(cell.state, assignment(index))).collect::<Vec<_>>()
    });
    situations.map(|situation| Sample { situation, roles: Vec::new() }).collect()
}

fn check(test: impl FnOnce(&Answers<'_>)) {
    let policy = Interpreter { manifest: doors() };
    test(&Answers::ask(&policy, &Options::default(), &|_| {}).unwrap());
}

/// Locking a closed door at night, with the first four conditions answered so; `?` is not known.
fn lock(answers: &Answers<'_>, conditions: &str) -> Sample {
    let manifest = answers.manifest();
    let kind = manifest.kind("door").unwrap();
    let (mut holds, mut known) = (0, 0);
    for (bit, answer) in conditions.chars().enumerate() {
        known |= u32::from(answer != '?') << bit;
        holds |= u32::from(answer == '+') << bit;
    }
    let situation = Situation {
        mode: manifest.mode("night").unwrap(),
        kind,
        state: manifest.state(kind, "closed").unwrap(),
        action: manifest.action("lock").unwrap(),
        holds,
        known,
    };
    Sample { situation, roles: Vec::new() }
}

/// The conditions of locking that samples show to decide.
fn deciding(answers: &Answers<'_>, samples: &[&str]) -> Vec<String> {
    let samples: Vec<Sample> = samples.iter().map(|conditions| lock(answers, conditions)).collect();
    let coverage = Coverage::count(answers, &samples);
    let shown = coverage.goals().iter().filter(|tracked| tracked.shown.is_some());
    shown
        .filter(|tracked| tracked.goal.measure() == Measure::Conditions)
        .map(|tracked| tracked.goal.describe(answers.manifest()))
        .map(|text| text.split(": ").nth(1).unwrap().replace(" decides alone", ""))
        .collect()
}

#[test]
fn every_situation_shows_everything_and_none_shows_nothing() {
    check(|answers| {
        let (all, none) = (every_sample(answers), Vec::new());
        let (all, none) = (Coverage::count(answers, &all), Coverage::count(answers, &none));
        for measure in Measure::ALL.into_iter().filter(|&measure| measure != Measure::Roles) {
            let (all, none) = (all.tally(measure), none.tally(measure));
            assert!(all.goals > 0, "{}", measure.as_str());
            assert_eq!(all, Tally { shown: all.goals, ..all }, "{}", measure.as_str());
            assert_eq!((none.shown, none.percent()), (0, 0.0), "{}", measure.as_str());
        }
    });
}

#[test]
fn two_samples_that_differ_in_one_condition_show_it() {
    check(|answers| {
        assert_eq!(deciding(answers, &["++--", "-+--"]), ["has-key"]);
        assert_eq!(deciding(answers, &["++--", "+---"]), ["is-empty"]);
        // Two at once show neither.
        assert!(deciding(answers, &["++--", "----"]).is_empty());
    });
}

#[test]
fn a_condition_that_only_selects_is_shown_by_another_end() {
    check(|answers| assert_eq!(deciding(answers, &["++++", "++-+"]), ["wants-alarm"]));
}

#[test]
fn what_is_not_known_decides_nothing() {
    check(|answers| assert!(deciding(answers, &["++--", "?+--"]).is_empty()));
}

#[test]
fn a_list_of_what_is_infeasible_is_held_against_what_is_shown() {
    check(|answers| {
        let excuse = |samples: &[&str], entry: serde_json::Value| {
            let list: InfeasibleList =
                serde_json::from_value(serde_json::json!({ "infeasible": [entry] })).unwrap();
            let samples: Vec<Sample> = samples.iter().map(|conditions| lock(answers, conditions)).collect();
            let mut coverage = Coverage::count(answers, &samples);
            coverage.excuse(&list).map(|()| coverage.tally(Measure::Conditions).infeasible)
        };
        let entry =
            |what: &str, name: &str| serde_json::json!({ "reason": "no", "action": "lock", what: name });
        let key = || entry("condition", "has-key");
        let without = excuse(&[], key()).unwrap();
        assert!(without > 0);
        // Where nothing is allowed, nothing decides.
        assert!(excuse(&[], entry("answer", "allow")).unwrap() > without);
        let shown = excuse(&["++--", "-+--"], key()).unwrap_err();
        assert!(matches!(shown, ExcuseError::Shown { entry: 1, .. }), "{shown}");
        let unknown = excuse(&[], entry("condition", "has-kee")).unwrap_err();
        assert_eq!(unknown.misnamed().map(|(name, _)| name), Some("has-kee"));
        let idle = excuse(&[], entry("effect", "bell")).unwrap_err();
        assert!(matches!(idle, ExcuseError::Idle { entry: 1 }), "{idle}");
    });
}

proptest! {
    #[test]
    fn more_samples_show_no_less(kept in proptest::collection::vec(any::<bool>(), 1..200)) {
        check(|answers| {
            let all = every_sample(answers);
            let some: Vec<Sample> =
                all.iter().zip(kept.iter().cycle()).filter(|(_, kept)| **kept).map(|(it, _)| it.clone()).collect();
            let fewer: Vec<Sample> = some.iter().step_by(2).cloned().collect();
            let (some, fewer) = (Coverage::count(answers, &some), Coverage::count(answers, &fewer));
            for measure in Measure::ALL {
                assert!(fewer.tally(measure).shown <= some.tally(measure).shown);
            }
        });
    }
}
