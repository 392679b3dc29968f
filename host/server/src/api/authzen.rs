//! The AuthZEN Authorization API 1.0.

mod document;

use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use interlock::EvaluateError;
use interlock::model::{Answer as SurveyAnswer, Decision, Request, SurveyQuery};
use interlock_authzen::{
    Answer, Answerer, BodyError, EvaluationRequest, EvaluationsRequest, Found, ItemError, Limits, Page,
    Question, Searches, Standing,
};
use interlock_log::Interface;
use uuid::Uuid;

pub(super) use self::document::{decisions, discovery};
use super::error::sentence;
use super::post::Post;
use super::{ApiError, Code};
use crate::app::App;
use crate::decide::{Answered, Asking};
use crate::record::{Outline, Records};

/// Evaluations that the thread which received them also decides. More are no work for a thread that others wait for.
const DECIDED_AT_ONCE: usize = 64;
/// Bytes of a batch that the thread which received them also reads.
const READ_AT_ONCE: usize = 16 << 10;

type Name = Option<Path<String>>;

async fn evaluation(post: Post) -> Result<Response, ApiError> {
    let records = post.reserve(1, Interface::Authzen).await?;
    post.asked(records).evaluation(&post.body).map(json)
}

async fn evaluations(post: Post) -> Result<Response, ApiError> {
    let mut records = post.reserve(post.evaluations()?, Interface::Authzen).await?;
    if post.body.len() <= READ_AT_ONCE {
        let asked = post.asked(records);
        if let Some(answer) = asked.evaluations(&post.body, DECIDED_AT_ONCE)? {
            return Ok(json(answer));
        }
        records = asked.records.into_inner();
    }
    post.aside(records, |asked, body| asked.evaluations(body, usize::MAX).map(Option::unwrap_or_default))
        .await
}

async fn search_action(post: Post) -> Result<Response, ApiError> {
    let records = post.reserve(post.serving.manifest().actions.len(), Interface::Authzen).await?;
    post.aside(records, |asked, body| {
        let request = interlock_authzen::action_search(body, &asked.limits).map_err(malformed)?;
        let mapping = &asked.asking.serving.mapping;
        let found = mapping.search_actions(&request, asked.standing, |query| asked.survey(query));
        asked.found(&found, request.page)
    })
    .await
}

async fn search_subject(post: Post) -> Result<Response, ApiError> {
    let records = post.reserve(post.serving.mapping.directory().subjects().len(), Interface::Authzen).await?;
    post.aside(records, |asked, body| {
        let request = interlock_authzen::subject_search(body, &asked.limits).map_err(malformed)?;
        let mapping = &asked.asking.serving.mapping;
        let found = mapping.search_subjects(&request, asked.standing, |request| asked.decide(request));
        asked.found(&found, request.page)
    })
    .await
}

async fn search_resource(post: Post) -> Result<Response, ApiError> {
    let records =
        post.reserve(post.serving.mapping.directory().resources().len(), Interface::Authzen).await?;
    post.aside(records, |asked, body| {
        let request = interlock_authzen::resource_search(body, &asked.limits).map_err(malformed)?;
        let mapping = &asked.asking.serving.mapping;
        let found = mapping.search_resources(&request, asked.standing, |request| asked.decide(request));
        asked.found(&found, request.page)
    })
    .await
}

/// Where everything is: of the service as a whole, or of one policy.
async fn configuration(State(app): State<Arc<App>>, name: Name) -> Result<Response, ApiError> {
    let mut base = app.public_url();
    if let Some(Path(name)) = name {
        app.slot(Some(&name))?;
        base = format!("{base}/{name}");
    }
    let searches = Searches { subject: true, resource: true, action: true };
    interlock_authzen::metadata_body(&base, searches).map(json).map_err(|error| {
        let error = error.to_string();
        tracing::error!(error, "the configuration's public URL is none that AuthZEN allows");
        ApiError::new(Code::Failed, "the service has no public URL that AuthZEN allows")
    })
}

