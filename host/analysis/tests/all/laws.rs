//! An honest policy keeps every law. One that lies breaks the laws that its lie is about and no other, and
//! the smallest case is told in a sentence.

use std::cell::Cell;
use std::convert::Infallible;

use interlock_analysis::{Decide, Law, Options, Report, Status, Witness, check, check_instances};
use interlock_model::{Cause, Manifest, Offer, Outcome, Situation, Verdict};

use crate::interpreter::{Altered, Interpreter, as_listed, refused};
use crate::manifests::{condition, doors, effect, input};

#[test]
fn an_honest_policy_keeps_every_law() {
    let report = check(&honest(), &Options::default()).unwrap();
    assert_eq!(told(&report), Vec::<String>::new());
    assert!(report.holds());
    assert_eq!(report.laws.iter().map(|report| report.law).collect::<Vec<_>>(), Law::ALL);
}

#[test]
fn a_policy_is_checked_through_a_reference_and_as_a_trait_object() {
    let policy = honest();
    let object: &dyn Decide<Error = Infallible> = &policy;
    let direct = check(&policy, &Options::default()).unwrap();
    assert_eq!(check(&&policy, &Options::default()).unwrap(), direct);
    assert_eq!(check(object, &Options::default()).unwrap(), direct);
}

#[test]
fn batches_of_any_size_come_to_the_same_report() {
    let direct = check(&honest(), &Options::default()).unwrap();
    for batch in [1, 2, 3, 7, 100_000] {
        let options = Options { batch: batch.try_into().unwrap(), ..Options::default() };
        assert_eq!(check(&honest(), &options).unwrap(), direct, "{batch}");
    }
}

#[test]
fn laws_have_names_and_sentences_of_their_own() {
    for law in Law::ALL {
        assert!(law.name().chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{law}");
        assert!(!law.sentence().ends_with('.') && !law.sentence().contains('\n'), "{law}");
        assert_eq!(Law::ALL.iter().filter(|other| other.name() == law.name()).count(), 1, "{law}");
        assert_eq!(Law::ALL.iter().filter(|other| other.sentence() == law.sentence()).count(), 1, "{law}");
    }
}

/// A lie about one cell of doors, and what it breaks.
struct Lie {
    mode: &'static str,
    action: &'static str,
    from: &'static str,
    tell: fn(Situation, Outcome) -> Outcome,
    breaks: &'static [&'static str],
}

const SHUT: Lie = Lie { mode: "night", action: "shut", from: "open", tell: |_, honest| honest, breaks: &[] };
const UNLOCK: Lie = Lie { action: "unlock", from: "locked", ..SHUT };
const LOCK: Lie = Lie { action: "lock", from: "closed", ..SHUT };

