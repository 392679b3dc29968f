//! Ids of objects, and where references lead.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::entry::{Entry, Kind, Origin, Reference};
use super::error::ImportError;

/// The name by which Stork's objects refer to each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct StorkName {
    kind: Kind,
    namespace: Option<String>,
    name: String,
}

impl StorkName {
    pub(super) fn of(entry: &Entry) -> Self {
        Self { kind: entry.kind, namespace: entry.namespace.clone(), name: entry.name.clone() }
    }
}

/// Where a reference leads.
pub(super) enum Target {
    /// To a resource of the world.
    Listed(String),
    /// To something that a list of its kind does not have: it is gone.
    Gone(String),
    /// To a kind that no file lists: nothing is known of it.
    Unlisted(String),
}

/// The ids of a site's objects: the name, or the uid where others of the kind have the name.
pub(super) struct Ids<'a> {
    entries: &'a [Entry],
    ids: Vec<String>,
    /// Those of the server; Stork's objects refer to each other by name.
    by_uid: HashMap<(Kind, &'a str), usize>,
    by_name: HashMap<(Kind, Origin, Option<&'a str>, &'a str), Vec<usize>>,
    taken: BTreeMap<(Kind, String), usize>,
    listed: &'a BTreeSet<(Origin, Kind)>,
    stands_for: HashMap<StorkName, String>,
}

impl<'a> Ids<'a> {
    pub(super) fn new(
        entries: &'a [Entry],
        listed: &'a BTreeSet<(Origin, Kind)>,
        stands_for: HashMap<StorkName, String>,
    ) -> Result<Self, ImportError> {
        let mut same_name: BTreeMap<(Kind, &str), Vec<usize>> = BTreeMap::new();
        let (mut by_uid, mut by_name) = (HashMap::new(), HashMap::<_, Vec<usize>>::new());
        for (index, entry) in entries.iter().enumerate() {
            same_name.entry((entry.kind, &entry.name)).or_default().push(index);
            if let (Origin::Server, Some(uid)) = (entry.origin, &entry.uid) {
                by_uid.insert((entry.kind, uid.as_str()), index);
            }
            let name = (entry.kind, entry.origin, entry.namespace.as_deref(), entry.name.as_str());
            by_name.entry(name).or_default().push(index);
        }
        let mut ids = vec![String::new(); entries.len()];
        let mut taken = BTreeMap::new();
        for indexes in same_name.values() {
            for &index in indexes {
                let entry = &entries[index];
                let id = match (indexes.len(), &entry.uid) {
                    (1, _) | (_, None) => entry.name.clone(),
                    (_, Some(uid)) => uid.clone(),
                };
                if let Some(first) = taken.insert((entry.kind, id.clone()), index) {
                    return Err(ImportError::SameName {
                        kind: entry.kind.as_str(),
                        name: id,
                        first: entries[first].place.clone(),
                        second: entry.place.clone(),
                    });
                }
                ids[index] = id;
            }
        }
        Ok(Self { entries, ids, by_uid, by_name, taken, listed, stands_for })
    }

    pub(super) fn of(&self, index: usize) -> &str {
        &self.ids[index]
    }

    /// Where a reference leads. One with a uid leads to the object with that uid, or to one of that name
    /// that was printed without a uid; one without leads by name, within its namespace first.
    pub(super) fn target(&self, kind: Kind, to: &Reference) -> Result<Target, ImportError> {
        let uid = to.uid.as_deref().or_else(|| self.original(kind, to));
        if let Some(&index) = uid.and_then(|uid| self.by_uid.get(&(kind, uid))) {
            return Ok(Target::Listed(self.of(index).to_owned()));
        }
        let mut candidates = self.named(kind, to);
        if uid.is_some() {
            candidates.retain(|&index| self.entries[index].uid.is_none());
        }
        let name = to.name.as_deref().unwrap_or_default();
        match candidates[..] {
            [] => {}
            [index] => return Ok(Target::Listed(self.of(index).to_owned())),
            _ => {
                return Err(ImportError::Ambiguous {
                    place: to.place.clone(),
                    kind: kind.as_str(),
                    name: name.to_owned(),
                    count: candidates.len(),
                });
            }
        }
        // The name must not lead to another resource that has it.
        let id = match uid {
            _ if !name.is_empty() && !self.has(kind, name) => name.to_owned(),
            Some(uid) => uid.to_owned(),
            None => format!("{}/{name}", to.namespace.as_deref().unwrap_or("server")),
        };
        let known = self.listed.contains(&(to.origin, kind));
        Ok(if known { Target::Gone(id) } else { Target::Unlisted(id) })
    }

    /// Whether a resource of the world has the id.
    pub(super) fn has(&self, kind: Kind, id: &str) -> bool {
        self.taken.contains_key(&(kind, id.to_owned()))
    }

    /// The server's uid for what Stork knows by another name.
    fn original(&self, kind: Kind, to: &Reference) -> Option<&str> {
        let name = StorkName { kind, namespace: to.namespace.clone(), name: to.name.clone()? };
        self.stands_for.get(&name).map(String::as_str)
    }

    /// The objects of a reference's name: those of its namespace, else those without one.
    fn named(&self, kind: Kind, to: &Reference) -> Vec<usize> {
        let Some(name) = to.name.as_deref() else { return Vec::new() };
        let within = |namespace| self.by_name.get(&(kind, to.origin, namespace, name));
        within(to.namespace.as_deref()).or_else(|| within(None)).cloned().unwrap_or_default()
    }

    /// The id of what a reference names, whether or not it is there.
    pub(super) fn name_of(&self, kind: Kind, to: &Reference) -> Result<String, ImportError> {
        let (Target::Listed(id) | Target::Gone(id) | Target::Unlisted(id)) = self.target(kind, to)?;
        Ok(id)
    }
}
