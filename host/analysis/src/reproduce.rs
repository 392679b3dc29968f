//! Requests for situations: a search that knows of a policy what its manifest says.

use std::collections::{BTreeMap, BTreeSet};

use interlock_model::{
    ABSENT, ActionClass, Attributes, Coverage, InputInfo, Manifest, Observation, Request, Situation, Subject,
};

use crate::{Observe, ObserveError};

/// Finds a request that a policy observes as a situation, or as one that serves as well.
///
/// Small worlds are tried, in which each input that the conditions read takes each value that the manifest names,
/// or a made-up one where it names none: from worlds in which everything is linked, or nothing known, one input
/// after the other, and then two or three at a time, are turned towards the situation wanted. What no such world shows is not
/// found, though a request may exist. The same question has the same answer.
///
/// - `wanted`: the situation.
/// - `serves`: whether what conditions of the same cell come to (`holds`, `known`) serves as well.
///
/// # Errors
///
/// What kept the policy from answering.
pub fn reproduce<P: Observe + ?Sized>(
    policy: &P,
    wanted: Situation,
    serves: &dyn Fn(u32, u32) -> bool,
) -> Result<Option<Request>, P::Error> {
    let Some(stage) = Stage::new(policy.manifest(), wanted) else { return Ok(None) };
    let mut search = Search { policy, stage: &stage, wanted, serves, left: MOST_QUESTIONS };
    for start in stage.starts() {
        search.left = MOST_QUESTIONS;
        if let Some(choices) = search.climb(start)? {
            return search.shrink(choices).map(Some);
        }
    }
    Ok(None)
}

/// Most requests that are tried from one start.
const MOST_QUESTIONS: u32 = 6_000;

/// Most options of a choice that is changed together with two others.
const FEW: usize = 6;

/// Who asks, and somebody else.
pub(crate) const SOMEONE: &str = "someone";
pub(crate) const ANOTHER: &str = "another";

/// What can be chosen in a request for one cell.
struct Stage<'m> {
    manifest: &'m Manifest,
    situation: Situation,
    /// What each condition of the cell reads.
    reads: Vec<&'m [String]>,
    slots: Vec<Slot<'m>>,
}

