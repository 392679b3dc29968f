//! What a body means as a request to a policy.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use interlock_model::{
    ABSENT, ActionClass, Attributes, Coverage, Manifest, Names, Observation, Request, Subject, SurveyQuery,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::directory::{Directory, ListedResource};
use crate::error::{ItemError, shown};
use crate::json::{Json, Object, Place};
use crate::read::{Entity, Question};
use crate::value;

/// What the operator settles of requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The mode where `context.mode` gives none. Default: the policy's, if it has only one.
    pub mode: Option<String>,
    /// The state of a resource where neither request nor directory gives one, by kind. Default: the kind's state, if
    /// it has only one in the mode besides `absent`.
    pub states: BTreeMap<String, String>,
    /// Whether what is not related does not exist, where `context.coverage` says nothing. Default: partial.
    pub coverage: Coverage,
    /// Who is believed of a resource that the directory lists. Default: the directory.
    pub resources: Precedence,
    /// What becomes of a subject that the directory does not list. Default: its properties count.
    pub unlisted_subjects: UnlistedSubjects,
}

/// Who is believed of a resource where directory and request both give its state or an attribute. What only one of
/// the two gives counts either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precedence {
    /// The directory.
    #[default]
    Directory,
    /// The request.
    Request,
}

/// What becomes of a subject that the directory does not list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnlistedSubjects {
    /// Its properties say what roles and attributes it has.
    #[default]
    Believe,
    /// It is refused.
    Refuse,
}

/// Settings that do not fit a policy.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MappingError {
    /// No such mode.
    #[error("the default mode `{mode}` is none of the policy's: it has {known}")]
    UnknownMode {
        /// The mode that the settings name.
        mode: String,
        /// Those that the policy has.
        known: String,
    },
    /// No such kind.
    #[error("a default state is given for kind `{kind}`, which the policy does not have")]
    UnknownKind {
        /// The kind that the settings name.
        kind: String,
    },
    /// No such state.
    #[error("the default state `{state}` is none of kind `{kind}`: it has {known}")]
    UnknownState {
        /// The kind.
        kind: String,
        /// The state that the settings name.
        state: String,
        /// Those that the kind has.
        known: String,
    },
}

/// Whether the caller may speak for the platform.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// A subject with the role `system` is refused, also one that the directory lists; and so are events.
    #[default]
    Ordinary,
    /// The subject may have the role `system`.
    Platform,
}

/// How bodies become requests to one policy: made once for each version of it, and asked from any thread.
///
/// | of the body | becomes |
/// |---|---|
/// | `subject.id` | the subject's id; the own id of one that the directory lists under an alias |
/// | `subject.properties.roles` | roles: a string or a list of strings |
/// | `subject.properties`, others | attributes of the subject |
/// | `action.name`, `action.properties` | action, parameters |
/// | `resource.type`, `resource.id` | kind and id of the target |
/// | `resource.properties.state` | its state |
/// | `resource.properties`, others | its attributes |
/// | `context.mode` | mode |
/// | `context.coverage` | `partial` or `complete` |
/// | `context.related` | related resources, each with `type`, `id` and `properties` as a resource has them, or with `kind`, `id`, `state` and `attributes` |
///
/// Values of properties are strings, numbers, booleans, or lists of these, which are several values. A boolean is
/// `true` or `false`; a number is written in digits, `1.0` as `1`. A whole number that a double would not keep exactly
/// is refused unless it fits 64 bits. An object, a list in a list or `null` is refused where the policy has an
/// attribute of that name, and ignored where it has none: nobody asks for it.
///
/// # Who is believed
///
/// - **Of a subject that the directory lists**, its roles are the directory's and no others. Attributes are the
///   directory's; the request adds those whose names the directory does not give.
/// - **Of a subject that it does not list**, the request is believed, or the subject is refused:
///   [`Settings::unlisted_subjects`].
/// - **Of a resource that it lists**, [`Settings::resources`] says, name by name; by default the directory. The same
///   holds of `context.related`.
/// - Listed resources that the action's conditions may ask about are related without being named. With several
///   thousand of these, each request takes them along.
#[derive(Clone, Debug)]
pub struct Mapping {
    directory: Arc<Directory>,
    coverage: Coverage,
    precedence: Precedence,
    unlisted_subjects: UnlistedSubjects,
    names: Names,
    modes: Vec<String>,
    default_mode: Option<u8>,
    kinds: Vec<String>,
    /// By mode, then kind.
    cells: Vec<Vec<Cell>>,
    /// Names of attributes that some condition reads.
    attributes: HashSet<String>,
}

