//! Enumerate responses of the vendor's API.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Mode;
use super::entry::{CLUSTERS, Entry, Fact, Kind, Origin, Reference, Sync, Verdict};
use super::error::{ImportError, Place};
use super::node::Node;
use super::site::Site;
use super::values::{
    BACKUP_MODE, BACKUP_SHARE, BACKUP_STATUS, BACKUP_TYPE, CLUSTER_STATUS, CONNECTION_STATUS,
    DISCOVERY_STATUS, LOCATION_STATUS, LOCATION_TYPE, Numbered, OBJECT_TYPE, OWNERSHIP, PUBLIC,
    RESTORE_STATUS, RUN_STATUS, Run, SCHEDULE_STATUS, SUSPENDED_BY, SYNC_STATUS, ScheduleStatus,
    VIRTUAL_MACHINE,
};

/// Reads an object by its kind's message.
type Read = fn(&mut Reader<'_>, &Node<'_>) -> Result<Entry, ImportError>;

/// The lists of resources, each with the kind and the message of its elements.
const LISTS: [(&str, Kind, Read); 10] = [
    ("backup_locations", Kind::BackupLocation, backup_location),
    ("clusters", Kind::Cluster, cluster),
    ("backup_schedules", Kind::BackupSchedule, backup_schedule),
    ("backups", Kind::Backup, backup),
    ("restores", Kind::Restore, restore),
    ("cluster_discovery_configs", Kind::ClusterDiscoveryConfig, cluster_discovery_config),
    ("cloud_credentials", Kind::CloudAccount, cloud_account),
    ("schedule_policies", Kind::SchedulePolicy, schedule_policy),
    ("rules", Kind::Rule, rule),
    ("roles", Kind::Role, role),
];

/// Lists of what no world has. `cluster` is the list of clusters that a cloud account's scan found,
/// whether or not they were added to the site.
const OUTSIDE: [&str; 5] =
    ["cluster", "organizations", "receivers", "recipients", "volume_resource_only_policies"];

/// What else stands in an enumerate response.
const BESIDE: [&str; 7] =
    ["total_count", "complete", "enabled", "provider", "aws_config", "google_config", "azure_config"];

/// Reads one enumerate response.
pub(super) fn read(
    root: &Node<'_>,
    now: Timestamp,
    site: &mut Site,
    pages: &mut Pages,
) -> Result<(), ImportError> {
    let mut lists = 0;
    for (key, node) in root.entries()? {
        if let Some((name, kind, read)) = LISTS.iter().find(|(name, ..)| Node::same_field(key, name)) {
            lists += 1;
            site.listed.insert((Origin::Server, *kind));
            let page = pages.page(name, &node, root.field("total_count")?.count()?);
            for item in node.items()? {
                let entry = read(&mut Reader { site, now }, &item)?;
                page.listed.insert(entry.uid.as_ref().unwrap_or(&entry.name).clone());
                site.entries.push(entry);
            }
        } else if OUTSIDE.iter().any(|name| Node::same_field(key, name)) {
            lists += 1;
            let count = node.items()?.len();
            site.warnings
                .push(format!("{}: {count} left out: a world has nothing of the kind", node.place()));
        } else if !BESIDE.iter().any(|name| Node::same_field(key, name)) {
            let known = LISTS.map(|(name, ..)| format!("`{name}`")).join(", ");
            return Err(ImportError::UnknownList { place: node.place(), known });
        }
    }
    if lists == 0 {
        site.warnings.push(format!("{}: lists nothing", root.place()));
    }
    Ok(())
}

/// What the files have of each list.
#[derive(Default)]
pub(super) struct Pages(BTreeMap<&'static str, List>);

struct List {
    place: Place,
    /// The objects, each once.
    listed: BTreeSet<String>,
    /// How many the server has; 0 where it does not say.
    total: u64,
}

impl Pages {
    fn page(&mut self, name: &'static str, node: &Node<'_>, total: u64) -> &mut List {
        let list = self.0.entry(name).or_insert_with(|| List {
            place: node.place(),
            listed: BTreeSet::new(),
            total: 0,
        });
        list.total = list.total.max(total);
        list
    }

    /// Refuses a list of which the files have less than there is.
    pub(super) fn check(&self) -> Result<(), ImportError> {
        for List { place, listed, total } in self.0.values() {
            let listed = listed.len() as u64;
            if listed < *total {
                return Err(ImportError::Incomplete { place: place.clone(), listed, total: *total });
            }
        }
        Ok(())
    }
}

struct Reader<'s> {
    site: &'s mut Site,
    now: Timestamp,
}

