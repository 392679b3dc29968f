use alloc::vec::Vec;

use crate::book::Offer;
use crate::contract::{Observation, Request, RequestError, Situation};
use crate::world::{World, list, sentence};
use crate::{Facts, Policy, Trace, Truth};

impl Policy {
    /// The cell of a request and what its conditions came to.
    ///
    /// # Errors
    ///
    /// [`RequestError`] where the request names something that the policy does not have, or contradicts itself.
    pub fn observe(&'static self, request: &Request<'_>) -> Result<Situation, RequestError> {
        let world = self.world_of(request)?;
        let facts = Facts { world: &world, target: 0 };
        let action = self.action_named(request.action, &world, &request.target)?;
        let row = world.rows[0];
        let offer = self.offer(world.mode, row.kind, action).ok();
        Ok(self.situation(&facts, action, offer.as_ref(), &mut Asked::of(self)))
    }

    /// The world of one request: its target is row 0.
    pub(crate) fn world_of<'a>(&'static self, request: &'a Request<'a>) -> Result<World<'a>, RequestError> {
        World::new(
            self,
            request.mode,
            request.subject.as_ref(),
            core::slice::from_ref(&request.target),
            &request.related,
            &request.parameters,
            request.coverage,
        )
    }

    /// Index of an action by name; `target` is what the sentence is about if there is none.
    pub(crate) fn action_named(
        &self,
        name: &str,
        world: &World<'_>,
        target: &Observation<'_>,
    ) -> Result<u8, RequestError> {
        if let Some(action) = self.action_index(name) {
            return Ok(action);
        }
        let kind = world.rows.first().map_or(0, |row| row.kind);
        let mut text =
            sentence(&["the policy has no action `", name, "`; ", target.kind, " has the operations "]);
        list(&mut text, &mut self.operations(world.mode, kind).map(|action| self.action_name(action)));
        Err(RequestError::UnknownAction(text))
    }

    /// The situation of a target and action: each condition of the offer asked.
    #[inline(never)]
    pub(crate) fn situation(
        &self,
        facts: &Facts<'_>,
        action: u8,
        offer: Option<&Offer>,
        asked: &mut Asked,
    ) -> Situation {
        let row = facts.world.rows[facts.target as usize];
        let (mut holds, mut known) = (0, 0);
        for (bit, &condition) in offer.map_or(&[][..], |offer| offer.conditions).iter().enumerate() {
            match asked.answer(self, facts, condition) {
                Truth::True => {
                    holds |= 1 << bit;
                    known |= 1 << bit;
                }
                Truth::False => known |= 1 << bit,
                Truth::Unknown => {}
            }
        }
        Situation { mode: facts.world.mode, kind: row.kind, state: row.state, action, holds, known }
    }
}

/// What conditions came to about one target. They do not see the action: one answer serves every action.
pub(crate) struct Asked {
    answers: Vec<Option<Truth>>,
    trace: Trace,
}

impl Asked {
    pub(crate) fn of(policy: &Policy) -> Self {
        let mut answers = Vec::new();
        answers.resize(policy.conditions.len(), None);
        Self { answers, trace: Trace::default() }
    }

    /// Before the next target.
    pub(crate) fn forget(&mut self) {
        self.answers.fill(None);
    }

    fn answer(&mut self, policy: &Policy, facts: &Facts<'_>, condition: u8) -> Truth {
        let condition = usize::from(condition);
        let trace = &mut self.trace;
        *self.answers[condition].get_or_insert_with(|| (policy.conditions[condition].test)(facts, trace))
    }
}
