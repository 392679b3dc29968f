//! `interlock apply`: what an action leads to, and the world with the target's change made.

use std::path::PathBuf;

use clap::Args;
use interlock_model::{ABSENT, Decision, Observation, Verdict};
use serde::Serialize;

use crate::arguments::{Format, Input, Output, PolicyFile, TargetName};
use crate::command::decision;
use crate::command::evaluate::evaluate;
use crate::command::question::Site;
use crate::exit::Status;
use crate::failure::Failure;
use crate::page::{DIM, NAME, PLAIN, Page, print, print_json};
use crate::{policy, world_file};

/// Show what an action leads to, and write the target's change into the world
///
/// Only the target changes: it is added, its state is changed, or it is removed when its next state
/// is `absent`. Other effects are reported, not performed. An action that is not allowed changes
/// nothing; the exit code tells the verdict: 0 allow, 1 deny, 2 depends.
#[derive(Args)]
#[command(arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct Apply {
    #[command(flatten)]
    site: Site,
    /// Action to take
    #[arg(long)]
    action: String,
    /// Resource to act on; one that the world does not have is one yet to be made
    #[arg(long, value_name = "KIND/ID")]
    target: TargetName,
    /// Write the changed world into its file, whole or not at all
    #[arg(long)]
    write: bool,
    #[command(flatten)]
    output: Output,
}

const EXAMPLES: &str = "\
Examples:
  interlock apply --world site.json --as user-17 --action delete --target backup/nightly-42 --write
  interlock apply --world site.json --action validation-failed --target backup-location/blob-eu";

impl Apply {
    /// Prints decision and change, and writes the world when asked to.
    pub(crate) fn run(&self, file: &PolicyFile) -> Result<Status, Failure> {
        let path = self.file_to_write()?;
        let policy = policy::load(file)?;
        let mut world = self.site.read(policy.manifest(), None)?;
        let request = self.site.request(policy.manifest(), &world, &self.action, &self.target)?;
        let decision = evaluate(&policy, &request)?;
        let mut written = None;
        if let (Some(path), Some(next)) = (path, &decision.next_state)
            && world.apply(&request.target, next).is_ok()
        {
            world_file::write(path, &world)?;
            written = Some(path);
        }
        let verdict = decision.verdict;
        match self.output.format {
            Format::Text => {
                let mut page = Page::new();
                decision::draw(&mut page, &request, &decision);
                if verdict == Verdict::Allow {
                    draw_fate(&mut page, &request.target, &decision, written);
                }
                print(&page.finish())?;
            }
            Format::Json => {
                let resource = after(&request.target, &decision);
                print_json(&Applied { decision, resource, written: written.is_some() })?;
            }
        }
        Ok(Status::Decided(verdict))
    }

    fn file_to_write(&self) -> Result<Option<&PathBuf>, Failure> {
        match (&self.site.world, self.write) {
            (_, false) => Ok(None),
            (Input::File(path), true) => Ok(Some(path)),
            (_, true) => Err(Failure::Usage("--write needs a --world that is a file".to_owned())),
        }
    }
}

/// What came of an action.
#[derive(Serialize)]
struct Applied {
    decision: Decision,
    /// The target afterwards: none when it is gone, or when nothing was allowed.
    resource: Option<Observation>,
    written: bool,
}

fn after(target: &Observation, decision: &Decision) -> Option<Observation> {
    let state = decision.next_state.clone().filter(|next| next != ABSENT)?;
    Some(Observation { state, ..target.clone() })
}

fn draw_fate(page: &mut Page, target: &Observation, decision: &Decision, written: Option<&PathBuf>) {
    if !decision.effects.is_empty() {
        page.line(DIM, "  effects are reported, not performed");
    }
    let fate = match (after(target, decision), target.state == ABSENT) {
        (Some(_), true) => "added to",
        (Some(_), false) => "changed in",
        (None, _) => "removed from",
    };
    match written {
        Some(path) => page
            .put(NAME, "  written")
            .put(PLAIN, &format!(": {} {} {fate} {}", target.kind, target.id, path.display()))
            .end(),
        None => page.line(DIM, "  nothing is written; --write writes the world"),
    }
}
