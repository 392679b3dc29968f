//! Laws about the laws: whatever the manifest, a policy that does what it says keeps them all, and one that
//! gives a single other answer does not.

use std::convert::Infallible;

use interlock_analysis::{Decide, Enumeration, Options, assignment, check};
use interlock_model::{
    ActionClass, Branch, Cause, KindInfo, Manifest, Outcome, Rule, Situation, StateInfo, Verdict,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::interpreter::{Altered, Interpreter, as_listed, decided};
use crate::manifests::{action, condition, effect, empty, end, kind, offer, rule, state};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_policy_that_does_what_its_manifest_says_keeps_every_law(manifest in manifests()) {
        let report = check(&Interpreter { manifest }, &Options::default()).unwrap();
        let broken: Vec<_> = report.broken().collect();
        prop_assert!(report.holds(), "{broken:#?}");
    }

    #[test]
    fn a_single_outcome_that_is_not_what_the_manifest_says_is_found(
        manifest in manifests(),
        ruled in proptest::bool::weighted(0.8),
        place in any::<Index>(),
        lie in lies(),
    ) {
        let situation = pick(&manifest, ruled, place);
        let honest = Interpreter { manifest: manifest.clone() };
        let told = lie.told(honest.decide(situation));
        let is_lie = honest.decide(situation) != told;
        let alter = |asked, honest| if as_listed(&manifest, asked) == situation { told } else { honest };
        let report = check(&Altered { honest, alter }, &Options::default()).unwrap();
        prop_assert_eq!(report.holds(), !is_lie, "{:?} {:?}", situation, told);
        for counterexample in report.broken() {
            prop_assert!(!counterexample.text.contains('\n'));
            prop_assert!(!counterexample.text.ends_with('.'));
        }
    }

    #[test]
    fn no_answer_and_no_manifest_makes_the_check_panic(
        manifest in manifests(),
        damage in vec((any::<Index>(), any::<u8>(), any::<u32>()), 0..4),
        answers in vec(outcomes(), 1..20),
    ) {
        let manifest = damage.into_iter().fold(manifest, damaged);
        let report = check(&Babbler { manifest, answers }, &Options::default()).unwrap();
        for counterexample in report.broken() {
            prop_assert!(!counterexample.text.is_empty());
        }
    }
}

/// What to tell in place of an outcome. The nearer a lie is to the truth, the harder it is to find.
#[derive(Clone, Debug)]
enum Lie {
    /// One reason more, or one less.
    Reason(u8),
    /// Some fields of another outcome.
    Fields(u8, Outcome),
}

fn lies() -> impl Strategy<Value = Lie> {
    let one = (0..5u8).prop_map(|field| 1 << field);
    prop_oneof![
        1 => (0..4u8).prop_map(Lie::Reason),
        2 => (one, outcomes()).prop_map(|(field, other)| Lie::Fields(field, other)),
        1 => (1..32u8, outcomes()).prop_map(|(fields, other)| Lie::Fields(fields, other)),
    ]
}

impl Lie {
    fn told(&self, honest: Outcome) -> Outcome {
        match *self {
            Self::Reason(bit) => Outcome { reasons: honest.reasons ^ 1 << bit, ..honest },
            Self::Fields(fields, other) => {
                let takes = |field: u8| fields >> field & 1 != 0;
                Outcome {
                    verdict: if takes(0) { other.verdict } else { honest.verdict },
                    cause: if takes(1) { other.cause } else { honest.cause },
                    reasons: if takes(2) { other.reasons } else { honest.reasons },
                    next_state: if takes(3) { other.next_state } else { honest.next_state },
                    effects: if takes(4) { other.effects } else { honest.effects },
                }
            }
        }
    }
}

/// A policy that answers anything at all.
struct Babbler {
    manifest: Manifest,
    answers: Vec<Outcome>,
}

impl Decide for Babbler {
    type Error = Infallible;

    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn decide_all(&self, situations: &[Situation]) -> Result<Vec<Outcome>, Infallible> {
        let answer = |asked: &Situation| {
            let number = asked.holds ^ asked.known.rotate_left(7) ^ u32::from(asked.state);
            self.answers[number as usize % self.answers.len()]
        };
        Ok(situations.iter().map(answer).collect())
    }
}

