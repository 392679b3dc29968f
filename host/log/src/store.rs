//! Where lines go: a file that is full some day, or standard output.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use crate::error::OpenError;
use crate::head_file::{Found, HeadFile};
use crate::line::Head;
use crate::names::{self, Names};
use crate::options::Rotate;
use crate::record::{Repaired, SinkKind};
use crate::tail::{self, Tail};

/// Where lines go.
pub(crate) enum Store {
    File(Box<FileStore>),
    Stdout(StdoutStore),
}

/// How much of some bytes was taken before the system refused.
pub(crate) struct Partial {
    /// Bytes that count as written. Where they end in the middle of a line, the rest of it will be, or it is cut off.
    pub(crate) taken: usize,
    pub(crate) error: io::Error,
}

/// A log file that is written, and the directory that it lies in.
pub(crate) struct FileStore {
    names: Names,
    path: PathBuf,
    head_path: PathBuf,
    head_file: Option<HeadFile>,
    rotate: Rotate,
    open: Option<Open>,
    /// Number of the oldest record that rotation has left in place.
    oldest: u64,
    /// Full files that go as soon as the record is written that says so.
    going: Vec<PathBuf>,
    /// A file that could not be given its full name is written on until then.
    rotate_after: Option<Timestamp>,
}

struct Open {
    file: File,
    identity: Identity,
    /// Bytes of whole lines.
    length: u64,
    /// Whether there are bytes behind them that are to be cut off.
    torn: bool,
    /// Number of the first record.
    first: u64,
    /// Bytes of the first line.
    begun_length: u64,
    begun: Timestamp,
}

/// How long a file that could not be renamed is written on before another try.
const RENAME_AGAIN: Duration = Duration::from_secs(60);

impl FileStore {
    /// Opens a log, or begins one: gives its head, and what was found wrong.
    pub(crate) fn open(path: &Path, rotate: Rotate) -> Result<(Self, Head, Vec<Repaired>), OpenError> {
        let failed = |doing, path: &Path| {
            let path = path.to_owned();
            move |source| OpenError::System { doing, path, source }
        };
        let names = Names::of(path)
            .filter(|names| names.live().file_name() == path.file_name())
            .ok_or_else(|| OpenError::Name { path: path.to_owned() })?;
        let head_path = names.head();
        let mut head_file = HeadFile::lock(&head_path)
            .map_err(failed("lock", &head_path))?
            .ok_or_else(|| OpenError::Locked { path: path.to_owned() })?;
        let mut repaired = Vec::new();
        let known = match head_file.read().map_err(failed("read", &head_path))? {
            Found::Head(head) => Some(head),
            Found::None => None,
            Found::Unreadable => {
                repaired.push(Repaired::UnreadableHead);
                None
            }
        };
        let mut store = Self {
            path: path.to_owned(),
            head_path: head_path.clone(),
            head_file: None,
            rotate,
            open: None,
            oldest: 1,
            going: Vec::new(),
            rotate_after: None,
            names,
        };
        let head = store.take_up(known, &mut repaired)?;
        // Here already: where a disk has no room later on, the head has its own.
        head_file.write(head).map_err(failed("write", &head_path))?;
        store.head_file = Some(head_file);
        if store.open.is_none() {
            store.begin(head).map_err(failed("write", path))?;
        }
        Ok((store, head, repaired))
    }

