//! A world from what the platform's own interfaces print.
//!
//! Two kinds of files, told apart by what is in them:
//!
//! - Stork's custom resources, as `kubectl get -o json` prints them: an object, or a list of any kinds;
//! - enumerate responses of the vendor's API: the JSON form of the protobuf messages, with fields in
//!   either spelling and enumerations by name or number.
//!
//! # What becomes of them
//!
//! Values are mapped by the tables in `values.rs`. What a table does not have is an error that names
//! file and place: nothing is guessed, and a status that was never set is refused as well.
//!
//! An object's id is its name. Where several of a kind have the name, each has its uid instead; a
//! connection is named `LOCATION@CLUSTER`, a backup sync like its location. References follow: by uid
//! where they carry one, else by name.
//!
//! A world is complete: what it does not list does not exist. So a list of which pages are missing is an
//! error, and a link into a kind that no file lists is left out, with a warning: to leave it out says
//! "unknown", to keep it would say "gone".
//!
//! A connection is kept by its location and by its cluster; both must say the same. A Stork object that
//! the server made is the server's object seen from the cluster: where the server's list of its kind is
//! imported too, that list stands and the copy is dropped. Stork prints no validity of a backup
//! location, so that its `BackupLocation` objects are left out, and it knows no owners.
//!
//! The subjects are the users that an owner or a share names. Neither interface prints their roles and
//! groups.

mod api;
mod connections;
mod entry;
mod error;
mod ids;
mod node;
mod site;
mod stork;
#[cfg(test)]
mod tests;
mod values;

use interlock_model::World;
use jiff::Timestamp;
use serde_json::Value;

pub use error::{ImportError, Place};

use node::Node;
use site::Site;

/// A world, and what a reader of it should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The world. Its title names the files.
    pub world: World,
    /// What was left out and why, a sentence each.
    pub warnings: Vec<String>,
}

/// Makes a world of what the platform's interfaces printed.
///
/// - `inputs`: for each file, a name for messages and what is in it. Pages of one list and lists of
///   different kinds belong into one call, in any order.
/// - `mode`: `classic` or `federated`; the files do not say it.
///
/// Reads the clock, because whether an object-locked backup may be deleted depends on it.
///
/// # Errors
///
/// [`ImportError`] names the first thing that cannot be mapped, with file and place.
///
/// # Examples
///
/// ```
/// use interlock_cli::import::import;
///
/// let response = serde_json::json!({
///     "clusters": [{
///         "metadata": {"name": "shoot-a", "ownership": {"owner": "user-17"}},
///         "clusterInfo": {"status": {"status": "Online"}}
///     }]
/// });
/// let imported = import(&[("clusters.json".to_owned(), response)], "federated")?;
/// assert_eq!(imported.world.resources[0].state, "active");
/// # Ok::<(), interlock_cli::import::ImportError>(())
/// ```
pub fn import(inputs: &[(String, Value)], mode: &str) -> Result<Imported, ImportError> {
    import_at(inputs, mode, Timestamp::now())
}

fn import_at(inputs: &[(String, Value)], mode: &str, now: Timestamp) -> Result<Imported, ImportError> {
    let mut site = Site::new(Mode::named(mode)?);
    let mut pages = api::Pages::default();
    for (file, value) in inputs {
        let root = Node::root(file, value);
        if !value.is_object() {
            return Err(ImportError::NotRecognized { place: root.place() });
        }
        if root.key("apiVersion")?.is_set() || root.key("kind")?.is_set() {
            stork::read(&root, &mut site)?;
        } else {
            api::read(&root, now, &mut site, &mut pages)?;
        }
    }
    pages.check()?;
    let files: Vec<&str> = inputs.iter().map(|(file, _)| file.as_str()).collect();
    site.into_world(format!("Imported from {}", files.join(", ")))
}

/// A mode of operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Classic,
    Federated,
}

impl Mode {
    fn named(mode: &str) -> Result<Self, ImportError> {
        match mode {
            "classic" => Ok(Self::Classic),
            "federated" => Ok(Self::Federated),
            _ => Err(ImportError::UnknownMode { mode: mode.to_owned() }),
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::Federated => "federated",
        }
    }
}
