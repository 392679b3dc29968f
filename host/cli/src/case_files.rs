//! Case files: found in folders, read beside the cast of their folder, chosen for the policy that is asked.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use interlock_analysis::cases::{Case, CaseError, CaseFile, Cast, Written, check_names};
use interlock_model::Manifest;

use crate::failure::Failure;
use crate::names;

/// Name of the file with what the case files of a folder share.
const CAST: &str = "cast.json";

/// The case files of a run that ask its policy.
pub(crate) struct Suite {
    /// In the order of their paths.
    pub(crate) files: Vec<Loaded>,
    /// Files that ask another policy, each with the name of that policy.
    pub(crate) skipped: Vec<(String, String)>,
}

/// A case file.
pub(crate) struct Loaded {
    /// Its path, as messages name it.
    pub(crate) name: String,
    /// What it shares with its folder.
    pub(crate) cast: Rc<Cast>,
    /// What is in it.
    pub(crate) file: CaseFile,
}

impl Loaded {
    /// How a case of the file is written.
    pub(crate) fn written(&self, case: &Case) -> &Written {
        &self.file.written()[case.written]
    }
}

/// Reads the case files at some paths, folders with all that is in them, and holds their names against the
/// policy.
///
/// # Errors
///
/// [`Failure::Read`], [`Failure::Cases`] with the place of the first mistake, and [`Failure::Usage`] where no
/// file asks the policy.
pub(crate) fn read(paths: &[PathBuf], manifest: &Manifest) -> Result<Suite, Failure> {
    let mut casts = BTreeMap::new();
    let mut suite = Suite { files: Vec::new(), skipped: Vec::new() };
    for path in find(paths)? {
        let folder = path.parent().unwrap_or(Path::new(""));
        let cast = match casts.get(folder) {
            Some(cast) => Rc::clone(cast),
            None => {
                let cast = Rc::new(read_cast(&cast_of(folder))?);
                casts.insert(folder.to_owned(), Rc::clone(&cast));
                cast
            }
        };
        let file = parse(&path, |text| CaseFile::parse(text, &cast))?;
        let name = path.display().to_string();
        match file.policy().or(cast.policy.as_deref()) {
            Some(policy) if policy != manifest.name => suite.skipped.push((name, policy.to_owned())),
            _ => {
                for case in file.cases() {
                    check_names(case, manifest).map_err(|error| wrong(&path, &error))?;
                }
                suite.files.push(Loaded { name, cast, file });
            }
        }
    }
    if suite.files.is_empty() {
        let policies: BTreeSet<String> =
            suite.skipped.iter().map(|(_, policy)| format!("`{policy}`")).collect();
        let policies: Vec<String> = policies.into_iter().collect();
        let (name, others) = (&manifest.name, policies.join(", "));
        return Err(Failure::Usage(format!(
            "no case asks policy `{name}`, which was given; they ask {others}"
        )));
    }
    Ok(suite)
}

/// Every case file at some paths, in order, each once; the casts are not among them.
///
/// # Errors
///
/// [`Failure::Read`], and [`Failure::Usage`] where a path holds none.
pub(crate) fn find(paths: &[PathBuf]) -> Result<BTreeSet<PathBuf>, Failure> {
    let mut found = BTreeSet::new();
    for path in paths {
        let mut here = BTreeSet::new();
        walk(path, true, &mut here)?;
        if here.is_empty() {
            return Err(Failure::Usage(format!("there is no case file in `{}`", path.display())));
        }
        found.extend(here);
    }
    Ok(found)
}

/// Where the cast of a folder stands, if it has one.
pub(crate) fn cast_of(folder: &Path) -> PathBuf {
    folder.join(CAST)
}

fn walk(path: &Path, named: bool, found: &mut BTreeSet<PathBuf>) -> Result<(), Failure> {
    let unreadable = |source| Failure::Read { place: format!("`{}`", path.display()), source };
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

fn read_cast(path: &Path) -> Result<Cast, Failure> {
    match parse(path, Cast::parse) {
        Err(Failure::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(Cast::default()),
        read => read,
    }
}

fn parse<T>(path: &Path, parse: impl FnOnce(&str) -> Result<T, CaseError>) -> Result<T, Failure> {
    let text = fs::read_to_string(path)
        .map_err(|source| Failure::Read { place: format!("`{}`", path.display()), source })?;
    parse(&text).map_err(|error| wrong(path, &error))
}

fn wrong(path: &Path, error: &CaseError) -> Failure {
    let advice = error.misnamed().map(|(name, known)| names::advice("known are", name, known));
    let message = format!("{error}{}", advice.unwrap_or_default());
    Failure::Cases { place: format!("`{}`", path.display()), message }
}
