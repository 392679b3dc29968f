//! The AuthZEN Authorization API 1.0.

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use interlock::EvaluateError;
use interlock::model::{Decision, Request};
use interlock_authzen::{
    Answer, Answerer, BodyError, EvaluationsRequest, ItemError, Limits, Question, Standing,
};

use super::body::demand_json;
use super::guard::Caller;
use super::{ApiError, Code};
use crate::app::App;
use crate::decide::Asking;

type Name = Option<Path<String>>;

pub(super) async fn evaluation(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    name: Name,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    demand_json(&headers)?;
    let asking = app.asking(name.as_deref().map(String::as_str))?;
    let request = interlock_authzen::evaluation(&body, &limits(&app)).map_err(malformed)?;
    let answer = asking.answer(&caller, Ok(request.question()));
    Ok(json(interlock_authzen::evaluation_body(&answer, asking.answerer())))
}

pub(super) async fn evaluations(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    name: Name,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    demand_json(&headers)?;
    let asking = app.asking(name.as_deref().map(String::as_str))?;
    Ok(json(match interlock_authzen::evaluations(&body, &limits(&app)).map_err(malformed)? {
        EvaluationsRequest::Single(request) => {
            let answer = asking.answer(&caller, Ok(request.question()));
            interlock_authzen::evaluation_body(&answer, asking.answerer())
        }
        EvaluationsRequest::Batch(batch) => {
            let answers = batch.answers(|question| asking.answer(&caller, question));
            interlock_authzen::evaluations_body(&answers, asking.answerer())
        }
    }))
}

impl App {
    /// The version that answers a request.
    pub(super) fn asking(&self, name: Option<&str>) -> Result<Asking<'_>, ApiError> {
        let slot = self.slot(name)?;
        let (serving, name) = (slot.current()?, Arc::from(slot.name()));
        Ok(Asking { slot, name, serving, metrics: &self.metrics })
    }
}

impl Asking<'_> {
    fn answerer(&self) -> Answerer<'_> {
        Answerer { manifest: self.serving.manifest(), digest: self.serving.policy.digest() }
    }

    fn answer(&self, caller: &Caller, question: Result<Question<'_>, ItemError>) -> Answer {
        let standing = if caller.rights.system { Standing::Platform } else { Standing::Ordinary };
        match question {
            Ok(question) => self.serving.mapping.answer(question, standing, |request| self.decide(request)),
            Err(error) => Err(error).into(),
        }
    }

    fn decide(&self, request: &Request) -> Result<Decision, ItemError> {
        self.evaluate(request).map_err(|error| match error {
            EvaluateError::Request(mistake) => mistake.into(),
            EvaluateError::Call(error) => {
                let ApiError { code, message } = error.into();
                let name = match code {
                    Code::TooLarge => "too-large",
                    Code::Overloaded => "overloaded",
                    _ => "failed",
                };
                ItemError::new(code.status().as_u16(), name, message)
            }
        })
    }
}

fn limits(app: &App) -> Limits {
    Limits { batch: app.config.limits.batch, ..Limits::default() }
}

fn malformed(error: BodyError) -> ApiError {
    ApiError::new(Code::MalformedRequest, error.to_string())
}

fn json(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}
