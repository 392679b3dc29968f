use std::fmt;

use thiserror::Error;

/// Where something stands: a file and the path to a value in it.
///
/// The path is the one that leads there: `backups[3].backup_info.status.status`, in the file's own
/// spelling as far as the file goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Name of the file, as the caller gave it.
    pub file: Box<str>,
    /// Path to the value. Empty: the whole file.
    pub path: Box<str>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.path {
            "" => f.write_str(&self.file),
            path => write!(f, "{}: {path}", self.file),
        }
    }
}

/// Why files make no world.
///
/// Nothing is guessed: what the mapping does not have, and what two places say differently, is an
/// error that names the place.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImportError {
    /// No such mode of operation.
    #[error("`{mode}` is not a mode; known: `classic`, `federated`")]
    UnknownMode {
        /// The mode asked for.
        mode: String,
    },
    /// The file is of neither kind.
    #[error(
        "{place}: neither a Kubernetes object or list (with `apiVersion` and `kind`) nor an enumerate response \
         (an object of lists such as `backups`)"
    )]
    NotRecognized {
        /// The file.
        place: Place,
    },
    /// An enumerate response has a list that the mapping does not have.
    #[error("{place}: not a list of an enumerate response; known: {known}")]
    UnknownList {
        /// The list.
        place: Place,
        /// The lists that there are.
        known: String,
    },
    /// A Kubernetes object is of a kind that the mapping does not have.
    #[error("{place}: `{found}` is not a kind of object to import; known: {known}")]
    UnknownKind {
        /// The object.
        place: Place,
        /// Its kind and the version of its interface.
        found: String,
        /// The kinds that there are.
        known: String,
    },
    /// A value has another JSON type than its definition says.
    #[error("{place}: found {found}, wanted {wanted}")]
    WrongType {
        /// The value.
        place: Place,
        /// What stands there.
        found: &'static str,
        /// What should stand there.
        wanted: &'static str,
    },
    /// A field without which an object is nothing.
    #[error("{place}: missing")]
    Missing {
        /// The field.
        place: Place,
    },
    /// A field that is given in two spellings, such as `backup_info` and `backupInfo`.
    #[error("{place}: given twice, in two spellings")]
    GivenTwice {
        /// The field, in the first spelling.
        place: Place,
    },
    /// A value that its table does not have.
    #[error("{place}: `{value}` is not {what}; known: {known}")]
    UnknownValue {
        /// The value's place.
        place: Place,
        /// The value.
        value: String,
        /// What it should have been.
        what: String,
        /// The values that mean something.
        known: String,
    },
    /// A status that was never set. It has a number, 0, and often the name `Invalid`, but it is not
    /// the state of that name.
    #[error("{place}: not set, and an unset value is not {what}; known: {known}")]
    Unset {
        /// The value's place.
        place: Place,
        /// What it should have been.
        what: String,
        /// The values that mean something.
        known: String,
    },
    /// A status that parts of a resource may have, and the resource itself may not.
    #[error("{place}: `{value}` is said of a single item, it is not {what}; known: {known}")]
    PerItem {
        /// The value's place.
        place: Place,
        /// The value.
        value: String,
        /// What it should have been.
        what: String,
        /// The values that mean something.
        known: String,
    },
    /// Two fields of one object contradict each other.
    #[error("{place}: `{value}` contradicts {other}, which is `{other_value}`")]
    Contradiction {
        /// The one field.
        place: Place,
        /// What it says.
        value: String,
        /// The other field's path.
        other: String,
        /// What that says.
        other_value: String,
    },
    /// Something that the mode asked for does not have.
    #[error("{place}: {what}, which {mode} mode does not have")]
    NotInMode {
        /// Where it stands.
        place: Place,
        /// What it is.
        what: &'static str,
        /// The mode asked for.
        mode: &'static str,
    },
    /// Pages are missing. A world is taken to be complete, so what is missing would not exist.
    #[error("{place}: {listed} of {total} are listed; import every page, in one call")]
    Incomplete {
        /// The list.
        place: Place,
        /// How many all files list together.
        listed: u64,
        /// How many the platform says there are.
        total: u64,
    },
    /// The two sides of a connection disagree.
    #[error("{second}: connection `{connection}` is {second_state} here and {first_state} at {first}")]
    Disagreement {
        /// Id of the connection.
        connection: String,
        /// The one place.
        first: Place,
        /// The state that it gives.
        first_state: &'static str,
        /// The other place.
        second: Place,
        /// The state that it gives.
        second_state: &'static str,
    },
    /// One object, listed twice with a difference.
    #[error("{second}: {kind} `{name}` is also listed at {first}, and differs")]
    ListedTwice {
        /// Kind of resource.
        kind: &'static str,
        /// Its name.
        name: String,
        /// Where it stands first.
        first: Place,
        /// Where it stands again.
        second: Place,
    },
    /// Two objects of one kind that nothing tells apart.
    #[error("{second}: {kind} `{name}` has the name of the one at {first}, and no uid tells them apart")]
    SameName {
        /// Kind of resource.
        kind: &'static str,
        /// The name.
        name: String,
        /// Where the one stands.
        first: Place,
        /// Where the other stands.
        second: Place,
    },
    /// A reference by name, where several objects have the name.
    #[error("{place}: {count} of kind {kind} are named `{name}`, and no uid says which one")]
    Ambiguous {
        /// The reference.
        place: Place,
        /// Kind of resource.
        kind: &'static str,
        /// The name.
        name: String,
        /// How many have it.
        count: usize,
    },
}
