//! What is recorded of decisions, and the room that is made for it before they are made.

use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use interlock::model::{Observation, Request, Subject};
use interlock_log::{Answer, Entry, Interface, Log, Permit, PolicyId, ReserveError};
use uuid::Uuid;

use crate::api::{ApiError, Caller, Code, REQUEST_ID, TRACE_PARENT, trace_id};

/// Room for the records of one request; nothing where there is no log.
pub(crate) struct Records(Option<Room>);

struct Room {
    permits: Vec<Permit>,
    policy: Arc<PolicyId>,
    interface: Interface,
    request_id: Option<String>,
    trace_id: Option<String>,
    caller: Option<Arc<str>>,
}

impl Records {
    /// Makes room for so many decisions, or for none of them. What is not used is given back.
    ///
    /// Waits where the operator wants so, for which the time limit of the request is the bound.
    pub(crate) async fn reserve(
        log: Option<&Log>,
        decisions: usize,
        policy: &Arc<PolicyId>,
        interface: Interface,
        caller: &Caller,
        headers: &HeaderMap,
    ) -> Result<Self, ApiError> {
        let Some(log) = log else { return Ok(Self(None)) };
        let permits = match decisions {
            1 => log.reserve().await.map(|permit| vec![permit]),
            many => log.reserve_many(u32::try_from(many).unwrap_or(u32::MAX)).await,
        };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(Self(Some(Room {
            permits: permits?,
            policy: Arc::clone(policy),
            interface,
            request_id: headers.get(REQUEST_ID).map(|value| text(value.as_bytes())),
            trace_id: headers.get(TRACE_PARENT).and_then(trace_id).map(str::to_owned),
            caller: caller.name.clone(),
        })))
    }

    /// Whether anything is recorded, so that it is worth to prepare it.
    pub(crate) fn are_kept(&self) -> bool {
        self.0.is_some()
    }

    /// Records what came of a whole request, and gives its id.
    pub(crate) fn add(&mut self, asked: &Request, answer: Answer, latency: Duration) -> Option<String> {
        let room = self.0.as_mut()?;
        room.record(asked.clone(), true, answer, latency)
    }

    /// Records what came of a question of which no more than names is known, or worth to be kept. Empty ones are not
    /// known either.
    pub(crate) fn add_outline(
        &mut self,
        asked: Outline<'_>,
        answer: Answer,
        latency: Duration,
    ) -> Option<String> {
        let room = self.0.as_mut()?;
        room.record(asked.request(), false, answer, latency)
    }
}

impl Room {
    fn record(
        &mut self,
        request: Request,
        is_whole: bool,
        answer: Answer,
        latency: Duration,
    ) -> Option<String> {
        // As many as were reserved are asked for, so that there is one.
        let permit = self.permits.pop()?;
        let id = Uuid::now_v7().to_string();
        permit.record(Entry {
            decision_id: id.clone(),
            policy: Arc::clone(&self.policy),
            request: Arc::new(request),
            is_whole,
            answer,
            latency,
            request_id: self.request_id.clone(),
            trace_id: self.trace_id.clone(),
            interface: self.interface,
            caller: self.caller.clone(),
        });
        Some(id)
    }
}

/// Who asked for what, and on what.
#[derive(Clone, Copy, Default)]
pub(crate) struct Outline<'a> {
    pub(crate) mode: &'a str,
    pub(crate) subject: Option<&'a str>,
    pub(crate) action: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) id: &'a str,
    pub(crate) state: &'a str,
}

impl Outline<'_> {
    fn request(self) -> Request {
        let Self { mode, subject, action, kind, id, state } = self;
        Request {
            mode: mode.to_owned(),
            subject: subject.map(|id| Subject {
                id: id.to_owned(),
                roles: Vec::new(),
                attributes: Default::default(),
            }),
            action: action.to_owned(),
            target: Observation {
                kind: kind.to_owned(),
                id: id.to_owned(),
                state: state.to_owned(),
                attributes: Default::default(),
            },
            related: Vec::new(),
            parameters: Default::default(),
            coverage: Default::default(),
        }
    }
}

impl From<ReserveError> for ApiError {
    fn from(error: ReserveError) -> Self {
        match error {
            ReserveError::Full { .. } => Self::new(
                Code::LogFull,
                "the decision log is full, and decisions that cannot be recorded are refused",
            ),
            ReserveError::TooMany { asked, queue } => Self::new(
                Code::TooLarge,
                format!("{asked} decisions at once, the decision log has room for {queue}"),
            ),
            ReserveError::Closed => Self::new(Code::Overloaded, "the service is ending"),
        }
    }
}
