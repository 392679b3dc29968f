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
        Ok(self.situation(&facts, action))
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
    pub(crate) fn situation(&self, facts: &Facts<'_>, action: u8) -> Situation {
        let row = facts.world.rows[facts.target as usize];
        let mut situation = Situation {
            mode: facts.world.mode,
            kind: row.kind,
            state: row.state,
            action,
            holds: 0,
            known: 0,
        };
        if let Ok(offer) = self.offer(situation.mode, situation.kind, action) {
            let mut trace = Trace::default();
            (situation.holds, situation.known) = self
                .bits(&offer, |condition| (self.conditions[usize::from(condition)].test)(facts, &mut trace));
        }
        situation
    }

    /// The masks of an offer's conditions.
    ///
    /// - `ask`: answers a condition, by its index in the policy.
    pub(crate) fn bits(&self, offer: &Offer, mut ask: impl FnMut(u8) -> Truth) -> (u32, u32) {
        let (mut holds, mut known) = (0, 0);
        for (bit, &condition) in offer.conditions.iter().enumerate() {
            match ask(condition) {
                Truth::True => {
                    holds |= 1 << bit;
                    known |= 1 << bit;
                }
                Truth::False => known |= 1 << bit,
                Truth::Unknown => {}
            }
        }
        (holds, known)
    }
}
