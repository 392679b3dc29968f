//! Whether a manifest is within limits and consistent with itself. Nothing else looks into a manifest before.

use std::collections::HashSet;
use std::fmt;

use interlock_model::{ABSENT, ActionClass, Cause, KindInfo, Manifest, Offer, Rule};
use thiserror::Error;

use crate::error::{LoadError, shown};
use crate::limits::Limits;

/// Lists that a manifest may not exceed. What is indexed by eight bits has at most 256 entries anyway.
const MODES: usize = 16;
const INDEXED: usize = 256;
const CONDITIONS: usize = 4_096;
const EFFECTS: usize = 4_096;
const INPUTS: usize = 4_096;
const OFFERS: usize = 16_384;
const ROLES: usize = 1_024;
const GRANTS: usize = 65_536;
const BRANCHES: usize = 256;

/// Masks have so many bits.
const BITS: usize = 32;

/// Bytes of a name.
const NAME: usize = 128;

/// How a manifest contradicts itself: where, and in what.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{place}: {problem}")]
pub struct ManifestError {
    /// Where, in the manifest's own names as far as they are known to be good.
    pub place: String,
    /// In what.
    pub problem: ManifestProblem,
}

/// In what a manifest contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ManifestProblem {
    /// A text or a list that must have something in it.
    #[error("{what} is empty")]
    Empty {
        /// What it is.
        what: &'static str,
    },
    /// A name that is not kebab-case.
    #[error("`{name}` is not kebab-case ASCII of at most {NAME} bytes")]
    NotKebab {
        /// The name.
        name: String,
    },
    /// A version that is not semantic.
    #[error("`{version}` is not a semantic version")]
    NotSemantic {
        /// The version.
        version: String,
    },
    /// A name that the contract keeps for itself.
    #[error("`{name}` is a fixed cause, which no condition may be called")]
    Reserved {
        /// The name.
        name: &'static str,
    },
    /// The same name or index twice.
    #[error("{what} `{name}` is there twice")]
    Twice {
        /// What it is.
        what: &'static str,
        /// The name, or the index as text.
        name: String,
    },
    /// A name that stands nowhere else in the manifest.
    #[error("{what} `{name}` is unknown")]
    Unknown {
        /// What it names.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// An input's path that has none of the contract's forms.
    #[error("`{path}` is not a path of an input")]
    Path {
        /// The path.
        path: String,
    },
    /// An index beyond its list.
    #[error("{what} {index} is out of range, there are {count}")]
    Index {
        /// What the index is of.
        what: &'static str,
        /// The index.
        index: usize,
        /// How many there are.
        count: usize,
    },
    /// Bits beyond their list.
    #[error("{what} {bits:#b} has bits beyond its list, which has {count}")]
    Mask {
        /// What the bits stand for.
        what: &'static str,
        /// The bits.
        bits: u32,
        /// Length of the list.
        count: usize,
    },
    /// The first state is not `absent`.
    #[error("the first state is `{name}`, must be `{ABSENT}`")]
    FirstState {
        /// What it is.
        name: String,
    },
    /// A kind, state or next state in a mode that does not have it.
    #[error("{what} is not in mode `{mode}`")]
    NotInMode {
        /// What it is.
        what: String,
        /// The mode.
        mode: String,
    },
    /// Events before operations.
    #[error("operation `{name}` stands behind an event")]
    OperationAfterEvent {
        /// The operation.
        name: String,
    },
    /// Two rules for one state.
    #[error("two rules are from state `{state}`")]
    TwoRules {
        /// The state.
        state: String,
    },
    /// The offer's states are not those of its rules, ascending.
    #[error("its states are {listed:?}, those of its rules are {of_rules:?}")]
    FromStates {
        /// Those that the offer lists.
        listed: Vec<u8>,
        /// Those of its rules, ascending.
        of_rules: Vec<u8>,
    },
    /// A selector that refuses, or a condition that selects.
    #[error("{what} {bits:#b} {must}")]
    Selector {
        /// What the bits are.
        what: &'static str,
        /// The bits in question.
        bits: u32,
        /// What they must be.
        must: &'static str,
    },
    /// The last end of a rule does not always match.
    #[error("the last end does not match always")]
    NoLastEnd,
    /// A way out of an action that is the action itself.
    #[error("`{name}` is a way out of itself")]
    OwnAlternative {
        /// The action.
        name: String,
    },
    /// An event where only operations belong.
    #[error("`{name}` is an event, which no role is granted")]
    GrantedEvent {
        /// The event.
        name: String,
    },
}

