//! `interlock options`: everything that may be done, and why the rest may not.

use anstyle::Style;
use clap::Args;
use interlock::{EvaluateError, Policy};
use interlock_model::{Answer, Cause, Decision, Manifest, Observation, Request, SurveyQuery, Verdict, World};
use serde::Serialize;

use crate::arguments::{Format, Output, PolicyFile, TargetName};
use crate::command::decision;
use crate::command::evaluate::evaluate;
use crate::command::question::Site;
use crate::exit::Status;
use crate::failure::Failure;
use crate::grid::{Grid, Row};
use crate::page::{BAD, DIM, DOUBT, GOOD, NAME, PLAIN, Page, columns, print, print_json};
use crate::{names, policy};

/// Show every operation on a resource, or on all resources of a kind, with its verdict
#[derive(Args)]
#[command(arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct Options {
    #[command(flatten)]
    site: Site,
    /// Resource to ask about; with --set, one that is yet to be made
    #[arg(long, value_name = "KIND/ID", conflicts_with = "kind")]
    target: Option<TargetName>,
    /// Kind of which to show all resources, as a table
    #[arg(long, conflicts_with = "attributes")]
    kind: Option<String>,
    /// Mode to decide in, in place of the world's own
    #[arg(long)]
    mode: Option<String>,
    #[command(flatten)]
    output: Output,
}

const EXAMPLES: &str = "\
Examples:
  interlock options --world site.json --as user-17 --target backup/nightly-42
  interlock options --world site.json --as user-17 --kind backup";

impl Options {
    /// Prints the options of one target, or a table.
    pub(crate) fn run(&self, file: &PolicyFile) -> Result<Status, Failure> {
        let policy = policy::load(file)?;
        let world = self.site.read(policy.manifest(), self.mode.as_deref())?;
        match (&self.target, &self.kind) {
            (Some(target), _) => self.show_target(&policy, &world, target)?,
            (None, Some(kind)) => self.show_kind(&policy, &world, kind)?,
            (None, None) => return Err(Failure::Usage("give --target or --kind".to_owned())),
        }
        Ok(Status::Done)
    }

    fn show_target(&self, policy: &Policy, world: &World, target: &TargetName) -> Result<(), Failure> {
        let manifest = policy.manifest();
        let mode = names::mode(manifest, &world.mode)?;
        let kind = names::kind_in_mode(manifest, &target.kind, mode)?;
        if world.resource(&target.kind, &target.id).is_none() && self.site.attributes.is_empty() {
            return Err(names::unknown_target(world, target));
        }
        let mut request = self.site.request_of(manifest, world, "", target)?;
        let mut options = Vec::new();
        for action in operations(manifest, mode, kind) {
            action.clone_into(&mut request.action);
            options.push(TargetOption { action, decision: evaluate(policy, &request)? });
        }
        match self.output.format {
            Format::Text => {
                let mut page = Page::new();
                draw_target(&mut page, manifest, &request, &options);
                print(&page.finish())
            }
            Format::Json => print_json(&TargetOptions {
                mode: &request.mode,
                subject: request.subject.as_ref().map(|subject| &*subject.id),
                target: &request.target,
                options,
            }),
        }
    }

    fn show_kind(&self, policy: &Policy, world: &World, kind: &str) -> Result<(), Failure> {
        let manifest = policy.manifest();
        let mode = names::mode(manifest, &world.mode)?;
        let kind_index = names::kind_in_mode(manifest, kind, mode)?;
        let parameters = crate::arguments::attributes(&self.site.parameters);
        let query = world
            .survey(self.site.subject.as_deref(), kind, Vec::new(), &parameters)
            .map_err(|source| Failure::World { place: self.site.world.to_string(), source })?;
        let answers = survey(policy, &query)?;
        let table = Table {
            mode: &query.mode,
            subject: query.subject.as_ref().map(|subject| &*subject.id),
            kind,
            resources: rows(manifest, mode, kind_index, &query.targets, &answers),
        };
        match self.output.format {
            Format::Text => {
                let mut page = Page::new();
                draw_table(&mut page, &table);
                print(&page.finish())
            }
            Format::Json => print_json(&table),
        }
    }
}

/// What may be done to one resource.
#[derive(Serialize)]
struct TargetOptions<'a> {
    mode: &'a str,
    subject: Option<&'a str>,
    target: &'a Observation,
    options: Vec<TargetOption<'a>>,
}

