//! The log's thread: takes what was recorded, makes lines of it and writes them, until it can.

use std::collections::VecDeque;
use std::io;
use std::mem;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;

use crate::line::{self, Head};
use crate::log::{CloseError, Drops, Message, Shared};
use crate::mask::Mask;
use crate::options::{Options, Sync};
use crate::record::{Begun, Dropped, Entry, Event, Repaired, SinkKind};
use crate::store::{Lines, Store};

/// Bytes of lines that are written at once, and one line more.
const BATCH: usize = 256 << 10;

/// Pauses between tries to write: the first, and the longest. Each is twice the one before.
const PAUSES: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));

/// How long records gather. Whoever records while the thread waits for its queue has to wake it, which costs more than
/// all else that they do. So the thread sleeps on the clock as long as there is something every now and then.
const GATHER: Duration = Duration::from_millis(1);

/// After so long with nothing, the thread waits for its queue.
const QUIET: Duration = Duration::from_millis(50);

/// A queue that is shorter is written without a pause, as it may be full any moment.
const LONG_QUEUE: u32 = 1024;

pub(crate) struct Writer {
    shared: Arc<Shared>,
    receiver: Receiver<Message>,
    store: Store,
    head: Head,
    mask: Mask,
    whole_request: bool,
    sync: Sync,
    /// What is not written yet, in its order.
    pending: VecDeque<(Timestamp, Pending)>,
    buffer: Vec<u8>,
    /// Where the lines of the buffer end, and the head that each makes.
    ends: Vec<usize>,
    heads: Vec<Head>,
    /// Whether the head is not written yet that the last write made.
    head_is_due: bool,
    /// When what was written has to be safe.
    sync_at: Option<Instant>,
    closing: Option<Instant>,
}

enum Pending {
    Begun,
    Repaired(Repaired),
    Entry(Entry),
    Dropped(Dropped),
    Ended,
}

impl Writer {
    pub(crate) fn new(
        shared: Arc<Shared>,
        receiver: Receiver<Message>,
        store: Store,
        head: Head,
        repaired: Vec<Repaired>,
        options: &Options,
    ) -> Self {
        let now = Timestamp::now();
        Self {
            shared,
            receiver,
            store,
            head,
            mask: options.mask.clone(),
            whole_request: options.whole_request,
            sync: options.sync,
            pending: repaired.into_iter().map(|repaired| (now, Pending::Repaired(repaired))).collect(),
            buffer: Vec::new(),
            ends: Vec::new(),
            heads: Vec::new(),
            head_is_due: false,
            sync_at: None,
            closing: None,
        }
    }

    pub(crate) fn run(mut self) {
        let mut pause = PAUSES.0;
        // A file's first record is written at once, so that what is there is a log.
        let mut failed = self.attempt();
        loop {
            match failed {
                None => {
                    pause = PAUSES.0;
                    if self.is_done() {
                        break;
                    }
                    self.gather();
                }
                Some(_) => {
                    let again = Instant::now() + pause;
                    while Instant::now() < again && !self.is_late() {
                        self.receive(Some(self.closing.map_or(again, |deadline| deadline.min(again))));
                    }
                    pause = (2 * pause).min(PAUSES.1);
                }
            }
            if self.is_late() {
                break;
            }
            failed = self.attempt();
        }
        self.end();
    }

    /// Waits for something to do, and takes all there is.
    fn gather(&mut self) {
        if self.closing.is_none() && self.shared.queue >= LONG_QUEUE {
            let start = Instant::now();
            let quiet = self.sync_at.map_or(start + QUIET, |sync| sync.min(start + QUIET));
            while Instant::now() < quiet {
                thread::sleep(GATHER);
                if self.receive(Some(start)) {
                    return;
                }
            }
        }
        let until = match self.closing {
            // Permits may still be out.
            Some(deadline) => Some(deadline.min(Instant::now() + Duration::from_millis(2))),
            None => self.sync_at,
        };
        self.receive(until);
    }

