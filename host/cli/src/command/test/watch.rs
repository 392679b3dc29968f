//! Runs cases again whenever a file changes. Modification times are looked at twice a second: nothing to
//! install, nothing that differs between systems, and a person does not notice the delay.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use super::{Format, Test};
use crate::arguments::PolicyFile;
use crate::exit::{self, Status};
use crate::failure::Failure;
use crate::page::{DIM, Page, print};
use interlock_checks as case_files;

const PAUSE: Duration = Duration::from_millis(500);

/// Each file that matters, with what tells one version of it from another.
type Seen = BTreeMap<PathBuf, Option<(SystemTime, u64)>>;

/// Runs the cases, and again whenever something changes, until interrupted.
///
/// Whatever else goes wrong is told and waits for the next change, like a failing case.
pub(super) fn run(test: &Test, policy: &PolicyFile) -> Result<Status, Failure> {
    loop {
        let seen = look(test, policy);
        match test.run_once(policy) {
            Err(failure @ Failure::Write { .. }) => return Err(failure),
            Err(failure) => _ = exit::report(Err(failure)),
            Ok(_) => {}
        }
        if test.format == Format::Text {
            let mut page = Page::new();
            page.line(DIM, "waiting for a change");
            print(&page.finish())?;
        }
        while look(test, policy) == seen {
            thread::sleep(PAUSE);
        }
    }
}

fn look(test: &Test, policy: &PolicyFile) -> Seen {
    // A path that cannot be read now may be readable later; that is a change as well.
    let files = case_files::find(&test.paths).unwrap_or_default();
    let casts: Vec<PathBuf> =
        files.iter().filter_map(|file| file.parent()).map(case_files::cast_of).collect();
    let watched = files.into_iter().chain(casts).chain(policy.path.clone());
    watched.map(|path| (version(&path), path)).map(|(version, path)| (path, version)).collect()
}

fn version(path: &Path) -> Option<(SystemTime, u64)> {
    let facts = fs::metadata(path).ok()?;
    Some((facts.modified().ok()?, facts.len()))
}
