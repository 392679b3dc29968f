//! Whether a log is whole.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use thiserror::Error;

use crate::reader::{Reader, Scan};
use crate::{Head, RecordHash};

/// How much of a log is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it: every path names a log, by its file, by one of its full files or by the directory that holds it, and
    /// all files that belong to it there are read. Its end is held against its head.
    Log,
    /// The files that are named and no others. What was before them and what comes after them is not missed.
    Part,
}

/// Why a log cannot be read at all.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The system refused.
    #[error("cannot read `{path}`")]
    System {
        /// Which file or directory.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// There is nothing to read.
    #[error("`{path}` holds no decision log")]
    None {
        /// What was named.
        path: PathBuf,
    },
    /// Several logs, where one was wanted.
    #[error("`{first}` and `{second}` are different decision logs; name one of them")]
    Several {
        /// File of one of them.
        first: PathBuf,
        /// File of another one.
        second: PathBuf,
    },
    /// Two files with the same records.
    #[error("`{first}` and `{second}` both begin with record {sequence}; leave one of them out")]
    Twice {
        /// One of them.
        first: PathBuf,
        /// The other one.
        second: PathBuf,
        /// Number of the record.
        sequence: u64,
    },
}

/// What was found in a log.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// The files, in the order of their records.
    pub files: Vec<CheckedFile>,
    /// How many records were read.
    pub records: u64,
    /// How many of them are decisions.
    pub decisions: u64,
    /// How many decisions the log says it dropped.
    pub dropped: u64,
    /// The last record.
    pub head: Option<Head>,
    /// The first thing that is wrong; nothing is said of what comes after it.
    pub problem: Option<Problem>,
    /// What is not wrong and should be known.
    pub notes: Vec<Note>,
}

/// A file that was read.
#[derive(Clone, Debug, Serialize)]
pub struct CheckedFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Number of its first record; none if it has none.
    pub first: Option<u64>,
    /// Number of its last record; none if it has none.
    pub last: Option<u64>,
}

/// Something wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// File.
    pub path: PathBuf,
    /// Line, from 1; 0 where the file as a whole is meant.
    pub line: u64,
    /// What is wrong.
    #[serde(flatten)]
    pub fault: Fault,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "fault", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Fault {
    /// The line has another hash than it names.
    Changed,
    /// The line has not the form of a record.
    NotRecord,
    /// The line is longer than any record.
    TooLong,
    /// The file does not begin with the record that begins one: its first lines are gone.
    NoBeginning,
    /// A record names another one as the one before than is there: that one was replaced.
    Replaced {
        /// Number of the record that was replaced.
        sequence: u64,
    },
    /// Records are missing before this line, or before this file.
    Missing {
        /// Number of the first of them.
        first: u64,
        /// Number of the last of them.
        last: u64,
    },
    /// Records stand in another order than they were written in.
    Reordered {
        /// Number of the record that belongs here.
        expected: u64,
        /// Number of the one that stands here.
        found: u64,
    },
    /// The last line has no end.
    Torn {
        /// How long it is.
        bytes: u64,
    },
    /// The log's head names records behind the last one that is there.
    Cut {
        /// Number of the first of them.
        first: u64,
        /// Number of the last of them.
        last: u64,
    },
    /// The log's head names another record under a number, or one that is before all that are there.
    OtherHead {
        /// The number.
        sequence: u64,
    },
    /// The log's head cannot be read.
    UnreadableHead,
    /// No record has a hash that was noted elsewhere.
    NotThere {
        /// The hash.
        hash: RecordHash,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed => f.write_str("the record was changed: its hash is not the one it names"),
            Self::NotRecord => f.write_str("this is no record"),
            Self::TooLong => f.write_str("the line is longer than any record"),
            Self::NoBeginning => {
                f.write_str("the file does not begin as a log does: its first records are gone")
            }
            Self::Replaced { sequence } => {
                write!(
                    f,
                    "the record before, {sequence}, was replaced: it is not the one that this one names"
                )
            }
            Self::Missing { first, last } => write!(f, "{} missing here", Records(*first, *last)),
            Self::Reordered { expected, found } => {
                write!(f, "records are out of order: here stands {found}, where {expected} belongs")
            }
            Self::Torn { bytes } => write!(
                f,
                "the last line is torn after {bytes} {}; opening the log repairs that",
                if *bytes == 1 { "byte" } else { "bytes" }
            ),
            Self::Cut { first, last } => {
                write!(f, "the log was cut: {} missing at its end", Records(*first, *last))
            }
            Self::OtherHead { sequence } => {
                write!(f, "the head of the log names another record {sequence} than the log has")
            }
            Self::UnreadableHead => f.write_str("the head of the log cannot be read"),
            Self::NotThere { hash } => write!(f, "no record has the hash {hash}"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match self.line {
            0 => write!(f, "`{path}`: {}", self.fault),
            line => write!(f, "`{path}`, line {line}: {}", self.fault),
        }
    }
}

/// "record 5 is", "records 5 to 7 are"
struct Records(u64, u64);

impl fmt::Display for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self(first, last) if first == last => write!(f, "record {first} is"),
            Self(first, last) => write!(f, "records {first} to {last} are"),
        }
    }
}

