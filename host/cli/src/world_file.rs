//! Worlds as files: one line for each subject and resource, so that a change to one changes one line.

use std::io::{self, Write};
use std::path::Path;

use interlock_model::World;
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use crate::arguments::Input;
use crate::failure::Failure;
use crate::file;

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

/// Replaces a world file whole, as [`file::replace`] does.
///
/// # Errors
///
/// [`Failure::Write`]; the file is as it was then.
pub(crate) fn write(path: &Path, world: &World) -> Result<(), Failure> {
    let json = to_json(world).map_err(|source| file::unwritten(path, source))?;
    file::replace(path, json.as_bytes())
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
}
