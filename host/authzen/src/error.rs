use std::borrow::Cow;
use std::fmt;

use interlock_model::RequestError;
use thiserror::Error;

/// Why a body is not one of the API's: what HTTP answers with 400.
///
/// The text is one sentence that names the place. Of what the caller sent it shows names alone, shortened.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BodyError {
    /// It is no JSON.
    #[error("the body is not JSON: {why}")]
    Malformed {
        /// What the reader says, with line and column.
        why: String,
    },
    /// Objects and lists in one another beyond [`Limits::nesting`](crate::Limits::nesting).
    #[error("the body is nested deeper than the {allowed} levels allowed")]
    TooDeep {
        /// How many levels are allowed.
        allowed: usize,
    },
    /// An object gives a name twice. JSON leaves open which counts, so that a gateway in front may have checked
    /// the other one.
    #[error("{place}: given twice")]
    Repeated {
        /// Where.
        place: String,
    },
    /// A member that is required is not there.
    #[error("{place}: missing, expected {expected}")]
    Missing {
        /// Where.
        place: String,
        /// What should stand there, with an article.
        expected: &'static str,
    },
    /// A value is of another type.
    #[error("{place}: expected {expected}, found {found}")]
    Type {
        /// Where.
        place: String,
        /// What should stand there, with an article.
        expected: &'static str,
        /// What stands there, with an article.
        found: &'static str,
    },
    /// A value is not one of those allowed.
    #[error("{place}: expected {expected}")]
    Value {
        /// Where.
        place: String,
        /// The values allowed.
        expected: &'static str,
    },
    /// More evaluations than [`Limits::batch`](crate::Limits::batch).
    #[error("evaluations: {length} in one request, allowed are {allowed}")]
    BatchTooLong {
        /// How many there are.
        length: usize,
        /// How many are allowed.
        allowed: usize,
    },
}

impl BodyError {
    /// The stable code of the mistake.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "malformed-json",
            Self::TooDeep { .. } => "nested-too-deep",
            Self::Repeated { .. } => "repeated-member",
            Self::Missing { .. } => "missing-member",
            Self::Type { .. } => "wrong-type",
            Self::Value { .. } => "wrong-value",
            Self::BatchTooLong { .. } => "batch-too-long",
        }
    }
}

/// Why one evaluation has no decision: answered `false` with `context.error`, under the status 200.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct ItemError {
    /// The HTTP status that would say the same, as the specification's examples have it.
    pub status: u16,
    /// The stable code.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
}

impl ItemError {
    /// - `status`: of HTTP, 400 to 599.
    /// - `code`: stable, kebab-case.
    /// - `message`: one sentence.
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "invalid", message)
    }
}

impl From<BodyError> for ItemError {
    fn from(error: BodyError) -> Self {
        Self::new(400, error.code(), error.to_string())
    }
}

impl From<RequestError> for ItemError {
    fn from(error: RequestError) -> Self {
        let status = match error {
            RequestError::UnknownMode(_)
            | RequestError::UnknownKind(_)
            | RequestError::UnknownState(_)
            | RequestError::UnknownAction(_) => 404,
            RequestError::Invalid(_) | RequestError::Other(_) => 400,
        };
        let code = error.code();
        Self::new(status, code, shortened(&error.to_string(), SENTENCE).into_owned())
    }
}

/// How much of a name that a caller sent is shown.
const NAME: usize = 64;

/// How much of a policy's sentence is passed on, since it may show what a caller sent.
const SENTENCE: usize = 512;

/// A caller's text, shortened.
pub(crate) fn shown(text: &str) -> impl fmt::Display {
    shortened(text, NAME)
}

fn shortened(text: &str, length: usize) -> Cow<'_, str> {
    match text.char_indices().nth(length) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}