impl Post {
    /// How many evaluations are recorded; none are counted where there is no log.
    fn evaluations(&self) -> Result<usize, ApiError> {
        if self.app.log.is_none() {
            return Ok(0);
        }
        Ok(match interlock_authzen::evaluations(&self.body, &self.limits()).map_err(malformed)? {
            EvaluationsRequest::Single(_) => 1,
            EvaluationsRequest::Batch(batch) => batch.len(),
        })
    }

    fn limits(&self) -> Limits {
        Limits { batch: self.app.config.limits.batch, ..Limits::default() }
    }

    fn asked(&self, records: Records) -> Asked<'_> {
        Asked {
            asking: self.asking(),
            standing: if self.caller.rights.system { Standing::Platform } else { Standing::Ordinary },
            limits: self.limits(),
            until: Instant::now() + self.app.config.limits.time,
            records: RefCell::new(records),
            failure: RefCell::default(),
        }
    }

    /// Answers on a thread that nobody else waits for.
    async fn aside(
        self,
        records: Records,
        answer: impl FnOnce(&Asked<'_>, &Bytes) -> Result<Vec<u8>, ApiError> + Send + 'static,
    ) -> Result<Response, ApiError> {
        let answered = tokio::task::spawn_blocking(move || answer(&self.asked(records), &self.body));
        answered.await.map_err(|_| ApiError::new(Code::Failed, "the service failed to answer"))?.map(json)
    }
}

/// What one request is answered with: one version, until its time is over.
struct Asked<'a> {
    asking: Asking<'a>,
    standing: Standing,
    limits: Limits,
    until: Instant,
    records: RefCell<Records>,
    /// The first call that gave no decision, and not by the caller's mistake.
    failure: RefCell<Option<ApiError>>,
}