/// What is known of a kind in a mode.
#[derive(Clone, Debug, Default)]
struct Cell {
    default_state: Option<String>,
    /// Names of operations offered, in the order of the manifest.
    operations: Vec<String>,
    /// For each action offered, kinds that its conditions ask about: as bits.
    related: Vec<(u8, Vec<u8>)>,
}

impl Mapping {
    /// How bodies become requests to the policy of a manifest.
    ///
    /// # Errors
    ///
    /// [`MappingError`] for settings that name what the policy does not have.
    pub fn new(
        settings: &Settings,
        directory: Arc<Directory>,
        manifest: &Manifest,
    ) -> Result<Self, MappingError> {
        let default_mode = match &settings.mode {
            Some(mode) => Some(manifest.mode(mode).ok_or_else(|| MappingError::UnknownMode {
                mode: mode.clone(),
                known: listed(&manifest.modes),
            })?),
            None => (manifest.modes.len() == 1).then_some(0),
        };
        for (name, state) in &settings.states {
            let kind = manifest.kind(name).ok_or_else(|| MappingError::UnknownKind { kind: name.clone() })?;
            if manifest.state(kind, state).is_none() {
                let states = manifest.kinds[usize::from(kind)].states.iter().map(|state| &state.name);
                return Err(MappingError::UnknownState {
                    kind: name.clone(),
                    state: state.clone(),
                    known: listed(states),
                });
            }
        }
        let attributes = manifest.inputs.iter().filter_map(|input| input.path.rsplit('.').next());
        Ok(Self {
            directory,
            coverage: settings.coverage,
            precedence: settings.resources,
            unlisted_subjects: settings.unlisted_subjects,
            names: Names::of(manifest),
            modes: manifest.modes.clone(),
            default_mode,
            kinds: manifest.kinds.iter().map(|kind| kind.name.clone()).collect(),
            cells: (0..)
                .zip(&manifest.modes)
                .map(|(mode, _)| {
                    (0..)
                        .zip(&manifest.kinds)
                        .map(|(kind, _)| Cell::of(settings, manifest, mode, kind))
                        .collect()
                })
                .collect(),
            attributes: attributes.map(ToOwned::to_owned).collect(),
        })
    }

    /// The directory that fills in what requests do not say.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The request that a question puts to the policy.
    ///
    /// # Errors
    ///
    /// [`ItemError`] where it puts none: no mode, no state, a value that is no attribute's, a role that the caller
    /// may not give. Unknown names are for the policy to refuse, unless a default depends on them.
    pub fn request(&self, question: Question<'_>, standing: Standing) -> Result<Request, ItemError> {
        let Question { subject, action, resource, context } = question;
        let mode = self.mode(context)?;
        let subject = self.subject(subject, standing)?;
        let target = self.resource(mode, resource)?;
        let parameters = self.attributes(&action.properties, &[], ("action", "properties"))?;
        let named = self.related(mode, context)?;
        let asked =
            self.cell(mode, &target.kind).zip(self.names.action(&action.name)).and_then(|(cell, action)| {
                cell.related.iter().find(|(of, _)| *of == action).map(|(_, kinds)| kinds.as_slice())
            });
        let related = self.with_listed(mode, named, &target, asked.unwrap_or_default());
        Ok(Request {
            mode: self.mode_name(mode).to_owned(),
            subject: Some(subject),
            action: action.name.clone().into_owned(),
            target,
            related,
            parameters,
            coverage: self.coverage(context)?,
        })
    }