fn backup_location(reader: &mut Reader<'_>, node: &Node<'_>) -> Result<Entry, ImportError> {
    let info = node.field("backup_location_info")?;
    let mut entry = reader.object(Kind::BackupLocation, node)?;
    entry.state = LOCATION_STATUS.read(&info.at(&["status", "status"])?)?;
    let facts = &mut entry.facts;
    is(facts, "provider", LOCATION_TYPE.read_or_unset(&info.field("type")?)?);
    let bucket = info.field("path")?.text()?;
    is(facts, "bucket", bucket);
    when(facts, "object-lock", info.field("object_lock_enabled")?.flag()?);

    let identity = info.field("use_workload_identity")?;
    match reader.site.mode {
        Mode::Classic if identity.flag()? => {
            return Err(not_in_mode(&identity, "a location that uses workload identity", Mode::Classic));
        }
        Mode::Classic => {
            let account = reference(&info, "cloud_credential_ref", "cloud_credential")?;
            links(facts, "cloud-account", Kind::CloudAccount, account);
        }
        Mode::Federated => {
            for cluster in info.field("cluster_refs")?.items()? {
                links(facts, CLUSTERS, Kind::Cluster, object_ref(&cluster)?);
            }
            let location = itself(&entry);
            for (key, verdict) in info.field("cluster_status")?.entries()? {
                let status = verdict.at(&["status_info", "status"])?;
                reader.site.verdicts.push(Verdict {
                    side: Kind::BackupLocation,
                    location: location.clone(),
                    cluster: key_ref(key, &verdict),
                    state: CONNECTION_STATUS.read(&status)?,
                    place: status.place(),
                });
            }
            reader.backup_sync(&info, location, bucket)?;
        }
    }
    Ok(entry)
}

fn cluster(reader: &mut Reader<'_>, node: &Node<'_>) -> Result<Entry, ImportError> {
    let info = node.field("clusterInfo")?;
    let mut entry = reader.object(Kind::Cluster, node)?;
    let (state, api_status) = CLUSTER_STATUS.read(&info.at(&["status", "status"])?)?;
    entry.state = state;
    let facts = &mut entry.facts;
    is(facts, "api-status", api_status);
    is(facts, "stork", info.field("stork_version")?.text()?);

    let shoot = info.at(&["provider_info", "gardener_shoot_info"])?;
    match reader.site.mode {
        Mode::Classic if shoot.is_set() => {
            return Err(not_in_mode(&shoot, "a Gardener shoot", Mode::Classic));
        }
        Mode::Classic => {
            if let Some(account) = reference(&info, "cloud_credential_ref", "cloud_credential")? {
                when(facts, "cloud-cluster", true);
                links(facts, "cloud-account", Kind::CloudAccount, Some(account));
            }
        }
        Mode::Federated => {
            let discoveries = shoot.field("cluster_discovery_config_refs")?.items()?;
            // A shoot that was added directly was selected by no label.
            let discovered = !discoveries.is_empty();
            is(facts, "onboarding", Some(if discovered { "discovery" } else { "kubeconfig" }));
            if discovered {
                let managed = shoot.field("managed")?.flag()?;
                is(facts, "managed", Some(if managed { "true" } else { "false" }));
            }
            for discovery in discoveries {
                links(facts, "discovery", Kind::ClusterDiscoveryConfig, object_ref(&discovery)?);
            }
            let cluster = itself(&entry);
            for (key, verdict) in info.field("backup_location_ref_status")?.entries()? {
                let status = verdict.field("status")?;
                reader.site.verdicts.push(Verdict {
                    side: Kind::Cluster,
                    location: key_ref(key, &verdict),
                    cluster: cluster.clone(),
                    state: CONNECTION_STATUS.read(&status)?,
                    place: status.place(),
                });
            }
        }
    }
    Ok(entry)
}

