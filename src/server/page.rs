//! The pages: whoever is not signed in is sent to the sign-in page, everyone else gets the page
//! rendered.

use crate::auth::{Auth, SignedIn};
use dioxus::fullstack::StatusCode;
use dioxus::server::FullstackState;
use dioxus::server::axum::Extension;
use dioxus::server::axum::extract::{Request, State};
use dioxus::server::axum::response::{IntoResponse, Redirect, Response};
use dioxus::server::http::Uri;

/// Renders the page at this address.
pub async fn page(
    State(fullstack): State<FullstackState>,
    Extension(auth): Extension<Auth>,
    Extension(signed_in): Extension<SignedIn>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let signed_in = match signed_in.session(&auth, &parts).await {
        Ok(session) => session.is_some(),
        Err(error) => {
            tracing::error!(%error, "who is calling could not be looked up");
            let sorry = "The portal is busy. Reload the page in a moment.";
            return (StatusCode::SERVICE_UNAVAILABLE, sorry).into_response();
        }
    };
    match (parts.uri.path(), signed_in) {
        ("/", true) | ("/login", true) => Redirect::to("/billing").into_response(),
        ("/", false) => Redirect::to("/login").into_response(),
        (path, false) if path != "/login" => to_sign_in(&parts.uri).into_response(),
        _ => {
            let request = Request::from_parts(parts, body);
            FullstackState::render_handler(State(fullstack), request).await
        }
    }
}

fn to_sign_in(uri: &Uri) -> Redirect {
    let wanted = uri.path_and_query().map_or("/", |path| path.as_str());
    let query = serde_urlencoded::to_string([("next", wanted)]).unwrap_or_default();
    Redirect::to(&format!("/login?{query}"))
}