/// One thing in a manifest made wrong.
pub(crate) fn damaged(mut manifest: Manifest, (place, small, large): (Index, u8, u32)) -> Manifest {
    if manifest.offers.is_empty() {
        return manifest;
    }
    let offer = place.get_mut(&mut manifest.offers);
    let rule = &mut offer.rules[0];
    match small % 12 {
        0 => offer.mode = small,
        1 => offer.kind = small,
        2 => offer.action = small,
        3 => offer.conditions.truncate(1),
        4 => offer.conditions.extend([large as u16; 2]),
        5 => offer.selectors = large,
        6 => offer.effects.clear(),
        7 => offer.from_states.push(small),
        8 => rule.from_states.push(small),
        9 => rule.requires = large,
        10 => rule.branches.clear(),
        _ => manifest.kinds[0].states.clear(),
    }
    manifest
}

/// A situation from among all; `ruled`: from among those that have a rule, if there are any.
fn pick(manifest: &Manifest, ruled: bool, place: Index) -> Situation {
    let enumeration = Enumeration::new(manifest, u32::MAX).unwrap();
    let mut situations = Vec::new();
    for triple in enumeration.triples() {
        for state in 0..triple.states as u8 {
            let all =
                (0..triple.assignments() as u32).map(|index| triple.situation(state, assignment(index)));
            situations.extend(all.map(|situation| (triple.refusal(state).is_none(), situation)));
        }
    }
    if ruled && situations.iter().any(|(has_rule, _)| *has_rule) {
        situations.retain(|(has_rule, _)| *has_rule);
    }
    place.get(&situations).1
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    let verdicts = prop_oneof![Just(Verdict::Allow), Just(Verdict::Deny), Just(Verdict::Depends)];
    let causes = prop_oneof![
        4 => Just(Cause::Conditions),
        1 => Just(Cause::NotInMode),
        1 => Just(Cause::NotOffered),
        1 => Just(Cause::NotFromState),
    ];
    let masks = || prop_oneof![2 => Just(0), 9 => 0..16u32, 1 => any::<u32>()];
    let states = prop_oneof![1 => Just(None), 6 => (0..4u8).prop_map(Some), 1 => any::<u8>().prop_map(Some)];
    (verdicts, causes, masks(), states, masks()).prop_map(|(verdict, cause, reasons, next_state, effects)| {
        Outcome { verdict, cause, reasons, next_state, effects }
    })
}

/// Manifests that are consistent with themselves, in which nothing is idle and every state has a way in and
/// out: at most two modes, two kinds of four states, and four conditions for an offer.
pub(crate) fn manifests() -> impl Strategy<Value = Manifest> {
    (1..=2u8, vec(raw_kinds(), 1..=2), vec(raw_offers(), 0..=8)).prop_map(|(modes, kinds, offers)| {
        let mut manifest = Manifest {
            modes: ["plain", "other"][..usize::from(modes)].iter().map(|&name| name.into()).collect(),
            kinds: (0..).zip(&kinds).map(|(number, kind)| kind.info(number)).collect(),
            actions: ACTIONS.iter().map(|&(name, class)| action(name, class)).collect(),
            ..empty()
        };
        for mode in 0..modes {
            for (number, kind) in (0..).zip(&kinds) {
                if kind.info(number).modes.contains(&mode) {
                    add_ways(&mut manifest, mode, number, kind);
                }
            }
        }
        for raw in offers {
            let kind = raw.kind % kinds.len() as u8;
            raw.add(&mut manifest, raw.mode % modes, kind, &kinds[usize::from(kind)]);
        }
        manifest
    })
}

const ACTIONS: [(&str, ActionClass); 6] = [
    ("act", ActionClass::Operation),
    ("drop", ActionClass::Operation),
    ("make-one", ActionClass::Operation),
    ("make-two", ActionClass::Operation),
    ("make-three", ActionClass::Operation),
    ("happen", ActionClass::Event),
];
const DROP: u8 = 1;
const MAKE: u8 = 1;

