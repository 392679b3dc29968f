use std::collections::{BTreeMap, BTreeSet};

use interlock_model::{
    ABSENT, ActionClass, Attributes, ConditionClass, Coverage, Manifest, Observation, Offer, Request,
    RequestError, Scope, Subject,
};

use crate::laws::cell::bits;
use crate::laws::wording::Names;
use crate::reproduce::{ANOTHER, OWNER, SOMEONE, related_id, related_of, target_id};
use crate::words::quoted;
use crate::{Observe, ObserveError};

/// What came of the law `granted`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantsReport {
    /// How many requests were asked.
    pub asked: u64,
    /// Whether it holds.
    pub status: GrantsStatus,
}

/// Whether the grants agree with the answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GrantsStatus {
    /// For every role, kind, action and mode.
    Holds,
    /// They do not.
    Broken {
        /// How many requests show it.
        places: u64,
        /// The first of them.
        text: String,
        /// What was asked.
        request: Box<Request>,
    },
}

impl GrantsReport {
    /// The law's name.
    pub const LAW: &'static str = "granted";

    /// What the law demands, one sentence without a final stop.
    pub const SENTENCE: &'static str = "the manifest's grants and the answers to requests agree for every role, kind, action and mode, \
         of resources that are the subject's and of others";
}

/// Checks that a policy's conditions grant what its manifest says: the law `granted`.
///
/// Unlike the other built-in laws it asks requests, not situations. For each operation that a mode offers on a kind,
/// from each state, someone with each role in turn asks it of a resource that is theirs and of one that is somebody
/// else's. Of the conditions of class access that can refuse, some must together hold wherever the manifest grants
/// the action and be false wherever it does not: these are the ones that the grants are about. Others may refuse
/// besides; that a policy asks more than a role is no contradiction.
///
/// What is assumed, since a manifest does not say it:
///
/// - A resource is the subject's where its attribute `owner` holds the subject's id. Those that it links to, and
///   those that conditions read, have the same owner; nothing is shared, and coverage is complete. Every attribute
///   that is neither an owner nor a link is left out.
/// - Scope `any` covers both resources, `owned` and `granted` the subject's own: an owner may what a share gives.
/// - Nothing is asked of what is shared with the subject: `owned` and `granted` are not told apart.
/// - What is yet to be made is its maker's.
/// - In a policy that reads no `target.owner`, whose a resource is makes no difference.
/// - In a policy without any grant, roles make no difference.
///
/// # Errors
///
/// What kept the policy from answering.
pub fn check_grants<P: Observe + ?Sized>(policy: &P) -> Result<GrantsReport, P::Error> {
    let manifest = policy.manifest();
    let mut findings = Findings { asked: 0, places: 0, first: None };
    for offer in &manifest.offers {
        let action = manifest.actions.get(usize::from(offer.action));
        if action.is_some_and(|action| action.class == ActionClass::Operation) {
            check_offer(policy, offer, &mut findings)?;
        }
    }
    let Findings { asked, places, first } = findings;
    let status = match first {
        None => GrantsStatus::Holds,
        Some((text, request)) => GrantsStatus::Broken { places, text, request: Box::new(request) },
    };
    Ok(GrantsReport { asked, status })
}

struct Findings {
    asked: u64,
    places: u64,
    first: Option<(String, Request)>,
}

impl Findings {
    fn add(&mut self, text: impl FnOnce() -> String, request: &Request) {
        self.places += 1;
        self.first.get_or_insert_with(|| (text(), request.clone()));
    }
}

/// One request, and what came of it.
struct Asked<'m> {
    role: &'m str,
    owned: bool,
    request: Request,
    granted: bool,
    /// Conditions of class access that are true, and those that are false, as bits.
    truths: (u32, u32),
}

fn check_offer<P: Observe + ?Sized>(
    policy: &P,
    offer: &Offer,
    findings: &mut Findings,
) -> Result<(), P::Error> {
    let manifest = policy.manifest();
    let names = Names::new(manifest);
    let access = access(manifest, offer);
    let mut all = Vec::new();
    for &state in &offer.from_states {
        for owned in [true, false] {
            for role in &manifest.roles {
                let Some(request) = request(manifest, offer, state, role, owned) else { continue };
                findings.asked += 1;
                match policy.observe(&request) {
                    Ok(situation) => {
                        let holds = situation.holds & situation.known & access;
                        let truths = (holds, situation.known & !situation.holds & access);
                        let granted = granted(manifest, offer, role, owned);
                        all.push(Asked { role, owned, request, granted, truths });
                    }
                    Err(ObserveError::Call(error)) => return Err(error),
                    Err(ObserveError::Request(mistake)) => {
                        findings.add(|| unread(names, offer, role, &mistake), &request);
                    }
                }
            }
        }
    }
    if manifest.grants.is_empty() {
        judge_alike(names, offer, &all, findings);
    } else {
        judge(names, offer, access, &all, findings);
    }
    Ok(())
}

