//! Subjects and resources that the operator lists.

use std::collections::HashMap;

use interlock_model::Attributes;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Subjects and resources that the operator lists, so that requests need only name them.
///
/// As a file:
///
/// ```toml
/// [[subjects]]
/// id = "rick@example.com"
/// aliases = ["CiRmZDA2MTRk"]
/// roles = ["admin"]
/// attributes = { department = "Sales" }
///
/// [[resources]]
/// kind = "record"
/// id = "101"
/// state = "present"
/// attributes = { owner = "rick@example.com" }
/// ```
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(try_from = "Listed", into = "Listed")]
pub struct Directory {
    listed: Listed,
    /// Positions of subjects, by id and by alias.
    subjects: HashMap<String, usize>,
    resources: HashMap<String, OfKind>,
}

/// Positions of the resources of one kind.
#[derive(Clone, Debug, Default)]
struct OfKind {
    /// In the order listed.
    all: Vec<usize>,
    by_id: HashMap<String, usize>,
}

/// A subject that the operator lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedSubject {
    /// Its own id: what policies compare with owners.
    pub id: String,
    /// Its type, as searches for subjects name it. Default: `user`. An evaluation finds a subject by its id
    /// whatever type it gives, so that no other type gets around what is listed.
    #[serde(rename = "type", default = "user")]
    pub kind: String,
    /// Other ids by which requests may name it. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Roles held. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// What else is known of it. Default: nothing.
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes,
}

/// A resource that the operator lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedResource {
    /// Kind of resource, a name from the manifest.
    pub kind: String,
    /// Id, unique within the kind.
    pub id: String,
    /// State, a name from the manifest. Default: not listed; the request or the settings say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// What else is known of it. Default: nothing.
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes,
}

/// A directory that contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DirectoryError {
    /// An id or an alias names two subjects, or one of them twice.
    #[error("the directory names a subject `{id}` twice; an id or an alias belongs to one subject")]
    RepeatedSubject {
        /// The id or alias.
        id: String,
    },
    /// A resource stands there twice.
    #[error("the directory lists {kind} `{id}` twice")]
    RepeatedResource {
        /// Kind of the resource.
        kind: String,
        /// Its id.
        id: String,
    },
}

/// The directory as a file has it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    #[serde(default)]
    subjects: Vec<ListedSubject>,
    #[serde(default)]
    resources: Vec<ListedResource>,
}

impl Directory {
    /// A directory of these.
    ///
    /// # Errors
    ///
    /// [`DirectoryError`] for one that contradicts itself.
    pub fn new(subjects: Vec<ListedSubject>, resources: Vec<ListedResource>) -> Result<Self, DirectoryError> {
        Listed { subjects, resources }.try_into()
    }

    /// Every subject, in the order listed.
    pub fn subjects(&self) -> &[ListedSubject] {
        &self.listed.subjects
    }

    /// Every resource, in the order listed.
    pub fn resources(&self) -> &[ListedResource] {
        &self.listed.resources
    }

    /// A subject by its id or one of its aliases.
    pub fn subject(&self, id: &str) -> Option<&ListedSubject> {
        self.subjects.get(id).and_then(|&position| self.listed.subjects.get(position))
    }

    /// A resource by kind and id.
    pub fn resource(&self, kind: &str, id: &str) -> Option<&ListedResource> {
        let position = *self.resources.get(kind)?.by_id.get(id)?;
        self.listed.resources.get(position)
    }

    /// The resources of a kind, in the order listed.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &ListedResource> {
        let positions = self.resources.get(kind).map_or(&[][..], |of_kind| &of_kind.all);
        positions.iter().filter_map(|&position| self.listed.resources.get(position))
    }
}

impl TryFrom<Listed> for Directory {
    type Error = DirectoryError;

    fn try_from(listed: Listed) -> Result<Self, DirectoryError> {
        let mut subjects = HashMap::new();
        for (position, subject) in listed.subjects.iter().enumerate() {
            for id in std::iter::once(&subject.id).chain(&subject.aliases) {
                if subjects.insert(id.clone(), position).is_some() {
                    return Err(DirectoryError::RepeatedSubject { id: id.clone() });
                }
            }
        }
        let mut resources = HashMap::<String, OfKind>::new();
        for (position, ListedResource { kind, id, .. }) in listed.resources.iter().enumerate() {
            let of_kind = resources.entry(kind.clone()).or_default();
            of_kind.all.push(position);
            if of_kind.by_id.insert(id.clone(), position).is_some() {
                return Err(DirectoryError::RepeatedResource { kind: kind.clone(), id: id.clone() });
            }
        }
        Ok(Self { listed, subjects, resources })
    }
}

impl From<Directory> for Listed {
    fn from(directory: Directory) -> Self {
        directory.listed
    }
}

fn user() -> String {
    "user".to_owned()
}