/// Checks the sizes of a manifest's lists.
pub(crate) fn check_limits(manifest: &Manifest, limits: &Limits) -> Result<(), LoadError> {
    let within = |what: &dyn Fn() -> String, observed: usize, allowed: usize| {
        if observed <= allowed {
            return Ok(());
        }
        Err(LoadError::ManifestTooLarge { what: what(), observed: observed as u64, allowed: allowed as u64 })
    };
    for (what, observed, allowed) in [
        ("modes", manifest.modes.len(), MODES),
        ("kinds", manifest.kinds.len(), INDEXED),
        ("actions", manifest.actions.len(), INDEXED),
        ("conditions", manifest.conditions.len(), CONDITIONS),
        ("effects", manifest.effects.len(), EFFECTS),
        ("inputs", manifest.inputs.len(), INPUTS),
        ("offers", manifest.offers.len(), OFFERS),
        ("roles", manifest.roles.len(), ROLES),
        ("grants", manifest.grants.len(), GRANTS),
    ] {
        within(&|| what.to_owned(), observed, allowed)?;
    }
    for (position, kind) in manifest.kinds.iter().enumerate() {
        within(&|| format!("states of kind {position}"), kind.states.len(), INDEXED)?;
    }
    let conditions = limits.conditions_per_offer.min(BITS);
    for (position, offer) in manifest.offers.iter().enumerate() {
        within(&|| format!("conditions of offer {position}"), offer.conditions.len(), conditions)?;
        within(&|| format!("effects of offer {position}"), offer.effects.len(), BITS)?;
        within(&|| format!("rules of offer {position}"), offer.rules.len(), INDEXED)?;
        for rule in &offer.rules {
            within(&|| format!("ends of a rule of offer {position}"), rule.branches.len(), BRANCHES)?;
        }
    }
    Ok(())
}

/// Checks that a manifest does not contradict itself.
pub(crate) fn check(manifest: &Manifest) -> Result<(), ManifestError> {
    check_head(manifest)?;
    check_kinds(manifest)?;
    check_actions(manifest)?;
    check_inputs(manifest)?;
    check_conditions(manifest)?;
    check_effects(manifest)?;
    check_offers(manifest)?;
    check_grants(manifest)
}

fn check_head(manifest: &Manifest) -> Result<(), ManifestError> {
    let place = || "the manifest".to_owned();
    named(place, &manifest.name)?;
    if semver::Version::parse(&manifest.version).is_err() {
        return fail(place, ManifestProblem::NotSemantic { version: shown(&manifest.version) });
    }
    told(place, "title", &manifest.title)?;
    filled(place, "list of modes", &manifest.modes)?;
    filled(place, "list of kinds", &manifest.kinds)?;
    filled(place, "list of actions", &manifest.actions)?;
    for mode in &manifest.modes {
        named(|| "a mode".to_owned(), mode)?;
    }
    once(place, "mode", &manifest.modes)
}

fn check_kinds(manifest: &Manifest) -> Result<(), ManifestError> {
    once(|| "the manifest".to_owned(), "kind", manifest.kinds.iter().map(|kind| &kind.name))?;
    for kind in &manifest.kinds {
        named(|| "a kind".to_owned(), &kind.name)?;
        let place = || format!("kind `{}`", kind.name);
        told(place, "title", &kind.title)?;
        modes(place, manifest, &kind.modes)?;
        match kind.states.first() {
            None => return fail(place, ManifestProblem::Empty { what: "list of states" }),
            Some(first) if first.name != ABSENT => {
                return fail(place, ManifestProblem::FirstState { name: shown(&first.name) });
            }
            Some(_) => {}
        }
        once(place, "state", kind.states.iter().map(|state| &state.name))?;
        for state in &kind.states {
            named(|| format!("a state of kind `{}`", kind.name), &state.name)?;
            let place = || format!("state `{}` of kind `{}`", state.name, kind.name);
            told(place, "title", &state.title)?;
            told(place, "meaning", &state.meaning)?;
            modes(place, manifest, &state.modes)?;
            if let Some(&mode) = state.modes.iter().find(|mode| !kind.modes.contains(mode)) {
                return fail(place, not_in_mode("its kind", manifest, mode));
            }
        }
    }
    Ok(())
}