/// Some conditions together hold wherever the action is granted, and refuse wherever it is not.
fn judge(names: Names<'_>, offer: &Offer, access: u32, all: &[Asked<'_>], findings: &mut Findings) {
    let granted = all.iter().filter(|asked| asked.granted);
    let granting = granted.fold(access, |granting, asked| granting & asked.truths.0);
    let is_wrong = |asked: &&Asked<'_>, conditions: u32| {
        let (holds, fails) = asked.truths;
        if asked.granted { holds & conditions != conditions } else { fails & conditions == 0 }
    };
    let wrong = |conditions: u32| all.iter().filter(|asked| is_wrong(asked, conditions)).count();
    // If any conditions agree with the grants, `granting` do. If none do, the one that nearly does is meant.
    let alone = bits(access).map(|bit| 1 << bit);
    let Some(meant) = [granting].into_iter().chain(alone).min_by_key(|&conditions| wrong(conditions)) else {
        return;
    };
    for asked in all.iter().filter(|asked| is_wrong(asked, meant)) {
        let text = || {
            let action = names.triple(offer.mode, offer.kind, offer.action);
            let role = quoted(asked.role);
            let whose = if asked.owned { "its own" } else { "somebody else's" };
            let (is, but) = if asked.granted {
                ("is", "is not let in")
            } else {
                ("is not", "nothing that grants depend on refuses")
            };
            format!("role {role} {is} granted {action} ({whose}), but {but}")
        };
        findings.add(text, &asked.request);
    }
}

/// Without grants every role has the same answers.
fn judge_alike(names: Names<'_>, offer: &Offer, all: &[Asked<'_>], findings: &mut Findings) {
    for asked in all {
        let like = |other: &&Asked<'_>| {
            other.owned == asked.owned && other.request.target.state == asked.request.target.state
        };
        let first = all.iter().find(like);
        if first.is_some_and(|first| first.truths != asked.truths) {
            let action = names.triple(offer.mode, offer.kind, offer.action);
            let role = quoted(asked.role);
            let text =
                || format!("no role is granted anything, and role {role} makes a difference to {action}");
            findings.add(text, &asked.request);
        }
    }
}

fn unread(names: Names<'_>, offer: &Offer, role: &str, mistake: &RequestError) -> String {
    let action = names.triple(offer.mode, offer.kind, offer.action);
    format!("role {} cannot ask for {action}: {mistake}", quoted(role))
}

/// The conditions of class access that can refuse, as bits of the offer's list.
fn access(manifest: &Manifest, offer: &Offer) -> u32 {
    let is_access = |&condition: &u16| {
        let info = manifest.conditions.get(usize::from(condition));
        info.is_some_and(|info| info.class == ConditionClass::Access)
    };
    let bits = offer.conditions.iter().zip(0..u32::BITS).filter(|(condition, _)| is_access(condition));
    bits.fold(0, |access, (_, bit)| access | 1 << bit) & !offer.selectors
}

fn granted(manifest: &Manifest, offer: &Offer, role: &str, owned: bool) -> bool {
    let Offer { mode, kind, action, .. } = offer;
    let grants = manifest.grants.iter().filter(|grant| {
        grant.role == role && grant.mode == *mode && grant.kind == *kind && grant.actions.contains(action)
    });
    grants.into_iter().any(|grant| owned || grant.scope == Scope::Any)
}

/// Someone with a role asks it of a resource of theirs, or of somebody else's. None: there is no such resource.
fn request(manifest: &Manifest, offer: &Offer, state: u8, role: &str, owned: bool) -> Option<Request> {
    let kind = manifest.kinds.get(usize::from(offer.kind))?;
    let state = &kind.states.get(usize::from(state))?.name;
    let has = |path: &str| manifest.inputs.iter().any(|input| input.path == path);
    let sees_owners = has(&format!("target.{OWNER}"));
    if !owned && (state == ABSENT || !sees_owners) {
        return None;
    }
    let owner = if owned { SOMEONE } else { ANOTHER };
    let conditions = offer.conditions.iter().filter_map(|&index| manifest.conditions.get(usize::from(index)));
    let paths: BTreeSet<&str> =
        conditions.flat_map(|condition| &condition.reads).map(String::as_str).collect();
    let inputs = || manifest.inputs.iter().filter(|input| paths.contains(input.path.as_str()));

    let mut target = Attributes::new();
    if sees_owners && state != ABSENT {
        target.push(OWNER, owner);
    }
    let mut open: Vec<&str> = inputs().filter_map(|input| related_of(&input.path)).collect();
    for input in inputs() {
        if let (Some(name), Some(linked)) = (input.path.strip_prefix("target."), &input.links_to) {
            target.push(name, related_id(linked));
            open.push(linked);
        }
    }
    let mut related = BTreeMap::new();
    while let Some(kind) = open.pop() {
        let info = manifest.kinds.iter().find(|info| info.name == kind)?;
        let in_mode = info.modes.contains(&offer.mode);
        let Some(state) = info.states.iter().find(|state| state.name != ABSENT) else { continue };
        if related.contains_key(kind) || !in_mode {
            continue;
        }
        let mut attributes = Attributes::new();
        if has(&format!("related.{kind}.{OWNER}")) {
            attributes.push(OWNER, owner);
        }
        let prefix = format!("related.{kind}.");
        for input in inputs() {
            if let (Some(name), Some(linked)) = (input.path.strip_prefix(&prefix), &input.links_to) {
                attributes.push(name, related_id(linked));
                open.push(linked);
            }
        }
        let (id, state) = (related_id(kind), state.name.clone());
        related.insert(kind, Observation { kind: kind.to_owned(), id, state, attributes });
    }
    Some(Request {
        mode: manifest.modes.get(usize::from(offer.mode))?.clone(),
        subject: Some(Subject {
            id: SOMEONE.to_owned(),
            roles: vec![role.to_owned()],
            attributes: Attributes::new(),
        }),
        action: manifest.actions.get(usize::from(offer.action))?.name.clone(),
        target: Observation {
            kind: kind.name.clone(),
            id: target_id(&kind.name),
            state: state.clone(),
            attributes: target,
        },
        related: related.into_values().collect(),
        parameters: Attributes::new(),
        coverage: Coverage::Complete,
    })
}
