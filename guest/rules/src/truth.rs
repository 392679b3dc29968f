/// The answer to a yes/no question: true, false, or not known.
///
/// The connectives are Kleene's: an answer is definite as soon as it no longer depends on what is unknown.
///
/// ```
/// use interlock_rules::Truth::{False, True, Unknown};
///
/// assert_eq!(Unknown.and(False), False);
/// assert_eq!(Unknown.and(True), Unknown);
/// assert_eq!(Unknown.or(True), True);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// Yes.
    True,
    /// No.
    False,
    /// The request does not say.
    Unknown,
}

use Truth::{False, True, Unknown};

impl Truth {
    /// The answer that `as u8` made a number.
    #[must_use]
    pub const fn of_number(number: u8) -> Self {
        match number {
            0 => True,
            1 => False,
            _ => Unknown,
        }
    }

    /// Both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (False, _) | (_, False) => False,
            (True, True) => True,
            _ => Unknown,
        }
    }

    /// At least one.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        match (self, other) {
            (True, _) | (_, True) => True,
            (False, False) => False,
            _ => Unknown,
        }
    }

    /// True if `answer` says so, unknown if there is none.
    #[must_use]
    pub const fn known(answer: Option<bool>) -> Self {
        match answer {
            Some(true) => True,
            Some(false) => False,
            None => Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(answer: bool) -> Self {
        if answer { True } else { False }
    }
}

impl core::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            True => False,
            False => True,
            Unknown => Unknown,
        }
    }
}