    /// The survey of every operation that a resource's kind offers in the mode; none where it offers none.
    ///
    /// # Errors
    ///
    /// As [`request`](Self::request).
    pub fn survey(
        &self,
        subject: &Entity<'_>,
        resource: &Entity<'_>,
        context: &Object<'_>,
        standing: Standing,
    ) -> Result<Option<SurveyQuery>, ItemError> {
        let mode = self.mode(context)?;
        let subject = self.subject(subject, standing)?;
        let coverage = self.coverage(context)?;
        let Some(cell) = self.cell(mode, &resource.kind).filter(|cell| !cell.operations.is_empty()) else {
            return Ok(None);
        };
        let target = self.resource(mode, resource)?;
        let mut asked: Vec<u8> = cell.related.iter().flat_map(|(_, kinds)| kinds).copied().collect();
        asked.sort_unstable();
        asked.dedup();
        let named = self.related(mode, context)?;
        let related = self.with_listed(mode, named, &target, &asked);
        Ok(Some(SurveyQuery {
            mode: self.mode_name(mode).to_owned(),
            subject: Some(subject),
            actions: cell.operations.clone(),
            targets: vec![target],
            related,
            parameters: Attributes::new(),
            coverage,
        }))
    }

    fn mode(&self, context: &Object<'_>) -> Result<u8, ItemError> {
        let known = || listed(&self.modes);
        match context.get("mode") {
            Some(Json::Text(mode)) => self.names.mode(mode).ok_or_else(|| {
                let message = format!("the policy has no mode `{}`; it has {}", shown(mode), known());
                ItemError::new(404, "unknown-mode", message)
            }),
            Some(other) => {
                Err(ItemError::invalid(format!("context.mode: expected a string, found {}", other.what())))
            }
            None => self.default_mode.ok_or_else(|| {
                let message =
                    format!("context.mode: missing, and there is no default; the policy has {}", known());
                ItemError::new(400, "missing-mode", message)
            }),
        }
    }

    fn coverage(&self, context: &Object<'_>) -> Result<Coverage, ItemError> {
        match context.get("coverage") {
            None => Ok(self.coverage),
            Some(Json::Text(word)) if word == "partial" => Ok(Coverage::Partial),
            Some(Json::Text(word)) if word == "complete" => Ok(Coverage::Complete),
            Some(_) => Err(ItemError::invalid("context.coverage: expected `partial` or `complete`")),
        }
    }

    fn subject(&self, entity: &Entity<'_>, standing: Standing) -> Result<Subject, ItemError> {
        let place = ("subject", "properties");
        let listed = self.directory.subject(&entity.id);
        if listed.is_none() && self.unlisted_subjects == UnlistedSubjects::Refuse {
            let message = format!("the directory lists no subject `{}`", shown(&entity.id));
            return Err(ItemError::new(404, "unknown-subject", message));
        }
        let subject = match listed {
            Some(listed) => {
                let mut attributes = self.attributes(&entity.properties, &["roles"], place)?;
                attributes.0.retain(|given| listed.attributes.get(&given.name).is_none());
                attributes.0.extend(listed.attributes.iter().cloned());
                Subject { id: listed.id.clone(), roles: listed.roles.clone(), attributes }
            }
            None => Subject {
                id: entity.id.clone().into_owned(),
                roles: roles(&entity.properties)?,
                attributes: self.attributes(&entity.properties, &["roles"], place)?,
            },
        };
        // Whoever wrote it down: events are reported only by a caller that may report them.
        if standing == Standing::Ordinary && subject.roles.iter().any(|role| role == SYSTEM) {
            let message = "the role `system` is the platform's own, and the caller may not speak for it";
            return Err(ItemError::new(403, "system-not-allowed", message));
        }
        Ok(subject)
    }

    fn resource(&self, mode: u8, entity: &Entity<'_>) -> Result<Observation, ItemError> {
        let state = match entity.properties.get("state") {
            None => None,
            Some(Json::Text(state)) => Some(&**state),
            Some(other) => {
                let message = format!("resource.properties.state: expected a string, found {}", other.what());
                return Err(ItemError::invalid(message));
            }
        };
        let attributes = self.attributes(&entity.properties, &["state"], ("resource", "properties"))?;
        self.observation(mode, &entity.kind, &entity.id, state, attributes)
    }

