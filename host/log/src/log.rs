use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use thiserror::Error;
use tokio::sync::{Semaphore, TryAcquireError, oneshot};

use crate::error::OpenError;
use crate::line::Head;
use crate::options::{Options, Sink, WhenFull};
use crate::record::Entry;
use crate::store::{FileStore, StdoutStore, Store};
use crate::writer::Writer;

/// A log that is written by a thread of its own.
///
/// A decision is recorded in two steps: [`reserve`](Self::reserve) before it is made, which is where a full queue is
/// felt, and [`Permit::record`] after, which neither fails nor waits. What the record costs (names, JSON, hashes,
/// masks) is paid on the log's thread.
///
/// What was recorded is in memory until it is written, mostly for less than a millisecond, longer while the disk
/// refuses: a process that is killed loses it. [`close`](Self::close) writes all of it. Dropped without, the log does
/// what it can within a second.
///
/// # Examples
///
/// ```
/// # use std::sync::Arc;
/// # use std::time::Duration;
/// use interlock_log::{Answer, Entry, Extent, Interface, Log, Options, PolicyId, Sink, verify};
/// use interlock_model::Verdict;
///
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("decisions.jsonl");
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let log = Log::open(Options::new(Sink::File(path.clone())))?;
/// let permit = log.reserve().await?;
/// # let request = serde_json::from_str(
/// #     r#"{"mode": "normal", "action": "coin", "target": {"kind": "turnstile", "id": "t1", "state": "locked"}}"#)?;
/// permit.record(Entry {
///     decision_id: "d-1".to_owned(),
///     policy: Arc::new(PolicyId {
///         name: "turnstile".to_owned(),
///         version: "0.1.0".to_owned(),
///         digest: "sha256:…".to_owned(),
///     }),
///     request: Arc::new(request),
///     is_whole: true,
///     answer: Answer::Decided { verdict: Verdict::Depends, reasons: vec![], next_state: None },
///     latency: Duration::from_micros(3),
///     request_id: None,
///     trace_id: None,
///     interface: Interface::Api,
///     caller: None,
/// });
/// log.close(Duration::from_secs(5)).await?;
/// assert!(verify(&[path], Extent::Log)?.is_whole());
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Log {
    shared: Arc<Shared>,
}

/// Room for one record.
///
/// Dropped unused it gives the room back.
#[must_use = "room that is not used is given back"]
pub struct Permit {
    shared: Arc<Shared>,
    /// Whether it has room by itself, or looks for it when it is used.
    has_room: bool,
}

/// Why there is no room for a record; whoever asked gets no decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ReserveError {
    /// The queue is full, and the operator wants decisions refused then.
    #[error("the queue of the decision log is full: {queue} records wait to be written")]
    Full {
        /// How many records it holds.
        queue: u32,
    },
    /// More than the queue ever holds.
    #[error("{asked} records were to be reserved at once, the queue of the decision log holds {queue}")]
    TooMany {
        /// How many were asked for.
        asked: u32,
        /// How many records it holds.
        queue: u32,
    },
    /// The log was closed.
    #[error("the decision log is closed")]
    Closed,
}

/// What a log has done since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Decisions that wait to be written.
    pub queued: u64,
    /// Decisions written.
    pub written: u64,
    /// Decisions that were answered and not recorded.
    pub dropped: u64,
    /// Decisions that were refused for want of room.
    pub refused: u64,
    /// Times that the system refused to write.
    pub write_errors: u64,
    /// Bytes written, heads not counted.
    pub bytes: u64,
    /// Whether the last try to write failed.
    pub failing: bool,
}

/// What could not be written in time. It is lost.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the decision log was closed with {unwritten} records unwritten{}", cause.as_deref().map(|cause| format!(": {cause}")).unwrap_or_default())]
pub struct CloseError {
    /// How many records.
    pub unwritten: u64,
    /// Why the last try to write failed.
    pub cause: Option<String>,
}

