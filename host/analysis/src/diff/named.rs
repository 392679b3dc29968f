use std::collections::BTreeMap;

use serde::Serialize;

/// Situations of a cell that are told by what is known of some conditions; of all others nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Cube(pub BTreeMap<String, Is>);

/// What is known of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Is {
    /// It is false.
    False,
    /// It is false or unknown.
    NotTrue,
    /// It is unknown.
    Unknown,
    /// It is true or false.
    Known,
    /// It is true or unknown.
    NotFalse,
    /// It is true.
    True,
}

impl Is {
    /// As people read it after "is": "not true".
    pub fn words(self) -> &'static str {
        match self {
            Self::False => "false",
            Self::NotTrue => "not true",
            Self::Unknown => "unknown",
            Self::Known => "known",
            Self::NotFalse => "not false",
            Self::True => "true",
        }
    }

    /// From bits: unknown, false, true. None where all are allowed, or nothing is.
    pub(crate) fn of(allowed: u8) -> Option<Self> {
        match allowed {
            0b001 => Some(Self::Unknown),
            0b010 => Some(Self::False),
            0b011 => Some(Self::NotTrue),
            0b100 => Some(Self::True),
            0b101 => Some(Self::NotFalse),
            0b110 => Some(Self::Known),
            _ => None,
        }
    }
}
