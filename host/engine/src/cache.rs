//! What was compiled and checked once, kept for the next load of the same bytes.

mod directory;
mod entry;

use std::hash::{Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use thiserror::Error;

use self::directory::Directory;
pub(crate) use self::entry::Entry;
use crate::error::Cause;
use crate::inspect::hexadecimal;
use crate::limits::Limits;

/// What the load of a policy had of precompiled code; see
/// [`EngineBuilder::cache_directory`](crate::EngineBuilder::cache_directory).
#[derive(Debug)]
#[non_exhaustive]
pub enum CacheUse {
    /// None was asked for: the engine has no cache, and none was given.
    Off,
    /// Code and table were there: nothing was compiled, and no law checked again.
    Hit,
    /// There was none that fits, so that the policy was compiled and checked.
    Miss {
        /// Why there was none.
        why: CacheMiss,
        /// Whether the cache has it now.
        kept: Result<(), CacheError>,
    },
    /// The precompiled form that was given does not fit, so that the policy was compiled and checked.
    Unfit {
        /// Why.
        why: CacheMiss,
    },
    /// The cache cannot be trusted or read, so that the policy was compiled and checked, and is not kept.
    Refused {
        /// Why.
        error: CacheError,
    },
}

/// Why precompiled code was not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CacheMiss {
    /// The cache has no entry of the policy for this engine.
    #[error("there is no entry")]
    Absent,
    /// The entry is not what was once written: cut short, or changed.
    #[error("the entry is damaged")]
    Damaged,
    /// The entry is of another policy, or for another engine: another version, other limits, another processor.
    #[error("the entry is of another policy, or for another engine")]
    Foreign,
}

/// Why a cache is not used, or an entry not kept. Never keeps a policy from being loaded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CacheError {
    /// The system refused.
    #[error("cannot {doing} in cache `{}`", path.display())]
    System {
        /// What was tried.
        doing: &'static str,
        /// The cache's directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Who owns it could have put any code there.
    #[error(
        "the {what} of cache `{}` belongs to user {owner}, must belong to user {allowed} or to root",
        path.display()
    )]
    Owner {
        /// `directory` or `entry`.
        what: &'static str,
        /// The cache's directory.
        path: PathBuf,
        /// Who owns it.
        owner: u32,
        /// Whom it has to belong to, if not to root.
        allowed: u32,
    },
    /// Others could put any code there.
    #[error(
        "the {what} of cache `{}` may be written by others: its mode is {mode:03o}, allowed at most 755",
        path.display()
    )]
    Writable {
        /// `directory` or `entry`.
        what: &'static str,
        /// The cache's directory.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// A link or a pipe where a file must be.
    #[error("the entry of cache `{}` is not a file", path.display())]
    NotFile {
        /// The cache's directory.
        path: PathBuf,
    },
    /// There are no bytes to keep.
    #[error("cannot make an entry")]
    Unwritable {
        /// What kept the runtime from giving its code, or the manifest from being written.
        source: Cause,
    },
    /// This system does not tell who may write a file, so that nothing kept in one can be trusted.
    #[error("a cache is used on Unix only")]
    Unsupported,
}

/// A directory of entries, for one engine.
#[derive(Debug)]
pub(crate) struct Cache {
    path: PathBuf,
    environment: Environment,
}

impl Cache {
    pub(crate) fn new(path: &Path, environment: Environment) -> Self {
        Self { path: path.to_owned(), environment }
    }

    /// The entry of the policy with this digest.
    ///
    /// # Errors
    ///
    /// [`CacheError`] where the cache cannot be trusted; the inner error where there is no such entry.
    pub(crate) fn read(&self, digest: &str) -> Result<Result<Entry, CacheMiss>, CacheError> {
        let Some(directory) = Directory::open(&self.path)? else {
            return Ok(Err(CacheMiss::Absent));
        };
        Ok(match directory.read(&self.name(digest))? {
            Some(bytes) => Entry::from_bytes(bytes, digest, &self.environment),
            None => Err(CacheMiss::Absent),
        })
    }

    /// Keeps an entry, and drops those that are old.
    ///
    /// # Errors
    ///
    /// [`CacheError`]; the cache is as before then.
    pub(crate) fn write(&self, digest: &str, entry: &[u8]) -> Result<(), CacheError> {
        let directory = Directory::create(&self.path)?;
        directory.write(&self.name(digest), entry)?;
        directory.prune(&self.suffix());
        Ok(())
    }

    fn name(&self, digest: &str) -> String {
        format!("{}{}", digest.trim_start_matches("sha256:"), self.suffix())
    }

    /// What the names of all entries for this engine end with.
    fn suffix(&self) -> String {
        format!("-{}{SUFFIX}", &self.environment.0[..16])
    }
}

/// What the names of all entries end with.
const SUFFIX: &str = ".interlock";

/// Everything besides a policy's bytes that decides what compiling and checking it gives, as a hash in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Environment(String);

impl Environment {
    pub(crate) fn of(runtime: &wasmtime::Engine, limits: &Limits) -> Self {
        let mut hasher = Hashing(Sha256::new());
        (entry::FORMAT, env!("CARGO_PKG_VERSION"), env!("INTERLOCK_SOURCES")).hash(&mut hasher);
        // The compiler's version and settings, and the processor it compiles for.
        runtime.precompile_compatibility_hash().hash(&mut hasher);
        limits.hash_those_of_loading(&mut hasher);
        Self(hexadecimal(&hasher.0.finalize()))
    }
}

/// [`Hash`] into SHA-256.
struct Hashing(Sha256);

impl Hasher for Hashing {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// What has been written so far, cut to what the trait has room for.
    fn finish(&self) -> u64 {
        let hash = self.0.clone().finalize();
        hash.first_chunk().map_or(0, |first| u64::from_le_bytes(*first))
    }
}
