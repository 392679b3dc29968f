use interlock_analysis::cases::Difference;
use interlock_model::Request;
use serde::Serialize;
use serde_json::Value;

use super::run::Run;
use crate::page::{BAD, DIM, DOUBT, GOOD, NAME, PLAIN, Page};

/// What came of the cases, for people: failures with their differences, then counts.
pub(super) fn text(run: &Run<'_>) -> String {
    let mut page = Page::new();
    for (loaded, cases) in &run.files {
        let mut failed = cases.iter().filter(|ran| !ran.differences.is_empty()).peekable();
        if failed.peek().is_some() {
            page.gap();
            page.line(NAME, &loaded.name);
        }
        for ran in failed {
            page.gap();
            page.entry(2, 8, (BAD, "fails"), &format!("{}, line {}", ran.case, ran.case.line));
            for difference in &ran.differences {
                draw(&mut page, difference);
            }
        }
    }
    page.gap();
    for (name, policy) in run.skipped {
        page.line(DIM, &format!("{name} asks policy {policy}: skipped"));
    }
    let (total, failed) = (run.total(), run.failed());
    let (style, word) = if failed == 0 { (GOOD, "all as wanted") } else { (BAD, "not all as wanted") };
    page.put(style, word);
    page.put(
        PLAIN,
        &format!(": {} answered as wanted, {failed} otherwise; {}", count(total - failed), run.policy),
    );
    page.end();
    if run.to_review() > 0 {
        page.line(DOUBT, &format!("{} still to be reviewed", count(run.to_review())));
    }
    page.finish()
}

/// `one case`, `2 cases`.
fn count(cases: usize) -> String {
    if cases == 1 { "1 case".to_owned() } else { format!("{cases} cases") }
}

fn draw(page: &mut Page, Difference { field, wanted, got }: &Difference) {
    page.put(PLAIN, "        ").put(NAME, field).end();
    page.entry(10, 18, (GOOD, "wanted"), &plain(wanted));
    page.entry(10, 18, (BAD, "got"), &plain(got));
}

/// A value in a line: lists by their items, nothing as a word.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// What came of the cases, for programs.
#[derive(Serialize)]
pub(super) struct Document<'r> {
    policy: &'r str,
    /// Cases that were run.
    cases: usize,
    passed: usize,
    failed: usize,
    /// Of those that were run, how many are still to be reviewed.
    to_review: usize,
    /// Files that ask another policy.
    skipped: Vec<Skipped<'r>>,
    failures: Vec<Failed<'r>>,
}

#[derive(Serialize)]
struct Skipped<'r> {
    file: &'r str,
    policy: &'r str,
}

#[derive(Serialize)]
struct Failed<'r> {
    file: &'r str,
    line: usize,
    case: &'r str,
    differences: &'r [Difference],
    /// As `interlock evaluate` reads it.
    request: &'r Request,
}

impl<'r> Document<'r> {
    pub(super) fn of(run: &'r Run<'_>) -> Self {
        let failures: Vec<Failed<'_>> = run
            .cases()
            .filter(|(_, ran)| !ran.differences.is_empty())
            .map(|(loaded, ran)| Failed {
                file: &loaded.name,
                line: ran.case.line,
                case: &ran.case.name,
                differences: &ran.differences,
                request: &ran.case.request,
            })
            .collect();
        Self {
            policy: &run.policy,
            cases: run.total(),
            passed: run.total() - failures.len(),
            failed: failures.len(),
            to_review: run.to_review(),
            skipped: run.skipped.iter().map(|(file, policy)| Skipped { file, policy }).collect(),
            failures,
        }
    }
}
