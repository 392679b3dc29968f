//! Small worlds for one condition: its target, what it reads, and one resource of each kind that it asks about.

use std::collections::BTreeSet;

use hashbrown::HashSet;
use interlock_model::{
    ABSENT, Attributes, ConditionInfo, Coverage, InputInfo, Manifest, Observation, Offer, Request, Subject,
};

use super::pairwise::pairwise;

/// A condition that both policies ask of a kind, with an action for which they do.
pub(crate) struct Probe {
    kind: String,
    action: String,
    pub(crate) condition: String,
    factors: Vec<Factor>,
}

/// Something in a world that takes different values.
struct Factor {
    slot: Slot,
    /// None: it is not told, or not there.
    values: Vec<Option<String>>,
    /// How many of the values, from the first, meet every value of the other factors. The others are tried one
    /// by one.
    paired: usize,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Slot {
    Mode,
    TargetState,
    Target(String),
    /// Whether there is a resource of the kind, and in which state.
    RelatedState(String),
    Related(String, String),
    Parameter(String),
    Subject,
    Role,
    SubjectAttribute(String),
    Coverage,
}

/// Who asks, in every world in which anybody does.
const SUBJECT: &str = "somebody";
/// Somebody and something else.
const OTHER: &str = "other";

impl Probe {
    /// One for each condition of each kind that both policies have, and for each mode too where no one action
    /// asks it in all of them: in the old one's order.
    pub(crate) fn all(old: &Manifest, new: &Manifest, given: &[Request]) -> Vec<Self> {
        let mut met = HashSet::new();
        let mut probes = Vec::new();
        for offer in &old.offers {
            let Some([_, kind, action]) = names(old, offer) else { continue };
            for info in conditions(old, offer) {
                let mut modes = Vec::new();
                let mut other = None;
                let offered =
                    old.offers.iter().filter(|it| (it.kind, it.action) == (offer.kind, offer.action));
                for it in offered.filter(|it| conditions(old, it).any(|listed| listed.code == info.code)) {
                    let Some(names) = names(old, it) else { continue };
                    let theirs = same_offer(new, names)
                        .and_then(|theirs| conditions(new, theirs).find(|listed| listed.code == info.code));
                    if theirs.is_some() && met.insert((it.mode, it.kind, info.code.as_str())) {
                        modes.push(Some(names[0].to_owned()));
                        other = theirs;
                    }
                }
                if let Some(other) = other {
                    let mut factors = factors([(old, info), (new, other)], offer, given);
                    factors.insert(0, Factor { slot: Slot::Mode, paired: modes.len(), values: modes });
                    let (kind, action) = (kind.to_owned(), action.to_owned());
                    probes.push(Self { kind, action, condition: info.code.clone(), factors });
                }
            }
        }
        probes
    }

    /// Rows in which any two values of what the condition reads meet.
    pub(crate) fn rows(&self) -> Vec<Vec<usize>> {
        pairwise(&self.factors.iter().map(|factor| factor.paired).collect::<Vec<_>>())
    }