#[derive(Clone, Debug)]
struct RawKind {
    modes: u8,
    /// Besides `absent`: the modes, and whether it is only observed.
    states: Vec<(u8, bool)>,
}

fn raw_kinds() -> impl Strategy<Value = RawKind> {
    let modes = || prop_oneof![3 => Just(3), 1 => 1..=3u8];
    let state = (modes(), proptest::bool::weighted(0.2));
    (modes(), vec(state, 0..=3)).prop_map(|(modes, states)| RawKind { modes, states })
}

impl RawKind {
    fn info(&self, number: u8) -> KindInfo {
        let listed = |modes: u8| (0..2).filter(|mode| modes >> mode & 1 != 0).collect::<Vec<u8>>();
        let mut states = vec![state("absent", &[0, 1])];
        for (number, (modes, observed_only)) in self.states.iter().enumerate() {
            let info = state(["one", "two", "three"][number], &listed(*modes));
            states.push(StateInfo { observed_only: *observed_only, ..info });
        }
        kind(["thing", "stuff"][usize::from(number)], &listed(self.modes), states)
    }

    /// The states that a mode has, `absent` first.
    fn states_in(&self, mode: u8) -> Vec<u8> {
        let others = (1..).zip(&self.states).filter(|(_, (modes, _))| modes >> mode & 1 != 0);
        std::iter::once(0).chain(others.map(|(state, _)| state)).collect()
    }
}

/// A way from `absent` to every state of a mode that is not only observed, and a way back from all.
fn add_ways(manifest: &mut Manifest, mode: u8, number: u8, kind: &RawKind) {
    let states = &kind.states_in(mode)[1..];
    for &state in states {
        if !kind.states[usize::from(state) - 1].1 {
            let rules = vec![rule(&[0], 0, vec![end(Some(state), 0)])];
            manifest.offers.push(offer((mode, number, MAKE + state), &[], 0, &[], rules));
        }
    }
    if !states.is_empty() {
        let rules = vec![rule(states, 0b1, vec![end(Some(0), 0b1)])];
        add_offer(manifest, (mode, number, DROP), Draft { conditions: 1, selectors: 0, effects: 1, rules });
    }
}

#[derive(Clone, Debug)]
struct RawOffer {
    mode: u8,
    kind: u8,
    event: bool,
    conditions: usize,
    selectors: u32,
    /// For each state, which rule it has; beyond them for none.
    rule_of: Vec<usize>,
    /// What is required, and the branches; the last one always matches.
    rules: Vec<(u32, Vec<Branch>)>,
}

fn raw_offers() -> impl Strategy<Value = RawOffer> {
    let mask = || 0..16u32;
    let branch = (mask(), mask(), mask(), proptest::option::of(0..4u8), 0..4u32).prop_map(
        |(when, unless, requires, next_state, effects)| Branch {
            when,
            unless,
            requires,
            next_state,
            effects,
        },
    );
    let rules = vec((mask(), vec(branch, 1..=3)), 2);
    let conditions = prop_oneof![1 => 0..=2usize, 3 => 3..=4usize];
    let selectors = (mask(), mask()).prop_map(|(some, others)| some & others);
    (0..2u8, 0..2u8, any::<bool>(), conditions, selectors, vec(0..3usize, 4), rules).prop_map(
        |(mode, kind, event, conditions, selectors, rule_of, rules)| RawOffer {
            mode,
            kind,
            event,
            conditions,
            selectors,
            rule_of,
            rules,
        },
    )
}

