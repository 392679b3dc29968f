use hashbrown::{HashMap, HashSet};
use interlock_model::{Manifest, Offer, Outcome, Situation, Verdict};

use super::{CellKey, Goal, Measure};
use crate::{AnsweredCell, Answers, assignment_index};

/// What one request came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Its cell, and what its conditions came to.
    pub situation: Situation,
    /// Roles of its subject.
    pub roles: Vec<String>,
}

/// What shows a goal, by positions among the samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// One sample.
    One(usize),
    /// Two samples that differ in one condition.
    Pair(usize, usize),
}

/// A goal, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracked {
    /// What is to be shown.
    pub goal: Goal,
    /// The first evidence; none where it is not shown.
    pub shown: Option<Evidence>,
    /// Why it cannot be shown, a position among the [`InfeasibleList`](super::InfeasibleList)'s entries.
    pub excuse: Option<usize>,
}

/// How many goals of a measure there are, and what came of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All of them.
    pub goals: usize,
    /// Shown.
    pub shown: usize,
    /// Excused.
    pub infeasible: usize,
}

impl Tally {
    /// How many are neither shown nor excused.
    pub fn missing(&self) -> usize {
        self.goals - self.shown - self.infeasible
    }

    /// Shown among those that are not excused, in percent; 100 where there are none.
    pub fn percent(&self) -> f64 {
        match self.goals - self.infeasible {
            0 => 100.0,
            feasible => 100.0 * self.shown as f64 / feasible as f64,
        }
    }
}

/// What samples show of a policy.
#[derive(Clone, Debug)]
pub struct Coverage<'m> {
    manifest: &'m Manifest,
    pub(super) goals: Vec<Tracked>,
}

impl<'m> Coverage<'m> {
    /// Lists the goals of a policy and what shows them.
    ///
    /// - `answers`: everything that the policy answers.
    /// - `samples`: in any order; those of cells from which nothing is offered show nothing.
    pub fn count(answers: &Answers<'m>, samples: &[Sample]) -> Self {
        let manifest = answers.manifest();
        let mut of_cells: HashMap<CellKey, Vec<usize>> = HashMap::new();
        for (place, sample) in samples.iter().enumerate() {
            of_cells.entry(CellKey::of(&sample.situation)).or_default().push(place);
        }
        let mut count = Count { goals: Vec::new(), effects: HashMap::new(), grants: HashMap::new() };
        for role in granted(manifest) {
            count.grants.insert(role, count.goals.len());
            count.add(role, None);
        }
        for cell in answers.cells() {
            let Ok(offer) = cell.triple.offer else { continue };
            if !offer.from_states.contains(&cell.state) {
                continue;
            }
            let key = CellKey { mode: offer.mode, kind: offer.kind, state: cell.state, action: offer.action };
            let places = of_cells.get(&key).map_or(&[][..], Vec::as_slice);
            let asked: Vec<Asked<'_>> =
                places.iter().filter_map(|&place| Asked::new(place, &samples[place], &cell)).collect();
            count.cell(manifest, key, offer, &cell, &asked);
        }
        count
            .goals
            .sort_by_key(|tracked| (tracked.goal.offer(), tracked.goal.cell(), tracked.goal.measure()));
        Self { manifest, goals: count.goals }
    }

    /// The manifest that the goals point into.
    pub fn manifest(&self) -> &'m Manifest {
        self.manifest
    }

    /// Every goal: by mode, kind, action and state.
    pub fn goals(&self) -> &[Tracked] {
        &self.goals
    }

    /// Goals that are neither shown nor excused.
    pub fn missing(&self) -> impl Iterator<Item = &Goal> {
        self.goals
            .iter()
            .filter(|tracked| tracked.shown.is_none() && tracked.excuse.is_none())
            .map(|tracked| &tracked.goal)
    }

    /// What came of the goals of a measure.
    pub fn tally(&self, measure: Measure) -> Tally {
        let mut tally = Tally::default();
        for tracked in self.goals.iter().filter(|tracked| tracked.goal.measure() == measure) {
            tally.goals += 1;
            tally.shown += usize::from(tracked.shown.is_some());
            tally.infeasible += usize::from(tracked.excuse.is_some());
        }
        tally
    }
}