impl Log {
    /// Opens a log: goes on with the one that is there, or begins one.
    ///
    /// A last line that is torn is cut off; where records are missing at the end, or the last line is no record, the
    /// log goes on from its head, in a file of its own where needed. A record tells each. Nothing that holds a record
    /// is overwritten. Reads and writes files, and so blocks for some milliseconds.
    ///
    /// # Errors
    ///
    /// [`OpenError`]; above all [`OpenError::Locked`] where another process writes the log.
    pub fn open(options: Options) -> Result<Self, OpenError> {
        let (store, head, repaired) = match &options.sink {
            Sink::File(path) => {
                let (store, head, repaired) = FileStore::open(path, options.rotate)?;
                (Store::File(Box::new(store)), head, repaired)
            }
            Sink::Stdout => {
                let store = StdoutStore::open().map_err(|source| system("open", &options, source))?;
                (Store::Stdout(store), Head::NONE, Vec::new())
            }
        };
        let (sender, receiver) = mpsc::channel();
        let queue = options.queue.get();
        let shared = Arc::new(Shared {
            sender,
            room: Semaphore::new(queue as usize),
            queue,
            when_full: options.when_full,
            recorded: AtomicU64::new(0),
            written: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            write_errors: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            failing: AtomicBool::new(false),
            told: Mutex::new(Told { head, drops: None, failure: None, ended: None }),
            end: Condvar::new(),
        });
        let writer = Writer::new(Arc::clone(&shared), receiver, store, head, repaired, &options);
        thread::Builder::new()
            .name("decision-log".to_owned())
            .spawn(move || writer.run())
            .map_err(|source| system("start the thread of", &options, source))?;
        Ok(Self { shared })
    }

    /// Makes room for one record, before the decision is made that it is about.
    ///
    /// With [`WhenFull::Wait`] this waits, in turn, for as long as the queue is full: bound it by the time that the
    /// request has. Safe to give up at any point. Who waits here must hold no other permit.
    ///
    /// # Errors
    ///
    /// [`ReserveError::Full`] with [`WhenFull::Refuse`], and [`ReserveError::Closed`].
    pub async fn reserve(&self) -> Result<Permit, ReserveError> {
        let has_room = self.take(1).await?;
        Ok(Permit { shared: Arc::clone(&self.shared), has_room })
    }

    /// Makes room for several records at once, or for none.
    ///
    /// # Errors
    ///
    /// As [`reserve`](Self::reserve), and [`ReserveError::TooMany`] where the queue never holds so many.
    pub async fn reserve_many(&self, records: u32) -> Result<Vec<Permit>, ReserveError> {
        let has_room = self.take(records).await?;
        Ok((0..records).map(|_| Permit { shared: Arc::clone(&self.shared), has_room }).collect())
    }

    async fn take(&self, records: u32) -> Result<bool, ReserveError> {
        let Shared { room, queue, when_full, refused, .. } = &*self.shared;
        match when_full {
            WhenFull::Drop if room.is_closed() => Err(ReserveError::Closed),
            WhenFull::Drop => Ok(false),
            _ if records > *queue => Err(ReserveError::TooMany { asked: records, queue: *queue }),
            WhenFull::Wait => match room.acquire_many(records).await {
                Ok(permits) => {
                    permits.forget();
                    Ok(true)
                }
                Err(_) => Err(ReserveError::Closed),
            },
            WhenFull::Refuse => match room.try_acquire_many(records) {
                Ok(permits) => {
                    permits.forget();
                    Ok(true)
                }
                Err(TryAcquireError::Closed) => Err(ReserveError::Closed),
                Err(TryAcquireError::NoPermits) => {
                    refused.fetch_add(u64::from(records), Ordering::Relaxed);
                    Err(ReserveError::Full { queue: *queue })
                }
            },
        }
    }

    /// What it has done so far. Takes no lock.
    pub fn counters(&self) -> Counters {
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let shared = &*self.shared;
        let written = shared.written.load(Ordering::Acquire);
        Counters {
            queued: load(&shared.recorded).saturating_sub(written),
            written,
            dropped: load(&shared.dropped),
            refused: load(&shared.refused),
            write_errors: load(&shared.write_errors),
            bytes: load(&shared.bytes),
            failing: shared.failing.load(Ordering::Relaxed),
        }
    }

    /// The last record that was written. Noted in another place, it shows later that nothing before it was changed.
    pub fn head(&self) -> Head {
        self.shared.told().head
    }

    /// Why the last try to write failed; none if it did not.
    pub fn failure(&self) -> Option<String> {
        self.shared.told().failure.clone()
    }

    /// Writes all that was recorded and ends the log. From now on nothing can be reserved, and whoever waits is told.
    /// Permits that are still out may be used while it lasts.
    ///
    /// Returns after `within` at the latest, and a little more where a disk does not answer at all.
    ///
    /// # Errors
    ///
    /// [`CloseError`] where something is left unwritten.
    pub async fn close(&self, within: Duration) -> Result<(), CloseError> {
        let (done, ended) = oneshot::channel();
        let shared = Arc::clone(&self.shared);
        let waiter = move || {
            // Whoever waited may have gone.
            let _ = done.send(shared.close(within));
        };
        match thread::Builder::new().name("decision-log-close".to_owned()).spawn(waiter) {
            Ok(_) => ended.await.unwrap_or_else(|_| self.shared.close(within)),
            Err(_) => self.shared.close(within),
        }
    }

