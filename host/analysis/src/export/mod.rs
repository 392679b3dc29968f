//! What a policy says, as documentation, charts and data: one file a format.

mod chart;
mod csv;
mod document;
mod html;
mod json;
mod ladder;
mod markdown;
mod mermaid;
mod xstate;

use interlock_model::Manifest;

use crate::sheet::Selection;

/// A form in which the rules of a policy can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExportFormat {
    /// Tables and Mermaid charts for a page in a repository.
    Markdown,
    /// One page that needs neither a network nor scripts.
    Html,
    /// A Mermaid state chart for each sheet.
    Mermaid,
    /// XState version 5 machine configurations, one for each sheet, and what their guards stand for.
    Xstate,
    /// A row for each end of each cell.
    Csv,
    /// The manifest.
    Json,
}

/// Writes what a policy says, from its manifest alone. Equal manifests are written equally, byte by byte.
///
/// - `selection`: the sheets that are told. In JSON, the whole manifest stays but for the offers and grants
///   of other sheets, so that its indexes keep their meaning.
///
/// ```
/// # use interlock_analysis::{ExportFormat, export, sheet::Selection};
/// # fn write(manifest: &interlock_model::Manifest) -> Option<String> {
/// let selection = Selection { kind: Some(manifest.kind("turnstile")?), mode: None };
/// Some(export(manifest, ExportFormat::Mermaid, selection))
/// # }
/// ```
pub fn export(manifest: &Manifest, format: ExportFormat, selection: Selection) -> String {
    match format {
        ExportFormat::Markdown => markdown::write(manifest, selection),
        ExportFormat::Html => html::write(manifest, selection),
        ExportFormat::Mermaid => mermaid::write(manifest, selection),
        ExportFormat::Xstate => xstate::write(manifest, selection),
        ExportFormat::Csv => csv::write(manifest, selection),
        ExportFormat::Json => json::write(manifest, selection),
    }
}

/// Values as one pretty JSON document.
fn pretty(value: &impl serde::Serialize) -> String {
    // Strings, numbers and maps with string keys always have a JSON form.
    serde_json::to_string_pretty(value).map_or_else(|_| String::new(), |text| text + "\n")
}

/// Text in one line: control characters become blanks.
fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}
