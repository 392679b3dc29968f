use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use hashbrown::HashSet;
use interlock_model::{Decision, Manifest, Reason, Request, RequestError, Situation, Verdict};
use serde::Serialize;
use thiserror::Error;

use super::pair::condition;
use super::worlds::Probe;
use crate::parallel::on_all_cores;
use crate::{Observe, ObserveError};

/// What was found by asking two policies the same requests.
///
/// What a condition means does not show in cells: two policies that decide every situation alike may still see
/// different situations in one request. That cannot be enumerated, so it is sampled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sampled {
    /// Requests given.
    pub given: u64,
    /// Requests generated.
    pub generated: u64,
    /// Conditions that both policies ask, counted once for each kind that they are asked of; more than once where no
    /// one action asks it in all modes.
    pub conditions: u64,
    /// Of these, those that some generated request made true and another one false, in the old policy.
    pub turned: u64,
    /// What differs, once for each way in which it does.
    pub findings: Vec<Finding>,
}

/// One way in which answers to requests differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What differs.
    pub what: Differs,
    /// Code of the condition or the reason; empty where the request as a whole is meant.
    pub name: String,
    /// What the old policy says to the request shown.
    pub before: String,
    /// What the new policy says.
    pub after: String,
    /// On how many requests.
    pub samples: u64,
    /// Whether the two also decide differently about the request shown.
    pub decides: bool,
    /// One of them: if there is any about which the two decide differently, one of those; as small as any.
    pub request: Request,
}

/// What of an answer differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Differs {
    /// The answer of a condition: true, false or unknown.
    Condition,
    /// Whether the request makes sense.
    Request,
    /// The sentence of a reason.
    Message,
    /// The resources that a reason points at.
    Evidence,
    /// The sentence of an effect.
    Effect,
    /// What would serve instead.
    WayOut,
}

impl Differs {
    /// As people read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Condition => "condition",
            Self::Request => "request",
            Self::Message => "message",
            Self::Evidence => "evidence",
            Self::Effect => "effect",
            Self::WayOut => "way out",
        }
    }
}

/// Why two policies were not sampled.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the {which} policy did not answer a request")]
pub struct SampleError<E> {
    /// Which of the two: "old" or "new".
    pub which: &'static str,
    /// What kept it from answering.
    pub source: E,
}

/// Asks two policies the same requests: those given, and small worlds made for each condition that both ask.
///
/// For each condition of each kind, the worlds take what it reads, in either policy, through every state
/// and value that the manifests list and the requests given have: any two values meet in some world, and around
/// the first world in which it is true and the first in which it is false each thing is changed by itself. What a
/// decision says in words is compared in those two worlds, and for the requests given. Equal policies and requests
/// get equal worlds.
///
/// - `progress`: told now and then how many requests were asked; from any thread.
///
/// # Errors
///
/// [`SampleError`] where one of them does not answer. A request that a policy cannot make sense of is answered.
pub fn sample<O, N>(
    old: &O,
    new: &N,
    given: &[Request],
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Sampled, SampleError<O::Error>>
where
    O: Observe + Sync + ?Sized,
    N: Observe<Error = O::Error> + Sync + ?Sized,
{
    let mut found = Found::default();
    let sampler = Sampler { old, new };
    for request in given {
        sampler.observe(request, &mut found)?;
        sampler.evaluate(request, &mut found)?;
    }
    let given_count = found.samples;
    let probes = Probe::all(old.manifest(), new.manifest(), given);
    let (next, asked) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(probe) = probes.get(place) else { return Ok(done) };
            let found = sampler.probe(probe)?;
            let count = found.samples as usize;
            done.push((place, found));
            progress((asked.fetch_add(count, Ordering::Relaxed) + count) as u64);
        }
    };
    let mut done = on_all_cores(work)?;
    done.sort_by_key(|&(place, _)| place);
    done.into_iter().for_each(|(_, part)| found.merge(part));
    Ok(Sampled {
        given: given_count,
        generated: found.samples - given_count,
        conditions: probes.len() as u64,
        turned: found.turned,
        findings: found.findings.into_values().collect(),
    })
}

/// What tells one way of differing from another.
type Key = (Differs, String, Option<(String, String)>);

#[derive(Default)]
struct Found {
    samples: u64,
    turned: u64,
    findings: BTreeMap<Key, Finding>,
}

