use std::io;
use std::path::PathBuf;

use interlock_analysis::cases::CaseError;
use thiserror::Error;

/// Why case files cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CaseFilesError {
    /// A file or a folder cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A path holds no case file.
    #[error("there is no case file in `{}`", path.display())]
    NoFile {
        /// The path.
        path: PathBuf,
    },
    /// Every file asks another policy.
    #[error("no case asks policy `{policy}`, which was given; they ask {}", quoted(others))]
    NoneAsks {
        /// Name of the policy that was given.
        policy: String,
        /// Names of those that are asked.
        others: Vec<String>,
    },
    /// A file is no case file, or names what there is not.
    #[error("cannot use `{}` as cases: {source}", path.display())]
    Case {
        /// The file.
        path: PathBuf,
        /// Where in it, and what was wrong.
        source: CaseError,
    },
}

/// Why a file of laws cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LawsFileError {
    /// It cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no file of laws.
    #[error("cannot read `{}` as laws: line {line}, column {column}: {message}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
        /// What was wrong and what was expected.
        message: String,
    },
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
