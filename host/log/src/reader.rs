//! Reads a log line by line, and holds each against the one before.

use std::cmp::Reverse;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek};
use std::path::{Path, PathBuf};

use crate::head_file::{self, Found};
use crate::line::{self, Frame, Head, LONGEST_LINE, NotRecord};
use crate::names::{self, Names};
use crate::record::{Event, Record, SinkKind};
use crate::store::Identity;
use crate::verify::{CheckedFile, Extent, Fault, Note, Problem, ReadError, Report};

/// The records of a log, in order. See [`read`](crate::read).
pub struct Reader {
    scan: Scan,
    failed: bool,
}

impl Reader {
    pub(crate) fn new(scan: Scan) -> Self {
        Self { scan, failed: false }
    }

    /// What was found in what was read so far, and held against the head if that was all.
    pub fn report(self) -> Report {
        self.scan.finish()
    }
}

impl Iterator for Reader {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.failed {
                return None;
            }
            match self.scan.next() {
                Ok(None) => return None,
                Ok(Some(None)) => {}
                Ok(Some(Some(frame))) => match line::record(&frame, &self.scan.line) {
                    Ok(record) => return Some(Ok(record)),
                    Err(_) => self.scan.found(Fault::NotRecord),
                },
                Err(error) => {
                    self.failed = true;
                    return Some(Err(error));
                }
            }
        }
    }
}

/// A log that is being read.
pub(crate) struct Scan {
    pub(crate) report: Report,
    /// The present line, without its end.
    pub(crate) line: Vec<u8>,
    /// Files that are still to be read, the next one last.
    files: Vec<Source>,
    open: Option<BufReader<File>>,
    number: u64,
    extent: Extent,
    /// The record before.
    before: Option<Head>,
    /// What the log's head says, and what the log has under its number.
    head: Option<Head>,
    found_under_head: Option<Head>,
    has_unreadable_head: bool,
    is_written: bool,
    /// Number of the oldest record that rotation has left, as the last file says that was read.
    oldest: u64,
    /// Where the chain goes that is being read, and whether it has ended.
    sink: Option<SinkKind>,
    has_ended: bool,
    done: bool,
}

struct Source {
    path: PathBuf,
    file: File,
    identity: Identity,
    /// Number of its first record.
    first: Option<u64>,
}

impl Scan {
    pub(crate) fn new<P: AsRef<Path>>(paths: &[P], extent: Extent) -> Result<Self, ReadError> {
        let mut scan = Self {
            report: Report::default(),
            line: Vec::new(),
            files: Vec::new(),
            open: None,
            number: 0,
            extent,
            before: None,
            head: None,
            found_under_head: None,
            has_unreadable_head: false,
            is_written: false,
            oldest: 1,
            sink: None,
            has_ended: false,
            done: false,
        };
        let sources = match extent {
            Extent::Part => paths.iter().map(|path| Source::open(path.as_ref())).collect::<Result<_, _>>()?,
            Extent::Log => scan.all_of(paths)?,
        };
        scan.files = in_order(sources)?;
        Ok(scan)
    }

    /// All files of the log that some paths name, and its head.
    fn all_of<P: AsRef<Path>>(&mut self, paths: &[P]) -> Result<Vec<Source>, ReadError> {
        let mut logs: Vec<Names> = Vec::new();
        for path in paths.iter().map(AsRef::as_ref) {
            let system = |source| ReadError::System { path: path.to_owned(), source };
            // While a log is rotated, its file is not there for a moment.
            let named = match path.is_dir() {
                true => names::logs_in(path).map_err(system)?,
                false => Names::of(path).into_iter().collect(),
            };
            if named.is_empty() {
                return Err(ReadError::None { path: path.to_owned() });
            }
            for names in named {
                if let Some(other) = logs.iter().find(|other| !other.is_alike(&names)) {
                    return Err(ReadError::Several { first: other.live(), second: names.live() });
                }
                if !logs.contains(&names) {
                    logs.push(names);
                }
            }
        }
        let mut sources: Vec<Source> = Vec::new();
        for names in &logs {
            let live = names.live();
            let head = names.head();
            // The head is read before the log, which may go on meanwhile; the log is opened before it can get another
            // name, and then counts only once.
            match head_file::look(&head).map_err(|source| ReadError::System { path: head.clone(), source })? {
                (Found::Head(head), written) => {
                    self.is_written |= written;
                    self.head = self.head.into_iter().chain([head]).max_by_key(|head| head.sequence);
                }
                (Found::None, written) => self.is_written |= written,
                (Found::Unreadable, _) => self.has_unreadable_head = true,
            }
            sources.extend(Source::if_there(&live)?);
            let full = names.all_full().map_err(|source| ReadError::System { path: live.clone(), source })?;
            for (_, path) in full {
                // Rotation may have taken it away by now.
                let Some(source) = Source::if_there(&path)? else { continue };
                if !sources.iter().any(|other| cfg!(unix) && other.identity == source.identity) {
                    sources.push(source);
                }
            }
        }
        if let (true, None, Some(path)) = (sources.is_empty(), self.head, paths.first()) {
            let path = path.as_ref().to_owned();
            std::fs::metadata(&path).map_err(|source| ReadError::System { path: path.clone(), source })?;
            return Err(ReadError::None { path });
        }
        Ok(sources)
    }

