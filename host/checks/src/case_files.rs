//! Case files: found in folders, read beside the cast of their folder, chosen for the policy that is asked.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use interlock_analysis::cases::{Case, CaseError, CaseFile, Cast, Written, check_names};
use interlock_model::Manifest;

use crate::error::CaseFilesError;

/// Name of the file with what the case files of a folder share.
const CAST: &str = "cast.json";

/// The case files of a run that ask its policy.
pub struct Suite {
    /// In the order of their paths.
    pub files: Vec<Loaded>,
    /// Files that ask another policy, each with the name of that policy.
    pub skipped: Vec<(String, String)>,
}

/// A case file.
pub struct Loaded {
    /// Its path, as messages name it.
    pub name: String,
    /// What it shares with its folder.
    pub cast: Arc<Cast>,
    /// What is in it.
    pub file: CaseFile,
}

impl Loaded {
    /// How a case of the file is written.
    pub fn written(&self, case: &Case) -> &Written {
        &self.file.written()[case.written]
    }
}

/// Reads the case files at some paths, folders with all that is in them, and holds their names against the
/// policy.
///
/// # Errors
///
/// [`CaseFilesError`], with the place of the first mistake.
pub fn read(paths: &[PathBuf], manifest: &Manifest) -> Result<Suite, CaseFilesError> {
    let mut casts = BTreeMap::new();
    let mut suite = Suite { files: Vec::new(), skipped: Vec::new() };
    for path in find(paths)? {
        let folder = path.parent().unwrap_or(Path::new(""));
        let cast = match casts.get(folder) {
            Some(cast) => Arc::clone(cast),
            None => {
                let cast = Arc::new(read_cast(&cast_of(folder))?);
                casts.insert(folder.to_owned(), Arc::clone(&cast));
                cast
            }
        };
        let file = parse(&path, |text| CaseFile::parse(text, &cast))?;
        let name = path.display().to_string();
        match file.policy().or(cast.policy.as_deref()) {
            Some(policy) if policy != manifest.name => suite.skipped.push((name, policy.to_owned())),
            _ => {
                for case in file.cases() {
                    check_names(case, manifest).map_err(|error| wrong(&path, error))?;
                }
                suite.files.push(Loaded { name, cast, file });
            }
        }
    }
    if suite.files.is_empty() {
        let others: BTreeSet<String> = suite.skipped.into_iter().map(|(_, policy)| policy).collect();
        let others = others.into_iter().collect();
        return Err(CaseFilesError::NoneAsks { policy: manifest.name.clone(), others });
    }
    Ok(suite)
}

/// Every case file at some paths, in order, each once; the casts are not among them.
///
/// # Errors
///
/// [`CaseFilesError::Read`], and [`CaseFilesError::NoFile`] where a path holds none.
pub fn find(paths: &[PathBuf]) -> Result<BTreeSet<PathBuf>, CaseFilesError> {
    let mut found = BTreeSet::new();
    for path in paths {
        let mut here = BTreeSet::new();
        walk(path, true, &mut here)?;
        if here.is_empty() {
            return Err(CaseFilesError::NoFile { path: path.clone() });
        }
        found.extend(here);
    }
    Ok(found)
}

/// Where the cast of a folder stands, if it has one.
pub fn cast_of(folder: &Path) -> PathBuf {
    folder.join(CAST)
}

fn walk(path: &Path, named: bool, found: &mut BTreeSet<PathBuf>) -> Result<(), CaseFilesError> {
    let unreadable = |source| CaseFilesError::Read { path: path.to_owned(), source };
    if fs::metadata(path).map_err(unreadable)?.is_dir() {
        for entry in fs::read_dir(path).map_err(unreadable)? {
            walk(&entry.map_err(unreadable)?.path(), false, found)?;
        }
    } else if named || is_case_file(path) {
        found.insert(path.to_owned());
    }
    Ok(())
}

fn is_case_file(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json")
        && path.file_name().is_some_and(|it| it != CAST)
}

fn read_cast(path: &Path) -> Result<Cast, CaseFilesError> {
    match parse(path, Cast::parse) {
        Err(CaseFilesError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            Ok(Cast::default())
        }
        read => read,
    }
}

fn parse<T>(path: &Path, parse: impl FnOnce(&str) -> Result<T, CaseError>) -> Result<T, CaseFilesError> {
    let text =
        fs::read_to_string(path).map_err(|source| CaseFilesError::Read { path: path.to_owned(), source })?;
    parse(&text).map_err(|error| wrong(path, error))
}

fn wrong(path: &Path, error: CaseError) -> CaseFilesError {
    CaseFilesError::Case { path: path.to_owned(), source: error }
}
