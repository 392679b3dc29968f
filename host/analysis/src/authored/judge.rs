//! Laws held against every answer of a policy.

use interlock_model::{Manifest, Offer, Verdict};

use super::resolve::{Bounds, Lens, Resolved, Selection, Within, resolve};
use super::{AuthoredLaws, AuthoredReport, AuthoredStatus, Breach, Instance, LawError, path};
use crate::laws::cell::low_bits;
use crate::laws::findings::Key;
use crate::laws::wording::Names;
use crate::words::{joined, quoted};
use crate::{AnsweredCell, Answers, Witness};

/// Holds laws against every answer of a policy; asks nothing.
///
/// # Errors
///
/// [`LawError`] for a law that names what the policy does not have, and for two with one name.
pub fn check_authored<'l>(
    laws: &'l AuthoredLaws,
    answers: &Answers<'_>,
) -> Result<Vec<AuthoredReport<'l>>, LawError> {
    let resolved = resolve(laws, answers.manifest())?;
    Ok(laws
        .law
        .iter()
        .zip(&resolved)
        .map(|(law, resolved)| {
            let (judged, status) = judge(resolved, answers);
            AuthoredReport { law, judged, status }
        })
        .collect())
}

fn judge(resolved: &Resolved, answers: &Answers<'_>) -> (u64, AuthoredStatus) {
    match resolved {
        Resolved::Never(within) => judge_cells(answers, within, Demand::Refused),
        Resolved::Always(within) => judge_cells(answers, within, Demand::Allowed),
        Resolved::Accompanies { effects, within } => judge_cells(answers, within, Demand::Effects(effects)),
        Resolved::OnlyMay { roles, what } => {
            judge_grants(answers.manifest(), what, |role| roles.contains(role))
        }
        Resolved::Path { modes, kind, from, to, passes } => {
            path::judge(answers, modes, *kind, (from, to), passes)
        }
    }
}

/// What a law demands of a situation.
enum Demand<'l> {
    Refused,
    Allowed,
    /// If allowed: these, as indexes into the manifest's.
    Effects(&'l [u16]),
}

/// A cell as far as a law speaks of it.
struct View<'v, 'a, 'm> {
    cell: &'v AnsweredCell<'a, 'm>,
    offer: Option<&'m Offer>,
    lenses: Vec<(&'v Bounds, Lens)>,
    demand: &'v Demand<'v>,
}

/// What a law says of one situation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Judgement {
    /// Nothing.
    Silent,
    Kept,
    Broken,
}

impl View<'_, '_, '_> {
    fn judge(&self, index: usize) -> Judgement {
        let mut judgement = Judgement::Silent;
        for (region, lens) in &self.lenses {
            match self.judge_by(region, lens, index) {
                Judgement::Broken => return Judgement::Broken,
                Judgement::Kept => judgement = Judgement::Kept,
                Judgement::Silent => {}
            }
        }
        judgement
    }

    fn judge_by(&self, region: &Bounds, lens: &Lens, index: usize) -> Judgement {
        let outcome = &self.cell.outcomes[index];
        let assignment = self.cell.assignments[index];
        if !lens.covers(assignment) {
            return Judgement::Silent;
        }
        let leads = region.leads(self.cell.triple.kind, outcome.next_state);
        let allowed = outcome.verdict == Verdict::Allow && leads;
        let kept = match self.demand {
            Demand::Refused => !allowed,
            Demand::Allowed => {
                let listed = low_bits(self.cell.triple.conditions());
                if !lens.settled(assignment.1, listed) {
                    return Judgement::Silent;
                }
                allowed
            }
            Demand::Effects(_) if !allowed => return Judgement::Silent,
            Demand::Effects(effects) => self.missing(effects, outcome.effects).next().is_none(),
        };
        if kept { Judgement::Kept } else { Judgement::Broken }
    }

    /// Those of some effects that an outcome does not have.
    fn missing<'e>(&'e self, effects: &'e [u16], had: u32) -> impl Iterator<Item = u16> + 'e {
        let has = move |effect: u16| {
            let listed = self.offer.map_or(&[][..], |offer| &offer.effects);
            let bit = listed.iter().position(|&listed| listed == effect);
            bit.is_some_and(|bit| bit < 32 && had >> bit & 1 != 0)
        };
        effects.iter().copied().filter(move |&effect| !has(effect))
    }

    fn witness(&self, index: usize) -> Witness {
        let situation = self.cell.triple.situation(self.cell.state, self.cell.assignments[index]);
        Witness { situation, outcome: self.cell.outcomes[index] }
    }

    fn breach(&self, names: Names<'_>, index: usize) -> Breach {
        let witness = self.witness(index);
        let Witness { situation, outcome } = &witness;
        let mut text = format!("{} {}", names.situation(*situation), names.answer(*situation, outcome));
        if let Demand::Effects(effects) = self.demand {
            let codes: Vec<String> = self
                .missing(effects, outcome.effects)
                .filter_map(|effect| names.manifest.effects.get(usize::from(effect)))
                .map(|effect| quoted(&effect.code))
                .collect();
            text = format!("{text}, without {}", joined(&codes, "and"));
        }
        let unread = self.lenses.iter().flat_map(|(_, lens)| &lens.unread);
        let mut codes: Vec<String> = unread
            .filter_map(|&condition| names.manifest.conditions.get(usize::from(condition)))
            .map(|condition| quoted(&condition.code))
            .collect();
        codes.dedup();
        if !codes.is_empty() {
            text = format!("{text}, and does not ask {}", joined(&codes, "or"));
        }
        let broken = (0..self.cell.outcomes.len()).filter(|&index| self.judge(index) == Judgement::Broken);
        let alike = broken.map(|index| self.cell.assignments[index]).collect();
        Breach { steps: vec![Instance { witness, alike }], text }
    }
}

