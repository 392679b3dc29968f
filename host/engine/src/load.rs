//! The steps from bytes to a policy that is let in, in order; and the short cut, where they were taken before.

use interlock_analysis::{Answers, AskError, CheckError, Decide, Options, Report, Table, check_instances};
use interlock_model::{Manifest, Outcome, Situation};
use wasmtime::component::Component;

use crate::answer::Expected;
use crate::bindings::types;
use crate::cache::{CacheError, CacheMiss, CacheUse, Entry};
use crate::clock::Deadline;
use crate::engine::Engine;
use crate::error::{CallError, Cause, LoadError, ShapeError};
use crate::inspect::{CONTRACT, Facts, KNOWN_CONTRACTS, inspect};
use crate::limits::{Limits, TABLES};
use crate::manifest;
use crate::policy::Parts;
use crate::runner::{InstantiateFailure, Runner};

pub(crate) fn load(engine: &Engine, bytes: &[u8]) -> Result<Parts, LoadError> {
    let facts = examine(bytes, engine.limits())?;
    let Some(cache) = engine.cache() else { return Ok(in_full(engine, bytes, facts)?.parts) };
    let found = match cache.read(&facts.digest) {
        Ok(found) => found,
        Err(error) => {
            let cache_use = CacheUse::Refused { error };
            return Ok(Parts { cache_use, ..in_full(engine, bytes, facts)?.parts });
        }
    };
    // SAFETY: the entry lies in a directory that only the present user and root can write, as a file that only they
    // can, and it was read as a whole before it was hashed. Who can write there can replace this program as well.
    #[allow(unsafe_code, reason = "compiled code can be trusted, but not checked")]
    let why = match unsafe { precompiled(engine, &facts, found) } {
        Ok(parts) => return Ok(parts),
        Err(why) => why,
    };
    let loaded = in_full(engine, bytes, facts)?;
    let kept = loaded
        .entry(engine)
        .map_err(|source| CacheError::Unwritable { source })
        .and_then(|entry| cache.write(&loaded.parts.facts.digest, &entry));
    Ok(Parts { cache_use: CacheUse::Miss { why, kept }, ..loaded.parts })
}

pub(crate) fn precompile(engine: &Engine, bytes: &[u8]) -> Result<Vec<u8>, LoadError> {
    let facts = examine(bytes, engine.limits())?;
    in_full(engine, bytes, facts)?.entry(engine).map_err(|source| LoadError::Compile { source })
}

/// # Safety
///
/// As [`Engine::load_precompiled`].
#[allow(unsafe_code, reason = "the caller answers for native code, which cannot be checked")]
pub(crate) unsafe fn load_precompiled(
    engine: &Engine,
    bytes: &[u8],
    given: &[u8],
) -> Result<Parts, LoadError> {
    let facts = examine(bytes, engine.limits())?;
    let found = Entry::from_bytes(given.to_owned(), &facts.digest, &engine.environment());
    // SAFETY: the caller promises that the code is what `precompile` gave.
    match unsafe { precompiled(engine, &facts, found) } {
        Ok(parts) => Ok(parts),
        Err(why) => {
            let cache_use = CacheUse::Unfit { why };
            Ok(Parts { cache_use, ..in_full(engine, bytes, facts)?.parts })
        }
    }
}

/// What can be known of the bytes before anything is compiled.
fn examine(bytes: &[u8], limits: &Limits) -> Result<Facts, LoadError> {
    let (observed, allowed) = (bytes.len() as u64, limits.component_bytes as u64);
    if observed > allowed {
        return Err(LoadError::TooLarge { observed, allowed });
    }
    let facts = inspect(bytes)?;
    check_contract(&facts)?;
    check_shape(&facts, limits)?;
    Ok(facts)
}

/// A policy that was compiled and checked, with its code.
struct Loaded {
    parts: Parts,
    component: Component,
}

impl Loaded {
    /// What can be kept of it.
    fn entry(&self, engine: &Engine) -> Result<Vec<u8>, Cause> {
        let Parts { facts, manifest, report, table, .. } = &self.parts;
        let code = self.component.serialize().map_err(wasmtime::Error::into_boxed_dyn_error)?;
        Entry::to_bytes(&facts.digest, &engine.environment(), manifest, report, table.as_ref(), &code)
    }
}

