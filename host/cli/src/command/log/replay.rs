//! `interlock log replay`: recorded requests, decided again under another policy.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use interlock::{EvaluateError, Policy};
use interlock_analysis::words::{counted, grouped, joined, quoted};
use interlock_log::{Decided, Event, PolicyId, Problem, read};
use interlock_model::{Request, Verdict};
use serde::Serialize;

use super::{Records, unreadable};
use crate::arguments::{Format, Output, PolicyFile};
use crate::exit::{self, Status};
use crate::failure::Failure;
use crate::page::{BAD, DIM, DOUBT, GOOD, NAME, PLAIN, Page, print, print_json};
use crate::{policy, progress};

/// Decide recorded requests again under another policy, and tell what would differ
///
/// Only decisions whose whole request is in the log, unmasked, can be decided again. Verdicts, reasons, next states and
/// errors are compared. The exit code is 0 where nothing differs, 1 where something does.
#[derive(Args)]
#[command(arg_required_else_help = true, after_help = HELP)]
pub(crate) struct Replay {
    #[command(flatten)]
    records: Records,
    /// Only decisions of policies that were called so
    #[arg(long, value_name = "NAME")]
    of: Option<String>,
    #[command(flatten)]
    output: Output,
}

const HELP: &str = "\
Examples:
  interlock log replay decisions.jsonl --policy new.wasm
  interlock log replay /var/log/interlock --policy new.wasm --of backup --format json";

/// What came of it.
#[derive(Serialize)]
struct Replayed {
    /// The policy that decided again.
    policy: PolicyId,
    /// Decisions in the log.
    decisions: u64,
    /// How many of them were decided again.
    decided: u64,
    /// How many of those came out otherwise.
    differ: u64,
    /// How many have no whole request.
    without_request: u64,
    /// How many have one in which something is masked.
    masked: u64,
    /// How many are of other policies than those that were asked for.
    of_others: u64,
    /// How many were made and are not in the log.
    dropped: u64,
    differences: Vec<Difference>,
    /// What is wrong with the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem>,
}

/// Decisions about one kind and action that came out otherwise in the same way.
#[derive(Serialize)]
struct Difference {
    #[serde(flatten)]
    way: Way,
    count: u64,
    /// Codes that were among the reasons of some, and no longer are.
    reasons_gone: BTreeSet<String>,
    /// Codes that were not among the reasons of some, and now are.
    reasons_new: BTreeSet<String>,
    example: Example,
}

/// What decisions have in common that are told together.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Way {
    kind: String,
    action: String,
    class: Class,
    from: Answer,
    to: Answer,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Class {
    /// Not allowed, and now it is.
    Widened,
    /// Allowed, and no longer.
    Narrowed,
    /// Not allowed both times, for other reasons.
    Reason,
    /// Allowed both times, with another next state.
    NextState,
}

/// An answer in short.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
enum Answer {
    Allow {
        next_state: Option<String>,
    },
    Deny,
    Depends,
    /// No decision.
    Error {
        code: String,
    },
}

/// One of them.
#[derive(Serialize)]
struct Example {
    sequence: u64,
    decision_id: String,
    request: Request,
}

impl Replay {
    pub(super) fn run(&self, file: &PolicyFile) -> Result<Status, Failure> {
        let policy = policy::load(file)?;
        let replayed = progress::while_doing("deciding again", || self.replay(&policy))?;
        if let Some(problem) = &replayed.problem {
            exit::warn(&format!("the log is not whole: {problem}"));
        }
        if replayed.decided == 0 && replayed.decisions > 0 {
            exit::warn("nothing in the log can be decided again");
        }
        match self.output.format {
            Format::Text => {
                let mut page = Page::new();
                draw(&mut page, &replayed, &policy::place(file));
                print(&page.finish())?;
            }
            Format::Json => print_json(&replayed)?,
        }
        Ok(if replayed.differ == 0 { Status::Done } else { Status::Found })
    }

    fn replay(&self, policy: &Policy) -> Result<Replayed, Failure> {
        let (name, version, digest) =
            (policy.name().to_owned(), policy.version().to_owned(), policy.digest().to_owned());
        let mut replayed = Replayed {
            policy: PolicyId { name, version, digest },
            decisions: 0,
            decided: 0,
            differ: 0,
            without_request: 0,
            masked: 0,
            of_others: 0,
            dropped: 0,
            differences: Vec::new(),
            problem: None,
        };
        let mut differences = BTreeMap::new();
        let mut reader = read(&self.records.paths, self.records.extent()).map_err(unreadable)?;
        for record in &mut reader {
            let record = record.map_err(unreadable)?;
            match record.event {
                Event::Decision(decided) => {
                    self.decide(policy, record.sequence, *decided, &mut replayed, &mut differences);
                }
                Event::Dropped(dropped) => replayed.dropped += dropped.count,
                _ => {}
            }
        }
        replayed.problem = reader.report().problem;
        replayed.differences = differences.into_values().collect();
        Ok(replayed)
    }

