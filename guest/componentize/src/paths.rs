use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::toolchain::Toolchain;

/// The compiler flags that replace paths of this machine by fixed ones, encoded as cargo reads them.
///
/// The compiler takes the last match, so the narrower path comes after the wider one.
pub(crate) fn remapping(workspace: &Path, cargo_home: Option<&Path>, toolchain: &Toolchain) -> OsString {
    let mut replaced = Vec::new();
    if let Some(home) = cargo_home {
        replaced.push((home.to_owned(), "/cargo".to_owned()));
        // Each registry's sources are in a directory named after its host, which a mirror changes.
        for registry in directories(&home.join("registry").join("src")) {
            replaced.push((registry, "/cargo/registry".to_owned()));
        }
    }
    // Where the sources of the standard library are installed, the compiler may name them in place of the
    // prefix that it was built with.
    let library = toolchain.sysroot.join("lib").join("rustlib").join("src").join("rust");
    replaced.push((library, toolchain.library_prefix.clone()));
    replaced.push((workspace.to_owned(), "/workspace".to_owned()));

    let mut flags = OsString::new();
    for (from, to) in replaced {
        for from in spellings(from) {
            if !flags.is_empty() {
                flags.push("\u{1f}");
            }
            flags.push("--remap-path-prefix=");
            flags.push(from);
            flags.push("=");
            flags.push(&to);
        }
    }
    flags
}

/// The directories in a directory, sorted; none where it cannot be read.
fn directories(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut directories: Vec<PathBuf> =
        entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    directories.sort();
    directories
}

/// A path as given and, where it leads through links, as the system resolves it.
fn spellings(path: PathBuf) -> impl Iterator<Item = PathBuf> {
    let resolved = fs::canonicalize(&path).ok().filter(|resolved| *resolved != path);
    [Some(path), resolved].into_iter().flatten()
}
