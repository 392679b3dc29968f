//! `interlock matrix`: the policy's rules as tables, from its manifest alone.

mod detail;
mod overview;

use clap::Args;
use interlock_analysis::sheet::{self, Sheet};
use interlock_model::Manifest;
use serde::Serialize;

use crate::arguments::{Format, Output, PolicyFile};
use crate::exit::Status;
use crate::failure::Failure;
use crate::page::{Page, print, print_json};
use crate::{names, policy};

/// Show the matrix: for each state and action, what it requires and where it leads
///
/// Without --kind, a table for each kind that shows where each action leads from each state. With
/// --kind, also what each action requires, what else follows, and where the rule comes from. The
/// JSON form has all of this for every cell.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Matrix {
    /// Kind to show in detail; all when absent
    #[arg(long)]
    kind: Option<String>,
    /// Mode to show; all when absent
    #[arg(long)]
    mode: Option<String>,
    #[command(flatten)]
    output: Output,
}

const EXAMPLES: &str = "\
Examples:
  interlock matrix --mode federated
  interlock matrix --kind backup";

impl Matrix {
    /// Prints the tables.
    pub(crate) fn run(&self, file: &PolicyFile) -> Result<Status, Failure> {
        let policy = policy::load(file)?;
        let manifest = policy.manifest();
        let view = self.view(manifest)?;
        match self.output.format {
            Format::Text => print(&self.draw(manifest, &view))?,
            Format::Json => print_json(&Document {
                policy: &manifest.name,
                version: &manifest.version,
                cells: view.iter().flat_map(|at| sheet::cells(manifest, *at)).collect(),
            })?,
        }
        Ok(Status::Done)
    }

    fn draw(&self, manifest: &Manifest, view: &[Sheet]) -> String {
        let mut page = Page::new();
        overview::draw(&mut page, manifest, view);
        if self.kind.is_some() {
            detail::draw(&mut page, manifest, view);
        }
        page.finish()
    }

    /// The sheets asked for, kind by kind.
    fn view(&self, manifest: &Manifest) -> Result<Vec<Sheet>, Failure> {
        let selection = names::selection(manifest, self.kind.as_deref(), self.mode.as_deref())?;
        Ok(selection.sheets(manifest))
    }
}

#[derive(Serialize)]
struct Document<'a> {
    policy: &'a str,
    version: &'a str,
    cells: Vec<sheet::Cell<'a>>,
}

#[cfg(test)]
mod tests {
    use interlock_analysis::sheet::Selection;

    use super::*;
    use crate::tests::door;

    fn check(kind: Option<&str>, mode: Option<&str>) -> String {
        let manifest = door();
        let matrix = Matrix {
            kind: kind.map(str::to_owned),
            mode: mode.map(str::to_owned),
            output: Output { format: Format::Text },
        };
        let view = matrix.view(&manifest).unwrap();
        anstream::adapter::strip_str(&matrix.draw(&manifest, &view)).to_string()
    }

    #[test]
    fn the_overview_tells_where_every_action_leads() {
        insta::assert_snapshot!(check(None, None));
    }

    #[test]
    fn the_detail_tells_what_every_action_requires() {
        insta::assert_snapshot!(check(Some("door"), None));
    }

    #[test]
    fn one_mode_shows_what_that_mode_has() {
        let text = check(Some("door"), Some("night"));
        assert!(!text.contains("day") && text.contains("break-in"), "{text}");
    }

    #[test]
    fn a_kind_that_the_mode_lacks_is_named_with_the_modes_that_have_it() {
        let manifest = door();
        let matrix = |kind: &str, mode: &str| Matrix {
            kind: Some(kind.to_owned()),
            mode: Some(mode.to_owned()),
            output: Output { format: Format::Text },
        };
        let failure = |kind, mode| matrix(kind, mode).view(&manifest).unwrap_err().line();
        assert_eq!(failure("bell", "night"), "mode `night` has no kind `bell`; it is in `day`");
        assert_eq!(failure("dor", "day"), "unknown kind `dor`; did you mean `door`?");
        assert_eq!(failure("door", "nigth"), "unknown mode `nigth`; did you mean `night`?");
    }

    #[test]
    fn json_has_one_cell_for_each_state_and_action_that_is_offered() {
        let manifest = door();
        let sheets = Selection::default().sheets(&manifest);
        let cells: Vec<_> = sheets.into_iter().flat_map(|at| sheet::cells(&manifest, at)).collect();
        insta::assert_snapshot!(serde_json::to_string_pretty(&cells[..2]).unwrap());
        let offered: usize = manifest.offers.iter().map(|offer| offer.from_states.len()).sum();
        assert_eq!(cells.len(), offered);
    }
}