    /// A resource of the request, filled in from directory and settings.
    fn observation(
        &self,
        mode: u8,
        kind: &str,
        id: &str,
        state: Option<&str>,
        mut attributes: Attributes,
    ) -> Result<Observation, ItemError> {
        let listed = self.directory.resource(kind, id);
        let mut state = state;
        if let Some(ListedResource { state: known, attributes: others, .. }) = listed {
            let known = known.as_deref();
            match self.precedence {
                Precedence::Directory => {
                    state = known.or(state);
                    attributes.0.retain(|given| others.get(&given.name).is_none());
                    attributes.0.extend(others.iter().cloned());
                }
                Precedence::Request => {
                    state = state.or(known);
                    let added = others.iter().filter(|other| attributes.get(&other.name).is_none());
                    let added: Vec<_> = added.cloned().collect();
                    attributes.0.extend(added);
                }
            }
        }
        let state = match state {
            Some(state) => state,
            None => self.default_state(mode, kind, id)?,
        };
        Ok(Observation { kind: kind.to_owned(), id: id.to_owned(), state: state.to_owned(), attributes })
    }

    fn default_state(&self, mode: u8, kind: &str, id: &str) -> Result<&str, ItemError> {
        let Some(cell) = self.cell(mode, kind) else {
            let message = format!("the policy has no kind `{}`; it has {}", shown(kind), listed(&self.kinds));
            return Err(ItemError::new(404, "unknown-kind", message));
        };
        cell.default_state.as_deref().ok_or_else(|| {
            let message =
                format!("the state of {kind} `{}` is not given, and {kind} has no default state", shown(id));
            ItemError::new(400, "missing-state", message)
        })
    }

    fn related(&self, mode: u8, context: &Object<'_>) -> Result<Vec<Observation>, ItemError> {
        let list = match context.get("related") {
            None => return Ok(Vec::new()),
            Some(Json::List(list)) => list,
            Some(other) => {
                let message = format!("context.related: expected a list, found {}", other.what());
                return Err(ItemError::invalid(message));
            }
        };
        let place = Place::BODY;
        let place = place.name("context");
        let place = place.name("related");
        list.iter()
            .enumerate()
            .map(|(index, other)| self.related_one(mode, other, place.index(index)))
            .collect()
    }

    fn related_one(&self, mode: u8, json: &Json<'_>, place: Place<'_>) -> Result<Observation, ItemError> {
        let Json::Object(object) = json else { return Err(json.is_not("an object", place).into()) };
        let text = |object: &'_ Object<'_>, name: &str| match object.get(name) {
            Some(Json::Text(text)) => Ok(Some(text.clone().into_owned())),
            Some(other) => Err(ItemError::from(other.is_not("a string", place.name(name)))),
            None => Ok(None),
        };
        let inner = |name: &'static str| match object.get(name) {
            Some(Json::Object(inner)) => Ok(inner),
            Some(other) => Err(ItemError::from(other.is_not("an object", place.name(name)))),
            None => Ok(&crate::read::NOTHING),
        };
        let missing =
            |name: &str| ItemError::invalid(format!("{}: missing, expected a string", place.name(name)));
        let id = text(object, "id")?.ok_or_else(|| missing("id"))?;
        let (kind, state, attributes) = match text(object, "type")? {
            Some(kind) => {
                let properties = inner("properties")?;
                let attributes = self.attributes_at(properties, &["state"], place.name("properties"))?;
                (kind, text(properties, "state")?, attributes)
            }
            None => {
                let kind = text(object, "kind")?.ok_or_else(|| missing("type"))?;
                let attributes = self.attributes_at(inner("attributes")?, &[], place.name("attributes"))?;
                (kind, text(object, "state")?, attributes)
            }
        };
        self.observation(mode, &kind, &id, state.as_deref(), attributes)
    }

    /// Adds the listed resources of these kinds that are neither the target nor named already.
    fn with_listed(
        &self,
        mode: u8,
        mut related: Vec<Observation>,
        target: &Observation,
        kinds: &[u8],
    ) -> Vec<Observation> {
        if kinds.is_empty() {
            return related;
        }
        let named: HashSet<(&str, &str)> =
            related.iter().chain([target]).map(|other| (&*other.kind, &*other.id)).collect();
        let asked = kinds.iter().filter_map(|&kind| self.kinds.get(usize::from(kind)));
        let listed = asked.flat_map(|kind| self.directory.of_kind(kind));
        let others = listed.filter(|listed| !named.contains(&(&*listed.kind, &*listed.id)));
        // One whose state nobody gives shows nothing.
        let added = others.filter_map(|listed| {
            self.observation(mode, &listed.kind, &listed.id, None, Attributes::new()).ok()
        });
        let added: Vec<_> = added.collect();
        related.extend(added);
        related
    }

    fn attributes(
        &self,
        properties: &Object<'_>,
        but: &[&str],
        place: (&str, &str),
    ) -> Result<Attributes, ItemError> {
        let body = Place::BODY;
        let outer = body.name(place.0);
        self.attributes_at(properties, but, outer.name(place.1))
    }

    fn attributes_at(
        &self,
        properties: &Object<'_>,
        but: &[&str],
        place: Place<'_>,
    ) -> Result<Attributes, ItemError> {
        let mut attributes = Attributes(Vec::with_capacity(properties.0.len()));
        for (name, json) in &properties.0 {
            if but.contains(&&**name) {
                continue;
            }
            let before = attributes.0.len();
            if let Err(error) = value::push(&mut attributes, name, json, place.name(name)) {
                if self.attributes.contains(&**name) {
                    return Err(error);
                }
                attributes.0.truncate(before);
            }
        }
        Ok(attributes)
    }

    fn cell(&self, mode: u8, kind: &str) -> Option<&Cell> {
        let kind = self.names.kind(kind)?;
        self.cells.get(usize::from(mode))?.get(usize::from(kind))
    }

    fn mode_name(&self, mode: u8) -> &str {
        self.modes.get(usize::from(mode)).map_or("", String::as_str)
    }
}