const LIES: &[Lie] = &[
    Lie {
        tell: |_, honest| Outcome { next_state: None, ..honest },
        breaks: &[
            "total: `shut` on `door` from `open` in mode `night` is allowed without a next state with effect `bell`",
            "reachable: no way leads from `absent` to `closed` or `locked` of `door` in mode `night`",
        ],
        ..SHUT
    },
    Lie {
        tell: |_, honest| Outcome { next_state: Some(9), ..honest },
        breaks: &[
            "total: `shut` on `door` from `open` in mode `night` is allowed and leads to state number 9 with effect `bell`, which the kind does not have",
            "reachable: no way leads from `absent` to `closed` or `locked` of `door` in mode `night`",
        ],
        ..SHUT
    },
    Lie {
        mode: "day",
        tell: |_, honest| Outcome { next_state: Some(3), ..honest },
        breaks: &[
            "total: `shut` on `door` from `open` in mode `day` is allowed and leads to `locked` with effect `bell`, which the mode does not have",
            "reachable: no way leads from `absent` to `closed` of `door` in mode `day`",
        ],
        ..SHUT
    },
    Lie {
        tell: |_, honest| Outcome { effects: 0b101, ..honest },
        breaks: &[
            "total: `shut` on `door` from `open` in mode `night` is allowed and leads to `closed` with effects `bell` and number 2, where bit 2 lies beyond the list of effects",
        ],
        ..SHUT
    },
    Lie {
        tell: |_, honest| Outcome { reasons: 0b1, ..honest },
        breaks: &[
            "total: `shut` on `door` from `open` in mode `night` is allowed and leads to `closed` with effect `bell` and yet has reasons",
        ],
        ..SHUT
    },
    Lie {
        tell: |_, honest| Outcome { cause: Cause::NotOffered, ..honest },
        breaks: &[
            "total: `shut` on `door` from `open` in mode `night` is allowed and leads to `closed` with effect `bell`, with the cause `not-offered`, which only a denial has",
        ],
        ..SHUT
    },
    Lie {
        from: "stuck",
        tell: |_, honest| Outcome { reasons: 0b1, ..honest },
        breaks: &[
            "total: `shut` on `door` from `stuck` in mode `night` is denied as `not-from-state` and yet has conditions as reasons",
        ],
        ..SHUT
    },
    Lie {
        tell: |_, honest| Outcome { reasons: 0, ..honest },
        breaks: &[
            "total: `unlock` on `door` from `locked` in mode `night` with nothing known depends on nothing",
        ],
        ..UNLOCK
    },
    Lie {
        tell: |_, honest| if denies(honest) { Outcome { reasons: 0b101, ..honest } } else { honest },
        breaks: &[
            "total: `unlock` on `door` from `locked` in mode `night` with `has-key` false is denied because of `has-key` and condition number 2, where bit 2 lies beyond the list of conditions",
        ],
        ..UNLOCK
    },
    Lie {
        tell: |_, honest| if denies(honest) { Outcome { next_state: Some(1), ..honest } } else { honest },
        breaks: &[
            "total: `unlock` on `door` from `locked` in mode `night` with `has-key` false is denied because of `has-key` and yet leads to `open`",
        ],
        ..UNLOCK
    },
    Lie {
        tell: |_, honest| if denies(honest) { Outcome { effects: 0b1, ..honest } } else { honest },
        breaks: &[
            "total: `unlock` on `door` from `locked` in mode `night` with `has-key` false is denied because of `has-key` and yet has effect number 0",
        ],
        ..UNLOCK
    },
    Lie {
        from: "stuck",
        tell: |_, honest| Outcome { cause: Cause::NotOffered, ..honest },
        breaks: &[
            "fixed-causes: `shut` on `door` from `stuck` in mode `night` is denied as `not-offered`, where the manifest demands `not-from-state`",
        ],
        ..SHUT
    },
    Lie {
        from: "stuck",
        tell: |_, _| refused(Cause::Conditions, 0b1),
        breaks: &[
            "total: `shut` on `door` from `stuck` in mode `night` is denied because of condition number 0, where bit 0 lies beyond the list of conditions",
            "fixed-causes: `shut` on `door` from `stuck` in mode `night` is denied because of condition number 0, where the manifest demands `not-from-state`",
        ],
        ..SHUT
    },
    Lie {
        tell: |_, honest| if denies(honest) { refused(Cause::NotFromState, 0) } else { honest },
        breaks: &[
            "fixed-causes: `unlock` on `door` from `locked` in mode `night` with `has-key` false is denied as `not-from-state`, where the manifest has a rule",
        ],
        ..UNLOCK
    },
    Lie {
        tell: |asked, honest| {
            if asked.known == 0b111 && asked.holds == 0b011 { allowed(3, 0b1) } else { honest }
        },
        breaks: &[
            "refines: `lock` on `door` from `closed` in mode `night` with `has-key` true, `is-empty` true, `wants-alarm` false and the rest unknown is allowed and leads to `locked` with effect `alarm-armed`, yet with `alarm-works` false it is allowed and leads to `locked`",
        ],
        ..LOCK
    },
    Lie {
        tell: |asked, honest| if asked.known == 0b001 && denies(honest) { allowed(3, 0) } else { honest },
        breaks: &[
            "refines: `lock` on `door` from `closed` in mode `night` with `has-key` false and the rest unknown is allowed and leads to `locked`, yet with `is-empty` false, `wants-alarm` false and `alarm-works` false it is denied because of `has-key` and `is-empty`",
        ],
        ..LOCK
    },
    Lie {
        tell: |asked, honest| if asked.known == 0 { refused(Cause::Conditions, 0b1) } else { honest },
        breaks: &[
            "refines: `unlock` on `door` from `locked` in mode `night` with nothing known is denied because of `has-key`, yet with `has-key` true it is allowed and leads to `closed`",
            "exact: `unlock` on `door` from `locked` in mode `night` with nothing known is denied because of `has-key`, yet it is denied because of `has-key` if `has-key` is false and is allowed and leads to `closed` if it is true",
            "deny-reasons: `unlock` on `door` from `locked` in mode `night` with nothing known is denied because of `has-key`, yet `has-key` is unknown",
        ],
        ..UNLOCK
    },
    Lie {
        tell: |asked, honest| if asked.known == 0 { Outcome { reasons: 0b101, ..honest } } else { honest },
        breaks: &[
            "exact: `lock` on `door` from `closed` in mode `night` with nothing known depends on `has-key` and `wants-alarm` and not on `is-empty`, yet with `has-key` true, `wants-alarm` false and `alarm-works` false it is denied because of `is-empty` if `is-empty` is false and is allowed and leads to `locked` if it is true",
        ],
        ..LOCK
    },
    Lie {
        tell: |asked, honest| {
            if asked.known == 0b100 { Outcome { reasons: honest.reasons | 0b100, ..honest } } else { honest }
        },
        breaks: &[
            "exact: `lock` on `door` from `closed` in mode `night` with `wants-alarm` false and the rest unknown depends on `has-key`, `is-empty` and `wants-alarm`, yet `wants-alarm` is known",
        ],
        ..LOCK
    },
    Lie {
        tell: |asked, honest| {
            if asked.known == 0b100 { Outcome { reasons: 0b1011, ..honest } } else { honest }
        },
        breaks: &[
            "exact: `lock` on `door` from `closed` in mode `night` with `wants-alarm` false and the rest unknown depends on `has-key`, `is-empty` and `alarm-works`, yet `alarm-works` cannot change the answer",
        ],
        ..LOCK
    },
    Lie {
        tell: |asked, honest| {
            if asked.known == 0b1111 && asked.holds == 0b1011 { depends(0b100) } else { honest }
        },
        breaks: &[
            "refines: `lock` on `door` from `closed` in mode `night` with `has-key` true, `is-empty` true, `wants-alarm` false and the rest unknown is allowed and leads to `locked`, yet with `alarm-works` true it depends on `wants-alarm`",
            "exact: `lock` on `door` from `closed` in mode `night` with `wants-alarm` false and the rest unknown depends on `has-key` and `is-empty` and not on `alarm-works`, yet with `has-key` true and `is-empty` true it is allowed and leads to `locked` if `alarm-works` is false and depends on `wants-alarm` if it is true",
            "deny-reasons: `lock` on `door` from `closed` in mode `night` with `has-key` true, `is-empty` false, `wants-alarm` false and `alarm-works` true is denied because of `is-empty`, yet with `is-empty` made true it depends on `wants-alarm`",
            "truthful: `lock` on `door` from `closed` in mode `night` with `has-key` true, `is-empty` true, `wants-alarm` false and `alarm-works` true depends on `wants-alarm`, where the rule says that it is allowed and leads to `locked`",
        ],
        ..LOCK
    },
    Lie {
        tell: |asked, honest| {
            if asked.known == 0b111 && asked.holds == 0b011 { depends(0b1000) } else { honest }
        },
        breaks: &[
            "exact: `lock` on `door` from `closed` in mode `night` with `has-key` true, `is-empty` true, `wants-alarm` false and the rest unknown depends on `alarm-works`, yet `alarm-works` cannot change the answer",
        ],
        ..LOCK
    },
    Lie {
        tell: |_, honest| Outcome { reasons: first_if_denied(honest), ..honest },
        breaks: &[
            "deny-reasons: `lock` on `door` from `closed` in mode `night` with `is-empty` false, `alarm-works` false and the rest unknown is denied because of `is-empty` and leaves out `alarm-works`, which is false too",
            "truthful: `lock` on `door` from `closed` in mode `night` with `has-key` false, `is-empty` false, `wants-alarm` false and `alarm-works` false is denied because of `has-key`, where the rule says that it is denied because of `has-key` and `is-empty`",
        ],
        ..LOCK
    },
    Lie {
        tell: |asked, honest| {
            if asked.known == 0b0011 && asked.holds == 0 { refused(Cause::Conditions, 0b1) } else { honest }
        },
        breaks: &[
            "deny-reasons: `lock` on `door` from `closed` in mode `night` with `has-key` false, `is-empty` false and the rest unknown is denied because of `has-key` and leaves out `is-empty`, which is false too",
        ],
        ..LOCK
    },
    Lie {
        tell: |asked, honest| {
            if asked.known == 0b0011 && asked.holds == 0b10 {
                refused(Cause::Conditions, 0b11)
            } else {
                honest
            }
        },
        breaks: &[
            "deny-reasons: `lock` on `door` from `closed` in mode `night` with `has-key` false, `is-empty` true and the rest unknown is denied because of `has-key` and `is-empty`, yet `is-empty` is true",
        ],
        ..LOCK
    },
    Lie {
        tell: |asked, honest| {
            if asked.known == 0b0001 && denies(honest) { refused(Cause::Conditions, 0b11) } else { honest }
        },
        breaks: &[
            "deny-reasons: `lock` on `door` from `closed` in mode `night` with `has-key` false and the rest unknown is denied because of `has-key` and `is-empty`, yet `is-empty` is unknown",
        ],
        ..LOCK
    },
    Lie {
        tell: |asked, honest| {
            if asked.known == 0b0101 && asked.holds == 0 { refused(Cause::Conditions, 0b101) } else { honest }
        },
        breaks: &[
            "deny-reasons: `lock` on `door` from `closed` in mode `night` with `has-key` false, `wants-alarm` false and the rest unknown is denied because of `has-key` and `wants-alarm`, yet `wants-alarm` only selects",
        ],
        ..LOCK
    },
    Lie {
        tell: |asked, honest| {
            if asked.known == 0b0111 && asked.holds == 0b100 {
                refused(Cause::Conditions, 0b11)
            } else {
                honest
            }
        },
        breaks: &[
            "deny-reasons: `lock` on `door` from `closed` in mode `night` with `has-key` false, `is-empty` false, `wants-alarm` true and the rest unknown is denied because of `has-key` and `is-empty`, yet no completion is denied because of `is-empty`",
        ],
        ..LOCK
    },
    Lie {
        tell: |asked, honest| match (asked.known, asked.holds) {
            (0b1111, 0) => refused(Cause::Conditions, 0b0001),
            (0b1011, 0) => refused(Cause::Conditions, 0b1001),
            _ => honest,
        },
        breaks: &[
            "deny-reasons: `lock` on `door` from `closed` in mode `night` with `has-key` false, `is-empty` false, `wants-alarm` false and `alarm-works` false is denied because of `has-key`, yet with `has-key` made true it is denied because of `is-empty`",
            "truthful: `lock` on `door` from `closed` in mode `night` with `has-key` false, `is-empty` false, `wants-alarm` false and `alarm-works` false is denied because of `has-key`, where the rule says that it is denied because of `has-key` and `is-empty`",
        ],
        ..LOCK
    },
    Lie {
        tell: |_, _| allowed(2, 0),
        breaks: &[
            "truthful: `unlock` on `door` from `locked` in mode `night` with `has-key` false is allowed and leads to `closed`, where the rule says that it is denied because of `has-key`",
            "used: `unlock` on `door` in mode `night` lists `has-key` and never reads it",
        ],
        ..UNLOCK
    },
    Lie {
        from: "closed",
        tell: |_, _| allowed(1, 0),
        breaks: &[
            "truthful: `shut` on `door` from `closed` in mode `night` is allowed and leads to `open`, where the rule says that it is allowed and leads to `closed`",
        ],
        ..SHUT
    },
];

