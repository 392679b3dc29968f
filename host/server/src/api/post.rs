//! A question to a policy as it arrives: who sent it, and the one version that answers it.

use std::sync::Arc;

use axum::RequestExt;
use axum::body::Bytes;
use axum::extract::{FromRequest, Path, Request};
use axum::http::HeaderMap;
use interlock_log::Interface;
use serde::de::DeserializeOwned;

use super::body::JsonBody;
use super::guard::Caller;
use super::{ApiError, Code};
use crate::app::App;
use crate::decide::Asking;
use crate::record::Records;
use crate::serving::Serving;
use crate::slot::Slot;

/// A question to the policy that the path names, or to the first one.
pub(super) struct Post {
    pub(super) app: Arc<App>,
    pub(super) caller: Caller,
    pub(super) serving: Arc<Serving>,
    pub(super) body: Bytes,
    slot: Arc<Slot>,
    headers: HeaderMap,
}

impl FromRequest<Arc<App>> for Post {
    type Rejection = ApiError;

    async fn from_request(mut request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        let caller = request.extensions().get::<Caller>().cloned();
        let caller = caller.ok_or_else(|| ApiError::new(Code::Failed, "the service failed to answer"))?;
        let name: Option<Path<String>> = request
            .extract_parts()
            .await
            .map_err(|_| ApiError::new(Code::NotFound, "there is no policy of that name"))?;
        let slot = Arc::clone(app.slot(name.as_ref().map(|Path(name)| name.as_str()))?);
        let headers = request.headers().clone();
        let JsonBody(body) = JsonBody::from_request(request, app).await?;
        let serving = slot.current()?;
        Ok(Self { app: Arc::clone(app), caller, slot, serving, headers, body })
    }
}

impl Post {
    /// The body in one of the service's own forms.
    pub(super) fn parse<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        super::body::parse(&self.headers, &self.body)
    }

    pub(super) fn asking(&self) -> Asking<'_> {
        Asking {
            slot: &self.slot,
            serving: Arc::clone(&self.serving),
            metrics: &self.app.metrics,
            log: self.app.log.as_deref(),
        }
    }

    /// Makes room in the log for so many decisions.
    pub(super) async fn reserve(&self, decisions: usize, interface: Interface) -> Result<Records, ApiError> {
        self.asking().reserve(decisions, interface, &self.caller, &self.headers).await
    }
}
