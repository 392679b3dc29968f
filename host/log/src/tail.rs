//! Where a file begins and ends, without reading all of it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use jiff::Timestamp;

use crate::line::{self, Head, LONGEST_LINE};
use crate::record::{Begun, Event, Repaired};

/// Bytes of a torn line that are kept.
const KEPT: usize = 1000;

/// How every line begins.
const BEGINNING: &[u8] = b"{\"sequence\":";

/// Bytes that are read at a time.
const STEP: u64 = 64 << 10;

/// What a file is, by its first line and its last.
pub(crate) enum Tail {
    /// It has no byte.
    Empty,
    /// It does not begin as a log does.
    Strange,
    /// All of it is the beginning of a first line.
    Torn(Repaired),
    /// It begins as a log does, and ends in a line that is no record.
    Damaged { first: u64, begun: Begun },
    /// It ends in a record.
    Whole { first: u64, begun: FirstLine, last: Head, torn: Option<(u64, Repaired)> },
}

/// The first line of a file.
pub(crate) struct FirstLine {
    pub(crate) begun: Begun,
    pub(crate) time: Timestamp,
    /// Bytes, with its end.
    pub(crate) length: u64,
}

pub(crate) fn read(file: &mut File) -> io::Result<Tail> {
    let length = file.metadata()?.len();
    if length == 0 {
        return Ok(Tail::Empty);
    }
    // The first line of a log is short.
    let start = read_at(file, 0, length.min(STEP))?;
    let Some(end) = start.iter().position(|&byte| byte == b'\n') else {
        // After a machine failed, nothing but zeros may have reached the disk.
        let torn = start.starts_with(BEGINNING)
            || BEGINNING.starts_with(&start)
            || start.iter().all(|&byte| byte == 0);
        return Ok(match torn {
            true => Tail::Torn(torn_line(&start, length)),
            false => Tail::Strange,
        });
    };
    let first_line = &start[..end];
    let Some((frame, Event::Begun(begun))) = line::read(first_line).ok().and_then(|frame| {
        let record = line::record(&frame, first_line).ok()?;
        Some((frame, record.event))
    }) else {
        return Ok(Tail::Strange);
    };
    let first = frame.sequence;

    // Back from the end: what follows the last line end is torn, the line before it is the last record.
    let mut from = length;
    let mut tail = Vec::new();
    let (last, torn) = loop {
        let step = from.min(STEP.max(tail.len() as u64));
        from -= step;
        let mut before = read_at(file, from, step)?;
        before.append(&mut tail);
        tail = before;
        let mut ends = tail.iter().enumerate().rev().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at);
        match (ends.next(), ends.next()) {
            (Some(end), Some(start)) => break (&tail[start + 1..end], &tail[end + 1..]),
            (Some(end), None) if from == 0 => break (&tail[..end], &tail[end + 1..]),
            _ if from == 0 || tail.len() > 2 * LONGEST_LINE => return Ok(Tail::Damaged { first, begun }),
            _ => {}
        }
    };
    let Ok(last) = line::read(last) else { return Ok(Tail::Damaged { first, begun }) };
    let torn = (!torn.is_empty()).then(|| (torn.len() as u64, torn_line(torn, torn.len() as u64)));
    let first_line = FirstLine { begun, time: frame.time, length: end as u64 + 1 };
    Ok(Tail::Whole { first, begun: first_line, last: last.head(), torn })
}

fn torn_line(line: &[u8], bytes: u64) -> Repaired {
    let text = String::from_utf8_lossy(&line[..line.len().min(KEPT)]).into_owned();
    Repaired::TornLine { bytes, text }
}

fn read_at(file: &mut File, from: u64, bytes: u64) -> io::Result<Vec<u8>> {
    let mut read = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    file.by_ref().take(bytes).read_to_end(&mut read)?;
    Ok(read)
}