#[test]
fn a_lie_breaks_the_laws_that_it_is_about() {
    for (number, lie) in LIES.iter().enumerate() {
        let manifest = doors();
        let cell =
            (manifest.mode(lie.mode), Some(0), manifest.action(lie.action), manifest.state(0, lie.from));
        let alter = |situation: Situation, honest| {
            let Situation { mode, kind, action, state, .. } = situation;
            match (Some(mode), Some(kind), Some(action), Some(state)) == cell {
                true => (lie.tell)(as_listed(&manifest, situation), honest),
                false => honest,
            }
        };
        let report = check(&Altered { honest: honest(), alter }, &Options::default()).unwrap();
        assert_eq!(told(&report), lie.breaks, "lie {number}");
    }
}

#[test]
fn a_counterexample_shows_what_was_asked_and_answered() {
    let lie = |situation: Situation, honest: Outcome| {
        let is_lock = (situation.mode, situation.kind, situation.action, situation.state) == (1, 0, 3, 2);
        if is_lock && situation.known & 0b1111 == 0b0001 && denies(honest) { allowed(3, 0) } else { honest }
    };
    let report = check(&Altered { honest: honest(), alter: lie }, &Options::default()).unwrap();
    let [counterexample] = report.broken().collect::<Vec<_>>()[..] else { panic!("{:?}", told(&report)) };
    let situation = Situation { mode: 1, kind: 0, state: 2, action: 3, holds: 0, known: 0b0001 };
    assert_eq!(counterexample.law, Law::Refines);
    assert_eq!(counterexample.situation(), Some(situation));
    let completion = Situation { known: 0b1111, ..situation };
    assert_eq!(
        counterexample.witnesses,
        [
            Witness { situation, outcome: allowed(3, 0) },
            Witness { situation: completion, outcome: refused(Cause::Conditions, 0b0011) },
        ]
    );
}

