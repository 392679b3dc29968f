//! The AuthZEN Authorization API 1.0.

mod document;

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Instant;

use axum::RequestExt;
use axum::body::Bytes;
use axum::extract::{FromRequest, Path, Request as HttpRequest, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use interlock::EvaluateError;
use interlock::model::{Answer as SurveyAnswer, Decision, Request, SurveyQuery};
use interlock_authzen::{
    Answer, Answerer, BodyError, EvaluationRequest, EvaluationsRequest, Found, ItemError, Limits, Page,
    Question, Searches, Standing,
};
use uuid::Uuid;

pub(super) use self::document::{decisions, discovery};
use super::body::JsonBody;
use super::guard::Caller;
use super::{ApiError, Code};
use crate::app::App;
use crate::decide::Asking;

/// Evaluations that the thread which received them also decides. More are no work for a thread that others wait for.
const DECIDED_AT_ONCE: usize = 64;
/// Bytes of a batch that the thread which received them also reads.
const READ_AT_ONCE: usize = 16 << 10;

type Name = Option<Path<String>>;

async fn evaluation(post: Post) -> Result<Response, ApiError> {
    post.asked()?.evaluation(&post.body).map(json)
}

async fn evaluations(post: Post) -> Result<Response, ApiError> {
    if post.body.len() <= READ_AT_ONCE
        && let Some(answer) = post.asked()?.evaluations(&post.body, DECIDED_AT_ONCE)?
    {
        return Ok(json(answer));
    }
    post.aside(|asked, body| asked.evaluations(body, usize::MAX).map(Option::unwrap_or_default)).await
}

async fn search_action(post: Post) -> Result<Response, ApiError> {
    post.aside(|asked, body| {
        let request = interlock_authzen::action_search(body, &asked.limits).map_err(malformed)?;
        let mapping = &asked.asking.serving.mapping;
        let found = mapping.search_actions(&request, asked.standing, |query| asked.survey(query));
        asked.found(&found, request.page)
    })
    .await
}

async fn search_subject(post: Post) -> Result<Response, ApiError> {
    post.aside(|asked, body| {
        let request = interlock_authzen::subject_search(body, &asked.limits).map_err(malformed)?;
        let mapping = &asked.asking.serving.mapping;
        let found = mapping.search_subjects(&request, asked.standing, |request| asked.decide(request));
        asked.found(&found, request.page)
    })
    .await
}

async fn search_resource(post: Post) -> Result<Response, ApiError> {
    post.aside(|asked, body| {
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

/// A request as it arrived: who sent it, to which policy.
struct Post {
    app: Arc<App>,
    caller: Caller,
    name: Option<String>,
    body: Bytes,
}

impl FromRequest<Arc<App>> for Post {
    type Rejection = ApiError;

    async fn from_request(mut request: HttpRequest, app: &Arc<App>) -> Result<Self, ApiError> {
        let caller = request.extensions().get::<Caller>().cloned();
        let caller = caller.ok_or_else(|| ApiError::new(Code::Failed, "the service failed to answer"))?;
        let name: Name = request
            .extract_parts()
            .await
            .map_err(|_| ApiError::new(Code::NotFound, "there is no policy of that name"))?;
        let JsonBody(body) = JsonBody::from_request(request, app).await?;
        Ok(Self { app: Arc::clone(app), caller, name: name.map(|Path(name)| name), body })
    }
}

impl Post {
    fn asked(&self) -> Result<Asked<'_>, ApiError> {
        let Self { app, caller, name, .. } = self;
        Ok(Asked {
            asking: app.asking(name.as_deref())?,
            standing: if caller.rights.system { Standing::Platform } else { Standing::Ordinary },
            limits: Limits { batch: app.config.limits.batch, ..Limits::default() },
            until: Instant::now() + app.config.limits.time,
            failure: RefCell::default(),
        })
    }

    /// Answers on a thread that nobody else waits for.
    async fn aside(
        self,
        answer: impl FnOnce(&Asked<'_>, &Bytes) -> Result<Vec<u8>, ApiError> + Send + 'static,
    ) -> Result<Response, ApiError> {
        let answered = tokio::task::spawn_blocking(move || answer(&self.asked()?, &self.body));
        answered.await.map_err(|_| ApiError::new(Code::Failed, "the service failed to answer"))?.map(json)
    }
}

impl App {
    /// The version that answers a request.
    pub(super) fn asking(&self, name: Option<&str>) -> Result<Asking<'_>, ApiError> {
        let slot = self.slot(name)?;
        let (serving, name) = (slot.current()?, Arc::from(slot.name()));
        Ok(Asking { slot, name, serving, metrics: &self.metrics })
    }
}

/// What one request is answered with: one version, until its time is over.
struct Asked<'a> {
    asking: Asking<'a>,
    standing: Standing,
    limits: Limits,
    until: Instant,
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

    fn answer(&self, question: Result<Question<'_>, ItemError>) -> Answer {
        let mapping = &self.asking.serving.mapping;
        let answer = match question {
            Ok(question) => mapping.answer(question, self.standing, |request| self.decide(request)),
            Err(error) => error.into(),
        };
        Answer { id: Some(Uuid::now_v7().to_string()), ..answer }
    }

    fn decide(&self, request: &Request) -> Result<Decision, ItemError> {
        self.in_time().map_err(|error| self.failed(error))?;
        self.asking.evaluate(request).map_err(|error| self.told(error))
    }

    fn survey(&self, query: &SurveyQuery) -> Result<Vec<SurveyAnswer>, ItemError> {
        let answers = self.asking.serving.policy.survey(query);
        answers.map_err(|error| {
            if let EvaluateError::Call(error) = &error {
                self.asking.failed(error);
            }
            self.told(error)
        })
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
    ApiError::new(Code::MalformedRequest, error.to_string())
}

fn json(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}
