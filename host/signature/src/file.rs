//! Files of keys and signatures. They are small: what is larger is refused before it is read.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// What is appended to the name of a file for that of its signature.
pub const SUFFIX: &str = ".minisig";

/// Most bytes of a signature's text.
pub const MAX_SIGNATURE_BYTES: usize = 16 << 10;

/// Most bytes of a key's text.
pub(crate) const MAX_KEY_BYTES: usize = 4 << 10;

/// Where the signature of a file lies: `policy.wasm.minisig` beside `policy.wasm`.
#[must_use]
pub fn beside(file: &Path) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(SUFFIX);
    PathBuf::from(name)
}

/// The text of a signature, out of a file. It is not looked at; [`crate::verify`] does that.
///
/// # Errors
///
/// The system's answer where the file cannot be read; [`ErrorKind::InvalidData`] where it is larger than
/// [`MAX_SIGNATURE_BYTES`] or no UTF-8.
pub fn read_signature(path: &Path) -> io::Result<String> {
    read(path, MAX_SIGNATURE_BYTES)
}

/// The text of a file that may have so many bytes.
pub(crate) fn read(path: &Path, most: usize) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > most {
        let message = format!("larger than {most} bytes, which is the most that is read");
        return Err(io::Error::new(ErrorKind::InvalidData, message));
    }
    String::from_utf8(bytes).map_err(|_| io::Error::new(ErrorKind::InvalidData, "not UTF-8 text"))
}
