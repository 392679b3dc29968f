//! The policy that answers: a file, or the one built in.

use interlock::{Engine, EngineBuilder, Facts, LoadError, Policy};

use crate::arguments::PolicyFile;
use crate::failure::Failure;

/// Loads the policy that the command line names.
///
/// # Errors
///
/// [`Failure::Read`] where the file cannot be read, [`Failure::Load`] where the policy fails a check.
pub(crate) fn load(file: &PolicyFile) -> Result<Policy, Failure> {
    load_with(file, Engine::builder())
}

/// As [`load`], within other limits.
///
/// # Errors
///
/// As [`load`].
pub(crate) fn load_with(file: &PolicyFile, engine: EngineBuilder) -> Result<Policy, Failure> {
    let engine = engine.build().map_err(Failure::Engine)?;
    let loaded = match &file.path {
        None => engine.load(interlock_policies::BACKUP),
        Some(path) => engine.load_file(path),
    };
    loaded.map_err(|error| refused(file, error))
}

/// What can be known of the same policy's bytes.
///
/// # Errors
///
/// As [`load`].
pub(crate) fn facts(file: &PolicyFile) -> Result<Facts, Failure> {
    let facts = match &file.path {
        None => interlock::inspect(interlock_policies::BACKUP),
        Some(path) => match std::fs::read(path) {
            Ok(bytes) => interlock::inspect(&bytes),
            Err(source) => Err(LoadError::Read { path: path.clone(), source }),
        },
    };
    facts.map_err(|error| refused(file, error))
}

/// The policy as messages name it.
pub(crate) fn place(file: &PolicyFile) -> String {
    match &file.path {
        Some(path) => format!("`{}`", path.display()),
        None => "the policy built in".to_owned(),
    }
}

fn refused(file: &PolicyFile, error: LoadError) -> Failure {
    let place = place(file);
    match error {
        LoadError::Read { source, .. } => Failure::Read { place, source },
        source => Failure::Load { place, source },
    }
}