    /// Finds where the chain goes on.
    fn take_up(&mut self, known: Option<Head>, repaired: &mut Vec<Repaired>) -> Result<Head, OpenError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| OpenError::System { doing: "read", path, source }
        };
        let tail = match open_rw(&self.path).map_err(failed(&self.path))? {
            None => None,
            Some(mut file) => {
                let tail = tail::read(&mut file).map_err(failed(&self.path))?;
                Some((file, tail))
            }
        };
        let (file, first, begun, last, torn) = match tail {
            None | Some((_, Tail::Empty)) => return self.take_up_full(known, repaired),
            Some((_, Tail::Strange)) => return Err(OpenError::NotLog { path: self.path.clone() }),
            Some((file, Tail::Torn(torn))) => {
                // Killed before its first line was whole: what it holds is as good as nothing.
                file.set_len(0).map_err(failed(&self.path))?;
                repaired.push(torn);
                return self.take_up_full(known, repaired);
            }
            Some((_, Tail::Damaged { first, begun })) => {
                let head = known.ok_or_else(|| OpenError::Damaged { path: self.path.clone() })?;
                self.oldest = begun.oldest;
                return self.leave(first, head, repaired);
            }
            Some((file, Tail::Whole { first, begun, last, torn })) => (file, first, begun, last, torn),
        };
        self.oldest = begun.begun.oldest;
        if known.is_some_and(|known| known.sequence == last.sequence && known.hash != last.hash) {
            return self.leave(first, known.unwrap_or(last), repaired);
        }
        let length = begun.length;
        let metadata = file.metadata().map_err(failed(&self.path))?;
        let mut whole = metadata.len();
        if let Some((bytes, torn)) = torn {
            whole -= bytes;
            file.set_len(whole).map_err(failed(&self.path))?;
            repaired.push(torn);
        }
        self.open = Some(Open {
            identity: Identity::of(&metadata),
            file,
            length: whole,
            torn: false,
            first,
            begun_length: length,
            begun: begun.time,
        });
        Ok(further(known, last, repaired))
    }

    /// There is no file, or an empty one: the chain goes on from the head, or from the last full file.
    fn take_up_full(&mut self, known: Option<Head>, repaired: &mut Vec<Repaired>) -> Result<Head, OpenError> {
        let path = self.path.clone();
        let failed = |source| OpenError::System { doing: "look beside", path: path.clone(), source };
        let Some((_, newest)) = self.names.all_full().map_err(failed)?.pop() else {
            return Ok(known.unwrap_or(Head::NONE));
        };
        let tail = open_rw(&newest).and_then(|file| file.map(|mut file| tail::read(&mut file)).transpose());
        match tail.map_err(failed)? {
            Some(Tail::Whole { begun, last, .. }) => {
                self.oldest = begun.begun.oldest;
                Ok(further(known, last, repaired))
            }
            _ => known.ok_or(OpenError::Damaged { path: newest }),
        }
    }

    /// Leaves the file as it is, under the name of a full one.
    fn leave(&mut self, first: u64, head: Head, repaired: &mut Vec<Repaired>) -> Result<Head, OpenError> {
        let full = self.names.full(first);
        self.rename_to(&full).map_err(|source| OpenError::System {
            doing: "rename",
            path: self.path.clone(),
            source,
        })?;
        let file = full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        tracing::error!(file, "the decision log does not end as its head says; a new file is begun");
        repaired.push(Repaired::DamagedFile { file });
        Ok(head)
    }

    /// Sees to it that the file is there, is the one that was left and is not too old for another record. True where it
    /// has no record yet.
    pub(crate) fn prepare(&mut self, head: Head, now: Timestamp, another: bool) -> io::Result<bool> {
        self.keep_head_file(head)?;
        match (&mut self.open, Identity::at(&self.path)?) {
            (Some(open), Some((identity, length))) if open.identity == identity => {
                if open.torn {
                    open.file.set_len(open.length)?;
                    open.torn = false;
                } else if length != open.length {
                    tracing::error!(
                        file = %self.path.display(),
                        left = open.length,
                        found = length,
                        "someone else wrote to the decision log or cut it; a new file is begun"
                    );
                    self.end_file(head)?;
                }
            }
            (open, _) => {
                if open.take().is_some() {
                    let file = self.path.display();
                    tracing::warn!(%file, "the decision log was taken away; a new file is begun");
                }
                self.begin(head)?;
            }
        }
        if let (Some(open), Some(age)) = (&self.open, self.rotate.age)
            && another
            && open.length > open.begun_length
            && now.duration_since(open.begun).unsigned_abs() >= age
        {
            self.rotate(head, now)?;
        }
        Ok(self.open.as_ref().is_none_or(|open| open.length == 0))
    }

    /// Whether the file would have more bytes than it may with another line.
    ///
    /// - `ends`: where the lines end that are to be written, the one in question the last of them.
    pub(crate) fn is_full_with(&self, ends: &[usize], now: Timestamp) -> bool {
        let (Some(limit), Some(open), Some(&end)) = (self.rotate.bytes, &self.open, ends.last()) else {
            return false;
        };
        // A file has its first line and one more, however long that is.
        let others =
            if open.length == 0 { ends.len() > 2 } else { open.length > open.begun_length || ends.len() > 1 };
        others && open.length + end as u64 > limit.get() && self.rotate_after.is_none_or(|after| after <= now)
    }

    /// Gives the file the name of a full one and begins another.
    pub(crate) fn rotate(&mut self, head: Head, now: Timestamp) -> io::Result<()> {
        if self.rotate_after.is_some_and(|after| after > now) {
            return Ok(());
        }
        let Some(open) = &self.open else { return Ok(()) };
        open.file.sync_data()?;
        let full = self.names.full(open.first);
        match self.rename_to(&full) {
            Ok(()) => {
                self.rotate_after = None;
                self.open = None;
                self.begin(head)
            }
            Err(error) => {
                let file = full.display();
                tracing::error!(%file, %error, "the decision log cannot be rotated, and is written on");
                self.rotate_after = now.checked_add(RENAME_AGAIN).ok();
                Ok(())
            }
        }
    }

    fn end_file(&mut self, head: Head) -> io::Result<()> {
        if let Some(open) = self.open.take() {
            self.rename_to(&self.names.full(open.first)).inspect_err(|_| self.open = Some(open))?;
        }
        self.begin(head)
    }

    /// Renames the file, if nothing has that name.
    fn rename_to(&self, full: &Path) -> io::Result<()> {
        if fs::symlink_metadata(full).is_ok() {
            let message = format!("`{}` is there already", full.display());
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
        fs::rename(&self.path, full)?;
        sync_directory(&self.path);
        Ok(())
    }

    /// Begins a file, or takes one up that was away for a time.
    fn begin(&mut self, head: Head) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = private(&mut options).open(&self.path)?;
        let metadata = file.metadata()?;
        let mut open = Open {
            identity: Identity::of(&metadata),
            length: metadata.len(),
            torn: false,
            first: head.sequence + 1,
            begun_length: 0,
            begun: Timestamp::MIN,
            file,
        };
        if open.length > 0 {
            file = open.file;
            match tail::read(&mut file)? {
                Tail::Whole { first, begun, last, torn } if last == head => {
                    if let Some((bytes, _)) = torn {
                        open.length -= bytes;
                        file.set_len(open.length)?;
                    }
                    open.first = first;
                    open.begun_length = begun.length;
                    open.begun = begun.time;
                }
                _ => {
                    let message = "a file is there that does not end with the last record of the log";
                    return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
                }
            }
            open.file = file;
        }
        sync_directory(&self.path);
        let fresh = open.length == 0;
        self.open = Some(open);
        if let (true, Some(keep)) = (fresh, self.rotate.keep) {
            let full = self.names.all_full()?;
            let going = full.len().saturating_sub(keep as usize);
            if going > 0 {
                self.oldest = full.get(going).map_or(head.sequence + 1, |(first, _)| *first);
                self.going = full.into_iter().take(going).map(|(_, path)| path).collect();
            }
        }
        Ok(())
    }

    fn append(&mut self, bytes: &[u8], lines: Lines<'_>) -> Result<(), Partial> {
        let refused = |error| Partial { taken: 0, error };
        let Some(open) = &mut self.open else { return Err(refused(io::ErrorKind::NotFound.into())) };
        open.file.seek(SeekFrom::Start(open.length)).map_err(refused)?;
        let (taken, error) = write_some(&mut open.file, bytes);
        let whole = lines.ends.iter().rev().find(|&&end| end <= taken).copied().unwrap_or(0);
        if open.length == 0 && whole > 0 {
            open.begun_length = lines.ends.first().map_or(0, |&end| end as u64);
            open.begun = lines.begun;
        }
        open.length += whole as u64;
        if whole > 0 {
            for path in self.going.drain(..) {
                if let Err(error) = fs::remove_file(&path) {
                    tracing::warn!(file = %path.display(), %error, "an old file of the decision log stays");
                }
            }
        }
        match error {
            None => Ok(()),
            Some(error) => {
                // Cut off at once where possible: until then, the file ends in half a line.
                open.torn = whole < taken && open.file.set_len(open.length).is_err();
                Err(Partial { taken: whole, error })
            }
        }
    }

    fn keep_head_file(&mut self, head: Head) -> io::Result<()> {
        if let Some(head_file) = &self.head_file
            && head_file.is_at(&self.head_path)?
        {
            return Ok(());
        }
        self.head_file = None;
        let Some(mut head_file) = HeadFile::lock(&self.head_path)? else {
            return Err(io::Error::other("another process has taken the log over"));
        };
        head_file.write(head)?;
        self.head_file = Some(head_file);
        Ok(())
    }
}