fn check_actions(manifest: &Manifest) -> Result<(), ManifestError> {
    once(|| "the manifest".to_owned(), "action", manifest.actions.iter().map(|action| &action.name))?;
    let mut events = false;
    for action in &manifest.actions {
        named(|| "an action".to_owned(), &action.name)?;
        let place = || format!("action `{}`", action.name);
        told(place, "title", &action.title)?;
        told(place, "meaning", &action.meaning)?;
        match action.class {
            ActionClass::Event => events = true,
            ActionClass::Operation if events => {
                return fail(place, ManifestProblem::OperationAfterEvent { name: action.name.clone() });
            }
            ActionClass::Operation => {}
        }
    }
    Ok(())
}

fn check_inputs(manifest: &Manifest) -> Result<(), ManifestError> {
    once(|| "the manifest".to_owned(), "input", manifest.inputs.iter().map(|input| &input.path))?;
    for input in &manifest.inputs {
        let place = || format!("input `{}`", shown(&input.path));
        let known = |kind: &str| manifest.kind(kind).is_some();
        let well_formed = match input.path.split('.').collect::<Vec<_>>()[..] {
            ["subject" | "target" | "parameter", name] => is_attribute(name),
            ["related", kind, name] => known(kind) && is_attribute(name),
            _ => false,
        };
        if !well_formed {
            return fail(place, ManifestProblem::Path { path: shown(&input.path) });
        }
        told(place, "meaning", &input.meaning)?;
        once(place, "value", &input.values)?;
        if let Some(kind) = input.links_to.as_deref().filter(|kind| !known(kind)) {
            return fail(place, ManifestProblem::Unknown { what: "kind", name: shown(kind) });
        }
    }
    Ok(())
}

fn check_conditions(manifest: &Manifest) -> Result<(), ManifestError> {
    let inputs: HashSet<&str> = manifest.inputs.iter().map(|input| input.path.as_str()).collect();
    once(|| "the manifest".to_owned(), "condition", manifest.conditions.iter().map(|info| &info.code))?;
    for condition in &manifest.conditions {
        named(|| "a condition".to_owned(), &condition.code)?;
        let place = || format!("condition `{}`", condition.code);
        for cause in [Cause::NotInMode, Cause::NotOffered, Cause::NotFromState] {
            if condition.code == cause.as_str() {
                return fail(place, ManifestProblem::Reserved { name: cause.as_str() });
            }
        }
        told(place, "question", &condition.question)?;
        once(place, "input", &condition.reads)?;
        if let Some(path) = condition.reads.iter().find(|path| !inputs.contains(path.as_str())) {
            return fail(place, ManifestProblem::Unknown { what: "input", name: shown(path) });
        }
    }
    Ok(())
}

fn check_effects(manifest: &Manifest) -> Result<(), ManifestError> {
    once(|| "the manifest".to_owned(), "effect", manifest.effects.iter().map(|effect| &effect.code))?;
    for effect in &manifest.effects {
        named(|| "an effect".to_owned(), &effect.code)?;
        told(|| format!("effect `{}`", effect.code), "meaning", &effect.meaning)?;
    }
    Ok(())
}

fn check_offers(manifest: &Manifest) -> Result<(), ManifestError> {
    let mut seen = HashSet::new();
    for (position, offer) in manifest.offers.iter().enumerate() {
        let place = || format!("offer {position}");
        let (mode, kind, action) = (offer.mode.into(), offer.kind.into(), offer.action.into());
        let mode = entry(place, "mode", &manifest.modes, mode)?;
        let kind = entry(place, "kind", &manifest.kinds, kind)?;
        let action = entry(place, "action", &manifest.actions, action)?;
        let place = || format!("offer of `{}` on `{}` in mode `{mode}`", action.name, kind.name);
        if !seen.insert((offer.mode, offer.kind, offer.action)) {
            return fail(place, ManifestProblem::Twice { what: "offer of", name: action.name.clone() });
        }
        if !kind.modes.contains(&offer.mode) {
            return fail(place, not_in_mode("its kind", manifest, offer.mode));
        }
        once(place, "condition", &offer.conditions)?;
        for &condition in &offer.conditions {
            entry(place, "condition", &manifest.conditions, condition.into())?;
        }
        once(place, "effect", &offer.effects)?;
        for &effect in &offer.effects {
            entry(place, "effect", &manifest.effects, effect.into())?;
        }
        masked(place, "selectors", offer.selectors, offer.conditions.len())?;
        check_rules(place, manifest, kind, offer)?;
    }
    Ok(())
}