impl Found {
    fn add(&mut self, what: Differs, name: &str, said: [String; 2], decides: bool, request: &Request) {
        let [before, after] = said;
        // Sentences name what they are about, so that hardly two are alike.
        let apart = matches!(what, Differs::Condition | Differs::Request);
        let key = (what, name.to_owned(), apart.then(|| (before.clone(), after.clone())));
        let (name, request) = (name.to_owned(), request.clone());
        self.put(key, Finding { what, name, before, after, samples: 1, decides, request });
    }

    fn put(&mut self, key: Key, finding: Finding) {
        match self.findings.get_mut(&key) {
            None => drop(self.findings.insert(key, finding)),
            Some(known) => {
                let samples = known.samples + finding.samples;
                let better = |finding: &Finding| (!finding.decides, size(&finding.request));
                if better(&finding) < better(known) {
                    *known = finding;
                }
                known.samples = samples;
            }
        }
    }

    fn merge(&mut self, other: Self) {
        self.samples += other.samples;
        self.turned += other.turned;
        other.findings.into_iter().for_each(|(key, finding)| self.put(key, finding));
    }
}

/// How much there is to read in a request.
fn size(request: &Request) -> usize {
    let resources = std::iter::once(&request.target).chain(&request.related);
    let subject = request.subject.iter().map(|subject| 1 + subject.roles.len() + subject.attributes.0.len());
    let told: usize = resources.map(|resource| 2 + resource.attributes.0.len()).chain(subject).sum();
    told + request.parameters.0.len()
}

struct Sampler<'a, O: ?Sized, N: ?Sized> {
    old: &'a O,
    new: &'a N,
}

impl<O, N> Sampler<'_, O, N>
where
    O: Observe + ?Sized,
    N: Observe<Error = O::Error> + ?Sized,
{
    fn probe(&self, probe: &Probe) -> Result<Found, SampleError<O::Error>> {
        let mut found = Found::default();
        // The first world of each answer.
        let mut anchors: BTreeMap<Option<bool>, Vec<usize>> = BTreeMap::new();
        let mut asked = HashSet::new();
        let mut rows = probe.rows();
        let mut looked: Vec<Option<bool>> = Vec::new();
        loop {
            for row in rows {
                let row = probe.shown(row);
                if !asked.insert(row.clone()) {
                    continue;
                }
                let request = probe.request(&row);
                let Some(situation) = self.observe(&request, &mut found)? else { continue };
                let answers = truths(self.old.manifest(), situation);
                let answer = answers.into_iter().find(|(code, _)| *code == probe.condition);
                if let Some((_, truth)) = answer
                    && let Entry::Vacant(first) = anchors.entry(truth)
                {
                    first.insert(row);
                    self.evaluate(&request, &mut found)?;
                }
            }
            // Around a world in which it is not known there is less to see, unless none is known.
            let turned = anchors.contains_key(&Some(true)) && anchors.contains_key(&Some(false));
            let next = [Some(true), Some(false), None].into_iter().find(|truth| {
                !looked.contains(truth) && anchors.contains_key(truth) && (truth.is_some() || !turned)
            });
            let Some(truth) = next else {
                found.turned = u64::from(turned);
                return Ok(found);
            };
            rows = anchors
                .get(&truth)
                .map_or_else(Vec::new, |anchor| probe.around(anchor, !looked.is_empty()).collect());
            looked.push(truth);
        }
    }

    /// Asks both what they see in a request and notes what differs. What the old one sees, if anything.
    fn observe(
        &self,
        request: &Request,
        found: &mut Found,
    ) -> Result<Option<Situation>, SampleError<O::Error>> {
        found.samples += 1;
        let old = answered("old", self.old.observe(request))?;
        let new = answered("new", self.new.observe(request))?;
        let (Ok(before), Ok(after)) = (&old, &new) else {
            let told = |answer: &Result<Situation, RequestError>| match answer {
                Ok(_) => "understood".to_owned(),
                Err(mistake) => format!("{}: {mistake}", mistake.code()),
            };
            let (before, after) = (told(&old), told(&new));
            if before != after {
                found.add(Differs::Request, "", [before, after], old.is_ok() != new.is_ok(), request);
            }
            return Ok(old.ok());
        };
        let ours = truths(self.old.manifest(), *before);
        let theirs = truths(self.new.manifest(), *after);
        let mut differing = Vec::new();
        for (code, before) in &ours {
            let after = theirs.iter().find(|(other, _)| other == code).map(|(_, after)| after);
            differing.extend(after.filter(|&after| after != before).map(|after| (code, [before, after])));
        }
        if !differing.is_empty() {
            let decides = match self.decisions(request)? {
                Some((old, new)) => decided(&old) != decided(&new),
                None => false,
            };
            for (code, truths) in differing {
                let said = truths.map(|truth| word(*truth).to_owned());
                found.add(Differs::Condition, code, said, decides, request);
            }
        }
        Ok(old.ok())
    }

    /// Asks both for the decision and notes where they decide the same in other words.
    fn evaluate(&self, request: &Request, found: &mut Found) -> Result<(), SampleError<O::Error>> {
        if let Some((old, new)) = self.decisions(request)? {
            wording(&old, &new, request, found);
        }
        Ok(())
    }

    /// What both decide, if the request makes sense to both.
    fn decisions(&self, request: &Request) -> Result<Option<(Decision, Decision)>, SampleError<O::Error>> {
        let old = answered("old", self.old.evaluate(request))?;
        let new = answered("new", self.new.evaluate(request))?;
        Ok(old.ok().zip(new.ok()))
    }
}

