//! The directory of a cache. What lies in it is native code, so it counts only where nobody but the present user, or
//! root, can have put it there.

#[cfg(not(unix))]
pub(super) use self::elsewhere::Directory;
#[cfg(unix)]
pub(super) use self::unix::Directory;

#[cfg(unix)]
mod unix {
    use std::ffi::CStr;
    use std::fs::{DirBuilder, File};
    use std::io::{self, Read, Write};
    use std::os::fd::OwnedFd;
    use std::os::unix::fs::DirBuilderExt;
    use std::path::{Path, PathBuf};
    use std::process;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use rustix::fs::{
        AtFlags, Dir, FileType, Mode, OFlags, Stat, fstat, open, openat, renameat, statat, unlinkat,
    };
    use rustix::io::Errno;
    use rustix::process::geteuid;

    use super::super::{CacheError, SUFFIX};

    /// Most bytes of an entry that is read. Code takes some ten times the room of the component that it is made from.
    const LARGEST: u64 = 256 << 20;

    /// Most entries that stay.
    const ENTRIES: usize = 32;

    /// Entries for other engines go when they are older than this.
    const OTHERS_AGE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

    /// Files that are being written go when they are older than this: whoever wrote them is no more.
    const UNFINISHED_AGE: Duration = Duration::from_secs(60 * 60);

    /// A directory that was open when it was checked, and is the same whatever becomes of its path.
    pub(in super::super) struct Directory {
        open: OwnedFd,
        path: PathBuf,
    }

    impl Directory {
        /// Opens it; none where there is none.
        pub(in super::super) fn open(path: &Path) -> Result<Option<Self>, CacheError> {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let open = match open(path, flags, Mode::empty()) {
                Ok(open) => open,
                Err(Errno::NOENT) => return Ok(None),
                Err(errno) => return Err(system("open the directory", path, errno)),
            };
            let directory = Self { open, path: path.to_owned() };
            let stat =
                fstat(&directory.open).map_err(|errno| directory.failed("look at the directory", errno))?;
            directory.trust("directory", &stat)?;
            Ok(Some(directory))
        }

        /// Opens it, made where there is none: for the present user alone.
        pub(in super::super) fn create(path: &Path) -> Result<Self, CacheError> {
            if let Some(directory) = Self::open(path)? {
                return Ok(directory);
            }
            DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|source| {
                CacheError::System { doing: "make the directory", path: path.to_owned(), source }
            })?;
            Self::open(path)?.ok_or_else(|| system("open the directory", path, Errno::NOENT))
        }