fn backup_schedule(reader: &mut Reader<'_>, node: &Node<'_>) -> Result<Entry, ImportError> {
    let info = node.field("backup_schedule_info")?;
    let mut entry = reader.object(Kind::BackupSchedule, node)?;
    let suspended = info.field("suspend")?.flag()?;
    entry.state = match (SCHEDULE_STATUS.read(&info.at(&["status", "status"])?)?, suspended) {
        (ScheduleStatus::State(state), _) => state,
        (ScheduleStatus::BySuspend, true) => "suspended",
        (ScheduleStatus::BySuspend, false) => "active",
    };
    let facts = &mut entry.facts;
    links(facts, "cluster", Kind::Cluster, reference(&info, "cluster_ref", "cluster")?);
    links(
        facts,
        "location",
        Kind::BackupLocation,
        reference(&info, "backup_location_ref", "backup_location")?,
    );
    let policy = reference(&info, "schedule_policy_ref", "schedule_policy")?;
    links(facts, "policy", Kind::SchedulePolicy, policy);
    namespaces(facts, &info)?;
    let by = SUSPENDED_BY.read_or_unset(&info.at(&["suspended_by", "source"])?)?;
    is(facts, "suspended-by", by.filter(|_| suspended));
    when(facts, "parallel", info.field("parallel_backup")?.flag()?);
    what_is_backed_up(facts, &info)?;
    if unfinished_run(&info.field("backup_status")?)? {
        is(facts, "previous-run", Some("in-progress"));
    }
    Ok(entry)
}

fn backup(reader: &mut Reader<'_>, node: &Node<'_>) -> Result<Entry, ImportError> {
    let info = node.field("backup_info")?;
    let mut entry = reader.object(Kind::Backup, node)?;
    entry.state = BACKUP_STATUS.read(&info.at(&["status", "status"])?)?;
    reader.grants(&mut entry.facts, &info.field("backup_share")?, &BACKUP_SHARE)?;
    let facts = &mut entry.facts;
    links(facts, "cluster", Kind::Cluster, reference(&info, "cluster_ref", "cluster")?);
    links(
        facts,
        "location",
        Kind::BackupLocation,
        reference(&info, "backup_location_ref", "backup_location")?,
    );
    if let Some(schedule) = object_ref(&info.field("backup_schedule")?)? {
        is(facts, "trigger", Some("schedule"));
        links(facts, "schedule", Kind::BackupSchedule, Some(schedule));
    }
    namespaces(facts, &info)?;
    what_is_backed_up(facts, &info)?;
    for (name, field) in
        [("vm-count", "virtual_machines_total_count"), ("vm-failed", "virtual_machines_failed_count")]
    {
        let count = info.field(field)?.count()?;
        is(facts, name, (count > 0).then(|| count.to_string()).as_deref());
    }
    when(facts, "parallel", info.field("parallel_backup")?.flag()?);
    let mut incremental = false;
    for volume in info.field("volumes")?.items()? {
        incremental |= BACKUP_MODE.read(&volume.at(&["backup_mode", "type"])?)?;
    }
    when(facts, "is-incremental", incremental);
    if let Some(end) = info.field("retention_time")?.time()? {
        is(facts, "retention", Some(if end > reader.now { "running" } else { "expired" }));
    }
    Ok(entry)
}

fn restore(reader: &mut Reader<'_>, node: &Node<'_>) -> Result<Entry, ImportError> {
    let info = node.field("restore_info")?;
    let mut entry = reader.object(Kind::Restore, node)?;
    entry.state = RESTORE_STATUS.read(&info.at(&["status", "status"])?)?;
    let facts = &mut entry.facts;
    links(facts, "backup", Kind::Backup, reference(&info, "backup_ref", "backup")?);
    links(facts, "cluster", Kind::Cluster, reference(&info, "cluster_ref", "cluster")?);
    links(
        facts,
        "location",
        Kind::BackupLocation,
        reference(&info, "backup_location_ref", "backup_location")?,
    );
    is(facts, "object-type", OBJECT_TYPE.read(&info.at(&["backup_object_type", "type"])?)?);
    Ok(entry)
}

fn cluster_discovery_config(reader: &mut Reader<'_>, node: &Node<'_>) -> Result<Entry, ImportError> {
    if reader.site.mode == Mode::Classic {
        return Err(not_in_mode(node, "a cluster discovery configuration", Mode::Classic));
    }
    let info = node.field("cluster_discovery_config_info")?;
    let mut entry = reader.object(Kind::ClusterDiscoveryConfig, node)?;
    entry.state = DISCOVERY_STATUS.read(&info.at(&["status", "status"])?)?;
    let settings = info.field("settings")?;
    if settings.field("auto_discover")?.flag()? {
        let every = settings.field("auto_discover_frequency")?;
        let in_minutes = |unit: &str, minutes: u64| Ok(every.field(unit)?.count()?.saturating_mul(minutes));
        let minutes = in_minutes("days", 24 * 60)?
            .saturating_add(in_minutes("hours", 60)?)
            .saturating_add(in_minutes("minutes", 1)?);
        is(&mut entry.facts, "auto-interval-minutes", Some(&minutes.to_string()));
    }
    Ok(entry)
}

