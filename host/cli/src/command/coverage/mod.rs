//! `interlock coverage`: what cases show of a policy.

mod html;
mod infeasible;
mod report;
mod samples;
mod stubs;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use interlock_analysis::Options;
use interlock_analysis::coverage::{Coverage as Count, InfeasibleList, Measure};

use crate::arguments::PolicyFile;
use crate::exit::Status;
use crate::failure::Failure;
use crate::page::{print, print_json};
use crate::{policy, progress};
use interlock_checks as case_files;

/// Count what case files show of a policy
///
/// A cell is an action from a state in which it is offered; it is shown when it is allowed and when it
/// is refused. A condition of a cell is shown to decide when two cases differ in it alone, and in the
/// outcome. What no request can produce is listed in a file, with its reason, and does not count.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Coverage {
    /// Case files, and folders of them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// What no request can produce, and why
    #[arg(long, value_name = "FILE")]
    infeasible: Option<PathBuf>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Exit with 1 if less than this is shown of the cells, the conditions, the transitions or the effects
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    fail_under: Option<f64>,
    /// Write cases for what is missing into this folder, to be reviewed
    #[arg(long, value_name = "DIR")]
    write_stubs: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  interlock coverage tests/cases --infeasible tests/cases/infeasible.toml --fail-under 100
  interlock coverage cases --policy policy.wasm --format html > coverage.html
  interlock coverage cases --write-stubs stubs";

/// Who reads the result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people; colour on a terminal, unless NO_COLOR is set
    #[default]
    Text,
    /// For programs
    Json,
    /// One page that needs nothing else, with the matrix coloured
    Html,
}

impl Coverage {
    /// Counts, and prints what came of it.
    pub(crate) fn run(&self, file: &PolicyFile) -> Result<Status, Failure> {
        let policy = policy::load(file)?;
        let suite = case_files::read(&self.paths, policy.manifest())?;
        let samples = samples::observe(&suite, &policy)?;
        let list = match &self.infeasible {
            Some(path) => infeasible::read(path)?,
            None => InfeasibleList::default(),
        };
        let answers = progress::ask(&policy, &Options::default())?;
        let mut count = Count::count(&answers, &samples.samples);
        count.excuse(&list).map_err(|error| infeasible::wrong(self.infeasible.as_deref(), &error))?;
        let report = report::Report { policy: &policy, count: &count, list: &list, samples: &samples };
        match self.format {
            Format::Text => print(&report.text())?,
            Format::Json => print_json(&report.document())?,
            Format::Html => print(&html::page(&report))?,
        }
        if let Some(folder) = &self.write_stubs {
            let count = stubs::write(folder, &suite, &policy, &answers, &count, &samples)?;
            if self.format == Format::Text {
                print(&report::stubs(folder, &count))?;
            }
        }
        // Roles share their grants: most that one is granted is shown by another.
        let counts = Measure::ALL.into_iter().filter(|&measure| measure != Measure::Roles);
        let least = counts.map(|measure| count.tally(measure).percent()).fold(100.0, f64::min);
        Ok(if self.fail_under.is_none_or(|wanted| least >= wanted) { Status::Done } else { Status::Found })
    }
}

fn percent(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(percent),
        _ => Err("write a number from 0 to 100".to_owned()),
    }
}
