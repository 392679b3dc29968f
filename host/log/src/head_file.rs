//! The head of a log, kept beside it: so that records missing at the end are missed, and as the lock.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::line::Head;
use crate::store::Identity;

/// Most bytes that are read of one.
const LARGEST: u64 = 512;

/// The head file of a log that is written, locked.
pub(crate) struct HeadFile {
    file: File,
    identity: Identity,
}

/// What stands in a head file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Head(Head),
    /// There is none, or it is empty.
    None,
    Unreadable,
}

impl HeadFile {
    /// Opens and locks it, made where there is none. Locked by another process it is `None`.
    pub(crate) fn lock(path: &Path) -> io::Result<Option<Self>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let file = crate::store::private(&mut options).open(path)?;
        // Whoever verifies the log holds the lock for a moment, to see whether it is written.
        for wait in [1, 10, 40, 150, 0] {
            match file.try_lock() {
                Ok(()) => {
                    let identity = Identity::of(&file.metadata()?);
                    return Ok(Some(Self { file, identity }));
                }
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(wait)),
            }
        }
        Ok(None)
    }

    pub(crate) fn read(&mut self) -> io::Result<Found> {
        self.file.seek(SeekFrom::Start(0))?;
        parse(&self.file)
    }

    /// Writes over what stands there, as many bytes each time: a disk without room has room for it, and a process that
    /// is killed leaves one or the other.
    pub(crate) fn write(&mut self, head: Head) -> io::Result<()> {
        let Head { sequence, hash } = head;
        let text = format!("{{\"sequence\":{sequence:<20},\"hash\":\"{hash}\"}}\n");
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(text.as_bytes())?;
        let length = text.len() as u64;
        if self.file.metadata()?.len() != length {
            self.file.set_len(length)?;
        }
        Ok(())
    }

    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Whether it still is what lies at a path.
    pub(crate) fn is_at(&self, path: &Path) -> io::Result<bool> {
        Ok(Identity::at(path)?.is_some_and(|(identity, _)| identity == self.identity))
    }
}

/// Reads the head file at a path, and whether a process holds its lock.
pub(crate) fn look(path: &Path) -> io::Result<(Found, bool)> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Found::None, false)),
        Err(error) => return Err(error),
    };
    let written = matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock));
    Ok((parse(&file)?, written))
}

fn parse(file: &File) -> io::Result<Found> {
    let mut text = Vec::new();
    file.take(LARGEST).read_to_end(&mut text)?;
    if text.is_empty() {
        return Ok(Found::None);
    }
    Ok(serde_json::from_slice(&text).map_or(Found::Unreadable, Found::Head))
}
