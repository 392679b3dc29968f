//! What several commands take on the command line, and how it is written there.

use std::convert::Infallible;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use interlock_model::Attributes;
use serde::de::DeserializeOwned;

use crate::cache::Cache;
use crate::failure::Failure;

/// Which policy answers.
#[derive(Args, Clone)]
pub(crate) struct PolicyFile {
    /// Policy component to ask; the one built in when absent
    #[arg(long = "policy", value_name = "FILE", global = true)]
    pub(crate) path: Option<PathBuf>,
    /// What `interlock compile` made of it: native code, to be trusted as a program is
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) precompiled: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) cache: Cache,
}

/// How answers are printed.
#[derive(Args)]
pub(crate) struct Output {
    /// Text for people, or JSON for programs
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Who reads the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people; colour on a terminal, unless NO_COLOR is set
    #[default]
    Text,
    /// For programs
    Json,
}

/// A resource: `KIND/ID`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TargetName {
    /// Kind, up to the first slash.
    pub(crate) kind: String,
    /// Id, which may hold slashes.
    pub(crate) id: String,
}

impl FromStr for TargetName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('/') {
            Some((kind, id)) if !kind.is_empty() && !id.is_empty() => {
                Ok(Self { kind: kind.to_owned(), id: id.to_owned() })
            }
            _ => Err("write KIND/ID, as in backup/nightly-42".to_owned()),
        }
    }
}

/// A named value: `NAME=VALUE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedValue {
    /// Name, up to the first equals sign.
    pub(crate) name: String,
    /// Value, any text.
    pub(crate) value: String,
}

impl FromStr for NamedValue {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => {
                Ok(Self { name: name.to_owned(), value: value.to_owned() })
            }
            _ => Err("write NAME=VALUE, as in acknowledged=true".to_owned()),
        }
    }
}

/// Named values as attributes; one that is named twice has two values.
pub(crate) fn attributes(values: &[NamedValue]) -> Attributes {
    values.iter().map(|value| (value.name.as_str(), value.value.as_str())).collect()
}

/// Where text comes from: `-` is standard input, what begins with `{` is the text itself, else a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// Standard input.
    Standard,
    /// The argument itself.
    Argument(String),
    /// A file.
    File(PathBuf),
}

impl FromStr for Input {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "-" => Self::Standard,
            text if text.trim_start().starts_with('{') => Self::Argument(text.to_owned()),
            path => Self::File(PathBuf::from(path)),
        })
    }
}

/// As messages name it.
impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(_) => write!(f, "`{}`", self.name()),
            _ => f.write_str(&self.name()),
        }
    }
}

impl Input {
    /// Its name, as a list of files has it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Standard => "standard input".to_owned(),
            Self::Argument(_) => "the argument".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// All of it, parsed; `what` says what it should have been.
    ///
    /// # Errors
    ///
    /// [`Failure::Read`], or [`Failure::Malformed`] with line and column.
    pub(crate) fn parse<T: DeserializeOwned>(&self, what: &'static str) -> Result<T, Failure> {
        let mut text = Vec::new();
        self.open()?.read_to_end(&mut text).map_err(|source| self.unreadable(source))?;
        serde_json::from_slice(&text).map_err(|error| Failure::malformed(self, what, &error))
    }

    /// Its lines, without those that are blank, each with its number from 1.
    ///
    /// # Errors
    ///
    /// [`Failure::Read`], at once or in place of a line.
    pub(crate) fn lines(
        &self,
    ) -> Result<impl Iterator<Item = Result<(usize, Vec<u8>), Failure>> + '_, Failure> {
        let lines = self.open()?.split(b'\n').enumerate();
        Ok(lines
            .map(|(index, line)| match line {
                Ok(line) => Ok((index + 1, line)),
                Err(source) => Err(self.unreadable(source)),
            })
            .filter(|line| !matches!(line, Ok((_, text)) if text.trim_ascii().is_empty())))
    }

    fn open(&self) -> Result<Box<dyn BufRead + '_>, Failure> {
        Ok(match self {
            Self::Standard => Box::new(io::stdin().lock()),
            Self::Argument(text) => Box::new(text.as_bytes()),
            Self::File(path) => {
                let file = std::fs::File::open(path).map_err(|source| self.unreadable(source))?;
                Box::new(BufReader::new(file))
            }
        })
    }

    fn unreadable(&self, source: io::Error) -> Failure {
        Failure::Read { place: self.to_string(), source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_may_hold_slashes_and_a_value_equals_signs() {
        let target: TargetName = "backup/a/b".parse().unwrap();
        assert_eq!((target.kind.as_str(), target.id.as_str()), ("backup", "a/b"));
        let value: NamedValue = "filter=a=b".parse().unwrap();
        assert_eq!((value.name.as_str(), value.value.as_str()), ("filter", "a=b"));
        let empty: NamedValue = "remark=".parse().unwrap();
        assert_eq!(empty.value, "");
    }

    #[test]
    fn half_a_name_is_refused() {
        for text in ["", "backup", "/x", "backup/"] {
            assert!(text.parse::<TargetName>().is_err(), "{text}");
        }
        for text in ["", "x", "=x"] {
            assert!(text.parse::<NamedValue>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_brace_makes_an_argument_and_a_dash_standard_input() {
        let parse = |text: &str| text.parse::<Input>().unwrap();
        assert_eq!(parse("-"), Input::Standard);
        assert_eq!(parse(" {}"), Input::Argument(" {}".to_owned()));
        assert_eq!(parse("./{}"), Input::File("./{}".into()));
    }

    #[test]
    fn a_mistake_in_json_is_named_with_its_place() {
        let input = Input::Argument("{\"a\": 1,\n \"b\" 2}".to_owned());
        let failure = input.parse::<serde_json::Value>("a request").unwrap_err();
        assert_eq!(failure.line(), "cannot read the argument as a request: line 2, column 6: expected `:`");
    }

    #[test]
    fn blank_lines_keep_their_numbers() {
        let input = Input::Argument("{}\n\n \r\n{\"a\": 1}\n".to_owned());
        let numbers: Vec<usize> = input.lines().unwrap().map(|line| line.unwrap().0).collect();
        assert_eq!(numbers, [1, 4]);
    }
}
