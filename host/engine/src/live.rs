//! A policy that is replaced while it is asked.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use arc_swap::ArcSwap;

use crate::engine::Engine;
use crate::error::LoadError;
use crate::inspect::digest;
use crate::policy::Policy;

/// The current policy, and the way to replace it.
///
/// Cheap to clone: clones hold the same current policy.
///
/// ```no_run
/// use interlock::{Engine, LivePolicy};
///
/// let engine = Engine::new()?;
/// let live = LivePolicy::new(engine.load(&std::fs::read("policy.wasm")?)?);
///
/// // In every call that answers somebody: take the current policy once and ask only that one.
/// let policy = live.current();
/// println!("{} {}", policy.name(), policy.version());
///
/// // Elsewhere, at any time: on failure the old one stays.
/// let (old, new) = live.replace(&std::fs::read("new-policy.wasm")?)?;
/// println!("{} makes room for {}", old.digest(), new.digest());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct LivePolicy(Arc<Live>);

struct Live {
    current: ArcSwap<Policy>,
    /// Held while a candidate is checked and swapped in, so that of two replacements the later one stays.
    replacing: Mutex<()>,
}

impl LivePolicy {
    /// Starts with a policy that was let in. Replacements are loaded by the engine that loaded it.
    pub fn new(policy: Policy) -> Self {
        Self(Arc::new(Live { current: ArcSwap::from_pointee(policy), replacing: Mutex::default() }))
    }

    /// The current policy. What is asked of the policy returned is answered by it alone, whatever replaces it
    /// meanwhile; it goes when its last holder lets go.
    pub fn current(&self) -> Policy {
        Policy::clone(&self.0.current.load())
    }

    /// Loads a policy aside, with every check, and makes it the current one. Returns the one replaced, and the
    /// new one.
    ///
    /// Calls go on meanwhile, on the old one until the swap and on the new one from then on. Of replacements
    /// that are asked for at once, one goes after the other.
    ///
    /// # Errors
    ///
    /// [`LoadError`]; the current policy stays.
    pub fn replace(&self, bytes: &[u8]) -> Result<(Policy, Policy), LoadError> {
        let _one_at_a_time = self.0.replacing.lock().unwrap_or_else(PoisonError::into_inner);
        let new = self.engine().load(bytes)?;
        let old = self.0.current.swap(Arc::new(new.clone()));
        Ok((Policy::clone(&old), new))
    }

    /// Replaces the current policy by a file whenever its bytes change, until the [`Follower`] is dropped.
    ///
    /// - `path`: read every `interval`, the first time at once; bytes are compared, no timestamps, so that it
    ///   does not matter how the file got there. Bytes equal to those of the current policy change nothing.
    /// - `interval`: time between two looks; 1 s suits most.
    /// - `tell`: is told of every change, on the thread that looks. Bytes that were refused are not tried again
    ///   until they change; a file that cannot be read is told of once.
    ///
    /// A file that is written in place may be read half-written: it is refused, and read again when it is
    /// whole. To avoid that, write aside and rename.
    ///
    /// # Errors
    ///
    /// What the system says where it grants no thread.
    pub fn follow(
        &self,
        path: &Path,
        interval: Duration,
        tell: impl FnMut(FollowEvent) + Send + 'static,
    ) -> io::Result<Follower> {
        let stop = Arc::new(AtomicBool::new(false));
        let mut look = Look { live: self.clone(), path: path.to_owned(), last: Last::Nothing, tell };
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new().name("interlock-follow".to_owned()).spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                look.once();
                thread::park_timeout(interval);
            }
        })?;
        Ok(Follower { stop, thread: Some(thread) })
    }

    fn engine(&self) -> Engine {
        self.0.current.load().engine().clone()
    }
}

impl fmt::Debug for LivePolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LivePolicy").field(&self.current()).finish()
    }
}

/// What became of a change to a file that is followed.
#[derive(Debug)]
#[non_exhaustive]
pub enum FollowEvent {
    /// The file's policy is the current one now.
    Replaced {
        /// The policy it replaced.
        old: Policy,
        /// The current policy.
        new: Policy,
    },
    /// The file holds no policy that can be let in; the current one stays.
    Refused {
        /// `sha256:` and the hash of the bytes refused; none where there were too many to read.
        digest: Option<String>,
        /// Why.
        error: LoadError,
    },
    /// The file cannot be read; the current policy stays.
    Unreadable {
        /// Why: [`LoadError::Read`].
        error: LoadError,
    },
}

/// Follows a file for as long as it is held. Dropping it waits for a look that is under way.
#[must_use = "the file is followed until this is dropped"]
pub struct Follower {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // What is told may hold this, and cannot wait for itself.
        if let Some(thread) = self.thread.take().filter(|t| t.thread().id() != thread::current().id()) {
            thread.thread().unpark();
            // Where what is told panics, following has ended already, and nobody is left to hear of it.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Follower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follower").finish_non_exhaustive()
    }
}

/// What the thread of a [`Follower`] knows.
struct Look<F> {
    live: LivePolicy,
    path: PathBuf,
    last: Last,
    tell: F,
}

/// What the last look found.
#[derive(PartialEq, Eq)]
enum Last {
    Nothing,
    Unreadable,
    /// Bytes with this digest.
    Bytes(String),
}

impl<F: FnMut(FollowEvent)> Look<F> {
    fn once(&mut self) {
        match self.live.engine().read(&self.path) {
            Ok(bytes) => self.found(&bytes),
            Err(error) => {
                if std::mem::replace(&mut self.last, Last::Unreadable) != Last::Unreadable {
                    (self.tell)(FollowEvent::Unreadable { error });
                }
            }
        }
    }

    fn found(&mut self, bytes: &[u8]) {
        let digest = digest(bytes);
        let found = Last::Bytes(digest.clone());
        let changed = self.last != found && self.live.current().digest() != digest;
        self.last = found;
        if !changed {
            return;
        }
        (self.tell)(match self.live.replace(bytes) {
            Ok((old, new)) => FollowEvent::Replaced { old, new },
            Err(error) => {
                let whole = !matches!(error, LoadError::TooLarge { .. });
                FollowEvent::Refused { digest: whole.then_some(digest), error }
            }
        });
    }
}
