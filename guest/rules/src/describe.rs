use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::compile::{OfferTable, SAME, mode_list};
use crate::contract::{
    ActionInfo, Branch, ConditionInfo, EffectInfo, Grant, InputInfo, KindInfo, Manifest, Offer, Rule, StateInfo,
};
use crate::{Condition, Kind, Policy, Provenance};

impl Policy {
    /// Everything the policy knows, for drawing, asking and enumerating.
    #[must_use]
    pub fn describe(&self) -> Manifest {
        let source = self.source;
        let reads: Vec<Vec<String>> = self.conditions.iter().map(|condition| self.reads(condition)).collect();
        Manifest {
            name: source.name.to_owned(),
            version: source.version.to_owned(),
            title: source.title.to_owned(),
            modes: owned(source.modes),
            kinds: source.kinds.iter().map(|kind| self.kind_info(kind)).collect(),
            actions: self
                .actions
                .iter()
                .map(|action| ActionInfo {
                    name: action.name.to_owned(),
                    title: action.title.to_owned(),
                    class: action.class,
                    meaning: action.meaning.to_owned(),
                })
                .collect(),
            inputs: self.inputs(&reads),
            conditions: self
                .conditions
                .iter()
                .zip(reads)
                .map(|(condition, reads)| ConditionInfo {
                    code: condition.code.to_owned(),
                    class: condition.class,
                    question: condition.question.to_owned(),
                    reads,
                    provenance: provenance(&condition.provenance),
                })
                .collect(),
            effects: self
                .effects
                .iter()
                .map(|effect| EffectInfo { code: effect.code.to_owned(), meaning: effect.meaning.to_owned() })
                .collect(),
            offers: self.offers.iter().map(|offer| self.offer_info(offer)).collect(),
            roles: owned(source.roles),
            grants: self.grants(),
        }
    }

    fn kind_info(&self, kind: &Kind) -> KindInfo {
        KindInfo {
            name: kind.name.to_owned(),
            title: kind.title.to_owned(),
            modes: mode_list(self.source, kind.modes).collect(),
            states: (0..kind.state_count())
                .map(|index| {
                    let state = kind.state(index);
                    StateInfo {
                        name: state.name.to_owned(),
                        title: state.title.to_owned(),
                        meaning: state.meaning.to_owned(),
                        modes: mode_list(self.source, kind.modes.both(state.modes)).collect(),
                        observed_only: state.observed_only,
                        provenance: provenance(&state.provenance),
                    }
                })
                .collect(),
            provenance: provenance(&kind.provenance),
        }
    }

    fn offer_info(&self, offer: &OfferTable) -> Offer {
        let states = self.kind(offer.kind).state_count() as u8;
        let mut rules: Vec<Rule> = Vec::new();
        for (position, table) in self.rules(offer).iter().enumerate() {
            let is_this = |state: &u8| {
                self.rule(offer, *state).is_some_and(|rule| core::ptr::eq(rule, &self.rules(offer)[position]))
            };
            let from_states: Vec<u8> = (0..states).filter(is_this).collect();
            // A rule all of whose states belong to other modes has nothing to say in this one.
            if from_states.is_empty() {
                continue;
            }
            rules.push(Rule {
                from_states,
                requires: table.requires,
                branches: self
                    .branches(table)
                    .iter()
                    .map(|branch| Branch {
                        when: branch.when,
                        unless: branch.unless,
                        requires: branch.requires,
                        next_state: (branch.next != SAME).then_some(branch.next),
                        effects: branch.effects,
                    })
                    .collect(),
                alternatives: table.rule.ways_out.iter().filter_map(|action| self.action_index(action.name)).collect(),
                provenance: provenance(&table.rule.provenance),
            });
        }
        Offer {
            mode: offer.mode,
            kind: offer.kind,
            action: offer.action,
            conditions: self.condition_list(offer).to_vec(),
            selectors: offer.selectors,
            effects: self.effect_list(offer).to_vec(),
            from_states: (0..states).filter(|&state| self.rule(offer, state).is_some()).collect(),
            rules,
        }
    }

    /// What a condition reads, and what tells whether the resources it may name are visible.
    fn reads(&self, condition: &Condition) -> Vec<String> {
        let mut paths = owned(condition.reads);
        let mut next = 0;
        while next < paths.len() {
            let kind = paths[next].strip_prefix("related.").and_then(|rest| rest.split_once('.'));
            let kind = kind.and_then(|(name, _)| self.kind_index(name));
            for path in kind.map_or(&[][..], |kind| self.kind(kind).sight) {
                if !paths.iter().any(|known| known == path) {
                    paths.push((*path).to_owned());
                }
            }
            next += 1;
        }
        paths
    }

    /// Each path that some condition reads, once, with what it says.
    fn inputs(&self, reads: &[Vec<String>]) -> Vec<InputInfo> {
        let mut inputs: Vec<InputInfo> = Vec::new();
        for path in reads.iter().flatten() {
            if inputs.iter().any(|input| input.path == *path) {
                continue;
            }
            inputs.push(self.input(path));
        }
        inputs.sort_by(|a, b| a.path.cmp(&b.path));
        inputs
    }

    fn input(&self, path: &str) -> InputInfo {
        let name = path.rsplit_once('.').map_or(path, |(_, name)| name);
        let info = self.source.attributes.iter().find(|info| info.name == name);
        let related = path.strip_prefix("related.").and_then(|rest| rest.split_once('.'));
        let mut input =
            InputInfo { path: path.to_owned(), meaning: String::new(), values: Vec::new(), links_to: None };
        match (name, info) {
            ("roles", _) => {
                input.meaning = "Roles that the subject holds.".to_owned();
                input.values = owned(self.source.roles);
            }
            ("id", None) => input.meaning = "Id, unique within the kind.".to_owned(),
            ("state", None) => {
                input.meaning = "State of the resource.".to_owned();
                if let Some(kind) = related.and_then(|(name, _)| self.kind_index(name)) {
                    let kind = self.kind(kind);
                    input.values = (0..kind.state_count()).map(|state| kind.state(state).name.to_owned()).collect();
                }
            }
            (_, Some(info)) => {
                input.meaning = info.meaning.to_owned();
                input.values = owned(info.words());
                input.links_to = info.link().map(ToOwned::to_owned);
            }
            _ => input.meaning = format!("`{name}`, which no attribute of the policy describes."),
        }
        input
    }

    fn grants(&self) -> Vec<Grant> {
        let mut grants = Vec::new();
        for grant in self.source.grants {
            let Some(kind) = self.kind_index(grant.kind) else { continue };
            for mode in mode_list(self.source, grant.modes.both(self.kind(kind).modes)) {
                let offered = grant.actions.iter().filter_map(|action| self.action_index(action.name));
                let actions: Vec<u8> =
                    offered.filter(|&action| self.offer(mode, kind, action).is_ok()).collect();
                if !actions.is_empty() {
                    grants.push(Grant { role: grant.role.to_owned(), mode, kind, actions, scope: grant.scope });
                }
            }
        }
        grants
    }
}

fn provenance(of: &Provenance) -> crate::contract::Provenance {
    crate::contract::Provenance {
        certainty: of.certainty,
        sources: owned(of.sources),
        note: of.note.to_owned(),
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