impl Asked<'_> {
    fn evaluation(&self, body: &[u8]) -> Result<Vec<u8>, ApiError> {
        let request = interlock_authzen::evaluation(body, &self.limits).map_err(malformed)?;
        self.single(&request)
    }

    /// None where there are more evaluations than are to be decided.
    fn evaluations(&self, body: &[u8], most: usize) -> Result<Option<Vec<u8>>, ApiError> {
        match interlock_authzen::evaluations(body, &self.limits).map_err(malformed)? {
            EvaluationsRequest::Single(request) => self.single(&request).map(Some),
            EvaluationsRequest::Batch(batch) if batch.len() > most => Ok(None),
            EvaluationsRequest::Batch(batch) => {
                let answers = batch.answers(|question| self.answer(question));
                self.in_time()?;
                Ok(Some(interlock_authzen::evaluations_body(&answers, self.answerer())))
            }
        }
    }

    /// Where there is no decision and nobody but the service can help it, HTTP says so.
    fn single(&self, request: &EvaluationRequest<'_>) -> Result<Vec<u8>, ApiError> {
        let answer = self.answer(Ok(request.question()));
        self.without_failure()?;
        Ok(interlock_authzen::evaluation_body(&answer, self.answerer()))
    }

    /// A list with holes would be taken for the whole: a search is answered whole or not at all.
    fn found(&self, found: &Result<Vec<Found>, ItemError>, page: Option<Page>) -> Result<Vec<u8>, ApiError> {
        self.without_failure()?;
        self.in_time()?;
        Ok(interlock_authzen::search_body(found, page, self.answerer()))
    }

    fn answerer(&self) -> Answerer<'_> {
        Answerer { manifest: self.asking.serving.manifest(), digest: self.asking.serving.policy.digest() }
    }

    /// Every answer has an id, and is recorded under it where there is a log.
    fn answer(&self, question: Result<Question<'_>, ItemError>) -> Answer {
        let mapping = &self.asking.serving.mapping;
        let mut id = None;
        let mut answer: Answer = match &question {
            Ok(question) => mapping.answer(*question, self.standing, |request| {
                let (recorded, result) = self.decided(request);
                id = recorded;
                result
            }),
            Err(error) => error.clone().into(),
        };
        if id.is_none()
            && let Err(error) = &answer.result
        {
            id = self.record_failure(&question, error);
        }
        if let Err(error) = &mut answer.result {
            error.message = sentence(std::mem::take(&mut error.message));
        }
        Answer { id: Some(id.unwrap_or_else(|| Uuid::now_v7().to_string())), ..answer }
    }

    /// What did not become a request is a denial all the same.
    fn record_failure(
        &self,
        question: &Result<Question<'_>, ItemError>,
        error: &ItemError,
    ) -> Option<String> {
        let mut records = self.records.borrow_mut();
        if !records.are_kept() {
            return None;
        }
        let asked = match question {
            Ok(Question { subject, action, resource, .. }) => Outline {
                subject: Some(&subject.id),
                action: &action.name,
                kind: &resource.kind,
                id: &resource.id,
                ..Outline::default()
            },
            Err(_) => Outline::default(),
        };
        let failed = interlock_log::Answer::Failed { code: error.code.to_owned() };
        records.add_outline(asked, failed, Duration::ZERO)
    }

    fn decide(&self, request: &Request) -> Result<Decision, ItemError> {
        self.decided(request).1
    }

    /// A decision, and the id of its record.
    fn decided(&self, request: &Request) -> (Option<String>, Result<Decision, ItemError>) {
        if let Err(error) = self.in_time() {
            return (None, Err(self.failed(error)));
        }
        let Answered { id, result } = self.asking.evaluate(request, &mut self.records.borrow_mut());
        (id, result.map_err(|error| self.told(error)))
    }

    fn survey(&self, query: &SurveyQuery) -> Result<Vec<SurveyAnswer>, ItemError> {
        let began = Instant::now();
        let answers = self.asking.serving.policy.survey(query).map_err(|error| {
            if let EvaluateError::Call(error) = &error {
                self.asking.failed(error);
            }
            self.told(error)
        })?;
        let took = began.elapsed();
        let mut records = self.records.borrow_mut();
        if records.are_kept() {
            for answer in &answers {
                let target = query.targets.get(answer.target as usize);
                let Some((target, action)) = target.zip(query.actions.get(answer.action as usize)) else {
                    continue;
                };
                let asked = Outline {
                    mode: &query.mode,
                    subject: query.subject.as_ref().map(|subject| &*subject.id),
                    action,
                    kind: &target.kind,
                    id: &target.id,
                    state: &target.state,
                };
                let reasons = self.asking.serving.reasons(&query.mode, &target.kind, action, answer.reasons);
                let verdict = answer.verdict;
                records.add_outline(
                    asked,
                    interlock_log::Answer::Decided { verdict, reasons, next_state: None },
                    took,
                );
            }
        }
        drop(records);
        Ok(answers)
    }

    fn told(&self, error: EvaluateError) -> ItemError {
        match error {
            EvaluateError::Request(mistake) => mistake.into(),
            EvaluateError::Call(error) => self.failed(error.into()),
        }
    }

    fn failed(&self, error: ApiError) -> ItemError {
        let name = match error.code {
            Code::TooLarge => "too-large",
            Code::Overloaded => "overloaded",
            Code::Timeout => "timeout",
            _ => "failed",
        };
        let item = ItemError::new(error.code.status().as_u16(), name, error.message.as_str());
        self.failure.borrow_mut().get_or_insert(error);
        item
    }

    fn without_failure(&self) -> Result<(), ApiError> {
        self.failure.take().map_or(Ok(()), Err)
    }

    /// The caller has its answer by then, and what else would be decided is for nobody.
    fn in_time(&self) -> Result<(), ApiError> {
        if Instant::now() < self.until {
            return Ok(());
        }
        Err(ApiError::new(Code::Timeout, "the request took longer than allowed"))
    }
}

fn malformed(error: BodyError) -> ApiError {
    let code = match error {
        BodyError::BatchTooLong { .. } => Code::TooLarge,
        _ => Code::MalformedRequest,
    };
    ApiError::new(code, error.to_string())
}

fn json(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}