/// A sample of a cell, with its outcome.
pub(super) struct Asked<'a> {
    place: usize,
    pub(super) holds: u32,
    pub(super) known: u32,
    roles: &'a [String],
    outcome: Outcome,
}

impl<'a> Asked<'a> {
    fn new(place: usize, sample: &'a Sample, cell: &AnsweredCell<'_, '_>) -> Option<Self> {
        let listed = (1u64 << cell.triple.conditions()).wrapping_sub(1) as u32;
        let known = sample.situation.known & listed;
        let holds = sample.situation.holds & known;
        let outcome = *cell.outcomes.get(assignment_index(holds, known)? as usize)?;
        Some(Self { place, holds, known, roles: &sample.roles, outcome })
    }

    /// The samples of a cell.
    pub(super) fn all(samples: &'a [Sample], key: CellKey, cell: &AnsweredCell<'_, '_>) -> Vec<Self> {
        let here = (0..).zip(samples).filter(|(_, sample)| CellKey::of(&sample.situation) == key);
        here.filter_map(|(place, sample)| Self::new(place, sample, cell)).collect()
    }
}

/// Whether samples of a cell show a goal.
pub(super) fn shown_in_cell(
    manifest: &Manifest,
    goal: Goal,
    key: CellKey,
    cell: &AnsweredCell<'_, '_>,
    asked: &[Asked<'_>],
) -> bool {
    let Ok(offer) = cell.triple.offer else { return false };
    let mut count = Count { goals: Vec::new(), effects: HashMap::new(), grants: HashMap::new() };
    if let Goal::Grants { .. } = goal {
        count.grants.insert(goal, 0);
        count.add(goal, None);
    }
    count.cell(manifest, key, offer, cell, asked);
    count.goals.iter().any(|tracked| tracked.goal == goal && tracked.shown.is_some())
}

struct Count {
    goals: Vec<Tracked>,
    /// Where the goal of each effect of an offer stands.
    effects: HashMap<(u8, u8, u8, u16), usize>,
    /// Where the goal of each grant stands.
    grants: HashMap<Goal, usize>,
}

impl Count {
    fn add(&mut self, goal: Goal, shown: Option<Evidence>) {
        self.goals.push(Tracked { goal, shown, excuse: None });
    }

    fn cell(
        &mut self,
        manifest: &Manifest,
        key: CellKey,
        offer: &Offer,
        cell: &AnsweredCell<'_, '_>,
        asked: &[Asked<'_>],
    ) {
        let first = |wanted: &dyn Fn(&Asked<'_>) -> bool| {
            asked.iter().find(|asked| wanted(asked)).map(|asked| Evidence::One(asked.place))
        };
        let can = Abilities::of(cell);
        self.add(Goal::Seen(key), first(&|_| true));
        for verdict in [Verdict::Allow, Verdict::Deny] {
            if can.answers(verdict) {
                self.add(Goal::Answers(key, verdict), first(&|asked| asked.outcome.verdict == verdict));
            }
        }
        for to in can.next_states {
            self.add(Goal::LeadsTo(key, to), first(&|asked| asked.outcome.next_state == Some(to)));
        }
        let pairs = pairs(asked, can.matters, can.refuses);
        for (bit, &condition) in (0..32u32).zip(&offer.conditions) {
            if can.matters >> bit & 1 == 1 {
                self.add(Goal::Decides(key, condition), pairs.get(&bit).copied());
            }
        }
        for (bit, &effect) in (0..32u32).zip(&offer.effects) {
            if can.effects >> bit & 1 == 0 {
                continue;
            }
            let (mode, kind, action) = (offer.mode, offer.kind, offer.action);
            let place = *self.effects.entry((mode, kind, action, effect)).or_insert_with(|| {
                let goal = Goal::HasEffect { mode, kind, action, effect };
                self.goals.push(Tracked { goal, shown: None, excuse: None });
                self.goals.len() - 1
            });
            let shown = first(&|asked| asked.outcome.effects >> bit & 1 == 1);
            let goal = &mut self.goals[place];
            goal.shown = goal.shown.or(shown);
        }
        for asked in asked.iter().filter(|asked| asked.outcome.verdict == Verdict::Allow) {
            let [role] = asked.roles else { continue };
            let Some(role) = manifest.roles.iter().position(|known| known == role) else { continue };
            let (mode, kind, action, role) = (offer.mode, offer.kind, offer.action, role as u16);
            if let Some(&place) = self.grants.get(&Goal::Grants { mode, kind, action, role }) {
                let goal = &mut self.goals[place];
                goal.shown = goal.shown.or(Some(Evidence::One(asked.place)));
            }
        }
    }
}

/// What a cell can do, of everything that may be known of its conditions.
#[derive(Default)]
pub(super) struct Abilities {
    allow: bool,
    deny: bool,
    pub(super) next_states: Vec<u8>,
    pub(super) effects: u32,
    /// Conditions that can change the outcome, if all others are known.
    pub(super) matters: u32,
    /// Of these, those that can change it between allow and deny, and that do not only select.
    pub(super) refuses: u32,
}

impl Abilities {
    pub(super) fn of(cell: &AnsweredCell<'_, '_>) -> Self {
        let count = cell.triple.conditions();
        let selectors = cell.triple.offer.map_or(0, |offer| offer.selectors);
        let all = (1u64 << count).wrapping_sub(1) as u32;
        let full: Vec<Outcome> = (0..1u64 << count)
            .filter_map(|holds| cell.outcomes.get(assignment_index(holds as u32, all)? as usize).copied())
            .collect();
        let mut can = Self::default();
        for (holds, outcome) in full.iter().enumerate() {
            can.allow |= outcome.verdict == Verdict::Allow;
            can.deny |= outcome.verdict == Verdict::Deny;
            can.effects |= outcome.effects;
            can.next_states.extend(outcome.next_state);
            for bit in 0..count {
                let Some(other) = full.get(holds ^ 1 << bit) else { continue };
                can.matters |= u32::from(!alike(outcome, other)) << bit;
                can.refuses |= u32::from(outcome.verdict != other.verdict) << bit;
            }
        }
        can.refuses &= !selectors;
        can.next_states.sort_unstable();
        can.next_states.dedup();
        can
    }

    fn answers(&self, verdict: Verdict) -> bool {
        match verdict {
            Verdict::Allow => self.allow,
            Verdict::Deny => self.deny,
            Verdict::Depends => false,
        }
    }
}

/// Whether two outcomes say the same but for their reasons.
pub(super) fn alike(one: &Outcome, other: &Outcome) -> bool {
    (one.verdict, one.next_state, one.effects) == (other.verdict, other.next_state, other.effects)
}

/// For each condition, the first two samples that differ in it alone, among the conditions that matter in the
/// cell, and whose outcomes differ.
fn pairs(asked: &[Asked<'_>], matters: u32, refuses: u32) -> HashMap<u32, Evidence> {
    let mut seen: HashMap<(u32, u32), &Asked<'_>> = HashMap::new();
    for asked in asked {
        seen.entry((asked.holds & matters, asked.known & matters)).or_insert(asked);
    }
    let mut pairs = HashMap::new();
    for one in asked {
        let (holds, known) = (one.holds & matters, one.known & matters);
        for bit in (0..32).filter(|bit| known >> bit & 1 == 1 && holds >> bit & 1 == 1) {
            let Some(other) = seen.get(&(holds ^ 1 << bit, known)) else { continue };
            let definite = ![one, *other].iter().any(|it| it.outcome.verdict == Verdict::Depends);
            let verdicts_differ = one.outcome.verdict != other.outcome.verdict;
            let enough =
                if refuses >> bit & 1 == 1 { verdicts_differ } else { !alike(&one.outcome, &other.outcome) };
            if definite && enough {
                pairs.entry(bit).or_insert(Evidence::Pair(one.place, other.place));
            }
        }
    }
    pairs
}

/// Each operation that a role is granted, where it is offered, once.
fn granted(manifest: &Manifest) -> Vec<Goal> {
    let mut seen = HashSet::new();
    let mut goals = Vec::new();
    for grant in &manifest.grants {
        let Some(role) = manifest.roles.iter().position(|role| *role == grant.role) else { continue };
        for &action in &grant.actions {
            let (mode, kind) = (grant.mode, grant.kind);
            let goal = Goal::Grants { mode, kind, action, role: role as u16 };
            if manifest.offer(mode, kind, action).is_some() && seen.insert(goal) {
                goals.push(goal);
            }
        }
    }
    goals
}
