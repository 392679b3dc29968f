//! Every case of `tests/cases`, natively and in the component; and that the cases leave nothing out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what a test needs is there, or the test fails")]

mod load;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::LazyLock;

use interlock_analysis::Decide;
use interlock_analysis::cases::{Difference, Want, WantedDecision, differences};
use interlock_model::{
    ActionClass, Cause, ConditionClass, Decision, Manifest, Request, RequestError, Verdict,
};
use interlock_tests::Native;
use load::{Case, Cases, PolicyName};

use crate::policies::{BACKUP, Both, TURNSTILE};

static CASES: LazyLock<Cases> = LazyLock::new(load::load);

/// Every case, whichever policy it asks.
pub(crate) fn all() -> &'static [Case] {
    &CASES.all
}

/// The requests that the backup policy is asked, and what is wanted of them.
pub(crate) fn of_backup() -> impl Iterator<Item = &'static Case> {
    CASES.all.iter().filter(|case| case.policy == PolicyName::Backup)
}

/// Conditions that every request answers: what absence means is settled for all that they read.
pub(crate) const NEVER_UNKNOWN: &[&str] = &[
    "provider-in-mode",
    "object-lock-in-mode",
    "backup-deletion-asked",
    "restore-deletion-asked",
    "reported-by-platform",
    "not-registered-yet",
    "cluster-count-within-limit",
    "kubeconfig-opens",
    "is-shared",
    "managed",
    "unmanaged",
    "schedule-features-in-mode",
    "parallel-in-mode",
    "license-valid",
    "no-unfinished-run",
    "namespaces-not-protected",
    "backup-type-in-mode",
    "of-virtual-machines",
    "of-namespaces",
    "scheduled",
    "interval-long-enough",
    "automatic-discovery-on",
];

/// Operations that the matrix lists and never allows: nobody writes the state of a connection by hand.
const NEVER_ALLOWED: &[(&str, &str)] = &[("location-cluster-connection", "edit")];

#[test]
fn every_case_is_answered_as_wanted() {
    let (backup, turnstile) = (Native::backup(), Native::turnstile());
    let mut wrong = String::new();
    for case in &CASES.all {
        let policy = match case.policy {
            PolicyName::Backup => &backup,
            PolicyName::Turnstile => &turnstile,
        };
        if let Err(difference) = compare(case, &policy.evaluate(&case.request), policy.manifest()) {
            _ = writeln!(wrong, "{}\n{difference}", case.place);
        }
    }
    assert!(wrong.is_empty(), "these cases are answered otherwise:\n{wrong}");
}

#[test]
fn the_component_answers_every_case_as_the_library_does() {
    for case in &CASES.all {
        check_alike(both(case.policy), &case.request);
    }
}

#[test]
fn every_case_that_has_an_answer_is_asked_in_packed_form_unless_it_shows_a_resource_twice() {
    for case in &CASES.all {
        let policy = &both(case.policy).native;
        let once: BTreeSet<_> = case.request.related.iter().map(|other| (&other.kind, &other.id)).collect();
        let wanted = policy.evaluate(&case.request).ok().filter(|_| once.len() == case.request.related.len());
        assert_eq!(policy.evaluate_packed(&case.request), Ok(wanted), "{}", case.place);
    }
}

#[test]
fn there_are_three_hundred_cases_or_more() {
    println!("{} cases, {} requests", CASES.written, CASES.all.len());
    assert!(CASES.written >= 300, "{} cases are written", CASES.written);
}

#[test]
fn the_cases_show_every_transition() {
    let plain = (1..=86).map(|number| format!("T{number:02}"));
    let lettered = ["T45a", "T46a", "T46b", "T46c", "T62a", "T62b", "T80a"].map(str::to_owned);
    let defaults = (1..=19).map(|number| format!("G{number:02}"));
    // T46 with letters splits T46 further; T46 itself stands beside them.
    let wanted: BTreeSet<String> = plain.chain(lettered).chain(defaults).collect();
    let shown: BTreeSet<String> = CASES.all.iter().flat_map(|case| case.ids.clone()).collect();
    assert_missing("transitions", wanted.difference(&shown));
    assert_missing("transitions that the sources do not have", shown.difference(&wanted));
}

#[test]
fn the_cases_show_every_state_of_every_kind_in_every_mode() {
    let mut shown = BTreeSet::new();
    for case in &CASES.all {
        let request = &case.request;
        shown.insert((request.mode.clone(), request.target.kind.clone(), request.target.state.clone()));
    }
    let mut wanted = BTreeSet::new();
    for manifest in manifests() {
        for kind in &manifest.kinds {
            for state in &kind.states {
                for &mode in &state.modes {
                    wanted.insert((
                        manifest.modes[usize::from(mode)].clone(),
                        kind.name.clone(),
                        state.name.clone(),
                    ));
                }
            }
        }
    }
    assert_missing("states", wanted.difference(&shown));
}

