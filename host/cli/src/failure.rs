//! Why a command could not do what it was asked.

use std::error::Error;
use std::fmt::Display;
use std::io;

use interlock::{CallError, EngineError, EvaluateError, LoadError};
use interlock_analysis::authored::{LawError, LawMistake};
use interlock_checks::{CaseFilesError, LawsFile, LawsFileError};
use interlock_model::{RequestError, WorldError};
use interlock_registry::RegistryError;
pub(crate) use interlock_server::chain;
use interlock_server::client::ClientError;
use thiserror::Error;

use crate::import::ImportError;
use crate::names;

/// Why a command could not do what it was asked. The exit code follows from the variant.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// The command line does not follow its grammar; or help was asked for.
    #[error("{}", one_line(.0))]
    CommandLine(clap::Error),
    /// The command line follows its grammar, but what it asks for cannot be.
    #[error("{0}")]
    Usage(String),
    /// A file, or standard input, cannot be read.
    #[error("cannot read {place}")]
    Read {
        /// Which one.
        place: String,
        /// The system's answer.
        source: io::Error,
    },
    /// Text is not JSON, or not of the form that was expected.
    #[error("cannot read {place} as {what}: line {line}, column {column}: {message}")]
    Malformed {
        /// Where the text came from.
        place: String,
        /// What it should have been.
        what: &'static str,
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1; 0 where the line is empty.
        column: usize,
        /// What was wrong and what was expected.
        message: String,
    },
    /// A world contradicts itself.
    #[error("cannot use {place} as a world: {source}")]
    World {
        /// Where the world came from.
        place: String,
        /// What is wrong with it.
        source: WorldError,
    },
    /// Text is no case file, or names what there is not.
    #[error("cannot use {place} as cases: {message}")]
    Cases {
        /// Which file.
        place: String,
        /// Where in it, what was wrong, and what was meant.
        message: String,
    },
    /// A list of what is infeasible does not hold.
    #[error("cannot use {place} as what is infeasible: {message}")]
    Infeasible {
        /// Which file.
        place: String,
        /// Which entry, and what was wrong.
        message: String,
    },
    /// A key, a signature's comment, credentials: what was given cannot be used as what it should be.
    #[error("cannot use {place} as {what}")]
    Unusable {
        /// Where it came from.
        place: String,
        /// What it should have been.
        what: &'static str,
        /// What is wrong with it.
        source: Box<dyn Error + Send + Sync>,
    },
    /// A registry does not give or take a policy.
    #[error("cannot {action} `{reference}`")]
    Registry {
        /// `push to` or `pull`.
        action: &'static str,
        /// Where the policy lies.
        reference: String,
        /// Why not.
        source: Box<RegistryError>,
    },
    /// The policy cannot make sense of a request.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// Several requests, of which some got no decision.
    #[error("{} of {total} requests got no decision: {wrong} wrong, {failed} failed", wrong + failed)]
    Lines {
        /// Requests that could not be read, by this program or by the policy.
        wrong: usize,
        /// Calls that trapped or exceeded a limit.
        failed: usize,
        /// All of them.
        total: usize,
    },
    /// What the platform printed makes no world.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The engine cannot start.
    #[error("the engine cannot start")]
    Engine(#[source] EngineError),
    /// The policy is not let in.
    #[error("cannot load {place}")]
    Load {
        /// Which policy.
        place: String,
        /// The check that it failed.
        source: LoadError,
    },
    /// The service cannot start.
    #[error("cannot {place}")]
    Serve {
        /// What it should have done.
        place: String,
        /// Why it cannot.
        source: Box<dyn Error + Send + Sync>,
    },
    /// A running service gives no answer, or refuses.
    #[error("the service at {url} did not do it")]
    Service {
        /// Where it was asked.
        url: String,
        /// Why.
        source: ClientError,
    },
    /// The policy trapped or exceeded a limit.
    #[error(transparent)]
    Call(CallError),
    /// An answer or a file cannot be written.
    #[error("cannot write {place}")]
    Write {
        /// Which one.
        place: String,
        /// The system's answer.
        source: io::Error,
    },
}

impl Failure {
    /// Text that is not what it should have been.
    pub(crate) fn malformed(place: &impl Display, what: &'static str, error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let text = error.to_string();
        let message = text.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&text);
        Self::Malformed { place: place.to_string(), what, line, column, message: message.to_owned() }
    }

    /// The same mistake, counted from the line of a larger text.
    pub(crate) fn at_line(mut self, number: usize) -> Self {
        if let Self::Malformed { line, .. } = &mut self {
            *line = number;
        }
        self
    }

    /// The whole story in one line, causes included.
    pub(crate) fn line(&self) -> String {
        chain(self)
    }
}

impl From<clap::Error> for Failure {
    fn from(error: clap::Error) -> Self {
        Self::CommandLine(error)
    }
}

impl From<EvaluateError> for Failure {
    fn from(error: EvaluateError) -> Self {
        match error {
            EvaluateError::Request(error) => Self::Request(error),
            EvaluateError::Call(error) => Self::Call(error),
        }
    }
}

impl From<CaseFilesError> for Failure {
    fn from(error: CaseFilesError) -> Self {
        match error {
            CaseFilesError::Read { path, source } => {
                Self::Read { place: format!("`{}`", path.display()), source }
            }
            CaseFilesError::Case { path, source } => {
                let advice = source.misnamed().map(|(name, known)| names::advice("known are", name, known));
                let message = format!("{source}{}", advice.unwrap_or_default());
                Self::Cases { place: format!("`{}`", path.display()), message }
            }
            wrong => Self::Usage(wrong.to_string()),
        }
    }
}

impl From<LawsFileError> for Failure {
    fn from(error: LawsFileError) -> Self {
        match error {
            LawsFileError::Read { path, source } => {
                Self::Read { place: format!("`{}`", path.display()), source }
            }
            LawsFileError::Malformed { path, line, column, message } => {
                Self::Malformed { place: format!("`{}`", path.display()), what: LAWS, line, column, message }
            }
            other => Self::Usage(other.to_string()),
        }
    }
}

impl Failure {
    /// A mistake in what a file of laws says, with its place and the name that may have been meant.
    pub(crate) fn law(file: &LawsFile, error: &LawError) -> Self {
        let advice = match &*error.mistake {
            LawMistake::Unknown { name, known, .. } => names::advice("known are", name, known),
            LawMistake::Repeated => String::new(),
        };
        let (line, column) = file.place(error);
        let place = format!("`{}`", file.name());
        Self::Malformed { place, what: LAWS, line, column, message: format!("{error}{advice}") }
    }
}

/// What a file of laws should have been.
const LAWS: &str = "laws";

/// A complaint of clap's in one line: what is wrong, then its tips; without the usage that follows.
fn one_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let mut paragraphs = text.split("\n\n").map(|paragraph| {
        paragraph.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    });
    let mut line = paragraphs.next().unwrap_or_default();
    for paragraph in paragraphs {
        if let Some(tip) = paragraph.strip_prefix("tip: ") {
            line.push_str("; ");
            line.push_str(tip);
        }
    }
    line.strip_prefix("error: ").unwrap_or(&line).to_owned()
}