fn in_full(engine: &Engine, bytes: &[u8], facts: Facts) -> Result<Loaded, LoadError> {
    let component = Component::from_binary(engine.runtime(), bytes)
        .map_err(|error| LoadError::Compile { source: error.into_boxed_dyn_error() })?;
    let runner = Runner::new(engine, &component).map_err(interface)?;
    let deadline = engine.clock().deadline(engine.limits().load_deadline);
    runner.prepare(deadline).map_err(|failure| match failure {
        InstantiateFailure::Call(source) => LoadError::Instantiate { source },
        InstantiateFailure::Interface(source) => LoadError::Interface { version: CONTRACT, source },
    })?;

    let manifest: Manifest = runner
        .call(deadline, |store, guest| guest.call_describe(store), |manifest| Ok(manifest.into()))
        .map_err(|source| LoadError::Describe { source })?;
    manifest::check_limits(&manifest, engine.limits())?;
    manifest::check(&manifest).map_err(|source| LoadError::Manifest { source })?;

    let texts = texts(&runner, deadline)?;

    // Instances of its own, so that what one function remembers does not help the other.
    let another = Runner::new(engine, &component).map_err(interface)?;
    let expected = Expected::new(&manifest);
    let table = tabulate(&runner, &manifest, &expected, deadline)?;
    let report = check_laws(&runner, &another, &manifest, table.as_ref(), deadline)?;
    let parts = Parts { facts, manifest, report, expected, texts, table, runner, cache_use: CacheUse::Off };
    Ok(Loaded { parts, component })
}

/// The policy of an entry. It is asked for its texts alone: to describe itself takes it longer than all that is done
/// here.
///
/// Whatever does not work is a miss: in full, the policy works, or there is an error that says why not.
///
/// # Safety
///
/// The code of the entry must be what Wasmtime compiled.
#[allow(unsafe_code, reason = "the caller answers for native code, which cannot be checked")]
unsafe fn precompiled(
    engine: &Engine,
    facts: &Facts,
    found: Result<Entry, CacheMiss>,
) -> Result<Parts, CacheMiss> {
    let entry = found?;
    // SAFETY: the caller promises it. Whether it is for this runtime and this processor, Wasmtime checks.
    let component = unsafe { Component::deserialize(engine.runtime(), entry.code()) };
    let component = component.map_err(|_| CacheMiss::Foreign)?;
    let runner = Runner::new(engine, &component).map_err(|_| CacheMiss::Foreign)?;
    let manifest = entry.manifest().ok_or(CacheMiss::Damaged)?;
    let table = entry.table(&manifest).ok_or(CacheMiss::Damaged)?;
    let expected = Expected::new(&manifest);
    let deadline = engine.clock().deadline(engine.limits().load_deadline);
    let texts = texts(&runner, deadline).map_err(|_| CacheMiss::Damaged)?;
    let (facts, report, cache_use) = (facts.clone(), entry.report(), CacheUse::Hit);
    Ok(Parts { facts, manifest, report, expected, texts, table, runner, cache_use })
}

fn interface(error: wasmtime::Error) -> LoadError {
    LoadError::Interface { version: CONTRACT, source: error.into_boxed_dyn_error() }
}

/// What the policy's packed answers name; none if it takes no packed question.
fn texts(runner: &Runner, deadline: Deadline) -> Result<Option<Box<[Box<str>]>>, LoadError> {
    if !runner.engine().limits().packed {
        return Ok(None);
    }
    let texts = runner
        .call(deadline, |store, guest| guest.call_texts(store), Ok)
        .map_err(|source| LoadError::Describe { source })?;
    Ok((!texts.is_empty()).then(|| texts.into_iter().map(String::into_boxed_str).collect()))
}

fn check_contract(facts: &Facts) -> Result<(), LoadError> {
    match &facts.contract {
        Some(version) if KNOWN_CONTRACTS.contains(&version.as_str()) => Ok(()),
        found => Err(LoadError::Contract { found: found.clone(), known: KNOWN_CONTRACTS.join(", ") }),
    }
}

fn check_shape(facts: &Facts, limits: &Limits) -> Result<(), ShapeError> {
    if facts.core_modules != 1 {
        return Err(ShapeError::CoreModules { observed: facts.core_modules });
    }
    if let Some(name) = facts.imports.first() {
        return Err(ShapeError::Import { name: crate::error::shown(name) });
    }
    if facts.memories.len() > 1 {
        return Err(ShapeError::Memories { observed: facts.memories.len() });
    }
    let allowed = limits.memory_bytes as u64;
    if let Some(&asked) = facts.memories.iter().find(|&&bytes| bytes > allowed) {
        return Err(ShapeError::Memory { asked, allowed });
    }
    if facts.tables.len() > TABLES {
        return Err(ShapeError::Tables { observed: facts.tables.len(), allowed: TABLES });
    }
    let allowed = limits.table_elements as u64;
    if let Some(&asked) = facts.tables.iter().find(|&&elements| elements > allowed) {
        return Err(ShapeError::TableElements { asked, allowed });
    }
    Ok(())
}

/// Asks everything once, and keeps the answers if there is room for them.
fn tabulate(
    runner: &Runner,
    manifest: &Manifest,
    expected: &Expected,
    deadline: Deadline,
) -> Result<Option<Table>, LoadError> {
    let limits = runner.engine().limits();
    if limits.table_bytes == 0 {
        return Ok(None);
    }
    let checked = Checked { runner, manifest, expected, deadline };
    match Answers::ask(&checked, &options(limits), &|_| {}) {
        Ok(answers) => Ok(Table::of(&answers, limits.table_bytes)),
        Err(AskError::TooMany(too_many)) => Err(LoadError::TooManySituations(too_many)),
        // The check of the laws asks the same, and says what is wrong.
        Err(AskError::Decide { .. } | AskError::Miscount { .. }) => Ok(None),
    }
}

