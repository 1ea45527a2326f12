//! Every layer, around the endpoints of [`routes`](super::routes).

use crate::api::ApiError;
use crate::auth::{Auth, SignedIn};
use crate::server::entitlements::ServiceTokens;
use crate::server::events::Streams;
use crate::server::leaving::{Leaving, take_leave};
use crate::server::observe::observe;
use crate::server::pressure::{self, Places};
use crate::server::routes::endpoints;
use crate::server::{compress, error, guard, page};
use crate::store::Db;
use crate::ui::App;
use crate::webhooks::Inbox;
use dioxus::fullstack::StatusCode;
use dioxus::server::axum::extract::{DefaultBodyLimit, Request};
use dioxus::server::axum::middleware::{Next, from_fn, from_fn_with_state};
use dioxus::server::axum::response::{IntoResponse, Response};
use dioxus::server::axum::routing::{any, get};
use dioxus::server::axum::{Extension, Router};
use dioxus::server::{DioxusRouterExt, FullstackState, ServeConfig};
use std::any::Any;
use std::path::PathBuf;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::RequestBodyTimeoutLayer;

/// The longest body of anything but a webhook, in bytes.
const BODY_LIMIT: usize = 64 * 1024;

/// How long the next piece of a body may take: nobody holds a place for nothing.
const BODY_PATIENCE: Duration = Duration::from_secs(10);

/// The portal's routes over what they need.
pub fn router(
    db: Db,
    auth: Auth,
    inbox: Inbox,
    tokens: ServiceTokens,
    streams: Streams,
    leaving: Leaving,
) -> Router {
    let billing = auth.billing.clone();
    let routes = endpoints()
        .fold(Router::new(), |router, endpoint| router.route(endpoint.path, endpoint.answer))
        .route("/api/{*rest}", any(no_such_route))
        .fallback(get(page::page));
    // Tests render pages without a bundle; Dioxus panics when its folder is missing.
    let routes = if public_folder().is_dir() { routes.serve_static_assets() } else { routes };

    routes
        .with_state(FullstackState::new(ServeConfig::new(), App))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(RequestBodyTimeoutLayer::new(BODY_PATIENCE))
        .layer(from_fn(guard::same_origin))
        .layer(from_fn(signed_in))
        .layer(Extension(db))
        .layer(Extension(auth))
        .layer(Extension(inbox))
        .layer(Extension(billing))
        .layer(Extension(tokens))
        .layer(Extension(streams))
        .layer(Extension(leaving.clone()))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(Places::default(), pressure::shed))
        .layer(from_fn(guard::finish))
        .layer(from_fn_with_state(leaving, take_leave))
        .layer(compress::layer())
        .layer(from_fn(observe))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
}

async fn signed_in(mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(SignedIn::default());
    next.run(request).await
}

async fn no_such_route() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "not_found", "There is no such address in this API.")
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    error::internal().into_response()
}

/// Where `dx` puts the client: as Dioxus looks for it.
fn public_folder() -> PathBuf {
    if let Ok(path) = std::env::var("DIOXUS_PUBLIC_PATH") {
        return PathBuf::from(path);
    }
    let binary = std::env::current_exe().unwrap_or_default();
    binary.parent().map(|folder| folder.join("public")).unwrap_or_default()
}
