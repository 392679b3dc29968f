//! The laws that ship with the policies hold, and each of them can fail; the grants are what requests show, and a
//! grant too many or too few is noticed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what a test needs is there, or the test fails")]

use std::convert::Infallible;

use interlock_analysis::authored::{
    AuthoredLaw, AuthoredLaws, AuthoredStatus, Breach, Claim, check_authored,
};
use interlock_analysis::{
    Answers, Decide, GrantsStatus, Observe, ObserveError, Options, check_grants, reproduce,
};
use interlock_model::{Cause, Decision, Manifest, Outcome, Request, Scope, Situation, Verdict};
use interlock_tests::Native;

const BACKUP_LAWS: &str = include_str!("../../guest/backup/laws.toml");
const TURNSTILE_LAWS: &str = include_str!("../../guest/turnstile/laws.toml");

#[test]
fn the_laws_of_the_backup_policy_hold_and_each_can_fail() {
    check(Native::backup(), BACKUP_LAWS, 15);
}

#[test]
fn the_laws_of_the_turnstile_policy_hold_and_each_can_fail() {
    check(Native::turnstile(), TURNSTILE_LAWS, 5);
}

#[test]
fn every_law_names_sources_that_the_backup_policy_lists() {
    let sources = include_str!("../../guest/backup/SOURCES.md");
    let listed = |key: &str| {
        let rows = sources.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
        rows.flat_map(|keys| keys.split(", ")).any(|listed| listed == key)
            || key.strip_prefix("CLI-").is_some() && sources.contains("| CLI-x |")
    };
    for law in laws(BACKUP_LAWS).law {
        assert!(!law.source.is_empty(), "{}", law.name);
        for key in &law.source {
            assert!(listed(key), "{}: {key}", law.name);
        }
    }
}

fn laws(text: &str) -> AuthoredLaws {
    toml::from_str(text).unwrap()
}

fn check(native: Native, text: &str, at_least: usize) {
    let laws = laws(text);
    assert!(laws.law.len() >= at_least);
    for law in laws.law {
        let honest =
            Altered { manifest: native.manifest().clone(), native: native.clone(), alter: &|_, it| it };
        assert_eq!(status(&honest, &law), AuthoredStatus::Holds, "{}", law.name);
        assert_can_fail(&honest, &law);
    }
}

/// Alters every outcome to find a place where the law is looked at, then that outcome alone.
fn assert_can_fail(honest: &Altered<'_>, law: &AuthoredLaw) {
    if let Claim::OnlyMay { roles, .. } = &law.claim {
        let mut told =
            Altered { native: honest.native.clone(), manifest: honest.manifest.clone(), ..*honest };
        for grant in &mut told.manifest.grants {
            let mut others = honest.manifest.roles.iter().filter(|role| !roles.contains(role));
            grant.role.clone_from(others.next_back().unwrap());
        }
        broken(&told, law);
        return;
    }
    let next = |situation: Situation, outcome: Outcome| match &law.claim {
        Claim::Path(path) => honest.manifest.state(situation.kind, &path.to[0]).or(outcome.next_state),
        Claim::Always(_) => None,
        Claim::Accompanies { .. } => outcome.next_state,
        Claim::Never(_) | Claim::OnlyMay { .. } => Some(situation.state),
    };
    let wrong = |situation: Situation, outcome: Outcome| {
        let next_state = next(situation, outcome);
        let changes = matches!(law.claim, Claim::Path(_) | Claim::Accompanies { .. });
        if changes && outcome.verdict != Verdict::Allow {
            return outcome;
        }
        let verdict = if next_state.is_some() { Verdict::Allow } else { Verdict::Deny };
        Outcome { verdict, cause: Cause::Conditions, reasons: 0, next_state, effects: 0 }
    };
    let all = Altered { native: honest.native.clone(), manifest: honest.manifest.clone(), alter: &wrong };
    let (_, breach) = broken(&all, law);
    let place = breach.steps.last().unwrap().witness.situation;
    let alter = |situation: Situation, outcome: Outcome| {
        if situation == place { wrong(situation, outcome) } else { outcome }
    };
    let one = Altered { native: honest.native.clone(), manifest: honest.manifest.clone(), alter: &alter };
    let (places, breach) = broken(&one, law);
    assert_eq!((places, breach.steps.last().unwrap().witness.situation), (1, place), "{}", law.name);
}

#[track_caller]
fn broken(policy: &Altered<'_>, law: &AuthoredLaw) -> (u64, Breach) {
    match status(policy, law) {
        AuthoredStatus::Broken { places, counterexample } => (places, counterexample),
        other => panic!("{}: {other:?}", law.name),
    }
}

