//! Stork's custom resources, as `kubectl get -o json` prints them.

use super::api::vm_rules;
use super::entry::{Entry, Fact, Kind, MadeFor, Origin, Reference};
use super::error::ImportError;
use super::node::Node;
use super::site::Site;
use super::values::{
    FINAL_STATES, Named, STORK_BACKUP_STAGE, STORK_BACKUP_STATUS, STORK_BACKUP_TYPE, STORK_OBJECT_TYPE,
    STORK_RESTORE_STAGE, STORK_RESTORE_STATUS, Stage, VIRTUAL_MACHINE,
};

/// Group and version of the interface that the definitions are for.
const API_VERSION: &str = "stork.libopenstorage.org/v1alpha1";

/// Marks on objects that the server made, and on backups that a schedule made.
const CREATED_BY: &str = "portworx.io/created-by";
const SERVER: &str = "px-backup";
const BACKUP_UID: &str = "portworx.io/backup-uid";
const RESTORE_UID: &str = "portworx.io/restore-uid";
const SCHEDULE_NAME: &str = "stork.libopenstorage.org/applicationBackupScheduleName";

type Read = fn(&Node<'_>) -> Result<Entry, ImportError>;

/// The kinds of object that a world has.
const KINDS: [(&str, Kind, Read); 6] = [
    ("ApplicationBackup", Kind::Backup, backup),
    ("ApplicationRestore", Kind::Restore, restore),
    ("ApplicationBackupSchedule", Kind::BackupSchedule, backup_schedule),
    ("SchedulePolicy", Kind::SchedulePolicy, schedule_policy),
    ("NamespacedSchedulePolicy", Kind::SchedulePolicy, schedule_policy),
    ("Rule", Kind::Rule, rule),
];

/// The kinds that no world has.
const OUTSIDE: [&str; 14] = [
    "Action",
    "ApplicationClone",
    "ApplicationRegistration",
    "ClusterDomainUpdate",
    "ClusterDomainsStatus",
    "ClusterPair",
    "DataExport",
    "GroupVolumeSnapshot",
    "Migration",
    "MigrationSchedule",
    "PlatformCredential",
    "ResourceTransformation",
    "VolumeSnapshotRestore",
    "VolumeSnapshotSchedule",
];

/// Reads one object, or a list of objects of any kinds.
pub(super) fn read(root: &Node<'_>, site: &mut Site) -> Result<(), ImportError> {
    let kind = root.key("kind")?.required_text()?;
    if !root.key("items")?.is_set() {
        return object(root, kind, root, site).map(|_| ());
    }
    let metadata = root.key("metadata")?;
    let items = root.key("items")?.items()?;
    if metadata.key("continue")?.text()?.is_some() {
        let listed = items.len() as u64;
        let more = metadata.key("remainingItemCount")?.count()?.max(1);
        return Err(ImportError::Incomplete {
            place: root.key("items")?.place(),
            listed,
            total: listed.saturating_add(more),
        });
    }
    // A list of one kind: `ApplicationBackupList`. The objects in it may leave out what it says.
    let of = kind.strip_suffix("List").filter(|of| !of.is_empty());
    if let Some((_, kind, _)) = KINDS.iter().find(|(name, ..)| Some(*name) == of) {
        site.listed.insert((Origin::Stork, *kind));
    }
    for item in items {
        let (version, kind) = match (item.key("kind")?.text()?, of) {
            (Some(kind), _) => (&item, kind),
            (None, Some(of)) => (root, of),
            (None, None) => (&item, item.key("kind")?.required_text()?),
        };
        let kind = object(&item, kind, version, site)?;
        site.listed.extend(kind.map(|kind| (Origin::Stork, kind)));
    }
    Ok(())
}

/// Reads one object, and gives its kind where a world has it. `version` is what carries its
/// `apiVersion`: itself, or the list it stands in.
fn object(
    node: &Node<'_>,
    kind: &str,
    version: &Node<'_>,
    site: &mut Site,
) -> Result<Option<Kind>, ImportError> {
    let api_version = version.key("apiVersion")?.text()?.unwrap_or_default();
    let ours = api_version == API_VERSION;
    if let Some((_, kind, read)) = KINDS.iter().find(|(name, ..)| ours && *name == kind) {
        site.entries.push(read(node)?);
        return Ok(Some(*kind));
    }
    let why = match kind {
        "BackupLocation" if ours => "Stork prints no validity of a location; the server's list has it",
        _ if ours && OUTSIDE.contains(&kind) => "a world has nothing of the kind",
        _ => {
            let known = KINDS.map(|(name, ..)| name).join(", ");
            return Err(ImportError::UnknownKind {
                place: node.place(),
                found: format!("{api_version} {kind}"),
                known: format!("{known} of {API_VERSION}"),
            });
        }
    };
    let name = node.at(&["metadata", "name"])?.text()?.unwrap_or_default();
    site.warnings.push(format!("{}: {kind} `{name}` is left out: {why}", node.place()));
    Ok(None)
}

fn backup(node: &Node<'_>) -> Result<Entry, ImportError> {
    let mut entry = entry(Kind::Backup, node, Some(BACKUP_UID))?;
    let status = node.key("status")?;
    let state = state(&status, &STORK_BACKUP_STATUS, &STORK_BACKUP_STAGE)?;
    entry.state = deleting(node)?.unwrap_or(state);
    let schedule = node.at(&["metadata", "annotations"])?.key(SCHEDULE_NAME)?;
    if schedule.text()?.is_some() {
        entry.facts.push(Fact::Is("trigger", "schedule".to_owned()));
        link(&mut entry, "schedule", Kind::BackupSchedule, &schedule)?;
    }
    spec(&mut entry, &node.key("spec")?)?;
    Ok(entry)
}

fn restore(node: &Node<'_>) -> Result<Entry, ImportError> {
    let mut entry = entry(Kind::Restore, node, Some(RESTORE_UID))?;
    let status = node.key("status")?;
    let state = state(&status, &STORK_RESTORE_STATUS, &STORK_RESTORE_STAGE)?;
    entry.state = deleting(node)?.unwrap_or(state);
    let spec = node.key("spec")?;
    link(&mut entry, "backup", Kind::Backup, &spec.key("backupName")?)?;
    link(&mut entry, "location", Kind::BackupLocation, &spec.key("backupLocation")?)?;
    Ok(entry)
}

fn backup_schedule(node: &Node<'_>) -> Result<Entry, ImportError> {
    let mut entry = entry(Kind::BackupSchedule, node, None)?;
    let suspended = node.at(&["spec", "suspend"])?.flag()?;
    entry.state = deleting(node)?.unwrap_or(if suspended { "suspended" } else { "active" });
    link(&mut entry, "policy", Kind::SchedulePolicy, &node.at(&["spec", "schedulePolicyName"])?)?;
    spec(&mut entry, &node.at(&["spec", "template", "spec"])?)?;
    let mut unfinished = false;
    for (_, runs) in node.at(&["status", "items"])?.entries()? {
        for run in runs.items()? {
            let state = STORK_BACKUP_STATUS.read(&run.key("status")?)?;
            unfinished |= !FINAL_STATES.contains(&state);
        }
    }
    if unfinished {
        entry.facts.push(Fact::Is("previous-run", "in-progress".to_owned()));
    }
    Ok(entry)
}

fn schedule_policy(node: &Node<'_>) -> Result<Entry, ImportError> {
    entry(Kind::SchedulePolicy, node, None)
}

fn rule(node: &Node<'_>) -> Result<Entry, ImportError> {
    entry(Kind::Rule, node, None)
}

/// What every object has. Kinds without a status are present.
fn entry(kind: Kind, node: &Node<'_>, server_uid: Option<&str>) -> Result<Entry, ImportError> {
    let metadata = node.key("metadata")?;
    let annotations = metadata.key("annotations")?;
    let server_uid = server_uid.map(|key| annotations.key(key)?.text()).transpose()?.flatten();
    let by_server = annotations.key(CREATED_BY)?.text()? == Some(SERVER);
    Ok(Entry {
        kind,
        origin: Origin::Stork,
        namespace: metadata.key("namespace")?.text()?.map(str::to_owned),
        name: metadata.key("name")?.required_text()?.to_owned(),
        uid: metadata.key("uid")?.text()?.map(str::to_owned),
        state: "present",
        facts: Vec::new(),
        made_for: by_server.then(|| MadeFor { uid: server_uid.map(str::to_owned) }),
        place: node.place(),
    })
}

/// The state by status and stage, which must not contradict each other.
fn state(
    status: &Node<'_>,
    statuses: &Named<&'static str>,
    stages: &Named<Stage>,
) -> Result<&'static str, ImportError> {
    let (status, stage) = (status.key("status")?, status.key("stage")?);
    let state = statuses.read(&status)?;
    if stages.read(&stage)? == Stage::Final && !FINAL_STATES.contains(&state) {
        return Err(ImportError::Contradiction {
            place: status.place(),
            value: status.text()?.unwrap_or_default().to_owned(),
            other: stage.path().to_owned(),
            other_value: stage.text()?.unwrap_or_default().to_owned(),
        });
    }
    Ok(state)
}

