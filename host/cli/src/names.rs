//! Names that people type: looked up in the manifest and in the world, with the nearest one offered
//! where there is none.

use std::collections::BTreeSet;

use interlock_analysis::sheet::{self, Selection};
use interlock_model::{
    Attribute, Attributes, InputInfo, Manifest, Observation, Request, RequestError, Subject, World,
};

use crate::arguments::{NamedValue, TargetName};
use crate::failure::Failure;

/// How many names a message lists where none is near.
const LISTED: usize = 8;

/// Index of a mode.
///
/// # Errors
///
/// [`Failure::Usage`] with the mode that may have been meant; likewise below.
pub(crate) fn mode(manifest: &Manifest, name: &str) -> Result<u8, Failure> {
    manifest.mode(name).ok_or_else(|| unknown("mode", name, manifest.modes.iter().map(String::as_str)))
}

/// Index of a kind.
pub(crate) fn kind(manifest: &Manifest, name: &str) -> Result<u8, Failure> {
    manifest.kind(name).ok_or_else(|| unknown("kind", name, kinds(manifest)))
}

/// Index of a kind that a mode has.
pub(crate) fn kind_in_mode(manifest: &Manifest, name: &str, mode: u8) -> Result<u8, Failure> {
    let index = kind(manifest, name)?;
    let modes = manifest.kinds.get(usize::from(index)).map_or(&[][..], |info| &info.modes);
    if modes.contains(&mode) {
        return Ok(index);
    }
    let named = |&mode: &u8| manifest.modes.get(usize::from(mode)).map_or("", String::as_str);
    let (mode, others) = (named(&mode), listed("it is in", modes.iter().map(named)));
    Err(Failure::Usage(format!("mode `{mode}` has no kind `{name}`{others}")))
}

/// Index of an action.
pub(crate) fn action(manifest: &Manifest, name: &str) -> Result<u8, Failure> {
    manifest.action(name).ok_or_else(|| unknown("action", name, actions(manifest)))
}

/// The sheets of a kind, a mode, or both; where none is named, all.
pub(crate) fn selection(
    manifest: &Manifest,
    kind_name: Option<&str>,
    mode_name: Option<&str>,
) -> Result<Selection, Failure> {
    let mode = mode_name.map(|name| mode(manifest, name)).transpose()?;
    let kind = match (kind_name, mode) {
        (None, _) => None,
        (Some(name), None) => Some(kind(manifest, name)?),
        (Some(name), Some(mode)) => Some(kind_in_mode(manifest, name, mode)?),
    };
    Ok(Selection { kind, mode })
}

/// Index of a state of a kind.
pub(crate) fn state(manifest: &Manifest, kind: u8, name: &str) -> Result<u8, Failure> {
    let kind_name = sheet::kind(manifest, kind).map_or("kind", |info| &*info.name);
    let unknown = || unknown(&format!("{kind_name} state"), name, states(manifest, kind));
    manifest.state(kind, name).ok_or_else(unknown)
}

/// Index of an action that a kind offers in any mode.
pub(crate) fn offered(manifest: &Manifest, kind: u8, name: &str) -> Result<u8, Failure> {
    let index = action(manifest, name)?;
    let offers = manifest.offers.iter().filter(|offer| offer.kind == kind);
    let offered: BTreeSet<u8> = offers.map(|offer| offer.action).collect();
    if offered.contains(&index) {
        return Ok(index);
    }
    let kind_name = sheet::kind(manifest, kind).map_or("kind", |info| &*info.name);
    let names: Vec<&str> = offered.iter().map(|&action| sheet::action_name(manifest, action)).collect();
    let advice = advice("it offers", name, &names);
    Err(Failure::Usage(format!("kind `{kind_name}` does not offer `{name}`{advice}")))
}

/// A subject of a world, where one is named.
pub(crate) fn subject(world: &World, name: Option<&str>) -> Result<(), Failure> {
    match name {
        Some(name) if world.subject(name).is_err() => {
            Err(unknown("subject", name, world.subjects.iter().map(|subject| subject.id.as_str())))
        }
        _ => Ok(()),
    }
}

/// A target that the world does not have.
pub(crate) fn unknown_target(world: &World, target: &TargetName) -> Failure {
    let TargetName { kind, id } = target;
    let ids =
        || world.resources.iter().filter(|resource| resource.kind == *kind).map(|resource| &*resource.id);
    let elsewhere = world.resources.iter().find(|resource| resource.id == *id);
    let advice = match (nearest(id, ids()), elsewhere) {
        (Some(near), _) => format!("; did you mean `{kind}/{near}`?"),
        (None, Some(other)) => format!("; did you mean `{}/{id}`?", other.kind),
        (None, None) => listed("it has", ids()),
    };
    Failure::Usage(format!("the world has no {kind} `{id}`{advice}"))
}

