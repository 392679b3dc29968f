//! Everything that the files say, and the world that it makes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use interlock_model::{Attributes, Observation, Subject, World};

use super::connections::{Connection, connections, warn_of_silence};
use super::entry::{Entry, Fact, Kind, Origin, Sync, Verdict};
use super::error::ImportError;
use super::ids::{Ids, StorkName, Target};
use super::{Imported, Mode};

/// Everything that the files say, before names become ids.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) mode: Mode,
    pub(super) entries: Vec<Entry>,
    pub(super) verdicts: Vec<Verdict>,
    pub(super) syncs: Vec<Sync>,
    /// Users that an owner or a share names.
    pub(super) users: BTreeSet<String>,
    /// Kinds of which an interface printed a list, if only an empty one.
    pub(super) listed: BTreeSet<(Origin, Kind)>,
    pub(super) warnings: Vec<String>,
}

impl Site {
    pub(super) fn new(mode: Mode) -> Self {
        Self {
            mode,
            entries: Vec::new(),
            verdicts: Vec::new(),
            syncs: Vec::new(),
            users: BTreeSet::new(),
            listed: BTreeSet::new(),
            warnings: Vec::new(),
        }
    }

    /// The world: names become ids, references become links, and the two sides of a connection one.
    pub(super) fn into_world(mut self, title: String) -> Result<Imported, ImportError> {
        let stands_for = self.merge_copies();
        self.merge_repeats()?;
        let ids = Ids::new(&self.entries, &self.listed, stands_for)?;
        let mut left_out = LeftOut::default();

        let mut resources = Vec::with_capacity(self.entries.len());
        for (index, entry) in self.entries.iter().enumerate() {
            let attributes = attributes(&entry.facts, entry.kind, &ids, &mut left_out)?;
            resources.push((entry.kind, ids.of(index).to_owned(), entry.state, attributes));
        }
        let connections = connections(&self.verdicts, &ids)?;
        warn_of_silence(&connections, &self.entries, &ids, &mut self.warnings)?;
        for Connection { id, first, .. } in connections.into_values() {
            let kind = Kind::LocationClusterConnection;
            let facts = [
                Fact::Links("location", Kind::BackupLocation, first.location),
                Fact::Links("cluster", Kind::Cluster, first.cluster),
            ];
            let attributes = attributes(&facts, kind, &ids, &mut left_out)?;
            resources.push((kind, id, first.state, attributes));
        }
        let mut syncs: BTreeMap<String, &Sync> = BTreeMap::new();
        for sync in &self.syncs {
            let id = ids.name_of(Kind::BackupLocation, &sync.location)?;
            match syncs.insert(id.clone(), sync) {
                None => {}
                Some(first) if first.state == sync.state => continue,
                Some(first) => {
                    return Err(ImportError::ListedTwice {
                        kind: Kind::BackupSync.as_str(),
                        name: id,
                        first: first.place.clone(),
                        second: sync.place.clone(),
                    });
                }
            }
            let attributes = attributes(&sync.facts, Kind::BackupSync, &ids, &mut left_out)?;
            resources.push((Kind::BackupSync, id, sync.state, attributes));
        }
        resources.sort_by_key(|(kind, ..)| *kind);

        left_out.warn(&mut self.warnings);
        self.warn_of_kinds_not_listed();
        if self.entries.iter().any(|entry| entry.origin == Origin::Stork) {
            self.warnings.push(
                "Stork's objects name no owner and no cluster: add both to the world where they matter"
                    .to_owned(),
            );
        }
        if !self.users.is_empty() {
            self.warnings.push(
                "the subjects are those that an owner or a share names: no file says their roles and groups, \
                 add them to the world"
                    .to_owned(),
            );
        }
        let subjects = self.users.into_iter();
        Ok(Imported {
            world: World {
                title,
                mode: self.mode.as_str().to_owned(),
                subjects: subjects
                    .map(|id| Subject { id, roles: Vec::new(), attributes: Attributes::new() })
                    .collect(),
                resources: resources
                    .into_iter()
                    .map(|(kind, id, state, attributes)| Observation {
                        kind: kind.as_str().to_owned(),
                        id,
                        state: state.to_owned(),
                        attributes,
                    })
                    .collect(),
            },
            warnings: self.warnings,
        })
    }