fn status(policy: &Altered<'_>, law: &AuthoredLaw) -> AuthoredStatus {
    let answers = Answers::ask(policy, &Options::default(), &|_| ()).unwrap();
    let laws = AuthoredLaws { law: vec![law.clone()] };
    check_authored(&laws, &answers).unwrap().remove(0).status
}

#[test]
fn the_grants_are_what_requests_show() {
    for native in [Native::backup(), Native::turnstile()] {
        let report = check_grants(&native).unwrap();
        assert_eq!(report.status, GrantsStatus::Holds, "{}", native.manifest().name);
        assert!(report.asked > 0);
    }
}

#[test]
fn a_grant_that_is_missing_is_noticed_unless_another_covers_it() {
    let honest = Native::backup().manifest().clone();
    for (place, grant) in honest.grants.iter().enumerate().step_by(7) {
        let covered = honest.grants.iter().enumerate().any(|(other, it)| {
            other != place && (&it.role, it.mode, it.kind) == (&grant.role, grant.mode, grant.kind)
        });
        if covered {
            continue;
        }
        let mut manifest = honest.clone();
        manifest.grants.remove(place);
        assert_noticed(manifest, &grant.role);
    }
}

#[test]
fn a_grant_too_wide_is_noticed_with_a_request_that_shows_it() {
    let honest = Native::backup().manifest().clone();
    let place = honest.grants.iter().position(|grant| grant.scope == Scope::Owned).unwrap();
    let mut manifest = honest.clone();
    manifest.grants[place].scope = Scope::Any;
    let (text, request) = assert_noticed(manifest, &honest.grants[place].role);
    assert_eq!(
        text,
        "role `px-backup-infra.admin` is granted `view` on `backup-location` in mode `classic` (somebody else's), \
         but is not let in"
    );
    let decision = Native::backup().evaluate(&request).unwrap();
    assert_eq!(decision.reasons[0].code, "may-view");
}

fn assert_noticed(manifest: Manifest, role: &str) -> (String, Request) {
    let told = Altered { native: Native::backup(), manifest, alter: &|_, it| it };
    match check_grants(&told).unwrap().status {
        GrantsStatus::Broken { text, request, .. } => {
            assert!(text.contains(&format!("role `{role}`")), "{text}");
            (text, *request)
        }
        GrantsStatus::Holds => panic!("{role}"),
    }
}

#[test]
fn a_request_is_found_for_each_condition_that_alone_refuses() {
    for (native, unfound) in [
        (Native::turnstile(), &[][..]),
        (Native::backup(), &["namespaces-not-protected", "role-in-mode", "stork-takes-partial", "may-edit"]),
    ] {
        let manifest = native.manifest();
        for offer in &manifest.offers {
            let all = (1u32 << offer.conditions.len()) - 1;
            for (bit, &condition) in (0..).zip(&offer.conditions) {
                let code = &manifest.conditions[usize::from(condition)].code;
                let (state, holds, known) = (offer.from_states[0], all & !(1 << bit), all);
                let (mode, kind, action) = (offer.mode, offer.kind, offer.action);
                let wanted = Situation { mode, kind, state, action, holds, known };
                let found = reproduce(&native, wanted, &|holds, known| {
                    (holds & all, known & all) == (wanted.holds, wanted.known)
                });
                match found.unwrap() {
                    Some(request) => assert_eq!(native.observe(&request).unwrap(), wanted, "{code}"),
                    None => assert!(unfound.contains(&code.as_str()), "{code}: {wanted:?}"),
                }
            }
        }
    }
}

/// A policy with altered outcomes, or that says something else of itself.
struct Altered<'a> {
    native: Native,
    manifest: Manifest,
    alter: &'a (dyn Fn(Situation, Outcome) -> Outcome + Sync),
}

impl Decide for Altered<'_> {
    type Error = Infallible;

    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn decide_all(&self, situations: &[Situation]) -> Result<Vec<Outcome>, Infallible> {
        let answer = |&situation| (self.alter)(situation, self.native.decide(situation));
        Ok(situations.iter().map(answer).collect())
    }
}

impl Observe for Altered<'_> {
    fn observe(&self, request: &Request) -> Result<Situation, ObserveError<Infallible>> {
        Ok(self.native.observe(request)?)
    }

    fn evaluate(&self, request: &Request) -> Result<Decision, ObserveError<Infallible>> {
        Ok(self.native.evaluate(request)?)
    }
}