    /// As [`close`](Self::close), for who does not mind to wait in place.
    ///
    /// # Errors
    ///
    /// As [`close`](Self::close).
    pub fn close_blocking(&self, within: Duration) -> Result<(), CloseError> {
        self.shared.close(within)
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        if let Err(error) = self.shared.close(Duration::from_secs(1)) {
            tracing::error!("{error}");
        }
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("counters", &self.counters()).finish_non_exhaustive()
    }
}

fn system(doing: &'static str, options: &Options, source: io::Error) -> OpenError {
    let path = match &options.sink {
        Sink::File(path) => path.clone(),
        Sink::Stdout => PathBuf::from("standard output"),
    };
    OpenError::System { doing, path, source }
}

impl Permit {
    /// Records a decision.
    ///
    /// Neither fails nor waits. With [`WhenFull::Drop`] it is here that a record finds no room and is counted.
    pub fn record(mut self, entry: Entry) {
        let time = SystemTime::now();
        let shared = &*self.shared;
        if !self.has_room {
            match shared.room.try_acquire() {
                Ok(permit) => permit.forget(),
                Err(_) => return shared.drop_at(time),
            }
        }
        self.has_room = false;
        shared.recorded.fetch_add(1, Ordering::Relaxed);
        if shared.sender.send(Message::Entry(entry, time)).is_err() {
            // The log was closed while the permit was out.
            shared.recorded.fetch_sub(1, Ordering::Relaxed);
            shared.room.add_permits(1);
            shared.drop_at(time);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if self.has_room {
            self.shared.room.add_permits(1);
        }
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("has_room", &self.has_room).finish_non_exhaustive()
    }
}

/// What the log's thread is told.
pub(crate) enum Message {
    Entry(Entry, SystemTime),
    /// There were drops since it last looked.
    Drops,
    /// Write what there is, until then.
    Close(Instant),
}

/// Drops that no record tells of yet.
#[derive(Clone, Copy)]
pub(crate) struct Drops {
    pub(crate) count: u64,
    pub(crate) first: SystemTime,
    pub(crate) last: SystemTime,
}

/// What handlers and the log's thread share.
pub(crate) struct Shared {
    sender: Sender<Message>,
    /// Room in the queue. Taken as a decision begins, given back when its record is written.
    pub(crate) room: Semaphore,
    pub(crate) queue: u32,
    when_full: WhenFull,
    pub(crate) recorded: AtomicU64,
    pub(crate) written: AtomicU64,
    pub(crate) dropped: AtomicU64,
    refused: AtomicU64,
    pub(crate) write_errors: AtomicU64,
    pub(crate) bytes: AtomicU64,
    pub(crate) failing: AtomicBool,
    told: Mutex<Told>,
    pub(crate) end: Condvar,
}

/// What is seldom asked for.
pub(crate) struct Told {
    pub(crate) head: Head,
    pub(crate) drops: Option<Drops>,
    pub(crate) failure: Option<String>,
    /// How the thread ended.
    pub(crate) ended: Option<Result<(), CloseError>>,
}

impl Shared {
    pub(crate) fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a decision that is not recorded.
    pub(crate) fn drop_at(&self, time: SystemTime) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
        let first = {
            let drops = &mut self.told().drops;
            let first = drops.is_none();
            let Drops { count, last, .. } = drops.get_or_insert(Drops { count: 0, first: time, last: time });
            *count += 1;
            *last = time.max(*last);
            first
        };
        // Once closed, nothing tells of drops but the counter.
        if first {
            let _ = self.sender.send(Message::Drops);
        }
    }

    fn close(&self, within: Duration) -> Result<(), CloseError> {
        self.room.close();
        let mut told = self.told();
        if told.ended.is_none() {
            let deadline = Instant::now() + within;
            let _ = self.sender.send(Message::Close(deadline));
            // The thread keeps to the deadline by itself; a disk that does not answer it keeps it from that.
            let patience = within + Duration::from_millis(250);
            let wait = self.end.wait_timeout_while(told, patience, |told| told.ended.is_none());
            told = wait.unwrap_or_else(PoisonError::into_inner).0;
        }
        let cause = told.failure.clone();
        told.ended.clone().unwrap_or_else(|| {
            let unwritten =
                self.recorded.load(Ordering::Relaxed).saturating_sub(self.written.load(Ordering::Relaxed));
            Err(CloseError { unwritten, cause })
        })
    }
}
