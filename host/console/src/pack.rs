//! Pages as they lie in a folder, each packed by gzip where that makes it smaller. The build script uses this too.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

/// A file of the console.
pub(crate) struct Packed {
    /// Below the folder, with slashes.
    pub(crate) path: String,
    /// Whether `bytes` are packed by gzip.
    pub(crate) gzipped: bool,
    pub(crate) bytes: Vec<u8>,
}

/// Every file below a folder, in the order of their paths.
pub(crate) fn pack(folder: &Path) -> io::Result<Vec<Packed>> {
    let mut files = Vec::new();
    walk(folder, "", &mut files)?;
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

fn walk(folder: &Path, prefix: &str, files: &mut Vec<Packed>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_str().ok_or_else(|| io::Error::other(format!("{name:?} is no UTF-8")))?;
        let path = format!("{prefix}{name}");
        if fs::metadata(entry.path())?.is_dir() {
            walk(&entry.path(), &format!("{path}/"), files)?;
        } else {
            let bytes = fs::read(entry.path())?;
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(&bytes)?;
            let gzip = encoder.finish()?;
            let gzipped = gzip.len() < bytes.len();
            files.push(Packed { path, gzipped, bytes: if gzipped { gzip } else { bytes } });
        }
    }
    Ok(())
}
