use interlock_model::{ConditionInfo, Manifest, Situation, Verdict};

/// One action from one state, by indexes into the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellKey {
    /// Index into the modes.
    pub mode: u8,
    /// Index into the kinds.
    pub kind: u8,
    /// Index into the kind's states.
    pub state: u8,
    /// Index into the actions.
    pub action: u8,
}

impl CellKey {
    /// The cell of a situation.
    pub fn of(situation: &Situation) -> Self {
        let &Situation { mode, kind, state, action, .. } = situation;
        Self { mode, kind, state, action }
    }
}

/// One thing that cases can show of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Goal {
    /// The cell was asked.
    Seen(CellKey),
    /// The cell answered allow, or deny.
    Answers(CellKey, Verdict),
    /// In two samples that differ in this condition alone, the outcome differs: allow and deny; of a condition
    /// that only selects, in next state or effects at least. The condition is an index into the manifest's.
    Decides(CellKey, u16),
    /// The cell led to a state, an index into the kind's states.
    LeadsTo(CellKey, u8),
    /// The action on the kind in the mode had an effect, an index into the manifest's.
    HasEffect {
        /// Index into the modes.
        mode: u8,
        /// Index into the kinds.
        kind: u8,
        /// Index into the actions.
        action: u8,
        /// Index into the effects.
        effect: u16,
    },
    /// A subject with no other role was allowed what the role is granted.
    Grants {
        /// Index into the modes.
        mode: u8,
        /// Index into the kinds.
        kind: u8,
        /// Index into the actions.
        action: u8,
        /// Index into the roles.
        role: u16,
    },
}

/// What is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Cells from which an action is offered, asked at least once.
    CellsSeen,
    /// Of those that can allow: allowed.
    CellsAllowed,
    /// Of those that can refuse: refused.
    CellsRefused,
    /// Conditions of cells, shown to decide alone.
    Conditions,
    /// States that cells lead to.
    Transitions,
    /// Effects of offers.
    Effects,
    /// Operations that roles are granted.
    Roles,
}

impl Measure {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 7] = [
        Self::CellsSeen,
        Self::CellsAllowed,
        Self::CellsRefused,
        Self::Conditions,
        Self::Transitions,
        Self::Effects,
        Self::Roles,
    ];

    /// The name, as it stands in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CellsSeen => "cells seen",
            Self::CellsAllowed => "cells allowed",
            Self::CellsRefused => "cells refused",
            Self::Conditions => "deciding conditions",
            Self::Transitions => "transitions",
            Self::Effects => "effects",
            Self::Roles => "grants to roles",
        }
    }
}

impl Goal {
    /// What it counts for.
    pub fn measure(&self) -> Measure {
        match self {
            Self::Seen(_) => Measure::CellsSeen,
            Self::Answers(_, Verdict::Allow) => Measure::CellsAllowed,
            Self::Answers(..) => Measure::CellsRefused,
            Self::Decides(..) => Measure::Conditions,
            Self::LeadsTo(..) => Measure::Transitions,
            Self::HasEffect { .. } => Measure::Effects,
            Self::Grants { .. } => Measure::Roles,
        }
    }

    /// Mode, kind and action, as indexes.
    pub fn offer(&self) -> (u8, u8, u8) {
        match *self {
            Self::Seen(cell) | Self::Answers(cell, _) | Self::Decides(cell, _) | Self::LeadsTo(cell, _) => {
                (cell.mode, cell.kind, cell.action)
            }
            Self::HasEffect { mode, kind, action, .. } | Self::Grants { mode, kind, action, .. } => {
                (mode, kind, action)
            }
        }
    }

    /// The cell, where it speaks of one.
    pub fn cell(&self) -> Option<CellKey> {
        match *self {
            Self::Seen(cell) | Self::Answers(cell, _) | Self::Decides(cell, _) | Self::LeadsTo(cell, _) => {
                Some(cell)
            }
            Self::HasEffect { .. } | Self::Grants { .. } => None,
        }
    }

    /// The goal in a line: `federated backup delete from success: worker-available decides alone`.
    pub fn describe(&self, manifest: &Manifest) -> String {
        let (mode, kind, action) = self.offer();
        let name = |names: &[String], index: usize| names.get(index).cloned().unwrap_or_default();
        let info = manifest.kinds.get(usize::from(kind));
        let state = |index: u8| {
            let state = info.and_then(|info| info.states.get(usize::from(index)));
            state.map_or("", |state| &*state.name)
        };
        let action = manifest.actions.get(usize::from(action)).map_or("", |action| &*action.name);
        let mut text = format!(
            "{} {} {action}",
            name(&manifest.modes, usize::from(mode)),
            info.map_or("", |info| &*info.name)
        );
        if let Some(cell) = self.cell() {
            text.push_str(&format!(" from {}", state(cell.state)));
        }
        text.push_str(": ");
        text.push_str(&match *self {
            Self::Seen(_) => "asked".to_owned(),
            Self::Answers(_, verdict) => format!("answers {}", verdict.as_str()),
            Self::Decides(_, condition) => {
                format!("{} decides alone", code(manifest, condition).map_or("", |info| &*info.code))
            }
            Self::LeadsTo(_, to) => format!("leads to {}", state(to)),
            Self::HasEffect { effect, .. } => {
                let effect = manifest.effects.get(usize::from(effect)).map_or("", |effect| &*effect.code);
                format!("effect {effect}")
            }
            Self::Grants { role, .. } => format!("allowed to {}", name(&manifest.roles, usize::from(role))),
        });
        text
    }
}

pub(super) fn code(manifest: &Manifest, condition: u16) -> Option<&ConditionInfo> {
    manifest.conditions.get(usize::from(condition))
}
