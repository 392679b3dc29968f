//! The steps from bytes to a policy that is let in, in order.

use interlock_analysis::{Answers, AskError, CheckError, Decide, Options, Report, Table, check_instances};
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

    let texts = if limits.packed { texts(&runner, deadline)? } else { None };

    // Instances of its own, so that what one function remembers does not help the other.
    let another = Runner::new(engine, &component).map_err(|error| interface(error.into_boxed_dyn_error()))?;
    let expected = Expected::new(&manifest);
    let table = tabulate(&runner, &manifest, &expected, deadline)?;
    let report = check_laws(&runner, &another, &manifest, table.as_ref(), deadline)?;
    Ok(Parts { facts, manifest, report, expected, texts, table, runner })
}

/// What the policy's packed answers name; none if it takes no packed question.
fn texts(runner: &Runner, deadline: Deadline) -> Result<Option<Box<[Box<str>]>>, LoadError> {
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
