//! Machine configurations for XState, version 5: <https://stately.ai/docs/machines>.
//!
//! A guard is named by the conditions that it stands for and has them as parameters, so that one function
//! serves all: every code of `holds` is true, and none of `fails`. Effects are actions of the same name.

use std::collections::BTreeSet;

use interlock_model::{Branch, Manifest, Offer};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::document::mode_names;
use super::pretty;
use crate::sheet::{self, Selection, Sheet};

/// One document with a machine for each sheet.
pub(super) fn write(manifest: &Manifest, selection: Selection) -> String {
    let sheets = selection.sheets(manifest);
    let machines = sheets.into_iter().filter_map(|at| machine(manifest, at)).collect();
    pretty(&Document { policy: &manifest.name, version: &manifest.version, machines })
}

#[derive(serde::Serialize)]
struct Document<'m> {
    policy: &'m str,
    version: &'m str,
    machines: Vec<Machine<'m>>,
}

#[derive(serde::Serialize)]
struct Machine<'m> {
    kind: &'m str,
    mode: &'m str,
    /// Codes of every condition that a guard speaks of.
    conditions: BTreeSet<&'m str>,
    /// Types of every guard, so that an implementation can be given for each.
    guards: BTreeSet<String>,
    /// What `createMachine` takes.
    config: Config<'m>,
}

#[derive(serde::Serialize)]
struct Config<'m> {
    id: String,
    description: String,
    initial: &'m str,
    states: Entries<'m, State<'m>>,
}

#[derive(serde::Serialize)]
struct State<'m> {
    description: &'m str,
    on: Entries<'m, Vec<Transition<'m>>>,
}

/// Without a target and without actions it is one that forbids: it is taken, and nothing comes of it.
#[derive(serde::Serialize)]
struct Transition<'m> {
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'m str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    guard: Option<Guard<'m>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    actions: Vec<&'m str>,
}

#[derive(serde::Serialize)]
struct Guard<'m> {
    #[serde(rename = "type")]
    name: String,
    params: Parameters<'m>,
}

#[derive(serde::Serialize)]
struct Parameters<'m> {
    holds: Vec<&'m str>,
    fails: Vec<&'m str>,
}

/// A map in its own order.
struct Entries<'m, T>(Vec<(&'m str, T)>);

impl<T: Serialize> Serialize for Entries<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

fn machine(manifest: &Manifest, at: Sheet) -> Option<Machine<'_>> {
    let kind = sheet::kind(manifest, at.kind)?;
    let mode = sheet::mode_name(manifest, at.mode);
    let offers = manifest.offers_of(at.mode, at.kind);
    let states = sheet::states(kind, at.mode).map(|(state, info)| {
        let on = offers.iter().filter_map(|offer| {
            let ways = ways(manifest, at, offer, state);
            (!ways.is_empty()).then(|| (sheet::action_name(manifest, offer.action), ways))
        });
        (&*info.name, State { description: &info.meaning, on: Entries(on.collect()) })
    });
    let states = Entries(states.collect());
    let all = states.0.iter().flat_map(|(_, state)| &state.on.0).flat_map(|(_, ways)| ways);
    let guards = all.filter_map(|way| way.guard.as_ref());
    let (mut names, mut conditions) = (BTreeSet::new(), BTreeSet::new());
    for Guard { name, params } in guards {
        names.insert(name.clone());
        conditions.extend(params.holds.iter().chain(&params.fails));
    }
    Some(Machine {
        kind: &kind.name,
        mode,
        conditions,
        guards: names,
        config: Config {
            id: format!("{}-{mode}", kind.name),
            description: format!("{}, {}", kind.title, mode_names(manifest, &[at.mode])),
            initial: kind.states.first().map_or("", |state| &state.name),
            states,
        },
    })
}

/// What an event leads to from a state. XState takes the first whose guard passes, so an end that matches
/// but whose own requirements do not hold is followed by one that forbids.
fn ways<'m>(manifest: &'m Manifest, at: Sheet, offer: &'m Offer, state: u8) -> Vec<Transition<'m>> {
    let mut ways = Vec::new();
    let (Some(kind), Some(rule)) = (sheet::kind(manifest, at.kind), sheet::rule_from(offer, state)) else {
        return ways;
    };
    for (place, branch) in (1..).zip(&rule.branches) {
        let Branch { when, unless, requires, next_state, effects } = *branch;
        ways.push(Transition {
            target: Some(sheet::state_name(kind, next_state.unwrap_or(state))),
            guard: guard(manifest, offer, rule.requires | requires | when, unless),
            actions: sheet::effect_codes(manifest, offer, effects),
        });
        if requires != 0 && place < rule.branches.len() {
            let guard = guard(manifest, offer, when, unless);
            ways.push(Transition { target: None, guard, actions: Vec::new() });
        }
    }
    ways
}

fn guard<'m>(manifest: &'m Manifest, offer: &Offer, holds: u32, fails: u32) -> Option<Guard<'m>> {
    let holds = sheet::codes(manifest, offer, holds);
    let fails = sheet::codes(manifest, offer, fails);
    let names = holds.iter().map(|&code| code.to_owned());
    let names: Vec<String> = names.chain(fails.iter().map(|code| format!("not {code}"))).collect();
    (!names.is_empty()).then(|| Guard { name: names.join(" and "), params: Parameters { holds, fails } })
}
