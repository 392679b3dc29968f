//! Searches: which actions a subject may take on a resource, who may take an action, on what it may be taken.

use std::borrow::Cow;

use interlock_model::{Answer as SurveyAnswer, Decision, Request, SurveyQuery, Verdict};
use serde::Serialize;

use crate::answer::{Answerer, Context, write};
use crate::error::{BodyError, ItemError};
use crate::json::{self, Json, Object, Place};
use crate::mapping::{Mapping, Standing};
use crate::read::{Action, Entity, Limits, Question, action, entity, optional, properties, required, text};

/// The body of a search for actions. An action that it names is ignored.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionSearchRequest<'a> {
    /// Who asks.
    pub subject: Entity<'a>,
    /// On what.
    pub resource: Entity<'a>,
    /// In which surroundings.
    pub context: Object<'a>,
    /// Which part of the results.
    pub page: Option<Page>,
}

/// The body of a search for subjects.
#[derive(Clone, Debug, PartialEq)]
pub struct SubjectSearchRequest<'a> {
    /// Who is searched for.
    pub subject: Searched<'a>,
    /// Who may take it.
    pub action: Action<'a>,
    /// On what.
    pub resource: Entity<'a>,
    /// In which surroundings.
    pub context: Object<'a>,
    /// Which part of the results.
    pub page: Option<Page>,
}

/// The body of a search for resources.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceSearchRequest<'a> {
    /// Who asks.
    pub subject: Entity<'a>,
    /// For what.
    pub action: Action<'a>,
    /// What is searched for.
    pub resource: Searched<'a>,
    /// In which surroundings.
    pub context: Object<'a>,
    /// Which part of the results.
    pub page: Option<Page>,
}

/// The entity that a search looks for. An id that the body gives it is ignored.
#[derive(Clone, Debug, PartialEq)]
pub struct Searched<'a> {
    /// Its type.
    pub kind: Cow<'a, str>,
    /// What else the request says of each that is found.
    pub properties: Object<'a>,
}

/// Which part of the results is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// How many results come before it. Default: none.
    pub start: usize,
    /// How many results it has at most. Default, and what 0 says: all.
    pub limit: Option<usize>,
}

/// One result of a search.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum Found {
    /// An action.
    Action {
        /// Its name.
        name: String,
    },
    /// A subject or a resource.
    Entity {
        /// Its type.
        #[serde(rename = "type")]
        kind: String,
        /// Its id.
        id: String,
    },
}

/// Reads the body of a search for actions.
///
/// # Errors
///
/// [`BodyError`] for what is not one.
pub fn action_search<'a>(body: &'a [u8], limits: &Limits) -> Result<ActionSearchRequest<'a>, BodyError> {
    let (place, mut object) = (Place::BODY, body_object(body, limits)?);
    Ok(ActionSearchRequest {
        subject: required(&mut object, "subject", place, entity)?,
        resource: required(&mut object, "resource", place, entity)?,
        context: optional(&mut object, "context", place, |object, _| Ok(object))?.unwrap_or_default(),
        page: optional(&mut object, "page", place, page)?,
    })
}

/// Reads the body of a search for subjects.
///
/// # Errors
///
/// [`BodyError`] for what is not one.
pub fn subject_search<'a>(body: &'a [u8], limits: &Limits) -> Result<SubjectSearchRequest<'a>, BodyError> {
    let (place, mut object) = (Place::BODY, body_object(body, limits)?);
    Ok(SubjectSearchRequest {
        subject: required(&mut object, "subject", place, searched)?,
        action: required(&mut object, "action", place, action)?,
        resource: required(&mut object, "resource", place, entity)?,
        context: optional(&mut object, "context", place, |object, _| Ok(object))?.unwrap_or_default(),
        page: optional(&mut object, "page", place, page)?,
    })
}

/// Reads the body of a search for resources.
///
/// # Errors
///
/// [`BodyError`] for what is not one.
pub fn resource_search<'a>(body: &'a [u8], limits: &Limits) -> Result<ResourceSearchRequest<'a>, BodyError> {
    let (place, mut object) = (Place::BODY, body_object(body, limits)?);
    Ok(ResourceSearchRequest {
        subject: required(&mut object, "subject", place, entity)?,
        action: required(&mut object, "action", place, action)?,
        resource: required(&mut object, "resource", place, searched)?,
        context: optional(&mut object, "context", place, |object, _| Ok(object))?.unwrap_or_default(),
        page: optional(&mut object, "page", place, page)?,
    })
}

fn body_object<'a>(body: &'a [u8], limits: &Limits) -> Result<Object<'a>, BodyError> {
    json::read(body, limits.nesting)?.object(Place::BODY)
}

fn searched<'a>(mut object: Object<'a>, place: Place<'_>) -> Result<Searched<'a>, BodyError> {
    Ok(Searched { kind: text(&mut object, "type", place)?, properties: properties(&mut object, place)? })
}

fn page(mut object: Object<'_>, place: Place<'_>) -> Result<Page, BodyError> {
    let limit = match object.take("limit") {
        None | Some(Json::Natural(0)) => None,
        Some(Json::Natural(limit)) => Some(usize::try_from(limit).unwrap_or(usize::MAX)),
        Some(other) => return Err(other.is_not("a whole number from 0", place.name("limit"))),
    };
    let place = place.name("token");
    let start = match object.take("token").map(|token| token.text(place)).transpose()?.as_deref() {
        None | Some("") => 0,
        Some(token) => token.parse().map_err(|_| BodyError::Value {
            place: place.to_string(),
            expected: "a `next_token` that was answered",
        })?,
    };
    Ok(Page { start, limit })
}