/// Parameters as the policy reads them.
pub(crate) fn parameters(manifest: &Manifest, values: &[NamedValue]) -> Result<(), Failure> {
    let names = || suffixes(manifest.inputs.iter().map(|input| &*input.path), "parameter.");
    for NamedValue { name, value } in values {
        if !names().any(|known| known == name) {
            return Err(unknown("parameter", name, names()));
        }
        check_value(manifest, &format!("parameter.{name}"), &format!("parameter `{name}`"), value)?;
    }
    Ok(())
}

/// Attributes of a target of a kind as the policy reads them.
pub(crate) fn attributes(manifest: &Manifest, kind: u8, values: &[NamedValue]) -> Result<(), Failure> {
    let names = attribute_names(manifest, kind);
    for NamedValue { name, value } in values {
        if !names.contains(name.as_str()) {
            let kind = manifest.kinds.get(usize::from(kind)).map_or("kind", |info| &*info.name);
            return Err(unknown(&format!("{kind} attribute"), name, names.iter().copied()));
        }
        check_value(manifest, &format!("target.{name}"), &format!("attribute `{name}`"), value)?;
    }
    Ok(())
}

/// What the policy said of a request, with the name that may have been meant.
pub(crate) fn with_suggestion(manifest: &Manifest, request: &Request, error: RequestError) -> RequestError {
    let observations = || std::iter::once(&request.target).chain(&request.related);
    let near = match &error {
        RequestError::UnknownMode(_) => nearest(&request.mode, manifest.modes.iter().map(String::as_str)),
        RequestError::UnknownAction(_) => nearest(&request.action, actions(manifest)),
        RequestError::UnknownKind(_) => observations()
            .find(|observation| manifest.kind(&observation.kind).is_none())
            .and_then(|observation| nearest(&observation.kind, kinds(manifest))),
        RequestError::UnknownState(_) => observations().find_map(|observation| {
            let kind = manifest.kind(&observation.kind)?;
            let unknown = manifest.state(kind, &observation.state).is_none();
            unknown.then(|| nearest(&observation.state, states(manifest, kind))).flatten()
        }),
        RequestError::Invalid(_) => wrong_value(manifest, request),
        RequestError::Other(_) => None,
    };
    match near {
        Some(near) => amended(error, &format!("; did you mean `{near}`?")),
        None => error,
    }
}

/// Names that the policy ignores but that are nearly names it reads: likely mistakes, each once.
pub(crate) fn near_misses<'a>(
    manifest: &Manifest,
    subjects: impl IntoIterator<Item = &'a Subject>,
    resources: impl IntoIterator<Item = &'a Observation>,
    parameters: &Attributes,
) -> BTreeSet<String> {
    let mut misses = BTreeSet::new();
    let mut look = |whose: &str, attributes: &Attributes, known: &BTreeSet<&str>| {
        for Attribute { name, .. } in attributes.iter().filter(|attribute| !known.contains(&*attribute.name))
        {
            if let Some(near) = nearest(name, known.iter().copied()) {
                misses.insert(format!("the policy reads no {whose} `{name}`; did you mean `{near}`?"));
            }
        }
    };
    let inputs = |prefix| suffixes(manifest.inputs.iter().map(|input| &*input.path), prefix).collect();
    look("parameter", parameters, &inputs("parameter."));
    let of_subjects = inputs("subject.");
    for subject in subjects {
        look("subject attribute", &subject.attributes, &of_subjects);
    }
    let of_kinds: Vec<(String, BTreeSet<&str>)> = (0..=u8::MAX)
        .zip(kinds(manifest))
        .map(|(index, name)| (format!("{name} attribute"), attribute_names(manifest, index)))
        .collect();
    for resource in resources {
        if let Some((whose, known)) =
            manifest.kind(&resource.kind).and_then(|kind| of_kinds.get(usize::from(kind)))
        {
            look(whose, &resource.attributes, known);
        }
    }
    misses
}

/// The name that may have been meant: the nearest one, if it is near.
///
/// Case, and underscores for hyphens, count for nothing; else one edit for every three characters.
fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |name: &str| name.to_lowercase().replace('_', "-");
    let wanted = plain(wanted);
    let allowed = wanted.chars().count() / 3;
    known
        .into_iter()
        .map(|name| (strsim::osa_distance(&wanted, &plain(name)), name))
        .filter(|&(distance, _)| distance <= allowed)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, name)| name)
}

/// What a message adds of a name that is unknown: the nearest that is known, or all of them while they are few.
pub(crate) fn advice(words: &str, name: &str, known: &[impl AsRef<str>]) -> String {
    let known = || known.iter().map(AsRef::as_ref);
    match nearest(name, known()) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => listed(words, known()),
    }
}