#[derive(Serialize)]
struct TargetOption<'a> {
    action: &'a str,
    decision: Decision,
}

/// What may be done to the resources of a kind.
#[derive(Serialize)]
struct Table<'a> {
    mode: &'a str,
    subject: Option<&'a str>,
    kind: &'a str,
    resources: Vec<TableRow<'a>>,
}

#[derive(Serialize)]
struct TableRow<'a> {
    id: &'a str,
    state: &'a str,
    options: Vec<TableOption<'a>>,
}

#[derive(Serialize)]
struct TableOption<'a> {
    action: &'a str,
    verdict: Verdict,
    cause: Cause,
    /// Codes of conditions.
    reasons: Vec<&'a str>,
}

fn operations(manifest: &Manifest, mode: u8, kind: u8) -> Vec<&str> {
    let name = |action: u8| manifest.actions.get(usize::from(action)).map(|info| &*info.name);
    manifest.operations(mode, kind).into_iter().filter_map(name).collect()
}

fn survey(policy: &Policy, query: &SurveyQuery) -> Result<Vec<Answer>, Failure> {
    policy.survey(query).map_err(|error| match (error, query.targets.split_first()) {
        (EvaluateError::Request(error), Some((first, others))) => {
            let request = Request {
                mode: query.mode.clone(),
                subject: query.subject.clone(),
                action: String::new(),
                target: first.clone(),
                related: others.iter().chain(&query.related).cloned().collect(),
                parameters: query.parameters.clone(),
                coverage: query.coverage,
            };
            Failure::Request(names::with_suggestion(policy.manifest(), &request, error))
        }
        (error, _) => Failure::from(error),
    })
}

fn rows<'a>(
    manifest: &'a Manifest,
    mode: u8,
    kind: u8,
    targets: &'a [Observation],
    answers: &[Answer],
) -> Vec<TableRow<'a>> {
    let operations = operations(manifest, mode, kind);
    let mut rows: Vec<TableRow<'a>> = targets
        .iter()
        .map(|target| TableRow { id: &target.id, state: &target.state, options: Vec::new() })
        .collect();
    for answer in answers {
        let place = |index: u32| usize::try_from(index).unwrap_or(usize::MAX);
        if let (Some(row), Some(&action)) =
            (rows.get_mut(place(answer.target)), operations.get(place(answer.action)))
        {
            let reasons = codes(manifest, mode, kind, action, answer.reasons);
            row.options.push(TableOption { action, verdict: answer.verdict, cause: answer.cause, reasons });
        }
    }
    rows
}

/// Codes of the conditions that a mask of an offer stands for.
fn codes<'a>(manifest: &'a Manifest, mode: u8, kind: u8, action: &str, mask: u32) -> Vec<&'a str> {
    let offer = manifest.action(action).and_then(|action| manifest.offer(mode, kind, action));
    let conditions = offer.map_or(&[][..], |offer| &offer.conditions);
    let set = conditions.iter().enumerate().filter(|&(bit, _)| bit < 32 && mask & (1 << bit) != 0);
    set.filter_map(|(_, &index)| manifest.conditions.get(usize::from(index)))
        .map(|info| &*info.code)
        .collect()
}

fn draw_target(page: &mut Page, manifest: &Manifest, request: &Request, options: &[TargetOption<'_>]) {
    let target = &request.target;
    page.put(NAME, &format!("{} {}", target.kind, target.id));
    page.put(PLAIN, &format!(" ({}), ", target.state)).put(DIM, &decision::asked(request)).end();
    let (elsewhere, here): (Vec<_>, Vec<_>) =
        options.iter().partition(|option| is_elsewhere(&option.decision));
    page.gap();
    for TargetOption { action, decision } in here {
        page.put(decision::style(decision.verdict), &format!("{:<9}", decision.verdict.as_str()));
        page.put(NAME, action);
        match &decision.next_state {
            Some(next) if *next != target.state => page.put(PLAIN, &format!(" → {next}")).end(),
            _ => page.end(),
        }
        decision::draw_reasons(page, decision);
    }
    if !elsewhere.is_empty() {
        page.gap();
        page.put(DIM, "not from ").put(PLAIN, &target.state).end();
    }
    let widest = elsewhere.iter().map(|option| columns(option.action)).max().unwrap_or(0);
    for TargetOption { action, .. } in elsewhere {
        let states = states_of(manifest, request, action);
        page.entry(2, widest + 4, (PLAIN, action), &format!("from {}", states.join(", ")));
    }
}

/// Whether an action is refused only because the target is in the wrong state.
fn is_elsewhere(decision: &Decision) -> bool {
    decision.reasons.iter().any(|reason| reason.code == Cause::NotFromState.as_str())
}

/// States from which an action is offered.
fn states_of<'a>(manifest: &'a Manifest, request: &Request, action: &str) -> Vec<&'a str> {
    let find = || {
        let kind = manifest.kind(&request.target.kind)?;
        let offer = manifest.offer(manifest.mode(&request.mode)?, kind, manifest.action(action)?)?;
        let states = &manifest.kinds.get(usize::from(kind))?.states;
        Some(
            offer
                .from_states
                .iter()
                .filter_map(|&state| states.get(usize::from(state)))
                .map(|info| &*info.name),
        )
    };
    find().map(Iterator::collect).unwrap_or_default()
}

