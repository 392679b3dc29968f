use alloc::vec;
use alloc::vec::Vec;

use crate::book::Offer;
use crate::contract::{RequestError, Situation};
use crate::question::Question;
use crate::world::{World, list, sentence};
use crate::{Facts, Policy, Trace, Truth};

impl Policy {
    /// The cell of a request and what its conditions came to.
    ///
    /// # Errors
    ///
    /// [`RequestError`] where the request names something that the policy does not have, or contradicts itself.
    pub fn observe<Q: Question>(&'static self, request: &Q) -> Result<Situation, RequestError> {
        let world = World::new(self, request)?;
        let facts = Facts::of(&world, 0);
        let action = self.action_named(request, &world)?;
        let row = &world.rows[0];
        let offer = self.offer(world.mode, row.kind, action).ok();
        Ok(self.situation(&facts, action, offer.as_ref(), &mut Asked::of(self)))
    }

    /// Index of the action of a request.
    pub(crate) fn action_named<Q: Question>(
        &self,
        request: &Q,
        world: &World<'_>,
    ) -> Result<u8, RequestError> {
        let name = request.actions()[0].as_ref();
        if let Some(action) = self.action_index(name) {
            return Ok(action);
        }
        let kind = world.rows[0].kind;
        let mut text = sentence(&[
            "the policy has no action `",
            name,
            "`; ",
            self.kind_name(kind),
            " has the operations ",
        ]);
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
        let row = facts.target().row;
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
    /// Of each condition [`OPEN`], or one more than its answer.
    answers: Vec<u8>,
    trace: Trace,
}

/// Not asked yet.
const OPEN: u8 = 0;

impl Asked {
    pub(crate) fn of(policy: &Policy) -> Self {
        Self { answers: vec![OPEN; policy.conditions.len()], trace: Trace::default() }
    }

    /// Before the next target.
    pub(crate) fn forget(&mut self) {
        self.answers.fill(OPEN);
    }

    fn answer(&mut self, policy: &Policy, facts: &Facts<'_>, condition: u8) -> Truth {
        let condition = usize::from(condition);
        let answer = &mut self.answers[condition];
        if *answer == OPEN {
            *answer = (policy.conditions[condition].test)(facts, &mut self.trace) as u8 + 1;
        }
        Truth::of_number(*answer - 1)
    }
}
