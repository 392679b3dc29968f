use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why a log cannot be opened. Nothing in it was changed then.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The system refused.
    #[error("cannot {doing} decision log `{path}`")]
    System {
        /// What was tried.
        doing: &'static str,
        /// With which file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// A name that a log cannot have: none, one that is not Unicode, or that of a full file.
    #[error("cannot open decision log `{path}`: its name is not Unicode, or is one that full files get")]
    Name {
        /// Which file.
        path: PathBuf,
    },
    /// Another process writes it.
    #[error("cannot open decision log `{path}`: another process writes it")]
    Locked {
        /// Which file.
        path: PathBuf,
    },
    /// It holds something else.
    #[error("cannot open decision log `{path}`: it does not begin as a log does, and is left as it is")]
    NotLog {
        /// Which file.
        path: PathBuf,
    },
    /// Neither it nor its head tells how it ended.
    #[error(
        "cannot open decision log `{path}`: its last line is no record, and no head beside it tells how the log \
         ended; it is left as it is: verify it, and move it away to begin another"
    )]
    Damaged {
        /// Which file.
        path: PathBuf,
    },
}
