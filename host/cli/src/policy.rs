//! The policy that answers: a file, or the one built in.

use interlock::{CacheUse, Engine, EngineBuilder, Facts, LoadError, Policy};

use crate::arguments::PolicyFile;
use crate::cache;
use crate::exit;
use crate::failure::{Failure, chain};

/// Loads the policy that the command line names, from the cache where it is there.
///
/// # Errors
///
/// [`Failure::Read`] where a file cannot be read, [`Failure::Load`] where the policy fails a check.
pub(crate) fn load(file: &PolicyFile) -> Result<Policy, Failure> {
    let mut engine = Engine::builder();
    if let Some(directory) = cache::directory(&file.cache) {
        engine = engine.cache_directory(directory);
    }
    let engine = engine.build().map_err(Failure::Engine)?;
    let policy = match &file.precompiled {
        None => ask_for(file, &engine, |bytes| engine.load(bytes)),
        Some(path) => {
            let precompiled = std::fs::read(path)
                .map_err(|source| Failure::Read { place: format!("`{}`", path.display()), source })?;
            // SAFETY: who runs this program named the file as native code to trust, as the help of `--precompiled` says,
            // and could as well have run any other program.
            #[allow(unsafe_code, reason = "native code can be trusted, but not checked")]
            ask_for(file, &engine, |bytes| unsafe { engine.load_precompiled(bytes, &precompiled) })
        }
    }?;
    match policy.cache_use() {
        CacheUse::Unfit { why } => exit::warn(&format!("the precompiled policy is not used: {why}")),
        CacheUse::Refused { error } | CacheUse::Miss { kept: Err(error), .. }
            if cache::is_asked_for(&file.cache) =>
        {
            exit::warn(&chain(error));
        }
        _ => {}
    }
    Ok(policy)
}

/// Compiles and checks it, whatever was kept, and within other limits.
///
/// # Errors
///
/// As [`load`].
pub(crate) fn load_afresh(file: &PolicyFile, engine: EngineBuilder) -> Result<Policy, Failure> {
    let engine = engine.build().map_err(Failure::Engine)?;
    ask_for(file, &engine, |bytes| engine.load(bytes))
}

/// Compiles and checks it, for [`load`] of another time and place.
///
/// # Errors
///
/// As [`load`].
pub(crate) fn precompile(file: &PolicyFile) -> Result<Vec<u8>, Failure> {
    let engine = Engine::new().map_err(Failure::Engine)?;
    ask_for(file, &engine, |bytes| engine.precompile(bytes))
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

fn ask_for<T>(
    file: &PolicyFile,
    engine: &Engine,
    ask: impl FnOnce(&[u8]) -> Result<T, LoadError>,
) -> Result<T, Failure> {
    let answer = match &file.path {
        None => ask(interlock_policies::BACKUP),
        Some(path) => engine.read(path).and_then(|bytes| ask(&bytes)),
    };
    answer.map_err(|error| refused(file, error))
}

fn refused(file: &PolicyFile, error: LoadError) -> Failure {
    let place = place(file);
    match error {
        LoadError::Read { source, .. } => Failure::Read { place, source },
        source => Failure::Load { place, source },
    }
}