impl RawOffer {
    fn add(&self, manifest: &mut Manifest, mode: u8, number: u8, kind: &RawKind) {
        let action = if self.event { 5 } else { 0 };
        let exists = manifest.kinds[usize::from(number)].modes.contains(&mode);
        if !exists || manifest.offer(mode, number, action).is_some() {
            return;
        }
        let states = kind.states_in(mode);
        let listed = (1 << self.conditions) - 1;
        let selectors = self.selectors & listed;
        let mut rules = Vec::new();
        for (number, (requires, branches)) in self.rules.iter().enumerate() {
            let from_states: Vec<u8> =
                states.iter().copied().filter(|&state| self.rule_of[usize::from(state)] == number).collect();
            let mut branches: Vec<Branch> = branches
                .iter()
                .map(|raw| Branch {
                    when: raw.when & selectors & !raw.unless,
                    unless: raw.unless & selectors,
                    requires: raw.requires & listed & !selectors,
                    next_state: raw.next_state.map(|next| states[usize::from(next) % states.len()]),
                    effects: raw.effects,
                })
                .collect();
            let last = branches.last_mut().unwrap();
            (last.when, last.unless) = (0, 0);
            if !from_states.is_empty() {
                rules.push(rule(&from_states, requires & listed & !selectors, branches));
            }
        }
        if !rules.is_empty() {
            let draft = Draft { conditions: self.conditions, selectors, effects: 2, rules };
            add_offer(manifest, (mode, number, action), draft);
        }
    }
}

/// Rules over conditions and effects of their own, which may be idle.
struct Draft {
    conditions: usize,
    selectors: u32,
    effects: usize,
    rules: Vec<Rule>,
}

fn add_offer(manifest: &mut Manifest, triple: (u8, u8, u8), mut draft: Draft) {
    while let Some(bit) = draft.idle_condition() {
        draft.drop_condition(bit);
    }
    while let Some(bit) = draft.idle_effect() {
        draft.drop_effect(bit);
    }
    let first = manifest.conditions.len();
    let conditions: Vec<u16> = (first..first + draft.conditions).map(|number| number as u16).collect();
    manifest.conditions.extend(conditions.iter().map(|number| condition(&format!("c{number}"), &[])));
    let first = manifest.effects.len();
    let effects: Vec<u16> = (first..first + draft.effects).map(|number| number as u16).collect();
    manifest.effects.extend(effects.iter().map(|number| effect(&format!("e{number}"))));
    manifest.offers.push(offer(triple, &conditions, draft.selectors, &effects, draft.rules));
}

/// Verdict, next state and effects.
type End = (Verdict, Option<u8>, u32);

impl Draft {
    /// Everything that can be known, with what it comes to from each state.
    fn answers(&self) -> Vec<(u32, Vec<End>)> {
        let cells =
            || self.rules.iter().flat_map(|rule| rule.from_states.iter().map(move |&state| (rule, state)));
        let answer = |holds| {
            let outcomes = cells().map(|(rule, state)| decided(rule, state, holds));
            outcomes.map(|outcome| (outcome.verdict, outcome.next_state, outcome.effects)).collect()
        };
        (0..1 << self.conditions).map(|holds| (holds, answer(holds))).collect()
    }

    /// The lowest condition that never changes an answer.
    fn idle_condition(&self) -> Option<u32> {
        let answers = self.answers();
        (0..self.conditions as u32).find(|bit| {
            answers.iter().all(|(holds, answer)| *answer == answers[(holds | 1 << bit) as usize].1)
        })
    }

    /// Takes a condition out by taking it for true.
    fn drop_condition(&mut self, bit: u32) {
        for rule in &mut self.rules {
            rule.branches.retain(|branch| branch.unless >> bit & 1 == 0);
            rule.requires = without(rule.requires, bit);
            for branch in &mut rule.branches {
                branch.when = without(branch.when, bit);
                branch.unless = without(branch.unless, bit);
                branch.requires = without(branch.requires, bit);
            }
        }
        self.selectors = without(self.selectors, bit);
        self.conditions -= 1;
    }

    /// The lowest effect that nothing causes.
    fn idle_effect(&self) -> Option<u32> {
        let caused = self.answers().iter().flat_map(|(_, answer)| answer).fold(0, |all, end| all | end.2);
        (0..self.effects as u32).find(|bit| caused >> bit & 1 == 0)
    }

    fn drop_effect(&mut self, bit: u32) {
        for branch in self.rules.iter_mut().flat_map(|rule| &mut rule.branches) {
            branch.effects = without(branch.effects, bit);
        }
        self.effects -= 1;
    }
}

/// A mask without the place of one bit: those above move down.
fn without(mask: u32, bit: u32) -> u32 {
    let below = (1 << bit) - 1;
    mask & below | mask >> 1 & !below
}
