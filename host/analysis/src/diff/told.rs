//! What two manifests tell differently and decide nothing by.

use std::fmt;

use hashbrown::{HashMap, HashSet};
use interlock_model::{
    ActionClass, Grant, InputInfo, KindInfo, Manifest, Offer, Provenance, Rule, Scope, StateInfo,
};
use serde::Serialize;

use super::pair::condition;

/// One thing that is told differently, or that one of two policies alone tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// What sort of thing it is: "condition".
    pub what: &'static str,
    /// Which one, in names.
    pub name: String,
    /// What is different.
    #[serde(flatten)]
    pub telling: Telling,
}

/// How something is told differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "telling", rename_all = "kebab-case")]
pub enum Telling {
    /// Only the new policy has it.
    New,
    /// Only the old policy had it.
    Gone,
    /// Both have it.
    Changed {
        /// What of it: "question".
        field: &'static str,
        /// As it was.
        before: String,
        /// As it is.
        after: String,
    },
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        if !self.name.is_empty() {
            write!(f, " `{}`", self.name)?;
        }
        match &self.telling {
            Telling::New => f.write_str(": new"),
            Telling::Gone => f.write_str(": gone"),
            Telling::Changed { field, before, after } => {
                write!(f, ": {field} was \"{before}\", now \"{after}\"")
            }
        }
    }
}

/// Everything but name, version and what shows in decisions.
pub(crate) fn compare(old: &Manifest, new: &Manifest) -> Vec<Told> {
    let mut all = Telltale::default();
    all.changed("policy", "", "title", &old.title, &new.title);
    all.named("mode", &old.modes, &new.modes, |mode| mode.clone(), |_, _, _| {});
    all.named(
        "kind",
        &old.kinds,
        &new.kinds,
        |kind| kind.name.clone(),
        |all, before, after| {
            all.changed("kind", &before.name, "title", &before.title, &after.title);
            all.changed("kind", &before.name, "modes", &modes(old, &before.modes), &modes(new, &after.modes));
            all.source("kind", &before.name, &before.provenance, &after.provenance);
            all.states((old, before), (new, after));
        },
    );
    all.named(
        "action",
        &old.actions,
        &new.actions,
        |action| action.name.clone(),
        |all, before, after| {
            all.changed("action", &before.name, "title", &before.title, &after.title);
            all.changed("action", &before.name, "class", class(before.class), class(after.class));
            all.changed("action", &before.name, "meaning", &before.meaning, &after.meaning);
        },
    );
    all.named(
        "condition",
        &old.conditions,
        &new.conditions,
        |info| info.code.clone(),
        |all, before, after| {
            let code = &before.code;
            all.changed("condition", code, "class", before.class.as_str(), after.class.as_str());
            all.changed("condition", code, "question", &before.question, &after.question);
            all.changed("condition", code, "inputs", &sorted(&before.reads), &sorted(&after.reads));
            all.source("condition", code, &before.provenance, &after.provenance);
        },
    );
    all.named(
        "effect",
        &old.effects,
        &new.effects,
        |effect| effect.code.clone(),
        |all, before, after| {
            all.changed("effect", &before.code, "meaning", &before.meaning, &after.meaning);
        },
    );
    all.named(
        "input",
        &old.inputs,
        &new.inputs,
        |input| input.path.clone(),
        |all, before, after| {
            let links = |input: &InputInfo| input.links_to.clone().unwrap_or_default();
            all.changed("input", &before.path, "meaning", &before.meaning, &after.meaning);
            all.changed("input", &before.path, "values", &sorted(&before.values), &sorted(&after.values));
            all.changed("input", &before.path, "link", &links(before), &links(after));
        },
    );
    all.named("role", &old.roles, &new.roles, |role| role.clone(), |_, _, _| {});
    all.named("grant", &grants(old), &grants(new), |grant| grant.clone(), |_, _, _| {});
    all.rules(old, new);
    all.0
}

#[derive(Default)]
struct Telltale(Vec<Told>);

impl Telltale {
    fn changed(&mut self, what: &'static str, name: &str, field: &'static str, before: &str, after: &str) {
        if before != after {
            let telling = Telling::Changed { field, before: before.to_owned(), after: after.to_owned() };
            self.0.push(Told { what, name: name.to_owned(), telling });
        }
    }

    fn source(&mut self, what: &'static str, name: &str, before: &Provenance, after: &Provenance) {
        self.changed(what, name, "source", &source(before), &source(after));
    }

    /// Two lists by names; where one is in both, `both` looks closer.
    fn named<T>(
        &mut self,
        what: &'static str,
        old: &[T],
        new: &[T],
        name: impl Fn(&T) -> String,
        both: impl Fn(&mut Self, &T, &T),
    ) {
        let mut theirs = HashMap::new();
        new.iter().for_each(|info| {
            theirs.entry(name(info)).or_insert(info);
        });
        let mut met = HashSet::new();
        for info in old {
            let name = name(info);
            match theirs.get(&name) {
                // Of two that share a name the first counts.
                Some(after) if !met.contains(&name) => both(self, info, after),
                Some(_) => {}
                None => self.0.push(Told { what, name: name.clone(), telling: Telling::Gone }),
            }
            met.insert(name);
        }
        for name in new.iter().map(name) {
            if met.insert(name.clone()) {
                self.0.push(Told { what, name, telling: Telling::New });
            }
        }
    }