    /// Neither interface lists users, or virtual machines as such. Connections and syncs stand in the
    /// lists of locations and clusters.
    fn warn_of_kinds_not_listed(&mut self) {
        let (never, only_here) = match self.mode {
            Mode::Classic => (vec!["user", "virtual-machine"], Kind::CloudAccount),
            Mode::Federated => (vec!["user"], Kind::ClusterDiscoveryConfig),
        };
        let both_modes = [
            Kind::BackupLocation,
            Kind::Cluster,
            Kind::BackupSchedule,
            Kind::Backup,
            Kind::Restore,
            Kind::SchedulePolicy,
            Kind::Rule,
            Kind::Role,
        ];
        let listed =
            |kind: &Kind| [Origin::Server, Origin::Stork].iter().any(|o| self.listed.contains(&(*o, *kind)));
        let missing =
            both_modes.into_iter().chain([only_here]).filter(|kind| !listed(kind)).map(Kind::as_str);
        let missing: Vec<&str> = missing.chain(never).collect();
        self.warnings.push(format!(
            "no file lists anything of kind {}: a world is complete, so that this one says there is none",
            missing.join(", ")
        ));
    }

    /// Takes out the Stork objects that stand for objects which the server lists itself. Of what was
    /// taken out, gives the name that Stork's references use and the uid that the server uses.
    fn merge_copies(&mut self) -> HashMap<StorkName, String> {
        let mut stands_for = HashMap::new();
        let (copies, rest): (Vec<Entry>, Vec<Entry>) =
            std::mem::take(&mut self.entries).into_iter().partition(|entry| {
                entry.made_for.is_some() && self.listed.contains(&(Origin::Server, entry.kind))
            });
        self.entries = rest;
        let mut originals = HashMap::new();
        for entry in self.entries.iter().filter(|entry| entry.origin == Origin::Server) {
            originals.extend(entry.uid.as_ref().map(|uid| ((entry.kind, uid), entry)));
        }
        for copy in copies {
            let (kind, name) = (copy.kind.as_str(), &copy.name);
            let uid = copy.made_for.as_ref().and_then(|original| original.uid.as_ref());
            let original = uid.and_then(|uid| originals.get(&(copy.kind, uid)));
            let Some(original) = original else {
                self.warnings.push(format!(
                    "{}: {kind} `{name}` is left out: the server made it, and the server's own list does not have it",
                    copy.place
                ));
                continue;
            };
            if original.state != copy.state {
                self.warnings.push(format!(
                    "{}: {kind} `{name}` is {}, {} says {}: the server's word is taken",
                    copy.place, copy.state, original.place, original.state
                ));
            }
            if let Some(uid) = &original.uid {
                stands_for.insert(StorkName::of(&copy), uid.clone());
            }
        }
        stands_for
    }

    /// Takes out objects that are listed again, word for word.
    fn merge_repeats(&mut self) -> Result<(), ImportError> {
        let mut kept: Vec<Entry> = Vec::with_capacity(self.entries.len());
        let mut seen: HashMap<(Kind, Origin, String), usize> = HashMap::new();
        for entry in std::mem::take(&mut self.entries) {
            let Some(uid) = entry.uid.clone() else {
                kept.push(entry);
                continue;
            };
            match seen.get(&(entry.kind, entry.origin, uid.clone())) {
                Some(&index) if kept[index].says_the_same(&entry) => {}
                Some(&index) => {
                    return Err(ImportError::ListedTwice {
                        kind: entry.kind.as_str(),
                        name: entry.name,
                        first: kept[index].place.clone(),
                        second: entry.place,
                    });
                }
                None => {
                    seen.insert((entry.kind, entry.origin, uid), kept.len());
                    kept.push(entry);
                }
            }
        }
        self.entries = kept;
        Ok(())
    }
}

fn attributes(
    facts: &[Fact],
    kind: Kind,
    ids: &Ids<'_>,
    left_out: &mut LeftOut,
) -> Result<Attributes, ImportError> {
    let mut attributes = Attributes::new();
    for fact in facts {
        match fact {
            Fact::Is(name, value) => attributes.push(*name, value.clone()),
            Fact::Links(name, to_kind, to) => match ids.target(*to_kind, to)? {
                Target::Listed(id) | Target::Gone(id) => attributes.push(*name, id),
                Target::Unlisted(_) => left_out.count(kind, *to_kind),
            },
        }
    }
    Ok(attributes)
}

/// Links that a world must not have. A world lists everything there is, so that a link to what it does
/// not list says that it is gone; where no file lists the kind at all, that is not known.
#[derive(Default)]
struct LeftOut(BTreeMap<(Kind, Kind), usize>);

impl LeftOut {
    fn count(&mut self, from: Kind, to: Kind) {
        *self.0.entry((from, to)).or_default() += 1;
    }

    fn warn(self, warnings: &mut Vec<String>) {
        for ((from, to), count) in self.0 {
            let (from, to) = (from.as_str(), to.as_str());
            warnings.push(format!(
                "links from kind {from} to kind {to} are left out ({count}): no file lists the kind, and a link to \
                 what a world does not list says that it is gone"
            ));
        }
    }
}
