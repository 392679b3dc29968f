use std::num::{NonZeroU32, NonZeroU64};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Mask;

/// How a log is kept.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Where records go.
    pub sink: Sink,
    /// Most records that wait to be written, and so are in memory. Default: 16,384.
    pub queue: NonZeroU32,
    /// What happens to a decision when so many wait. Default: it waits.
    pub when_full: WhenFull,
    /// Whether records hold the whole request, so that it can be decided again. Default: no.
    pub whole_request: bool,
    /// What is masked. Default: nothing.
    pub mask: Mask,
    /// When a file is full, and how many stay. Default: after 256 MiB, and all of them stay.
    pub rotate: Rotate,
    /// When records are safe from a failing machine. Default: when the system sees fit.
    pub sync: Sync,
}

impl Options {
    /// The defaults.
    pub fn new(sink: Sink) -> Self {
        const QUEUE: NonZeroU32 = NonZeroU32::new(16_384).unwrap();
        Self {
            sink,
            queue: QUEUE,
            when_full: WhenFull::default(),
            whole_request: false,
            mask: Mask::default(),
            rotate: Rotate::default(),
            sync: Sync::default(),
        }
    }
}

/// Where records go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sink {
    /// To a file in a directory that there is. Beside it lies its head, `<file>.head`; full files get the number of
    /// their first record: `decisions.jsonl` becomes `decisions-000000000001.jsonl`.
    File(PathBuf),
    /// To standard output, which nothing else may write to. Each process begins a chain of its own.
    Stdout,
}

/// What happens to a decision when the queue is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhenFull {
    /// It waits for room: nothing is lost, and whoever asks may run out of time.
    #[default]
    Wait,
    /// It goes on unrecorded and is counted; a record says how many were, as soon as there is room.
    Drop,
    /// It is refused.
    Refuse,
}

/// When a file is full, and how many stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotate {
    /// Most bytes of a file, unless a single record is longer. Default: 256 MiB. None: no bound.
    pub bytes: Option<NonZeroU64>,
    /// How old the first record of a file may be when another is added. Default: no bound.
    pub age: Option<Duration>,
    /// Most full files that stay. Default: all.
    pub keep: Option<u32>,
}

impl Default for Rotate {
    fn default() -> Self {
        Self { bytes: NonZeroU64::new(256 << 20), age: None, keep: None }
    }
}

/// When what was written is made safe from a failing machine. A process that is killed loses nothing that was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sync {
    /// When the system sees fit, and as the log is closed and as a file is full.
    #[default]
    System,
    /// After each write, which may hold many records.
    Write,
    /// At most so long after a write.
    Every(Duration),
}