/// What is not wrong and should be known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "note", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Note {
    /// Older records went as their files were rotated away.
    Rotated {
        /// Number of the last of them.
        last: u64,
    },
    /// Records before these were not looked at.
    NotFromTheFirst {
        /// Number of the first one that was.
        first: u64,
    },
    /// There is no head to hold the end against: records cut from the end are not missed.
    NoHead,
    /// A process writes the log.
    Written,
    /// The log was repaired when it was opened.
    Repaired {
        /// Number of the record that tells it.
        sequence: u64,
        /// What was done.
        how: crate::Repaired,
    },
    /// Decisions were dropped for want of room.
    Dropped {
        /// Number of the record that tells it.
        sequence: u64,
        /// How many.
        count: u64,
    },
    /// A process began a chain of its own, as each does on its standard output.
    BegunAnew {
        /// File.
        path: PathBuf,
        /// Line, from 1.
        line: u64,
        /// Whether the chain before ended with the record that ends one. Without it, its process was killed, or its
        /// last records were cut.
        after_end: bool,
    },
    /// The last chain of a standard output has no record that ends it: its process runs, was killed, or its last
    /// records were cut.
    NotEnded,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rotated { last } => write!(f, "{} gone by rotation", Records(1, *last)),
            Self::NotFromTheFirst { first } => write!(f, "records before {first} were not looked at"),
            Self::NoHead => {
                f.write_str("there is no head to hold the end against: a cut there is not noticed")
            }
            Self::Written => f.write_str("a process writes the log"),
            Self::Repaired { sequence, how } => {
                write!(f, "record {sequence} tells of a repair: ")?;
                match how {
                    crate::Repaired::TornLine { bytes, .. } => {
                        write!(f, "a torn line of {bytes} bytes was cut off")
                    }
                    crate::Repaired::LostRecords { first, last } => {
                        write!(f, "{} not there when the log was opened", Records(*first, *last))
                    }
                    crate::Repaired::DamagedFile { file } => {
                        write!(f, "`{file}` did not end as its head said")
                    }
                    crate::Repaired::UnreadableHead => f.write_str("the head could not be read"),
                }
            }
            Self::Dropped { sequence, count: 1 } => {
                write!(f, "record {sequence} tells of a decision that was dropped")
            }
            Self::Dropped { sequence, count } => {
                write!(f, "record {sequence} tells of {count} decisions that were dropped")
            }
            Self::BegunAnew { path, line, after_end } => {
                let ended = if *after_end { "" } else { ", and the one before did not end" };
                write!(f, "`{}`, line {line}: another process began its chain{ended}", path.display())
            }
            Self::NotEnded => {
                f.write_str("the output does not end: its process runs, was killed, or it was cut")
            }
        }
    }
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.problem.is_none()
    }
}

/// Reads a log and finds the first record that was changed, is missing or was cut.
///
/// Reads line by line, so that a log may be of any length. A log may be verified while it is written.
///
/// # Errors
///
/// [`ReadError`] where there is nothing to verify. What is wrong with a log is no error but a [`Problem`].
pub fn verify<P: AsRef<Path>>(paths: &[P], extent: Extent) -> Result<Report, ReadError> {
    verify_noted(paths, extent, &[])
}

/// As [`verify`], and also wants records with hashes that were noted elsewhere, such as [`Log::head`](crate::Log::head)
/// of some time ago. A log that was written anew from some record on has none of them.
///
/// # Errors
///
/// As [`verify`].
pub fn verify_noted<P: AsRef<Path>>(
    paths: &[P],
    extent: Extent,
    noted: &[RecordHash],
) -> Result<Report, ReadError> {
    // Files get other names and go while a log is written. What was wrong for that reason alone is right again.
    let mut tries = 3;
    loop {
        tries -= 1;
        let report = scan(Scan::new(paths, extent)?, noted)?;
        if report.is_whole() || tries == 0 || !report.notes.contains(&Note::Written) {
            return Ok(report);
        }
    }
}

fn scan(mut scan: Scan, noted: &[RecordHash]) -> Result<Report, ReadError> {
    let mut wanted: BTreeSet<[u8; 64]> = noted.iter().map(|hash| hash.digits()).collect();
    while let Some(frame) = scan.next()? {
        if let Some(frame) = frame {
            wanted.remove(&frame.hash.digits());
        }
        if scan.report.problem.is_some() {
            break;
        }
    }
    if let Some(Problem { fault: Fault::Missing { first, last }, .. }) = scan.report.problem
        && scan.comes_later(first)
        && let Some(problem) = &mut scan.report.problem
    {
        problem.fault = Fault::Reordered { expected: first, found: last + 1 };
    }
    let path = scan.path();
    let mut report = scan.finish();
    if let (None, Some(digits)) = (&report.problem, wanted.first())
        && let Some(hash) = RecordHash::read(digits)
    {
        report.problem = Some(Problem { path, line: 0, fault: Fault::NotThere { hash } });
    }
    Ok(report)
}

/// Reads the records of a log, one after the other.
///
/// Damage does not stop it: what is no record is passed over, and [`Reader::report`] tells of it in the end.
///
/// # Errors
///
/// As [`verify`], at once or in place of a record.
pub fn read<P: AsRef<Path>>(paths: &[P], extent: Extent) -> Result<Reader, ReadError> {
    Scan::new(paths, extent).map(Reader::new)
}