impl Mapping {
    /// The operations that a subject may take on a resource, in the order of the manifest. A kind that the policy
    /// does not have has none.
    ///
    /// - `survey`: answers target by target, as the policy does.
    ///
    /// # Errors
    ///
    /// [`ItemError`] where the request cannot be put to the policy, or the policy fails.
    pub fn search_actions(
        &self,
        request: &ActionSearchRequest<'_>,
        standing: Standing,
        survey: impl FnOnce(&SurveyQuery) -> Result<Vec<SurveyAnswer>, ItemError>,
    ) -> Result<Vec<Found>, ItemError> {
        let ActionSearchRequest { subject, resource, context, .. } = request;
        let Some(query) = self.survey(subject, resource, context, standing)? else { return Ok(Vec::new()) };
        let allowed = survey(&query)?.into_iter().filter(|answer| answer.verdict == Verdict::Allow);
        let name = |answer: SurveyAnswer| query.actions.get(usize::try_from(answer.action).ok()?).cloned();
        Ok(allowed.filter_map(name).map(|name| Found::Action { name }).collect())
    }

    /// The subjects of the directory that may take an action on a resource, in the order listed.
    ///
    /// # Errors
    ///
    /// As [`search_actions`](Self::search_actions), where there is no decision about any of them. Those without a
    /// decision are left out where others have one.
    pub fn search_subjects(
        &self,
        request: &SubjectSearchRequest<'_>,
        standing: Standing,
        decide: impl FnMut(&Request) -> Result<Decision, ItemError>,
    ) -> Result<Vec<Found>, ItemError> {
        let SubjectSearchRequest {
            subject: Searched { kind, properties }, action, resource, context, ..
        } = request;
        let listed = self.directory().subjects().iter().filter(|subject| subject.kind == *kind);
        let candidates = listed.map(|subject| &subject.id);
        self.permitted(kind, candidates, decide, |id| {
            let subject = entity_of(kind, id, properties);
            self.request(Question { subject: &subject, action, resource, context }, standing)
        })
    }

    /// The resources of the directory on which a subject may take an action, in the order listed.
    ///
    /// # Errors
    ///
    /// As [`search_subjects`](Self::search_subjects).
    pub fn search_resources(
        &self,
        request: &ResourceSearchRequest<'_>,
        standing: Standing,
        decide: impl FnMut(&Request) -> Result<Decision, ItemError>,
    ) -> Result<Vec<Found>, ItemError> {
        let ResourceSearchRequest {
            subject, action, resource: Searched { kind, properties }, context, ..
        } = request;
        let candidates = self.directory().of_kind(kind).map(|resource| &resource.id);
        self.permitted(kind, candidates, decide, |id| {
            let resource = entity_of(kind, id, properties);
            self.request(Question { subject, action, resource: &resource, context }, standing)
        })
    }

    fn permitted<'d>(
        &self,
        kind: &str,
        candidates: impl Iterator<Item = &'d String>,
        mut decide: impl FnMut(&Request) -> Result<Decision, ItemError>,
        request: impl Fn(&str) -> Result<Request, ItemError>,
    ) -> Result<Vec<Found>, ItemError> {
        let (mut found, mut decided, mut failure) = (Vec::new(), false, None);
        for id in candidates {
            match request(id).and_then(|request| decide(&request)) {
                Ok(decision) => {
                    decided = true;
                    if decision.verdict == Verdict::Allow {
                        found.push(Found::Entity { kind: kind.to_owned(), id: id.clone() });
                    }
                }
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        failure.filter(|_| !decided).map_or(Ok(found), Err)
    }
}

fn entity_of<'a>(kind: &'a str, id: &'a str, properties: &Object<'a>) -> Entity<'a> {
    Entity { kind: Cow::Borrowed(kind), id: Cow::Borrowed(id), properties: properties.clone() }
}

/// The body that answers a search: a page of the results where one was asked for, else all of them. Where there are
/// none because of a failure, `context.error` says so.
pub fn search_body(results: &Result<Vec<Found>, ItemError>, page: Option<Page>, by: Answerer<'_>) -> Vec<u8> {
    let (all, context) = match results {
        Ok(found) => (found.as_slice(), Context::of_policy(by)),
        Err(error) => (&[][..], Context::of_error(error, by)),
    };
    let Page { start, limit } = page.unwrap_or_default();
    let rest = all.get(start..).unwrap_or_default();
    let results = limit.and_then(|limit| rest.get(..limit)).unwrap_or(rest);
    let end = start.saturating_add(results.len());
    let next_token = if end < all.len() { end.to_string() } else { String::new() };
    let page = page.map(|_| WrittenPage { next_token, count: results.len(), total: all.len() });
    write(&Search { page, context, results })
}

#[derive(Serialize)]
struct Search<'a> {
    results: &'a [Found],
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<WrittenPage>,
    context: Context<'a>,
}

#[derive(Serialize)]
struct WrittenPage {
    next_token: String,
    count: usize,
    total: usize,
}
