use std::collections::HashMap;
use std::sync::LazyLock;

use interlock_model::{ActionClass, Branch, Manifest, Rule};

use super::manifest;

/// The rules of every operation, as the manifest has them, in a form that any engine can be told.
#[derive(Debug)]
pub struct Rules {
    /// One for each (mode, kind, operation).
    pub offers: Vec<Offer>,
    by_name: HashMap<(&'static str, &'static str, &'static str), usize>,
}

/// What an operation on a kind requires in one mode.
#[derive(Debug)]
pub struct Offer {
    /// Mode.
    pub mode: String,
    /// Kind.
    pub kind: String,
    /// Operation.
    pub action: String,
    /// The states that the kind has in the mode.
    pub states: Vec<String>,
    /// The conditions that the rules read, in the order of the policy's bits.
    pub conditions: Vec<String>,
    /// Permitted if one of them is met.
    pub clauses: Vec<Clause>,
}

/// One way to be permitted.
#[derive(Debug)]
pub struct Clause {
    /// The state is one of these.
    pub states: Vec<String>,
    /// All of these conditions hold.
    pub holds: Vec<String>,
    /// None of these holds.
    pub fails: Vec<String>,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::of(manifest()));

impl Rules {
    /// The rules of the shipped policy.
    pub fn shipped() -> &'static Self {
        &RULES
    }

    /// The position of an offer among [`offers`](Self::offers).
    pub fn find(&self, mode: &str, kind: &str, action: &str) -> Option<usize> {
        self.by_name.get(&(mode, kind, action)).copied()
    }

    fn of(manifest: &'static Manifest) -> Self {
        let operations = manifest
            .offers
            .iter()
            .filter(|offer| manifest.actions[usize::from(offer.action)].class == ActionClass::Operation);
        let mut rules = Self { offers: Vec::new(), by_name: HashMap::new() };
        for offer in operations {
            let mode = &manifest.modes[usize::from(offer.mode)];
            let kind = &manifest.kinds[usize::from(offer.kind)];
            let action = &manifest.actions[usize::from(offer.action)].name;
            let conditions: Vec<String> = offer
                .conditions
                .iter()
                .map(|&condition| identifier(&manifest.conditions[usize::from(condition)].code))
                .collect();
            let named = |bits: u32| {
                let held = conditions.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1);
                held.map(|(_, name)| name.clone()).collect()
            };
            let clauses = offer.rules.iter().flat_map(|rule| {
                let states: Vec<String> = rule
                    .from_states
                    .iter()
                    .map(|&state| kind.states[usize::from(state)].name.clone())
                    .collect();
                ways(rule).into_iter().map(move |(holds, fails)| (states.clone(), holds, fails))
            });
            let clauses = clauses
                .map(|(states, holds, fails)| Clause { states, holds: named(holds), fails: named(fails) })
                .collect();
            let states = kind.states.iter().filter(|state| state.modes.contains(&offer.mode));
            rules.by_name.insert((mode, &kind.name, action), rules.offers.len());
            rules.offers.push(Offer {
                mode: mode.clone(),
                kind: kind.name.clone(),
                action: action.clone(),
                states: states.map(|state| state.name.clone()).collect(),
                conditions,
                clauses,
            });
        }
        rules
    }
}

/// A name as every engine's language can spell an identifier.
fn identifier(name: &str) -> String {
    name.replace('-', "_")
}

/// In which ways a rule permits: conditions that must hold, and that must not.
///
/// Which branch is taken only matters where one of them requires more than its rule does. Then there is a way for each
/// branch, for each way in which no earlier one matches.
fn ways(rule: &Rule) -> Vec<(u32, u32)> {
    if rule.branches.iter().all(|branch| branch.requires & !rule.requires == 0) {
        return vec![(rule.requires, 0)];
    }
    let mut ways = Vec::new();
    let mut earlier_missed = vec![(0, 0)];
    for branch in &rule.branches {
        ways.extend(earlier_missed.iter().map(|&(holds, fails)| {
            (holds | branch.when | branch.requires | rule.requires, fails | branch.unless)
        }));
        earlier_missed = earlier_missed.iter().flat_map(|&way| missing(way, branch)).collect();
    }
    ways.retain(|(holds, fails)| holds & fails == 0);
    ways
}

/// In which ways a branch does not match, given what is known.
fn missing((holds, fails): (u32, u32), branch: &Branch) -> Vec<(u32, u32)> {
    let bits = |mask: u32| (0..u32::BITS).map(|bit| 1 << bit).filter(move |bit| mask & bit != 0);
    let false_one = bits(branch.when).map(|bit| (holds, fails | bit));
    let true_one = bits(branch.unless).map(|bit| (holds | bit, fails));
    false_one.chain(true_one).filter(|(holds, fails)| holds & fails == 0).collect()
}