/// One thing to choose.
struct Slot<'m> {
    what: What<'m>,
    /// The first is nothing at all.
    options: Vec<Option<String>>,
    /// What everything linked and well comes to.
    well: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What<'m> {
    /// Roles of the subject; nothing is nobody, and the empty name nobody in particular.
    Subject,
    /// Nothing is partial.
    Complete,
    /// State of the resource of a kind besides the target; nothing is that it is not listed.
    Related(&'m str),
    /// An attribute, by its path.
    Attribute(&'m str),
}

type Choices = Vec<usize>;

impl<'m> Stage<'m> {
    fn new(manifest: &'m Manifest, situation: Situation) -> Option<Self> {
        let offer = manifest.offer(situation.mode, situation.kind, situation.action);
        let listed = offer.map_or(&[][..], |offer| &offer.conditions);
        let conditions = listed.iter().map(|&index| manifest.conditions.get(usize::from(index)));
        let reads: Vec<&[String]> = conditions.map(|it| it.map(|it| &*it.reads)).collect::<Option<_>>()?;
        let paths: BTreeSet<&str> = reads.iter().copied().flatten().map(String::as_str).collect();
        let action = manifest.actions.get(usize::from(situation.action))?;
        let target = manifest.kinds.get(usize::from(situation.kind))?;

        let roles = manifest.roles.iter().cloned().map(Some);
        let someone = [None, Some(String::new())].into_iter().chain(roles).collect();
        let asked = if action.class == ActionClass::Operation { 2.min(manifest.roles.len() + 1) } else { 0 };
        let mut slots = vec![
            Slot { what: What::Subject, options: someone, well: asked },
            Slot { what: What::Complete, options: vec![None, Some(String::new())], well: 1 },
        ];
        let kinds: BTreeSet<&str> = paths.iter().filter_map(|path| related_kind(manifest, path)).collect();
        for info in manifest.kinds.iter().filter(|info| kinds.contains(info.name.as_str())) {
            let states = info.states.iter().map(|state| Some(state.name.clone()));
            let options: Vec<_> = [None].into_iter().chain(states).collect();
            let well = options.len().saturating_sub(1).min(2);
            slots.push(Slot { what: What::Related(&info.name), options, well });
        }
        let inputs = manifest.inputs.iter().filter(|input| paths.contains(input.path.as_str()));
        for input in inputs.filter(|input| !is_fixed(&input.path)) {
            let values = values(manifest, input, &target.name);
            let linked = input.links_to.is_some() || ends_in(&input.path, OWNER);
            let well = usize::from(linked && !values.is_empty());
            let options = [None].into_iter().chain(values.into_iter().map(Some)).collect();
            slots.push(Slot { what: What::Attribute(&input.path), options, well });
        }
        Some(Self { manifest, situation, reads, slots })
    }

    /// Where the search starts: everything linked and well, nothing at all, and both with the other coverage.
    fn starts(&self) -> Vec<Choices> {
        let well: Choices = self.slots.iter().map(|slot| slot.well).collect();
        let mut nothing = vec![0; self.slots.len()];
        nothing[0] = well[0];
        let other = |choices: &Choices| {
            let mut other = choices.clone();
            other[1] = 1 - other[1];
            other
        };
        let (partly, empty) = (other(&well), other(&nothing));
        vec![well, nothing, partly, empty]
    }

    fn request(&self, choices: &[usize]) -> Request {
        let manifest = self.manifest;
        let Situation { mode, kind, state, action, .. } = self.situation;
        let kind = &manifest.kinds[usize::from(kind)];
        let mut subject = None;
        let mut coverage = Coverage::Partial;
        let mut related: BTreeMap<&str, Observation> = BTreeMap::new();
        let mut target = Observation {
            kind: kind.name.clone(),
            id: target_id(&kind.name),
            state: kind.states[usize::from(state)].name.clone(),
            attributes: Attributes::new(),
        };
        let mut parameters = Attributes::new();
        for (slot, &choice) in self.slots.iter().zip(choices) {
            let Some(chosen) = &slot.options[choice] else { continue };
            match slot.what {
                What::Subject => {
                    let roles = if chosen.is_empty() { Vec::new() } else { vec![chosen.clone()] };
                    subject = Some(Subject { id: SOMEONE.to_owned(), roles, attributes: Attributes::new() });
                }
                What::Complete => coverage = Coverage::Complete,
                What::Related(kind) => {
                    let (id, state, attributes) = (related_id(kind), chosen.clone(), Attributes::new());
                    related.insert(kind, Observation { kind: kind.to_owned(), id, state, attributes });
                }
                What::Attribute(path) => {
                    let Some((whose, name)) = path.rsplit_once('.') else { continue };
                    let attributes = match whose {
                        "subject" => subject.as_mut().map(|subject: &mut Subject| &mut subject.attributes),
                        "target" => Some(&mut target.attributes),
                        "parameter" => Some(&mut parameters),
                        other => other
                            .strip_prefix("related.")
                            .and_then(|kind| related.get_mut(kind))
                            .map(|resource| &mut resource.attributes),
                    };
                    if let Some(attributes) = attributes {
                        attributes.push(name, chosen);
                    }
                }
            }
        }
        Request {
            mode: manifest.modes[usize::from(mode)].clone(),
            subject,
            action: manifest.actions[usize::from(action)].name.clone(),
            target,
            related: related.into_values().collect(),
            parameters,
            coverage,
        }
    }

    /// Slots that bear on some conditions, given as bits.
    fn bearing(&self, conditions: u32) -> Vec<usize> {
        let differ = self.reads.iter().zip(0..u32::BITS).filter(|(_, bit)| conditions >> bit & 1 != 0);
        let paths: BTreeSet<&str> = differ.flat_map(|(reads, _)| reads.iter()).map(String::as_str).collect();
        let kinds: BTreeSet<&str> =
            paths.iter().filter_map(|path| related_of(path).or_else(|| self.links(path))).collect();
        let bears = |slot: &Slot<'_>| match slot.what {
            What::Subject | What::Complete => true,
            What::Related(kind) => kinds.contains(kind),
            What::Attribute(path) => paths.contains(path),
        };
        (0..self.slots.len()).filter(|&slot| bears(&self.slots[slot])).collect()
    }

    fn links(&self, path: &str) -> Option<&'m str> {
        self.manifest.inputs.iter().find(|input| input.path == path)?.links_to.as_deref()
    }
}

struct Search<'s, P: ?Sized> {
    policy: &'s P,
    stage: &'s Stage<'s>,
    wanted: Situation,
    serves: &'s dyn Fn(u32, u32) -> bool,
    left: u32,
}

