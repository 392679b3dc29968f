use std::collections::BTreeSet;

use interlock_model::{ActionClass, ConditionClass, Manifest, Offer, Scope};

use crate::sheet::{self, Sheet};

/// Who may take an action on a kind in a mode, as far as the manifest says.
#[derive(Clone, Debug)]
pub struct WhoCan<'m> {
    /// Mode, kind and action, with the rules that say what else is needed.
    pub offer: &'m Offer,
    /// Who it takes.
    pub who: Who<'m>,
}

/// Who it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who<'m> {
    /// Nobody: the platform reports it.
    Platform,
    /// Those with one of these roles, in the manifest's order, each on what its scopes cover.
    Roles(Vec<(&'m str, Vec<Scope>)>),
    /// Anyone: no role is granted it, and no rule asks who it is.
    Anyone,
    /// No role is granted it, but rules ask who it is: their conditions decide alone.
    Unlisted,
}

/// Finds out who may take an action. None where the kind does not offer it in the mode.
///
/// A grant without conditions is not enough: the rules' conditions must hold too, among them those that
/// compare the subject with the grants.
pub fn who_can(manifest: &Manifest, sheet: Sheet, action: u8) -> Option<WhoCan<'_>> {
    let offer = manifest.offer(sheet.mode, sheet.kind, action)?;
    let class = sheet::action(manifest, action)?.class;
    if class == ActionClass::Event {
        return Some(WhoCan { offer, who: Who::Platform });
    }
    let granted = |role: &str| -> Vec<Scope> {
        let grants = manifest.grants.iter().filter(|grant| {
            grant.role == role
                && (grant.mode, grant.kind) == (sheet.mode, sheet.kind)
                && grant.actions.contains(&action)
        });
        let scopes: Vec<Scope> = grants.map(|grant| grant.scope).collect();
        [Scope::Any, Scope::Owned, Scope::Granted]
            .into_iter()
            .filter(|scope| scopes.contains(scope))
            .collect()
    };
    let roles = manifest.roles.iter().map(|role| (role.as_str(), granted(role)));
    let roles: Vec<_> = roles.filter(|(_, scopes)| !scopes.is_empty()).collect();
    let who = match () {
        () if !roles.is_empty() => Who::Roles(roles),
        () if asks_who(manifest, offer) => Who::Unlisted,
        () => Who::Anyone,
    };
    Some(WhoCan { offer, who })
}

/// Whether a rule requires a condition that asks who the subject is.
fn asks_who(manifest: &Manifest, offer: &Offer) -> bool {
    let branches = offer.rules.iter().flat_map(|rule| &rule.branches).map(|branch| branch.requires);
    let required = offer.rules.iter().map(|rule| rule.requires).chain(branches);
    let classes: BTreeSet<ConditionClass> = required
        .flat_map(|mask| sheet::conditions(manifest, offer, mask))
        .map(|condition| condition.class)
        .collect();
    classes.contains(&ConditionClass::Access)
}