fn check_rules(
    place: impl Fn() -> String,
    manifest: &Manifest,
    kind: &KindInfo,
    offer: &Offer,
) -> Result<(), ManifestError> {
    filled(&place, "list of rules", &offer.rules)?;
    let mut of_rules = Vec::new();
    for rule in &offer.rules {
        filled(&place, "list of a rule's states", &rule.from_states)?;
        for &state in &rule.from_states {
            let state = entry(&place, "state", &kind.states, state.into())?;
            if !state.modes.contains(&offer.mode) {
                let what = format!("state `{}`", state.name);
                return fail(&place, not_in_mode(&what, manifest, offer.mode));
            }
        }
        of_rules.extend(&rule.from_states);
        check_rule(&place, manifest, kind, offer, rule)?;
    }
    of_rules.sort_unstable();
    if let Some(twice) = of_rules.windows(2).find(|pair| pair[0] == pair[1]) {
        let state = kind.states[usize::from(twice[0])].name.clone();
        return fail(&place, ManifestProblem::TwoRules { state });
    }
    if offer.from_states != of_rules {
        let listed = offer.from_states.clone();
        return fail(&place, ManifestProblem::FromStates { listed, of_rules });
    }
    Ok(())
}

fn check_rule(
    place: impl Fn() -> String,
    manifest: &Manifest,
    kind: &KindInfo,
    offer: &Offer,
    rule: &Rule,
) -> Result<(), ManifestError> {
    let conditions = offer.conditions.len();
    let only = |what, bits: u32, must| {
        if bits == 0 { Ok(()) } else { fail(&place, ManifestProblem::Selector { what, bits, must }) }
    };
    masked(&place, "required", rule.requires, conditions)?;
    only("required", rule.requires & offer.selectors, "must not be selectors")?;
    for branch in &rule.branches {
        masked(&place, "when", branch.when, conditions)?;
        masked(&place, "unless", branch.unless, conditions)?;
        masked(&place, "required", branch.requires, conditions)?;
        masked(&place, "effects", branch.effects, offer.effects.len())?;
        only("when", branch.when & !offer.selectors, "must be selectors")?;
        only("unless", branch.unless & !offer.selectors, "must be selectors")?;
        only("when", branch.when & branch.unless, "must not be excluded by the same end")?;
        only("required", branch.requires & offer.selectors, "must not be selectors")?;
        if let Some(next_state) = branch.next_state {
            let state = entry(&place, "next state", &kind.states, next_state.into())?;
            if !state.modes.contains(&offer.mode) {
                let what = format!("next state `{}`", state.name);
                return fail(&place, not_in_mode(&what, manifest, offer.mode));
            }
        }
    }
    match rule.branches.last() {
        None => return fail(&place, ManifestProblem::Empty { what: "list of a rule's ends" }),
        Some(last) if last.when | last.unless != 0 => return fail(&place, ManifestProblem::NoLastEnd),
        Some(_) => {}
    }
    once(&place, "way out", &rule.alternatives)?;
    for &alternative in &rule.alternatives {
        let info = entry(&place, "way out", &manifest.actions, alternative.into())?;
        if alternative == offer.action {
            return fail(&place, ManifestProblem::OwnAlternative { name: info.name.clone() });
        }
    }
    Ok(())
}

fn check_grants(manifest: &Manifest) -> Result<(), ManifestError> {
    once(|| "the manifest".to_owned(), "role", &manifest.roles)?;
    for role in &manifest.roles {
        // Roles have the names of the platform's accounts, in which dots part kebab-case words.
        if role.len() > NAME || !role.split('.').all(is_kebab) {
            return fail(|| "a role".to_owned(), ManifestProblem::NotKebab { name: shown(role) });
        }
    }
    let roles: HashSet<&str> = manifest.roles.iter().map(String::as_str).collect();
    for (position, grant) in manifest.grants.iter().enumerate() {
        let place = || format!("grant {position}");
        if !roles.contains(grant.role.as_str()) {
            return fail(place, ManifestProblem::Unknown { what: "role", name: shown(&grant.role) });
        }
        entry(place, "mode", &manifest.modes, grant.mode.into())?;
        entry(place, "kind", &manifest.kinds, grant.kind.into())?;
        once(place, "action", &grant.actions)?;
        for &action in &grant.actions {
            let info = entry(place, "action", &manifest.actions, action.into())?;
            if info.class == ActionClass::Event {
                return fail(place, ManifestProblem::GrantedEvent { name: info.name.clone() });
            }
        }
    }
    Ok(())
}

