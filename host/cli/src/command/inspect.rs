//! `interlock inspect`: what a policy is.

use std::path::PathBuf;

use clap::Args;
use interlock::{Facts, Policy};
use interlock_analysis::Enumeration;
use interlock_analysis::words::grouped;
use interlock_model::{ActionClass, Manifest};
use serde::Serialize;

use crate::arguments::{Format, Output, PolicyFile};
use crate::exit::Status;
use crate::failure::Failure;
use crate::page::{DIM, NAME, PLAIN, Page, columns, print, print_json};
use crate::policy;

/// Show what a policy is: name, version, digest, size, imports, kinds, counts
///
/// The policy is loaded, so every check that a host makes has passed.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Inspect {
    /// Policy component; as --policy, and the one built in when both are absent
    #[arg(conflicts_with = "path")]
    file: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

const EXAMPLES: &str = "\
Examples:
  interlock inspect
  interlock inspect policy.wasm --format json";

impl Inspect {
    /// Prints what the policy is.
    pub(crate) fn run(&self, file: &PolicyFile) -> Result<Status, Failure> {
        let file = PolicyFile { path: self.file.clone().or_else(|| file.path.clone()), ..file.clone() };
        let policy = policy::load(&file)?;
        let card = Card::new(&policy, policy::facts(&file)?);
        match self.output.format {
            Format::Text => {
                let mut page = Page::new();
                card.draw(&mut page, &policy::place(&file));
                print(&page.finish())?;
            }
            Format::Json => print_json(&card)?,
        }
        Ok(Status::Done)
    }
}

#[derive(Serialize)]
struct Card<'a> {
    name: &'a str,
    version: &'a str,
    title: &'a str,
    digest: String,
    /// Bytes.
    size: usize,
    contract: Option<String>,
    imports: Vec<String>,
    core_modules: usize,
    modes: &'a [String],
    kinds: Vec<KindCard<'a>>,
    roles: &'a [String],
    counts: Counts,
}

#[derive(Serialize)]
struct KindCard<'a> {
    name: &'a str,
    title: &'a str,
    modes: Vec<&'a str>,
    states: usize,
    operations: usize,
    events: usize,
}

#[derive(Serialize)]
struct Counts {
    states: usize,
    operations: usize,
    events: usize,
    conditions: usize,
    effects: usize,
    offers: usize,
    /// Every state with every action, and every assignment of true, false and unknown to its conditions.
    situations: u64,
}

impl<'a> Card<'a> {
    fn new(policy: &'a Policy, facts: Facts) -> Self {
        let manifest = policy.manifest();
        Self {
            name: &manifest.name,
            version: &manifest.version,
            title: &manifest.title,
            digest: facts.digest,
            size: facts.size,
            contract: facts.contract,
            imports: facts.imports,
            core_modules: facts.core_modules,
            modes: &manifest.modes,
            kinds: kinds(manifest),
            roles: &manifest.roles,
            counts: counts(manifest),
        }
    }

    fn draw(&self, page: &mut Page, place: &str) {
        let Counts { states, operations, events, conditions, effects, offers, situations } = &self.counts;
        let imports = if self.imports.is_empty() { "none".to_owned() } else { self.imports.join(", ") };
        let contract = match &self.contract {
            Some(version) => format!("interlock:policy@{version}"),
            None => "none".to_owned(),
        };
        page.put(NAME, &format!("{} {}", self.name, self.version))
            .put(PLAIN, &format!("  {}", self.title))
            .end();
        let mut fact = |name: &str, text: &str| page.entry(2, 16, (DIM, name), text);
        fact("from", place);
        fact("digest", &self.digest);
        fact("size", &format!("{} bytes", grouped(self.size as u64)));
        fact("contract", &contract);
        fact("imports", &imports);
        fact("core modules", &self.core_modules.to_string());
        fact("modes", &self.modes.join(", "));
        fact("roles", &self.roles.join(", "));
        fact("states", &states.to_string());
        fact("actions", &format!("{operations} operations, {events} events"));
        fact("conditions", &conditions.to_string());
        fact("effects", &effects.to_string());
        fact("offers", &offers.to_string());
        fact("situations", &grouped(*situations));
        page.gap();
        let widest = self.kinds.iter().map(|kind| columns(kind.name)).max().unwrap_or(0);
        let mut row = |style, first: &str, others: [&str; 4]| {
            let [states, operations, events, modes] = others;
            let first = format!("{first}{:gap$}", "", gap = (widest + 2).saturating_sub(columns(first)));
            page.put(style, &format!("{first}  {states:>6}  {operations:>10}  {events:>6}  {modes}")).end();
        };
        row(NAME, "Kinds", ["states", "operations", "events", "modes"]);
        for KindCard { name, states, operations, events, modes, .. } in &self.kinds {
            let [states, operations, events] = [states, operations, events].map(usize::to_string);
            row(PLAIN, &format!("  {name}"), [&states, &operations, &events, &modes.join(", ")]);
        }
    }
}

fn kinds(manifest: &Manifest) -> Vec<KindCard<'_>> {
    let offered = |kind: u8, class: ActionClass| {
        let has =
            |action: u8| manifest.offers.iter().any(|offer| offer.kind == kind && offer.action == action);
        let actions = (0..=u8::MAX).zip(&manifest.actions);
        actions.filter(|&(action, info)| info.class == class && has(action)).count()
    };
    let mode = |&index: &u8| manifest.modes.get(usize::from(index)).map(String::as_str);
    let kinds = (0..=u8::MAX).zip(&manifest.kinds);
    kinds
        .map(|(index, kind)| KindCard {
            name: &kind.name,
            title: &kind.title,
            modes: kind.modes.iter().filter_map(mode).collect(),
            states: kind.states.len(),
            operations: offered(index, ActionClass::Operation),
            events: offered(index, ActionClass::Event),
        })
        .collect()
}

fn counts(manifest: &Manifest) -> Counts {
    let of_class = |class| manifest.actions.iter().filter(|action| action.class == class).count();
    let situations = match Enumeration::new(manifest, u32::MAX) {
        Ok(enumeration) => enumeration.situations(),
        Err(too_many) => too_many.situations,
    };
    Counts {
        states: manifest.kinds.iter().map(|kind| kind.states.len()).sum(),
        operations: of_class(ActionClass::Operation),
        events: of_class(ActionClass::Event),
        conditions: manifest.conditions.len(),
        effects: manifest.effects.len(),
        offers: manifest.offers.len(),
        situations,
    }
}