impl<P: Observe + ?Sized> Search<'_, P> {
    /// How far choices are from what is wanted: the conditions that differ, as bits; none where they serve.
    ///
    /// None: the policy refuses to read the request.
    fn distance(&mut self, choices: &[usize]) -> Result<Option<u32>, P::Error> {
        self.left = self.left.saturating_sub(1);
        let Situation { holds, known, .. } = match self.policy.observe(&self.stage.request(choices)) {
            Ok(situation) => situation,
            Err(ObserveError::Request(_)) => return Ok(None),
            Err(ObserveError::Call(error)) => return Err(error),
        };
        if (self.serves)(holds, known) {
            return Ok(Some(0));
        }
        let all = match self.stage.reads.len() {
            32.. => u32::MAX,
            count => (1 << count) - 1,
        };
        let differ = (known ^ self.wanted.known) | ((holds ^ self.wanted.holds) & known & self.wanted.known);
        // What equals the situation wanted serves.
        Ok(Some(differ & all))
    }

    fn climb(&mut self, mut choices: Choices) -> Result<Option<Choices>, P::Error> {
        let Some(mut differ) = self.distance(&choices)? else { return Ok(None) };
        while differ != 0 && self.left > 0 {
            match self.step(&choices, differ)? {
                Some((better, nearer)) => (choices, differ) = (better, nearer),
                None => return Ok(None),
            }
        }
        Ok((differ == 0).then_some(choices))
    }

    /// The first change of one choice, of two, or of three, that comes nearer; those with few options first.
    fn step(&mut self, choices: &Choices, differ: u32) -> Result<Option<(Choices, u32)>, P::Error> {
        let slots = self.stage.bearing(differ);
        let few: Vec<usize> =
            slots.iter().copied().filter(|&slot| self.stage.slots[slot].options.len() <= FEW).collect();
        for (slots, changes) in [(&slots, 1), (&few, 2), (&few, 3), (&slots, 2)] {
            if let Some(found) = self.change(choices, slots, changes, differ)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The first change of exactly so many choices that comes nearer.
    fn change(
        &mut self,
        choices: &Choices,
        slots: &[usize],
        changes: usize,
        differ: u32,
    ) -> Result<Option<(Choices, u32)>, P::Error> {
        if changes == 0 {
            let distance = self.distance(choices)?;
            let nearer = distance.filter(|distance| distance.count_ones() < differ.count_ones());
            return Ok(nearer.map(|nearer| (choices.clone(), nearer)));
        }
        for (place, &slot) in slots.iter().enumerate() {
            for to in (0..self.stage.slots[slot].options.len()).filter(|&to| to != choices[slot]) {
                if self.left == 0 {
                    return Ok(None);
                }
                let mut changed = choices.clone();
                changed[slot] = to;
                if let Some(found) = self.change(&changed, &slots[place + 1..], changes - 1, differ)? {
                    return Ok(Some(found));
                }
            }
        }
        Ok(None)
    }

    /// The request, without what it does as well without.
    fn shrink(&mut self, mut choices: Choices) -> Result<Request, P::Error> {
        for slot in (0..choices.len()).rev() {
            // Somebody asks, if anybody: only the roles are left out.
            let least = usize::from(slot == 0).min(choices[0]);
            let chosen = std::mem::replace(&mut choices[slot], least);
            if self.distance(&choices)? != Some(0) {
                choices[slot] = chosen;
            }
        }
        Ok(self.stage.request(&choices))
    }
}

/// Attribute that holds the id of who owns a resource.
pub(crate) const OWNER: &str = "owner";

pub(crate) fn target_id(kind: &str) -> String {
    format!("the-{kind}")
}

pub(crate) fn related_id(kind: &str) -> String {
    format!("{kind}-1")
}

fn ends_in(path: &str, name: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, last)| last == name)
}

/// Whether a path is told by the request's form: an id, a state, roles.
fn is_fixed(path: &str) -> bool {
    path == "subject.roles"
        || ["id", "state"].iter().any(|name| ends_in(path, name)) && path != "subject.state"
        || !path.contains('.')
}

/// The kind that `related.KIND.NAME` speaks of.
pub(crate) fn related_of(path: &str) -> Option<&str> {
    let (kind, _) = path.strip_prefix("related.")?.rsplit_once('.')?;
    Some(kind)
}

/// The kind of resource that a path speaks of, or links to, besides the target.
fn related_kind<'m>(manifest: &'m Manifest, path: &'m str) -> Option<&'m str> {
    let input = manifest.inputs.iter().find(|input| input.path == path);
    related_of(path).or_else(|| input?.links_to.as_deref())
}

/// What an input may be: what the manifest lists; ids; or, of any text, what its meaning and the policy's names
/// suggest.
fn values(manifest: &Manifest, input: &InputInfo, target: &str) -> Vec<String> {
    if let Some(kind) = &input.links_to {
        let (other, nowhere) = (related_id(kind), "nowhere".to_owned());
        // What others link to is rather the target than one more of its kind.
        return match (kind == target, related_of(&input.path)) {
            (false, _) => vec![other, nowhere],
            (true, None) => vec![other, target_id(target), nowhere],
            (true, Some(_)) => vec![target_id(target), other, nowhere],
        };
    }
    if !input.values.is_empty() {
        return input.values.clone();
    }
    let mut values: Vec<String> = [SOMEONE, ANOTHER, "0", "1", "100", "0.0.1"].map(str::to_owned).into();
    values.extend(input.meaning.split('`').skip(1).step_by(2).map(str::to_owned));
    values.extend(manifest.roles.iter().cloned());
    for state in manifest.kinds.iter().flat_map(|kind| &kind.states) {
        if state.name != ABSENT && !values.contains(&state.name) {
            values.push(state.name.clone());
        }
    }
    values
}
