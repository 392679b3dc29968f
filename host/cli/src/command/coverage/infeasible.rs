use std::path::Path;

use interlock_analysis::coverage::{ExcuseError, InfeasibleList};

use crate::failure::Failure;
use crate::names;

/// Reads a list of what no request can produce.
pub(super) fn read(path: &Path) -> Result<InfeasibleList, Failure> {
    let text =
        std::fs::read_to_string(path).map_err(|source| Failure::Read { place: place(path), source })?;
    toml::from_str(&text).map_err(|error| {
        let before = text.get(..error.span().map_or(0, |span| span.start)).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Failure::Malformed {
            place: place(path),
            what: WHAT,
            line: before.matches('\n').count() + 1,
            column: before.len() - line_start + 1,
            message: error.message().lines().map(str::trim).collect::<Vec<_>>().join(": "),
        }
    })
}

const WHAT: &str = "what is infeasible";

/// A list that does not hold.
pub(super) fn wrong(path: Option<&Path>, error: &ExcuseError) -> Failure {
    let advice = error.misnamed().map(|(name, known)| names::advice("known are", name, known));
    let place = path.map(place).unwrap_or_default();
    Failure::Infeasible { place, message: format!("{error}{}", advice.unwrap_or_default()) }
}

fn place(path: &Path) -> String {
    format!("`{}`", path.display())
}
