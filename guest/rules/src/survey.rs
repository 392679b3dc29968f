use alloc::vec::Vec;

use crate::book::among;
use crate::contract::{Answer, RequestError, SurveyQuery};
use crate::tables::Texts;
use crate::world::{World, unknown};
use crate::{Facts, Policy, Trace, Truth};

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
        // Conditions do not see the action: one answer serves every action on a target.
        let mut asked: Vec<Option<Truth>> = Vec::new();
        asked.resize(self.conditions.len(), None);
        let mut trace = Trace::default();
        let mut operations: Vec<Vec<u8>> = Vec::new();
        operations.resize(self.kinds.len(), Vec::new());
        for target in 0..query.targets.len() as u32 {
            let facts = Facts { world: &world, target };
            let row = world.rows[target as usize];
            let actions = if named.is_empty() {
                let of_kind = &mut operations[usize::from(row.kind)];
                if of_kind.is_empty() {
                    of_kind.extend(self.operations(world.mode, row.kind));
                }
                of_kind
            } else {
                &named
            };
            asked.fill(None);
            for (position, &action) in actions.iter().enumerate() {
                let mut situation = crate::contract::Situation {
                    mode: world.mode,
                    kind: row.kind,
                    state: row.state,
                    action,
                    holds: 0,
                    known: 0,
                };
                if let Ok(offer) = self.offer(world.mode, row.kind, action)
                    && among(offer.states, row.state)
                {
                    (situation.holds, situation.known) = self.bits(&offer, |condition| {
                        let index = usize::from(condition);
                        *asked[index].get_or_insert_with(|| (self.conditions[index].test)(&facts, &mut trace))
                    });
                }
                let outcome = self.decide(situation);
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
