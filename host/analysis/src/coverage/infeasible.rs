use interlock_model::{Manifest, Verdict};
use serde::Deserialize;
use thiserror::Error;

use super::{Coverage, Goal};
use crate::cases::OneOrMany;

/// What no request can produce, as a file lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InfeasibleList {
    /// The entries.
    #[serde(default)]
    pub infeasible: Vec<Infeasible>,
}

/// Goals that no request can show, and why. A field that is absent stands for all.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Infeasible {
    /// Why, a sentence.
    pub reason: String,
    /// Modes.
    pub mode: Option<OneOrMany>,
    /// Kinds.
    pub kind: Option<OneOrMany>,
    /// States.
    pub state: Option<OneOrMany>,
    /// Actions.
    pub action: Option<OneOrMany>,
    /// An answer that does not come. Where nothing is ever allowed, nothing decides and nothing follows: those
    /// goals of the same cells are excused as well.
    pub answer: Option<Verdict>,
    /// Conditions that never decide alone.
    pub condition: Option<OneOrMany>,
    /// States that are not led to.
    pub next_state: Option<OneOrMany>,
    /// Effects that do not follow.
    pub effect: Option<OneOrMany>,
    /// Roles that never use what they are granted.
    pub role: Option<OneOrMany>,
}

/// Why a list of what is infeasible does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ExcuseError {
    /// An entry names what the policy does not have.
    #[error("entry {entry}: unknown {what} `{name}`")]
    UnknownName {
        /// Which entry, from 1.
        entry: usize,
        /// What the name should be a name of.
        what: &'static str,
        /// The name.
        name: String,
        /// What could have been named.
        known: Vec<String>,
    },
    /// An entry does not say what is infeasible, or says two things.
    #[error(
        "entry {entry}: an entry says one of `answer`, `condition`, `next-state`, `effect` and `role`; it says {said}"
    )]
    Unclear {
        /// Which entry, from 1.
        entry: usize,
        /// How many of them it says.
        said: usize,
    },
    /// An entry excuses nothing that is to be shown.
    #[error("entry {entry}: nothing of the kind is to be shown")]
    Idle {
        /// Which entry, from 1.
        entry: usize,
    },
    /// A case shows what an entry calls infeasible.
    #[error("entry {entry}: a case shows it after all: {goal}")]
    Shown {
        /// Which entry, from 1.
        entry: usize,
        /// What is shown.
        goal: String,
        /// The goal.
        place: Goal,
    },
}

impl ExcuseError {
    /// Where one name stands for another that is known: the name, and those that could have been meant.
    pub fn misnamed(&self) -> Option<(&str, &[String])> {
        match self {
            Self::UnknownName { name, known, .. } => Some((name, known)),
            _ => None,
        }
    }
}

impl Coverage<'_> {
    /// Excuses the goals that a list calls infeasible.
    ///
    /// # Errors
    ///
    /// [`ExcuseError`] where an entry names what there is not, excuses nothing, or is shown after all.
    pub fn excuse(&mut self, list: &InfeasibleList) -> Result<(), ExcuseError> {
        let manifest = self.manifest();
        for (place, entry) in list.infeasible.iter().enumerate() {
            let number = place + 1;
            entry.check(number, manifest)?;
            let mut idle = true;
            for tracked in &mut self.goals {
                let implied = match entry.matches(&tracked.goal, manifest) {
                    None => continue,
                    Some(implied) => implied,
                };
                if tracked.shown.is_some() {
                    if implied {
                        continue;
                    }
                    let goal = tracked.goal.describe(manifest);
                    return Err(ExcuseError::Shown { entry: number, goal, place: tracked.goal });
                }
                idle &= implied;
                tracked.excuse = tracked.excuse.or(Some(place));
            }
            if idle {
                return Err(ExcuseError::Idle { entry: number });
            }
        }
        Ok(())
    }
}

impl Infeasible {
    fn check(&self, entry: usize, manifest: &Manifest) -> Result<(), ExcuseError> {
        let said = [
            self.answer.is_some(),
            self.condition.is_some(),
            self.next_state.is_some(),
            self.effect.is_some(),
            self.role.is_some(),
        ];
        let said = said.into_iter().filter(|&said| said).count();
        if said != 1 {
            return Err(ExcuseError::Unclear { entry, said });
        }
        let known = |what, names: &Option<OneOrMany>, known: Vec<&str>| {
            for name in names.iter().flat_map(|names| names.list()) {
                if !known.contains(&&**name) {
                    let known = known.iter().map(|&name| name.to_owned()).collect();
                    return Err(ExcuseError::UnknownName { entry, what, name: name.clone(), known });
                }
            }
            Ok(())
        };
        let states =
            || manifest.kinds.iter().flat_map(|kind| &kind.states).map(|state| &*state.name).collect();
        known("mode", &self.mode, manifest.modes.iter().map(String::as_str).collect())?;
        known("kind", &self.kind, manifest.kinds.iter().map(|kind| &*kind.name).collect())?;
        known("state", &self.state, states())?;
        known("state", &self.next_state, states())?;
        known("action", &self.action, manifest.actions.iter().map(|action| &*action.name).collect())?;
        let conditions = manifest.conditions.iter().map(|condition| &*condition.code).collect();
        known("condition", &self.condition, conditions)?;
        known("effect", &self.effect, manifest.effects.iter().map(|effect| &*effect.code).collect())?;
        known("role", &self.role, manifest.roles.iter().map(String::as_str).collect())
    }

    /// Whether it excuses a goal; and then, whether only because of what it says of another.
    fn matches(&self, goal: &Goal, manifest: &Manifest) -> Option<bool> {
        let (mode, kind, action) = goal.offer();
        let kind_info = manifest.kinds.get(usize::from(kind))?;
        let state_name = |state: u8| kind_info.states.get(usize::from(state)).map(|state| &*state.name);
        let here = listed(&self.mode, manifest.modes.get(usize::from(mode)).map(String::as_str))
            && listed(&self.kind, Some(&kind_info.name))
            && listed(&self.action, manifest.actions.get(usize::from(action)).map(|action| &*action.name))
            && (self.state.is_none()
                || listed(&self.state, goal.cell().and_then(|cell| state_name(cell.state))));
        if !here {
            return None;
        }
        match *goal {
            Goal::Seen(_) => None,
            Goal::Answers(_, verdict) => (self.answer == Some(verdict)).then_some(false),
            _ if self.answer == Some(Verdict::Allow) => Some(true),
            Goal::Decides(_, condition) => {
                let code = manifest.conditions.get(usize::from(condition)).map(|info| &*info.code);
                (self.condition.is_some() && listed(&self.condition, code)).then_some(false)
            }
            Goal::LeadsTo(_, to) => {
                (self.next_state.is_some() && listed(&self.next_state, state_name(to))).then_some(false)
            }
            Goal::HasEffect { effect, .. } => {
                let code = manifest.effects.get(usize::from(effect)).map(|info| &*info.code);
                (self.effect.is_some() && listed(&self.effect, code)).then_some(false)
            }
            Goal::Grants { role, .. } => {
                let role = manifest.roles.get(usize::from(role)).map(String::as_str);
                (self.role.is_some() && listed(&self.role, role)).then_some(false)
            }
        }
    }
}

/// Whether a name is one of those listed; with none listed, any is.
fn listed(names: &Option<OneOrMany>, name: Option<&str>) -> bool {
    match names {
        None => true,
        Some(names) => name.is_some_and(|name| names.list().iter().any(|listed| listed == name)),
    }
}
