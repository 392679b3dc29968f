use alloc::vec::Vec;

use crate::compile::{OfferTable, RuleTable};
use crate::contract::{
    Cause, ConditionClass, Decision, Effect, Outcome, Request, RequestError, Situation, Verdict, WayOut,
};
use crate::{Facts, Policy};

impl Policy {
    /// Decides one request, with reasons, effects and ways out.
    ///
    /// # Errors
    ///
    /// [`RequestError`] where the request names something that the policy does not have, or contradicts itself.
    pub fn evaluate(&'static self, request: &Request<'_>) -> Result<Decision, RequestError> {
        let world = self.world_of(request)?;
        let facts = Facts { world: &world, target: 0 };
        let action = self.action_named(request.action, &world, &request.target)?;
        let situation = self.situation(&facts, action);
        let outcome = self.decide(situation);
        let offer = self.offer(situation.mode, situation.kind, action).ok();
        Ok(Decision {
            verdict: outcome.verdict,
            reasons: self.reasons(&facts, situation, &outcome),
            next_state: outcome.next_state.map(|state| self.states(situation.kind)[usize::from(state)].name),
            effects: offer.map(|offer| self.effects_of(offer, outcome.effects)).unwrap_or_default(),
            ways_out: match (outcome.verdict, offer) {
                (Verdict::Deny, Some(offer)) => self.ways_out(&facts, situation, offer, &outcome),
                _ => Vec::new(),
            },
        })
    }

    fn effects_of(&self, offer: &OfferTable, bits: u32) -> Vec<Effect> {
        let list = self.effect_list(offer).iter().enumerate();
        list.filter(|(bit, _)| bits >> bit & 1 == 1)
            .map(|(_, &effect)| {
                let effect = &self.effects[usize::from(effect)];
                Effect { code: effect.code, message: effect.meaning }
            })
            .collect()
    }

    fn ways_out(
        &self,
        facts: &Facts<'_>,
        situation: Situation,
        offer: &OfferTable,
        outcome: &Outcome,
    ) -> Vec<WayOut> {
        if outcome.cause == Cause::NotFromState {
            // No cell refused, so whatever the action's other cells name counts.
            let mut ways: Vec<WayOut> = Vec::new();
            for action in self.rules(offer).iter().flat_map(|rule| self.ways_out_of(rule)) {
                if let Some(way) = self.way_out(facts, action)
                    && !ways.contains(&way)
                {
                    ways.push(way);
                }
            }
            ways.push(WayOut {
                action: self.actions[usize::from(situation.action)].name,
                from_states: self.states_offering(offer).collect(),
                needs: Vec::new(),
            });
            return ways;
        }
        let Some(rule) = self.rule(offer, situation.state) else { return Vec::new() };
        self.ways_out_of(rule).filter_map(|action| self.way_out(facts, action)).collect()
    }

    /// Another action as a way out, if nothing but parameters is missing for it.
    fn way_out(&self, facts: &Facts<'_>, action: u8) -> Option<WayOut> {
        let situation = self.situation(facts, action);
        let offer = self.offer(situation.mode, situation.kind, action).ok()?;
        let rule = self.rule(offer, situation.state)?;
        let parameters = u32::from(self.required_parameters(offer, rule));
        let given = Situation {
            holds: situation.holds | parameters,
            known: situation.known | parameters,
            ..situation
        };
        if self.decide(given).verdict != Verdict::Allow {
            return None;
        }
        let missing = parameters & !(situation.holds & situation.known);
        let mut needs = Vec::new();
        for (bit, &condition) in self.condition_list(offer).iter().enumerate() {
            if missing >> bit & 1 == 1 {
                needs.push(self.conditions[usize::from(condition)].parameter);
            }
        }
        Some(WayOut { action: self.actions[usize::from(action)].name, from_states: Vec::new(), needs })
    }

    /// The conditions of class parameter that a rule requires, as bits.
    fn required_parameters(&self, offer: &OfferTable, rule: &RuleTable) -> u16 {
        let required = self.branches(rule).iter().fold(rule.requires, |bits, branch| bits | branch.requires);
        let list = self.condition_list(offer).iter().enumerate();
        list.filter(|(_, condition)| {
            self.conditions[usize::from(**condition)].class == ConditionClass::Parameter
        })
        .fold(0, |bits, (bit, _)| bits | 1 << bit)
            & required
    }

    /// Names of the states from which an offer is offered, in the order of the kind's states.
    pub(crate) fn states_offering(&self, offer: &OfferTable) -> impl Iterator<Item = &'static str> {
        let offer = *offer;
        let states = self.states(offer.kind).iter().enumerate();
        states
            .filter(move |(state, _)| self.rule(&offer, *state as u8).is_some())
            .map(|(_, state)| state.name)
    }
}