    /// A row with each factor in turn at each of its other values.
    ///
    /// - `paired_only`: of the values only those that [`rows`](Self::rows) has.
    pub(crate) fn around<'a>(
        &'a self,
        row: &'a [usize],
        paired_only: bool,
    ) -> impl Iterator<Item = Vec<usize>> + 'a {
        self.factors.iter().enumerate().flat_map(move |(place, factor)| {
            let values = if paired_only { factor.paired } else { factor.values.len() };
            (0..values).filter(move |&value| value != row[place]).map(move |value| {
                let mut row = row.to_vec();
                row[place] = value;
                row
            })
        })
    }

    /// The row without what its request does not show: attributes of what is not there. Rows that are alike then
    /// have the same request.
    pub(crate) fn shown(&self, mut row: Vec<usize>) -> Vec<usize> {
        let gone: Vec<&Slot> = self
            .factors
            .iter()
            .zip(&row)
            .filter_map(|(factor, &value)| factor.values[value].is_none().then_some(&factor.slot))
            .collect();
        for (place, factor) in self.factors.iter().enumerate() {
            let bearer = match &factor.slot {
                Slot::Related(kind, _) => Slot::RelatedState(kind.clone()),
                Slot::Role | Slot::SubjectAttribute(_) => Slot::Subject,
                _ => continue,
            };
            if gone.contains(&&bearer) {
                row[place] = 0;
            }
        }
        row
    }

    /// The request of a row.
    pub(crate) fn request(&self, row: &[usize]) -> Request {
        let resource = |kind: &str, number: usize| Observation {
            kind: kind.to_owned(),
            id: id(kind, number),
            state: ABSENT.to_owned(),
            attributes: Attributes::new(),
        };
        let mut request = Request {
            mode: String::new(),
            subject: None,
            action: self.action.clone(),
            target: resource(&self.kind, 0),
            related: Vec::new(),
            parameters: Attributes::new(),
            coverage: Coverage::Complete,
        };
        // Whether somebody asks, and which resources there are, comes first: attributes go to those.
        for (factor, &value) in self.factors.iter().zip(row) {
            let Some(value) = factor.values[value].clone() else { continue };
            match &factor.slot {
                Slot::Mode => request.mode = value,
                Slot::TargetState => request.target.state = value,
                Slot::RelatedState(kind) => {
                    request.related.push(Observation { state: value, ..resource(kind, 1) });
                }
                Slot::Subject => {
                    request.subject =
                        Some(Subject { id: value, roles: Vec::new(), attributes: Attributes::new() });
                }
                Slot::Coverage => request.coverage = Coverage::Partial,
                _ => {}
            }
        }
        for (factor, &value) in self.factors.iter().zip(row) {
            let Some(value) = factor.values[value].clone() else { continue };
            match &factor.slot {
                Slot::Target(name) => request.target.attributes.push(name, value),
                Slot::Parameter(name) => request.parameters.push(name, value),
                Slot::Related(kind, name) => {
                    let there = request.related.iter_mut().find(|resource| resource.kind == *kind);
                    there.into_iter().for_each(|resource| resource.attributes.push(name, &*value));
                }
                Slot::Role => {
                    request.subject.iter_mut().for_each(|subject| subject.roles.push(value.clone()))
                }
                Slot::SubjectAttribute(name) => {
                    request.subject.iter_mut().for_each(|subject| subject.attributes.push(name, &*value));
                }
                _ => {}
            }
        }
        request
    }
}

/// Mode, kind and action of an offer.
fn names<'m>(manifest: &'m Manifest, offer: &Offer) -> Option<[&'m str; 3]> {
    Some([
        manifest.modes.get(usize::from(offer.mode))?,
        &manifest.kinds.get(usize::from(offer.kind))?.name,
        &manifest.actions.get(usize::from(offer.action))?.name,
    ])
}

fn same_offer<'m>(manifest: &'m Manifest, [mode, kind, action]: [&str; 3]) -> Option<&'m Offer> {
    manifest.offer(manifest.mode(mode)?, manifest.kind(kind)?, manifest.action(action)?)
}

fn conditions<'m>(manifest: &'m Manifest, offer: &'m Offer) -> impl Iterator<Item = &'m ConditionInfo> {
    offer.conditions.iter().filter_map(|&index| manifest.conditions.get(usize::from(index)))
}

fn id(kind: &str, number: usize) -> String {
    format!("{kind}-{number}")
}

