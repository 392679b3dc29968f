//! The steps from bytes to a policy that is let in, in order.

use interlock_analysis::{CheckError, Decide, Options, Report, check_instances};
use interlock_model::{Manifest, Outcome, Situation};
use wasmtime::component::Component;

use crate::answer::Expected;
use crate::bindings::types;
use crate::clock::Deadline;
use crate::engine::Engine;
use crate::error::{CallError, LoadError, ShapeError};
use crate::inspect::{CONTRACT, Facts, KNOWN_CONTRACTS, inspect};
use crate::limits::{Limits, TABLES};
use crate::manifest;
use crate::policy::Parts;
use crate::runner::{InstantiateFailure, Runner};

pub(crate) fn load(engine: &Engine, bytes: &[u8]) -> Result<Parts, LoadError> {
    let limits = engine.limits();
    let (observed, allowed) = (bytes.len() as u64, limits.component_bytes as u64);
    if observed > allowed {
        return Err(LoadError::TooLarge { observed, allowed });
    }
    let facts = inspect(bytes)?;
    check_contract(&facts)?;
    check_shape(&facts, limits)?;

    let component = Component::from_binary(engine.runtime(), bytes)
        .map_err(|error| LoadError::Compile { source: error.into_boxed_dyn_error() })?;
    let interface = |source| LoadError::Interface { version: CONTRACT, source };
    let runner = Runner::new(engine, &component).map_err(|error| interface(error.into_boxed_dyn_error()))?;
    let deadline = engine.clock().deadline(limits.load_deadline);
    runner.prepare(deadline).map_err(|failure| match failure {
        InstantiateFailure::Call(source) => LoadError::Instantiate { source },
        InstantiateFailure::Interface(source) => interface(source),
    })?;

    let manifest: Manifest = runner
        .call(deadline, |store, guest| guest.call_describe(store), |manifest| Ok(manifest.into()))
        .map_err(|source| LoadError::Describe { source })?;
    manifest::check_limits(&manifest, limits)?;
    manifest::check(&manifest).map_err(|source| LoadError::Manifest { source })?;

    // Instances of its own, so that what one function remembers does not help the other.
    let another = Runner::new(engine, &component).map_err(|error| interface(error.into_boxed_dyn_error()))?;
    let report = check_laws(&runner, &another, &manifest, deadline)?;
    let expected = Expected::new(&manifest);
    Ok(Parts { facts, manifest, report, expected, runner })
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

/// Asks everything in two ways and of two instances: in batches, and one by one.
fn check_laws(
    runner: &Runner,
    another: &Runner,
    manifest: &Manifest,
    deadline: Deadline,
) -> Result<Report, LoadError> {
    let limits = runner.engine().limits();
    let options = Options {
        max_situations: u32::try_from(limits.situations_per_policy).unwrap_or(u32::MAX),
        ..Options::default()
    };
    let in_batches = InBatches { runner, manifest, deadline };
    let one_by_one = OneByOne { runner: another, manifest, deadline };
    let report = check_instances(&in_batches, &one_by_one, &options).map_err(|error| match error {
        CheckError::TooMany(too_many) => LoadError::TooManySituations(too_many),
        CheckError::Decide { source, .. } => LoadError::Unanswered { source },
    })?;
    if report.holds() {
        return Ok(report);
    }
    Err(LoadError::Laws { broken: report.broken().cloned().collect() })
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
