//! A file of laws: read, and its mistakes with their places.

use std::ops::Range;
use std::path::Path;

use interlock_analysis::authored::{AuthoredLaws, LawError, Place, Step};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::LawsFileError;

/// A file of laws.
pub struct LawsFile {
    name: String,
    text: String,
    /// What it says.
    pub laws: AuthoredLaws,
}

impl LawsFile {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`LawsFileError`], with line and column of a mistake.
    pub fn read(path: &Path) -> Result<Self, LawsFileError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| LawsFileError::Read { path: path.to_owned(), source })?;
        match toml::from_str(&text) {
            Ok(laws) => Ok(Self { name: path.display().to_string(), text, laws }),
            Err(error) => {
                let (line, column) = place(&text, error.span());
                let message = error.message().lines().map(str::trim).collect::<Vec<_>>().join(": ");
                Err(LawsFileError::Malformed { path: path.to_owned(), line, column, message })
            }
        }
    }

    /// Its path, as messages name it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where a mistake in what the laws say stands: line and column, from 1.
    pub fn place(&self, error: &LawError) -> (usize, usize) {
        place(&self.text, span(&self.text, &error.place))
    }
}

/// Line, and column in bytes, from 1.
fn place(text: &str, span: Option<Range<usize>>) -> (usize, usize) {
    let before = text.get(..span.map_or(0, |span| span.start)).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before.len() - line_start + 1)
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
