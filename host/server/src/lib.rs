//! The decision service: policies answer over HTTP, and are replaced while they do.
//!
//! [`Server::start`] takes a [`Config`](config::Config). Each policy has a task that looks at its source, leads
//! candidates through the steps of a rollout, and swaps; see [`Rollout`]. Requests take the version that answers once
//! and ask nothing else, so that each is answered wholly by one version.

mod api;
mod app;
mod candidate;
mod chain;
pub mod client;
pub mod config;
mod decide;
mod keeper;
mod record;
mod rollout;
mod server;
mod serving;
mod signature;
mod slot;
mod source;
mod store;
mod telemetry;
mod tls;
mod tokens;

pub use api::{Code, ErrorBody, ErrorDetail, Rollouts, openapi};
pub use chain::chain;
pub use rollout::{
    CellSummary, DiffSummary, Disagreement, Rollout, ShadowReport, Status, Step, StepReport, StepResult,
    Version,
};
pub use server::{Server, StartError};
pub use source::{Embedded, SourceError};
pub use tokens::{Rights, Tokens, TokensError};
