//! Records as lines: written, sealed with their hash, and read again.

use std::fmt::Write;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::record::time;
use crate::{Event, Record, RecordHash};

/// Most bytes of a line, without its end: 24 MiB. The whole request is left out of a record that would be longer.
pub const LONGEST_LINE: usize = 24 << 20;

/// The last record of a log: its number, and its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Number of the record; 0 before there is one.
    pub sequence: u64,
    /// Hash of the record; zeros before there is one.
    pub hash: RecordHash,
}

impl Head {
    /// Before the first record.
    pub const NONE: Self = Self { sequence: 0, hash: RecordHash::NONE };
}

const BEFORE_HASH: &[u8] = br#","hash":""#;
const AFTER_HASH: &[u8] = br#""}"#;
/// Bytes of a line that are its hash, and so not hashed.
const SEAL: usize = BEFORE_HASH.len() + 64 + AFTER_HASH.len();

/// Adds the record that follows `head`, with its line end, and gives the head that it makes. Where it would be too long
/// nothing is added.
pub(crate) fn write(buffer: &mut Vec<u8>, head: Head, time: Timestamp, event: &Event<'_>) -> Option<Head> {
    let start = buffer.len();
    let sequence = head.sequence + 1;
    let mut text = String::new();
    // Nothing that is written to a string can fail.
    let _ = write!(text, r#"{{"sequence":{sequence},"time":"{time:.6}""#);
    buffer.extend_from_slice(text.as_bytes());
    let object = buffer.len();
    let written = serde_json::to_writer(&mut *buffer, event).is_ok();
    if !written || buffer.len() - start > LONGEST_LINE - 256 {
        buffer.truncate(start);
        return None;
    }
    // The event is an object of its own, with one member at least: `{"type":…}` goes on as `,"type":…`.
    buffer[object] = b',';
    buffer.pop();
    buffer.extend_from_slice(br#","previous":""#);
    buffer.extend_from_slice(&head.hash.digits());
    buffer.extend_from_slice(br#""}"#);
    let hash = RecordHash::of(&[&buffer[start..]]);
    buffer.pop();
    buffer.extend_from_slice(BEFORE_HASH);
    buffer.extend_from_slice(&hash.digits());
    buffer.extend_from_slice(AFTER_HASH);
    buffer.push(b'\n');
    Some(Head { sequence, hash })
}

/// What every record has. What else it has is not looked at.
#[derive(Deserialize)]
pub(crate) struct Frame {
    pub(crate) sequence: u64,
    #[serde(with = "time")]
    pub(crate) time: Timestamp,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) previous: RecordHash,
    pub(crate) hash: RecordHash,
}

impl Frame {
    pub(crate) fn head(&self) -> Head {
        Head { sequence: self.sequence, hash: self.hash }
    }
}

/// Why a line is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotRecord {
    /// It has not the form of one.
    Form,
    /// Its hash is another one than it names.
    Hash,
}

/// Reads a line, without its end, whose hash is the one that it names.
pub(crate) fn read(line: &[u8]) -> Result<Frame, NotRecord> {
    let body = line.len().checked_sub(SEAL).ok_or(NotRecord::Form)?;
    let (body, seal) = line.split_at(body);
    let digits = seal
        .strip_prefix(BEFORE_HASH)
        .and_then(|seal| seal.strip_suffix(AFTER_HASH))
        .and_then(RecordHash::read)
        .ok_or(NotRecord::Form)?;
    if RecordHash::of(&[body, b"}"]) != digits {
        return Err(NotRecord::Hash);
    }
    let frame: Frame = serde_json::from_slice(line).map_err(|_| NotRecord::Form)?;
    Ok(frame)
}

/// The rest of a line whose frame was read.
///
/// # Errors
///
/// Where its members are not those that its type has.
pub(crate) fn record(frame: &Frame, line: &[u8]) -> Result<Record, serde_json::Error> {
    let event = match &*frame.kind {
        "begun" => Event::Begun(serde_json::from_slice(line)?),
        "decision" => Event::Decision(serde_json::from_slice(line)?),
        "dropped" => Event::Dropped(serde_json::from_slice(line)?),
        "repaired" => Event::Repaired(serde_json::from_slice(line)?),
        "ended" => Event::Ended,
        other => Event::Other(other.to_owned()),
    };
    let Frame { sequence, time, previous, hash, .. } = *frame;
    Ok(Record { sequence, time, event, previous, hash })
}
