//! Makes requests of the files in `tests/cases`, as the README there describes them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use interlock_model::{Attributes, Coverage, Observation, Reference, Request, Subject, Verdict, WayOut};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// One request, and what is wanted of it.
pub(crate) struct Case {
    /// Where it stands: `backup.json: a backup starts (classic, from pending)`.
    pub(crate) place: String,
    pub(crate) policy: PolicyName,
    pub(crate) ids: Vec<String>,
    pub(crate) request: Request,
    pub(crate) want: Want,
}

/// Which policy is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PolicyName {
    #[default]
    Backup,
    Turnstile,
}

/// A wanted answer.
#[derive(Clone, Deserialize)]
#[serde(untagged, expecting = "a wanted answer has a `verdict` or an `error`, and no unknown field")]
pub(crate) enum Want {
    Decision(WantedDecision),
    Error(WantedError),
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedDecision {
    pub(crate) verdict: Verdict,
    #[serde(default)]
    pub(crate) reasons: BTreeSet<String>,
    #[serde(default)]
    pub(crate) next_state: Option<String>,
    #[serde(default)]
    pub(crate) effects: BTreeSet<String>,
    pub(crate) ways_out: Option<Vec<WayOut>>,
    #[serde(default)]
    pub(crate) messages: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) evidence: BTreeMap<String, Vec<Reference>>,
    #[serde(default)]
    pub(crate) unsaid: Vec<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedError {
    pub(crate) error: String,
    pub(crate) error_message: Option<String>,
}

/// How many cases are written, and what they come to once lists of modes and states are spread out.
pub(crate) struct Cases {
    pub(crate) written: usize,
    pub(crate) all: Vec<Case>,
}

/// Every case of every file.
pub(crate) fn load() -> Cases {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("cases");
    let cast: Cast = read(&folder.join("cast.json"));
    let mut cases = Cases { written: 0, all: Vec::new() };
    let mut names = BTreeSet::new();
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !file.ends_with(".json") || file == "cast.json" {
            continue;
        }
        let content: File = read(&path);
        assert!(!content.about.is_empty(), "{file} does not say what it is about");
        let stage = Stage::new(&cast, &content);
        for written in &content.cases {
            let place = format!("{file}: {}", written.name);
            assert!(names.insert(written.name.clone()), "{place} is not the only case of that name");
            assert!(!written.source.is_empty(), "{place} has no source");
            stage.spread(&place, written, &mut cases.all);
            cases.written += 1;
        }
    }
    cases
}

/// What all files share.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cast {
    subjects: BTreeMap<String, Subject>,
    resources: BTreeMap<String, Observation>,
    sites: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    about: String,
    #[serde(default)]
    policy: PolicyName,
    #[serde(default)]
    subjects: BTreeMap<String, Subject>,
    #[serde(default)]
    resources: BTreeMap<String, Observation>,
    #[serde(default)]
    related: Vec<Resource>,
    cases: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    source: Vec<String>,
    #[serde(default)]
    ids: Vec<String>,
    mode: OneOrMany,
    #[serde(rename = "as")]
    subject: Option<String>,
    action: String,
    target: Resource,
    #[serde(default)]
    related: Vec<Resource>,
    #[serde(default)]
    without: Vec<String>,
    only: Option<Vec<Resource>>,
    #[serde(default)]
    parameters: Attributes,
    #[serde(default = "complete")]
    coverage: Coverage,
    want: Want,
}

