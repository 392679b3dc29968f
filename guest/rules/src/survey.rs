use alloc::vec::Vec;

use crate::book::among;
use crate::contract::{Answer, RequestError, SurveyQuery};
use crate::decide::outcome;
use crate::observe::Asked;
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
    pub fn survey(&'static self, query: &SurveyQuery<'_>) -> Result<Vec<Answer>, RequestError> {
        let world = World::new(
            self,
            query.mode,
            query.subject.as_ref(),
            &query.targets,
            &query.related,
            &query.parameters,
            query.coverage,
        )?;
        let mut named = Vec::with_capacity(query.actions.len());
        for name in &query.actions {
            let Some(action) = self.action_index(name) else {
                let text = unknown(self, "action", name, "it", Texts::Actions, self.actions);
                return Err(RequestError::UnknownAction(text));
            };
            named.push(action);
        }
        let mut answers = Vec::with_capacity(query.targets.len() * query.actions.len());
        let mut actions = named;
        let mut last_kind = None;
        let mut asked = Asked::of(self);
        for target in 0..query.targets.len() as u32 {
            let facts = Facts { world: &world, target };
            let row = world.rows[target as usize];
            if query.actions.is_empty() && last_kind != Some(row.kind) {
                actions.clear();
                actions.extend(self.operations(world.mode, row.kind));
                last_kind = Some(row.kind);
            }
            asked.forget();
            for (position, &action) in actions.iter().enumerate() {
                let offer = self.offer(world.mode, row.kind, action);
                // What is not offered is refused whatever the conditions come to.
                let offered = offer.as_ref().ok().filter(|offer| among(offer.states, row.state));
                let situation = self.situation(&facts, action, offered, &mut asked);
                let outcome = outcome(&offer, situation);
                answers.push(Answer {
                    target,
                    action: position as u32,
                    verdict: outcome.verdict,
                    cause: outcome.cause,
                    reasons: outcome.reasons,
                });
            }
        }
        Ok(answers)
    }
}
