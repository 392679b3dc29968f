use interlock_model::{Outcome, Request, Situation, Verdict};

use super::count::{Abilities, Asked, alike, shown_in_cell};
use super::explore::{Material, Wanted, reach};
use super::{CellKey, Coverage, Goal, Sample};
use crate::{AnsweredCell, Answers, Observe, ObserveError, assignment_index};

/// How many requests a search starts from.
const STARTS: usize = 40;
/// How many ways to show a goal are tried.
const WAYS: usize = 8;

/// A request that would show something that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stub {
    /// What it is for.
    pub goal: Goal,
    /// The request; where none was found that comes to the situation, one that comes near.
    pub request: Request,
    /// The situation that it shall come to.
    pub wanted: Situation,
    /// What the policy answers there.
    pub outcome: Outcome,
    /// Whether the request comes to that situation.
    pub found: bool,
}

/// Looks for requests that show what is missing, starting from those that there are.
///
/// - `samples`, `requests`: what was counted, and the request of each sample.
///
/// # Errors
///
/// What kept the policy from answering.
pub fn stubs<O: Observe + ?Sized>(
    policy: &O,
    answers: &Answers<'_>,
    coverage: &Coverage<'_>,
    samples: &[Sample],
    requests: &[&Request],
    material: &Material,
) -> Result<Vec<Stub>, O::Error> {
    let mut work = Work {
        policy,
        material,
        samples: samples.to_vec(),
        requests: requests.iter().map(|&request| request.clone()).collect(),
        stubs: Vec::new(),
    };
    let missing: Vec<Goal> = coverage.missing().copied().collect();
    // A pair that shows a condition shows an allowed and a refused request as well.
    let (pairs, others): (Vec<Goal>, Vec<Goal>) =
        missing.into_iter().partition(|goal| matches!(goal, Goal::Decides(..)));
    for goal in pairs.into_iter().chain(others) {
        for cell in answers.cells() {
            let key = CellKey {
                mode: cell.triple.mode,
                kind: cell.triple.kind,
                state: cell.state,
                action: cell.triple.action,
            };
            let here = match goal.cell() {
                Some(wanted) => wanted == key,
                None => {
                    goal.offer() == (key.mode, key.kind, key.action)
                        && cell.triple.refusal(cell.state).is_none()
                }
            };
            if here && work.show(goal, key, &cell)? {
                break;
            }
        }
    }
    Ok(work.stubs)
}

struct Work<'a, O: ?Sized> {
    policy: &'a O,
    material: &'a Material,
    samples: Vec<Sample>,
    /// One for each sample.
    requests: Vec<Request>,
    stubs: Vec<Stub>,
}

