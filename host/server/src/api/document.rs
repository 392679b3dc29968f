//! Which paths there are, and the document that describes them.

use std::sync::{Arc, LazyLock};

use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::routing::get;
use axum::{Json, Router};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::guard::{demand, guard};
use super::{ApiError, Code, ErrorBody, authzen, health, policies, rollouts};
use crate::app::App;
use crate::tokens::Rights;

#[derive(OpenApi)]
#[openapi(
    info(title = "Interlock", description = "Decisions about resources in states, and the policies that make them."),
    components(schemas(ErrorBody)),
    tags(
        (name = "authzen", description = "Decisions in the forms of the AuthZEN Authorization API 1.0"),
        (name = "decisions", description = "Decisions in the forms of the contract"),
        (name = "policies", description = "Policies as they are"),
        (name = "rollouts", description = "What became of candidates"),
        (name = "health", description = "How the service is"),
    ),
    modifiers(&Bearer),
    security(("bearer" = []), ()),
)]
struct Document;

struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document.components.get_or_insert_default().add_security_scheme("bearer", scheme);
    }
}

/// The OpenAPI 3.1 document of the service.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let (reading_management, administering) = management();
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(open())
        .merge(authzen::discovery())
        .merge(decisions())
        .merge(reading())
        .merge(reading_management)
        .merge(administering)
        .into_openapi()
}

/// The same, made once: whoever asks for it needs no token.
static OPENAPI: LazyLock<utoipa::openapi::OpenApi> = LazyLock::new(openapi);

/// What is asked for decisions.
fn decisions() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(policies::evaluate))
        .routes(routes!(policies::survey))
        .routes(routes!(policies::options))
        .routes(routes!(policies::apply))
        .merge(authzen::decisions())
}

fn reading() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(policies::list))
        .routes(routes!(policies::manifest))
        .routes(routes!(policies::component))
        .routes(routes!(policies::signature))
        .routes(routes!(policies::matrix))
}

/// What is read of rollouts and metrics, and what operators decide.
fn management() -> (OpenApiRouter<Arc<App>>, OpenApiRouter<Arc<App>>) {
    let reading = OpenApiRouter::new().routes(routes!(health::metrics)).routes(routes!(rollouts::list));
    let administering = OpenApiRouter::new()
        .routes(routes!(rollouts::promote))
        .routes(routes!(rollouts::reject))
        .routes(routes!(rollouts::rollback));
    (reading, administering)
}

fn open() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(health::healthz)).routes(routes!(health::readyz))
}

/// Which paths a listener has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of them.
    Whole,
    /// Decisions and policies.
    Decisions,
    /// Rollouts and metrics.
    Management,
}

/// The paths of a listener.
pub(crate) fn router(app: &Arc<App>, part: Part) -> Router {
    let with = |router: Router<Arc<App>>, right: fn(Rights) -> bool| {
        let app = Arc::clone(app);
        router.route_layer(from_fn(move |request: Request, next: Next| {
            demand(Arc::clone(&app), right, request, next)
        }))
    };
    let mut router = Router::from(open());
    if part != Part::Management {
        router = router
            .merge(Router::from(authzen::discovery()))
            .merge(with(decisions().into(), |rights| rights.decide))
            .merge(with(reading().into(), |rights| rights.read))
            .route("/openapi.json", get(|| async { Json(&*OPENAPI) }));
    }
    if part != Part::Decisions {
        let (reading, administering) = management();
        router = router
            .merge(with(reading.into(), |rights| rights.read))
            .merge(with(administering.into(), |rights| rights.administer));
    }
    let not_found = || async { ApiError::new(Code::NotFound, "there is nothing under this path") };
    let not_allowed =
        || async { ApiError::new(Code::MethodNotAllowed, "the path does not take this method") };
    router
        .fallback(not_found)
        .method_not_allowed_fallback(not_allowed)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(DefaultBodyLimit::max(app.config.limits.body_bytes))
        .layer(from_fn_with_state(Arc::clone(app), guard))
        .with_state(Arc::clone(app))
}

/// A defect of this program; the request fails, the service goes on.
fn panicked(_: Box<dyn std::any::Any + Send>) -> axum::response::Response {
    use axum::response::IntoResponse;
    tracing::error!("a request ended in a panic");
    ApiError::new(Code::Failed, "the service failed to answer").into_response()
}