#[test]
fn the_cases_allow_and_refuse_every_operation_and_allow_every_event_wherever_it_is_offered() {
    let (mut wanted, mut shown) = (BTreeSet::new(), BTreeSet::new());
    for manifest in manifests() {
        for offer in &manifest.offers {
            let action = &manifest.actions[usize::from(offer.action)];
            let cell = [
                &manifest.modes[usize::from(offer.mode)],
                &manifest.kinds[usize::from(offer.kind)].name,
                &action.name,
            ]
            .map(Clone::clone);
            if !NEVER_ALLOWED.contains(&(&cell[1], &cell[2])) {
                wanted.insert((cell.clone(), Verdict::Allow.as_str()));
            }
            if action.class == ActionClass::Operation {
                wanted.insert((cell, Verdict::Deny.as_str()));
            }
        }
    }
    for case in &CASES.all {
        if let Want::Decision(want) = &case.want {
            let Request { mode, action, target, .. } = &case.request;
            shown.insert(([mode, &target.kind, action].map(Clone::clone), want.verdict.as_str()));
        }
    }
    assert_missing("answers", wanted.difference(&shown));
}

#[test]
fn the_cases_show_every_condition_false_and_unknown() {
    let (mut wanted, mut shown) = (BTreeSet::new(), BTreeSet::new());
    for manifest in manifests() {
        for condition in &manifest.conditions {
            if !only_selects(manifest, &condition.code) {
                wanted.insert((condition.code.clone(), Verdict::Deny.as_str()));
            }
            if !NEVER_UNKNOWN.contains(&condition.code.as_str()) {
                wanted.insert((condition.code.clone(), Verdict::Depends.as_str()));
            }
        }
    }
    for want in decisions() {
        for code in &want.reasons {
            shown.insert((code.clone(), want.verdict.as_str()));
        }
    }
    assert_missing("conditions", wanted.difference(&shown));
    for code in NEVER_UNKNOWN {
        let told = (code.to_string(), Verdict::Depends.as_str());
        assert!(!shown.contains(&told), "`{code}` is unknown in a case after all");
    }
}

#[test]
fn the_cases_show_every_effect_and_every_fixed_cause() {
    let effects = manifests().into_iter().flat_map(|manifest| &manifest.effects);
    let wanted: BTreeSet<String> = effects.map(|effect| effect.code.clone()).collect();
    let shown: BTreeSet<String> = decisions().flat_map(|want| want.effects.clone()).collect();
    assert_missing("effects", wanted.difference(&shown));

    let causes = [Cause::NotInMode, Cause::NotOffered, Cause::NotFromState];
    let wanted: BTreeSet<String> = causes.map(|cause| cause.as_str().to_owned()).into();
    let shown: BTreeSet<String> = decisions().flat_map(|want| want.reasons.clone()).collect();
    assert_missing("causes", wanted.difference(&shown));
}

/// The one place that asks both forms of a policy.
#[track_caller]
fn check_alike(policy: &Both, request: &Request) {
    // What is wanted is compared elsewhere; here only that the two agree.
    _ = policy.evaluate(request);
}

fn both(policy: PolicyName) -> &'static Both {
    match policy {
        PolicyName::Backup => &BACKUP,
        PolicyName::Turnstile => &TURNSTILE,
    }
}

/// How an answer differs from what is wanted.
fn compare(case: &Case, answer: &Result<Decision, RequestError>, manifest: &Manifest) -> Result<(), String> {
    for reason in answer.iter().flat_map(|decision| &decision.reasons) {
        assert_eq!(reason.class, class_of(&reason.code, manifest), "{}: {}", case.place, reason.code);
    }
    let found: Vec<String> = differences(&case.want, answer)
        .iter()
        .map(|Difference { field, wanted, got }| format!("  {field} wanted: {wanted}\n  {field} is: {got}"))
        .collect();
    if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
}

fn class_of(code: &str, manifest: &Manifest) -> ConditionClass {
    match code {
        "not-in-mode" => ConditionClass::Mode,
        "not-offered" | "not-from-state" => ConditionClass::Target,
        _ => manifest.conditions.iter().find(|condition| condition.code == code).unwrap().class,
    }
}

/// Whether a condition nowhere refuses and only chooses between ends.
fn only_selects(manifest: &Manifest, code: &str) -> bool {
    manifest.offers.iter().all(|offer| {
        offer.conditions.iter().enumerate().all(|(bit, &condition)| {
            manifest.conditions[usize::from(condition)].code != code || offer.selectors >> bit & 1 == 1
        })
    })
}

fn manifests() -> Vec<&'static Manifest> {
    static NATIVE: LazyLock<[Native; 2]> = LazyLock::new(|| [Native::backup(), Native::turnstile()]);
    NATIVE.iter().map(Decide::manifest).collect()
}

fn decisions() -> impl Iterator<Item = &'static WantedDecision> {
    CASES.all.iter().filter_map(|case| match &case.want {
        Want::Decision(want) => Some(want),
        Want::Error(_) => None,
    })
}

#[track_caller]
fn assert_missing<T: std::fmt::Debug>(what: &str, missing: impl Iterator<Item = T>) {
    let missing: Vec<T> = missing.collect();
    assert!(missing.is_empty(), "{} {what} are missing: {missing:#?}", missing.len());
}
