//! `interlock export`: what a policy says as documentation, charts and data.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use interlock_analysis::{ExportFormat, export};

use crate::arguments::PolicyFile;
use crate::exit::Status;
use crate::failure::Failure;
use crate::page::print;
use crate::{names, policy};

/// Write what a policy says as documentation, charts or data
///
/// From the policy alone, and the same for the same policy, byte by byte.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Export {
    /// What to write
    #[arg(long, value_enum)]
    format: Form,
    /// Kind to write; all when absent
    #[arg(long)]
    kind: Option<String>,
    /// Mode to write; all when absent
    #[arg(long)]
    mode: Option<String>,
    /// File to write to; standard output when absent
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  interlock export --format html --output matrix.html
  interlock export --format mermaid --kind backup --mode federated";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Tables and Mermaid charts, for a page in a repository
    Markdown,
    /// One page that needs neither a network nor scripts
    Html,
    /// A Mermaid state chart for each kind and mode
    Mermaid,
    /// An XState version 5 machine for each kind and mode, with guards named by conditions
    Xstate,
    /// A row for each state, action and end
    Csv,
    /// The manifest; with --kind or --mode, without the offers and grants of others
    Json,
}

impl Export {
    /// Writes it.
    pub(crate) fn run(&self, file: &PolicyFile) -> Result<Status, Failure> {
        let policy = policy::load(file)?;
        let manifest = policy.manifest();
        let selection = names::selection(manifest, self.kind.as_deref(), self.mode.as_deref())?;
        let text = export(manifest, self.format.into(), selection);
        match &self.output {
            None => print(&text)?,
            Some(path) => std::fs::write(path, text)
                .map_err(|source| Failure::Write { place: format!("`{}`", path.display()), source })?,
        }
        Ok(Status::Done)
    }
}

impl From<Form> for ExportFormat {
    fn from(form: Form) -> Self {
        match form {
            Form::Markdown => Self::Markdown,
            Form::Html => Self::Html,
            Form::Mermaid => Self::Mermaid,
            Form::Xstate => Self::Xstate,
            Form::Csv => Self::Csv,
            Form::Json => Self::Json,
        }
    }
}

#[cfg(test)]
mod tests {
    use interlock_analysis::sheet::Selection;

    use super::*;
    use crate::tests::door;

    fn check(format: ExportFormat) -> String {
        export(&door(), format, Selection::default())
    }

    #[test]
    fn markdown_tells_modes_apart_where_they_differ() {
        insta::assert_snapshot!(check(ExportFormat::Markdown));
    }

    #[test]
    fn html_tells_the_same_with_a_drawing() {
        insta::assert_snapshot!(check(ExportFormat::Html));
    }

    #[test]
    fn mermaid_tells_what_chooses_among_several_states() {
        let chart = check(ExportFormat::Mermaid);
        assert!(chart.contains("closed --> open : push [wants-open]\n"), "{chart}");
        assert!(chart.contains("closed --> closed : push [not wants-open]\n"), "{chart}");
    }

    #[test]
    fn an_end_that_is_chosen_and_may_not_be_taken_forbids() {
        let machines: serde_json::Value = serde_json::from_str(&check(ExportFormat::Xstate)).unwrap();
        let ways = &machines["machines"][0]["config"]["states"]["closed"]["on"]["push"];
        insta::assert_snapshot!(serde_json::to_string_pretty(ways).unwrap());
    }

    #[test]
    fn csv_has_what_an_end_requires_besides() {
        insta::assert_snapshot!(check(ExportFormat::Csv));
    }
}
