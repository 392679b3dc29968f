use interlock_model::{Cause, Outcome, Verdict};

use super::cell::{Cell, bits, low_bits};
use super::findings::Findings;
use crate::Law;

/// Every outcome of a cell is well-formed.
pub(crate) fn judge(cell: &Cell<'_>, findings: &mut Findings) {
    let mut sound = None;
    for (index, outcome) in cell.outcomes.iter().enumerate() {
        if sound == Some(outcome) {
            continue;
        }
        match defect(cell, outcome) {
            None => sound = Some(outcome),
            Some(defect) => cell.accuse(findings, Law::Total, index, || (Vec::new(), defect.clause(cell))),
        }
    }
}

/// Whether an outcome is well-formed. What is not is this law's business alone.
pub(crate) fn is_sound(cell: &Cell<'_>, outcome: &Outcome) -> bool {
    defect(cell, outcome).is_none()
}

/// What is wrong with an outcome, whatever was asked of the cell.
enum Defect {
    Cause(Cause),
    ReasonsOfAllow,
    NoNextState,
    NoReasons,
    ReasonsBesidesCause,
    ReasonsBeyondList(u32),
    NextStateBeyondKind,
    NextStateNotInMode,
    NextStateRefused(u8),
    EffectsBeyondList(u32),
    EffectsRefused(u32),
}

fn defect(cell: &Cell<'_>, outcome: &Outcome) -> Option<Defect> {
    let Outcome { verdict, cause, reasons, next_state, effects } = *outcome;
    let beyond_list = reasons & !cell.conditions();
    if verdict != Verdict::Deny && cause != Cause::Conditions {
        return Some(Defect::Cause(cause));
    }
    if verdict == Verdict::Allow {
        let effects_beyond = effects & !low_bits(cell.triple.offer.map_or(0, |offer| offer.effects.len()));
        let kind = &cell.names.manifest.kinds[usize::from(cell.triple.kind)];
        return match next_state.map(|state| kind.states.get(usize::from(state))) {
            _ if reasons != 0 => Some(Defect::ReasonsOfAllow),
            None => Some(Defect::NoNextState),
            Some(None) => Some(Defect::NextStateBeyondKind),
            Some(Some(state)) if !state.modes.contains(&cell.triple.mode) => Some(Defect::NextStateNotInMode),
            Some(Some(_)) if effects_beyond != 0 => Some(Defect::EffectsBeyondList(effects_beyond)),
            Some(Some(_)) => None,
        };
    }
    match next_state {
        _ if cause != Cause::Conditions && reasons != 0 => Some(Defect::ReasonsBesidesCause),
        _ if cause == Cause::Conditions && reasons == 0 => Some(Defect::NoReasons),
        _ if beyond_list != 0 => Some(Defect::ReasonsBeyondList(beyond_list)),
        Some(state) => Some(Defect::NextStateRefused(state)),
        None if effects != 0 => Some(Defect::EffectsRefused(effects)),
        None => None,
    }
}

impl Defect {
    /// What to say after the answer itself.
    fn clause(&self, cell: &Cell<'_>) -> String {
        let offer = cell.triple.offer.ok();
        let names = cell.names;
        match *self {
            Self::Cause(cause) => format!(", with the cause `{}`, which only a denial has", cause.as_str()),
            Self::ReasonsOfAllow => " and yet has reasons".to_owned(),
            // The answer itself says so.
            Self::NoNextState | Self::NoReasons => String::new(),
            Self::ReasonsBesidesCause => " and yet has conditions as reasons".to_owned(),
            Self::ReasonsBeyondList(mask) | Self::EffectsBeyondList(mask) => {
                let bit = bits(mask).next().unwrap_or_default();
                let list = if matches!(self, Self::ReasonsBeyondList(_)) { "conditions" } else { "effects" };
                format!(", where bit {bit} lies beyond the list of {list}")
            }
            Self::NextStateBeyondKind => ", which the kind does not have".to_owned(),
            Self::NextStateNotInMode => ", which the mode does not have".to_owned(),
            Self::NextStateRefused(state) => {
                format!(" and yet leads to {}", names.state(cell.triple.kind, state))
            }
            Self::EffectsRefused(mask) => format!(" and yet has {}", names.effects(offer, mask)),
        }
    }
}
