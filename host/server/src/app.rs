//! What every request sees of the service.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use interlock_log::Log;
use tokio::sync::Semaphore;

use crate::api::{ApiError, Code};
use crate::config::Config;
use crate::slot::Slot;
use crate::telemetry::Metrics;
use crate::tokens::Tokens;

/// The service's state, shared by all requests.
pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) slots: BTreeMap<String, Arc<Slot>>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) tokens: Option<Tokens>,
    pub(crate) log: Option<Arc<Log>>,
    pub(crate) permits: Arc<Semaphore>,
    /// Where decisions are asked for, once that is known: the configuration may leave the port to the system.
    pub(crate) bound: OnceLock<SocketAddr>,
}

impl App {
    /// The URL that callers know the service by.
    pub(crate) fn public_url(&self) -> String {
        match (&self.config.public_url, self.bound.get()) {
            (None, Some(bound)) => format!("https://{bound}"),
            _ => self.config.public_url(),
        }
    }

    /// The policy under a name; the first of the configuration where a path names none.
    pub(crate) fn slot(&self, name: Option<&str>) -> Result<&Arc<Slot>, ApiError> {
        let name = match name {
            Some(name) => name,
            None => self.config.policy.first().map_or("", |policy| &policy.name),
        };
        self.slots.get(name).ok_or_else(|| ApiError::new(Code::NotFound, "there is no policy of that name"))
    }
}
