//! Files as a whole: read at once, replaced at once.

use std::fmt::Display;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::failure::Failure;

/// All bytes of a file.
///
/// # Errors
///
/// [`Failure::Read`].
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|source| unread(path, source))
}

/// Replaces a file whole: a reader sees the old one or the new one. A link stays a link, and the file keeps its
/// permissions; a new file gets those of any new file.
///
/// # Errors
///
/// [`Failure::Write`]; the file is as it was then.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let replace = || {
        let path = match fs::canonicalize(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
            resolved => resolved?,
        };
        let mut file = temporary(&path, 0o666)?;
        file.write_all(content)?;
        if let Ok(old) = fs::metadata(&path) {
            file.as_file().set_permissions(old.permissions())?;
        }
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(())
    };
    replace().map_err(|source| unwritten(path, source))
}

/// Writes a file that only its owner reads, from the first byte on. An existing one is left as it is, unless it
/// is to be replaced.
///
/// # Errors
///
/// [`Failure::Write`].
pub(crate) fn write_secret(path: &Path, content: &str, replace: bool) -> Result<(), Failure> {
    let write = || {
        let mut file = temporary(path, 0o600)?;
        file.write_all(content.as_bytes())?;
        file.as_file().sync_all()?;
        let done = if replace { file.persist(path) } else { file.persist_noclobber(path) };
        done.map(drop).map_err(|error| error.error)
    };
    write().map_err(|source| unwritten(path, source))
}

/// A path as messages name it.
pub(crate) fn place(path: &Path) -> String {
    format!("`{}`", path.display())
}

/// A file cannot be read.
pub(crate) fn unread(path: &Path, source: io::Error) -> Failure {
    Failure::Read { place: place(path), source }
}

/// A file cannot be written.
pub(crate) fn unwritten(path: &Path, source: io::Error) -> Failure {
    Failure::Write { place: place(path), source }
}

/// What a file says cannot be used as what it should be.
pub(crate) fn unusable(
    place: impl Display,
    what: &'static str,
    source: impl std::error::Error + Send + Sync + 'static,
) -> Failure {
    Failure::Unusable { place: place.to_string(), what, source: Box::new(source) }
}

/// A file beside another that becomes it by being renamed, with these permissions at most.
fn temporary(path: &Path, mode: u32) -> io::Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    let mut builder = Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    #[cfg(not(unix))]
    let _ = mode;
    builder.prefix(".interlock-").tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacing_keeps_the_permissions_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("site.json");
        fs::write(&path, "{}").unwrap();
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
        let permissions = fs::metadata(&path).unwrap().permissions();
        replace(&path, b"new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::metadata(&path).unwrap().permissions(), permissions);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_made_anew_has_the_permissions_of_any_new_file() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, any) = (folder.path().join("ours.json"), folder.path().join("any.json"));
        replace(&ours, b"").unwrap();
        fs::write(&any, "").unwrap();
        let permissions = |path| fs::metadata(path).unwrap().permissions();
        assert_eq!(permissions(&ours), permissions(&any));
    }

    #[test]
    #[cfg(unix)]
    fn a_secret_is_its_owners_alone_and_replaced_only_where_that_is_said() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        write_secret(&path, "one", false).unwrap();
        assert_eq!(mode(), 0o600);
        assert!(write_secret(&path, "two", false).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        write_secret(&path, "two", true).unwrap();
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), mode()), ("two", 0o600));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
