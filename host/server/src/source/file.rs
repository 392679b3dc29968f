//! A file, or a directory whose newest policy counts.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use interlock_signature::{SUFFIX, beside, read_signature};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;

use super::{FetchError, Found, LARGEST};
use crate::candidate::Candidate;

/// Files are written in several steps: what changes is looked at when it has been quiet for so long.
const QUIET: Duration = Duration::from_millis(50);

/// What changes all the time is looked at all the same, after so long.
const PATIENCE: Duration = Duration::from_secs(1);

pub(crate) struct FileSource {
    path: PathBuf,
    last: Option<(String, Option<String>)>,
    watch: Option<Watch>,
    told: mpsc::Receiver<()>,
    tell: mpsc::Sender<()>,
}

/// A directory whose changes are told.
struct Watch {
    watcher: RecommendedWatcher,
    place: Place,
}

/// Where to wait for changes, and of what.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    directory: PathBuf,
    awaited: Awaited,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Awaited {
    /// Any policy, or signature of one.
    Policies,
    /// What begins with a name: a file and its signature, or a directory on the way to them.
    Name(OsString),
}

impl FileSource {
    pub(crate) fn new(path: PathBuf) -> Self {
        let (tell, told) = mpsc::channel(1);
        Self { path, last: None, watch: None, told, tell }
    }

    pub(crate) async fn look(&mut self) -> Result<Found, FetchError> {
        // Before anything is read, so that no change falls between the two.
        self.watch();
        let path = self.path.clone();
        let read = tokio::task::spawn_blocking(move || read(&path)).await;
        let candidate = read.map_err(|error| FetchError(error.to_string()))??;
        let found = (candidate.digest.clone(), candidate.signature.clone());
        if self.last.as_ref() == Some(&found) {
            return Ok(Found::Unchanged);
        }
        self.last = Some(found);
        Ok(Found::Candidate(candidate))
    }

    pub(crate) async fn changed(&mut self) {
        if self.told.recv().await.is_none() {
            return std::future::pending().await;
        }
        let quiet = async { while tokio::time::timeout(QUIET, self.told.recv()).await.is_ok() {} };
        // Either way it is looked at now.
        let _ = tokio::time::timeout(PATIENCE, quiet).await;
    }

    /// Watches where changes are to be expected now. Where the system does not tell of any, only looks find them.
    fn watch(&mut self) {
        let place = Place::of(&self.path);
        if let Some(Watch { watcher, place: known }) = &mut self.watch
            && *known == place
        {
            // Another directory may have come under the name, and the system watches what has gone.
            let _ = watcher.unwatch(&place.directory);
            if watcher.watch(&place.directory, RecursiveMode::NonRecursive).is_ok() {
                return;
            }
        }
        self.watch = None;
        let (tell, awaited) = (self.tell.clone(), place.awaited.clone());
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let is_ours = event.is_ok_and(|event| {
                !event.kind.is_access()
                    && (event.need_rescan() || event.paths.iter().any(|path| awaited.includes(path)))
            });
            if is_ours {
                // One that is waiting already tells of this one too.
                let _ = tell.try_send(());
            }
        });
        let Ok(mut watcher) = watcher else { return };
        if watcher.watch(&place.directory, RecursiveMode::NonRecursive).is_ok() {
            self.watch = Some(Watch { watcher, place });
        }
    }
}

impl Place {
    /// A file is awaited in its directory, since one that is replaced is another file. A directory that is not there
    /// yet is awaited in the nearest one that is.
    fn of(path: &Path) -> Self {
        if path.is_dir() {
            return Self { directory: path.to_owned(), awaited: Awaited::Policies };
        }
        let mut awaited = path;
        loop {
            let directory = match awaited.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => parent,
                _ => Path::new("."),
            };
            if directory.is_dir() || awaited.parent().is_none() {
                let name = awaited.file_name().unwrap_or_default().to_owned();
                return Self { directory: directory.to_owned(), awaited: Awaited::Name(name) };
            }
            awaited = directory;
        }
    }
}

impl Awaited {
    fn includes(&self, changed: &Path) -> bool {
        let Some(changed) = changed.file_name().map(|name| name.to_string_lossy()) else { return false };
        // Where files are links into a directory that is replaced as a whole, that is a link named `..data`.
        if changed.starts_with("..") {
            return true;
        }
        match self {
            Self::Policies => changed.strip_suffix(SUFFIX).unwrap_or(&changed).ends_with(".wasm"),
            Self::Name(name) => changed.starts_with(&*name.to_string_lossy()),
        }
    }
}

fn read(path: &Path) -> Result<Candidate, FetchError> {
    let unreadable =
        |path: &Path, error: io::Error| FetchError(format!("cannot read `{}`: {error}", path.display()));
    let metadata = fs::metadata(path).map_err(|error| unreadable(path, error))?;
    let path = if metadata.is_dir() { newest(path)? } else { path.to_owned() };
    let bytes = bounded(&path).map_err(|error| unreadable(&path, error))?;
    let signature = match read_signature(&beside(&path)) {
        Ok(signature) => Some(signature),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(unreadable(&beside(&path), error)),
    };
    let brought = |extension| Some(path.with_extension(extension)).filter(|path| path.exists());
    Ok(Candidate {
        laws: brought("laws.toml"),
        cases: brought("cases"),
        ..Candidate::new(bytes, signature, path.display().to_string())
    })
}

/// One byte more than allowed is enough to be refused for it.
fn bounded(path: &Path) -> io::Result<Vec<u8>> {
    use std::io::Read;
    // What is no file may have no end, or none who writes it.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LARGEST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Of the `.wasm` files in a directory the one that was written last; of several, the last by name.
fn newest(directory: &Path) -> Result<PathBuf, FetchError> {
    let unreadable = |error: io::Error| FetchError(format!("cannot read `{}`: {error}", directory.display()));
    let mut newest = None;
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "wasm") {
            // One that went in between is none.
            let Ok(metadata) = fs::metadata(&path) else { continue };
            let Ok(modified) = metadata.modified() else { continue };
            if metadata.is_file() {
                newest = newest.max(Some((modified, path)));
            }
        }
    }
    newest
        .map(|(_, path)| path)
        .ok_or_else(|| FetchError(format!("there is no `.wasm` file in `{}`", directory.display())))
}
