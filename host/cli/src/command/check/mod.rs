//! `interlock check`: the laws of a policy, on every situation.

mod report;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use interlock::{Engine, LoadError, Policy};
use interlock_analysis::authored::check_authored;
use interlock_analysis::{Options, check_grants};

use self::report::{Report, Section};
use crate::arguments::{Format, Output, PolicyFile};
use crate::exit::Status;
use crate::failure::Failure;
use crate::page::{Page, print, print_json};
use crate::{policy, progress};
use interlock_checks::LawsFile;

/// Check the laws of a policy on every situation
///
/// The built-in laws hold for any policy; those of a file are what the policy's author lays down. Each law that
/// is broken comes with its smallest counterexample.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Check {
    /// Policy component; as --policy, and the one built in when both are absent
    #[arg(conflicts_with = "path")]
    file: Option<PathBuf>,
    /// File of laws, as TOML; may be given several times
    #[arg(long, value_name = "FILE")]
    laws: Vec<PathBuf>,
    /// Most situations that the policy may have; one with more is refused
    #[arg(long, value_name = "NUMBER", default_value_t = Options::default().max_situations)]
    max_situations: u32,
    #[command(flatten)]
    output: Output,
}

const EXAMPLES: &str = "\
Examples:
  interlock check
  interlock check policy.wasm --laws laws.toml
  interlock check policy.wasm --laws laws.toml --format json";

impl Check {
    /// Prints what came of each law.
    pub(crate) fn run(&self, file: &PolicyFile) -> Result<Status, Failure> {
        let file = PolicyFile { path: self.file.clone().or_else(|| file.path.clone()), ..file.clone() };
        let laws = self.laws.iter().map(|path| LawsFile::read(path)).collect::<Result<Vec<_>, _>>()?;
        let report = match progress::while_doing("loading the policy", || self.load(&file)) {
            Ok(policy) => self.report(&policy, &laws)?,
            Err(Failure::Load { source: LoadError::Laws { broken }, .. }) => {
                Report::refused(&policy::place(&file), &broken)
            }
            Err(failure) => return Err(failure),
        };
        match self.output.format {
            Format::Text => {
                let option = match &file.path {
                    Some(path) => format!(" --policy {}", report::quoted(&path.display().to_string())),
                    None => String::new(),
                };
                let mut page = Page::new();
                report.draw(&mut page, &option);
                print(&page.finish())?;
            }
            Format::Json => print_json(&report)?,
        }
        Ok(if report.holds { Status::Done } else { Status::Found })
    }

    fn load(&self, file: &PolicyFile) -> Result<Policy, Failure> {
        // As long for each million situations as the engine gives to a million.
        let millions = self.max_situations.div_ceil(1_000_000).max(1);
        let engine = Engine::builder()
            .situations_per_policy(self.max_situations.into())
            .load_deadline(Duration::from_secs(30) * millions);
        // What an earlier check found is not what is asked for.
        policy::load_afresh(file, engine)
    }

    fn report(&self, policy: &Policy, files: &[LawsFile]) -> Result<Report, Failure> {
        let grants =
            progress::while_doing("asking for every role", || check_grants(policy)).map_err(Failure::Call)?;
        let mut sections = vec![Section::built_in(policy.report(), &grants)];
        if !files.is_empty() {
            let options = Options { max_situations: self.max_situations, ..Options::default() };
            let answers = progress::ask(policy, &options)?;
            for file in files {
                let reports =
                    check_authored(&file.laws, &answers).map_err(|error| Failure::law(file, &error))?;
                sections.push(Section::authored(file.name(), policy, &reports)?);
            }
        }
        Ok(Report::new(policy, sections))
    }
}