/// What makes a difference to a condition, in either policy.
fn factors(both: [(&Manifest, &ConditionInfo); 2], offer: &Offer, given: &[Request]) -> Vec<Factor> {
    let (old, _) = both[0];
    let paths: BTreeSet<&str> = both.iter().flat_map(|(_, info)| &info.reads).map(String::as_str).collect();
    let mut slots: BTreeSet<Slot> = [Slot::TargetState, Slot::Coverage].into();
    let mut kinds: BTreeSet<&str> = BTreeSet::new();
    for path in &paths {
        for input in both.iter().filter_map(|(manifest, _)| input(manifest, path)) {
            kinds.extend(input.links_to.as_deref());
        }
        match path.split('.').collect::<Vec<_>>()[..] {
            ["target", "id" | "state"] => {}
            ["target", name] => drop(slots.insert(Slot::Target(name.to_owned()))),
            ["parameter", name] => drop(slots.insert(Slot::Parameter(name.to_owned()))),
            ["subject", name] => {
                slots.insert(Slot::Subject);
                match name {
                    "id" => {}
                    "roles" => drop(slots.insert(Slot::Role)),
                    name => drop(slots.insert(Slot::SubjectAttribute(name.to_owned()))),
                }
            }
            ["related", kind, name] => {
                kinds.insert(kind);
                if !matches!(name, "id" | "state") {
                    slots.insert(Slot::Related(kind.to_owned(), name.to_owned()));
                }
            }
            _ => {}
        }
    }
    slots.extend(kinds.into_iter().map(|kind| Slot::RelatedState(kind.to_owned())));
    let values = Values { both, paths: &paths, given };
    slots
        .into_iter()
        .map(|slot| {
            let (values, paired) = match &slot {
                Slot::TargetState => {
                    let kind = &old.kinds[usize::from(offer.kind)];
                    let home =
                        offer.from_states.first().and_then(|&state| kind.states.get(usize::from(state)));
                    values.states(
                        &kind.name,
                        home.map(|state| state.name.as_str()),
                        "target.state".to_owned(),
                    )
                }
                Slot::RelatedState(kind) => {
                    let (mut states, paired) = values.states(kind, None, format!("related.{kind}.state"));
                    // The first state is the one in which it is not there.
                    states.retain(|state| state.as_deref() != Some(ABSENT));
                    states.insert(1.min(states.len()), None);
                    (states, paired)
                }
                Slot::Target(name) => values.of(&format!("target.{name}")),
                Slot::Parameter(name) => values.of(&format!("parameter.{name}")),
                Slot::Related(kind, name) => values.of(&format!("related.{kind}.{name}")),
                Slot::SubjectAttribute(name) => values.of(&format!("subject.{name}")),
                Slot::Role => values.roles(),
                Slot::Subject => all(vec![Some(SUBJECT.to_owned()), None]),
                Slot::Coverage => all(vec![None, Some(String::new())]),
                Slot::Mode => all(Vec::new()),
            };
            Factor { slot, paired: paired.min(values.len()).max(1), values }
        })
        .filter(|factor| !factor.values.is_empty())
        .collect()
}

fn all(values: Vec<Option<String>>) -> (Vec<Option<String>>, usize) {
    let count = values.len();
    (values, count)
}

fn input<'m>(manifest: &'m Manifest, path: &str) -> Option<&'m InputInfo> {
    manifest.inputs.iter().find(|input| input.path == path)
}

/// Where values come from: what either manifest lists, and what the cases given have in the same place.
struct Values<'a> {
    both: [(&'a Manifest, &'a ConditionInfo); 2],
    /// What the condition reads.
    paths: &'a BTreeSet<&'a str>,
    given: &'a [Request],
}

/// How many values from the cases given are taken for one input.
const MOST_GIVEN: usize = 8;

