use interlock_model::{Cause, Manifest, Offer, Outcome, Situation, Verdict};

use super::cell::{bits, low_bits};
use crate::words::{joined, quoted};

/// Situations and outcomes in the names of a manifest.
///
/// What has no name there is told by its number, so that the wording of a lie is a sentence too.
#[derive(Clone, Copy)]
pub(crate) struct Names<'m> {
    pub(crate) manifest: &'m Manifest,
}

impl<'m> Names<'m> {
    pub(crate) fn new(manifest: &'m Manifest) -> Self {
        Self { manifest }
    }

    /// "mode `normal`"
    pub(crate) fn mode(self, mode: u8) -> String {
        let name = self.manifest.modes.get(usize::from(mode));
        name.map_or_else(|| format!("mode number {mode}"), |name| format!("mode {}", quoted(name)))
    }

    /// "`turnstile`"
    pub(crate) fn kind(self, kind: u8) -> String {
        let info = self.manifest.kinds.get(usize::from(kind));
        info.map_or_else(|| format!("kind number {kind}"), |info| quoted(&info.name))
    }

    /// "`push`"
    pub(crate) fn action(self, action: u8) -> String {
        let info = self.manifest.actions.get(usize::from(action));
        info.map_or_else(|| format!("action number {action}"), |info| quoted(&info.name))
    }

    /// "`locked`"
    pub(crate) fn state(self, kind: u8, state: u8) -> String {
        let info = self.manifest.kinds.get(usize::from(kind));
        let info = info.and_then(|info| info.states.get(usize::from(state)));
        info.map_or_else(|| format!("state number {state}"), |info| quoted(&info.name))
    }

    /// "`push` on `turnstile`"
    pub(crate) fn action_on(self, kind: u8, action: u8) -> String {
        format!("{} on {}", self.action(action), self.kind(kind))
    }

    /// "`push` on `turnstile` in mode `normal`"
    pub(crate) fn triple(self, mode: u8, kind: u8, action: u8) -> String {
        format!("{} in {}", self.action_on(kind, action), self.mode(mode))
    }

    /// "`push` on `turnstile` from `locked` in mode `normal` with `paid` true and the rest unknown"
    pub(crate) fn situation(self, situation: Situation) -> String {
        let Situation { mode, kind, state, action, .. } = situation;
        let action = self.action_on(kind, action);
        format!(
            "{action} from {} in {}{}",
            self.state(kind, state),
            self.mode(mode),
            self.knowledge(situation)
        )
    }

    /// " with `paid` true and `jammed` false"; nothing where there is nothing to know.
    pub(crate) fn knowledge(self, situation: Situation) -> String {
        let offer = self.offer(situation);
        let listed = low_bits(offer.map_or(0, |offer| offer.conditions.len()));
        let known = situation.known & listed;
        match known {
            _ if listed == 0 => String::new(),
            0 => " with nothing known".to_owned(),
            _ if known == listed => format!(" {}", self.facts(situation, known, None)),
            _ => format!(" {}", self.facts(situation, known, Some("the rest unknown"))),
        }
    }

    /// "with `paid` true and the rest unknown"
    ///
    /// - `known`: the conditions to tell, as bits; at least one.
    pub(crate) fn facts(self, situation: Situation, known: u32, rest: Option<&str>) -> String {
        let offer = self.offer(situation);
        let fact = |bit| format!("{} {}", self.condition(offer, bit), situation.holds >> bit & 1 != 0);
        let facts: Vec<String> = bits(known).map(fact).chain(rest.map(str::to_owned)).collect();
        format!("with {}", joined(&facts, "and"))
    }

    /// An outcome as a clause: "is allowed and leads to `unlocked`". Tells what decides, not every oddity.
    ///
    /// - `situation`: one of the same offer.
    pub(crate) fn answer(self, situation: Situation, outcome: &Outcome) -> String {
        match (outcome.verdict, outcome.cause) {
            (Verdict::Allow, _) => {
                let next = outcome.next_state.map(|state| self.state(situation.kind, state));
                let next =
                    next.map_or(" without a next state".to_owned(), |next| format!(" and leads to {next}"));
                let effects = match outcome.effects {
                    0 => String::new(),
                    effects => format!(" with {}", self.effects(self.offer(situation), effects)),
                };
                format!("is allowed{next}{effects}")
            }
            (Verdict::Deny, Cause::Conditions) if outcome.reasons == 0 => {
                "is denied without a reason".to_owned()
            }
            (Verdict::Deny, Cause::Conditions) => {
                format!("is denied because of {}", self.conditions(situation, outcome.reasons))
            }
            (Verdict::Deny, cause) => format!("is denied as `{}`", cause.as_str()),
            (Verdict::Depends, _) if outcome.reasons == 0 => "depends on nothing".to_owned(),
            (Verdict::Depends, _) => format!("depends on {}", self.conditions(situation, outcome.reasons)),
        }
    }

    /// "`paid` and `jammed`"
    pub(crate) fn conditions(self, situation: Situation, mask: u32) -> String {
        let offer = self.offer(situation);
        joined(&bits(mask).map(|bit| self.condition(offer, bit)).collect::<Vec<_>>(), "and")
    }

    /// "effect `alarm`"
    pub(crate) fn effects(self, offer: Option<&Offer>, mask: u32) -> String {
        let name = |bit: u32| {
            let effect = offer.and_then(|offer| offer.effects.get(bit as usize));
            let info = effect.and_then(|&effect| self.manifest.effects.get(usize::from(effect)));
            info.map_or_else(|| format!("number {bit}"), |effect| quoted(&effect.code))
        };
        let names: Vec<String> = bits(mask).map(name).collect();
        format!("{} {}", if names.len() == 1 { "effect" } else { "effects" }, joined(&names, "and"))
    }

    pub(crate) fn offer(self, situation: Situation) -> Option<&'m Offer> {
        self.manifest.offer(situation.mode, situation.kind, situation.action)
    }

    fn condition(self, offer: Option<&Offer>, bit: u32) -> String {
        let condition = offer.and_then(|offer| offer.conditions.get(bit as usize));
        let info = condition.and_then(|&condition| self.manifest.conditions.get(usize::from(condition)));
        info.map_or_else(|| format!("condition number {bit}"), |condition| quoted(&condition.code))
    }
}