fn modes(place: impl Fn() -> String, manifest: &Manifest, modes: &[u8]) -> Result<(), ManifestError> {
    filled(&place, "list of modes", modes)?;
    once(&place, "mode", modes)?;
    for &mode in modes {
        entry(&place, "mode", &manifest.modes, mode.into())?;
    }
    Ok(())
}

fn not_in_mode(what: &str, manifest: &Manifest, mode: u8) -> ManifestProblem {
    let mode = manifest.modes.get(usize::from(mode)).cloned().unwrap_or_default();
    ManifestProblem::NotInMode { what: what.to_owned(), mode }
}

fn named(place: impl Fn() -> String, name: &str) -> Result<(), ManifestError> {
    if name.len() <= NAME && is_kebab(name) {
        return Ok(());
    }
    fail(place, ManifestProblem::NotKebab { name: shown(name) })
}

/// Words of lower-case letters and digits, parted by single hyphens or underscores; the first one starts with a
/// letter.
fn is_kebab(name: &str) -> bool {
    is_words(name, |b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

/// As [`is_kebab`], with capitals: an attribute has the name that callers' own data give it.
fn is_attribute(name: &str) -> bool {
    is_words(name, |b| b.is_ascii_alphanumeric())
}

fn is_words(name: &str, letter: fn(u8) -> bool) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.split(['-', '_']).all(|word| !word.is_empty() && word.bytes().all(letter))
}

fn told(place: impl Fn() -> String, what: &'static str, text: &str) -> Result<(), ManifestError> {
    if text.trim().is_empty() { fail(place, ManifestProblem::Empty { what }) } else { Ok(()) }
}

fn filled<T>(place: impl Fn() -> String, what: &'static str, list: &[T]) -> Result<(), ManifestError> {
    if list.is_empty() { fail(place, ManifestProblem::Empty { what }) } else { Ok(()) }
}

fn once<T: std::hash::Hash + Eq + fmt::Display>(
    place: impl Fn() -> String,
    what: &'static str,
    list: impl IntoIterator<Item = T>,
) -> Result<(), ManifestError> {
    let mut seen = HashSet::new();
    for item in list {
        if seen.contains(&item) {
            return fail(place, ManifestProblem::Twice { what, name: shown(&item.to_string()) });
        }
        seen.insert(item);
    }
    Ok(())
}

fn entry<'a, T>(
    place: impl Fn() -> String,
    what: &'static str,
    list: &'a [T],
    index: usize,
) -> Result<&'a T, ManifestError> {
    match list.get(index) {
        Some(entry) => Ok(entry),
        None => fail(place, ManifestProblem::Index { what, index, count: list.len() }),
    }
}

fn masked(
    place: impl Fn() -> String,
    what: &'static str,
    bits: u32,
    count: usize,
) -> Result<(), ManifestError> {
    let listed = 1_u32.checked_shl(count as u32).map_or(u32::MAX, |bit| bit - 1);
    if bits & !listed == 0 { Ok(()) } else { fail(place, ManifestProblem::Mask { what, bits, count }) }
}

fn fail<T>(place: impl Fn() -> String, problem: ManifestProblem) -> Result<T, ManifestError> {
    Err(ManifestError { place: place(), problem })
}

#[cfg(test)]
mod tests {
    use interlock_analysis::Enumeration;
    use proptest::prelude::*;
    use serde_json::{Value, from_value, to_value};

    use super::*;
    use crate::answer::Expected;
    use crate::door;

    type Change = fn(&mut Manifest);

    #[test]
    fn what_is_consistent_passes() {
        let manifest = door::manifest();
        check(&manifest).unwrap();
        assert!(check_limits(&manifest, &Limits::default()).is_ok());
    }

