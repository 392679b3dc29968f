use std::collections::{BTreeMap, VecDeque};

use interlock_model::Manifest;

use crate::sheet::{self, Sheet};
use crate::transition::{Transition, transitions};

/// The shortest sequences of actions that lead from one state to another.
#[derive(Clone, Debug)]
pub struct Paths<'m> {
    /// How many actions each takes. None: no sequence leads there.
    pub length: Option<usize>,
    /// How many there are; `u64::MAX` stands for any higher number too.
    pub count: u64,
    /// The first of them, ordered by their actions and states as the manifest lists them.
    pub paths: Vec<Vec<Step<'m>>>,
}

/// An action on a path.
#[derive(Clone, Debug)]
pub struct Step<'m> {
    /// Index into the manifest's actions.
    pub action: u8,
    /// Index into the kind's states.
    pub from: u8,
    /// Index into the kind's states; another than `from`.
    pub to: u8,
    /// Every way in which the action leads from the one to the other; at least one.
    pub ways: Vec<Transition<'m>>,
}

/// Finds every shortest sequence of actions between two states, each taken in the state where the one before
/// has led to. Whether what one requires can hold after the other, no manifest says.
///
/// From a state to itself leads the one sequence of no action.
///
/// - `from`, `to`: indexes into the kind's states.
/// - `limit`: how many sequences are told at most.
pub fn shortest_paths(manifest: &Manifest, sheet: Sheet, from: u8, to: u8, limit: usize) -> Paths<'_> {
    let nowhere = Paths { length: None, count: 0, paths: Vec::new() };
    let Some(kind) = sheet::kind(manifest, sheet.kind) else { return nowhere };
    let mut steps: BTreeMap<(u8, u8, u8), Step<'_>> = BTreeMap::new();
    for transition in transitions(manifest, sheet) {
        let (action, from, to) = (transition.offer.action, transition.from, transition.to);
        let step = || Step { action, from, to, ways: Vec::new() };
        steps.entry((from, action, to)).or_insert_with(step).ways.push(transition);
    }
    if usize::from(from.max(to)) >= kind.states.len() {
        return nowhere;
    }
    let left = distances(steps.values(), to);
    let Some(&length) = left.get(&from) else { return nowhere };
    // Only steps that come nearer lie on a shortest sequence.
    steps.retain(|_, step| match (left.get(&step.from), left.get(&step.to)) {
        (Some(&before), Some(&after)) => before == after + 1,
        _ => false,
    });
    let mut paths = Vec::new();
    collect(&steps, to, from, &mut Vec::new(), &mut paths, limit);
    Paths { length: Some(length), count: count(&steps, &left, from, to), paths }
}

/// How many steps each state is away from one, where it can be reached at all.
fn distances<'a, 'm: 'a>(steps: impl Iterator<Item = &'a Step<'m>>, to: u8) -> BTreeMap<u8, usize> {
    let mut before: BTreeMap<u8, Vec<u8>> = BTreeMap::new();
    for step in steps {
        before.entry(step.to).or_default().push(step.from);
    }
    let mut left = BTreeMap::from([(to, 0)]);
    let mut open = VecDeque::from([(to, 0)]);
    while let Some((state, distance)) = open.pop_front() {
        for &state in before.get(&state).map_or(&[][..], Vec::as_slice) {
            left.entry(state).or_insert_with(|| {
                open.push_back((state, distance + 1));
                distance + 1
            });
        }
    }
    left
}

fn onward<'a, 'm>(
    steps: &'a BTreeMap<(u8, u8, u8), Step<'m>>,
    state: u8,
) -> impl Iterator<Item = &'a Step<'m>> {
    steps.range((state, 0, 0)..=(state, u8::MAX, u8::MAX)).map(|(_, step)| step)
}

fn collect<'m>(
    steps: &BTreeMap<(u8, u8, u8), Step<'m>>,
    to: u8,
    state: u8,
    taken: &mut Vec<Step<'m>>,
    paths: &mut Vec<Vec<Step<'m>>>,
    limit: usize,
) {
    if paths.len() >= limit {
        return;
    }
    if state == to {
        paths.push(taken.clone());
        return;
    }
    for step in onward(steps, state) {
        taken.push(step.clone());
        collect(steps, to, step.to, taken, paths, limit);
        taken.pop();
    }
}

/// How many sequences lead on from a state: the sum of those from each next one, the nearest first.
fn count(steps: &BTreeMap<(u8, u8, u8), Step<'_>>, left: &BTreeMap<u8, usize>, from: u8, to: u8) -> u64 {
    let mut states: Vec<(usize, u8)> = left.iter().map(|(&state, &distance)| (distance, state)).collect();
    states.sort_unstable();
    let mut counts = BTreeMap::from([(to, 1u64)]);
    for (_, state) in states.into_iter().filter(|&(_, state)| state != to) {
        let next = onward(steps, state).map(|step| counts.get(&step.to).copied().unwrap_or(0));
        let sum = next.fold(0u64, u64::saturating_add);
        counts.insert(state, sum);
    }
    counts.get(&from).copied().unwrap_or(0)
}