impl Values<'_> {
    /// Every state that both policies have; where the condition reads it all are paired, else two.
    fn states(&self, kind: &str, home: Option<&str>, path: String) -> (Vec<Option<String>>, usize) {
        let states = |manifest: &Manifest| -> Vec<String> {
            let info = manifest.kind(kind).and_then(|kind| manifest.kinds.get(usize::from(kind)));
            info.map_or_else(Vec::new, |info| info.states.iter().map(|state| state.name.clone()).collect())
        };
        let theirs = states(self.both[1].0);
        let mut states = states(self.both[0].0);
        states.retain(|state| theirs.contains(state));
        // First the one at home, or the first that is there; then absence.
        let home = home.map_or_else(|| states.get(1).cloned(), |home| Some(home.to_owned()));
        let key = |state: &String| match state {
            state if Some(state) == home.as_ref() => 0,
            state if state == ABSENT => 1,
            _ => 2,
        };
        states.sort_by_key(key);
        let paired = if self.paths.contains(&*path) { states.len() } else { 2 };
        (states.into_iter().map(Some).collect(), paired)
    }

    fn roles(&self) -> (Vec<Option<String>>, usize) {
        let mut roles = vec![None];
        for role in self.both.iter().flat_map(|(manifest, _)| &manifest.roles) {
            if !roles.contains(&Some(role.clone())) {
                roles.push(Some(role.clone()));
            }
        }
        all(roles)
    }

    /// Every value of an input, the most telling first, and none.
    fn of(&self, path: &str) -> (Vec<Option<String>>, usize) {
        let mut values: Vec<String> = Vec::new();
        let mut add = |value: String| {
            if !values.contains(&value) {
                values.push(value);
            }
        };
        let inputs: Vec<&InputInfo> =
            self.both.iter().filter_map(|(manifest, _)| input(manifest, path)).collect();
        for input in &inputs {
            if let Some(kind) = &input.links_to {
                [1, 2].into_iter().for_each(|number| add(id(kind, number)));
            }
            input.values.iter().cloned().for_each(&mut add);
            if input.meaning.contains("whole number") {
                ["0", "1", "2", "1000"].into_iter().for_each(|number| add(number.to_owned()));
                let told = self.both.iter().flat_map(|(_, info)| numbers(&info.question));
                for number in told.chain(numbers(&input.meaning)) {
                    let around = [number.saturating_sub(1), number, number.saturating_add(1)];
                    around.iter().for_each(|number| add(number.to_string()));
                }
            } else if input.values.is_empty() && input.links_to.is_none() {
                [SUBJECT, OTHER].into_iter().for_each(|text| add(text.to_owned()));
                quoted(&input.meaning).for_each(|word| add(word.to_owned()));
            }
        }
        let known = values.len();
        for value in self.given.iter().flat_map(|request| told(request, path)) {
            if values.len() < known + MOST_GIVEN && !values.iter().any(|known| known == value) {
                values.push(value.to_owned());
            }
        }
        let mut values: Vec<Option<String>> = values.into_iter().map(Some).collect();
        values.insert(1.min(values.len()), None);
        // What only cases say is tried by itself.
        (values, known + 1)
    }
}

/// Whole numbers that a sentence names.
fn numbers(text: &str) -> impl Iterator<Item = u32> + '_ {
    text.split(|character: char| !character.is_ascii_digit()).filter_map(|digits| digits.parse().ok())
}

/// Words that a sentence names in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The values that a request has for an input.
fn told<'r>(request: &'r Request, path: &str) -> Vec<&'r str> {
    let of = |attributes: &'r Attributes, name: &str| -> Vec<&'r str> {
        attributes
            .iter()
            .filter(|attribute| attribute.name == name)
            .map(|attribute| &*attribute.value)
            .collect()
    };
    match path.split('.').collect::<Vec<_>>()[..] {
        ["target", name] => of(&request.target.attributes, name),
        ["parameter", name] => of(&request.parameters, name),
        ["subject", name] => {
            request.subject.as_ref().map_or_else(Vec::new, |subject| of(&subject.attributes, name))
        }
        ["related", kind, name] => {
            let of_kind = request.related.iter().filter(|resource| resource.kind == kind);
            of_kind.flat_map(|resource| of(&resource.attributes, name)).collect()
        }
        _ => Vec::new(),
    }
}