/// Asks everything again, in another order and of another instance.
///
/// Of a policy with a table it is the table that is held to the laws, since the table answers, and the component
/// must say the same, although bits are set that it must ignore: else the table would not be what it says. Of any other one, both functions that decide are asked: in batches, and one by one.
fn check_laws(
    runner: &Runner,
    another: &Runner,
    manifest: &Manifest,
    table: Option<&Table>,
    deadline: Deadline,
) -> Result<Report, LoadError> {
    let options = options(runner.engine().limits());
    let checked = match table {
        Some(table) => {
            let another = InBatches { runner: another, manifest, deadline };
            let disturbed = Disturbed { policy: another, table };
            check_instances(&Tabulated { table, manifest }, &disturbed, &options)
        }
        None => {
            let another = OneByOne { runner: another, manifest, deadline };
            check_instances(&InBatches { runner, manifest, deadline }, &another, &options)
        }
    };
    let report = checked.map_err(|error| match error {
        CheckError::TooMany(too_many) => LoadError::TooManySituations(too_many),
        CheckError::Decide { source, .. } => LoadError::Unanswered { source },
    })?;
    if report.holds() {
        return Ok(report);
    }
    Err(LoadError::Laws { broken: report.broken().cloned().collect() })
}

fn options(limits: &Limits) -> Options {
    Options {
        max_situations: u32::try_from(limits.situations_per_policy).unwrap_or(u32::MAX),
        ..Options::default()
    }
}

/// What the table says.
struct Tabulated<'a> {
    table: &'a Table,
    manifest: &'a Manifest,
}

impl Decide for Tabulated<'_> {
    type Error = CallError;

    fn manifest(&self) -> &Manifest {
        self.manifest
    }

    fn decide_all(&self, situations: &[Situation]) -> Result<Vec<Outcome>, CallError> {
        Ok(situations.iter().map(|&situation| self.table.decide(situation)).collect())
    }
}

/// Asks the same with every bit set that lies beyond the conditions of an action.
struct Disturbed<'a> {
    policy: InBatches<'a>,
    table: &'a Table,
}

impl Decide for Disturbed<'_> {
    type Error = CallError;

    fn manifest(&self) -> &Manifest {
        self.policy.manifest
    }

    fn decide_all(&self, situations: &[Situation]) -> Result<Vec<Outcome>, CallError> {
        let disturbed: Vec<_> = situations
            .iter()
            .map(|&situation| {
                let beyond = !self.table.mask(situation);
                Situation { holds: situation.holds | beyond, known: situation.known | beyond, ..situation }
            })
            .collect();
        self.policy.decide_all(&disturbed)
    }
}

/// Asks in batches, and holds every answer against the manifest.
struct Checked<'a> {
    runner: &'a Runner,
    manifest: &'a Manifest,
    expected: &'a Expected,
    deadline: Deadline,
}

impl Decide for Checked<'_> {
    type Error = CallError;

    fn manifest(&self) -> &Manifest {
        self.manifest
    }

    fn decide_all(&self, situations: &[Situation]) -> Result<Vec<Outcome>, CallError> {
        let lent: Vec<_> = situations.iter().map(types::Situation::from).collect();
        self.runner.call(
            self.deadline,
            |store, guest| guest.call_decide_all(store, &lent),
            |outcomes| self.expected.outcomes(situations, outcomes.into_iter().map(Outcome::from)),
        )
    }
}

/// Asks in batches. Answers are passed on unchecked: to check them is what laws are for.
struct InBatches<'a> {
    runner: &'a Runner,
    manifest: &'a Manifest,
    deadline: Deadline,
}

impl Decide for InBatches<'_> {
    type Error = CallError;

    fn manifest(&self) -> &Manifest {
        self.manifest
    }

    fn decide_all(&self, situations: &[Situation]) -> Result<Vec<Outcome>, CallError> {
        let situations: Vec<_> = situations.iter().map(types::Situation::from).collect();
        self.runner.call(
            self.deadline,
            |store, guest| guest.call_decide_all(store, &situations),
            |outcomes| Ok(outcomes.into_iter().map(Outcome::from).collect()),
        )
    }
}

/// Asks the same by the other function.
struct OneByOne<'a> {
    runner: &'a Runner,
    manifest: &'a Manifest,
    deadline: Deadline,
}

impl Decide for OneByOne<'_> {
    type Error = CallError;

    fn manifest(&self) -> &Manifest {
        self.manifest
    }

    fn decide_all(&self, situations: &[Situation]) -> Result<Vec<Outcome>, CallError> {
        self.runner.call(
            self.deadline,
            |store, guest| {
                let ask = |situation| guest.call_decide(&mut *store, types::Situation::from(situation));
                situations.iter().map(ask).collect::<wasmtime::Result<Vec<_>>>()
            },
            |outcomes| Ok(outcomes.into_iter().map(Outcome::from).collect()),
        )
    }
}
