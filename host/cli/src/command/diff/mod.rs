//! `interlock diff`: what changed from one policy to another.

mod markdown;
mod text;

use std::convert::Infallible;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use interlock::Policy;
use interlock_analysis::Options;
use interlock_analysis::diff::{Class, Comparison, Diff as Exact, Review, sample};
use interlock_model::Request;

use crate::arguments::PolicyFile;
use crate::cache::Cache;
use crate::exit::Status;
use crate::failure::Failure;
use crate::page::{Page, print, print_json};
use crate::{policy, progress};
use interlock_checks as case_files;

/// Compare two policies: every decision that changed
///
/// The two are matched by names, not by numbers. Decisions are compared exactly, situation by situation, and what
/// is told as well. What a condition means does not show there, so both are also asked the same requests: every
/// case given, and small worlds made from what the policies say that their conditions read.
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Diff {
    /// Policy component to compare with; `builtin` is the one built in
    old: Named,
    /// Policy component that is compared; `builtin` is the one built in
    new: Named,
    /// Exit with 1 where one of these is found
    #[arg(long, value_name = "CLASS", value_delimiter = ',')]
    fail_on: Vec<FailOn>,
    /// Case files, or folders of them, whose requests both are asked
    #[arg(long, value_name = "PATH", num_args = 1..)]
    cases: Vec<PathBuf>,
    /// Text for people, JSON for programs, or Markdown for a review
    #[arg(long, value_enum, default_value_t)]
    format: DiffFormat,
}

const HELP: &str = "\
A file that is called `builtin` is named by a path, such as ./builtin.

Examples:
  interlock diff old.wasm new.wasm
  interlock diff builtin new.wasm --fail-on widened,sampled
  interlock diff builtin new.wasm --cases tests/cases --format markdown";

/// One of the two policies: a file, or the one built in.
#[derive(Clone, Debug)]
struct Named(Option<PathBuf>);

impl FromStr for Named {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self((text != "builtin").then(|| PathBuf::from(text))))
    }
}

impl Named {
    fn file(&self, cache: &Cache) -> PolicyFile {
        PolicyFile { path: self.0.clone(), precompiled: None, cache: cache.clone() }
    }

    fn load(&self, cache: &Cache) -> Result<Policy, Failure> {
        policy::load(&self.file(cache))
    }
}

/// What makes the program end with 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Refused or in doubt, and now allowed
    Widened,
    /// Allowed, and now refused or in doubt
    Narrowed,
    /// Refused or in doubt both times, for other reasons
    Reason,
    /// Allowed both times, with another next state or effect
    Effect,
    /// Offered where the old policy has no name for it
    New,
    /// No longer offered, for want of a name
    Gone,
    /// Told differently, and decides nothing
    Told,
    /// Another answer to a sample
    Sampled,
}

/// Who reads the comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    /// For people; colour on a terminal, unless NO_COLOR is set
    #[default]
    Text,
    /// For programs
    Json,
    /// For a review comment
    Markdown,
}

impl Diff {
    /// Prints what differs.
    pub(crate) fn run(&self, file: &PolicyFile) -> Result<Status, Failure> {
        for (given, option) in [(&file.path, "--policy"), (&file.precompiled, "--precompiled")] {
            if given.is_some() {
                return Err(Failure::Usage(format!("diff compares OLD and NEW; leave out {option}")));
            }
        }
        let (old, new) = progress::while_doing("loading the policies", || {
            Ok::<_, Failure>((self.old.load(&file.cache)?, self.new.load(&file.cache)?))
        })?;
        let requests = self.requests(&old, &new)?;
        let exact = {
            let options = Options::default();
            let (before, after) = (progress::ask(&old, &options)?, progress::ask(&new, &options)?);
            progress::while_doing("comparing", || Exact::new(&before, &after))
                .map_err(|error| Failure::Usage(error.to_string()))?
        };
        let sampled = progress::while_doing("asking samples", || sample(&old, &new, &requests, &|_| {}))
            .map_err(|error| Failure::Call(error.source))?;
        let comparison = Comparison { exact, sampled };
        match self.format {
            DiffFormat::Text => {
                let mut page = Page::new();
                let places = [&self.old, &self.new].map(|named| policy::place(&named.file(&file.cache)));
                text::draw(&mut page, &comparison, &Review::of(&comparison), &places);
                print(&page.finish())?;
            }
            DiffFormat::Json => print_json(&comparison)?,
            DiffFormat::Markdown => print(&markdown::write(&comparison, &Review::of(&comparison)))?,
        }
        let found = self.fail_on.iter().any(|&wanted| has(&comparison, wanted));
        Ok(if found { Status::Found } else { Status::Done })
    }

    /// The requests of the cases given. Cases may speak of what only one of the two has.
    fn requests(&self, old: &Policy, new: &Policy) -> Result<Vec<Request>, Failure> {
        if self.cases.is_empty() {
            return Ok(Vec::new());
        }
        let suite = case_files::read(&self.cases, new.manifest())
            .or_else(|failure| case_files::read(&self.cases, old.manifest()).map_err(|_| failure))?;
        let cases = suite.files.iter().flat_map(|loaded| loaded.file.cases());
        Ok(cases.map(|case| case.request.clone()).collect())
    }
}

fn has(comparison: &Comparison, wanted: FailOn) -> bool {
    let class = match wanted {
        FailOn::Widened => Class::Widened,
        FailOn::Narrowed => Class::Narrowed,
        FailOn::Reason => Class::Reason,
        FailOn::Effect => Class::Effect,
        FailOn::New => Class::New,
        FailOn::Gone => Class::Gone,
        FailOn::Told => return !comparison.exact.told.is_empty(),
        FailOn::Sampled => return !comparison.sampled.findings.is_empty(),
    };
    comparison.exact.count(class).cells > 0
}
