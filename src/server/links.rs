//! The pages of one-time links: an invitation, and the choice of a new password. They work without
//! scripts and load none, as nobody stays here.

use crate::api::{self, ApiError};
use crate::auth::{Auth, AuthError, Joined, Proof, SignedIn, Visitor};
use crate::server::page;
use crate::server::routes::Endpoint;
use crate::server::visit::notice_cookie;
use crate::store::Invitation;
use crate::ui::visit::{Done, Notice};
use crate::ui::{FollowedLink, Guest, LinkPage, LinkProblem, Opens, Route};
use dioxus::fullstack::{Method, StatusCode};
use dioxus::server::axum::body::{Body, to_bytes};
use dioxus::server::axum::extract::{Path, Request, State};
use dioxus::server::axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use dioxus::server::axum::routing::{get, post};
use dioxus::server::axum::{Extension, Form};
use dioxus::server::http::header::SET_COOKIE;
use dioxus::server::http::request::Parts;
use dioxus::server::{FullstackState, ServeConfig};
use serde::Deserialize;

/// The endpoints of one-time links. Their pages have a root component of their own.
pub(super) fn endpoints() -> impl Iterator<Item = Endpoint> {
    let root = FullstackState::new(ServeConfig::new(), LinkPage);
    [
        (Method::GET, "/invitation/{token}", get(invitation)),
        (Method::POST, "/invitation/{token}", post(accept)),
        (Method::GET, "/password/{token}", get(password)),
        (Method::POST, "/password/{token}", post(choose)),
    ]
    .into_iter()
    .map(move |(method, path, answer)| Endpoint {
        method,
        path,
        answer: answer.with_state(root.clone()),
    })
}

/// What the forms send; which fields there are says who fills them in.
#[derive(Deserialize)]
pub struct Fields {
    name: Option<String>,
    password: Option<String>,
}

/// `GET /invitation/{token}`.
async fn invitation(
    State(fullstack): State<FullstackState>,
    Extension(auth): Extension<Auth>,
    Extension(signed_in): Extension<SignedIn>,
    Path(token): Path<String>,
    parts: Parts,
) -> Result<Response, ApiError> {
    let opens = invited_by(&token, &auth, &signed_in, &parts).await?;
    Ok(show(fullstack, parts, FollowedLink { opens, ..FollowedLink::default() }).await)
}

/// `POST /invitation/{token}`.
async fn accept(
    State(fullstack): State<FullstackState>,
    Extension(auth): Extension<Auth>,
    Extension(signed_in): Extension<SignedIn>,
    visitor: Visitor,
    Path(token): Path<String>,
    parts: Parts,
    Form(Fields { name, password }): Form<Fields>,
) -> Result<Response, ApiError> {
    let session = signed_in.session(&auth, &parts).await?;
    let proof = match (&name, &password) {
        (Some(name), password) => {
            Some(Proof::New { name, password: password.as_deref().unwrap_or_default() })
        }
        (None, Some(password)) => Some(Proof::Password(password)),
        (None, None) => session.map(|session| Proof::SignedIn(&session.operator.id)),
    };
    let accepted = match proof {
        Some(proof) => auth.accept(&token, proof, &visitor).await,
        None => Err(AuthError::Nobody),
    };
    match accepted {
        Ok(Joined { tenant_id, begun }) => {
            let page = Route::billing(Some(tenant_id.to_string())).to_string();
            Ok((begun.cookies(auth.secure), Redirect::to(&page)).into_response())
        }
        Err(error) => {
            let problem = problem(error)?;
            let opens = invited_by(&token, &auth, &signed_in, &parts).await?;
            let name = name.unwrap_or_default();
            Ok(show(fullstack, parts, FollowedLink { opens, problem, name, ..Default::default() })
                .await)
        }
    }
}

/// `GET /password/{token}`.
async fn password(
    State(fullstack): State<FullstackState>,
    Extension(auth): Extension<Auth>,
    Path(token): Path<String>,
    parts: Parts,
) -> Result<Response, ApiError> {
    let opens = password_of(&token, &auth).await?;
    Ok(show(fullstack, parts, FollowedLink { opens, ..FollowedLink::default() }).await)
}

/// `POST /password/{token}`. The next page says what was done.
async fn choose(
    State(fullstack): State<FullstackState>,
    Extension(auth): Extension<Auth>,
    visitor: Visitor,
    Path(token): Path<String>,
    parts: Parts,
    Form(fields): Form<Fields>,
) -> Result<Response, ApiError> {
    let password = fields.password.unwrap_or_default();
    match auth.use_reset(&token, &password, &visitor).await {
        Ok(begun) => {
            let notice = Notice::Done(Done::PasswordChanged);
            let said = AppendHeaders([(SET_COOKIE, notice_cookie(&notice, auth.secure))]);
            let page = Route::billing(None).to_string();
            Ok((begun.cookies(auth.secure), said, Redirect::to(&page)).into_response())
        }
        Err(error) => {
            let problem = problem(error)?;
            let opens = password_of(&token, &auth).await?;
            Ok(show(fullstack, parts, FollowedLink { opens, problem, ..Default::default() }).await)
        }
    }
}

