//! Cases for what is missing, written as an author would write them, for an author to review.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use interlock::Policy;
use interlock_analysis::Answers;
use interlock_analysis::cases::{Cast, Changed, OneOrMany, Resource, Want, WantedDecision, Written};
use interlock_analysis::coverage::{Coverage, Material, Stub, stubs};
use interlock_model::{Attributes, ConditionInfo, Manifest, Observation, Offer, Request, Subject, Verdict};
use serde::Serialize;

use super::samples::Samples;
use crate::failure::Failure;
use crate::world_file::to_lines;
use interlock_checks::{self as case_files, Suite};

/// How many cases were written.
pub(super) struct Count {
    pub(super) written: usize,
    /// Of those, how many requests do not come to the situation that they are for.
    pub(super) unfound: usize,
}

/// Writes a case file for each kind of which something is missing.
///
/// # Errors
///
/// [`Failure::Call`] where the policy does not answer, [`Failure::Write`]; a file that is there is not replaced.
pub(super) fn write(
    folder: &Path,
    suite: &Suite,
    policy: &Policy,
    answers: &Answers<'_>,
    coverage: &Coverage<'_>,
    samples: &Samples<'_>,
) -> Result<Count, Failure> {
    let cast = common_cast(suite);
    let subjects = subjects(suite, &cast);
    let requests: Vec<&Request> = samples.cases.iter().map(|(_, case)| &case.request).collect();
    let resources = cast.resources.values().cloned().collect();
    let material = Material::of(requests.iter().copied(), subjects.values().cloned().collect(), resources);
    let found =
        stubs(policy, answers, coverage, &samples.samples, &requests, &material).map_err(Failure::Call)?;
    let author = Author { manifest: policy.manifest(), cast: &cast, subjects: &subjects };
    let mut count = Count { written: 0, unfound: found.iter().filter(|stub| !stub.found).count() };
    let unwritable = |path: &Path| {
        let place = format!("`{}`", path.display());
        move |source| Failure::Write { place, source }
    };
    fs::create_dir_all(folder).map_err(unwritable(folder))?;
    copy_cast(suite, folder)?;
    for (kind, file) in author.files(&found) {
        count.written += file.cases.len();
        let path = folder.join(format!("{kind}.json"));
        let text = to_lines(&file, 3).map_err(unwritable(&path))?;
        let created = OpenOptions::new().write(true).create_new(true).open(&path);
        created.and_then(|mut file| file.write_all(text.as_bytes())).map_err(unwritable(&path))?;
    }
    Ok(count)
}

/// The cast of all files; an empty one where they have several.
fn common_cast(suite: &Suite) -> Arc<Cast> {
    let mut casts = suite.files.iter().map(|loaded| &loaded.cast);
    match casts.next() {
        Some(first) if casts.all(|other| Arc::ptr_eq(first, other)) => Arc::clone(first),
        _ => Arc::new(Cast::default()),
    }
}

/// Puts the cast beside the stubs, so that they can be run where they are.
fn copy_cast(suite: &Suite, folder: &Path) -> Result<(), Failure> {
    let target = case_files::cast_of(folder);
    let source =
        suite.files.first().and_then(|loaded| Path::new(&loaded.name).parent()).map(case_files::cast_of);
    let Some(source) = source.filter(|source| source.exists() && !target.exists()) else { return Ok(()) };
    let unwritable = |source| Failure::Write { place: format!("`{}`", target.display()), source };
    fs::copy(source, &target).map(|_| ()).map_err(unwritable)
}

/// Every subject of the cast and the files, by name; of two that share a name, the first.
fn subjects(suite: &Suite, cast: &Cast) -> BTreeMap<String, Subject> {
    let mut subjects = cast.subjects.clone();
    for loaded in &suite.files {
        for (name, subject) in loaded.file.subjects() {
            if !subjects.values().any(|known| known == subject) {
                subjects.entry(name.clone()).or_insert_with(|| subject.clone());
            }
        }
    }
    subjects
}

#[derive(Serialize)]
struct StubFile {
    about: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    subjects: BTreeMap<String, Subject>,
    cases: Vec<Written>,
}

/// Writes requests in the names of a cast.
struct Author<'a> {
    manifest: &'a Manifest,
    cast: &'a Cast,
    subjects: &'a BTreeMap<String, Subject>,
}