    /// Takes what was sent; waits for it until then, for ever by default. Whether there was anything.
    fn receive(&mut self, until: Option<Instant>) -> bool {
        let first = match until {
            None => self.receiver.recv().ok(),
            Some(until) => self.receiver.recv_timeout(until.saturating_duration_since(Instant::now())).ok(),
        };
        let is_any = first.is_some();
        let mut next = first;
        while let Some(message) = next {
            match message {
                Message::Entry(entry, time) => self.pending.push_back((stamp(time), Pending::Entry(entry))),
                Message::Drops => {}
                Message::Close(deadline) => {
                    self.closing = Some(self.closing.map_or(deadline, |earlier| earlier.min(deadline)));
                }
            }
            next = self.receiver.try_recv().ok();
        }
        is_any
    }

    /// Writes all that is pending; gives the system's answer where it refuses.
    fn attempt(&mut self) -> Option<io::Error> {
        let result = self.write_all();
        match &result {
            Ok(()) => {
                if self.shared.failing.swap(false, Ordering::Relaxed) {
                    self.shared.told().failure = None;
                    tracing::info!("the decision log is written again");
                }
            }
            Err(error) => {
                self.shared.write_errors.fetch_add(1, Ordering::Relaxed);
                self.shared.told().failure = Some(error.to_string());
                if !self.shared.failing.swap(true, Ordering::Relaxed) {
                    tracing::error!(%error, "the decision log cannot be written; records are kept and tried again");
                }
            }
        }
        result.err()
    }

    fn write_all(&mut self) -> io::Result<()> {
        loop {
            self.take_drops();
            let now = Timestamp::now();
            let fresh = self.store.prepare(self.head, now, !self.pending.is_empty())?;
            if fresh && !matches!(self.pending.front(), Some((_, Pending::Begun))) {
                self.pending.push_front((now, Pending::Begun));
            }
            if self.pending.is_empty() && !self.store.has_rest() {
                break;
            }
            if self.make_lines(now) {
                self.store.rotate(self.head, now)?;
                continue;
            }
            let written = self.write_lines();
            self.write_head()?;
            written?;
        }
        self.write_head()?;
        if self.sync_at.is_some_and(|at| at <= Instant::now()) {
            self.store.sync()?;
            self.sync_at = None;
        }
        Ok(())
    }

    /// Before a file is full, so that the head is never behind it by more than what was written last.
    fn write_head(&mut self) -> io::Result<()> {
        if self.head_is_due {
            self.store.write_head(self.head)?;
            self.head_is_due = false;
        }
        Ok(())
    }

    /// A record for drops that none tells of yet.
    fn take_drops(&mut self) {
        let drops = self.shared.told().drops.take();
        let Some(Drops { count, first, last }) = drops else { return };
        if let Some((_, Pending::Dropped(dropped))) = self.pending.back_mut() {
            dropped.count += count;
            dropped.last = dropped.last.max(stamp(last));
        } else {
            let dropped = Dropped { count, first: stamp(first), last: stamp(last) };
            self.pending.push_back((Timestamp::now(), Pending::Dropped(dropped)));
        }
    }

    /// Makes lines of what is pending, as many as are written at once. True where there is none because the file is
    /// full.
    fn make_lines(&mut self, now: Timestamp) -> bool {
        let mut buffer = mem::take(&mut self.buffer);
        buffer.clear();
        self.ends.clear();
        self.heads.clear();
        let mut head = self.head;
        let mut is_full = false;
        while buffer.len() < BATCH
            && let Some((time, pending)) = self.pending.get(self.ends.len())
        {
            let start = buffer.len();
            let Some(made) = self.make_line(&mut buffer, head, *time, pending) else {
                // Longer than a line may be, even without the request.
                self.shared.drop_at(SystemTime::from(*time));
                self.shared.recorded.fetch_sub(1, Ordering::Relaxed);
                self.shared.room.add_permits(1);
                self.pending.remove(self.ends.len());
                continue;
            };
            self.ends.push(buffer.len());
            if self.store.is_full_with(&self.ends, now) {
                buffer.truncate(start);
                self.ends.pop();
                is_full = self.ends.is_empty();
                break;
            }
            self.heads.push(made);
            head = made;
        }
        self.buffer = buffer;
        is_full
    }

