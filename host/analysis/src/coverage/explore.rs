use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use hashbrown::HashMap;
use interlock_model::{Attributes, ConditionInfo, Manifest, Observation, Request, Situation, Subject};

use super::CellKey;
use crate::{Observe, ObserveError};

/// How many requests are observed before a situation counts as out of reach.
const PATIENCE: usize = 2_000;
/// How many values of an attribute that takes any text are tried.
const VALUES: usize = 24;
/// How far from its goal a request may lead away on the way there, in conditions.
const DETOUR: u32 = 3;

/// What requests are made of: who asks, what there is, what attributes are given.
#[derive(Clone, Debug, Default)]
pub struct Material {
    /// Who may ask.
    pub subjects: Vec<Subject>,
    /// Resources that may be added to those that are related.
    pub resources: Vec<Observation>,
    /// By name of an attribute, values that requests give it.
    values: BTreeMap<String, BTreeSet<String>>,
}

impl Material {
    /// What some requests are made of, and besides.
    ///
    /// - `subjects`, `resources`: also those that no request has.
    pub fn of<'a>(
        requests: impl Iterator<Item = &'a Request>,
        subjects: Vec<Subject>,
        resources: Vec<Observation>,
    ) -> Self {
        let mut material = Self { subjects, resources, values: BTreeMap::new() };
        for request in requests {
            let resources = std::iter::once(&request.target).chain(&request.related);
            for attributes in resources.map(|it| &it.attributes).chain([&request.parameters]) {
                for attribute in attributes.iter() {
                    let values = material.values.entry(attribute.name.clone()).or_default();
                    values.insert(attribute.value.clone());
                }
            }
        }
        material
    }
}

/// A situation that is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The cell.
    pub(super) cell: CellKey,
    /// Bit i: whether the i-th condition of the offer shall be true.
    pub(super) holds: u32,
    /// The conditions that count; all of them shall be known.
    pub(super) counted: u32,
}

impl Wanted {
    /// How many conditions of a situation are not as wanted.
    fn distance(&self, situation: &Situation) -> u32 {
        self.wrong(situation).count_ones()
    }

    fn wrong(&self, situation: &Situation) -> u32 {
        let known = situation.known;
        ((situation.holds & known ^ self.holds) | !known) & self.counted
    }
}

/// Looks for a request that comes to a situation, by changing what conditions that are not as wanted read:
/// nearest first, never far away. None where it is not found; it may exist.
///
/// - `starts`: requests of the cell.
///
/// # Errors
///
/// What kept the policy from answering.
pub(super) fn reach<O: Observe + ?Sized>(
    policy: &O,
    material: &Material,
    starts: impl Iterator<Item = Request>,
    wanted: &Wanted,
    may_change_subject: bool,
) -> Result<Option<Request>, O::Error> {
    let manifest = policy.manifest();
    let CellKey { mode, kind, action, .. } = wanted.cell;
    let Some(offer) = manifest.offer(mode, kind, action) else { return Ok(None) };
    let mut search =
        Search { policy, wanted, seen: HashMap::new(), open: BinaryHeap::new(), requests: Vec::new() };
    for start in starts {
        if let Some(found) = search.add(start)? {
            return Ok(Some(found));
        }
    }
    let farthest = search.open.peek().map_or(0, |Reverse((distance, _))| *distance) + DETOUR;
    while let Some(Reverse((distance, place))) = search.open.pop() {
        if distance > farthest || search.requests.len() > PATIENCE {
            break;
        }
        let (request, wrong) = search.requests[place].clone();
        for (bit, &condition) in (0..32u32).zip(&offer.conditions) {
            let Some(info) = manifest.conditions.get(usize::from(condition)) else { continue };
            if wrong >> bit & 1 == 0 {
                continue;
            }
            for changed in changes(manifest, material, &request, info, may_change_subject) {
                if let Some(found) = search.add(changed)? {
                    return Ok(Some(found));
                }
            }
        }
    }
    Ok(None)
}

struct Search<'a, O: ?Sized> {
    policy: &'a O,
    wanted: &'a Wanted,
    /// How many requests came to the same, by what is wrong and what holds.
    seen: HashMap<(u32, u32), u32>,
    open: BinaryHeap<Reverse<(u32, usize)>>,
    requests: Vec<(Request, u32)>,
}