#[test]
fn the_counterexample_is_the_one_with_the_fewest_known_conditions_and_then_the_first() {
    // `lock` names a condition that it does not have wherever it depends and something is known.
    let lie = |situation: Situation, honest: Outcome| {
        let known = (situation.known & 0b1111).count_ones();
        match honest.verdict {
            Verdict::Depends if situation.action == 3 && known > 0 => depends(0b1_0000),
            _ => honest,
        }
    };
    let report = check(&Altered { honest: honest(), alter: lie }, &Options::default()).unwrap();
    assert_eq!(
        told(&report),
        [
            "total: `lock` on `door` from `closed` in mode `night` with `has-key` true and the rest unknown depends on condition number 4, where bit 4 lies beyond the list of conditions"
        ]
    );
    let Status::Broken { places, .. } = &report.laws[0].status else { panic!("{report:?}") };
    assert_eq!(*places, 33);
}

#[test]
fn a_missing_outcome_ends_the_check() {
    struct Forgetful(Interpreter);
    impl Decide for Forgetful {
        type Error = Infallible;
        fn manifest(&self) -> &Manifest {
            self.0.manifest()
        }
        fn decide_all(&self, situations: &[Situation]) -> Result<Vec<Outcome>, Infallible> {
            self.0.decide_all(&situations[..situations.len().min(100)])
        }
    }
    let small = Options { batch: 100.try_into().unwrap(), ..Options::default() };
    assert!(check(&Forgetful(honest()), &small).unwrap().holds());

    let report = check(&Forgetful(honest()), &Options::default()).unwrap();
    assert!(!report.holds());
    assert_eq!(told(&report), ["total: 405 situations were asked at once and 100 outcomes came back"]);
    assert!(report.laws[1..].iter().all(|report| report.status == Status::Unchecked));
}

