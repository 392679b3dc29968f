use hashbrown::{HashMap, HashSet};
use interlock_model::{Cause, Manifest, Offer, Situation};
use thiserror::Error;

use crate::assignments;

/// Every situation that a policy can be asked, and that can have an answer of its own.
///
/// Each (mode, kind, action) with each state of the kind, also those that the mode does not have. Where an
/// offer stands, each state with every assignment of true, false and unknown to the offer's conditions;
/// elsewhere each state once, with nothing known.
#[derive(Clone, Debug)]
pub struct Enumeration<'m> {
    triples: Vec<Triple<'m>>,
    situations: u64,
}

/// One (mode, kind, action) of the manifest.
#[derive(Clone, Copy, Debug)]
pub struct Triple<'m> {
    /// Index into [`Manifest::modes`].
    pub mode: u8,
    /// Index into [`Manifest::kinds`].
    pub kind: u8,
    /// Index into [`Manifest::actions`].
    pub action: u8,
    /// How many states the kind has, at most 256: more have no index.
    pub states: u16,
    /// What the manifest offers, or the cause for which every state refuses.
    pub offer: Result<&'m Offer, Cause>,
}

/// A policy has more situations than may be asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "the policy has {situations} situations, allowed are {allowed}; `{action}` on `{kind}` in mode `{mode}` \
     alone has {largest}"
)]
pub struct TooManySituations {
    /// How many there are; `u64::MAX` stands for any higher number too.
    pub situations: u64,
    /// How many were allowed.
    pub allowed: u32,
    /// Mode of the triple that has most of them.
    pub mode: String,
    /// Its kind.
    pub kind: String,
    /// Its action.
    pub action: String,
    /// How many it has.
    pub largest: u64,
}

impl<'m> Enumeration<'m> {
    /// Counts the situations of a policy, and lists them unless there are too many. Asks nothing.
    ///
    /// Of two offers for one (mode, kind, action) the first counts. Modes, kinds, actions and states beyond
    /// the first 256 have no index and are left out, as are kinds without states.
    ///
    /// # Errors
    ///
    /// [`TooManySituations`] where there are more than `allowed`.
    pub fn new(manifest: &'m Manifest, allowed: u32) -> Result<Self, TooManySituations> {
        let (mut situations, mut largest) = (0u64, None);
        for_each_triple(manifest, |triple| {
            situations = situations.saturating_add(triple.situations());
            if largest.as_ref().is_none_or(|largest: &Triple<'_>| triple.situations() > largest.situations())
            {
                largest = Some(triple);
            }
        });
        if let Some(largest) = largest.filter(|_| situations > u64::from(allowed)) {
            return Err(TooManySituations {
                situations,
                allowed,
                mode: manifest.modes[usize::from(largest.mode)].clone(),
                kind: manifest.kinds[usize::from(largest.kind)].name.clone(),
                action: manifest.actions[usize::from(largest.action)].name.clone(),
                largest: largest.situations(),
            });
        }
        let mut triples = Vec::new();
        for_each_triple(manifest, |triple| triples.push(triple));
        Ok(Self { triples, situations })
    }

    /// How many situations there are.
    pub fn situations(&self) -> u64 {
        self.situations
    }

    /// Every (mode, kind, action), in this order.
    pub fn triples(&self) -> &[Triple<'m>] {
        &self.triples
    }
}

impl Triple<'_> {
    /// How many conditions the offer lists; none without an offer.
    pub fn conditions(&self) -> usize {
        self.offer.map_or(0, |offer| offer.conditions.len())
    }

    /// How many assignments each state has, saturating.
    pub fn assignments(&self) -> u64 {
        assignments(self.conditions())
    }

    /// How many situations it has, saturating.
    pub fn situations(&self) -> u64 {
        u64::from(self.states).saturating_mul(self.assignments())
    }

    /// The situation of a state and what is known.
    pub fn situation(&self, state: u8, (holds, known): (u32, u32)) -> Situation {
        Situation { mode: self.mode, kind: self.kind, state, action: self.action, holds, known }
    }

    /// Every situation: state by state, assignment by assignment.
    ///
    /// - `table`: the masks of at least as many assignments as it has.
    pub(crate) fn all_situations<'a>(
        &'a self,
        table: &'a [(u32, u32)],
    ) -> impl DoubleEndedIterator<Item = Situation> + 'a {
        let assignments = &table[..self.assignments() as usize];
        (0..self.states)
            .flat_map(move |state| assignments.iter().map(move |&known| self.situation(state as u8, known)))
    }

    /// The fixed cause for which a state refuses whatever is known. None: conditions decide.
    pub fn refusal(&self, state: u8) -> Option<Cause> {
        match self.offer {
            Err(cause) => Some(cause),
            Ok(offer) if offer.from_states.contains(&state) => None,
            Ok(_) => Some(Cause::NotFromState),
        }
    }
}

fn for_each_triple<'m>(manifest: &'m Manifest, mut visit: impl FnMut(Triple<'m>)) {
    let mut offers = HashMap::new();
    let mut anywhere = HashSet::new();
    for offer in &manifest.offers {
        offers.entry((offer.mode, offer.kind, offer.action)).or_insert(offer);
        anywhere.insert((offer.kind, offer.action));
    }
    for (mode, _) in (0..=u8::MAX).zip(&manifest.modes) {
        for (kind, info) in (0..=u8::MAX).zip(&manifest.kinds) {
            let states = info.states.len().min(256) as u16;
            if states == 0 {
                continue;
            }
            for (action, _) in (0..=u8::MAX).zip(&manifest.actions) {
                let offer = if !info.modes.contains(&mode) {
                    Err(Cause::NotInMode)
                } else if let Some(offer) = offers.get(&(mode, kind, action)) {
                    Ok(*offer)
                } else if anywhere.contains(&(kind, action)) {
                    Err(Cause::NotInMode)
                } else {
                    Err(Cause::NotOffered)
                };
                visit(Triple { mode, kind, action, states, offer });
            }
        }
    }
}
