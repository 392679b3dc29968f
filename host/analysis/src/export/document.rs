//! What the documents for people tell, before it is Markdown or HTML.

use std::collections::{BTreeMap, BTreeSet};

use interlock_model::{
    ActionInfo, ConditionInfo, EffectInfo, InputInfo, KindInfo, Manifest, Offer, Provenance, Rule, Scope,
    StateInfo,
};

use super::chart::{self, Arrow};
use crate::sheet::{self, Selection, Sheet};

/// The document: a chapter a kind, then what the codes mean.
pub(super) struct Document<'m> {
    pub(super) chapters: Vec<Chapter<'m>>,
    /// Those that the chapters use, in the manifest's order; likewise below.
    pub(super) conditions: Vec<&'m ConditionInfo>,
    pub(super) effects: Vec<&'m EffectInfo>,
    pub(super) inputs: Vec<&'m InputInfo>,
    /// Each source with who cites it: kinds, and `conditions`.
    pub(super) sources: BTreeMap<&'m str, BTreeSet<&'m str>>,
}

/// A kind.
pub(super) struct Chapter<'m> {
    pub(super) kind: &'m KindInfo,
    /// Modes that are told.
    pub(super) modes: Vec<u8>,
    /// States, each with the modes that have it, of those that are told.
    pub(super) states: Vec<(&'m StateInfo, Vec<u8>)>,
    pub(super) parts: Vec<Part<'m>>,
    pub(super) rules: Vec<RuleRow<'m>>,
    pub(super) grants: Vec<GrantRow<'m>>,
}

/// A kind in modes in which its matrix is the same.
pub(super) struct Part<'m> {
    pub(super) modes: Vec<u8>,
    pub(super) states: Vec<(u8, &'m StateInfo)>,
    pub(super) rows: Vec<Row<'m>>,
    pub(super) arrows: Vec<Arrow>,
}

/// An action with the states it leads to from each state of its part.
#[derive(PartialEq)]
pub(super) struct Row<'m> {
    pub(super) action: &'m ActionInfo,
    /// For each state of the part: where it leads, the same state first; none where it is not offered.
    pub(super) cells: Vec<Vec<u8>>,
}

/// What an action requires and leads to from some states, in modes in which it is the same.
pub(super) struct RuleRow<'m> {
    pub(super) modes: Vec<u8>,
    pub(super) told: Told<'m>,
}

/// What a rule says, in names.
#[derive(PartialEq)]
pub(super) struct Told<'m> {
    pub(super) action: &'m ActionInfo,
    pub(super) from: Vec<&'m str>,
    pub(super) requires: Vec<&'m str>,
    pub(super) ends: Vec<ToldEnd<'m>>,
    pub(super) ways_out: Vec<&'m str>,
    pub(super) provenance: &'m Provenance,
}

/// An end of a rule, in names.
#[derive(PartialEq)]
pub(super) struct ToldEnd<'m> {
    pub(super) when: Vec<&'m str>,
    pub(super) unless: Vec<&'m str>,
    pub(super) requires: Vec<&'m str>,
    /// None: the same state.
    pub(super) next_state: Option<&'m str>,
    pub(super) effects: Vec<&'m str>,
}

/// What a role may do to a kind, in modes in which it is the same.
pub(super) struct GrantRow<'m> {
    pub(super) role: &'m str,
    pub(super) modes: Vec<u8>,
    /// Names of operations, for [`SCOPES`] each.
    pub(super) actions: [Vec<&'m str>; 3],
}

/// The scopes in the order of [`GrantRow::actions`].
pub(super) const SCOPES: [Scope; 3] = [Scope::Any, Scope::Owned, Scope::Granted];

impl<'m> Document<'m> {
    pub(super) fn new(manifest: &'m Manifest, selection: Selection) -> Self {
        let mut kinds: Vec<(u8, Vec<u8>)> = Vec::new();
        for Sheet { kind, mode } in selection.sheets(manifest) {
            match kinds.last_mut() {
                Some((last, modes)) if *last == kind => modes.push(mode),
                _ => kinds.push((kind, vec![mode])),
            }
        }
        let chapters: Vec<_> =
            kinds.into_iter().filter_map(|(kind, modes)| chapter(manifest, kind, modes)).collect();
        let taken = |offer: &&Offer| selection.takes(Sheet { kind: offer.kind, mode: offer.mode });
        let (mut conditions, mut effects) = (BTreeSet::new(), BTreeSet::new());
        for offer in manifest.offers.iter().filter(taken) {
            conditions.extend(&offer.conditions);
            effects.extend(&offer.effects);
        }
        let conditions: Vec<_> =
            conditions.into_iter().filter_map(|&index| manifest.conditions.get(usize::from(index))).collect();
        let effects =
            effects.into_iter().filter_map(|&index| manifest.effects.get(usize::from(index))).collect();
        let read: BTreeSet<&str> =
            conditions.iter().flat_map(|condition| &condition.reads).map(String::as_str).collect();
        let inputs = manifest.inputs.iter().filter(|input| read.contains(input.path.as_str())).collect();
        let sources = sources(&chapters, &conditions);
        Self { chapters, conditions, effects, inputs, sources }
    }
}

/// Modes as a heading says them: `classic and federated modes`.
pub(super) fn mode_names(manifest: &Manifest, modes: &[u8]) -> String {
    let names: Vec<&str> = modes.iter().map(|&mode| sheet::mode_name(manifest, mode)).collect();
    match names.as_slice() {
        [one] => format!("{one} mode"),
        many => format!("{} modes", many.join(" and ")),
    }
}