impl<O: Observe + ?Sized> Search<'_, O> {
    /// Takes a request in; gives it back if it comes to what is wanted.
    fn add(&mut self, request: Request) -> Result<Option<Request>, O::Error> {
        let situation = match self.policy.observe(&request) {
            Ok(situation) => situation,
            Err(ObserveError::Request(_)) => return Ok(None),
            Err(ObserveError::Call(failure)) => return Err(failure),
        };
        if CellKey::of(&situation) != self.wanted.cell {
            return Ok(None);
        }
        let wrong = self.wanted.wrong(&situation);
        if wrong == 0 {
            return Ok(Some(request));
        }
        // Some requests that come to the same differ in what can still be done with them.
        let seen = self.seen.entry((wrong, situation.holds)).or_default();
        *seen += 1;
        if *seen <= 3 {
            self.open.push(Reverse((self.wanted.distance(&situation), self.requests.len())));
            self.requests.push((request, wrong));
        }
        Ok(None)
    }
}

/// Requests that differ in one thing that a condition reads.
fn changes(
    manifest: &Manifest,
    material: &Material,
    request: &Request,
    condition: &ConditionInfo,
    may_change_subject: bool,
) -> Vec<Request> {
    let mut changed = Vec::new();
    if may_change_subject && condition.reads.iter().any(|path| path.starts_with("subject.")) {
        let others = material.subjects.iter().cloned().map(Some).chain([None]);
        changed.extend(
            others.filter(|it| *it != request.subject).map(|subject| Request { subject, ..request.clone() }),
        );
    }
    for path in &condition.reads {
        let mut segments = path.splitn(3, '.');
        match (segments.next(), segments.next(), segments.next()) {
            (Some("parameter"), Some(name), None) => {
                for value in values(manifest, material, request, path, name) {
                    let mut other = request.clone();
                    set(&mut other.parameters, name, value);
                    changed.push(other);
                }
            }
            (Some("target"), Some(name), None) if !matches!(name, "id" | "state") => {
                for value in values(manifest, material, request, path, name) {
                    let mut other = request.clone();
                    set(&mut other.target.attributes, name, value);
                    changed.push(other);
                }
            }
            (Some("related"), Some(kind), Some(name)) => {
                change_related(manifest, material, request, (path, kind, name), &mut changed);
            }
            _ => {}
        }
    }
    changed
}

fn change_related(
    manifest: &Manifest,
    material: &Material,
    request: &Request,
    (path, kind, name): (&str, &str, &str),
    changed: &mut Vec<Request>,
) {
    let states = || {
        let info = manifest.kinds.iter().find(|info| info.name == kind);
        info.into_iter().flat_map(|info| &info.states).skip(1).map(|state| state.name.clone())
    };
    for (place, resource) in request.related.iter().enumerate().filter(|(_, it)| it.kind == kind) {
        if matches!(name, "id" | "state") {
            let mut without = request.clone();
            without.related.remove(place);
            changed.push(without);
            for state in states().filter(|state| *state != resource.state) {
                let mut other = request.clone();
                other.related[place].state = state;
                changed.push(other);
            }
        } else {
            for value in values(manifest, material, request, path, name) {
                let mut other = request.clone();
                set(&mut other.related[place].attributes, name, value);
                changed.push(other);
            }
        }
    }
    let there = |it: &Observation| {
        let is = |other: &Observation| (&other.kind, &other.id) == (&it.kind, &it.id);
        is(&request.target) || request.related.iter().any(is)
    };
    if name == "state" {
        for resource in material.resources.iter().filter(|it| it.kind == kind && !there(it)) {
            for state in states() {
                let mut other = request.clone();
                other.related.push(Observation { state, ..resource.clone() });
                changed.push(other);
            }
        }
    }
}

/// Values to try; none takes the attribute away.
fn values(
    manifest: &Manifest,
    material: &Material,
    request: &Request,
    path: &str,
    name: &str,
) -> Vec<Option<String>> {
    let input = manifest.inputs.iter().find(|input| input.path == path);
    let mut values: BTreeSet<String> =
        input.into_iter().flat_map(|input| input.values.iter().cloned()).collect();
    if values.is_empty() {
        values.extend(request.subject.iter().map(|subject| subject.id.clone()));
        values.extend(material.values.get(name).into_iter().flatten().take(VALUES).cloned());
    }
    if let Some(kind) = input.and_then(|input| input.links_to.as_ref()) {
        values.extend(material.resources.iter().filter(|it| it.kind == *kind).map(|it| it.id.clone()));
        values.insert("nowhere".to_owned());
    }
    [None].into_iter().chain(values.into_iter().map(Some)).collect()
}

fn set(attributes: &mut Attributes, name: &str, value: Option<String>) {
    attributes.0.retain(|attribute| attribute.name != name);
    if let Some(value) = value {
        attributes.push(name, value);
    }
}