    /// Goes on to the next line, if there is one. None where it is no record.
    pub(crate) fn next(&mut self) -> Result<Option<Option<Frame>>, ReadError> {
        loop {
            let Some(file) = &mut self.open else {
                let Some(Source { path, file, .. }) = self.files.pop() else {
                    self.done = true;
                    return Ok(None);
                };
                self.report.files.push(CheckedFile { path, first: None, last: None });
                self.open = Some(BufReader::with_capacity(256 << 10, file));
                self.number = 0;
                continue;
            };
            let read = read_line(file, &mut self.line);
            match read.map_err(|source| ReadError::System { path: self.path(), source })? {
                Line::End => self.open = None,
                Line::Whole => {
                    self.number += 1;
                    return Ok(Some(self.look()));
                }
                Line::TooLong => {
                    self.number += 1;
                    self.found(Fault::TooLong);
                    return Ok(Some(None));
                }
                Line::Torn(bytes) => {
                    self.number += 1;
                    // What is being written need not be whole yet.
                    if !(self.is_written && self.files.is_empty()) {
                        self.found(Fault::Torn { bytes });
                    }
                }
            }
        }
    }

    /// Holds the present line against the one before.
    fn look(&mut self) -> Option<Frame> {
        let frame = match line::read(&self.line) {
            Ok(frame) => frame,
            Err(not) => {
                self.found(match not {
                    NotRecord::Form => Fault::NotRecord,
                    NotRecord::Hash => Fault::Changed,
                });
                return None;
            }
        };
        // What a decision says is not looked at, which spares the time to read it.
        let event = match &*frame.kind {
            "decision" => None,
            _ => line::record(&frame, &self.line).ok().map(|record| record.event),
        };
        let begun = match &event {
            Some(Event::Begun(begun)) => Some(*begun),
            _ => None,
        };
        let is_stdout = begun.is_some_and(|begun| begun.sink == SinkKind::Stdout);
        match self.before {
            // Each process begins anew on its standard output.
            Some(_) if is_stdout && frame.sequence == 1 && self.sink == Some(SinkKind::Stdout) => {
                let note =
                    Note::BegunAnew { path: self.path(), line: self.number, after_end: self.has_ended };
                self.report.notes.push(note);
            }
            Some(before) => {
                let expected = before.sequence + 1;
                if frame.sequence < expected {
                    self.found(Fault::Reordered { expected, found: frame.sequence });
                } else if frame.sequence > expected {
                    self.found(Fault::Missing { first: expected, last: frame.sequence - 1 });
                } else if frame.previous != before.hash {
                    self.found(Fault::Replaced { sequence: before.sequence });
                }
            }
            None => {}
        }
        if self.number == 1 && begun.is_none() {
            self.found(Fault::NoBeginning);
        }
        if let Some(begun) = begun {
            self.sink = Some(begun.sink);
            self.oldest = begun.oldest;
        }
        self.has_ended = matches!(event, Some(Event::Ended));
        match event {
            None => self.report.decisions += 1,
            Some(Event::Dropped(dropped)) => {
                self.report.dropped += dropped.count;
                let note = Note::Dropped { sequence: frame.sequence, count: dropped.count };
                self.report.notes.push(note);
            }
            Some(Event::Repaired(how)) => {
                self.report.notes.push(Note::Repaired { sequence: frame.sequence, how });
            }
            Some(_) => {}
        }
        self.report.records += 1;
        let head = frame.head();
        let before = Head { sequence: frame.sequence.saturating_sub(1), hash: frame.previous };
        // Of the record before the first one that is there, its hash is known too.
        for known in [(self.before.is_none()).then_some(before), Some(head)].into_iter().flatten() {
            if self.head.is_some_and(|head| head.sequence == known.sequence) {
                self.found_under_head = Some(known);
            }
        }
        if let Some(file) = self.report.files.last_mut() {
            file.first.get_or_insert(frame.sequence);
            file.last = Some(frame.sequence);
        }
        self.before = Some(head);
        self.report.head = Some(head);
        Some(frame)
    }

    /// Whether a record stands further down in the present file.
    pub(crate) fn comes_later(&mut self, sequence: u64) -> bool {
        let Some(file) = &mut self.open else { return false };
        while let Ok(Line::Whole | Line::TooLong) = read_line(file, &mut self.line) {
            if line::read(&self.line).is_ok_and(|frame| frame.sequence == sequence) {
                return true;
            }
        }
        false
    }