/// The later one of the head that is known and the last record that is there.
fn further(known: Option<Head>, last: Head, repaired: &mut Vec<Repaired>) -> Head {
    match known {
        Some(known) if known.sequence > last.sequence => {
            repaired.push(Repaired::LostRecords { first: last.sequence + 1, last: known.sequence });
            known
        }
        _ => last,
    }
}

/// A process's standard output.
pub(crate) struct StdoutStore {
    file: File,
    fresh: bool,
    /// What is left of a line that was written in part.
    rest: Vec<u8>,
}

impl StdoutStore {
    /// Takes it without the buffer of the standard library, which would hide how much of a line was written.
    pub(crate) fn open() -> io::Result<Self> {
        Ok(Self { file: stdout()?, fresh: true, rest: Vec::new() })
    }

    fn append(&mut self, bytes: &[u8], lines: Lines<'_>) -> Result<(), Partial> {
        let (taken, error) = write_some(&mut self.file, &self.rest);
        self.rest.drain(..taken);
        if let Some(error) = error {
            return Err(Partial { taken: 0, error });
        }
        let (taken, error) = write_some(&mut self.file, bytes);
        let Some(error) = error else {
            self.fresh = false;
            return Ok(());
        };
        let end = lines.ends.iter().find(|&&end| end >= taken).copied().unwrap_or(taken);
        let end = if taken == 0 { 0 } else { end };
        self.rest.extend_from_slice(&bytes[taken..end]);
        self.fresh &= end == 0;
        Err(Partial { taken: end, error })
    }
}