fn chapter<'m>(manifest: &'m Manifest, index: u8, modes: Vec<u8>) -> Option<Chapter<'m>> {
    let kind = sheet::kind(manifest, index)?;
    let shared = |state: &StateInfo| -> Vec<u8> {
        modes.iter().copied().filter(|mode| state.modes.contains(mode)).collect()
    };
    let states = kind.states.iter().map(|state| (state, shared(state)));
    let states = states.filter(|(_, modes)| !modes.is_empty()).collect();
    let mut parts: Vec<Part<'m>> = Vec::new();
    let mut rules: Vec<RuleRow<'m>> = Vec::new();
    for &mode in &modes {
        let new = part(manifest, kind, Sheet { kind: index, mode });
        match parts.iter_mut().find(|part| part.says_as(&new)) {
            Some(part) => part.modes.push(mode),
            None => parts.push(new),
        }
        for offer in manifest.offers_of(mode, index) {
            for told in offer.rules.iter().filter_map(|rule| told(manifest, kind, offer, rule)) {
                match rules.iter_mut().find(|row| row.told == told) {
                    Some(row) => row.modes.push(mode),
                    None => rules.push(RuleRow { modes: vec![mode], told }),
                }
            }
        }
    }
    let place = |row: &RuleRow<'_>| manifest.action(&row.told.action.name);
    rules.sort_by_key(place);
    let grants = grants(manifest, index, &modes);
    Some(Chapter { kind, modes, states, parts, rules, grants })
}

impl Part<'_> {
    fn says_as(&self, other: &Self) -> bool {
        let names = |part: &Self| part.states.iter().map(|&(state, _)| state).collect::<Vec<_>>();
        names(self) == names(other) && self.rows == other.rows && self.arrows == other.arrows
    }
}

fn part<'m>(manifest: &'m Manifest, kind: &'m KindInfo, sheet: Sheet) -> Part<'m> {
    let states: Vec<(u8, &StateInfo)> = sheet::states(kind, sheet.mode).collect();
    let rows = manifest.offers_of(sheet.mode, sheet.kind).into_iter().filter_map(|offer| {
        let cells = states.iter().map(|&(state, _)| sheet::leads_to(kind, offer, state)).collect();
        Some(Row { action: sheet::action(manifest, offer.action)?, cells })
    });
    let rows = rows.collect();
    Part { modes: vec![sheet.mode], rows, states, arrows: chart::arrows(manifest, sheet) }
}

fn told<'m>(
    manifest: &'m Manifest,
    kind: &'m KindInfo,
    offer: &'m Offer,
    rule: &'m Rule,
) -> Option<Told<'m>> {
    let ends = rule.branches.iter().map(|branch| ToldEnd {
        when: sheet::codes(manifest, offer, branch.when),
        unless: sheet::codes(manifest, offer, branch.unless),
        requires: sheet::codes(manifest, offer, branch.requires),
        next_state: branch.next_state.map(|state| sheet::state_name(kind, state)),
        effects: sheet::effect_codes(manifest, offer, branch.effects),
    });
    Some(Told {
        action: sheet::action(manifest, offer.action)?,
        from: rule.from_states.iter().map(|&state| sheet::state_name(kind, state)).collect(),
        requires: sheet::codes(manifest, offer, rule.requires),
        ends: ends.collect(),
        ways_out: sheet::ways_out(manifest, rule),
        provenance: &rule.provenance,
    })
}

fn grants<'m>(manifest: &'m Manifest, kind: u8, modes: &[u8]) -> Vec<GrantRow<'m>> {
    let mut rows: Vec<GrantRow<'m>> = Vec::new();
    for role in &manifest.roles {
        for &mode in modes {
            let actions = SCOPES.map(|scope| {
                let of_role = manifest.grants.iter().filter(|grant| {
                    grant.role == *role && grant.kind == kind && grant.mode == mode && grant.scope == scope
                });
                let actions: BTreeSet<u8> = of_role.flat_map(|grant| grant.actions.iter().copied()).collect();
                actions.into_iter().map(|action| sheet::action_name(manifest, action)).collect::<Vec<_>>()
            });
            if actions.iter().all(Vec::is_empty) {
                continue;
            }
            match rows.iter_mut().find(|row| row.role == role && row.actions == actions) {
                Some(row) => row.modes.push(mode),
                None => rows.push(GrantRow { role, modes: vec![mode], actions }),
            }
        }
    }
    rows
}

fn sources<'m>(
    chapters: &[Chapter<'m>],
    conditions: &[&'m ConditionInfo],
) -> BTreeMap<&'m str, BTreeSet<&'m str>> {
    let mut sources: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut cite = |who: &'m str, provenance: &'m Provenance| {
        for source in &provenance.sources {
            sources.entry(source).or_default().insert(who);
        }
    };
    for chapter in chapters {
        cite(&chapter.kind.name, &chapter.kind.provenance);
        chapter.states.iter().for_each(|(state, _)| cite(&chapter.kind.name, &state.provenance));
        chapter.rules.iter().for_each(|rule| cite(&chapter.kind.name, rule.told.provenance));
    }
    conditions.iter().for_each(|condition| cite("conditions", &condition.provenance));
    sources
}

/// Where something comes from, in one line.
///
/// - `escaped`: what the format makes of a text.
pub(super) fn source(escaped: impl Fn(&str) -> String, provenance: &Provenance) -> String {
    let mut text = provenance.certainty.as_str().to_owned();
    if !provenance.sources.is_empty() {
        text.push(' ');
        text.push_str(&escaped(&provenance.sources.join(", ")));
    }
    if !provenance.note.is_empty() {
        text.push_str(": ");
        text.push_str(&escaped(&provenance.note));
    }
    text
}
