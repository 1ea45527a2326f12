//! The pages: visitors who are not signed in are redirected to the sign-in page, everyone else gets the
//! page.

use crate::api;
use crate::auth::{Auth, Cookie, SignedIn};
use crate::server::policy::{LAST_SCRIPT, Policy};
use crate::server::sign_in::local_path;
use crate::server::single_sign_on::SingleSignOn;
use crate::server::visit::{root_element, visit};
use crate::server::{form_token, forms};
use crate::ui::Route;
use crate::ui::page_data::PageData;
use crate::ui::visit::Visit;
use dioxus::server::FullstackState;
use dioxus::server::axum::Extension;
use dioxus::server::axum::body::{Bytes, to_bytes};
use dioxus::server::axum::extract::{Request, State};
use dioxus::server::axum::response::{IntoResponse, Redirect, Response};
use dioxus::server::http::header::{CONTENT_SECURITY_POLICY, SET_COOKIE};
use dioxus::server::http::{HeaderValue, Uri};
use memchr::{memchr, memmem};

/// The start of a page's root element.
const ROOT: &[u8] = b"<html";

/// Renders the page at this address.
pub async fn page(
    State(fullstack): State<FullstackState>,
    Extension(auth): Extension<Auth>,
    Extension(signed_in): Extension<SignedIn>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let session = match signed_in.session(&auth, &parts).await {
        Ok(session) => session,
        // The page runs into the same error, and reports it.
        Err(error) => {
            tracing::error!(%error, "who is calling could not be looked up");
            return render(fullstack, Request::from_parts(parts, body)).await;
        }
    };
    let Some(session) = session else {
        return match parts.uri.path() {
            "/" => Redirect::to("/login").into_response(),
            "/login" => render(fullstack, Request::from_parts(parts, body)).await,
            _ => to_sign_in(&parts.uri).into_response(),
        };
    };
    // In another tab, they may have signed in meanwhile.
    if let Ok(Route::Login { next: Some(next), .. }) = address(&parts.uri).parse() {
        return Redirect::to(local_path(&next)).into_response();
    }
    match (parts.uri.path(), parts.uri.query()) {
        // They have to choose a tenant first.
        ("/" | "/login", _) | ("/billing", None) if session.platform_admin => {
            Redirect::to("/tenants").into_response()
        }
        ("/" | "/login", _) => Redirect::to("/billing").into_response(),
        ("/billing", Some(_)) => match forms::back_from_checkout(&parts).await {
            Some(told) => told,
            None => render(fullstack, Request::from_parts(parts, body)).await,
        },
        _ => render(fullstack, Request::from_parts(parts, body)).await,
    }
}

/// Renders the page in the visitor's language and theme, with a token for its forms and a policy for
/// its scripts. It shows a form's notice once.
pub(super) async fn render(fullstack: FullstackState, mut request: Request) -> Response {
    let found = request.extensions();
    let (Some(auth), Some(policy)) = (found.get::<Auth>(), found.get::<Policy>().cloned()) else {
        return api::internal().into_response();
    };
    let provider = found.get::<SingleSignOn>();
    let single_sign_on = provider.is_some_and(|SingleSignOn(provider)| provider.is_some());
    let (form_token, visitor) = form_token::for_page(request.headers(), auth.secure);
    let sandbox_url = auth.sandbox_url.clone();
    let visit = visit(request.headers(), auth.secure);
    let visit = Visit { single_sign_on, sandbox_url, form_token, ..visit };
    // It is shown once.
    let said = visit.notice.is_some().then(|| Cookie::NOTICE.clear(auth.secure));
    let data = PageData::default();
    request.extensions_mut().insert(visit.clone());
    request.extensions_mut().insert(data.clone());
    let response = FullstackState::render_handler(State(fullstack), request).await;
    let (mut parts, body) = response.into_parts();
    let Ok(html) = to_bytes(body, usize::MAX).await else {
        return api::internal().into_response();
    };
    let page = completed(&html, &root_element(&visit), &data.into_elements()).unwrap_or(html);
    parts.headers.insert(CONTENT_SECURITY_POLICY, policy.of_page(&page));
    let cookies = said.into_iter().chain(visitor);
    for cookie in cookies.filter_map(|cookie| HeaderValue::try_from(cookie).ok()) {
        parts.headers.append(SET_COOKIE, cookie);
    }
    Response::from_parts(parts, page.into())
}

/// Replaces the root element's opening tag, and adds these elements after the content; `None` if it is
/// not a page. The scripts that follow may run before the whole page has arrived.
fn completed(html: &[u8], root: &str, elements: &str) -> Option<Bytes> {
    let start = memmem::find(html, ROOT)?;
    let end = start + memchr(b'>', &html[start..])? + 1;
    let (content, scripts) = html[end..].split_at(memmem::rfind(&html[end..], LAST_SCRIPT)?);
    Some([&html[..start], root.as_bytes(), content, elements.as_bytes(), scripts].concat().into())
}

fn to_sign_in(uri: &Uri) -> Redirect {
    Redirect::to(&Route::login(address(uri).to_owned()).to_string())
}

/// The path and the query.
fn address(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", |address| address.as_str())
}