impl Author<'_> {
    /// The stubs by kind; those that differ in state or mode alone are one case.
    fn files(&self, stubs: &[Stub]) -> BTreeMap<String, StubFile> {
        // A case without modes and states, as text; the case, and its states by mode.
        let mut alike: Vec<(String, Written, BTreeMap<String, Vec<String>>)> = Vec::new();
        for stub in stubs {
            let written = self.written(stub);
            let key = serde_json::to_string(&written).unwrap_or_default();
            let Request { mode, target, .. } = &stub.request;
            let place = alike.iter().position(|(known, ..)| *known == key).unwrap_or_else(|| {
                alike.push((key, written, BTreeMap::new()));
                alike.len() - 1
            });
            let states = alike[place].2.entry(mode.clone()).or_default();
            if !states.contains(&target.state) {
                states.push(target.state.clone());
            }
        }
        let mut files = BTreeMap::new();
        let mut names = BTreeSet::new();
        for (_, written, by_mode) in alike {
            let mut by_states: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
            for (mode, states) in by_mode {
                by_states.entry(states).or_default().push(mode);
            }
            for (states, modes) in by_states {
                let mut case = Written { mode: modes.into(), ..written.clone() };
                let kind = self.with_states(&mut case.target, states);
                let claim = case.name.clone();
                let numbers = (2..).map(|number| format!("{claim} ({number})"));
                if let Some(free) =
                    [claim.clone()].into_iter().chain(numbers).find(|name| !names.contains(name))
                {
                    case.name = free;
                }
                names.insert(case.name.clone());
                let file = files.entry(kind.clone()).or_insert_with(|| StubFile {
                    about: format!("What no case shows of {kind} yet."),
                    policy: self.cast.policy.is_none().then(|| self.manifest.name.clone()),
                    subjects: BTreeMap::new(),
                    cases: Vec::new(),
                });
                if let Some(name) =
                    case.subject.as_ref().filter(|name| !self.cast.subjects.contains_key(*name))
                    && let Some(subject) = self.subjects.get(name)
                {
                    file.subjects.insert(name.clone(), subject.clone());
                }
                file.cases.push(case);
            }
        }
        files
    }

    /// Gives a target its states, and tells its kind.
    fn with_states(&self, target: &mut Resource, states: Vec<String>) -> String {
        let Resource::Changed(changed) = target else { return String::new() };
        let like = changed.like.as_ref().and_then(|name| self.cast.resources.get(name));
        let kind = changed.kind.clone().or_else(|| like.map(|like| like.kind.clone())).unwrap_or_default();
        if like.is_none_or(|like| states != [like.state.clone()]) {
            changed.state = Some(states.into());
        } else if changed.attributes.is_empty()
            && let Some(name) = changed.like.take()
        {
            *target = Resource::Name(name);
        }
        kind
    }

    /// The case of a stub, but for modes and states.
    fn written(&self, stub: &Stub) -> Written {
        let Stub { request, .. } = stub;
        let (related, without, only) = self.related(request);
        let mut target = self.describe(&request.target);
        if let Resource::Name(name) = target {
            target = Resource::Changed(Box::new(Changed { like: Some(name), ..Changed::default() }));
        }
        if let Resource::Changed(changed) = &mut target {
            changed.state = None;
        }
        let offer = self.manifest.offer(stub.wanted.mode, stub.wanted.kind, stub.wanted.action);
        let want = self.want(stub, offer);
        Written {
            name: claim(request, &want),
            review: Some(self.review(stub, offer)),
            source: Vec::new(),
            ids: Vec::new(),
            mode: OneOrMany::Many(Vec::new()),
            subject: request.subject.as_ref().and_then(|subject| {
                self.subjects.iter().find(|(_, known)| *known == subject).map(|(name, _)| name.clone())
            }),
            action: request.action.clone(),
            target,
            related,
            without,
            only,
            parameters: request.parameters.clone(),
            coverage: request.coverage,
            want: Want::Decision(want),
        }
    }

    /// What is laid over the site of the mode, what is left out of it; or, where that does not come to the same,
    /// everything.
    fn related(&self, request: &Request) -> (Vec<Resource>, Vec<String>, Option<Vec<Resource>>) {
        let is = |one: &Observation, other: &Observation| (&one.kind, &one.id) == (&other.kind, &other.id);
        let site: Vec<(&String, &Observation)> =
            self.cast.sites.get(&request.mode).map_or(Vec::new(), |names| {
                let named = names.iter().filter_map(|name| Some((name, self.cast.resources.get(name)?)));
                named.filter(|(_, resource)| !is(resource, &request.target)).collect()
            });
        let without = site.iter().filter(|(_, of_site)| !request.related.iter().any(|it| is(it, of_site)));
        let without = without.map(|(name, _)| (*name).clone()).collect();
        let laid_over = request.related.iter().filter(|it| !site.iter().any(|(_, of_site)| of_site == it));
        let beside_target = request.related.iter().any(|it| is(it, &request.target));
        if beside_target {
            let all = request.related.iter().map(|it| self.describe(it)).collect();
            return (Vec::new(), Vec::new(), Some(all));
        }
        (laid_over.map(|it| self.describe(it)).collect(), without, None)
    }

    /// A resource by its name in the cast, with what differs from there.
    fn describe(&self, resource: &Observation) -> Resource {
        let named =
            self.cast.resources.iter().find(|(_, it)| (&it.kind, &it.id) == (&resource.kind, &resource.id));
        let Some((name, base)) = named else {
            return Resource::Changed(Box::new(Changed {
                like: None,
                kind: Some(resource.kind.clone()),
                id: Some(resource.id.clone()),
                state: Some(OneOrMany::One(resource.state.clone())),
                attributes: listed(&resource.attributes),
            }));
        };
        if base == resource {
            return Resource::Name(name.clone());
        }
        let (before, mut attributes) = (listed(&base.attributes), listed(&resource.attributes));
        for name in before.keys() {
            attributes.entry(name.clone()).or_insert(OneOrMany::Many(Vec::new()));
        }
        attributes.retain(|name, values| before.get(name) != Some(values));
        Resource::Changed(Box::new(Changed {
            like: Some(name.clone()),
            state: (base.state != resource.state).then(|| OneOrMany::One(resource.state.clone())),
            attributes,
            ..Changed::default()
        }))
    }

    fn want(&self, stub: &Stub, offer: Option<&Offer>) -> WantedDecision {
        let Stub { outcome, wanted, .. } = stub;
        let kind = self.manifest.kinds.get(usize::from(wanted.kind));
        let mut want = WantedDecision::new(outcome.verdict);
        let Some(offer) = offer else { return want };
        want.reasons =
            conditions(self.manifest, offer, outcome.reasons).map(|info| info.code.clone()).collect();
        want.next_state = outcome.next_state.and_then(|next| {
            let name = || Some(kind?.states.get(usize::from(next))?.name.clone());
            if next == wanted.state { Some("unchanged".to_owned()) } else { name() }
        });
        let effects = (0..32u32).zip(&offer.effects).filter(|(bit, _)| outcome.effects >> bit & 1 == 1);
        let effects = effects.filter_map(|(_, &effect)| self.manifest.effects.get(usize::from(effect)));
        want.effects = effects.map(|effect| effect.code.clone()).collect();
        want
    }

    /// What an author has to look at.
    fn review(&self, stub: &Stub, offer: Option<&Offer>) -> String {
        if stub.found {
            return "the policy answers so; is it right?".to_owned();
        }
        let Some(offer) = offer else { return String::new() };
        let told = |mask: u32, answer: &str| {
            let questions = conditions(self.manifest, offer, mask);
            questions
                .map(|info| format!("{} {answer} (it reads {})", info.code, info.reads.join(", ")))
                .collect::<Vec<_>>()
        };
        let wanted =
            [told(stub.wanted.holds, "true"), told(stub.wanted.known & !stub.wanted.holds, "false")].concat();
        format!("no request was found for this; make {}", wanted.join("; "))
    }
}

fn claim(request: &Request, want: &WantedDecision) -> String {
    let (kind, action) = (&request.target.kind, &request.action);
    let reasons: Vec<&str> = want.reasons.iter().map(String::as_str).collect();
    match want.verdict {
        Verdict::Allow => format!("{kind}, {action}: allowed"),
        Verdict::Deny => format!("{kind}, {action}: refused for want of {}", reasons.join(" and ")),
        Verdict::Depends => format!("{kind}, {action}: depends on {}", reasons.join(" and ")),
    }
}

fn conditions<'m>(
    manifest: &'m Manifest,
    offer: &'m Offer,
    mask: u32,
) -> impl Iterator<Item = &'m ConditionInfo> {
    let listed = (0..32u32).zip(&offer.conditions).filter(move |(bit, _)| mask >> bit & 1 == 1);
    listed.filter_map(|(_, &condition)| manifest.conditions.get(usize::from(condition)))
}

/// Attributes as cases write them.
fn listed(attributes: &Attributes) -> BTreeMap<String, OneOrMany> {
    let mut lists: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for attribute in attributes.iter() {
        lists.entry(attribute.name.clone()).or_default().push(attribute.value.clone());
    }
    lists.into_iter().map(|(name, values)| (name, values.into())).collect()
}
