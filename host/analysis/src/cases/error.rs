use thiserror::Error;

/// Why text is no case file, or no cast.
///
/// Lines and columns count from 1. A case is named with the line on which it begins.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CaseError {
    /// It is not JSON, or not of the form that was expected.
    #[error("line {line}, column {column}: {message}")]
    Malformed {
        /// Line of the mistake.
        line: usize,
        /// Column in bytes; 0 where the line is empty.
        column: usize,
        /// What was wrong and what was expected.
        message: String,
    },
    /// A field that the form does not have.
    #[error("line {line}, column {column}: unknown field `{field}`")]
    UnknownField {
        /// Line of the mistake.
        line: usize,
        /// Column in bytes.
        column: usize,
        /// The field.
        field: String,
        /// Fields that stand there.
        known: Vec<String>,
    },
    /// A case names what neither the file, nor the cast, nor the policy has.
    #[error("line {line}, case `{case}`: unknown {what} `{name}`")]
    UnknownName {
        /// Line on which the case begins.
        line: usize,
        /// The case.
        case: String,
        /// What the name should be a name of.
        what: &'static str,
        /// The name.
        name: String,
        /// What could have been named.
        known: Vec<String>,
    },
    /// A file names again what the cast has already.
    #[error("the cast has {what} `{name}` already")]
    InCast {
        /// A subject or a resource.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// Two cases of a file share a name.
    #[error("line {line}, case `{case}`: line {first} has a case of that name already")]
    SameName {
        /// Line on which the second one begins.
        line: usize,
        /// Their name.
        case: String,
        /// Line on which the first one begins.
        first: usize,
    },
    /// A case contradicts itself, or says too little.
    #[error("line {line}, case `{case}`: {message}")]
    Inconsistent {
        /// Line on which the case begins.
        line: usize,
        /// The case.
        case: String,
        /// What is wrong with it.
        message: String,
    },
}

impl CaseError {
    /// Where one name stands for another that is known: the name, and those that could have been meant.
    pub fn misnamed(&self) -> Option<(&str, &[String])> {
        match self {
            Self::UnknownField { field: name, known, .. } | Self::UnknownName { name, known, .. } => {
                Some((name, known))
            }
            _ => None,
        }
    }

    /// What serde says, with its place.
    ///
    /// - `above`: how many lines of the file stand above the text that was read.
    /// - `before`: how many bytes stand before it on its first line.
    pub(super) fn of(error: &serde_json::Error, above: usize, before: usize) -> Self {
        let (line, column) = (error.line() + above, error.column());
        let column = if error.line() == 1 { column + before } else { column };
        let text = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let message = text.strip_suffix(&place).unwrap_or(&text).to_owned();
        // ``unknown field `x`, expected `a` or `b` ``, or `… expected one of …`.
        let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        match (message.starts_with("unknown field `"), quoted.as_slice()) {
            (true, [field, known @ ..]) => {
                let known = known.iter().map(|&name| name.to_owned()).collect();
                Self::UnknownField { line, column, field: (*field).to_owned(), known }
            }
            _ => Self::Malformed { line, column, message },
        }
    }
}
