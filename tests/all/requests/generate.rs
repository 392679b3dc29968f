//! Requests read off a tape of choices: plausible ones, made of what a manifest lists, and wrong ones.
//!
//! Proptest makes the tape and shrinks it. A choice of 0 is the plainest there is, and a tape that has come to
//! its end goes on with zeros, so shorter tapes and smaller numbers make plainer requests.

use std::collections::BTreeSet;
use std::fmt::{self, Debug};

use interlock_model::{
    ABSENT, Attribute, Attributes, Coverage, InputInfo, Manifest, Observation, Offer, Request, Subject,
    SurveyQuery,
};
use proptest::collection::vec;
use proptest::prelude::*;
use serde::Serialize;

/// Who may own things and whom they may be shared with: two subjects, who are users as well, and a group.
const PEOPLE: &[&str] = &["user-0", "user-1", "ops"];

/// Values for attributes that take any text: what some condition looks for, and what none does.
const TEXTS: &[&str] = &[
    "eu",
    "us",
    "kdmp",
    "csi",
    "nfs",
    "24.2.9",
    "24.3.0",
    "26.3.0",
    "23.1",
    "newest",
    "invalid",
    "offline",
    "uploading",
    "labels",
    "project",
    "kube-system",
    "shop",
    "px-backup-app.user",
    "px-backup-app.admin",
    "px-backup-super.admin",
];

/// Attributes whose values are whole numbers, and numbers to give them.
const NUMBERS: (&[&str], &[&str]) =
    (&["auto-interval-minutes", "vm-count", "vm-failed"], &["0", "1", "2", "14", "15", "999999999"]);

/// Attributes that may have several values at once; of the others, two that differ are invalid.
const REPEATING: &[&str] = &[
    "access",
    "change",
    "clusters",
    "discovery",
    "grant",
    "group",
    "namespaces",
    "owner",
    "role",
    "share-with",
    "shared-full",
    "shared-restorable",
    "shared-view",
    "virtual-machine",
];

/// What no policy expects.
const ODD: &[&str] = &[
    "",
    " ",
    "absent",
    "null",
    "`",
    "{location}",
    "\u{0}",
    "ä",
    "🦀",
    "\u{202e}sdrawkcab",
    "a\nb",
    "Backup",
    "backup_location",
    "not-in-mode",
    "../../etc",
    "true",
    "-1",
    "18446744073709551616",
];

/// What `read` makes of any tape.
pub(crate) fn any_of<T: Debug>(
    manifest: &'static Manifest,
    read: fn(&mut Generator<'_>) -> T,
) -> impl Strategy<Value = T> {
    vec(any::<u16>(), 100..700)
        .prop_map(move |tape| read(&mut Generator { manifest, reads: BTreeSet::new(), choices: tape.iter() }))
}

/// Shown as JSON, so that a request that fails can be put to the program as it stands.
#[derive(Clone)]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Serialize> Debug for Json<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(&self.0).map_err(|_| fmt::Error)?)
    }
}

/// Reads requests off a tape.
pub(crate) struct Generator<'a> {
    manifest: &'static Manifest,
    /// What the conditions of the offer in question read.
    reads: BTreeSet<&'static str>,
    choices: std::slice::Iter<'a, u16>,
}

