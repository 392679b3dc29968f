//! Worlds as files: one line for each subject and resource, so that a change to one changes one line.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use interlock_model::World;
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use tempfile::NamedTempFile;

use crate::arguments::Input;
use crate::failure::Failure;

/// Reads a world and refuses one that lists a resource twice.
///
/// # Errors
///
/// [`Failure::Read`], [`Failure::Malformed`], [`Failure::World`].
pub(crate) fn read(input: &Input) -> Result<World, Failure> {
    let world: World = input.parse("a world")?;
    world.check().map_err(|source| Failure::World { place: input.to_string(), source })?;
    Ok(world)
}

/// Replaces a world file whole: a reader sees the old one or the new one. A link stays a link, and the
/// file keeps its permissions.
///
/// # Errors
///
/// [`Failure::Write`]; the file is as it was then.
pub(crate) fn write(path: &Path, world: &World) -> Result<(), Failure> {
    let replace = || {
        let path = match fs::canonicalize(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
            resolved => resolved?,
        };
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        let mut file = temporary(&folder)?;
        file.write_all(to_json(world)?.as_bytes())?;
        if let Ok(old) = fs::metadata(&path) {
            file.as_file().set_permissions(old.permissions())?;
        }
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(())
    };
    replace().map_err(|source| Failure::Write { place: format!("`{}`", path.display()), source })
}

/// A file that becomes another by being renamed, with the permissions of any new file.
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.prefix(".interlock-").tempfile_in(folder)
}

/// A world as it stands in its file.
///
/// # Errors
///
/// None that a world can cause; the signature is the serializer's.
pub(crate) fn to_json(world: &World) -> io::Result<String> {
    // The world and its two lists are broken.
    to_lines(world, 2)
}

/// A document whose outer objects and lists have a line for each of their items.
///
/// - `broken`: how many levels; what lies deeper stays on one line.
///
/// # Errors
///
/// The serializer's.
pub(crate) fn to_lines(document: &impl Serialize, broken: usize) -> io::Result<String> {
    let mut text = Vec::new();
    document.serialize(&mut Serializer::with_formatter(&mut text, Lines { depth: 0, broken }))?;
    text.push(b'\n');
    String::from_utf8(text).map_err(io::Error::other)
}

struct Lines {
    depth: usize,
    broken: usize,
}

impl Lines {
    fn open<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(bracket)
    }

    fn close<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.depth < self.broken {
            self.indent(writer)?;
        }
        writer.write_all(bracket)
    }

    fn separate<W: ?Sized + Write>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        match (self.depth <= self.broken, first) {
            (true, true) => self.indent(writer),
            (true, false) => {
                writer.write_all(b",")?;
                self.indent(writer)
            }
            (false, true) => Ok(()),
            (false, false) => writer.write_all(b", "),
        }
    }

    fn indent<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| writer.write_all(b"  "))
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.separate(writer, first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.separate(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = r#"{
  "title": "Two \"doors\"",
  "mode": "normal",
  "subjects": [
    {"id": "user-1", "roles": ["guard", "cleaner"]}
  ],
  "resources": [
    {"kind": "turnstile", "id": "north", "state": "locked"},
    {"kind": "turnstile", "id": "south", "state": "unlocked", "attributes": {"jammed": "true", "near": ["a", "b"]}}
  ]
}
"#;

    #[test]
    fn a_world_has_a_line_for_each_subject_and_resource() {
        let world: World = serde_json::from_str(SITE).unwrap();
        assert_eq!(to_json(&world).unwrap(), SITE);
    }

    #[test]
    fn writing_replaces_the_file_and_keeps_its_permissions() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("site.json");
        fs::write(&path, "{}").unwrap();
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
        let permissions = fs::metadata(&path).unwrap().permissions();
        write(&path, &serde_json::from_str(SITE).unwrap()).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), SITE);
        assert_eq!(fs::metadata(&path).unwrap().permissions(), permissions);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_made_anew_has_the_permissions_of_any_new_file() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, any) = (folder.path().join("ours.json"), folder.path().join("any.json"));
        write(&ours, &serde_json::from_str(SITE).unwrap()).unwrap();
        fs::write(&any, "").unwrap();
        let permissions = |path| fs::metadata(path).unwrap().permissions();
        assert_eq!(permissions(&ours), permissions(&any));
    }
}
