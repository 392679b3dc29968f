//! Bodies of requests.

use std::borrow::Cow;

use crate::error::{BodyError, ItemError};
use crate::json::{self, Object, Place};

/// How large a body may be inside; its length in bytes is for who receives it to limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many objects and lists may stand in one another, the body included. Default: 32; beyond 127 a body
    /// is refused as malformed.
    pub nesting: usize,
    /// How many evaluations one request may hold. Default: 1,000.
    pub batch: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { nesting: 32, batch: 1000 }
    }
}

/// A subject or a resource: who asks, what is acted on.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity<'a> {
    /// Its type: of a resource, the kind.
    pub kind: Cow<'a, str>,
    /// Its id, unique within the type.
    pub id: Cow<'a, str>,
    /// What else the request says of it.
    pub properties: Object<'a>,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Action<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// Its parameters.
    pub properties: Object<'a>,
}

/// The body of an evaluation.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluationRequest<'a> {
    /// Who asks.
    pub subject: Entity<'a>,
    /// For what.
    pub action: Action<'a>,
    /// On what.
    pub resource: Entity<'a>,
    /// In which surroundings.
    pub context: Object<'a>,
}

/// One evaluation, lent from a body.
#[derive(Clone, Copy, Debug)]
pub struct Question<'r> {
    /// Who asks.
    pub subject: &'r Entity<'r>,
    /// For what.
    pub action: &'r Action<'r>,
    /// On what.
    pub resource: &'r Entity<'r>,
    /// In which surroundings.
    pub context: &'r Object<'r>,
}

impl EvaluationRequest<'_> {
    /// What it asks.
    pub fn question(&self) -> Question<'_> {
        let Self { subject, action, resource, context } = self;
        Question { subject, action, resource, context }
    }
}

/// The body of a request for evaluations.
#[derive(Clone, Debug, PartialEq)]
pub enum EvaluationsRequest<'a> {
    /// Without evaluations, or with an empty list: answered as an evaluation is.
    Single(EvaluationRequest<'a>),
    /// With evaluations.
    Batch(Batch<'a>),
}

/// Several evaluations.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch<'a> {
    /// When to stop.
    pub semantic: Semantic,
    defaults: Parts<'a>,
    items: Vec<Result<Parts<'a>, ItemError>>,
}

/// When a batch stops; what stops it is answered, what comes after is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Semantic {
    /// Never.
    #[default]
    ExecuteAll,
    /// At the first denial or failure.
    DenyOnFirstDeny,
    /// At the first permission.
    PermitOnFirstPermit,
}

impl Semantic {
    /// Whether a decision is the last to be answered.
    pub fn stops(self, decision: bool) -> bool {
        match self {
            Self::ExecuteAll => false,
            Self::DenyOnFirstDeny => !decision,
            Self::PermitOnFirstPermit => decision,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Parts<'a> {
    subject: Option<Entity<'a>>,
    action: Option<Action<'a>>,
    resource: Option<Entity<'a>>,
    context: Option<Object<'a>>,
}

pub(crate) static NOTHING: Object<'static> = Object(Vec::new());

impl<'a> Batch<'a> {
    /// How many evaluations it holds; at least one.
    #[allow(clippy::len_without_is_empty, reason = "a batch without evaluations is a single evaluation")]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// The evaluations in their order. An entity that an evaluation gives stands whole in place of the default; no
    /// member of the two is joined. One that is ill-formed, or lacks an entity that has no default, is an error of
    /// its own, and the others stand.
    pub fn questions(&self) -> impl Iterator<Item = Result<Question<'_>, ItemError>> {
        self.items.iter().enumerate().map(|(index, item)| {
            let item = item.as_ref().map_err(Clone::clone)?;
            let missing = |name: &'static str| {
                let list = Place::BODY.name("evaluations");
                let place = list.index(index);
                ItemError::from(BodyError::Missing {
                    place: place.name(name).to_string(),
                    expected: "an object here or at the top of the body",
                })
            };
            let defaults = &self.defaults;
            Ok(Question {
                subject: item
                    .subject
                    .as_ref()
                    .or(defaults.subject.as_ref())
                    .ok_or_else(|| missing("subject"))?,
                action: item.action.as_ref().or(defaults.action.as_ref()).ok_or_else(|| missing("action"))?,
                resource: item
                    .resource
                    .as_ref()
                    .or(defaults.resource.as_ref())
                    .ok_or_else(|| missing("resource"))?,
                context: item.context.as_ref().or(defaults.context.as_ref()).unwrap_or(&NOTHING),
            })
        })
    }
}

/// Reads the body of an evaluation.
///
/// # Errors
///
/// [`BodyError`] for what is not one.
pub fn evaluation<'a>(body: &'a [u8], limits: &Limits) -> Result<EvaluationRequest<'a>, BodyError> {
    let place = Place::BODY;
    Parts::read(&mut json::read(body, limits.nesting)?.object(place)?, place)?.whole(place)
}