#[test]
fn what_lies_outside_the_manifest_is_refused_for_the_cause_of_the_contract() {
    // What is asked there, and what must not come back.
    let outside = |inside: fn(Situation) -> bool| {
        let alter = move |situation, honest| if inside(situation) { honest } else { allowed(0, 0) };
        told(&check(&Altered { honest: honest(), alter }, &Options::default()).unwrap())
    };
    assert_eq!(
        outside(|situation| situation.mode < 2),
        [
            "fixed-causes: `build` on `door` from `absent` in mode number 2 is allowed and leads to `absent`, where the contract demands `not-in-mode` and nothing else"
        ]
    );
    assert_eq!(
        outside(|situation| situation.kind != u8::MAX),
        [
            "fixed-causes: `build` on kind number 255 from state number 0 in mode `day` is allowed and leads to state number 0, where the contract demands `not-in-mode` and nothing else"
        ]
    );
    assert_eq!(
        outside(|situation| situation.action < 6 || situation.kind != 0),
        [
            "fixed-causes: action number 6 on `door` from `absent` in mode `day` is allowed and leads to `absent`, where the contract demands `not-offered` and nothing else"
        ]
    );
    assert_eq!(
        outside(|situation| situation.state < 5 || (situation.kind, situation.action) != (0, 3)),
        [
            "fixed-causes: `lock` on `door` from state number 5 in mode `day` is allowed and leads to `absent`, where the contract demands `not-in-mode` and nothing else"
        ]
    );
    assert_eq!(
        outside(|situation| situation.state < 5 || situation.mode == 0 || situation.known == 0),
        [
            "fixed-causes: `build` on `door` from state number 5 in mode `night` is allowed and leads to `absent`, where the contract demands `not-from-state` and nothing else"
        ]
    );
}

#[test]
fn a_bit_beyond_the_list_that_is_read_is_found() {
    let alter = |situation: Situation, honest| {
        let is_unlock = (situation.mode, situation.action, situation.state) == (1, 4, 3);
        if is_unlock && situation.known & 0b10 != 0 { refused(Cause::Conditions, 0b1) } else { honest }
    };
    let report = check(&Altered { honest: honest(), alter }, &Options::default()).unwrap();
    assert_eq!(
        told(&report),
        [
            "local: `unlock` on `door` from `locked` in mode `night` with nothing known depends on `has-key`, but is denied because of `has-key` once bits are set that it must ignore"
        ]
    );
}