fn unknown<'a>(what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Failure {
    let known: Vec<&str> = known.into_iter().collect();
    let advice = advice("known are", name, &known);
    Failure::Usage(format!("unknown {what} `{name}`{advice}"))
}

/// All names where they are few, else how many there are.
fn listed<'a>(words: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.len() {
        0 => "; there are none".to_owned(),
        1..=LISTED => format!("; {words} {}", names.join(", ")),
        many => format!("; none of the {many} known is near it"),
    }
}

fn check_value(manifest: &Manifest, path: &str, what: &str, value: &str) -> Result<(), Failure> {
    match input(manifest, path) {
        Some(input) if !takes(input, value) => {
            let values = || input.values.iter().map(String::as_str);
            let advice = match nearest(value, values()) {
                Some(near) => format!("; did you mean `{near}`?"),
                None => listed("it takes", values()),
            };
            Err(Failure::Usage(format!("{what} does not take `{value}`{advice}")))
        }
        _ => Ok(()),
    }
}

fn input<'a>(manifest: &'a Manifest, path: &str) -> Option<&'a InputInfo> {
    manifest.inputs.iter().find(|input| input.path == path)
}

fn takes(input: &InputInfo, value: &str) -> bool {
    input.values.is_empty() || input.values.iter().any(|known| known == value)
}

/// The value that may have been meant by the first one that its attribute does not take.
fn wrong_value<'a>(manifest: &'a Manifest, request: &Request) -> Option<&'a str> {
    let in_related =
        request.related.iter().map(|resource| (format!("related.{}.", resource.kind), &resource.attributes));
    let in_subject = request.subject.iter().map(|subject| ("subject.".to_owned(), &subject.attributes));
    [("parameter.".to_owned(), &request.parameters), ("target.".to_owned(), &request.target.attributes)]
        .into_iter()
        .chain(in_subject)
        .chain(in_related)
        .flat_map(|(prefix, attributes)| attributes.iter().map(move |attribute| (prefix.clone(), attribute)))
        .find_map(|(prefix, attribute)| {
            let input = input(manifest, &format!("{prefix}{}", attribute.name))?;
            let wrong = !takes(input, &attribute.value);
            wrong.then(|| nearest(&attribute.value, input.values.iter().map(String::as_str))).flatten()
        })
}

/// Names of attributes that the policy reads of a resource of a kind, as target or as related.
fn attribute_names(manifest: &Manifest, kind: u8) -> BTreeSet<&str> {
    let as_target = manifest
        .offers
        .iter()
        .filter(|offer| offer.kind == kind)
        .flat_map(|offer| &offer.conditions)
        .filter_map(|&condition| manifest.conditions.get(usize::from(condition)))
        .flat_map(|condition| &condition.reads);
    let name = manifest.kinds.get(usize::from(kind)).map_or("", |info| &*info.name);
    let related = format!("related.{name}.");
    let as_related = manifest.inputs.iter().filter_map(|input| input.path.strip_prefix(&*related));
    suffixes(as_target.map(String::as_str), "target.")
        .chain(as_related)
        .filter(|name| !matches!(*name, "id" | "state"))
        .collect()
}

fn suffixes<'a>(paths: impl Iterator<Item = &'a str>, prefix: &'static str) -> impl Iterator<Item = &'a str> {
    paths.filter_map(move |path| path.strip_prefix(prefix))
}

fn kinds(manifest: &Manifest) -> impl Iterator<Item = &str> {
    manifest.kinds.iter().map(|kind| &*kind.name)
}

fn actions(manifest: &Manifest) -> impl Iterator<Item = &str> {
    manifest.actions.iter().map(|action| &*action.name)
}

fn states(manifest: &Manifest, kind: u8) -> impl Iterator<Item = &str> {
    manifest.kinds.get(usize::from(kind)).into_iter().flat_map(|kind| &kind.states).map(|state| &*state.name)
}