    #[test]
    fn underscores_may_stand_for_hyphens_and_attributes_may_have_capitals() {
        assert!(is_kebab("can_read-todos") && is_attribute("ownerID"));
        for name in ["can__read", "_read", "read_", "canRead", ""] {
            assert!(!is_kebab(name), "{name}");
        }
        for name in ["OwnerID", "owner_", "owner.id", "eigent\u{fc}mer"] {
            assert!(!is_attribute(name), "{name}");
        }
    }

    #[test]
    fn each_contradiction_is_named_with_its_place() {
        let cases: [(Change, &str); 35] = [
            (
                |m| m.name = "The Door".to_owned(),
                "the manifest: `The Door` is not kebab-case ASCII of at most 128 bytes",
            ),
            (
                |m| m.name = "x".repeat(129),
                "the manifest: `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx` is not kebab-case ASCII of at most 128 bytes",
            ),
            (|m| m.version = "1.0".to_owned(), "the manifest: `1.0` is not a semantic version"),
            (|m| m.title = " ".to_owned(), "the manifest: title is empty"),
            (|m| m.modes.clear(), "the manifest: list of modes is empty"),
            (|m| m.modes.push("normal".to_owned()), "the manifest: mode `normal` is there twice"),
            (|m| m.kinds[0].modes.clear(), "kind `door`: list of modes is empty"),
            (|m| m.kinds[0].modes = vec![1], "kind `door`: mode 1 is out of range, there are 1"),
            (|m| m.kinds[0].states.clear(), "kind `door`: list of states is empty"),
            (|m| m.kinds[0].states.swap(0, 1), "kind `door`: the first state is `open`, must be `absent`"),
            (
                |m| m.kinds[0].states[1].name = "absent".to_owned(),
                "kind `door`: state `absent` is there twice",
            ),
            (|m| m.kinds[0].states[1].meaning.clear(), "state `open` of kind `door`: meaning is empty"),
            (|m| m.actions.swap(0, 2), "action `remove`: operation `remove` stands behind an event"),
            (|m| m.actions[1].name = "install".to_owned(), "the manifest: action `install` is there twice"),
            (
                |m| m.conditions[0].code = "not-offered".to_owned(),
                "condition `not-offered`: `not-offered` is a fixed cause, which no condition may be called",
            ),
            (
                |m| m.conditions[0].reads[0] = "target.owner".to_owned(),
                "condition `acknowledged`: input `target.owner` is unknown",
            ),
            (
                |m| m.inputs[0].path = "subject".to_owned(),
                "input `subject`: `subject` is not a path of an input",
            ),
            (
                |m| m.inputs[0].path = "related.window.state".to_owned(),
                "input `related.window.state`: `related.window.state` is not a path of an input",
            ),
            (
                |m| m.inputs[0].links_to = Some("window".to_owned()),
                "input `parameter.acknowledged`: kind `window` is unknown",
            ),
            (|m| m.effects[0].meaning.clear(), "effect `bell-rings`: meaning is empty"),
            (|m| m.offers[1].kind = 1, "offer 1: kind 1 is out of range, there are 1"),
            (
                |m| m.offers[1].action = 0,
                "offer of `install` on `door` in mode `normal`: offer of `install` is there twice",
            ),
            (
                |m| m.offers[1].conditions[1] = 0,
                "offer of `remove` on `door` in mode `normal`: condition `0` is there twice",
            ),
            (
                |m| m.offers[1].conditions[1] = 9,
                "offer of `remove` on `door` in mode `normal`: condition 9 is out of range, there are 2",
            ),
            (
                |m| m.offers[1].selectors = 0b110,
                "offer of `remove` on `door` in mode `normal`: selectors 0b110 has bits beyond its list, which has 2",
            ),
            (
                |m| m.offers[1].from_states = vec![0, 1],
                "offer of `remove` on `door` in mode `normal`: its states are [0, 1], those of its rules are [1]",
            ),
            (
                |m| m.offers[1].rules = vec![m.offers[1].rules[0].clone(); 2],
                "offer of `remove` on `door` in mode `normal`: two rules are from state `open`",
            ),
            (
                |m| m.offers[1].rules[0].requires = 0b11,
                "offer of `remove` on `door` in mode `normal`: required 0b10 must not be selectors",
            ),
            (
                |m| m.offers[1].rules[0].branches[0].when = 0b01,
                "offer of `remove` on `door` in mode `normal`: when 0b1 must be selectors",
            ),
            (
                |m| m.offers[1].rules[0].branches[0].unless = 0b10,
                "offer of `remove` on `door` in mode `normal`: when 0b10 must not be excluded by the same end",
            ),
            (
                |m| m.offers[1].rules[0].branches[0].next_state = Some(2),
                "offer of `remove` on `door` in mode `normal`: next state 2 is out of range, there are 2",
            ),
            (
                |m| m.offers[1].rules[0].branches.truncate(1),
                "offer of `remove` on `door` in mode `normal`: the last end does not match always",
            ),
            (
                |m| m.offers[1].rules[0].alternatives = vec![1],
                "offer of `remove` on `door` in mode `normal`: `remove` is a way out of itself",
            ),
            (|m| m.grants[0].role = "owner".to_owned(), "grant 0: role `owner` is unknown"),
            (|m| m.grants[0].actions = vec![2], "grant 0: `torn-off` is an event, which no role is granted"),
        ];
        for (change, text) in cases {
            let mut manifest = door::manifest();
            change(&mut manifest);
            assert_eq!(check(&manifest).unwrap_err().to_string(), text);
        }
    }

