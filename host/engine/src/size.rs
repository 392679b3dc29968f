//! Sizes of what goes in, held to the limits before anything is lowered.

use interlock_model::{Attributes, Observation, Request, Situation, Subject, SurveyQuery};

use crate::error::CallError;
use crate::limits::Limits;

/// What lowering writes for a string or a list besides its content: where it is, and how long.
const HANDLE: usize = 8;

/// Refuses a request that is too large.
pub(crate) fn check_request(limits: &Limits, request: &Request) -> Result<(), CallError> {
    check("related resources", request.related.len(), limits.related)?;
    let bytes = text(&request.mode)
        + text(&request.action)
        + observation(&request.target)
        + caller(&request.subject)
        + observations(&request.related)
        + attributes(&request.parameters);
    check("bytes", bytes, limits.request_bytes)
}

/// Refuses a survey that is too large.
pub(crate) fn check_survey(limits: &Limits, query: &SurveyQuery) -> Result<(), CallError> {
    check("targets", query.targets.len(), limits.targets)?;
    check("related resources", query.related.len(), limits.related)?;
    let bytes = text(&query.mode)
        + texts(&query.actions)
        + caller(&query.subject)
        + observations(&query.targets)
        + observations(&query.related)
        + attributes(&query.parameters);
    check("bytes", bytes, limits.request_bytes)
}

/// Refuses a batch that is too large.
pub(crate) fn check_situations(limits: &Limits, situations: &[Situation]) -> Result<(), CallError> {
    check("situations", situations.len(), limits.situations)?;
    check("bytes", size_of_val(situations), limits.request_bytes)
}

fn check(what: &'static str, observed: usize, allowed: usize) -> Result<(), CallError> {
    if observed <= allowed { Ok(()) } else { Err(CallError::RequestTooLarge { what, observed, allowed }) }
}

fn observations(list: &[Observation]) -> usize {
    HANDLE + list.iter().map(observation).sum::<usize>()
}

fn observation(observation: &Observation) -> usize {
    text(&observation.kind)
        + text(&observation.id)
        + text(&observation.state)
        + attributes(&observation.attributes)
}

fn caller(subject: &Option<Subject>) -> usize {
    subject.iter().map(|s| text(&s.id) + texts(&s.roles) + attributes(&s.attributes)).sum()
}

fn attributes(list: &Attributes) -> usize {
    HANDLE + list.iter().map(|attribute| text(&attribute.name) + text(&attribute.value)).sum::<usize>()
}

fn texts(list: &[String]) -> usize {
    HANDLE + list.iter().map(|s| text(s)).sum::<usize>()
}

fn text(text: &str) -> usize {
    HANDLE + text.len()
}
