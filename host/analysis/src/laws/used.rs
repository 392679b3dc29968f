use hashbrown::HashSet;
use interlock_model::{ActionClass, Grant};

use super::cell::low_bits;
use super::completions::Completions;
use super::findings::{Findings, Key};
use super::wording::Names;
use crate::words::{joined, quoted};
use crate::{Law, Triple};

/// What the cells of one offer made use of.
#[derive(Default)]
pub(crate) struct OfferUsage {
    /// Conditions that can change an answer, as bits.
    conditions: u32,
    /// Effects of allowed situations, as bits.
    effects: u32,
}

impl OfferUsage {
    /// Notes what a cell makes use of.
    pub(crate) fn note(&mut self, completions: &Completions) {
        self.conditions |= completions.support(0);
        self.effects |= completions.ends().fold(0, |effects, end| effects | end.effects);
    }

    /// An offer lists no condition that it does not read and no effect that it does not cause.
    pub(crate) fn judge(&self, names: Names<'_>, triple: &Triple<'_>, findings: &mut Findings) {
        let Ok(offer) = triple.offer else { return };
        let place = || names.triple(triple.mode, triple.kind, triple.action);
        let idle = low_bits(offer.conditions.len()) & !self.conditions;
        if idle != 0 {
            findings.add(Law::Used, Key::MANIFEST, || {
                let conditions = names.conditions(triple.situation(0, (0, 0)), idle);
                (Vec::new(), format!("{} lists {conditions} and never reads {}", place(), it(idle)))
            });
        }
        let idle = low_bits(offer.effects.len()) & !self.effects;
        if idle != 0 {
            findings.add(Law::Used, Key::MANIFEST, || {
                let effects = names.effects(Some(offer), idle);
                (Vec::new(), format!("{} lists {effects} and never causes {}", place(), it(idle)))
            });
        }
    }
}

/// Nothing in the manifest is idle, and every grant names what exists.
///
/// That offers make use of what they list is for [`OfferUsage::judge`] to say.
pub(crate) fn judge_manifest(names: Names<'_>, findings: &mut Findings) {
    let manifest = names.manifest;
    let offers = || manifest.offers.iter();

    let read: HashSet<u16> = offers().flat_map(|offer| &offer.conditions).copied().collect();
    let codes = manifest.conditions.iter().map(|condition| condition.code.as_str());
    judge_list("condition", idle(codes, &read), "read by no offer", findings);

    let caused: HashSet<u16> = offers().flat_map(|offer| &offer.effects).copied().collect();
    let codes = manifest.effects.iter().map(|effect| effect.code.as_str());
    judge_list("effect", idle(codes, &caused), "caused by no offer", findings);

    let reads: HashSet<&str> =
        manifest.conditions.iter().flat_map(|condition| &condition.reads).map(String::as_str).collect();
    let paths = manifest.inputs.iter().map(|input| input.path.as_str());
    judge_list(
        "input",
        paths.filter(|path| !reads.contains(path)).collect(),
        "read by no condition",
        findings,
    );

    for grant in &manifest.grants {
        if let Some(what) = missing(names, grant) {
            findings.add(Law::Used, Key::MANIFEST, || {
                let (kind, mode) = (names.kind(grant.kind), names.mode(grant.mode));
                (
                    Vec::new(),
                    format!("a grant of role {} on {kind} in {mode} names {what}", quoted(&grant.role)),
                )
            });
        }
    }
}

fn it(mask: u32) -> &'static str {
    if mask.count_ones() == 1 { "it" } else { "them" }
}

/// The names whose index is not in use.
fn idle<'m>(names: impl Iterator<Item = &'m str>, used: &HashSet<u16>) -> Vec<&'m str> {
    (0..=u16::MAX).zip(names).filter(|(index, _)| !used.contains(index)).map(|(_, name)| name).collect()
}

fn judge_list(what: &str, idle: Vec<&str>, how: &str, findings: &mut Findings) {
    if idle.is_empty() {
        return;
    }
    findings.add(Law::Used, Key::MANIFEST, || {
        let quoted: Vec<String> = idle.iter().map(|name| quoted(name)).collect();
        let (plural, are) = if idle.len() == 1 { ("", "is") } else { ("s", "are") };
        (Vec::new(), format!("{what}{plural} {} {are} {how}", joined(&quoted, "and")))
    });
}

/// What a grant names that does not exist, if anything.
fn missing(names: Names<'_>, grant: &Grant) -> Option<String> {
    let manifest = names.manifest;
    if !manifest.roles.contains(&grant.role) {
        return Some("a role that the policy does not have".to_owned());
    }
    let exists = usize::from(grant.mode) < manifest.modes.len();
    let kind = manifest.kinds.get(usize::from(grant.kind));
    if !exists || kind.is_none_or(|kind| !kind.modes.contains(&grant.mode)) {
        return Some("a kind that the mode does not have".to_owned());
    }
    let is_operation = |&action: &u8| {
        let info = manifest.actions.get(usize::from(action));
        info.is_some_and(|info| info.class == ActionClass::Operation)
            && manifest.offer(grant.mode, grant.kind, action).is_some()
    };
    let stray = grant.actions.iter().find(|action| !is_operation(action))?;
    Some(format!("{}, which is no operation there", names.action(*stray)))
}