/// What is known of the lines in some bytes.
#[derive(Clone, Copy)]
pub(crate) struct Lines<'l> {
    /// Where each of them ends.
    pub(crate) ends: &'l [usize],
    /// When the first of them happened.
    pub(crate) begun: Timestamp,
}

impl Store {
    /// See [`FileStore::prepare`].
    pub(crate) fn prepare(&mut self, head: Head, now: Timestamp, another: bool) -> io::Result<bool> {
        match self {
            Self::File(store) => store.prepare(head, now, another),
            Self::Stdout(store) => Ok(store.fresh),
        }
    }

    /// See [`FileStore::is_full_with`].
    pub(crate) fn is_full_with(&self, ends: &[usize], now: Timestamp) -> bool {
        match self {
            Self::File(store) => store.is_full_with(ends, now),
            Self::Stdout(_) => false,
        }
    }

    /// See [`FileStore::rotate`].
    pub(crate) fn rotate(&mut self, head: Head, now: Timestamp) -> io::Result<()> {
        match self {
            Self::File(store) => store.rotate(head, now),
            Self::Stdout(_) => Ok(()),
        }
    }

    /// Adds lines behind those that are there.
    pub(crate) fn append(&mut self, bytes: &[u8], lines: Lines<'_>) -> Result<(), Partial> {
        match self {
            Self::File(store) => store.append(bytes, lines),
            Self::Stdout(store) => store.append(bytes, lines),
        }
    }

    /// Writes down where the log ends.
    pub(crate) fn write_head(&mut self, head: Head) -> io::Result<()> {
        match self {
            Self::File(store) => store.head_file.as_mut().map_or(Ok(()), |file| file.write(head)),
            Self::Stdout(_) => Ok(()),
        }
    }

    /// Whether anything of what was taken is still to be written.
    pub(crate) fn has_rest(&self) -> bool {
        matches!(self, Self::Stdout(store) if !store.rest.is_empty())
    }

    /// Makes safe from a failing machine what was written.
    pub(crate) fn sync(&self) -> io::Result<()> {
        match self {
            Self::File(store) => {
                store.open.as_ref().map_or(Ok(()), |open| open.file.sync_data())?;
                store.head_file.as_ref().map_or(Ok(()), HeadFile::sync)
            }
            Self::Stdout(_) => Ok(()),
        }
    }

    /// Number of the oldest record that rotation has left in place, and where records go.
    pub(crate) fn beginning(&self) -> (u64, SinkKind) {
        match self {
            Self::File(store) => (store.oldest, SinkKind::File),
            Self::Stdout(_) => (1, SinkKind::Stdout),
        }
    }
}

/// What tells a file from others, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity(u64, u64);

impl Identity {
    #[cfg(unix)]
    pub(crate) fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self(metadata.dev(), metadata.ino())
    }

    #[cfg(not(unix))]
    pub(crate) fn of(_: &Metadata) -> Self {
        // An open file cannot be taken away there.
        Self(0, 0)
    }

    /// Of what lies at a path, with its length.
    pub(crate) fn at(path: &Path) -> io::Result<Option<(Self, u64)>> {
        match fs::metadata(path) {
            Ok(metadata) => Ok(Some((Self::of(&metadata), metadata.len()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Made for its owner to write and its group to read.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o640);
    }
    options
}

fn open_rw(path: &Path) -> io::Result<Option<File>> {
    match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes until the system refuses.
fn write_some(file: &mut File, bytes: &[u8]) -> (usize, Option<io::Error>) {
    let mut taken = 0;
    while taken < bytes.len() {
        match file.write(&bytes[taken..]) {
            Ok(0) => return (taken, Some(io::ErrorKind::WriteZero.into())),
            Ok(more) => taken += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (taken, Some(error)),
        }
    }
    (taken, None)
}

/// A name that was given or taken away outlasts a failing machine. Where the system cannot do this, it may not.
fn sync_directory(path: &Path) {
    if let Some(parent) = path.parent() {
        let _ = File::open(names::directory(parent)).and_then(|directory| directory.sync_all());
    }
}

#[cfg(unix)]
fn stdout() -> io::Result<File> {
    use std::os::fd::AsFd;
    Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
}

#[cfg(windows)]
fn stdout() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    Ok(io::stdout().as_handle().try_clone_to_owned()?.into())
}
