//! A file, or a directory whose newest policy counts.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;

use super::{FetchError, Found, LARGEST};
use crate::candidate::Candidate;

/// Files are written in several steps: what changes is looked at when it has been quiet for so long.
const QUIET: Duration = Duration::from_millis(50);

pub(crate) struct FileSource {
    path: PathBuf,
    last: Option<(String, Option<String>)>,
    /// None where the system does not tell of changes; then only looks find them.
    watcher: Option<RecommendedWatcher>,
    told: mpsc::Receiver<()>,
    tell: mpsc::Sender<()>,
}

impl FileSource {
    pub(crate) fn new(path: PathBuf) -> Self {
        let (tell, told) = mpsc::channel(1);
        Self { path, last: None, watcher: None, told, tell }
    }

    pub(crate) async fn look(&mut self) -> Result<Found, FetchError> {
        if self.watcher.is_none() {
            self.watch();
        }
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
        while tokio::time::timeout(QUIET, self.told.recv()).await.is_ok() {}
    }

    /// The directory is watched, since a file that is replaced is another file.
    fn watch(&mut self) {
        let tell = self.tell.clone();
        let name = self.path.file_name().map(|name| name.to_owned());
        let directory = if self.path.is_dir() { None } else { name };
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            if event.kind.is_access() {
                return;
            }
            let ours = |path: &PathBuf| match (&directory, path.file_name()) {
                (Some(name), Some(changed)) => {
                    changed.to_string_lossy().starts_with(&*name.to_string_lossy())
                }
                _ => true,
            };
            if event.paths.iter().any(ours) {
                // One that is waiting already tells of this one too.
                let _ = tell.try_send(());
            }
        });
        let Ok(mut watcher) = watcher else { return };
        let watched = match self.path.is_dir() {
            true => Some(self.path.as_path()),
            false => self.path.parent(),
        };
        let watched = watched.filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if watcher.watch(watched, RecursiveMode::NonRecursive).is_ok() {
            self.watcher = Some(watcher);
        }
    }
}

fn read(path: &Path) -> Result<Candidate, FetchError> {
    let unreadable =
        |path: &Path, error: io::Error| FetchError(format!("cannot read `{}`: {error}", path.display()));
    let path = match fs::metadata(path).map_err(|error| unreadable(path, error))?.is_dir() {
        true => newest(path)?,
        false => path.to_owned(),
    };
    let bytes = bounded(&path).map_err(|error| unreadable(&path, error))?;
    let mut beside = path.clone().into_os_string();
    beside.push(".minisig");
    let signature = match bounded(Path::new(&beside)) {
        Ok(signature) => Some(String::from_utf8_lossy(&signature).into_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(unreadable(Path::new(&beside), error)),
    };
    Ok(Candidate::new(bytes, signature, path.display().to_string()))
}

/// One byte more than allowed is enough to be refused for it.
fn bounded(path: &Path) -> io::Result<Vec<u8>> {
    use std::io::Read;
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
            let Ok(modified) = fs::metadata(&path).and_then(|it| it.modified()) else { continue };
            newest = newest.max(Some((modified, path)));
        }
    }
    newest
        .map(|(_, path)| path)
        .ok_or_else(|| FetchError(format!("there is no `.wasm` file in `{}`", directory.display())))
}