fn cloud_account(reader: &mut Reader<'_>, node: &Node<'_>) -> Result<Entry, ImportError> {
    if reader.site.mode == Mode::Federated {
        return Err(not_in_mode(node, "a cloud account", Mode::Federated));
    }
    reader.object(Kind::CloudAccount, node)
}

fn schedule_policy(reader: &mut Reader<'_>, node: &Node<'_>) -> Result<Entry, ImportError> {
    let mut entry = reader.object(Kind::SchedulePolicy, node)?;
    let locked = node.at(&["schedule_policy_info", "for_object_lock"])?.flag()?;
    when(&mut entry.facts, "locked", locked);
    Ok(entry)
}

fn rule(reader: &mut Reader<'_>, node: &Node<'_>) -> Result<Entry, ImportError> {
    reader.object(Kind::Rule, node)
}

fn role(reader: &mut Reader<'_>, node: &Node<'_>) -> Result<Entry, ImportError> {
    reader.object(Kind::Role, node)
}

impl Reader<'_> {
    /// What every object has: a name, an owner, shares. Kinds without a status are present.
    fn object(&mut self, kind: Kind, node: &Node<'_>) -> Result<Entry, ImportError> {
        let metadata = node.field("metadata")?;
        let ownership = metadata.field("ownership")?;
        let mut facts = Vec::new();
        let owner = ownership.field("owner")?.text()?.or(metadata.field("owner")?.text()?);
        self.site.users.extend(owner.map(str::to_owned));
        is(&mut facts, "owner", owner);
        self.grants(&mut facts, &ownership, &OWNERSHIP)?;
        let public = ownership.at(&["public", "type"])?;
        if PUBLIC.read(&public)? {
            self.warn_of_everyone(&public);
        }
        Ok(Entry {
            kind,
            origin: Origin::Server,
            namespace: None,
            name: metadata.field("name")?.required_text()?.to_owned(),
            uid: metadata.field("uid")?.text()?.map(str::to_owned),
            state: "present",
            facts,
            made_for: None,
            place: node.place(),
        })
    }

    /// The users and groups that something is shared with.
    fn grants(
        &mut self,
        facts: &mut Vec<Fact>,
        share: &Node<'_>,
        access: &Numbered<&'static str>,
    ) -> Result<(), ImportError> {
        let mut shared = false;
        for (list, is_user) in [("collaborators", true), ("groups", false)] {
            for grant in share.field(list)?.items()? {
                let id = grant.field("id")?;
                let level = access.read(&grant.field("access")?)?;
                match id.required_text()? {
                    "*" => self.warn_of_everyone(&id),
                    name => {
                        shared = true;
                        is(facts, level, Some(name));
                        self.site.users.extend(is_user.then(|| name.to_owned()));
                    }
                }
            }
        }
        if !facts.iter().any(|fact| matches!(fact, Fact::Is("shared", _))) {
            when(facts, "shared", shared);
        }
        Ok(())
    }

    fn warn_of_everyone(&mut self, node: &Node<'_>) {
        let place = node.place();
        self.site.warnings.push(format!("{place}: shared with everyone, which a world cannot say: left out"));
    }

    /// The last sync of a location. One that never ran has no status, and is absent.
    fn backup_sync(
        &mut self,
        info: &Node<'_>,
        location: Reference,
        bucket: Option<&str>,
    ) -> Result<(), ImportError> {
        let sync = info.field("sync_info")?;
        let status = sync.field("status")?;
        let requested = info.field("sync")?;
        let state = match SYNC_STATUS.read_or_unset(&status)? {
            Some(state) => state,
            None if requested.flag()? => return SYNC_STATUS.read(&status).map(|_| ()),
            None => return Ok(()),
        };
        let mut facts = vec![Fact::Links("location", Kind::BackupLocation, location.clone())];
        is(&mut facts, "bucket", bucket);
        links(&mut facts, "cluster", Kind::Cluster, object_ref(&sync.field("cluster_ref")?)?);
        self.site.syncs.push(Sync { location, state, facts, place: status.place() });
        Ok(())
    }
}