fn answered<T, E>(
    which: &'static str,
    answer: Result<T, ObserveError<E>>,
) -> Result<Result<T, RequestError>, SampleError<E>> {
    match answer {
        Ok(answer) => Ok(Ok(answer)),
        Err(ObserveError::Request(mistake)) => Ok(Err(mistake)),
        Err(ObserveError::Call(source)) => Err(SampleError { which, source }),
    }
}

/// What the conditions of a situation come to, by code.
fn truths(manifest: &Manifest, situation: Situation) -> Vec<(Cow<'_, str>, Option<bool>)> {
    let Situation { mode, kind, action, holds, known, .. } = situation;
    let offer = manifest.offer(mode, kind, action);
    let truth = |bit: u32| {
        let is = |mask: u32| mask.checked_shr(bit).unwrap_or(0) & 1 != 0;
        is(known).then(|| is(holds))
    };
    let listed = (0..).zip(offer.map_or(&[][..], |offer| &offer.conditions));
    listed.map(|(bit, &index)| (condition(manifest, index), truth(bit))).collect()
}

fn word(truth: Option<bool>) -> &'static str {
    match truth {
        Some(true) => "true",
        Some(false) => "false",
        None => "unknown",
    }
}

/// What a decision decides, without its words.
fn decided(decision: &Decision) -> (Verdict, Option<&str>, BTreeSet<&str>, BTreeSet<&str>) {
    let reasons = decision.reasons.iter().map(|reason| reason.code.as_str()).collect();
    let effects = decision.effects.iter().map(|effect| effect.code.as_str()).collect();
    (decision.verdict, decision.next_state.as_deref(), reasons, effects)
}

/// How two decisions differ that decide the same. Where they do not, cells tell.
fn wording(old: &Decision, new: &Decision, request: &Request, found: &mut Found) {
    if decided(old) != decided(new) {
        return;
    }
    let mut add = |what, name: &str, said| found.add(what, name, said, false, request);
    for before in &old.reasons {
        let Some(after) = new.reasons.iter().find(|after| after.code == before.code) else { continue };
        if before.message != after.message {
            add(Differs::Message, &before.code, [before.message.clone(), after.message.clone()]);
        }
        if before.evidence != after.evidence {
            let told = |reason: &Reason| {
                let named = reason.evidence.iter().map(|it| format!("{} {} ({})", it.kind, it.id, it.state));
                named.collect::<Vec<_>>().join(", ")
            };
            add(Differs::Evidence, &before.code, [told(before), told(after)]);
        }
    }
    for before in &old.effects {
        let Some(after) = new.effects.iter().find(|after| after.code == before.code) else { continue };
        if before.message != after.message {
            add(Differs::Effect, &before.code, [before.message.clone(), after.message.clone()]);
        }
    }
    if old.ways_out != new.ways_out {
        let told = |decision: &Decision| {
            let named = decision.ways_out.iter().map(|way| match (&way.from_states[..], &way.needs[..]) {
                ([], []) => way.action.clone(),
                ([], needs) => format!("{} with {}", way.action, needs.join(" and ")),
                (states, _) => format!("{} from {}", way.action, states.join(", ")),
            });
            named.collect::<Vec<_>>().join("; ")
        };
        add(Differs::WayOut, "", [told(old), told(new)]);
    }
}
