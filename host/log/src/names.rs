//! The files of a log and what they are called.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Digits of a full file's number, at least.
const DIGITS: usize = 12;

/// `decisions.jsonl` in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Names {
    directory: PathBuf,
    stem: String,
    extension: String,
}

impl Names {
    /// Of the log that a file belongs to, be it the one that is written or a full one.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let (stem, extension) = match name.rfind('.') {
            Some(dot) if dot > 0 => name.split_at(dot),
            _ => (name, ""),
        };
        let stem = match stem.rsplit_once('-') {
            Some((stem, digits)) if is_number(digits) => stem,
            _ => stem,
        };
        let directory = path.parent().map(Path::to_owned).unwrap_or_default();
        Some(Self { directory, stem: stem.to_owned(), extension: extension.to_owned() })
    }

    /// The number in a full file's name.
    pub(crate) fn number(path: &Path) -> Option<u64> {
        let stem = path.file_stem()?.to_str()?;
        stem.rsplit_once('-').map(|(_, digits)| digits).filter(|digits| is_number(digits))?.parse().ok()
    }

    /// The file that is written.
    pub(crate) fn live(&self) -> PathBuf {
        self.directory.join(format!("{}{}", self.stem, self.extension))
    }

    /// The file that holds the head.
    pub(crate) fn head(&self) -> PathBuf {
        head_of(&self.live())
    }

    /// A full file.
    ///
    /// - `first`: number of its first record.
    pub(crate) fn full(&self, first: u64) -> PathBuf {
        self.directory.join(format!("{}-{first:0DIGITS$}{}", self.stem, self.extension))
    }

    /// Whether another name has the same parts but for the directory.
    pub(crate) fn is_alike(&self, other: &Self) -> bool {
        (&self.stem, &self.extension) == (&other.stem, &other.extension)
    }

    /// Full files that there are, each with the number in its name, in that order.
    pub(crate) fn all_full(&self) -> io::Result<Vec<(u64, PathBuf)>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(directory(&self.directory))? {
            let name = entry?.file_name();
            let number = name
                .to_str()
                .and_then(|name| name.strip_prefix(&*self.stem)?.strip_prefix('-'))
                .and_then(|rest| rest.strip_suffix(&*self.extension))
                .filter(|digits| is_number(digits))
                .and_then(|digits| digits.parse().ok());
            if let Some(number) = number {
                found.push((number, self.directory.join(name)));
            }
        }
        found.sort();
        Ok(found)
    }
}

/// The logs of a directory: those with a head, and those that files named `*.jsonl` belong to.
pub(crate) fn logs_in(path: &Path) -> io::Result<Vec<Names>> {
    let mut logs: Vec<Names> = Vec::new();
    for entry in fs::read_dir(path)? {
        let name = entry?.file_name();
        let log = name.to_str().and_then(|name| match name.strip_suffix(HEAD) {
            Some(log) => Some(log),
            None => name.ends_with(".jsonl").then_some(name),
        });
        if let Some(names) = log.and_then(|log| Names::of(&path.join(log)))
            && !logs.contains(&names)
        {
            logs.push(names);
        }
    }
    logs.sort_by(|one, other| one.stem.cmp(&other.stem));
    Ok(logs)
}

const HEAD: &str = ".head";

fn head_of(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(HEAD);
    name.into()
}

/// The directory of a bare file name is the present one.
pub(crate) fn directory(path: &Path) -> &Path {
    if path.as_os_str().is_empty() { Path::new(".") } else { path }
}

fn is_number(digits: &str) -> bool {
    digits.len() >= DIGITS && digits.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_file_belongs_to_the_log_that_it_was_part_of() {
        let names = Names::of(Path::new("logs/decisions.jsonl")).unwrap();
        assert_eq!(names.full(17), Path::new("logs/decisions-000000000017.jsonl"));
        assert_eq!(names.head(), Path::new("logs/decisions.jsonl.head"));
        for path in ["logs/decisions-000000000017.jsonl", "logs/decisions.jsonl"] {
            assert_eq!(Names::of(Path::new(path)), Some(names.clone()));
        }
        let dated = Names::of(Path::new("decisions-2026.jsonl")).unwrap();
        assert_eq!(dated.live(), Path::new("decisions-2026.jsonl"));
        let bare = Names::of(Path::new("log")).unwrap();
        assert_eq!(bare.full(1), Path::new("log-000000000001"));
    }
}
