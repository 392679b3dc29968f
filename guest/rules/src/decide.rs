use crate::Policy;
use crate::book::{Offer, Rule};
use crate::contract::{Cause, Outcome, Situation, Verdict};

impl Policy {
    /// The outcome of a situation: reads only its cell and its bits.
    ///
    /// Indexes out of range are denied: mode and kind as not-in-mode, action as not-offered, state as
    /// not-from-state.
    #[must_use]
    pub fn decide(&self, situation: Situation) -> Outcome {
        outcome(&self.offer(situation.mode, situation.kind, situation.action), situation)
    }
}

/// Mode, kind and action.
type Key = (u8, u8, u8);

/// Decides one situation after the other: what is looked up for one serves the next, if that is about the same offer.
pub struct Decider {
    policy: &'static Policy,
    last: Option<(Key, Result<Offer, Cause>)>,
}

impl Decider {
    /// Of a policy.
    #[must_use]
    pub fn new(policy: &'static Policy) -> Self {
        Self { policy, last: None }
    }

    /// As [`Policy::decide`].
    #[must_use]
    pub fn decide(&mut self, situation: Situation) -> Outcome {
        let key = (situation.mode, situation.kind, situation.action);
        if self.last.is_none_or(|(last, _)| last != key) {
            self.last = Some((key, self.policy.offer(key.0, key.1, key.2)));
        }
        match &self.last {
            Some((_, offer)) => outcome(offer, situation),
            None => refused(Cause::NotOffered),
        }
    }
}

/// The outcome of a situation whose offer is looked up.
pub(crate) fn outcome(offer: &Result<Offer, Cause>, situation: Situation) -> Outcome {
    let offer = match offer {
        Ok(offer) => offer,
        Err(cause) => return refused(*cause),
    };
    let Some(rule) = offer.rule(situation.state) else {
        return refused(Cause::NotFromState);
    };
    // No offer has more than MAX_CONDITIONS, so its list fits sixteen bits.
    let known = situation.known as u16 & mask(offer.conditions.len());
    settle(rule, offer.selectors, situation.state, situation.holds as u16 & known, known)
}

/// The verdict of a rule in three-valued logic, exactly: `depends` if and only if two completions of
/// what is unknown differ in verdict, next state or effects.
fn settle(rule: Rule, selectors: u16, state: u8, holds: u16, known: u16) -> Outcome {
    let open = selectors & !known;
    let mut ends = Ends::default();
    // Every way in which the unknown selectors may turn out; one if none is unknown.
    let mut chosen = 0u16;
    loop {
        ends.add(End::of(rule, state, holds | chosen, holds, known));
        chosen = chosen.wrapping_sub(open) & open;
        if chosen == 0 {
            break;
        }
    }
    if !ends.any_possible {
        return Outcome {
            verdict: Verdict::Deny,
            cause: Cause::Conditions,
            reasons: ends.refused.into(),
            next_state: None,
            effects: 0,
        };
    }
    if let (false, Some(end)) = (ends.differ, ends.first)
        && end.unknown == 0
    {
        return Outcome {
            verdict: Verdict::Allow,
            cause: Cause::Conditions,
            reasons: 0,
            next_state: Some(end.next),
            effects: end.effects.into(),
        };
    }
    let mut reasons = ends.unknown;
    let mut rest = open;
    while rest != 0 {
        let bit = rest & rest.wrapping_neg();
        rest &= !bit;
        if matters(rule, open, bit, holds, known, state) {
            reasons |= bit;
        }
    }
    Outcome {
        verdict: Verdict::Depends,
        cause: Cause::Conditions,
        reasons: reasons.into(),
        next_state: None,
        effects: 0,
    }
}

/// Whether turning one unknown selector around can change the outcome.
fn matters(rule: Rule, open: u16, bit: u16, holds: u16, known: u16, state: u8) -> bool {
    let others = open & !bit;
    let mut chosen = 0u16;
    loop {
        let without = End::of(rule, state, holds | chosen, holds, known);
        let with = End::of(rule, state, holds | chosen | bit, holds, known);
        if without.differs(&with) {
            return true;
        }
        chosen = chosen.wrapping_sub(others) & others;
        if chosen == 0 {
            return false;
        }
    }
}

/// Where a rule ends once its selectors are settled.
#[derive(Clone, Copy)]
struct End {
    /// Required and known to be false.
    refused: u16,
    /// Required and unknown; counts only where nothing refuses.
    unknown: u16,
    next: u8,
    effects: u16,
}

impl End {
    /// - `selected`: the bits that choose the branch: what holds, and how the unknown selectors turn out.
    fn of(rule: Rule, state: u8, selected: u16, holds: u16, known: u16) -> Self {
        let mut branches = rule.branches;
        let branch = branches.find(|b| b.when & selected == b.when && b.unless & selected == 0);
        let Some(branch) = branch else {
            return Self { refused: u16::MAX, unknown: 0, next: state, effects: 0 };
        };
        let requires = rule.requires | branch.requires;
        let refused = requires & known & !holds;
        Self {
            refused,
            unknown: requires & !known,
            next: branch.next.unwrap_or(state),
            effects: branch.effects,
        }
    }

    /// Whether some completion of the required unknowns tells the two apart.
    fn differs(&self, other: &Self) -> bool {
        match (self.refused != 0, other.refused != 0) {
            (true, true) => false,
            (false, false) => {
                self.unknown != other.unknown || self.effects != other.effects || self.next != other.next
            }
            _ => true,
        }
    }
}

/// What the ends of all choices have in common.
#[derive(Default)]
struct Ends {
    first: Option<End>,
    differ: bool,
    any_possible: bool,
    refused: u16,
    unknown: u16,
}

impl Ends {
    fn add(&mut self, end: End) {
        self.refused |= end.refused;
        if end.refused == 0 {
            self.any_possible = true;
            self.unknown |= end.unknown;
        }
        match &self.first {
            None => self.first = Some(end),
            Some(first) => self.differ |= first.differs(&end),
        }
    }
}

fn refused(cause: Cause) -> Outcome {
    Outcome { verdict: Verdict::Deny, cause, reasons: 0, next_state: None, effects: 0 }
}

fn mask(count: usize) -> u16 {
    1u16.checked_shl(count as u32).map_or(u16::MAX, |bit| bit - 1)
}
