//! A policy that does what its manifest says, in the slow and obvious way.

use std::convert::Infallible;

use interlock_analysis::Decide;
use interlock_model::{Cause, Manifest, Offer, Outcome, Rule, Situation, Verdict};

/// Answers by the rules of `manifest`, completing the unknown in every way.
#[derive(Clone, Debug)]
pub(crate) struct Interpreter {
    pub(crate) manifest: Manifest,
}

impl Decide for Interpreter {
    type Error = Infallible;

    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn decide_all(&self, situations: &[Situation]) -> Result<Vec<Outcome>, Infallible> {
        Ok(situations.iter().map(|&situation| self.decide(situation)).collect())
    }
}

impl Interpreter {
    pub(crate) fn decide(&self, situation: Situation) -> Outcome {
        match self.rule(situation) {
            Ok((offer, rule)) => in_doubt(offer, rule, situation),
            Err(cause) => refused(cause, 0),
        }
    }

    fn rule(&self, situation: Situation) -> Result<(&Offer, &Rule), Cause> {
        let Situation { mode, kind, state, action, .. } = situation;
        let manifest = &self.manifest;
        let Some(info) = manifest.kinds.get(usize::from(kind)) else { return Err(Cause::NotInMode) };
        if usize::from(mode) >= manifest.modes.len() {
            return Err(Cause::NotInMode);
        }
        if usize::from(action) >= manifest.actions.len() {
            return Err(Cause::NotOffered);
        }
        if !info.modes.contains(&mode) {
            return Err(Cause::NotInMode);
        }
        let offers = || manifest.offers.iter().filter(|offer| offer.kind == kind && offer.action == action);
        let Some(offer) = offers().find(|offer| offer.mode == mode) else {
            return Err(if offers().count() == 0 { Cause::NotOffered } else { Cause::NotInMode });
        };
        let rule = offer.rules.iter().find(|rule| rule.from_states.contains(&state));
        rule.map(|rule| (offer, rule)).ok_or(Cause::NotFromState)
    }
}

fn in_doubt(offer: &Offer, rule: &Rule, situation: Situation) -> Outcome {
    let listed: u32 = (1 << offer.conditions.len()) - 1;
    let known = situation.known & listed;
    let holds = situation.holds & known;
    let unknown = listed & !known;
    let completions: Vec<u32> =
        (0..=unknown).filter(|chosen| chosen & !unknown == 0).map(|chosen| holds | chosen).collect();
    let end = |holds: u32| {
        let outcome = decided(rule, situation.state, holds);
        (outcome.verdict, outcome.next_state, outcome.effects)
    };
    let reasons = (0..offer.conditions.len()).map(|bit| 1 << bit).filter(|bit| unknown & bit != 0);
    let reasons: u32 =
        reasons.filter(|bit| completions.iter().any(|holds| end(holds & !bit) != end(holds | bit))).sum();
    if reasons != 0 {
        let (verdict, cause) = (Verdict::Depends, Cause::Conditions);
        return Outcome { verdict, cause, reasons, next_state: None, effects: 0 };
    }
    let answers: Vec<Outcome> =
        completions.iter().map(|&holds| decided(rule, situation.state, holds)).collect();
    match answers[0].verdict {
        Verdict::Deny => {
            let all = answers.iter().fold(0, |all, outcome| all | outcome.reasons);
            refused(Cause::Conditions, all & known & !holds)
        }
        _ => answers[0],
    }
}

/// What a rule comes to where everything is known.
pub(crate) fn decided(rule: &Rule, state: u8, holds: u32) -> Outcome {
    let matches = |when: u32, unless: u32| when & holds == when && unless & holds == 0;
    let branch = rule.branches.iter().find(|branch| matches(branch.when, branch.unless)).unwrap();
    let missing = (rule.requires | branch.requires) & !holds;
    if missing != 0 {
        return refused(Cause::Conditions, missing);
    }
    Outcome {
        verdict: Verdict::Allow,
        cause: Cause::Conditions,
        reasons: 0,
        next_state: Some(branch.next_state.unwrap_or(state)),
        effects: branch.effects,
    }
}

pub(crate) fn refused(cause: Cause, reasons: u32) -> Outcome {
    Outcome { verdict: Verdict::Deny, cause, reasons, next_state: None, effects: 0 }
}

/// A policy whose answers are tampered with: `alter` sees what was asked, and the honest answer.
pub(crate) struct Altered<F> {
    pub(crate) honest: Interpreter,
    pub(crate) alter: F,
}

impl<F: Fn(Situation, Outcome) -> Outcome> Decide for Altered<F> {
    type Error = Infallible;

    fn manifest(&self) -> &Manifest {
        &self.honest.manifest
    }

    fn decide_all(&self, situations: &[Situation]) -> Result<Vec<Outcome>, Infallible> {
        let answer = |&situation| (self.alter)(situation, self.honest.decide(situation));
        Ok(situations.iter().map(answer).collect())
    }
}

/// What a policy makes of a situation: without the bits that it must ignore.
pub(crate) fn as_listed(manifest: &Manifest, situation: Situation) -> Situation {
    let offer = manifest.offer(situation.mode, situation.kind, situation.action);
    let listed = (1 << offer.map_or(0, |offer| offer.conditions.len())) - 1;
    let known = situation.known & listed;
    Situation { known, holds: situation.holds & known, ..situation }
}