    fn make_line(
        &self,
        buffer: &mut Vec<u8>,
        head: Head,
        time: Timestamp,
        pending: &Pending,
    ) -> Option<Head> {
        let mut event = match pending {
            Pending::Begun => {
                let (oldest, sink) = self.store.beginning();
                Event::Begun(Begun { format: 1, sink, oldest })
            }
            Pending::Repaired(repaired) => Event::Repaired(repaired.clone()),
            Pending::Entry(entry) => Event::Decision(Box::new(self.mask.decided(entry, self.whole_request))),
            Pending::Dropped(dropped) => Event::Dropped(*dropped),
            Pending::Ended => Event::Ended,
        };
        line::write(buffer, head, time, &event).or_else(|| {
            let Event::Decision(decided) = &mut event else { return None };
            decided.request_too_long = decided.request.take().is_some();
            line::write(buffer, head, time, &event)
        })
    }

    fn write_lines(&mut self) -> io::Result<()> {
        let begun = self.pending.front().map_or(Timestamp::MIN, |(time, _)| *time);
        let written = self.store.append(&self.buffer, Lines { ends: &self.ends, begun });
        let taken = written.as_ref().map_or_else(|partial| partial.taken, |()| self.buffer.len());
        let lines = self.ends.partition_point(|&end| end <= taken);
        if let Some(&head) = lines.checked_sub(1).and_then(|last| self.heads.get(last)) {
            let gone = self.pending.drain(..lines);
            let decisions = gone.filter(|(_, pending)| matches!(pending, Pending::Entry(_))).count();
            self.head = head;
            self.head_is_due = true;
            self.shared.told().head = head;
            self.shared.bytes.fetch_add(taken as u64, Ordering::Relaxed);
            self.shared.written.fetch_add(decisions as u64, Ordering::Release);
            self.shared.room.add_permits(decisions);
            let now = Instant::now();
            match self.sync {
                Sync::System => {}
                Sync::Write => self.sync_at = Some(now),
                Sync::Every(time) => _ = self.sync_at.get_or_insert(now + time),
            }
        }
        written.map_err(|partial| partial.error)
    }

    /// Whether all is written, and nobody can record anything more.
    fn is_done(&self) -> bool {
        self.closing.is_some() && self.shared.room.available_permits() == self.shared.queue as usize
    }

    fn is_late(&self) -> bool {
        self.closing.is_some_and(|deadline| deadline <= Instant::now())
    }

    fn end(mut self) {
        let mut cause = None;
        if self.pending.is_empty() {
            if self.store.beginning().1 == SinkKind::Stdout {
                self.pending.push_back((Timestamp::now(), Pending::Ended));
            }
            self.sync_at = Some(Instant::now());
            cause = self.attempt().map(|error| error.to_string());
        }
        let Self { shared, receiver, store, pending, .. } = self;
        let left = pending.iter().filter(|(_, pending)| matches!(pending, Pending::Entry(_))).count();
        let sent = receiver.try_iter().filter(|message| matches!(message, Message::Entry(..))).count();
        drop(receiver);
        // The lock goes with it: once this has ended, another process may open the log.
        drop(store);
        let unwritten = (left + sent) as u64;
        let mut told = shared.told();
        let cause = cause.or_else(|| told.failure.clone());
        told.ended = Some(if unwritten == 0 && cause.is_none() {
            Ok(())
        } else {
            Err(CloseError { unwritten, cause })
        });
        shared.end.notify_all();
    }
}

fn stamp(time: SystemTime) -> Timestamp {
    // Only where the clock is tens of thousands of years off.
    Timestamp::try_from(time).unwrap_or(Timestamp::UNIX_EPOCH)
}
