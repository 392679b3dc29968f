use alloc::vec::Vec;

use crate::book::among;
use crate::contract::{Answer, RequestError};
use crate::decide::outcome;
use crate::observe::Asked;
use crate::question::Question;
use crate::tables::Texts;
use crate::world::{World, unknown};
use crate::{Facts, Policy};

impl Policy {
    /// Decides every target with every action: target-major, equal to [`evaluate`](Self::evaluate) pair by
    /// pair, with the other targets among the related.
    ///
    /// # Errors
    ///
    /// [`RequestError`] as for [`evaluate`](Self::evaluate).
    pub fn survey<Q: Question>(&'static self, query: &Q) -> Result<Vec<Answer>, RequestError> {
        let world = World::new(self, query)?;
        let mut named = Vec::with_capacity(query.actions().len());
        for name in query.actions() {
            let name = name.as_ref();
            let Some(action) = self.action_index(name) else {
                let text = unknown(self, "action", name, "it", Texts::Actions, self.actions);
                return Err(RequestError::UnknownAction(text));
            };
            named.push(action);
        }
        let targets = query.targets().len();
        let mut answers = Vec::with_capacity(targets * named.len());
        self.answers(&world, targets as u32, &named, &mut |answer| answers.push(answer));
        Ok(answers)
    }

    /// Tells the answers about the first rows of a world.
    ///
    /// - `named`: the actions; where there are none, every operation that the target's kind offers.
    #[inline(never)]
    pub(crate) fn answers(
        &'static self,
        world: &World<'_>,
        targets: u32,
        named: &[u8],
        tell: &mut dyn FnMut(Answer),
    ) {
        let mut actions = named.to_vec();
        let mut offers = Vec::with_capacity(actions.len());
        let mut last_kind = None;
        let mut asked = Asked::of(self);
        for target in 0..targets {
            let facts = Facts::of(world, target);
            let row = facts.target().row;
            if last_kind != Some(row.kind) {
                if named.is_empty() {
                    actions.clear();
                    actions.extend(self.operations(world.mode, row.kind));
                }
                offers.clear();
                offers.extend(actions.iter().map(|&action| self.offer(world.mode, row.kind, action)));
                last_kind = Some(row.kind);
            }
            asked.forget();
            for (position, (&action, offer)) in actions.iter().zip(&offers).enumerate() {
                // What is not offered is refused whatever the conditions come to.
                let offered = offer.as_ref().ok().filter(|offer| among(offer.states, row.state));
                let situation = self.situation(&facts, action, offered, &mut asked);
                let outcome = outcome(offer, situation);
                tell(Answer {
                    target,
                    action: position as u32,
                    verdict: outcome.verdict,
                    cause: outcome.cause,
                    reasons: outcome.reasons,
                });
            }
        }
    }
}
