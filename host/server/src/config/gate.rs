use std::path::PathBuf;
use std::time::Duration;

use interlock_analysis::diff::Class;
use serde::Deserialize;

use super::ConfigError;

/// What a candidate must pass, beyond what every policy must that is loaded.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GateConfig {
    /// Files of laws, TOML, as `interlock check --laws` takes them. Default: none.
    pub laws: Vec<PathBuf>,
    /// Whether the manifest's grants must be all that roles make a difference by, as `interlock check` has it.
    /// Default: `demand`.
    pub grants: Grants,
    /// Case files, or folders of them, as `interlock test` takes them. Default: none.
    pub cases: Vec<PathBuf>,
    /// What may differ from the policy that answers. Default: anything, which is told all the same.
    pub budget: Vec<Budget>,
    /// What becomes of a candidate beyond the budget. Default: `refuse`.
    pub when_exceeded: WhenExceeded,
    /// Let the candidate answer live requests beside the present policy before it is promoted. Default: no.
    pub shadow: Option<ShadowConfig>,
    /// Who promotes a candidate that passed. Default: `automatic`.
    pub promotion: Promotion,
}

/// What becomes of a candidate that breaks the law `granted`: its grants and its answers do not agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grants {
    /// It is refused.
    #[default]
    Demand,
    /// It is told, and goes on: of a policy that lets people in by what no grant says, such as their department.
    Tell,
}

/// How much may differ: of the changed situations that fit, at most so many.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// How they changed: `widened`, `narrowed`, `reason`, `effect`, `new`, `gone`. Default: `widened`.
    #[serde(default = "widened")]
    pub class: String,
    /// Mode. Default: any.
    #[serde(default)]
    pub mode: Option<String>,
    /// Kind. Default: any.
    #[serde(default)]
    pub kind: Option<String>,
    /// Action. Default: any.
    #[serde(default)]
    pub action: Option<String>,
    /// Most situations that may have changed so. Default: 0.
    #[serde(default)]
    pub at_most: u64,
}

fn widened() -> String {
    Class::Widened.name().to_owned()
}

/// What becomes of a candidate beyond the budget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhenExceeded {
    /// It is refused.
    #[default]
    Refuse,
    /// It waits for an operator, who promotes or rejects it.
    Hold,
}

/// Who promotes a candidate that passed everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Promotion {
    /// The service, at once.
    #[default]
    Automatic,
    /// An operator, by `interlock rollout promote`.
    Manual,
}

/// How long a candidate answers beside the present policy.
///
/// It passes after so many requests or so much time, whichever comes first, if no more of its answers than allowed
/// differ in verdict, next state or effects.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ShadowConfig {
    /// Requests. Default: 1,000.
    pub requests: u64,
    /// Time. Default: none, so that only requests count.
    #[serde(with = "humantime_serde")]
    pub time: Option<Duration>,
    /// Most answers that may differ. Default: 0.
    pub at_most: u64,
}

impl Default for ShadowConfig {
    fn default() -> Self {
        Self { requests: 1000, time: None, at_most: 0 }
    }
}

impl GateConfig {
    pub(super) fn check(&self, policy: &str) -> Result<(), ConfigError> {
        for Budget { class, .. } in &self.budget {
            if !Class::ALL.iter().any(|known| known.name() == class) {
                let known: Vec<&str> = Class::ALL.iter().map(|class| class.name()).collect();
                return Err(ConfigError::Contradiction(format!(
                    "policy `{policy}`: a budget has class `{class}`, allowed are {}",
                    known.join(", ")
                )));
            }
        }
        if self.shadow.as_ref().is_some_and(|shadow| shadow.requests == 0) {
            return Err(ConfigError::Contradiction(format!(
                "policy `{policy}`: `rollout.shadow.requests` is 0, allowed is 1 or more"
            )));
        }
        Ok(())
    }
}
