use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use interlock_model::{Decision, Request, Verdict};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::RecordHash;

/// What a service hands over for each decision.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Id of the decision, chosen by the service.
    pub decision_id: String,
    /// The policy that was asked.
    pub policy: Arc<PolicyId>,
    /// What was asked.
    pub request: Arc<Request>,
    /// Whether that is all that was asked, so that it can be decided again; else it never stands in the log whole.
    pub is_whole: bool,
    /// What came of it.
    pub answer: Answer,
    /// How long the answer took.
    pub latency: Duration,
    /// Id that the caller gave the request.
    pub request_id: Option<String>,
    /// Id of the trace that the request belongs to.
    pub trace_id: Option<String>,
    /// Where the question came in.
    pub interface: Interface,
    /// Name of the token that whoever asked has.
    pub caller: Option<Arc<str>>,
}

/// Which policy answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyId {
    /// Name.
    pub name: String,
    /// Version, semantic.
    pub version: String,
    /// `sha256:` and the hash of its bytes, in lower-case hexadecimal.
    pub digest: String,
}

/// Where a question came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Interface {
    /// The AuthZEN Authorization API.
    Authzen,
    /// Interlock's own JSON interface.
    Api,
}

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A decision.
    Decided {
        /// The answer in one word.
        verdict: Verdict,
        /// Codes of the reasons, in the order of the decision.
        reasons: Vec<String>,
        /// Only on allow.
        next_state: Option<String>,
    },
    /// No decision; who enforces refuses.
    Failed {
        /// Code of the error.
        code: String,
    },
}

impl From<&Decision> for Answer {
    fn from(decision: &Decision) -> Self {
        Self::Decided {
            verdict: decision.verdict,
            reasons: decision.reasons.iter().map(|reason| reason.code.clone()).collect(),
            next_state: decision.next_state.clone(),
        }
    }
}

/// A line of a log.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its number; the first one of a log is 1.
    pub sequence: u64,
    /// When it happened. Records stand in the order in which they were handed over, which the clock need not follow.
    pub time: Timestamp,
    /// What happened.
    pub event: Event<'static>,
    /// Hash of the record before, zeros where there is none.
    pub previous: RecordHash,
    /// Its own hash.
    pub hash: RecordHash,
}

/// What a record tells. In JSON told apart by `type`.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event<'a> {
    /// A file, or an output, begins.
    Begun(Begun),
    /// A question was answered.
    Decision(Box<Decided<'a>>),
    /// Records were dropped for want of room.
    Dropped(Dropped),
    /// The log was not as it should be when it was opened.
    Repaired(Repaired),
    /// An output ends. A file has no such record: the log goes on when it is opened again.
    Ended,
    /// A type that this version does not know.
    #[serde(skip_serializing)]
    Other(String),
}

/// The first record of a file, or of a process that logs to its standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// Form of the records; this one is 1.
    pub format: u32,
    /// Where they go.
    pub sink: SinkKind,
    /// Number of the oldest record that rotation has left in place.
    pub oldest: u64,
}

/// Where records go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SinkKind {
    /// Files, one after the other in one chain.
    File,
    /// Standard output, where each process begins a chain of its own.
    Stdout,
}

/// A question and what came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Decided<'a> {
    /// Id of the decision.
    pub decision_id: Cow<'a, str>,
    /// The policy that was asked.
    pub policy: Cow<'a, PolicyId>,
    /// Where the question came in.
    pub interface: Interface,
    /// Name of the token that whoever asked has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<Cow<'a, str>>,
    /// Mode of operation.
    pub mode: Cow<'a, str>,
    /// Who asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectId<'a>>,
    /// Action.
    pub action: Cow<'a, str>,
    /// The resource acted on.
    pub target: Target<'a>,
    /// The answer in one word; none where there was an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Code of the error, where there was no decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Cow<'a, str>>,
    /// Codes of the reasons.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub reasons: Cow<'a, [String]>,
    /// Only on allow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_state: Option<Cow<'a, str>>,
    /// How long the answer took, in microseconds.
    pub latency_us: u64,
    /// Id that the caller gave the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<Cow<'a, str>>,
    /// Id of the trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<Cow<'a, str>>,
    /// Paths of the mask that hid something here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masked: Vec<Cow<'a, str>>,
    /// Whether the whole request was to be here and is too long for a line.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub request_too_long: bool,
    /// The whole request, if asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Cow<'a, Request>>,
}

/// Who asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectId<'a> {
    /// Id.
    pub id: Cow<'a, str>,
}

/// The resource acted on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target<'a> {
    /// Kind.
    pub kind: Cow<'a, str>,
    /// Id.
    pub id: Cow<'a, str>,
    /// State.
    pub state: Cow<'a, str>,
}

/// Decisions that were answered and are not in the log, since its queue was full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// How many.
    pub count: u64,
    /// When the first of them was answered.
    #[serde(with = "time")]
    pub first: Timestamp,
    /// When the last of them was answered.
    #[serde(with = "time")]
    pub last: Timestamp,
}

/// What was found wrong as a log was opened, and done about it. In JSON told apart by `repair`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "repair", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Repaired {
    /// The last line was torn, and was cut off.
    TornLine {
        /// How long it was.
        bytes: u64,
        /// How it began: at most a thousand bytes.
        text: String,
    },
    /// The head names records that the log does not have. Their numbers are left out.
    LostRecords {
        /// The first of them.
        first: u64,
        /// The last of them.
        last: u64,
    },
    /// The file before ends in what is no record that the head knows. It was left as it is.
    DamagedFile {
        /// Name that it was given.
        file: String,
    },
    /// The head could not be read, so that records may be missing before this one.
    UnreadableHead,
}

/// Times as every record has them: RFC 3339, UTC, microseconds.
pub(crate) mod time {
    use jiff::Timestamp;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{time:.6}"))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
