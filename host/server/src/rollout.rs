//! How a candidate becomes the policy that answers: step by step, each step's result kept and shown.

mod gate;
mod record;
mod shadow;

pub(crate) use self::gate::{Gate, Passed, Verdict};
pub use self::record::{
    CellSummary, DiffSummary, Disagreement, Rollout, ShadowReport, Status, Step, StepReport, StepResult,
    Version,
};
pub(crate) use self::shadow::{Shadow, Standing};
