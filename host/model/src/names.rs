use std::fmt;

use hashbrown::HashMap;

use crate::Manifest;

/// The names of one policy, each with its index in the manifest: what [`Manifest`] finds by going through its lists,
/// found at once.
///
/// ```
/// # fn names_of(manifest: &interlock_model::Manifest) {
/// let names = interlock_model::Names::of(manifest);
/// assert_eq!(names.mode("federated"), manifest.mode("federated"));
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Names {
    modes: Indexes,
    kinds: Indexes,
    /// Of each kind.
    states: Vec<Indexes>,
    actions: Indexes,
    roles: Indexes,
    attributes: HashMap<Box<str>, Input>,
}

type Indexes = HashMap<Box<str>, u8>;

/// What the manifest says of an attribute.
#[derive(Clone)]
pub(crate) struct Input {
    /// The position among the manifest's inputs of one with its name.
    pub(crate) position: u32,
    /// The values it takes; none: any text.
    pub(crate) values: Vec<Box<str>>,
}

impl Names {
    /// The names of a manifest; of two that are equal, the first.
    #[must_use]
    pub fn of(manifest: &Manifest) -> Self {
        let mut attributes = HashMap::new();
        for (position, input) in (0..).zip(&manifest.inputs) {
            let Some((scope, name)) = input.path.rsplit_once('.') else { continue };
            // Of a resource, id and state are no attributes; of a subject, id and roles.
            let is_field = match scope {
                "subject" => matches!(name, "id" | "roles"),
                "parameter" => false,
                _ => matches!(name, "id" | "state"),
            };
            if is_field {
                continue;
            }
            let values = input.values.iter().map(|value| value.as_str().into()).collect();
            attributes.entry(name.into()).or_insert(Input { position, values });
        }
        Self {
            modes: indexes(manifest.modes.iter().map(String::as_str)),
            kinds: indexes(manifest.kinds.iter().map(|kind| kind.name.as_str())),
            states: manifest
                .kinds
                .iter()
                .map(|kind| indexes(kind.states.iter().map(|state| state.name.as_str())))
                .collect(),
            actions: indexes(manifest.actions.iter().map(|action| action.name.as_str())),
            roles: indexes(manifest.roles.iter().map(String::as_str)),
            attributes,
        }
    }

    /// Index of a mode.
    #[must_use]
    pub fn mode(&self, name: &str) -> Option<u8> {
        self.modes.get(name).copied()
    }

    /// Index of a kind.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<u8> {
        self.kinds.get(name).copied()
    }

    /// Index of a state of a kind.
    #[must_use]
    pub fn state(&self, kind: u8, name: &str) -> Option<u8> {
        self.states.get(usize::from(kind))?.get(name).copied()
    }

    /// Index of an action.
    #[must_use]
    pub fn action(&self, name: &str) -> Option<u8> {
        self.actions.get(name).copied()
    }

    /// Index of a role.
    #[must_use]
    pub fn role(&self, name: &str) -> Option<u8> {
        self.roles.get(name).copied()
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&Input> {
        self.attributes.get(name)
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Names").finish_non_exhaustive()
    }
}

fn indexes<'a>(names: impl Iterator<Item = &'a str>) -> Indexes {
    let mut indexes = Indexes::new();
    for (index, name) in (0..=u8::MAX).zip(names) {
        indexes.entry(name.into()).or_insert(index);
    }
    indexes
}