/// The platform's own role.
const SYSTEM: &str = "system";

impl Cell {
    fn of(settings: &Settings, manifest: &Manifest, mode: u8, kind: u8) -> Self {
        let Some(info) = manifest.kinds.get(usize::from(kind)) else { return Self::default() };
        let mut usable =
            info.states.iter().filter(|state| state.name != ABSENT && state.modes.contains(&mode));
        let only = usable.next().filter(|_| usable.next().is_none());
        let set = settings.states.get(&info.name).cloned();
        let offers = manifest.offers_of(mode, kind);
        let action = |index: u8| manifest.actions.get(usize::from(index));
        let operations = offers.iter().filter_map(|offer| action(offer.action));
        let operations = operations.filter(|info| info.class == ActionClass::Operation);
        let related = offers.iter().map(|offer| {
            let conditions = offer.conditions.iter().filter_map(|&c| manifest.conditions.get(usize::from(c)));
            let kinds = conditions
                .flat_map(|condition| &condition.reads)
                .filter_map(|path| manifest.kind(path.strip_prefix("related.")?.split('.').next()?));
            let mut kinds: Vec<u8> = kinds.collect();
            kinds.sort_unstable();
            kinds.dedup();
            (offer.action, kinds)
        });
        Self {
            default_state: set.or_else(|| only.map(|state| state.name.clone())),
            operations: operations.map(|info| info.name.clone()).collect(),
            related: related.collect(),
        }
    }
}

fn roles(properties: &Object<'_>) -> Result<Vec<String>, ItemError> {
    let wrong = |found: &Json<'_>| {
        let message = format!(
            "subject.properties.roles: expected a string or a list of strings, found {}",
            found.what()
        );
        ItemError::invalid(message)
    };
    match properties.get("roles") {
        None => Ok(Vec::new()),
        Some(Json::Text(role)) => Ok(vec![role.clone().into_owned()]),
        Some(Json::List(roles)) => {
            let role = |json: &Json<'_>| match json {
                Json::Text(role) => Ok(role.clone().into_owned()),
                other => Err(wrong(other)),
            };
            roles.iter().map(role).collect()
        }
        Some(other) => Err(wrong(other)),
    }
}

fn listed<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| format!("`{}`", name.as_ref())).collect();
    names.join(", ")
}
