//! A log of decisions in which each record carries the hash of the one before, so that a record that was changed, is
//! missing or was cut is found.
//!
//! - [`Log`] is written, by a thread of its own, from any number of tasks: [`Log::reserve`], then [`Permit::record`].
//! - [`verify()`] reads a log and tells whether it is whole; [`read`] gives its records, to decide them again.
//!
//! # Form
//!
//! JSON Lines: a record is one line, in UTF-8, that ends in `\n`. Every record has
//!
//! | member | what |
//! |---|---|
//! | `sequence` | its number; the first one is 1, and there is no gap |
//! | `time` | when it happened: RFC 3339, UTC, microseconds |
//! | `type` | `decision`, `begun`, `dropped`, `repaired` or `ended`; see [`Event`] for the members of each |
//! | `previous` | `hash` of the record before; 64 zeros in the first one |
//! | `hash` | its own, the last member |
//!
//! Hashes are SHA-256, in 64 lower-case hexadecimal digits. **What is hashed** are the bytes of the line up to
//! `,"hash":"`, and `}`: the line without its last member and without its end. A shell can do it, and this script,
//! `verify.sh` in the sources, is tested as it stands:
//!
//! ```sh
#![doc = include_str!("../verify.sh")]
//! ```
//!
//! A file begins with a record of type `begun`, which follows the last record of the file before it as any record
//! follows another. Full files get the number of their first record: `decisions.jsonl` becomes
//! `decisions-000000000001.jsonl`.
//!
//! # What is found, and what is not
//!
//! Beside the log lies its head, `decisions.jsonl.head`: number and hash of the last record, 108 bytes, written over
//! after each write of records. The process that writes the log holds a lock on it.
//!
//! | what happened | how it is found |
//! |---|---|
//! | a byte of a record changed | its hash differs |
//! | records are missing, or in another order | their numbers |
//! | a record was replaced by one with a right hash of its own | the next one names another hash |
//! | the first lines of a file are gone | the file does not begin with `begun` |
//! | a full file is gone | the numbers; and each `begun` says which is the oldest record that rotation left |
//! | the last records are gone | the head names a later record |
//! | the last line is torn: the process was killed | it has no end |
//!
//! **Not found**: that someone who may write to the directory cut or wrote anew the end of the log *and* its head,
//! since there is no secret in a hash. Whoever wants to find that notes [`Log::head`] in another place from time to
//! time, and asks [`verify_noted`] for it. Neither is found that the last records are gone where the head is gone as
//! well ([`Note::NoHead`] says so), or went together with what the head said, as when a machine fails that had
//! brought neither to its disk ([`Sync`]).
//!
//! On standard output there is no head, and each process begins anew. A process that ends in order ends with a record
//! of type `ended`; where there is none, [`Note::BegunAnew`] and [`Note::NotEnded`] say so.

mod error;
mod hash;
mod head_file;
mod line;
mod log;
mod mask;
mod names;
mod options;
mod reader;
mod record;
mod store;
mod tail;
mod verify;
mod writer;

pub use error::OpenError;
pub use hash::{NotHash, RecordHash};
pub use line::{Head, LONGEST_LINE};
pub use log::{CloseError, Counters, Log, Permit, ReserveError};
pub use mask::{Mask, MaskError};
pub use options::{Options, Rotate, Sink, Sync, WhenFull};
pub use reader::Reader;
pub use record::{
    Answer, Begun, Decided, Dropped, Entry, Event, Interface, PolicyId, Record, Repaired, SinkKind,
    SubjectId, Target,
};
pub use verify::{CheckedFile, Extent, Fault, Note, Problem, ReadError, Report, read, verify, verify_noted};