#[test]
fn truth_that_is_not_known_and_read_all_the_same_is_found() {
    let alter = |situation: Situation, honest| {
        let is_unlock = (situation.mode, situation.action, situation.state) == (1, 4, 3);
        if is_unlock && situation.holds & 0b1 != 0 { allowed(2, 0) } else { honest }
    };
    let report = check(&Altered { honest: honest(), alter }, &Options::default()).unwrap();
    assert_eq!(
        told(&report),
        [
            "local: `unlock` on `door` from `locked` in mode `night` with nothing known depends on `has-key`, but is allowed and leads to `closed` once bits are set that it must ignore"
        ]
    );
}

#[test]
fn a_bit_that_is_read_where_nothing_is_offered_is_found() {
    let alter = |situation: Situation, honest| {
        let is_window = (situation.mode, situation.kind, situation.action) == (1, 1, 0);
        if is_window && situation.state == 0 && situation.known == u32::MAX {
            refused(Cause::NotOffered, 0)
        } else {
            honest
        }
    };
    let report = check(&Altered { honest: honest(), alter }, &Options::default()).unwrap();
    assert_eq!(
        told(&report),
        [
            "local: `build` on `window` from `absent` in mode `night` is denied as `not-in-mode`, but is denied as `not-offered` once bits are set that it must ignore"
        ]
    );
}

#[test]
fn an_answer_that_changes_when_asked_again_is_found() {
    let times = Cell::new(0);
    let alter = |situation: Situation, honest| {
        let is_unlock = (situation.mode, situation.action, situation.state) == (1, 4, 3);
        let asked = situation.known == 0b1 && situation.holds == 0b1;
        times.set(times.get() + u32::from(is_unlock && asked));
        if is_unlock && asked && times.get() > 1 { refused(Cause::Conditions, 0b1) } else { honest }
    };
    let report = check(&Altered { honest: honest(), alter }, &Options::default()).unwrap();
    assert_eq!(
        told(&report),
        [
            "pure: `unlock` on `door` from `locked` in mode `night` with `has-key` true is allowed and leads to `closed`, but is denied because of `has-key` when asked again"
        ]
    );
}

#[test]
fn an_answer_that_changes_with_the_place_in_a_batch_is_found() {
    struct FirstOfBatch(Interpreter);
    impl Decide for FirstOfBatch {
        type Error = Infallible;
        fn manifest(&self) -> &Manifest {
            self.0.manifest()
        }
        fn decide_all(&self, situations: &[Situation]) -> Result<Vec<Outcome>, Infallible> {
            let mut outcomes = self.0.decide_all(situations)?;
            if situations.len() > 10 {
                outcomes[10] = refused(Cause::NotInMode, 0);
            }
            Ok(outcomes)
        }
    }
    let report = check(&FirstOfBatch(honest()), &Options::default()).unwrap();
    assert!(told(&report).iter().any(|text| text.starts_with("pure: ")), "{:?}", told(&report));
}

#[test]
fn another_instance_that_answers_otherwise_is_found() {
    let mut other = honest();
    other.manifest.offers.retain(|offer| offer.action != 4);
    let report = check_instances(&honest(), &other, &Options::default()).unwrap();
    assert_eq!(
        told(&report),
        [
            "pure: `unlock` on `door` from `absent` in mode `day` is denied as `not-in-mode`, but is denied as `not-offered` when asked again"
        ]
    );
    assert!(check_instances(&honest(), &honest(), &Options::default()).unwrap().holds());
}

/// A manifest that was changed, and what that breaks.
type Change = (fn(&mut Manifest), &'static [&'static str]);

