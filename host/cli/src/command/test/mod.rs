//! `interlock test`: cases against a policy.

mod junit;
mod report;
mod run;
mod watch;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::arguments::PolicyFile;
use crate::exit::Status;
use crate::failure::Failure;
use crate::page::{print, print_json};
use crate::policy;
use interlock_checks as case_files;
use run::Run;

/// Run case files against a policy, and show how answers differ from what is wanted
///
/// A case is a request with the answer that is wanted of it. Files beside a `cast.json` speak of its
/// subjects and resources by name. Files that ask a policy of another name are skipped.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Test {
    /// Case files, and folders of them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Run only cases with this text in their file or name
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Run again whenever a case file or the policy changes, until interrupted
    #[arg(long)]
    watch: bool,
}

const EXAMPLES: &str = "\
Examples:
  interlock test tests/cases
  interlock test cases --policy policy.wasm --filter delete --watch
  interlock test cases --format junit > cases.xml";

/// Who reads the result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people; colour on a terminal, unless NO_COLOR is set
    #[default]
    Text,
    /// For programs
    Json,
    /// XML, as CI servers read it
    Junit,
}

impl Test {
    /// Runs the cases and prints what came of them.
    pub(crate) fn run(&self, policy: &PolicyFile) -> Result<Status, Failure> {
        if self.watch { watch::run(self, policy) } else { self.run_once(policy) }
    }

    fn run_once(&self, file: &PolicyFile) -> Result<Status, Failure> {
        let policy = policy::load(file)?;
        let suite = case_files::read(&self.paths, policy.manifest())?;
        let run = Run::of(&suite, &policy, self.filter.as_deref())?;
        match self.format {
            Format::Text => print(&report::text(&run))?,
            Format::Json => print_json(&report::Document::of(&run))?,
            Format::Junit => print(&junit::xml(&run))?,
        }
        Ok(if run.failed() == 0 { Status::Done } else { Status::Found })
    }
}
