//! Every case of `tests/cases`, by the reader that the program uses.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use interlock_analysis::cases::{CaseError, CaseFile, Cast, Want};
use interlock_model::Request;

/// One request, and what is wanted of it.
pub(crate) struct Case {
    /// Where it stands: `backup.json: a backup starts (classic, from pending)`.
    pub(crate) place: String,
    pub(crate) policy: PolicyName,
    pub(crate) ids: Vec<String>,
    pub(crate) request: Request,
    pub(crate) want: Want,
}

/// Which policy is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PolicyName {
    Backup,
    Turnstile,
}

/// How many cases are written, and what they come to once lists of modes and states are spread out.
pub(crate) struct Cases {
    pub(crate) written: usize,
    pub(crate) all: Vec<Case>,
}

/// Every case of every file.
pub(crate) fn load() -> Cases {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("cases");
    let cast = read(&folder.join("cast.json"), Cast::parse);
    let mut cases = Cases { written: 0, all: Vec::new() };
    let mut names = BTreeSet::new();
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !name.ends_with(".json") || name == "cast.json" {
            continue;
        }
        let file = read(&path, |text| CaseFile::parse(text, &cast));
        assert!(!file.about().is_empty(), "{name} does not say what it is about");
        let policy = match file.policy().or(cast.policy.as_deref()) {
            Some("backup-resource-states") => PolicyName::Backup,
            Some("turnstile") => PolicyName::Turnstile,
            other => panic!("{name} asks policy {other:?}"),
        };
        for written in file.written() {
            let place = format!("{name}: {}", written.name);
            assert!(names.insert(written.name.clone()), "{place} is not the only case of that name");
            assert!(!written.source.is_empty(), "{place} has no source");
            assert_eq!(written.review, None, "{place} is still to be reviewed");
        }
        cases.written += file.written().len();
        cases.all.extend(file.cases().iter().map(|case| Case {
            place: format!("{name}: {case}"),
            policy,
            ids: file.written()[case.written].ids.clone(),
            request: case.request.clone(),
            want: case.want.clone(),
        }));
    }
    cases
}

fn read<T>(path: &Path, parse: impl FnOnce(&str) -> Result<T, CaseError>) -> T {
    let text = fs::read_to_string(path).unwrap();
    parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
