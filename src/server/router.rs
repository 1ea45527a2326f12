//! Every layer, around the endpoints of [`routes`](super::routes).

use crate::api::{self, ApiError, Looks};
use crate::auth::{Auth, SignedIn};
use crate::billing::Billing;
use crate::config::TrustedProxies;
use crate::model::ErrorCode;
use crate::server::entitlements::ServiceTokens;
use crate::server::events::Streams;
use crate::server::health::Readiness;
use crate::server::leaving::{Leaving, take_leave};
use crate::server::observe::{observe, take_sound_id};
use crate::server::policy::Policy;
use crate::server::pressure::{self, Places};
use crate::server::rates::{self, Rates};
use crate::server::routes::endpoints;
use crate::server::shared::Shared;
use crate::server::single_sign_on::SingleSignOn;
use crate::server::visit::notice_cookie;
use crate::server::{body, compress, guard, page, policy};
use crate::store::Db;
use crate::ui::App;
use crate::ui::visit::{Done, Notice};
use crate::webhooks::Inbox;
use dioxus::fullstack::StatusCode;
use dioxus::server::axum::extract::Request;
use dioxus::server::axum::middleware::{Next, from_fn, from_fn_with_state};
use dioxus::server::axum::response::{AppendHeaders, IntoResponse, Response};
use dioxus::server::axum::routing::{any, get};
use dioxus::server::axum::{Extension, Router};
use dioxus::server::http::header::SET_COOKIE;
use dioxus::server::{DioxusRouterExt, FullstackState, ServeConfig};
use std::any::Any;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;

/// How long a request may be processed until its response begins. The longest make a few calls to
/// Stripe, of ten seconds each at most.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the handlers and layers need.
pub struct Services {
    pub db: Db,
    pub auth: Auth,
    pub billing: Billing,
    pub inbox: Inbox,
    pub tokens: ServiceTokens,
    pub single_sign_on: SingleSignOn,
    pub streams: Streams,
    pub leaving: Leaving,
    pub policy: Policy,
    pub rates: Rates,
    pub places: Places,
    pub proxies: TrustedProxies,
}

/// Builds the routes with what they need, and the layers around them, outermost first.
pub fn router(services: Services) -> Router {
    let routes = endpoints()
        .fold(Router::new(), |router, endpoint| router.route(endpoint.path, endpoint.answer))
        .route("/api", any(no_such_route))
        .route("/api/", any(no_such_route))
        .route("/api/{*rest}", any(no_such_route))
        .fallback(get(page::page));
    // Tests render pages without a bundle; Dioxus panics when its folder is missing.
    let routes = if public_folder().is_dir() { routes.serve_static_assets() } else { routes };

    let Services { leaving, policy, rates, places, proxies, .. } = &services;
    let layers = ServiceBuilder::new()
        .layer(Extension(proxies.clone()))
        .map_request(take_sound_id)
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(from_fn(observe))
        .layer(compress::layer())
        .layer(from_fn_with_state(leaving.clone(), take_leave))
        .layer(from_fn_with_state(policy.clone(), policy::headers))
        .layer(from_fn_with_state(policy.clone(), guard::complete_errors))
        .layer(from_fn_with_state(rates.clone(), rates::limit))
        .layer(from_fn(body::read))
        .layer(from_fn_with_state(places.clone(), pressure::shed))
        .layer(CatchPanicLayer::custom(panicked))
        .map_request(provide(Arc::new(services)))
        .layer(from_fn(signed_in))
        .layer(from_fn(guard::same_origin))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE))
        .layer_fn(Shared::new);
    routes.with_state(FullstackState::new(ServeConfig::new(), App)).layer(layers)
}

/// Adds what the handlers need to each request.
fn provide(services: Arc<Services>) -> impl Fn(Request) -> Request + Clone {
    let readiness = Readiness::new(services.db.clone());
    let looks = Looks::default();
    move |mut request| {
        let extensions = request.extensions_mut();
        extensions.insert(readiness.clone());
        extensions.insert(services.db.clone());
        extensions.insert(services.auth.clone());
        extensions.insert(services.billing.clone());
        extensions.insert(looks.clone());
        extensions.insert(services.inbox.clone());
        extensions.insert(services.tokens.clone());
        extensions.insert(services.single_sign_on.clone());
        extensions.insert(services.streams.clone());
        extensions.insert(services.leaving.clone());
        extensions.insert(services.policy.clone());
        request
    }
}

/// Has the session looked up once per request. After a change of password, sets the cookies of the new
/// session and a notice for the next page, whether a form or a script made the change.
async fn signed_in(Extension(auth): Extension<Auth>, mut request: Request, next: Next) -> Response {
    let signed_in = SignedIn::default();
    request.extensions_mut().insert(signed_in.clone());
    let response = next.run(request).await;
    let Some(begun) = signed_in.renewed() else { return response };
    let said = notice_cookie(&Notice::Done(Done::PasswordChanged), auth.secure);
    (begun.cookies(auth.secure), AppendHeaders([(SET_COOKIE, said)]), response).into_response()
}

async fn no_such_route() -> ApiError {
    ApiError::new(
        StatusCode::NOT_FOUND,
        ErrorCode::NotFound,
        "There is no such address in this API.",
    )
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    api::internal().into_response()
}

/// The folder `dx` puts the client in, found as Dioxus does.
fn public_folder() -> PathBuf {
    if let Ok(path) = std::env::var("DIOXUS_PUBLIC_PATH") {
        return PathBuf::from(path);
    }
    let binary = std::env::current_exe().unwrap_or_default();
    binary.parent().map(|folder| folder.join("public")).unwrap_or_default()
}
