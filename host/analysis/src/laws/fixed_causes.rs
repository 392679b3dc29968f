use std::num::NonZeroUsize;

use interlock_model::{Cause, Outcome, Situation, Verdict};

use super::cell::Cell;
use super::findings::{Findings, Key};
use super::wording::Names;
use crate::ask::{Asker, Stop};
use crate::{Decide, Enumeration, Law, Witness};

/// A cell without a rule refuses for the cause that the manifest makes it have; one with a rule does not.
pub(crate) fn judge(cell: &Cell<'_>, findings: &mut Findings) {
    for (index, outcome) in cell.outcomes.iter().enumerate() {
        let as_demanded = match cell.refusal {
            Some(cause) => outcome.verdict == Verdict::Deny && outcome.cause == cause,
            None => outcome.verdict != Verdict::Deny || outcome.cause == Cause::Conditions,
        };
        if !as_demanded {
            cell.accuse(findings, Law::FixedCauses, index, || {
                let demanded = match cell.refusal {
                    Some(cause) => format!("demands `{}`", cause.as_str()),
                    None => "has a rule".to_owned(),
                };
                (Vec::new(), format!(", where the manifest {demanded}"))
            });
        }
    }
}

/// Situations outside the manifest are refused, for the cause that the contract gives them.
///
/// Asks the first index and the last one beyond each list, with no condition known and with all known.
pub(crate) fn judge_outside<D: Decide + ?Sized>(
    policy: &D,
    enumeration: &Enumeration<'_>,
    batch: NonZeroUsize,
    asker: &mut Asker,
    findings: &mut Findings,
) -> Result<(), Stop<D::Error>> {
    let names = Names::new(policy.manifest());
    let outside = outside(enumeration, names);
    let mut outcomes = Vec::new();
    for known in [0, u32::MAX] {
        let situations = outside.iter().map(|(situation, _)| Situation { holds: known, known, ..*situation });
        asker.ask(policy, situations.clone(), batch, &mut outcomes)?;
        for ((situation, &outcome), &(_, cause)) in situations.zip(&outcomes).zip(&outside) {
            if outcome != refusal(cause) {
                findings.add(Law::FixedCauses, Key::new(situation, 0), || {
                    let answer = names.answer(situation, &outcome);
                    let cause = cause.as_str();
                    let text = format!(
                        "{} {answer}, where the contract demands `{cause}` and nothing else",
                        names.situation(situation)
                    );
                    (vec![Witness { situation, outcome }], text)
                });
            }
        }
    }
    Ok(())
}

/// The outcome that a fixed cause has.
pub(crate) fn refusal(cause: Cause) -> Outcome {
    Outcome { verdict: Verdict::Deny, cause, reasons: 0, next_state: None, effects: 0 }
}

fn outside(enumeration: &Enumeration<'_>, names: Names<'_>) -> Vec<(Situation, Cause)> {
    let manifest = names.manifest;
    let modes = || (0..=u8::MAX).zip(&manifest.modes).map(|(mode, _)| mode);
    let kinds = || (0..=u8::MAX).zip(&manifest.kinds).map(|(kind, _)| kind);
    let actions = || (0..=u8::MAX).zip(&manifest.actions).map(|(action, _)| action);

    let mut outside = Vec::new();
    let mut add = |mode, kind, state, action, cause| {
        outside.push((Situation { mode, kind, state, action, holds: 0, known: 0 }, cause));
    };
    for kind in kinds() {
        for action in actions() {
            beyond(manifest.modes.len()).for_each(|mode| add(mode, kind, 0, action, Cause::NotInMode));
        }
    }
    for mode in modes() {
        for action in actions() {
            beyond(manifest.kinds.len()).for_each(|kind| add(mode, kind, 0, action, Cause::NotInMode));
        }
        for kind in kinds() {
            beyond(manifest.actions.len()).for_each(|action| add(mode, kind, 0, action, Cause::NotOffered));
        }
    }
    for triple in enumeration.triples() {
        for state in beyond(usize::from(triple.states)) {
            let cause = triple.refusal(state).unwrap_or(Cause::NotFromState);
            add(triple.mode, triple.kind, state, triple.action, cause);
        }
    }
    outside
}

/// The first and the last index beyond a list of this length.
fn beyond(length: usize) -> impl Iterator<Item = u8> {
    let first = u8::try_from(length).ok();
    let last = first.filter(|&first| first != u8::MAX).map(|_| u8::MAX);
    first.into_iter().chain(last)
}