fn amended(error: RequestError, advice: &str) -> RequestError {
    let amend = |message: String| format!("{message}{advice}");
    match error {
        RequestError::UnknownMode(message) => RequestError::UnknownMode(amend(message)),
        RequestError::UnknownKind(message) => RequestError::UnknownKind(amend(message)),
        RequestError::UnknownState(message) => RequestError::UnknownState(amend(message)),
        RequestError::UnknownAction(message) => RequestError::UnknownAction(amend(message)),
        RequestError::Invalid(message) => RequestError::Invalid(amend(message)),
        RequestError::Other(message) => RequestError::Other(amend(message)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::door;

    fn world() -> World {
        serde_json::from_str(
            r#"{
                "mode": "day",
                "subjects": [{"id": "user-17"}],
                "resources": [
                    {"kind": "door", "id": "north-1", "state": "open"},
                    {"kind": "bell", "id": "chime", "state": "quiet"}
                ]
            }"#,
        )
        .unwrap()
    }

    #[track_caller]
    fn check<T: std::fmt::Debug>(result: Result<T, Failure>, message: &str) {
        assert_eq!(result.unwrap_err().line(), message);
    }

    #[test]
    fn a_name_that_is_nearly_right_is_offered() {
        let (door, world) = (door(), world());
        check(mode(&door, "Dya"), "unknown mode `Dya`; did you mean `day`?");
        check(kind(&door, "doors"), "unknown kind `doors`; did you mean `door`?");
        check(action(&door, "break_in"), "unknown action `break_in`; did you mean `break-in`?");
        check(subject(&world, Some("user17")), "unknown subject `user17`; did you mean `user-17`?");
        let target = |text: &str| Err::<(), _>(unknown_target(&world, &text.parse().unwrap()));
        check(target("door/north-2"), "the world has no door `north-2`; did you mean `door/north-1`?");
        check(target("door/chime"), "the world has no door `chime`; did you mean `bell/chime`?");
    }

    #[test]
    fn where_nothing_is_near_the_names_are_listed_while_they_are_few() {
        let (door, world) = (door(), world());
        check(mode(&door, "summer"), "unknown mode `summer`; known are `day`, `night`");
        check(subject(&world, Some("x")), "unknown subject `x`; known are `user-17`");
        let target = Err::<(), _>(unknown_target(&world, &"door/x".parse().unwrap()));
        check(target, "the world has no door `x`; it has `north-1`");
        let names: Vec<String> = (0..20).map(|n| format!("a-long-name-{n}")).collect();
        let many = Err::<(), _>(unknown("state", "x", names.iter().map(String::as_str)));
        check(many, "unknown state `x`; none of the 20 known is near it");
    }

    #[test]
    fn parameters_and_attributes_are_those_that_the_policy_reads() {
        let door = door();
        let value = |text: &str| [text.parse::<NamedValue>().unwrap()];
        parameters(&door, &value("hold=true")).unwrap();
        attributes(&door, 0, &value("oiled=false")).unwrap();
        attributes(&door, 1, &value("near=north-1")).unwrap();
        check(parameters(&door, &value("holt=true")), "unknown parameter `holt`; did you mean `hold`?");
        check(
            parameters(&door, &value("hold=tru")),
            "parameter `hold` does not take `tru`; did you mean `true`?",
        );
        check(attributes(&door, 0, &value("oild=1")), "unknown door attribute `oild`; did you mean `oiled`?");
        check(
            attributes(&door, 0, &value("oiled=yes")),
            "attribute `oiled` does not take `yes`; it takes `true`, `false`",
        );
        check(attributes(&door, 1, &value("oiled=true")), "unknown bell attribute `oiled`; known are `near`");
    }

    fn request(text: &str) -> Request {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn what_the_policy_refuses_to_read_comes_with_a_suggestion() {
        let door = door();
        let request = request(
            r#"{
                "mode": "nigt", "action": "psh",
                "target": {"kind": "door", "id": "north", "state": "opened", "attributes": {"oiled": "fals"}},
                "related": [{"kind": "bel", "id": "chime", "state": "quiet"}]
            }"#,
        );
        let check = |error: fn(String) -> RequestError, near: &str| {
            let amended = with_suggestion(&door, &request, error("wrong".to_owned()));
            assert_eq!(amended, error(format!("wrong; did you mean `{near}`?")));
        };
        check(RequestError::UnknownMode, "night");
        check(RequestError::UnknownAction, "push");
        check(RequestError::UnknownState, "open");
        check(RequestError::UnknownKind, "bell");
        check(RequestError::Invalid, "false");
    }

    #[test]
    fn names_that_are_ignored_but_nearly_known_are_reported_once() {
        let request = request(
            r#"{
                "mode": "day", "action": "push", "parameters": {"Hold": "true", "colour": "red"},
                "subject": {"id": "user-17", "attributes": {"keys": "k1"}},
                "target": {"kind": "door", "id": "north", "state": "open", "attributes": {"oild": "true"}},
                "related": [{"kind": "door", "id": "south", "state": "open", "attributes": {"oild": "true", "oiled": "true"}}]
            }"#,
        );
        let resources = std::iter::once(&request.target).chain(&request.related);
        let misses = near_misses(&door(), &request.subject, resources, &request.parameters);
        assert_eq!(
            misses.into_iter().collect::<Vec<_>>(),
            [
                "the policy reads no door attribute `oild`; did you mean `oiled`?",
                "the policy reads no parameter `Hold`; did you mean `hold`?",
                "the policy reads no subject attribute `keys`; did you mean `key`?",
            ]
        );
    }
}
