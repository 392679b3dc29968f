//! The HTTP interfaces.

mod authzen;
mod body;
mod document;
mod error;
mod guard;
mod health;
mod policies;
mod post;
mod rollouts;

pub use self::document::openapi;
pub(crate) use self::document::{Part, router};
pub(crate) use self::error::ApiError;
pub use self::error::{Code, ErrorBody, ErrorDetail};
pub(crate) use self::guard::{Caller, REQUEST_ID, TRACE_PARENT, trace_id};
pub use self::rollouts::Rollouts;