/// The state of what Kubernetes has been told to delete and still lists.
fn deleting(node: &Node<'_>) -> Result<Option<&'static str>, ImportError> {
    let deleted = node.at(&["metadata", "deletionTimestamp"])?.text()?;
    Ok(deleted.map(|_| "deleting"))
}

/// What a backup, or a schedule's template of backups, says it backs up, and where to.
fn spec(entry: &mut Entry, spec: &Node<'_>) -> Result<(), ImportError> {
    link(entry, "location", Kind::BackupLocation, &spec.key("backupLocation")?)?;
    for namespace in spec.key("namespaces")?.items()? {
        entry.facts.extend(namespace.text()?.map(|name| Fact::Is("namespaces", name.to_owned())));
    }
    let object_type = STORK_OBJECT_TYPE.read(&spec.key("backupObjectType")?)?;
    let direct = spec.key("directKDMP")?.flag()?.then_some("kdmp");
    let backup_type = STORK_BACKUP_TYPE.read(&spec.key("backupType")?)?.or(direct);
    let rules = if object_type == Some(VIRTUAL_MACHINE) {
        let given = spec.key("preExecRule")?.text()?.is_some() || spec.key("postExecRule")?.text()?.is_some();
        Some(vm_rules(given, spec.key("skipAutoExecRules")?.flag()?))
    } else {
        None
    };
    for (name, value) in [("object-type", object_type), ("backup-type", backup_type), ("rules", rules)] {
        entry.facts.extend(value.map(|value| Fact::Is(name, value.to_owned())));
    }
    Ok(())
}

/// A link by name, within the object's own namespace.
fn link(entry: &mut Entry, name: &'static str, kind: Kind, node: &Node<'_>) -> Result<(), ImportError> {
    if let Some(text) = node.text()? {
        let to = Reference {
            origin: Origin::Stork,
            namespace: entry.namespace.clone(),
            name: Some(text.to_owned()),
            uid: None,
            place: node.place(),
        };
        entry.facts.push(Fact::Links(name, kind, to));
    }
    Ok(())
}
