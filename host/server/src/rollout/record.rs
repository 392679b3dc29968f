use interlock_analysis::diff::Class;
use interlock_model::{Decision, Request};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What became of a candidate, step by step.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Rollout {
    /// Counts on from 1 for each policy, over restarts too where state is kept.
    pub id: u64,
    /// What is offered.
    pub candidate: Version,
    /// Where it came from.
    pub origin: String,
    /// What answered when it came; none where nothing did.
    pub replaces: Option<Version>,
    /// When it came.
    #[schema(value_type = String, format = DateTime)]
    pub started: Timestamp,
    /// When it was decided; none while it is under way.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended: Option<Timestamp>,
    /// How far it has come, or how it ended.
    pub status: Status,
    /// Every step so far, in order.
    pub steps: Vec<StepReport>,
    /// How it differs from what answers; none where nothing answers, or the step was not reached.
    pub diff: Option<DiffSummary>,
    /// How it did beside what answers; none where that was not asked for, or not reached.
    pub shadow: Option<ShadowReport>,
}

/// A version of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Version {
    /// `sha256:` and the hash of its bytes.
    pub digest: String,
    /// Its name; none before it was loaded.
    pub name: Option<String>,
    /// Its version; none before it was loaded.
    pub version: Option<String>,
    /// Id of the key that signed it; none where no key is demanded.
    pub signed_by: Option<String>,
}

/// How far a rollout has come, or how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Its steps are under way.
    Checking,
    /// It answers live requests beside the policy that answers.
    Shadowing,
    /// It passed, or is beyond a budget that lets operators decide, and waits for one.
    Held,
    /// It became the policy that answers.
    Promoted,
    /// A step failed.
    Refused,
    /// An operator rejected it.
    Rejected,
    /// Another candidate came before it was decided.
    Superseded,
    /// An operator went back to it.
    RolledBack,
}

impl Status {
    /// Whether it is still to be decided.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Checking | Self::Shadowing | Self::Held)
    }

    /// The word, as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Checking => "checking",
            Self::Shadowing => "shadowing",
            Self::Held => "held",
            Self::Promoted => "promoted",
            Self::Refused => "refused",
            Self::Rejected => "rejected",
            Self::Superseded => "superseded",
            Self::RolledBack => "rolled-back",
        }
    }
}

/// The steps of a rollout, in the order in which they are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Its bytes come from the source.
    Fetch,
    /// Its digest is not revoked, and nobody went back from it.
    Revocation,
    /// One of the demanded keys signed it.
    Signature,
    /// It loads: every check of the engine, the built-in laws among them.
    Load,
    /// It has the name of what answers, and a version that may follow.
    Version,
    /// The laws of the operator, and that grants are what it says.
    Laws,
    /// The cases of the operator.
    Cases,
    /// What differs is within the budget.
    Diff,
    /// It answers beside what answers, and agrees.
    Shadow,
    /// It becomes the policy that answers.
    Swap,
}

impl Step {
    /// The word, as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::Revocation => "revocation",
            Self::Signature => "signature",
            Self::Load => "load",
            Self::Version => "version",
            Self::Laws => "laws",
            Self::Cases => "cases",
            Self::Diff => "diff",
            Self::Shadow => "shadow",
            Self::Swap => "swap",
        }
    }
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StepReport {
    /// Which.
    pub step: Step,
    /// What came of it.
    pub result: StepResult,
    /// One sentence.
    pub detail: String,
    /// How long it took, milliseconds.
    pub milliseconds: u64,
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StepResult {
    /// It is as it should be.
    Passed,
    /// It is not; the rollout ends here.
    Failed,
    /// It is not, and an operator decides.
    Held,
    /// It was not asked for.
    Skipped,
}

/// How a candidate differs from what answers.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DiffSummary {
    /// Situations that were compared.
    pub compared: u64,
    /// Situations that changed, by class: `widened`, `narrowed`, `reason`, `effect`, `new`, `gone`.
    pub changed: std::collections::BTreeMap<String, u64>,
    /// The cells that changed, the first of them.
    pub cells: Vec<CellSummary>,
    /// How many more cells changed.
    pub more_cells: u64,
}

/// A cell in which decisions changed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CellSummary {
    /// Mode.
    pub mode: String,
    /// Kind.
    pub kind: String,
    /// State.
    pub state: String,
    /// Action.
    pub action: String,
    /// Situations that changed, by class.
    pub changed: std::collections::BTreeMap<String, u64>,
}

/// How a candidate did beside what answers.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct ShadowReport {
    /// Requests that both answered.
    pub requests: u64,
    /// Of those, how many with another verdict, next state or effects, or that the candidate failed to answer.
    pub disagreements: u64,
    /// How many with other reasons only.
    pub other_reasons: u64,
    /// Requests that the candidate was not asked, since it could not keep up.
    pub skipped: u64,
    /// The first disagreements.
    pub samples: Vec<Disagreement>,
}

/// A request that two versions answered differently.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Disagreement {
    /// The request.
    #[schema(value_type = Object)]
    pub request: Request,
    /// What was answered.
    #[schema(value_type = Object)]
    pub present: Decision,
    /// What the candidate says; none where it failed.
    #[schema(value_type = Option<Object>)]
    pub candidate: Option<Decision>,
}

impl DiffSummary {
    /// Most cells that are listed.
    pub(crate) const CELLS: usize = 100;

    pub(crate) fn of(diff: &interlock_analysis::diff::Diff) -> Self {
        let count = |(class, count): (&Class, &interlock_analysis::diff::Count)| {
            (class.name().to_owned(), count.situations)
        };
        let cell = |cell: &interlock_analysis::diff::ChangedCell| {
            let mut changed = std::collections::BTreeMap::new();
            for change in &cell.changes {
                *changed.entry(change.class.name().to_owned()).or_default() += change.situations;
            }
            CellSummary {
                mode: cell.mode.clone(),
                kind: cell.kind.clone(),
                state: cell.state.clone(),
                action: cell.action.clone(),
                changed,
            }
        };
        Self {
            compared: diff.compared.situations,
            changed: diff.changed.iter().map(count).collect(),
            cells: diff.cells.iter().take(Self::CELLS).map(cell).collect(),
            more_cells: diff.cells.len().saturating_sub(Self::CELLS) as u64,
        }
    }
}