#[test]
fn a_manifest_that_says_otherwise_than_the_policy_does_is_found() {
    let changes: &[Change] = &[
        (
            |manifest| lock(manifest).rules[0].requires = 0,
            &[
                "truthful: `lock` on `door` from `closed` in mode `night` with `has-key` false, `is-empty` false, `wants-alarm` false and `alarm-works` false is denied because of `has-key` and `is-empty`, where the rule says that it is denied because of `is-empty`",
            ],
        ),
        (
            |manifest| lock(manifest).rules[0].branches[0].effects = 0,
            &[
                "truthful: `lock` on `door` from `closed` in mode `night` with `has-key` true, `is-empty` false, `wants-alarm` true and `alarm-works` true is allowed and leads to `locked` with effect `alarm-armed`, where the rule says that it is allowed and leads to `locked`",
            ],
        ),
        (
            |manifest| lock(manifest).selectors = 0,
            &[
                "truthful: `lock` on `door` in mode `night` has a branch chosen by a condition that is no selector",
            ],
        ),
        (
            |manifest| lock(manifest).selectors = 0b10100,
            &["truthful: `lock` on `door` in mode `night` has selectors beyond its list of conditions"],
        ),
        (
            |manifest| {
                let lock = lock(manifest).clone();
                manifest.offers.push(lock);
            },
            &["truthful: `lock` on `door` in mode `night` is offered twice"],
        ),
        (
            |manifest| {
                let lock = lock(manifest).clone();
                manifest.offers.push(Offer { mode: 7, ..lock.clone() });
                manifest.offers.push(Offer { kind: 7, ..lock.clone() });
                manifest.offers.push(Offer { action: 7, ..lock });
            },
            &["truthful: `lock` on `door` in mode number 7 is offered where the mode does not have the kind"],
        ),
    ];
    for (change, breaks) in changes {
        let mut manifest = doors();
        change(&mut manifest);
        let report = check(&Described { manifest, policy: honest() }, &Options::default()).unwrap();
        assert_eq!(told(&report), *breaks);
    }
}

#[test]
fn rules_that_cannot_be_read_are_found() {
    let changes: &[Change] = &[
        (
            |manifest| lock(manifest).from_states.push(3),
            &[
                "truthful: `lock` on `door` in mode `night` is not offered from exactly the states that its rules have, each in one rule",
            ],
        ),
        (
            |manifest| {
                let again = lock(manifest).rules[0].clone();
                lock(manifest).rules.push(again);
            },
            &[
                "truthful: `lock` on `door` in mode `night` is not offered from exactly the states that its rules have, each in one rule",
            ],
        ),
        (
            |manifest| {
                lock(manifest).from_states.push(9);
                lock(manifest).rules[0].from_states.push(9);
            },
            &[
                "truthful: `lock` on `door` in mode `night` is offered from a state that the kind does not have",
            ],
        ),
        (
            |manifest| lock(manifest).rules[0].requires = 0b100,
            &[
                "truthful: `lock` on `door` in mode `night` requires a selector, or a condition beyond its list",
            ],
        ),
        (
            |manifest| lock(manifest).rules[0].branches[1].requires = 0b1_0000,
            &[
                "truthful: `lock` on `door` in mode `night` requires a selector, or a condition beyond its list",
            ],
        ),
        (
            |manifest| lock(manifest).rules[0].branches[1].unless = 0b100,
            &[
                "truthful: `lock` on `door` in mode `night` has a rule whose last branch does not always match",
            ],
        ),
        (
            |manifest| lock(manifest).rules[0].branches.clear(),
            &[
                "truthful: `lock` on `door` in mode `night` has a rule whose last branch does not always match",
            ],
        ),
    ];
    for (change, breaks) in changes {
        let mut manifest = doors();
        change(&mut manifest);
        let report = check(&Described { manifest, policy: honest() }, &Options::default()).unwrap();
        let truthful =
            told(&report).into_iter().filter(|text| text.starts_with("truthful")).collect::<Vec<_>>();
        assert_eq!(truthful, *breaks);
    }
}

#[test]
fn a_state_without_a_way_in_or_a_way_out_is_found() {
    let changes: &[Change] = &[
        (
            |manifest| manifest.offers.retain(|offer| offer.action != 3),
            &["reachable: no way leads from `absent` to `locked` of `door` in mode `night`"],
        ),
        (
            |manifest| manifest.offers.retain(|offer| offer.action != 4),
            &["reachable: no way leads from `locked` of `door` in mode `night` back to `absent`"],
        ),
        (
            |manifest| manifest.offers.retain(|offer| offer.action != 1 || offer.kind != 0),
            &["reachable: no way leads from `open` or `closed` of `door` in mode `day` back to `absent`"],
        ),
        // What is only observed needs no way.
        (|manifest| manifest.offers.retain(|offer| offer.action != 5), &[]),
        (
            |manifest| {
                manifest.kinds[0].states[4].observed_only = false;
                manifest.offers.retain(|offer| offer.action != 5);
            },
            &["reachable: no way leads from `absent` to `stuck` of `door` in mode `day`"],
        ),
        // And may lie on one: at night doors are shut only once they were stuck.
        (
            |manifest| {
                let is_shut = |offer: &&mut Offer| (offer.mode, offer.kind, offer.action) == (1, 0, 2);
                let shut = manifest.offers.iter_mut().find(is_shut).unwrap();
                shut.rules[0].from_states = vec![4];
                shut.from_states = vec![2, 4];
            },
            &[],
        ),
    ];
    for (change, breaks) in changes {
        let mut policy = honest();
        change(&mut policy.manifest);
        let report = check(&policy, &Options::default()).unwrap();
        let reachable = |text: &String| text.starts_with("reachable");
        assert_eq!(told(&report).into_iter().filter(reachable).collect::<Vec<_>>(), *breaks);
    }
}