impl<'a> Generator<'a> {
    /// One of the numbers below `count`; 0 where there are none.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        let choice = usize::from(self.choices.next().copied().unwrap_or_default());
        if count == 0 { 0 } else { choice % count }
    }

    /// Yes, once in so many times.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    fn pick<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.below(list.len())]
    }

    /// Something that some offer is about, with resources around it that its conditions look at.
    pub(crate) fn request(&mut self) -> Request {
        let manifest = self.manifest;
        // Of three offers the one that asks most: events ask little and are many.
        let offers = [0; 3].map(|_| self.pick(&manifest.offers));
        let asks_most = offers.into_iter().max_by_key(|offer| offer.conditions.len());
        let offer = asks_most.filter(|_| !self.once_in(4)).unwrap_or(offers[0]);
        self.reads = reads_of(manifest, offer);
        let kind = &manifest.kinds[usize::from(offer.kind)];
        let state = match self.below(8) {
            7 => self.below(kind.states.len()),
            _ => usize::from(*self.pick(&offer.from_states)),
        };
        let mode = if self.once_in(16) { self.below(manifest.modes.len()) } else { usize::from(offer.mode) };
        let action =
            if self.once_in(16) { self.below(manifest.actions.len()) } else { usize::from(offer.action) };
        let mut target = self.resource(&kind.name, Some("target."));
        target.state.clone_from(&kind.states[state].name);
        let subject = self.subject(&kind.name);
        let mut related = self.related();
        related.retain(|other| (&other.kind, &other.id) != (&target.kind, &target.id));
        Request {
            mode: manifest.modes[mode].clone(),
            subject,
            action: manifest.actions[action].name.clone(),
            target,
            related,
            parameters: self.attributes("parameter."),
            coverage: self.coverage(),
        }
    }

    /// Several targets in one world.
    pub(crate) fn survey(&mut self) -> SurveyQuery {
        let Request { mode, subject, target, mut related, parameters, coverage, .. } = self.request();
        let mut targets = vec![target];
        for _ in 0..self.below(4) {
            if !related.is_empty() {
                let position = self.below(related.len());
                targets.push(related.remove(position));
            }
        }
        let manifest = self.manifest;
        let actions = (0..self.below(6)).map(|_| self.pick(&manifest.actions).name.clone()).collect();
        SurveyQuery { mode, subject, actions, targets, related, parameters, coverage }
    }

    /// A resource that nothing in the request shows yet. None: there is no id left for it.
    pub(crate) fn another(&mut self, request: &Request) -> Option<Observation> {
        let shown: Vec<&Observation> = std::iter::once(&request.target).chain(&request.related).collect();
        let is_shown = |kind: &str, id: &str| shown.iter().any(|other| other.kind == kind && other.id == id);
        // Where links lead that the request does not show: there it is most likely to matter.
        let links: Vec<(&str, &str)> = inputs(self.manifest, "target.")
            .filter_map(|input| {
                let owner = Some("user").filter(|_| name_of(input) == "owner");
                Some((input.links_to.as_deref().or(owner)?, request.target.attributes.get(name_of(input))?))
            })
            .filter(|(kind, id)| !is_shown(kind, id))
            .collect();
        if !links.is_empty() && !self.once_in(3) {
            let (kind, id) = *self.pick(&links);
            return Some(Observation { id: id.to_owned(), ..self.resource(kind, None) });
        }
        let kind = self.kind();
        let resource = self.resource(kind, None);
        (!is_shown(&resource.kind, &resource.id)).then_some(resource)
    }

    /// An attribute that its bearer, one of the request's, does not have yet. None: it has that one.
    pub(crate) fn give_attribute(&mut self, request: &mut Request) -> Option<()> {
        let place = self.below(request.related.len() + 3);
        let (bearer, prefix) = match place {
            0 => (&mut request.target.attributes, "target.".to_owned()),
            1 => (&mut request.parameters, "parameter.".to_owned()),
            2 => (&mut request.subject.as_mut()?.attributes, "subject.".to_owned()),
            _ => {
                let related = &mut request.related[place - 3];
                (&mut related.attributes, format!("related.{}.", related.kind))
            }
        };
        let inputs: Vec<&InputInfo> = inputs(self.manifest, &prefix).collect();
        let input = inputs.get(self.below(inputs.len()))?;
        let name = name_of(input);
        let value = self.value(input);
        bearer.get(name).is_none().then(|| bearer.push(name, value))
    }

    /// What was right, made wrong in places.
    pub(crate) fn spoil(&mut self, request: &mut Request) {
        for _ in 0..=self.below(4) {
            let odd = self.odd();
            match self.below(16) {
                0 => request.mode = odd,
                1 => request.action = odd,
                2 => request.target.kind = odd,
                3 => request.target.state = odd,
                4 => request.target.id = odd,
                5 => request.subject = None,
                6 => request.related.push(request.target.clone()),
                7 => {
                    let twice = self.below(request.related.len());
                    request.related.extend(request.related.get(twice).cloned());
                }
                8 => {
                    let differs = self.below(request.related.len());
                    if let Some(mut copy) = request.related.get(differs).cloned() {
                        copy.attributes.push("owner", odd);
                        request.related.push(copy);
                    }
                }
                9 => {
                    let kind = self.odd();
                    let state = self.odd();
                    request.related.push(Observation { kind, id: odd, state, attributes: Attributes::new() });
                }
                10 => request.target.attributes.push(odd.clone(), odd),
                11 => request.parameters.push(self.attribute_name(), odd),
                12 => request.target.attributes.push(self.attribute_name(), odd),
                13 => {
                    let which = self.below(request.related.len());
                    let name = self.attribute_name();
                    if let Some(related) = request.related.get_mut(which) {
                        related.attributes.push(name, odd);
                    }
                }
                14 => {
                    let name = self.attribute_name();
                    if let Some(subject) = &mut request.subject {
                        subject.id.clone_from(&odd);
                        subject.roles.push(odd.clone());
                        subject.attributes.push(name, odd);
                    }
                }
                _ => {
                    let name = self.attribute_name();
                    for value in 0..self.below(300) {
                        request.target.attributes.push(name.clone(), format!("value-{value}"));
                    }
                }
            }
        }
    }

    /// The same in another order.
    pub(crate) fn shuffle(&mut self, request: &mut Request) {
        self.reorder(&mut request.related);
        self.reorder(&mut request.parameters.0);
        self.reorder(&mut request.target.attributes.0);
        for related in &mut request.related {
            self.reorder(&mut related.attributes.0);
        }
        if let Some(subject) = &mut request.subject {
            self.reorder(&mut subject.roles);
            self.reorder(&mut subject.attributes.0);
        }
    }

    fn reorder<T>(&mut self, list: &mut [T]) {
        for end in (1..list.len()).rev() {
            // From the end, so that zeros change the order too.
            list.swap(end, self.below(end + 1));
        }
    }

    fn subject(&mut self, kind: &str) -> Option<Subject> {
        if self.once_in(6) {
            return None;
        }
        let manifest = self.manifest;
        let id = self.pick(&PEOPLE[..2]).to_string();
        let roles = (0..1 + self.below(2)).map(|_| self.role(manifest)).collect();
        let mut attributes = Attributes::new();
        if self.once_in(3) {
            attributes.push("group", "ops");
        }
        for _ in 0..self.below(3) {
            let kind = if self.once_in(3) { &self.pick(&manifest.kinds).name } else { kind };
            attributes.push("grant", format!("{kind}:{}", self.pick(&["full", "view"])));
        }
        if self.once_in(8) {
            attributes.push("state", *self.pick(&["active", "inactive", "unknown"]));
        }
        Some(Subject { id, roles, attributes })
    }

    fn role(&mut self, manifest: &Manifest) -> String {
        match manifest.roles.get(self.below(manifest.roles.len() + 1)) {
            Some(role) => role.clone(),
            None => "nobody-knows".to_owned(),
        }
    }

    fn related(&mut self) -> Vec<Observation> {
        let mut related: Vec<Observation> = Vec::new();
        for _ in 0..self.below(16) {
            let kind = self.kind();
            let resource = self.resource(kind, None);
            if !related.iter().any(|other| (&other.kind, &other.id) == (&resource.kind, &resource.id)) {
                related.push(resource);
            }
        }
        related
    }

    /// - `prefix`: which inputs it has besides those of a related resource of its kind.
    fn resource(&mut self, kind: &str, prefix: Option<&str>) -> Observation {
        let manifest = self.manifest;
        let states =
            manifest.kinds.iter().find(|info| info.name == kind).map_or(&[][..], |info| &info.states);
        let state = match self.below(4) {
            0 | 1 => states.get(1),
            _ => states.get(self.below(states.len())),
        };
        let id = format!("{kind}-{}", self.below(2));
        let mut attributes = self.attributes(&format!("related.{kind}."));
        if let Some(prefix) = prefix {
            for attribute in self.attributes(prefix).0 {
                if attributes.get(&attribute.name).is_none() {
                    attributes.0.push(attribute);
                }
            }
        }
        let state = state.map_or(ABSENT, |state| &state.name).to_owned();
        Observation { kind: kind.to_owned(), id, state, attributes }
    }

    /// Values for some of the inputs below a path; links, and what the conditions read, more often than others.
    fn attributes(&mut self, prefix: &str) -> Attributes {
        let mut attributes = Attributes::new();
        for input in inputs(self.manifest, prefix) {
            let name = name_of(input);
            let often = input.links_to.is_some() || matches!(name, "owner" | "bucket" | "acknowledged");
            let given = match (self.reads.contains(input.path.as_str()), often) {
                (true, true) => !self.once_in(4),
                (true, false) => self.once_in(3),
                (false, _) => self.once_in(16),
            };
            if given {
                attributes.push(name, self.value(input));
                while REPEATING.contains(&name) && self.once_in(8) {
                    attributes.push(name, self.value(input));
                }
            }
        }
        attributes
    }

    fn value(&mut self, input: &InputInfo) -> String {
        let name = name_of(input);
        if let Some(kind) = &input.links_to
            && (input.values.is_empty() || self.once_in(2))
        {
            return format!("{kind}-{}", self.below(2));
        }
        if NUMBERS.0.contains(&name) {
            return self.pick(NUMBERS.1).to_string();
        }
        if !input.values.is_empty() {
            return self.pick(&input.values).clone();
        }
        if name == "owner" || name.starts_with("shared-") || name == "group" || name == "backups-owner" {
            return self.pick(PEOPLE).to_string();
        }
        self.pick(TEXTS).to_string()
    }

    /// Mostly a kind that the conditions look at.
    fn kind(&mut self) -> &'static str {
        let manifest = self.manifest;
        let related = self.reads.iter().filter_map(|path| path.strip_prefix("related.")?.split_once('.'));
        let kinds: BTreeSet<&'static str> = related.map(|(kind, _)| kind).collect();
        let kinds: Vec<&'static str> = kinds.into_iter().collect();
        if kinds.is_empty() || self.once_in(8) {
            self.pick(&manifest.kinds).name.as_str()
        } else {
            kinds[self.below(kinds.len())]
        }
    }

    fn coverage(&mut self) -> Coverage {
        *self.pick(&[Coverage::Complete, Coverage::Partial])
    }

    fn attribute_name(&mut self) -> String {
        let manifest = self.manifest;
        if manifest.inputs.is_empty() || self.once_in(4) {
            self.odd()
        } else {
            name_of(self.pick(&manifest.inputs)).to_owned()
        }
    }

    fn odd(&mut self) -> String {
        if self.once_in(8) {
            return "long ".repeat(self.below(1_000));
        }
        self.pick(ODD).to_string()
    }
}

/// The inputs below a path, without ids and states, which are no attributes there.
fn inputs<'m>(manifest: &'m Manifest, prefix: &str) -> impl Iterator<Item = &'m InputInfo> {
    let prefix = prefix.to_owned();
    manifest.inputs.iter().filter(move |input| {
        input.path.strip_prefix(&prefix).is_some_and(|name| {
            !name.contains('.')
                && !matches!(name, "id" | "roles")
                && (name != "state" || prefix == "subject.")
        })
    })
}

/// The attribute that a path ends in.
fn name_of(input: &InputInfo) -> &str {
    input.path.rsplit_once('.').map_or(&input.path, |(_, name)| name)
}

/// Leaves the attributes whose names are wanted.
pub(crate) fn keep(attributes: &mut Attributes, wanted: impl Fn(&str) -> bool) {
    attributes.0.retain(|Attribute { name, .. }| wanted(name));
}

/// What the conditions of an offer read.
fn reads_of(manifest: &'static Manifest, offer: &Offer) -> BTreeSet<&'static str> {
    let conditions = offer.conditions.iter().map(|&condition| &manifest.conditions[usize::from(condition)]);
    conditions.flat_map(|condition| &condition.reads).map(String::as_str).collect()
}