fn draw_table(page: &mut Page, table: &Table<'_>) {
    let asker = table.subject.unwrap_or("nobody");
    page.put(NAME, table.kind).put(PLAIN, &format!(" ({}), ", table.resources.len()));
    page.put(DIM, &format!("asked by {asker} in {} mode", table.mode)).end();
    let Some(first) = table.resources.first() else { return };
    let is_offered = |column: &usize| {
        table
            .resources
            .iter()
            .any(|row| row.options.get(*column).is_some_and(|option| option.cause != Cause::NotFromState))
    };
    let (shown, left_out): (Vec<usize>, Vec<usize>) = (0..first.options.len()).partition(is_offered);
    let name = |column: &usize| first.options[*column].action;
    let row = |row: &TableRow<'_>| Row {
        labels: vec![row.id.to_owned(), row.state.to_owned()],
        marks: shown.iter().filter_map(|&column| row.options.get(column)).map(mark).collect(),
    };
    page.gap();
    Grid {
        headings: shown.iter().map(|column| name(column).to_owned()).collect(),
        rows: table.resources.iter().map(row).collect(),
    }
    .draw(page);
    page.gap();
    page.put(PLAIN, "  ").put(GOOD, "✓").put(PLAIN, " allow  ").put(BAD, "✗").put(PLAIN, " deny  ");
    page.put(DOUBT, "?").put(PLAIN, " depends  ").put(DIM, "·").put(PLAIN, " not from this state").end();
    if !left_out.is_empty() {
        let actions: Vec<&str> = left_out.iter().map(name).collect();
        page.entry(2, 4, (PLAIN, "from none of these states:"), &actions.join(", "));
    }
    draw_why_not(page, table, &shown);
}

fn mark(option: &TableOption<'_>) -> (Style, String) {
    let (style, mark) = match (option.cause, option.verdict) {
        (Cause::NotFromState, _) => (DIM, "·"),
        (_, Verdict::Allow) => (GOOD, "✓"),
        (_, Verdict::Deny) => (BAD, "✗"),
        (_, Verdict::Depends) => (DOUBT, "?"),
    };
    (style, mark.to_owned())
}

/// For each operation that some resource is refused, the conditions in the way and how often each is.
fn draw_why_not(page: &mut Page, table: &Table<'_>, shown: &[usize]) {
    let mut lines = Vec::new();
    for &column in shown {
        for (verdict, word) in [(Verdict::Deny, "✗"), (Verdict::Depends, "?")] {
            let options = table.resources.iter().filter_map(|row| row.options.get(column));
            let mut counts: Vec<(&str, usize)> = Vec::new();
            let mut action = "";
            for option in options.filter(|option| option.verdict == verdict) {
                action = option.action;
                for &code in &option.reasons {
                    match counts.iter_mut().find(|(known, _)| *known == code) {
                        Some((_, count)) => *count += 1,
                        None => counts.push((code, 1)),
                    }
                }
            }
            if !counts.is_empty() {
                let codes: Vec<String> =
                    counts.iter().map(|(code, count)| format!("{code} ({count})")).collect();
                lines.push((decision::style(verdict), format!("{word} {action}"), codes.join(", ")));
            }
        }
    }
    if lines.is_empty() {
        return;
    }
    page.gap();
    page.line(DIM, "  why not, and for how many");
    let widest = lines.iter().map(|(_, label, _)| columns(label)).max().unwrap_or(0);
    for (style, label, codes) in lines {
        page.entry(2, widest + 4, (style, &label), &codes);
    }
}
