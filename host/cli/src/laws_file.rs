//! A file of laws: read, and its mistakes with their places.

use std::ops::Range;
use std::path::Path;

use interlock_analysis::authored::{AuthoredLaws, LawError, LawMistake, Place, Step};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::failure::Failure;
use crate::names;

/// A file of laws.
pub(crate) struct LawsFile {
    name: String,
    text: String,
    pub(crate) laws: AuthoredLaws,
}

impl LawsFile {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`Failure::Read`], or [`Failure::Malformed`] with line and column.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|source| Failure::Read { place: format!("`{name}`"), source })?;
        match toml::from_str(&text) {
            Ok(laws) => Ok(Self { name, text, laws }),
            Err(error) => Err(malformed(&name, &text, error.span(), error.message())),
        }
    }

    /// As the command line named it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// A mistake in what the laws say, with its place and the name that may have been meant.
    pub(crate) fn mistake(&self, error: &LawError) -> Failure {
        let advice = match &*error.mistake {
            LawMistake::Unknown { name, known, .. } => names::advice("known are", name, known),
            LawMistake::Repeated => String::new(),
        };
        let message = format!("{error}{advice}");
        malformed(&self.name, &self.text, span(&self.text, &error.place), &message)
    }
}

fn malformed(name: &str, text: &str, span: Option<Range<usize>>, message: &str) -> Failure {
    let before = text.get(..span.map_or(0, |span| span.start)).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Failure::Malformed {
        place: format!("`{name}`"),
        what: "laws",
        line: before.matches('\n').count() + 1,
        column: before.len() - line_start + 1,
        message: message.lines().map(str::trim).collect::<Vec<_>>().join(": "),
    }
}

/// Where a place lies in the text; as near as the text goes.
fn span(text: &str, place: &Place) -> Option<Range<usize>> {
    let root = DeTable::parse(text).ok()?;
    let mut found = root.span();
    let root: Spanned<DeValue<'_>> = Spanned::new(root.span(), DeValue::Table(root.into_inner()));
    let mut value = &root;
    for (step, last) in place.steps.iter().zip((0..place.steps.len()).rev().map(|left| left == 0)) {
        match (step, value.get_ref()) {
            (Step::Key(key), DeValue::Table(table)) => {
                let Some((key, under)) = table.iter().find(|(known, _)| known.get_ref() == key) else {
                    break;
                };
                found = if last && place.key { key.span() } else { under.span() };
                value = under;
            }
            (Step::Item(item), DeValue::Array(list)) => {
                let Some(under) = list.get(*item) else { break };
                found = under.span();
                value = under;
            }
            // One value in place of a list.
            _ => {}
        }
    }
    Some(found)
}