fn complete() -> Coverage {
    Coverage::Complete
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "a resource is a name, or an object of `like`, `kind`, `id`, `state`, `attributes`"
)]
enum Resource {
    Name(String),
    Changed(Box<Changed>),
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Changed {
    like: Option<String>,
    kind: Option<String>,
    id: Option<String>,
    state: Option<OneOrMany>,
    #[serde(default)]
    attributes: BTreeMap<String, OneOrMany>,
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn list(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// One file with the cast: what its cases can name.
struct Stage<'a> {
    cast: &'a Cast,
    file: &'a File,
}

impl<'a> Stage<'a> {
    fn new(cast: &'a Cast, file: &'a File) -> Self {
        for name in file.resources.keys() {
            assert!(!cast.resources.contains_key(name), "the cast has resource `{name}` already");
        }
        for name in file.subjects.keys() {
            assert!(!cast.subjects.contains_key(name), "the cast has subject `{name}` already");
        }
        Self { cast, file }
    }

    /// The written case in each of its modes, from each of its states.
    fn spread(&self, place: &str, written: &Written, cases: &mut Vec<Case>) {
        let targets = self.resources(place, &written.target);
        for mode in written.mode.list() {
            for target in &targets {
                let mut request = self.request(place, written, mode, target);
                request.related.retain(|other| {
                    (&other.kind, &other.id) != (&target.kind, &target.id) || written.only.is_some()
                });
                let mut want = written.want.clone();
                if let Want::Decision(decision) = &mut want
                    && decision.next_state.as_deref() == Some("unchanged")
                {
                    decision.next_state = Some(target.state.clone());
                }
                cases.push(Case {
                    place: format!("{place} ({mode}, from {})", target.state),
                    policy: self.file.policy,
                    ids: written.ids.clone(),
                    request,
                    want,
                });
            }
        }
    }

    fn request(&self, place: &str, written: &Written, mode: &str, target: &Observation) -> Request {
        let related = match &written.only {
            Some(only) => {
                assert!(
                    written.related.is_empty() && written.without.is_empty(),
                    "{place}: `only` stands alone"
                );
                only.iter().map(|resource| self.resource(place, resource)).collect()
            }
            None => {
                let site = self.cast.sites.get(mode).filter(|_| self.file.policy == PolicyName::Backup);
                let mut related: Vec<Observation> =
                    site.into_iter().flatten().map(|name| self.named(place, name).clone()).collect();
                for laid_over in self.file.related.iter().chain(&written.related) {
                    let laid_over = self.resource(place, laid_over);
                    related.retain(|other| (&other.kind, &other.id) != (&laid_over.kind, &laid_over.id));
                    related.push(laid_over);
                }
                for name in &written.without {
                    let left_out = self.named(place, name);
                    let before = related.len();
                    related.retain(|other| (&other.kind, &other.id) != (&left_out.kind, &left_out.id));
                    assert!(related.len() < before, "{place}: `{name}` is not related anyway");
                }
                related
            }
        };
        let subject = written.subject.as_ref().map(|name| {
            let of_file = self.file.subjects.get(name);
            of_file
                .or_else(|| self.cast.subjects.get(name))
                .unwrap_or_else(|| panic!("{place}: no subject `{name}`"))
        });
        Request {
            mode: mode.to_owned(),
            subject: subject.cloned(),
            action: written.action.clone(),
            target: target.clone(),
            related,
            parameters: written.parameters.clone(),
            coverage: written.coverage,
        }
    }

    fn named(&self, place: &str, name: &str) -> &Observation {
        let of_file = self.file.resources.get(name);
        of_file
            .or_else(|| self.cast.resources.get(name))
            .unwrap_or_else(|| panic!("{place}: no resource `{name}`"))
    }

    fn resource(&self, place: &str, resource: &Resource) -> Observation {
        let mut all = self.resources(place, resource);
        assert_eq!(all.len(), 1, "{place}: only a target has several states");
        all.remove(0)
    }

    /// The resource in each of its states.
    fn resources(&self, place: &str, resource: &Resource) -> Vec<Observation> {
        let changed = match resource {
            Resource::Name(name) => return vec![self.named(place, name).clone()],
            Resource::Changed(changed) => changed,
        };
        let base = changed.like.as_ref().map(|name| self.named(place, name));
        let field = |own: &Option<String>, of: fn(&Observation) -> &String| {
            own.as_ref()
                .or(base.map(of))
                .unwrap_or_else(|| panic!("{place}: a resource lacks a field"))
                .clone()
        };
        let mut attributes = base.map(|base| base.attributes.clone()).unwrap_or_default();
        for (name, values) in &changed.attributes {
            attributes.0.retain(|attribute| attribute.name != *name);
            values.list().iter().for_each(|value| attributes.push(name, value));
        }
        let observation = Observation {
            kind: field(&changed.kind, |of| &of.kind),
            id: field(&changed.id, |of| &of.id),
            state: String::new(),
            attributes,
        };
        let states = match (&changed.state, base) {
            (Some(states), _) => states.list().to_vec(),
            (None, Some(base)) => vec![base.state.clone()],
            (None, None) => panic!("{place}: a resource lacks a state"),
        };
        states.into_iter().map(|state| Observation { state, ..observation.clone() }).collect()
    }
}

fn read<T: DeserializeOwned>(path: &std::path::Path) -> T {
    let text = fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
