//! Time for deadlines: a thread that counts, so that no call has to ask the system.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::TICK;

/// Counts ticks and tells the runtime of each one; stops when dropped.
pub(crate) struct Clock {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    ticks: AtomicU64,
    stop: AtomicBool,
}

impl Clock {
    pub(crate) fn start(runtime: wasmtime::Engine) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let counting = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("interlock-clock".to_owned())
            .spawn(move || count(&counting, &runtime))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// A deadline that starts now.
    pub(crate) fn deadline(&self, span: Span) -> Deadline {
        Deadline { start: self.ticks(), span }
    }

    fn ticks(&self) -> u64 {
        self.shared.ticks.load(Ordering::Relaxed)
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // It cannot have panicked, and there is nothing left to do if it had.
            let _ = thread.join();
        }
    }
}

/// How long a call may take, in time and in ticks: every call needs the latter.
#[derive(Clone, Copy, Debug, Hash)]
pub(crate) struct Span {
    allowed: Duration,
    ticks: u64,
}

impl From<Duration> for Span {
    fn from(allowed: Duration) -> Self {
        let ticks = u64::try_from(allowed.as_nanos().div_ceil(TICK.as_nanos())).unwrap_or(u64::MAX);
        // One more, because a call starts within a tick; and never so many that the runtime's count overflows.
        Self { allowed, ticks: ticks.saturating_add(1).min(u64::MAX / 2) }
    }
}

/// When a call has to be over.
#[derive(Clone, Copy)]
pub(crate) struct Deadline {
    start: u64,
    span: Span,
}

impl Deadline {
    /// Ticks that are left.
    pub(crate) fn left(&self, clock: &Clock) -> u64 {
        self.span.ticks.saturating_sub(self.ticks_used(clock))
    }

    /// Time used.
    pub(crate) fn used(&self, clock: &Clock) -> Duration {
        TICK.saturating_mul(u32::try_from(self.ticks_used(clock)).unwrap_or(u32::MAX))
    }

    /// Time allowed.
    pub(crate) fn allowed(&self) -> Duration {
        self.span.allowed
    }

    fn ticks_used(&self, clock: &Clock) -> u64 {
        clock.ticks().saturating_sub(self.start)
    }
}

/// Counts by the time that has passed, not by wake-ups, so that a late wake-up does not lengthen deadlines.
fn count(shared: &Shared, runtime: &wasmtime::Engine) {
    let start = Instant::now();
    let mut ticks = 0_u64;
    while !shared.stop.load(Ordering::Relaxed) {
        thread::park_timeout(TICK);
        let due = u64::try_from(start.elapsed().as_nanos() / TICK.as_nanos()).unwrap_or(u64::MAX);
        while ticks < due {
            runtime.increment_epoch();
            ticks += 1;
        }
        // Behind the runtime's own count rather than ahead of it: a deadline is rather late than early.
        shared.ticks.store(ticks, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thread_ends_with_the_clock() {
        let clock = Clock::start(wasmtime::Engine::default()).unwrap();
        let shared = Arc::downgrade(&clock.shared);
        drop(clock);
        assert!(shared.upgrade().is_none());
    }

    #[test]
    fn a_deadline_is_over_when_its_time_is_and_not_before() {
        let clock = Clock::start(wasmtime::Engine::default()).unwrap();
        let start = Instant::now();
        let deadline = clock.deadline((3 * TICK).into());
        while deadline.left(&clock) > 0 {
            thread::yield_now();
        }
        assert!(start.elapsed() >= 3 * TICK);
        assert!(deadline.used(&clock) >= 3 * TICK && deadline.allowed() == 3 * TICK);
    }

    #[test]
    fn a_deadline_without_end_does_not_overflow() {
        let clock = Clock::start(wasmtime::Engine::default()).unwrap();
        assert!(clock.deadline(Duration::MAX.into()).left(&clock) > u64::MAX / 4);
        assert!(clock.deadline(Duration::ZERO.into()).left(&clock) <= 1);
    }
}