fn judge_cells(answers: &Answers<'_>, within: &Within, demand: Demand<'_>) -> (u64, AuthoredStatus) {
    let names = Names::new(answers.manifest());
    let (mut judged, mut places) = (0, 0);
    let mut smallest: Option<(Key, Breach)> = None;
    for cell in answers.cells() {
        let offer = cell.triple.offer.ok();
        let regions = within.regions.iter().filter(|region| region.has_cell(cell.triple, cell.state));
        let lenses: Vec<_> = regions.map(|region| (region, within.lens(region, offer))).collect();
        if lenses.is_empty() {
            continue;
        }
        let view = View { cell: &cell, offer, lenses, demand: &demand };
        for index in 0..cell.outcomes.len() {
            let judgement = view.judge(index);
            judged += u64::from(judgement != Judgement::Silent);
            if judgement != Judgement::Broken {
                continue;
            }
            places += 1;
            let key = Key::new(view.witness(index).situation, index);
            if smallest.as_ref().is_none_or(|(smallest, _)| key < *smallest) {
                smallest = Some((key, view.breach(names, index)));
            }
        }
    }
    (judged, status(judged, places, smallest.map(|(_, breach)| breach)))
}

/// Grants of the actions to roles other than those that may have them.
fn judge_grants(manifest: &Manifest, what: &Selection, may: impl Fn(&str) -> bool) -> (u64, AuthoredStatus) {
    let names = Names::new(manifest);
    let offers = manifest.offers.iter().filter(|offer| what.has(offer.mode, offer.kind, offer.action));
    let judged = offers.count() as u64;
    let mut wrong = Vec::new();
    for grant in manifest.grants.iter().filter(|grant| !may(&grant.role)) {
        let granted = grant.actions.iter().filter(|&&action| what.has(grant.mode, grant.kind, action));
        wrong.extend(granted.map(|&action| {
            let action = names.triple(grant.mode, grant.kind, action);
            format!("role {} is granted {action}", quoted(&grant.role))
        }));
    }
    let places = wrong.len() as u64;
    let breach = wrong.into_iter().next().map(|text| Breach { steps: Vec::new(), text });
    (judged, status(judged, places, breach))
}

pub(super) fn status(judged: u64, places: u64, breach: Option<Breach>) -> AuthoredStatus {
    match breach {
        Some(counterexample) => AuthoredStatus::Broken { places, counterexample },
        None if judged == 0 => AuthoredStatus::Idle,
        None => AuthoredStatus::Holds,
    }
}
