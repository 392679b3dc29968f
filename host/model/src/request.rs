use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Attributes;

/// A resource as the caller last saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Observation {
    /// Kind of resource, a name from the manifest.
    pub kind: String,
    /// Id, unique within the kind.
    pub id: String,
    /// State, a name from the manifest; `absent` is a state.
    pub state: String,
    /// What else is known of the resource. Default: nothing.
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Id, compared with owners and shares.
    pub id: String,
    /// Roles held. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// What else is known of the subject. Default: nothing.
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes,
}

/// How much of the world `related` shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Coverage {
    /// What is not listed may exist.
    #[default]
    Partial,
    /// What is not listed does not exist, as far as the action is concerned.
    Complete,
}

/// One question: may this action be taken on this target?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Mode of operation, a name from the manifest.
    pub mode: String,
    /// Who asks. Default: nobody; the platform itself reports an event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// Action, a name from the manifest.
    pub action: String,
    /// The resource acted on.
    pub target: Observation,
    /// Other resources that conditions may ask about. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Observation>,
    /// Arguments of the action. Default: none.
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub parameters: Attributes,
    /// Whether `related` is all there is. Default: partial.
    #[serde(default)]
    pub coverage: Coverage,
}

/// One subject, one world; every target with every action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SurveyQuery {
    /// Mode of operation, a name from the manifest.
    pub mode: String,
    /// Who asks. Default: nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// Actions. Default, none: every operation that the target's kind offers in the mode, in the
    /// order of the manifest's actions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<String>,
    /// Targets; each also counts as related to the others.
    pub targets: Vec<Observation>,
    /// Other resources that conditions may ask about. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Observation>,
    /// Arguments, the same for every action. Default: none.
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub parameters: Attributes,
    /// Whether `related` and `targets` are all there is. Default: partial.
    #[serde(default)]
    pub coverage: Coverage,
}

/// The caller's mistake; never a decision. The text is one sentence: what was wrong, where, what is allowed.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(tag = "code", content = "message", rename_all = "kebab-case")]
pub enum RequestError {
    /// The policy has no such mode.
    #[error("{0}")]
    UnknownMode(String),
    /// The policy has no such kind.
    #[error("{0}")]
    UnknownKind(String),
    /// The kind has no such state.
    #[error("{0}")]
    UnknownState(String),
    /// The policy has no such action.
    #[error("{0}")]
    UnknownAction(String),
    /// The request contradicts itself, or a value is not one that its attribute takes.
    #[error("{0}")]
    Invalid(String),
    /// Anything that a later contract may add.
    #[error("{0}")]
    Other(String),
}

impl RequestError {
    /// The stable code of the mistake, as it stands in JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownMode(_) => "unknown-mode",
            Self::UnknownKind(_) => "unknown-kind",
            Self::UnknownState(_) => "unknown-state",
            Self::UnknownAction(_) => "unknown-action",
            Self::Invalid(_) => "invalid",
            Self::Other(_) => "other",
        }
    }
}