impl<O: Observe + ?Sized> Work<'_, O> {
    /// Shows a goal in a cell, if it is not shown by now; whether it is then.
    fn show(&mut self, goal: Goal, key: CellKey, cell: &AnsweredCell<'_, '_>) -> Result<bool, O::Error> {
        let asked = Asked::all(&self.samples, key, cell);
        if shown_in_cell(self.policy.manifest(), goal, key, cell, &asked) {
            return Ok(true);
        }
        let can = Abilities::of(cell);
        let mut ways = ways(goal, cell, &can);
        let near = |holds: &u32| {
            let distance = |asked: &Asked<'_>| (!asked.known | asked.holds ^ holds) & can.matters;
            asked.iter().map(|asked| distance(asked).count_ones()).min().unwrap_or(u32::MAX)
        };
        ways.sort_by_cached_key(|way| way.iter().map(near).fold(0u32, u32::saturating_add));
        ways.truncate(WAYS);
        drop(asked);
        let mut first = None;
        for way in &ways {
            let mut found = Vec::new();
            for &holds in way {
                let wanted = Wanted { cell: key, holds, counted: can.matters };
                let request = self.reach(goal, &wanted)?;
                found.push((holds, request));
            }
            if found.iter().all(|(_, request)| request.is_some()) {
                for (holds, request) in found {
                    if let Some(request) = request {
                        self.take(goal, key, cell, holds, request, true)?;
                    }
                }
                return Ok(true);
            }
            first.get_or_insert(found);
        }
        if let (Some(found), Some(_)) = (first, goal.cell()) {
            for (holds, request) in found {
                let found = request.is_some();
                let wanted = Wanted { cell: key, holds, counted: can.matters };
                let Some(request) = request.or_else(|| self.starts(&wanted).next()) else { continue };
                self.take(goal, key, cell, holds, request, found)?;
            }
            return Ok(true);
        }
        Ok(false)
    }

    fn reach(&self, goal: Goal, wanted: &Wanted) -> Result<Option<Request>, O::Error> {
        let Goal::Grants { role, .. } = goal else {
            return reach(self.policy, self.material, self.starts(wanted), wanted, true);
        };
        let Some(role) = self.policy.manifest().roles.get(usize::from(role)) else { return Ok(None) };
        let holders = self.material.subjects.iter().filter(|subject| subject.roles == [role.clone()]);
        for holder in holders {
            let starts =
                self.starts(wanted).map(|request| Request { subject: Some(holder.clone()), ..request });
            if let Some(found) = reach(self.policy, self.material, starts, wanted, false)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Requests of the same action on the same kind, else of the same kind, moved into the cell.
    fn starts(&self, wanted: &Wanted) -> impl Iterator<Item = Request> {
        let manifest = self.policy.manifest();
        let CellKey { mode, kind, state, action } = wanted.cell;
        let rank = |sample: &Sample| {
            let it = &sample.situation;
            (it.kind == kind).then_some((it.action != action, it.mode != mode, it.state != state))
        };
        let mut places: Vec<_> =
            (0..).zip(&self.samples).filter_map(|(place, sample)| Some((rank(sample)?, place))).collect();
        places.sort_unstable();
        let name = |list: &[String], index: u8| list.get(usize::from(index)).cloned();
        let mode = name(&manifest.modes, mode);
        let states = manifest.kinds.get(usize::from(kind)).map_or(&[][..], |info| &info.states);
        let state = states.get(usize::from(state)).map(|state| state.name.clone());
        let action = manifest.actions.get(usize::from(action)).map(|action| action.name.clone());
        places.into_iter().take(STARTS).filter_map(move |(_, place): (_, usize)| {
            let mut request = self.requests[place].clone();
            request.mode.clone_from(mode.as_ref()?);
            request.action.clone_from(action.as_ref()?);
            request.target.state.clone_from(state.as_ref()?);
            Some(request)
        })
    }

    /// Keeps a request, unless a case makes it already.
    fn take(
        &mut self,
        goal: Goal,
        key: CellKey,
        cell: &AnsweredCell<'_, '_>,
        holds: u32,
        request: Request,
        found: bool,
    ) -> Result<(), O::Error> {
        if found && self.requests.contains(&request) {
            return Ok(());
        }
        let wanted = if found {
            match self.policy.observe(&request) {
                Ok(situation) => situation,
                Err(ObserveError::Request(_)) => return Ok(()),
                Err(ObserveError::Call(failure)) => return Err(failure),
            }
        } else {
            let known = (1u64 << cell.triple.conditions()).wrapping_sub(1) as u32;
            let CellKey { mode, kind, state, action } = key;
            Situation { mode, kind, state, action, holds, known }
        };
        let listed = (1u64 << cell.triple.conditions()).wrapping_sub(1) as u32;
        let known = wanted.known & listed;
        let outcome =
            assignment_index(wanted.holds & known, known).and_then(|index| cell.outcomes.get(index as usize));
        let Some(&outcome) = outcome else { return Ok(()) };
        if found {
            let roles = request.subject.iter().flat_map(|subject| subject.roles.clone()).collect();
            self.samples.push(Sample { situation: wanted, roles });
            self.requests.push(request.clone());
        }
        self.stubs.push(Stub { goal, request, wanted, outcome, found });
        Ok(())
    }
}

/// What may be true so that a goal is shown, everything being known: one assignment, or two that differ in one
/// condition.
fn ways(goal: Goal, cell: &AnsweredCell<'_, '_>, can: &Abilities) -> Vec<Vec<u32>> {
    let Ok(offer) = cell.triple.offer else { return Vec::new() };
    let count = cell.triple.conditions();
    let all = (1u64 << count).wrapping_sub(1) as u32;
    let outcome = |holds: u32| {
        assignment_index(holds, all).and_then(|index| cell.outcomes.get(index as usize)).copied()
    };
    // What does not matter is taken to be true.
    let every = (0..1u64 << count)
        .map(|holds| holds as u32)
        .filter(|holds| holds & !can.matters == all & !can.matters);
    let alone = |wanted: &dyn Fn(&Outcome) -> bool| {
        every
            .clone()
            .filter(|&holds| outcome(holds).is_some_and(|it| wanted(&it)))
            .map(|holds| vec![holds])
            .collect()
    };
    match goal {
        Goal::Seen(_) => alone(&|_| true),
        Goal::Answers(_, verdict) => alone(&|outcome| outcome.verdict == verdict),
        Goal::LeadsTo(_, to) => alone(&|outcome| outcome.next_state == Some(to)),
        Goal::HasEffect { effect, .. } => {
            let bit = offer.effects.iter().position(|&listed| listed == effect);
            alone(&|outcome| bit.is_some_and(|bit| outcome.effects >> bit & 1 == 1))
        }
        Goal::Grants { .. } => alone(&|outcome| outcome.verdict == Verdict::Allow),
        Goal::Decides(_, condition) => {
            let Some(bit) = offer.conditions.iter().position(|&listed| listed == condition) else {
                return Vec::new();
            };
            let refuses = can.refuses >> bit & 1 == 1;
            let differ = |one: &Outcome, other: &Outcome| {
                if refuses { one.verdict != other.verdict } else { !alike(one, other) }
            };
            every
                .clone()
                .filter(|holds| holds >> bit & 1 == 1)
                .filter(|&holds| match (outcome(holds), outcome(holds ^ 1 << bit)) {
                    (Some(one), Some(other)) => differ(&one, &other),
                    _ => false,
                })
                .map(|holds| vec![holds, holds ^ 1 << bit])
                .collect()
        }
    }
}
