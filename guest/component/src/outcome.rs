use interlock_rules::contract::Outcome;

/// `outcome`, as the canonical ABI lays it out.
#[repr(C)]
pub struct RawOutcome {
    verdict: u8,
    cause: u8,
    reasons: u32,
    /// Whether there is a next state, and which.
    next_state: [u8; 2],
    effects: u32,
}

impl RawOutcome {
    pub(crate) fn of(outcome: Outcome) -> Self {
        Self {
            verdict: outcome.verdict as u8,
            cause: outcome.cause as u8,
            reasons: outcome.reasons,
            next_state: outcome.next_state.map_or([0; 2], |state| [1, state]),
            effects: outcome.effects,
        }
    }
}
