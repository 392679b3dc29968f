use alloc::vec::Vec;

use crate::book::{Offer, Rule, among};
use crate::contract::{Cause, ConditionClass, Decision, RequestError, Situation, Verdict};
use crate::decide::outcome;
use crate::flat::Flat;
use crate::observe::Asked;
use crate::question::Question;
use crate::tables::Texts;
use crate::world::World;
use crate::{Facts, Policy};

impl Policy {
    /// Decides one request, with reasons, effects and ways out.
    ///
    /// # Errors
    ///
    /// [`RequestError`] where the request names something that the policy does not have, or contradicts itself.
    pub fn evaluate<Q: Question>(&'static self, request: &Q) -> Result<Decision, RequestError> {
        self.evaluate_flat(request).map(|flat| Decision::read(self, &flat))
    }

    /// The same in flat form, from which a component lays it out.
    ///
    /// # Errors
    ///
    /// As for [`evaluate`](Self::evaluate).
    pub fn evaluate_flat<Q: Question>(&'static self, request: &Q) -> Result<Vec<u8>, RequestError> {
        let world = World::new(self, request)?;
        let action = self.action_named(request, &world)?;
        Ok(self.explained(&world, action))
    }

    /// The decision about the first row of a world, in flat form.
    #[inline(never)]
    pub(crate) fn explained(&'static self, world: &World<'_>, action: u8) -> Vec<u8> {
        let facts = Facts::of(world, 0);
        let offer = self.offer(world.mode, world.rows[0].kind, action);
        let mut asked = Asked::of(self);
        let situation = self.situation(&facts, action, offer.as_ref().ok(), &mut asked);
        let outcome = outcome(&offer, situation);
        let offer = offer.ok();
        let mut flat = Flat::new();
        flat.byte(outcome.verdict as u8);
        self.reasons(&facts, situation, offer.as_ref(), &outcome, &mut flat);
        flat.byte(outcome.next_state.is_some().into());
        if let Some(state) = outcome.next_state {
            flat.number(self.state_number(situation.kind, state));
        }
        flat.number(outcome.effects.count_ones());
        let effects = offer.map_or(&[][..], |offer| offer.effects);
        for (bit, &effect) in effects.iter().enumerate() {
            if outcome.effects >> bit & 1 == 1 {
                let code = self.number(Texts::Effects, effect);
                flat.number(code);
                flat.number(code + 1);
            }
        }
        let at = flat.open();
        let ways = match offer {
            Some(offer) if outcome.verdict == Verdict::Deny => {
                self.ways_out(&facts, situation, &offer, outcome.cause, &mut asked, &mut flat)
            }
            _ => 0,
        };
        flat.close(at, ways);
        flat.into_bytes()
    }

    /// Writes what would serve instead, and says how many.
    fn ways_out(
        &self,
        facts: &Facts<'_>,
        situation: Situation,
        offer: &Offer,
        cause: Cause,
        asked: &mut Asked,
        flat: &mut Flat,
    ) -> u32 {
        let from_state = cause != Cause::NotFromState;
        let mut named: Vec<u8> = Vec::new();
        let mut ways = 0;
        // Where no cell refused, whatever the action's other cells name counts.
        for rule in offer.rules.filter(|rule| !from_state || among(rule.from, situation.state)) {
            for &action in rule.ways_out() {
                if !among(&named, action) {
                    named.push(action);
                    ways += u32::from(self.way_out(facts, situation, action, asked, flat));
                }
            }
        }
        if !from_state {
            flat.number(self.number(Texts::Actions, situation.action));
            flat.number(offer.states.len() as u32);
            for &state in offer.states {
                flat.number(self.state_number(situation.kind, state));
            }
            flat.number(0);
            ways += 1;
        }
        ways
    }

    /// Writes another action as a way out, if nothing but parameters is missing for it; and says whether.
    fn way_out(
        &self,
        facts: &Facts<'_>,
        refused: Situation,
        action: u8,
        asked: &mut Asked,
        flat: &mut Flat,
    ) -> bool {
        let found = self.offer(refused.mode, refused.kind, action);
        let Ok(offer) = &found else { return false };
        let Some(rule) = offer.rule(refused.state) else { return false };
        let situation = self.situation(facts, action, Some(offer), asked);
        let parameters = u32::from(self.required_parameters(offer, rule));
        let given = Situation {
            holds: situation.holds | parameters,
            known: situation.known | parameters,
            ..situation
        };
        if outcome(&found, given).verdict != Verdict::Allow {
            return false;
        }
        let missing = parameters & !(situation.holds & situation.known);
        flat.number(self.number(Texts::Actions, action));
        flat.number(0);
        flat.number(missing.count_ones());
        for (bit, &condition) in offer.conditions.iter().enumerate() {
            if missing >> bit & 1 == 1 {
                flat.number(self.conditions[usize::from(condition)].parameter.into());
            }
        }
        true
    }

    /// The conditions of class parameter that a rule requires, as bits.
    fn required_parameters(&self, offer: &Offer, rule: Rule) -> u16 {
        let required = rule.branches.fold(rule.requires, |bits, branch| bits | branch.requires);
        let mut parameters = 0;
        for (bit, &condition) in offer.conditions.iter().enumerate() {
            if self.conditions[usize::from(condition)].class == ConditionClass::Parameter {
                parameters |= 1 << bit;
            }
        }
        required & parameters
    }
}