    #[test]
    fn what_a_mode_does_not_have_is_found() {
        let mut manifest = door::manifest();
        manifest.modes.push("closed".to_owned());
        manifest.offers[1].mode = 1;
        let error = check(&manifest).unwrap_err().to_string();
        assert_eq!(error, "offer of `remove` on `door` in mode `closed`: its kind is not in mode `closed`");

        manifest.kinds[0].modes = vec![0, 1];
        let error = check(&manifest).unwrap_err().to_string();
        assert_eq!(
            error,
            "offer of `remove` on `door` in mode `closed`: state `open` is not in mode `closed`"
        );

        manifest.kinds[0].states[1].modes = vec![0, 1];
        let error = check(&manifest).unwrap_err().to_string();
        assert_eq!(
            error,
            "offer of `remove` on `door` in mode `closed`: next state `absent` is not in mode `closed`"
        );
    }

    #[test]
    fn lists_beyond_the_limits_are_counted() {
        let cases: [(Change, &str); 4] = [
            (|m| m.modes = vec![String::new(); 17], "17 modes, allowed 16"),
            (
                |m| m.kinds[0].states = vec![m.kinds[0].states[0].clone(); 257],
                "257 states of kind 0, allowed 256",
            ),
            (|m| m.offers[1].conditions = vec![0; 11], "11 conditions of offer 1, allowed 10"),
            (|m| m.offers[0].effects = vec![0; 33], "33 effects of offer 0, allowed 32"),
        ];
        for (change, text) in cases {
            let mut manifest = door::manifest();
            change(&mut manifest);
            let error = check_limits(&manifest, &Limits::default()).unwrap_err().to_string();
            assert_eq!(error, format!("its manifest is too large: {text}"));
        }
    }

    #[test]
    fn no_setting_allows_more_conditions_than_a_mask_has_bits() {
        let limits = Limits { conditions_per_offer: 1_000, ..Limits::default() };
        let mut manifest = door::manifest();
        manifest.offers[1].conditions = vec![0; 33];
        assert!(check_limits(&manifest, &limits).is_err());
    }

    proptest! {
        /// What comes after the checks relies on them: it must not fall over what they let through.
        #[test]
        fn any_manifest_is_refused_or_can_be_laid_out_and_enumerated(
            changes in prop::collection::vec((any::<prop::sample::Index>(), 0_u64..40), 1..4),
        ) {
            let mut manifest = to_value(door::manifest()).unwrap();
            for (place, number) in changes {
                let mut numbers = Vec::new();
                collect_numbers(&mut manifest, &mut numbers);
                let place = place.index(numbers.len());
                *numbers[place] = number.into();
            }
            let manifest: Manifest = from_value(manifest).unwrap();
            if check_limits(&manifest, &Limits::default()).is_ok() && check(&manifest).is_ok() {
                Expected::new(&manifest);
                prop_assert!(Enumeration::new(&manifest, u32::MAX).unwrap().situations() > 0);
            }
        }
    }

    fn collect_numbers<'a>(value: &'a mut Value, numbers: &mut Vec<&'a mut Value>) {
        match value {
            Value::Number(_) => numbers.push(value),
            Value::Array(list) => list.iter_mut().for_each(|item| collect_numbers(item, numbers)),
            Value::Object(map) => map.values_mut().for_each(|item| collect_numbers(item, numbers)),
            _ => {}
        }
    }
}