/// What an invitation's link opens for its visitor.
async fn invited_by(
    token: &str,
    auth: &Auth,
    signed_in: &SignedIn,
    parts: &Parts,
) -> Result<Opens, ApiError> {
    let Invitation { tenant_name, email, role, known, .. } = match auth.invitation(token).await {
        Ok(invitation) => invitation,
        Err(AuthError::NoSuchLink) => return Ok(Opens::Nothing),
        Err(error) => return Err(error.into()),
    };
    let session = signed_in.session(auth, parts).await?;
    let guest = match known {
        None => Guest::New,
        Some((known, _)) if session.is_some_and(|open| open.operator.id == known.id) => {
            Guest::SignedIn
        }
        Some((_, hash)) => Guest::Known { has_password: hash.is_some() },
    };
    Ok(Opens::Invitation { company: tenant_name, email, role, guest })
}

/// What a password link opens.
async fn password_of(token: &str, auth: &Auth) -> Result<Opens, ApiError> {
    match auth.reset(token).await {
        Ok(operator) => Ok(Opens::Password { email: operator.email }),
        Err(AuthError::NoSuchLink) => Ok(Opens::Nothing),
        Err(error) => Err(error.into()),
    }
}

/// What the page says about an error: nothing if the link is no longer usable, or if the visitor has
/// been signed out since the page was opened, as it then asks them to sign in.
fn problem(error: AuthError) -> Result<Option<LinkProblem>, ApiError> {
    match error {
        AuthError::NoSuchLink | AuthError::Nobody => Ok(None),
        AuthError::InvalidName(_) => Ok(Some(LinkProblem::Name)),
        AuthError::WeakPassword => Ok(Some(LinkProblem::WeakPassword)),
        AuthError::WrongCredentials => Ok(Some(LinkProblem::WrongPassword)),
        AuthError::Throttled => Ok(Some(LinkProblem::Throttled)),
        error => Err(error.into()),
    }
}

/// Renders the link's page without scripts.
async fn show(fullstack: FullstackState, mut parts: Parts, link: FollowedLink) -> Response {
    let status = match (&link.opens, link.problem) {
        (Opens::Nothing, _) => StatusCode::NOT_FOUND,
        (_, None) => StatusCode::OK,
        (_, Some(LinkProblem::Name | LinkProblem::WeakPassword)) => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        (_, Some(LinkProblem::WrongPassword)) => StatusCode::UNAUTHORIZED,
        (_, Some(LinkProblem::Throttled)) => StatusCode::TOO_MANY_REQUESTS,
    };
    let here = parts.uri.path().to_owned();
    parts.extensions.insert(FollowedLink { here, ..link });
    parts.method = Method::GET;
    let rendered = page::render(fullstack, Request::from_parts(parts, Body::empty())).await;
    let (mut head, body) = rendered.into_parts();
    let Ok(html) = to_bytes(body, usize::MAX).await else {
        return api::internal().into_response();
    };
    if head.status.is_success() {
        head.status = status;
    }
    Response::from_parts(head, without_scripts(&String::from_utf8_lossy(&html)).into())
}

/// Removes whatever is or loads a script.
fn without_scripts(html: &str) -> String {
    let mut plain = html.to_owned();
    for (begins, ends) in [("<script", "</script>"), ("<link rel=\"preload\"", ">")] {
        while let Some(start) = plain.find(begins)
            && let Some(length) = plain[start..].find(ends)
        {
            plain.replace_range(start..start + length + ends.len(), "");
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::without_scripts;

    #[test]
    fn nothing_but_scripts_is_left_out() {
        let html = "<head><link rel=\"stylesheet\" href=\"a.css\"><link rel=\"preload\" as=\"script\" \
            href=\"a.js\"></head><body><p>Ada</p><script>1 < 2</script><p>Bob</p>\
            <script type=\"module\" src=\"a.js\"></script></body>";
        let plain = "<head><link rel=\"stylesheet\" href=\"a.css\"></head><body><p>Ada</p><p>Bob</p>\
            </body>";
        assert_eq!(without_scripts(html), plain);
        assert_eq!(without_scripts("<p>a</p><script>"), "<p>a</p><script>");
    }
}