    fn decide(
        &self,
        policy: &Policy,
        sequence: u64,
        decided: Decided<'static>,
        replayed: &mut Replayed,
        differences: &mut BTreeMap<Way, Difference>,
    ) {
        replayed.decisions += 1;
        if self.of.as_ref().is_some_and(|name| *name != decided.policy.name) {
            replayed.of_others += 1;
            return;
        }
        let Some(request) = &decided.request else {
            replayed.without_request += 1;
            return;
        };
        // Ids of requests and traces decide nothing.
        if decided.masked.iter().any(|path| !["request_id", "trace_id"].contains(&&**path)) {
            replayed.masked += 1;
            return;
        }
        replayed.decided += 1;
        let (to, now) = match policy.evaluate(request) {
            Ok(decision) => {
                let codes = decision.reasons.into_iter().map(|reason| reason.code).collect();
                (Answer::of(decision.verdict, decision.next_state), codes)
            }
            Err(EvaluateError::Request(error)) => {
                (Answer::Error { code: error.code().to_owned() }, BTreeSet::new())
            }
            Err(EvaluateError::Call(_)) => {
                (Answer::Error { code: "call-failed".to_owned() }, BTreeSet::new())
            }
        };
        let before: BTreeSet<String> = decided.reasons.iter().cloned().collect();
        let from = match (decided.verdict, &decided.error) {
            (Some(verdict), _) => Answer::of(verdict, decided.next_state.map(String::from)),
            (None, error) => Answer::Error { code: error.as_deref().unwrap_or_default().to_owned() },
        };
        let class = match (&from, &to) {
            _ if from == to && before == now => return,
            (Answer::Allow { .. }, Answer::Allow { .. }) => Class::NextState,
            (Answer::Allow { .. }, _) => Class::Narrowed,
            (_, Answer::Allow { .. }) => Class::Widened,
            _ => Class::Reason,
        };
        replayed.differ += 1;
        let (kind, action) = (request.target.kind.clone(), request.action.clone());
        let way = Way { kind, action, class, from, to };
        let difference = differences.entry(way.clone()).or_insert_with(|| Difference {
            way,
            count: 0,
            reasons_gone: BTreeSet::new(),
            reasons_new: BTreeSet::new(),
            example: Example {
                sequence,
                decision_id: decided.decision_id.clone().into_owned(),
                request: request.clone().into_owned(),
            },
        });
        difference.count += 1;
        difference.reasons_gone.extend(before.difference(&now).cloned());
        difference.reasons_new.extend(now.difference(&before).cloned());
    }
}

impl Answer {
    fn of(verdict: Verdict, next_state: Option<String>) -> Self {
        match verdict {
            Verdict::Allow => Self::Allow { next_state },
            Verdict::Deny => Self::Deny,
            Verdict::Depends => Self::Depends,
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Allow { .. } => "allowed".to_owned(),
            Self::Deny => "refused".to_owned(),
            Self::Depends => "in doubt".to_owned(),
            Self::Error { code } => format!("without a decision for {}", quoted(code)),
        }
    }
}

/// Columns that a class takes.
const HANG: usize = 14;

fn draw(page: &mut Page, replayed: &Replayed, place: &str) {
    let Replayed { policy, decided, differ, .. } = replayed;
    let style = if *differ == 0 { GOOD } else { BAD };
    page.put(style, &grouped(*differ))
        .put(PLAIN, &format!(" of {} would differ", counted(*decided, "decision")));
    page.end();
    page.entry(2, 8, (DIM, "under"), &format!("{} {}, {place}", policy.name, policy.version));
    page.entry(2, 8, (DIM, "log"), &counted(replayed.decisions, "decision"));
    for (count, what) in [
        (replayed.without_request, "without the whole request, not decided again"),
        (replayed.masked, "masked in part, not decided again"),
        (replayed.of_others, "of other policies, not decided again"),
        (replayed.dropped, "dropped, and not in the log"),
    ] {
        if count > 0 {
            page.paragraph(8, &format!("{} {what}", grouped(count)));
        }
    }
    let mut about = None;
    for difference in &replayed.differences {
        let way = &difference.way;
        let title = format!("{} {}", way.action, way.kind);
        if about.as_ref() != Some(&title) {
            page.gap();
            page.line(NAME, &title);
            about = Some(title);
        }
        let (style, class) = way.class.label();
        page.entry(2, HANG, (style, class), &what(difference));
        let Example { sequence, decision_id, request } = &difference.example;
        let count = counted(difference.count, "decision");
        page.paragraph(HANG, &format!("{count}, such as {decision_id} in record {sequence}:"));
        // As `interlock evaluate` takes it: not to be wrapped.
        let request = serde_json::to_string(request).unwrap_or_default();
        page.put(PLAIN, &" ".repeat(HANG)).put(DIM, &request).end();
    }
}

impl Class {
    fn label(self) -> (anstyle::Style, &'static str) {
        match self {
            Self::Widened => (GOOD, "widened"),
            Self::Narrowed => (BAD, "narrowed"),
            Self::Reason => (DOUBT, "reason"),
            Self::NextState => (DOUBT, "next state"),
        }
    }
}

/// What happened, as a clause: "allowed before, now refused because of `not-jammed`".
fn what(difference: &Difference) -> String {
    let Difference { way: Way { class, from, to, .. }, reasons_gone, reasons_new, .. } = difference;
    let codes =
        |codes: &BTreeSet<String>| joined(&codes.iter().map(|code| quoted(code)).collect::<Vec<_>>(), "and");
    let because = if reasons_new.is_empty() { "" } else { " because of " };
    match (class, from, to) {
        (Class::NextState, Answer::Allow { next_state: before }, Answer::Allow { next_state: now }) => {
            let state = |state: &Option<String>| state.as_deref().map_or("no state".to_owned(), quoted);
            format!("led to {} before, now to {}", state(before), state(now))
        }
        (Class::Narrowed, ..) => {
            format!("{} before, now {}{because}{}", from.words(), to.words(), codes(reasons_new))
        }
        (Class::Reason, ..) => {
            let mut parts = Vec::new();
            if from != to {
                parts.push(format!("{} before, now {}", from.words(), to.words()));
            }
            if !reasons_gone.is_empty() {
                parts.push(format!("{} no longer among the reasons", codes(reasons_gone)));
            }
            if !reasons_new.is_empty() {
                parts.push(format!("{} now among the reasons", codes(reasons_new)));
            }
            parts.join("; ")
        }
        _ => format!("{} before, now {}", from.words(), to.words()),
    }
}