    /// Keeps the first problem.
    pub(crate) fn found(&mut self, fault: Fault) {
        self.found_at(self.path(), self.number, fault);
    }

    fn found_at(&mut self, path: PathBuf, line: u64, fault: Fault) {
        self.report.problem.get_or_insert(Problem { path, line, fault });
    }

    /// The file that is read, or was read last.
    pub(crate) fn path(&self) -> PathBuf {
        self.report.files.last().map(|file| file.path.clone()).unwrap_or_default()
    }

    /// What was found; all that can be told of the whole, where the whole was read.
    pub(crate) fn finish(mut self) -> Report {
        let Extent::Log = self.extent else {
            if let Some(first) = self.first().filter(|&first| first > 1) {
                self.report.notes.insert(0, Note::NotFromTheFirst { first });
            }
            return self.report;
        };
        if self.done {
            self.hold_against_head();
        }
        if self.is_written {
            self.report.notes.push(Note::Written);
        }
        self.report
    }

    fn hold_against_head(&mut self) {
        let last = self.before.map_or(0, |before| before.sequence);
        if let Some(first) = self.first().filter(|&first| first > 1) {
            if first > self.oldest {
                let path = self.report.files.first().map(|file| file.path.clone()).unwrap_or_default();
                self.found_at(path, 0, Fault::Missing { first: self.oldest, last: first - 1 });
            }
            let gone = (first - 1).min(self.oldest - 1);
            if gone > 0 {
                self.report.notes.insert(0, Note::Rotated { last: gone });
            }
        }
        if self.has_unreadable_head {
            self.found_at(self.path(), 0, Fault::UnreadableHead);
        }
        match self.head {
            Some(head) if head.sequence > last => {
                self.found(Fault::Cut { first: last + 1, last: head.sequence });
            }
            // What the head named may be gone by now.
            Some(head) if self.is_written && self.first().is_some_and(|first| head.sequence < first) => {}
            Some(head) if head.sequence > 0 && self.found_under_head != Some(head) => {
                self.found_at(self.path(), 0, Fault::OtherHead { sequence: head.sequence });
            }
            Some(_) => {}
            None if self.sink == Some(SinkKind::Stdout) => {
                self.report.notes.extend((!self.has_ended).then_some(Note::NotEnded));
            }
            None if !self.has_unreadable_head => self.report.notes.push(Note::NoHead),
            None => {}
        }
    }

    fn first(&self) -> Option<u64> {
        self.report.files.first().and_then(|file| file.first)
    }
}

impl Source {
    fn if_there(path: &Path) -> Result<Option<Self>, ReadError> {
        match Self::open(path) {
            Ok(source) => Ok(Some(source)),
            Err(ReadError::System { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn open(path: &Path) -> Result<Self, ReadError> {
        let system = |source| ReadError::System { path: path.to_owned(), source };
        let file = File::open(path).map_err(system)?;
        let identity = Identity::of(&file.metadata().map_err(system)?);
        let mut start = BufReader::new(&file);
        let mut line = Vec::new();
        // A first line that is no record is told of when it is read; the file's name has its number too.
        let first = match read_line(&mut start, &mut line).map_err(system)? {
            Line::Whole => line::read(&line).ok().map(|frame| frame.sequence),
            _ => None,
        };
        file.try_clone().and_then(|mut file| file.rewind()).map_err(system)?;
        let first = first.or_else(|| Names::number(path));
        Ok(Self { path: path.to_owned(), identity, file, first })
    }
}

/// The last one first; one whose number is not known is the newest.
fn in_order(mut sources: Vec<Source>) -> Result<Vec<Source>, ReadError> {
    sources.sort_by_key(|source| Reverse(source.first.unwrap_or(u64::MAX)));
    for pair in sources.windows(2) {
        if let [one, other] = pair
            && let (Some(sequence), true) = (one.first, one.first == other.first)
        {
            let (first, second) = (other.path.clone(), one.path.clone());
            return Err(ReadError::Twice { first, second, sequence });
        }
    }
    Ok(sources)
}

enum Line {
    Whole,
    /// There are bytes and no line end.
    Torn(u64),
    TooLong,
    End,
}

/// Reads a line without its end, and no more of it than a record can have.
fn read_line(file: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Line> {
    line.clear();
    let mut length = 0;
    loop {
        let read = match file.fill_buf() {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if read.is_empty() {
            return Ok(if length == 0 { Line::End } else { Line::Torn(length) });
        }
        let end = read.iter().position(|&byte| byte == b'\n');
        let part = &read[..end.unwrap_or(read.len())];
        length += part.len() as u64;
        if length <= LONGEST_LINE as u64 {
            line.extend_from_slice(part);
        }
        let used = part.len() + usize::from(end.is_some());
        file.consume(used);
        if end.is_some() {
            return Ok(if length <= LONGEST_LINE as u64 { Line::Whole } else { Line::TooLong });
        }
    }
}
