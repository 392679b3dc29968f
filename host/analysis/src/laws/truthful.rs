use hashbrown::HashSet;
use interlock_model::{Cause, Manifest, Offer, Outcome, Rule, Verdict};

use super::cell::{Cell, low_bits};
use super::findings::{Findings, Key};
use super::total;
use super::wording::Names;
use crate::Law;

/// Every offer stands where its mode and kind exist, only once, and its rules can be read.
pub(crate) fn judge_manifest(names: Names<'_>, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for offer in &names.manifest.offers {
        let again = !seen.insert((offer.mode, offer.kind, offer.action));
        let flaw = if again { Some("is offered twice") } else { flaw(names.manifest, offer) };
        if let Some(flaw) = flaw {
            findings.add(Law::Truthful, Key::MANIFEST, || {
                (Vec::new(), format!("{} {flaw}", names.triple(offer.mode, offer.kind, offer.action)))
            });
        }
    }
}

/// The rules of a cell predict what it answers where everything is known.
pub(crate) fn judge(cell: &Cell<'_>, findings: &mut Findings) {
    let (Ok(offer), None) = (cell.triple.offer, cell.refusal) else { return };
    let rule = offer.rules.iter().find(|rule| rule.from_states.contains(&cell.state));
    for (index, outcome) in cell.outcomes.iter().enumerate() {
        if cell.unknown(index) != 0 || outcome.cause != Cause::Conditions || !total::is_sound(cell, outcome) {
            continue;
        }
        let (holds, _) = cell.assignments[index];
        match rule.and_then(|rule| predict(rule, cell.state, holds)) {
            Some(predicted) if predicted == *outcome => {}
            Some(predicted) => cell.accuse(findings, Law::Truthful, index, || {
                (Vec::new(), format!(", where the rule says that it {}", cell.answer(&predicted)))
            }),
            None => cell.accuse(findings, Law::Truthful, index, || {
                (Vec::new(), ", where the manifest has no rule".to_owned())
            }),
        }
    }
}

/// What a rule says where everything is known. None: no branch matches.
fn predict(rule: &Rule, state: u8, holds: u32) -> Option<Outcome> {
    let branch =
        rule.branches.iter().find(|branch| branch.when & !holds == 0 && branch.unless & holds == 0)?;
    let reasons = (rule.requires | branch.requires) & !holds;
    Some(if reasons == 0 {
        let next_state = Some(branch.next_state.unwrap_or(state));
        let effects = branch.effects;
        Outcome { verdict: Verdict::Allow, cause: Cause::Conditions, reasons, next_state, effects }
    } else {
        Outcome { verdict: Verdict::Deny, cause: Cause::Conditions, reasons, next_state: None, effects: 0 }
    })
}

/// What keeps an offer from being read as the contract says, if anything does.
fn flaw(manifest: &Manifest, offer: &Offer) -> Option<&'static str> {
    let Some(kind) = manifest.kinds.get(usize::from(offer.kind)) else {
        return Some("is offered on a kind that does not exist");
    };
    let exists = usize::from(offer.mode) < manifest.modes.len();
    if !exists || !kind.modes.contains(&offer.mode) {
        return Some("is offered where the mode does not have the kind");
    }
    if usize::from(offer.action) >= manifest.actions.len() {
        return Some("is offered but no such action exists");
    }
    let listed = low_bits(offer.conditions.len());
    if offer.selectors & !listed != 0 {
        return Some("has selectors beyond its list of conditions");
    }
    let mut ruled: Vec<u8> = offer.rules.iter().flat_map(|rule| &rule.from_states).copied().collect();
    ruled.sort_unstable();
    if ruled != offer.from_states {
        return Some("is not offered from exactly the states that its rules have, each in one rule");
    }
    if ruled.last().is_some_and(|&state| usize::from(state) >= kind.states.len()) {
        return Some("is offered from a state that the kind does not have");
    }
    for rule in &offer.rules {
        for branch in &rule.branches {
            if (branch.when | branch.unless) & !offer.selectors != 0 {
                return Some("has a branch chosen by a condition that is no selector");
            }
            let requires = rule.requires | branch.requires;
            if requires & (offer.selectors | !listed) != 0 {
                return Some("requires a selector, or a condition beyond its list");
            }
        }
        if rule.branches.last().is_none_or(|branch| branch.when | branch.unless != 0) {
            return Some("has a rule whose last branch does not always match");
        }
    }
    None
}