/// Reads the body of a request for evaluations.
///
/// What is wrong at the top of the body concerns every evaluation and is an error; what is wrong within one of them
/// concerns that one ([`Batch::questions`]).
///
/// # Errors
///
/// [`BodyError`] for what is not one.
pub fn evaluations<'a>(body: &'a [u8], limits: &Limits) -> Result<EvaluationsRequest<'a>, BodyError> {
    let place = Place::BODY;
    let mut object = json::read(body, limits.nesting)?.object(place)?;
    let list = place.name("evaluations");
    let items = object.take("evaluations").map_or(Ok(Vec::new()), |items| items.list(list))?;
    let options = place.name("options");
    let semantic = match object.take("options") {
        Some(given) => semantic(given.object(options)?, options)?,
        None => Semantic::default(),
    };
    let defaults = Parts::read(&mut object, place)?;
    if items.is_empty() {
        return defaults.whole(place).map(EvaluationsRequest::Single);
    }
    if items.len() > limits.batch {
        return Err(BodyError::BatchTooLong { length: items.len(), allowed: limits.batch });
    }
    let items = (0..).zip(items).map(|(index, item)| {
        let place = list.index(index);
        Ok(Parts::read(&mut item.object(place)?, place)?)
    });
    Ok(EvaluationsRequest::Batch(Batch { semantic, defaults, items: items.collect() }))
}

fn semantic(mut options: Object<'_>, place: Place<'_>) -> Result<Semantic, BodyError> {
    let place = place.name("evaluations_semantic");
    let Some(given) = options.take("evaluations_semantic") else { return Ok(Semantic::default()) };
    match &*given.text(place)? {
        "execute_all" => Ok(Semantic::ExecuteAll),
        "deny_on_first_deny" => Ok(Semantic::DenyOnFirstDeny),
        "permit_on_first_permit" => Ok(Semantic::PermitOnFirstPermit),
        _ => Err(BodyError::Value {
            place: place.to_string(),
            expected: "`execute_all`, `deny_on_first_deny` or `permit_on_first_permit`",
        }),
    }
}

impl<'a> Parts<'a> {
    fn read(object: &mut Object<'a>, place: Place<'_>) -> Result<Self, BodyError> {
        Ok(Self {
            subject: optional(object, "subject", place, entity)?,
            action: optional(object, "action", place, action)?,
            resource: optional(object, "resource", place, entity)?,
            context: optional(object, "context", place, |object, _| Ok(object))?,
        })
    }

    fn whole(self, place: Place<'_>) -> Result<EvaluationRequest<'a>, BodyError> {
        let missing = |name| missing(name, "an object", place);
        Ok(EvaluationRequest {
            subject: self.subject.ok_or_else(|| missing("subject"))?,
            action: self.action.ok_or_else(|| missing("action"))?,
            resource: self.resource.ok_or_else(|| missing("resource"))?,
            context: self.context.unwrap_or_default(),
        })
    }
}

/// An object under a name.
pub(crate) fn required<'a, T>(
    object: &mut Object<'a>,
    name: &str,
    place: Place<'_>,
    read: impl FnOnce(Object<'a>, Place<'_>) -> Result<T, BodyError>,
) -> Result<T, BodyError> {
    optional(object, name, place, read)?.ok_or_else(|| missing(name, "an object", place))
}

/// An object under a name, if there is one.
pub(crate) fn optional<'a, T>(
    object: &mut Object<'a>,
    name: &str,
    place: Place<'_>,
    read: impl FnOnce(Object<'a>, Place<'_>) -> Result<T, BodyError>,
) -> Result<Option<T>, BodyError> {
    let place = place.name(name);
    object.take(name).map(|json| read(json.object(place)?, place)).transpose()
}

pub(crate) fn entity<'a>(mut object: Object<'a>, place: Place<'_>) -> Result<Entity<'a>, BodyError> {
    Ok(Entity {
        kind: text(&mut object, "type", place)?,
        id: text(&mut object, "id", place)?,
        properties: properties(&mut object, place)?,
    })
}

pub(crate) fn action<'a>(mut object: Object<'a>, place: Place<'_>) -> Result<Action<'a>, BodyError> {
    Ok(Action { name: text(&mut object, "name", place)?, properties: properties(&mut object, place)? })
}

pub(crate) fn text<'a>(
    object: &mut Object<'a>,
    name: &str,
    place: Place<'_>,
) -> Result<Cow<'a, str>, BodyError> {
    object.take(name).ok_or_else(|| missing(name, "a string", place))?.text(place.name(name))
}

pub(crate) fn properties<'a>(object: &mut Object<'a>, place: Place<'_>) -> Result<Object<'a>, BodyError> {
    optional(object, "properties", place, |object, _| Ok(object)).map(Option::unwrap_or_default)
}

fn missing(name: &str, expected: &'static str, place: Place<'_>) -> BodyError {
    BodyError::Missing { place: place.name(name).to_string(), expected }
}
