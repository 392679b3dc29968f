//! The comparison as a review comment.

use interlock_analysis::diff::{Comparison, Count, Review, ReviewedFinding, Telling};
use interlock_analysis::words::{grouped, joined};

use crate::page::printable;

pub(super) fn write(comparison: &Comparison, review: &Review) -> String {
    let exact = &comparison.exact;
    let mut text = String::new();
    let mut line = |line: &str| {
        text.push_str(&printable(line));
        text.push('\n');
    };
    let (old, new) = (&exact.old, &exact.new);
    line(&format!("## {} {} to {} {}", code(&old.name), old.version, code(&new.name), new.version));
    line("");
    line("### Decisions, compared exactly");
    line("");
    line(&review.compared);
    line("");
    line("| Change | Cells | Situations | Share |");
    line("|---|--:|--:|--:|");
    for class in &review.classes {
        let Count { cells, situations } = class.count;
        let (cells, situations) = (grouped(cells), grouped(situations));
        line(&format!("| {} | {cells} | {situations} | {} |", class.title, class.share));
    }
    line("");
    for group in &review.groups {
        let list = |names: &[String]| joined(&names.iter().map(|name| code(name)).collect::<Vec<_>>(), "and");
        let (states, modes) = (list(&group.states), list(&group.modes));
        line(&format!("- {} {} from {states} in {modes}", code(&group.action), code(&group.kind)));
        for change in &group.changes {
            line(&format!(
                "  - **{}**: {}, {} ({})",
                change.class.name(),
                change.what,
                change.places,
                change.size
            ));
        }
    }
    line("");
    line("### Told differently, compared exactly");
    line("");
    if exact.told.is_empty() {
        line("Nothing.");
    }
    for told in &exact.told {
        let name = match &*told.name {
            "" => told.what.to_owned(),
            name => format!("{} {}", told.what, code(name)),
        };
        match &told.telling {
            Telling::New => line(&format!("- {name} is new")),
            Telling::Gone => line(&format!("- {name} is gone")),
            Telling::Changed { field, before, after } => {
                line(&format!("- {name}: {field} was “{}”, now “{}”", plain(before), plain(after)));
            }
        }
    }
    line("");
    line("### Meaning of conditions, on samples");
    line("");
    line(&review.sampled);
    line("");
    if review.findings.is_empty() {
        line("No difference found.");
    }
    for finding in &review.findings {
        let ReviewedFinding { name, samples, .. } = finding;
        let (before, after) = (plain(&finding.before), plain(&finding.after));
        line(&format!("- {name}: was {before}, now {after}, {samples}:"));
        line("");
        line("  ```json");
        line(&format!("  {}", serde_json::to_string(&finding.request).unwrap_or_default()));
        line("  ```");
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// A name as code, whatever is in it.
fn code(name: &str) -> String {
    format!("`{}`", name.replace('`', "'"))
}

/// Text that is shown as it is.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        if "\\`*_[]<>|#~".contains(character) {
            plain.push('\\');
        }
        plain.push(character);
    }
    plain
}