fn namespaces(facts: &mut Vec<Fact>, info: &Node<'_>) -> Result<(), ImportError> {
    for namespace in info.field("namespaces")?.items()? {
        is(facts, "namespaces", namespace.text()?);
    }
    Ok(())
}

/// Whether namespaces or virtual machines are backed up, by which driver, and with which rules.
fn what_is_backed_up(facts: &mut Vec<Fact>, info: &Node<'_>) -> Result<(), ImportError> {
    let object_type = OBJECT_TYPE.read(&info.at(&["backup_object_type", "type"])?)?;
    is(facts, "object-type", object_type);
    let backup_type = BACKUP_TYPE.read(&info.at(&["backup_type", "type"])?)?;
    let direct = info.field("direct_kdmp")?.flag()?.then_some("kdmp");
    is(facts, "backup-type", backup_type.or(direct));
    if object_type == Some(VIRTUAL_MACHINE) {
        let before = reference(info, "pre_exec_rule_ref", "pre_exec_rule")?;
        let after = reference(info, "post_exec_rule_ref", "post_exec_rule")?;
        let skipped = info.field("skip_vm_auto_exec_rules")?.flag()?;
        is(facts, "rules", Some(vm_rules(before.is_some() || after.is_some(), skipped)));
    }
    Ok(())
}

/// The rules that a backup of virtual machines runs: those given, else the automatic ones unless they
/// are switched off.
pub(super) fn vm_rules(given: bool, automatic_skipped: bool) -> &'static str {
    match (given, automatic_skipped) {
        (true, _) => "custom",
        (false, true) => "none",
        (false, false) => "builtin",
    }
}

/// Whether a run of the schedule is not at its end; it keeps the next one from starting.
fn unfinished_run(runs: &Node<'_>) -> Result<bool, ImportError> {
    let mut unfinished = false;
    for (_, policy) in runs.entries()? {
        for run in policy.field("status")?.items()? {
            unfinished |= RUN_STATUS.read(&run.field("status")?)? == Run::Unfinished;
        }
    }
    Ok(unfinished)
}

/// A reference, or the name alone in the field that it replaced.
fn reference(info: &Node<'_>, field: &str, name_field: &str) -> Result<Option<Reference>, ImportError> {
    if let Some(reference) = object_ref(&info.field(field)?)? {
        return Ok(Some(reference));
    }
    let name = info.field(name_field)?;
    Ok(name.text()?.map(|text| by_name(text, None, &name)))
}

/// An `ObjectRef`; none where it names nothing.
fn object_ref(node: &Node<'_>) -> Result<Option<Reference>, ImportError> {
    let (name, uid) = (node.field("name")?.text()?, node.field("uid")?.text()?);
    let set = name.is_some() || uid.is_some();
    Ok(set.then(|| Reference {
        origin: Origin::Server,
        namespace: None,
        name: name.map(str::to_owned),
        uid: uid.map(str::to_owned),
        place: node.place(),
    }))
}

/// A map's key that refers: `NAME/UID`, or `NAME` where the uid was not given.
fn key_ref(key: &str, node: &Node<'_>) -> Reference {
    match key.rsplit_once('/') {
        Some((name, uid)) => by_name(name, Some(uid), node),
        None => by_name(key, None, node),
    }
}

fn by_name(name: &str, uid: Option<&str>, node: &Node<'_>) -> Reference {
    Reference {
        origin: Origin::Server,
        namespace: None,
        name: Some(name.to_owned()),
        uid: uid.map(str::to_owned),
        place: node.place(),
    }
}

fn itself(entry: &Entry) -> Reference {
    Reference {
        origin: entry.origin,
        namespace: entry.namespace.clone(),
        name: Some(entry.name.clone()),
        uid: entry.uid.clone(),
        place: entry.place.clone(),
    }
}

fn not_in_mode(node: &Node<'_>, what: &'static str, mode: Mode) -> ImportError {
    ImportError::NotInMode { place: node.place(), what, mode: mode.as_str() }
}

fn is(facts: &mut Vec<Fact>, name: &'static str, value: Option<&str>) {
    facts.extend(value.map(|value| Fact::Is(name, value.to_owned())));
}

fn when(facts: &mut Vec<Fact>, name: &'static str, holds: bool) {
    is(facts, name, holds.then_some("true"));
}

fn links(facts: &mut Vec<Fact>, name: &'static str, kind: Kind, to: Option<Reference>) {
    facts.extend(to.map(|to| Fact::Links(name, kind, to)));
}