        /// All of an entry; none where there is none.
        pub(in super::super) fn read(&self, name: &str) -> Result<Option<Vec<u8>>, CacheError> {
            // What is no file is opened without waiting for whoever is at its other end.
            let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
            let file = match openat(&self.open, name, flags, Mode::empty()) {
                Ok(file) => file,
                Err(Errno::NOENT) => return Ok(None),
                Err(Errno::LOOP) => return Err(CacheError::NotFile { path: self.path.clone() }),
                Err(errno) => return Err(self.failed("open an entry", errno)),
            };
            let stat = fstat(&file).map_err(|errno| self.failed("look at an entry", errno))?;
            if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
                return Err(CacheError::NotFile { path: self.path.clone() });
            }
            self.trust("entry", &stat)?;
            let length = u64::try_from(stat.st_size).unwrap_or_default().min(LARGEST);
            let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
            File::from(file)
                .take(LARGEST)
                .read_to_end(&mut bytes)
                .map_err(|source| self.failed("read an entry", source))?;
            Ok(Some(bytes))
        }

        /// Writes an entry aside and then gives it its name, so that nobody finds half of it.
        pub(in super::super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), CacheError> {
            static WRITTEN: AtomicU64 = AtomicU64::new(0);
            let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
            let aside = format!(".{}-{number}{SUFFIX}", process::id());
            // Left by a process of the same number that did not get any further.
            let _ = unlinkat(&self.open, &aside, AtFlags::empty());
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let file = openat(&self.open, &aside, flags, Mode::RUSR | Mode::WUSR)
                .map_err(|errno| self.failed("write an entry", errno))?;
            let written = File::from(file)
                .write_all(bytes)
                .and_then(|()| Ok(renameat(&self.open, &aside, &self.open, name)?))
                .map_err(|source| self.failed("write an entry", source));
            if written.is_err() {
                let _ = unlinkat(&self.open, &aside, AtFlags::empty());
            }
            written
        }

        /// Removes what is old, the oldest first. What cannot be removed stays.
        ///
        /// - `own`: what the names of this engine's entries end with.
        pub(in super::super) fn prune(&self, own: &str) {
            let Ok(listed) = Dir::read_from(&self.open) else { return };
            let now = SystemTime::now();
            let mut entries = Vec::new();
            for entry in listed.flatten() {
                let name = entry.file_name();
                if !name.to_bytes().ends_with(SUFFIX.as_bytes()) {
                    continue;
                }
                let Ok(stat) = statat(&self.open, name, AtFlags::SYMLINK_NOFOLLOW) else { continue };
                let written =
                    UNIX_EPOCH + Duration::from_secs(u64::try_from(stat.st_mtime).unwrap_or_default());
                let age = now.duration_since(written).unwrap_or_default();
                let unfinished = name.to_bytes().starts_with(b".");
                let others = !name.to_bytes().ends_with(own.as_bytes());
                if unfinished && age > UNFINISHED_AGE || others && !unfinished && age > OTHERS_AGE {
                    self.remove(name);
                } else if !unfinished {
                    entries.push((age, name.to_owned()));
                }
            }
            entries.sort();
            entries.iter().skip(ENTRIES).for_each(|(_, name)| self.remove(name));
        }

        fn remove(&self, name: &CStr) {
            // Another process may have done so already; and the cache works with one entry too many.
            let _ = unlinkat(&self.open, name, AtFlags::empty());
        }

        /// Nobody but the present user, or root, may be able to write it.
        fn trust(&self, what: &'static str, stat: &Stat) -> Result<(), CacheError> {
            let (path, allowed) = (self.path.clone(), geteuid().as_raw());
            if stat.st_uid != allowed && stat.st_uid != 0 {
                return Err(CacheError::Owner { what, path, owner: stat.st_uid, allowed });
            }
            let mode = Mode::from_raw_mode(stat.st_mode);
            if mode.intersects(Mode::WGRP | Mode::WOTH) {
                return Err(CacheError::Writable { what, path, mode: stat.st_mode & 0o777 });
            }
            Ok(())
        }

        fn failed(&self, doing: &'static str, source: impl Into<io::Error>) -> CacheError {
            system(doing, &self.path, source)
        }
    }

    fn system(doing: &'static str, path: &Path, source: impl Into<io::Error>) -> CacheError {
        CacheError::System { doing, path: path.to_owned(), source: source.into() }
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use std::convert::Infallible;
    use std::path::Path;

    use super::super::CacheError;

    /// There is none.
    pub(in super::super) struct Directory(Infallible);

    impl Directory {
        pub(in super::super) fn open(_: &Path) -> Result<Option<Self>, CacheError> {
            Err(CacheError::Unsupported)
        }

        pub(in super::super) fn create(_: &Path) -> Result<Self, CacheError> {
            Err(CacheError::Unsupported)
        }

        pub(in super::super) fn read(&self, _: &str) -> Result<Option<Vec<u8>>, CacheError> {
            match self.0 {}
        }

        pub(in super::super) fn write(&self, _: &str, _: &[u8]) -> Result<(), CacheError> {
            match self.0 {}
        }

        pub(in super::super) fn prune(&self, _: &str) {
            match self.0 {}
        }
    }
}