#[test]
fn what_is_idle_in_the_manifest_is_found() {
    let changes: &[Change] = &[
        (
            |manifest| {
                let idle = ["is-late", "is-cold"].map(|code| condition(code, &["subject.keys"]));
                manifest.conditions.extend(idle);
            },
            &["used: conditions `is-late` and `is-cold` are read by no offer"],
        ),
        (|manifest| manifest.effects.push(effect("siren")), &["used: effect `siren` is caused by no offer"]),
        (
            |manifest| manifest.inputs.push(input("target.colour")),
            &["used: input `target.colour` is read by no condition"],
        ),
        (
            |manifest| {
                lock(manifest).rules[0].requires = 0;
                lock(manifest).rules[0].branches[1].requires = 0;
            },
            &["used: `lock` on `door` in mode `night` lists `has-key` and `is-empty` and never reads them"],
        ),
        (
            |manifest| lock(manifest).rules[0].branches[0].effects = 0,
            &["used: `lock` on `door` in mode `night` lists effect `alarm-armed` and never causes it"],
        ),
        (
            |manifest| manifest.grants[0].role = "burglar".into(),
            &[
                "used: a grant of role `burglar` on `door` in mode `night` names a role that the policy does not have",
            ],
        ),
        (
            |manifest| manifest.grants[0].kind = 1,
            &[
                "used: a grant of role `keeper` on `window` in mode `night` names a kind that the mode does not have",
            ],
        ),
        (
            |manifest| manifest.grants[0].mode = 0,
            &[
                "used: a grant of role `keeper` on `door` in mode `day` names `lock`, which is no operation there",
            ],
        ),
        (
            |manifest| manifest.grants[0].actions.push(5),
            &[
                "used: a grant of role `keeper` on `door` in mode `night` names `jam`, which is no operation there",
            ],
        ),
        (
            |manifest| manifest.grants[0].actions.push(77),
            &[
                "used: a grant of role `keeper` on `door` in mode `night` names action number 77, which is no operation there",
            ],
        ),
    ];
    for (change, breaks) in changes {
        let mut policy = honest();
        change(&mut policy.manifest);
        let report = check(&policy, &Options::default()).unwrap();
        assert_eq!(told(&report), *breaks);
    }
}

#[test]
fn a_name_cannot_break_the_sentence_that_it_stands_in() {
    let mut policy = honest();
    policy.manifest.effects.push(effect("siren`\n is fine"));
    let report = check(&policy, &Options::default()).unwrap();
    assert_eq!(told(&report), [r"used: effect `siren`\n is fine` is caused by no offer"]);
}

/// A policy that describes itself by a manifest of its own.
struct Described {
    manifest: Manifest,
    policy: Interpreter,
}

impl Decide for Described {
    type Error = Infallible;

    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn decide_all(&self, situations: &[Situation]) -> Result<Vec<Outcome>, Infallible> {
        self.policy.decide_all(situations)
    }
}

fn lock(manifest: &mut Manifest) -> &mut Offer {
    manifest.offers.iter_mut().find(|offer| offer.action == 3).unwrap()
}

fn honest() -> Interpreter {
    Interpreter { manifest: doors() }
}

fn told(report: &Report) -> Vec<String> {
    report.broken().map(|counterexample| format!("{}: {counterexample}", counterexample.law)).collect()
}

fn allowed(next_state: u8, effects: u32) -> Outcome {
    Outcome {
        verdict: Verdict::Allow,
        cause: Cause::Conditions,
        reasons: 0,
        next_state: Some(next_state),
        effects,
    }
}

fn depends(reasons: u32) -> Outcome {
    Outcome { verdict: Verdict::Depends, cause: Cause::Conditions, reasons, next_state: None, effects: 0 }
}

fn denies(outcome: Outcome) -> bool {
    outcome.verdict == Verdict::Deny
}

fn first_if_denied(outcome: Outcome) -> u32 {
    if denies(outcome) { outcome.reasons & outcome.reasons.wrapping_neg() } else { outcome.reasons }
}
