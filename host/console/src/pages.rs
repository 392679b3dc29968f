//! The files that a browser loads.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read};
use std::path::Path;

use flate2::read::GzDecoder;

use crate::pack::pack;
use crate::policy::digest;

/// Path, whether it is packed by gzip, and bytes; none where the pages were not built before this crate was.
const BUILT_IN: Option<&[(&str, bool, &[u8])]> = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// The console as files, packed by gzip where that makes them smaller.
#[derive(Clone)]
pub struct Pages(BTreeMap<Cow<'static, str>, Page>);

/// One of the files.
#[derive(Clone)]
pub(crate) struct Page {
    gzipped: bool,
    bytes: Cow<'static, [u8]>,
    /// Weak, since packed and unpacked answers share it.
    pub(crate) tag: String,
}

impl Pages {
    /// The pages that were embedded; none where they were not built when this crate was.
    pub fn built_in() -> Option<Self> {
        let pages = BUILT_IN?.iter().map(|&(path, gzipped, bytes)| (path.into(), Page::new(gzipped, bytes)));
        Some(Self(pages.collect()))
    }

    /// The pages in a folder, all of which are read now.
    ///
    /// # Errors
    ///
    /// The system's, where a file cannot be read; and where there is no `index.html`.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let pages =
            pack(folder)?.into_iter().map(|file| (file.path.into(), Page::new(file.gzipped, file.bytes)));
        let pages = Self(pages.collect());
        match pages.get("index.html") {
            Some(_) => Ok(pages),
            None => Err(io::Error::new(io::ErrorKind::NotFound, "the folder has no `index.html`")),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Option<&Page> {
        self.0.get(path)
    }
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Page {
    fn new(gzipped: bool, bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        let bytes = bytes.into();
        Self { gzipped, tag: format!("W/\"{}\"", digest(&bytes)), bytes }
    }

    /// The bytes as gzip packed them, if it did.
    pub(crate) fn gzip(&self) -> Option<Cow<'static, [u8]>> {
        self.gzipped.then(|| self.bytes.clone())
    }

    /// The bytes as they were before.
    pub(crate) fn plain(&self) -> io::Result<Cow<'static, [u8]>> {
        if !self.gzipped {
            return Ok(self.bytes.clone());
        }
        let mut plain = Vec::new();
        GzDecoder::new(&*self.bytes).read_to_end(&mut plain)?;
        Ok(plain.into())
    }
}
