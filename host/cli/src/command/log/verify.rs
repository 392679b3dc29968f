//! `interlock log verify`: whether a record was changed, is missing or was cut.

use clap::Args;
use interlock_analysis::words::{counted, grouped};
use interlock_log::{CheckedFile, RecordHash, Report, verify_noted};
use serde::Serialize;

use super::{Records, unreadable};
use crate::arguments::{Format, Output};
use crate::exit::Status;
use crate::failure::Failure;
use crate::page::{BAD, DIM, DOUBT, GOOD, PLAIN, Page, columns, print, print_json};
use crate::progress;

/// Find the first record that was changed, is missing or was cut
///
/// Every record names the hash of the one before, and the log's head tells where it ends. The exit code is 0 where the
/// log is whole, 1 where it is not.
#[derive(Args)]
#[command(arg_required_else_help = true, after_help = HELP)]
pub(crate) struct Verify {
    #[command(flatten)]
    records: Records,
    /// Hash of a record, noted elsewhere, that the log must have: one that was written anew has not
    #[arg(long, value_name = "HASH")]
    noted: Vec<RecordHash>,
    #[command(flatten)]
    output: Output,
}

const HELP: &str = "\
Examples:
  interlock log verify decisions.jsonl
  interlock log verify /var/log/interlock --format json
  interlock log verify --part decisions-000000000001.jsonl";

/// What is printed for programs.
#[derive(Serialize)]
struct Verified<'r> {
    whole: bool,
    #[serde(flatten)]
    report: &'r Report,
}

impl Verify {
    pub(super) fn run(&self) -> Result<Status, Failure> {
        let Records { paths, .. } = &self.records;
        let report =
            progress::while_doing("verifying", || verify_noted(paths, self.records.extent(), &self.noted))
                .map_err(unreadable)?;
        let whole = report.is_whole();
        match self.output.format {
            Format::Text => {
                let mut page = Page::new();
                draw(&mut page, &report);
                print(&page.finish())?;
            }
            Format::Json => print_json(&Verified { whole, report: &report })?,
        }
        Ok(if whole { Status::Done } else { Status::Found })
    }
}

fn draw(page: &mut Page, report: &Report) {
    let read = format!(
        "{} in {}, {}",
        counted(report.records, "record"),
        counted(report.files.len() as u64, "file"),
        counted(report.decisions, "decision")
    );
    match &report.problem {
        None => page.entry(0, 11, (GOOD, "whole"), &read),
        Some(problem) => {
            page.entry(0, 11, (BAD, "not whole"), &problem.to_string());
            page.entry(2, 11, (DIM, "read"), &format!("{read}, up to there"));
        }
    }
    let names: Vec<String> = report.files.iter().map(|file| file.path.display().to_string()).collect();
    let width = names.iter().map(|name| columns(name)).max().unwrap_or(0);
    for (name, file) in names.iter().zip(&report.files) {
        let pad = " ".repeat(width - columns(name));
        page.put(PLAIN, "  ").put(PLAIN, name).put(PLAIN, &pad).put(DIM, &format!("  {}", span(file))).end();
    }
    if let Some(head) = report.head {
        page.put(DIM, "  last record ").put(PLAIN, &grouped(head.sequence));
        page.put(DIM, " has hash ").put(PLAIN, &head.hash.to_string()).end();
    }
    for note in &report.notes {
        page.entry(2, 11, (DOUBT, "note"), &note.to_string());
    }
}

fn span(file: &CheckedFile) -> String {
    match (file.first, file.last) {
        (Some(first), Some(last)) => format!("records {} to {}", grouped(first), grouped(last)),
        _ => "no record".to_owned(),
    }
}