    fn states(&mut self, (old, before): (&Manifest, &KindInfo), (new, after): (&Manifest, &KindInfo)) {
        let named = |state: &StateInfo| format!("{} {}", before.name, state.name);
        self.named("state", &before.states, &after.states, named, |all, before, after| {
            let name = &named(before);
            all.changed("state", name, "title", &before.title, &after.title);
            all.changed("state", name, "meaning", &before.meaning, &after.meaning);
            all.changed("state", name, "modes", &modes(old, &before.modes), &modes(new, &after.modes));
            let reported = |state: &StateInfo| if state.observed_only { "yes" } else { "no" };
            all.changed("state", name, "only observed", reported(before), reported(after));
            all.source("state", name, &before.provenance, &after.provenance);
        });
    }

    /// What rules say besides what they decide: ways out and sources, cell by cell; and which conditions select.
    fn rules(&mut self, old: &Manifest, new: &Manifest) {
        let (before, after) = (ruled(old), ruled(new));
        self.named(
            "offer",
            &before,
            &after,
            |cell| cell.offer.clone(),
            |all, before, after| {
                all.changed("offer", &before.offer, "selectors", &before.selectors, &after.selectors);
                for (state, rule) in &before.rules {
                    if let Some((_, other)) = after.rules.iter().find(|(other, _)| other == state) {
                        let name = format!("{} from {state}", before.offer);
                        all.changed("rule", &name, "ways out", &ways_out(old, rule), &ways_out(new, other));
                        all.source("rule", &name, &rule.provenance, &other.provenance);
                    }
                }
            },
        );
    }
}

/// An offer in names, with the rule of each state.
struct Ruled<'m> {
    offer: String,
    selectors: String,
    rules: Vec<(&'m str, &'m Rule)>,
}

fn ruled(manifest: &Manifest) -> Vec<Ruled<'_>> {
    let ruled = |offer: &Offer| -> String {
        let kind = manifest.kinds.get(usize::from(offer.kind)).map_or("", |kind| &kind.name);
        let action = manifest.actions.get(usize::from(offer.action)).map_or("", |action| &action.name);
        format!("{action} {kind} in {}", modes(manifest, &[offer.mode]))
    };
    let offers = manifest.offers.iter().map(|offer| {
        let selects =
            |(bit, _): &(usize, &u16)| offer.selectors.checked_shr(*bit as u32).unwrap_or(0) & 1 != 0;
        let selectors = offer.conditions.iter().enumerate().filter(selects);
        let selectors: Vec<String> = selectors.map(|(_, &index)| condition(manifest, index).into()).collect();
        let states = manifest.kinds.get(usize::from(offer.kind)).map_or(&[][..], |kind| &kind.states);
        let rules = offer.rules.iter().flat_map(|rule| {
            let named = rule.from_states.iter().filter_map(|&state| states.get(usize::from(state)));
            named.map(move |state| (state.name.as_str(), rule))
        });
        Ruled { offer: ruled(offer), selectors: sorted(&selectors), rules: rules.collect() }
    });
    offers.collect()
}

fn ways_out(manifest: &Manifest, rule: &Rule) -> String {
    let named = |&action: &u8| manifest.actions.get(usize::from(action)).map(|action| action.name.clone());
    rule.alternatives.iter().filter_map(named).collect::<Vec<_>>().join(", ")
}

/// Each operation that a grant gives, as a sentence.
fn grants(manifest: &Manifest) -> Vec<String> {
    let sentences = |grant: &Grant| -> Vec<String> {
        let kind = manifest.kinds.get(usize::from(grant.kind)).map_or("", |kind| &kind.name);
        let scope = match grant.scope {
            Scope::Owned => "own",
            Scope::Granted => "shared",
            Scope::Any => "any",
        };
        let mode = modes(manifest, &[grant.mode]);
        let actions = grant.actions.iter().filter_map(|&action| manifest.actions.get(usize::from(action)));
        actions.map(|action| format!("{}: {} {scope} {kind} in {mode}", grant.role, action.name)).collect()
    };
    manifest.grants.iter().flat_map(sentences).collect()
}

fn modes(manifest: &Manifest, modes: &[u8]) -> String {
    let named: Vec<String> =
        modes.iter().filter_map(|&mode| manifest.modes.get(usize::from(mode)).cloned()).collect();
    sorted(&named)
}

fn sorted(names: &[String]) -> String {
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    names.join(", ")
}

fn class(class: ActionClass) -> &'static str {
    match class {
        ActionClass::Operation => "operation",
        ActionClass::Event => "event",
    }
}

fn source(provenance: &Provenance) -> String {
    let mut text = provenance.certainty.as_str().to_owned();
    for part in provenance.sources.iter().chain(Some(&provenance.note).filter(|note| !note.is_empty())) {
        text.push(' ');
        text.push_str(part);
    }
    text
}
