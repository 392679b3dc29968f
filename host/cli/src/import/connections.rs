//! Connections between locations and clusters, of which each side keeps a record.

use std::collections::BTreeMap;

use super::entry::{CLUSTERS, Entry, Fact, Kind, Verdict};
use super::error::ImportError;
use super::ids::Ids;

/// A connection of which every side says the same.
pub(super) struct Connection {
    pub(super) id: String,
    pub(super) first: Verdict,
    /// Whether both sides have spoken.
    confirmed: bool,
}

pub(super) type Connections = BTreeMap<(String, String), Connection>;

/// One connection for each pair of location and cluster, in the order of their ids.
pub(super) fn connections(verdicts: &[Verdict], ids: &Ids<'_>) -> Result<Connections, ImportError> {
    let mut connections = Connections::new();
    for verdict in verdicts {
        let location = ids.name_of(Kind::BackupLocation, &verdict.location)?;
        let cluster = ids.name_of(Kind::Cluster, &verdict.cluster)?;
        let pair = (location, cluster);
        if let Some(Connection { id, first, confirmed }) = connections.get_mut(&pair) {
            if first.state != verdict.state {
                return Err(ImportError::Disagreement {
                    connection: id.clone(),
                    first: first.place.clone(),
                    first_state: first.state,
                    second: verdict.place.clone(),
                    second_state: verdict.state,
                });
            }
            *confirmed |= first.side != verdict.side;
        } else {
            let id = format!("{}@{}", pair.0, pair.1);
            connections.insert(pair, Connection { id, first: verdict.clone(), confirmed: false });
        }
    }
    Ok(connections)
}

/// What the two sides of connections leave unsaid.
pub(super) fn warn_of_silence(
    connections: &Connections,
    entries: &[Entry],
    ids: &Ids<'_>,
    warnings: &mut Vec<String>,
) -> Result<(), ImportError> {
    for ((location, cluster), connection) in connections {
        let (kind, silent) = match connection.first.side {
            Kind::BackupLocation => (Kind::Cluster, cluster),
            _ => (Kind::BackupLocation, location),
        };
        if !connection.confirmed && ids.has(kind, silent) {
            warnings.push(format!(
                "{}: {} `{silent}` says nothing of this connection; it is taken as {}",
                connection.first.place,
                kind.as_str(),
                connection.first.state
            ));
        }
    }
    for (index, entry) in entries.iter().enumerate() {
        for fact in &entry.facts {
            let Fact::Links(CLUSTERS, Kind::Cluster, to) = fact else { continue };
            let pair = (ids.of(index).to_owned(), ids.name_of(Kind::Cluster, to)?);
            if !connections.contains_key(&pair) {
                warnings.push(format!(
                    "{}: nothing says whether cluster `{}` reaches backup-location `{}`: the connection is left out",
                    to.place, pair.1, pair.0
                ));
            }
        }
    }
    Ok(())
}
