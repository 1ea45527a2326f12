//! Signing in and out: as JSON for programs, as a plain form for browsers, which works before and
//! without WebAssembly.

use crate::api::ApiError;
use crate::auth::{Auth, AuthError, Cookie, Visitor};
use crate::model::Login;
use crate::server::client_address::ClientAddress;
use crate::ui::Route;
use dioxus::fullstack::StatusCode;
use dioxus::server::axum::extract::FromRequestParts;
use dioxus::server::axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use dioxus::server::axum::{Extension, Form, Json};
use dioxus::server::http::HeaderMap;
use dioxus::server::http::header::SET_COOKIE;
use dioxus::server::http::request::Parts;
use serde::Deserialize;
use serde_json::json;

/// `POST /api/auth/login`.
pub async fn login(
    Extension(auth): Extension<Auth>,
    visitor: Visitor,
    Json(login): Json<Login>,
) -> Result<impl IntoResponse, ApiError> {
    let cookies = auth.sign_in(&login, &visitor).await?.cookies(auth.secure);
    Ok((cookies, Json(json!({"email": login.email.trim().to_lowercase()}))))
}

/// `POST /api/auth/logout`.
pub async fn logout(
    Extension(auth): Extension<Auth>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    end(&auth, &headers).await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(SET_COOKIE, Cookie::SESSION.clear(auth.secure))])))
}

/// The sign-in page's form.
#[derive(Deserialize)]
pub struct LoginForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// `POST /login`.
pub async fn login_form(
    Extension(auth): Extension<Auth>,
    visitor: Visitor,
    Form(form): Form<LoginForm>,
) -> Result<Response, ApiError> {
    let next = local_path(&form.next);
    let login = Login { email: form.email, password: form.password };
    let error = match auth.sign_in(&login, &visitor).await {
        Ok(begun) => return Ok((begun.cookies(auth.secure), Redirect::to(next)).into_response()),
        Err(AuthError::WrongCredentials) => "invalid",
        Err(AuthError::Throttled) => "throttled",
        Err(error) => return Err(error.into()),
    };
    let (error, next) = (Some(error.to_owned()), Some(next.to_owned()));
    let page = Route::Login { error, email: Some(login.email), next };
    Ok(Redirect::to(&page.to_string()).into_response())
}

/// `POST /logout`.
pub async fn logout_form(
    Extension(auth): Extension<Auth>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    end(&auth, &headers).await?;
    Ok((AppendHeaders([(SET_COOKIE, Cookie::SESSION.clear(auth.secure))]), Redirect::to("/login")))
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let auth = Extension::<Auth>::from_request_parts(parts, state).await;
        let Extension(auth) = auth.map_err(|_| AuthError::Nobody)?;
        let Ok(address) = ClientAddress::from_request_parts(parts, state).await;
        Ok(Self::new(address.network(), &parts.headers, auth.secure))
    }
}

async fn end(auth: &Auth, headers: &HeaderMap) -> Result<(), AuthError> {
    match Cookie::SESSION.read(headers, auth.secure) {
        Some(token) => auth.sign_out(token).await,
        None => Ok(()),
    }
}

/// A path in this portal; anything that could lead elsewhere becomes the billing page.
pub(super) fn local_path(next: &str) -> &str {
    if is_local(next) && !next.starts_with("/login") { next } else { "/billing" }
}

/// Whether this can only be a path in this portal.
pub fn is_local(next: &str) -> bool {
    let elsewhere = next.starts_with("//") || next.contains(|c: char| c == '\\' || c.is_control());
    next.starts_with('/') && !elsewhere
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn only_paths_of_the_portal_are_returned_to() {
        assert_eq!(local_path("/agents?tenant_id=a"), "/agents?tenant_id=a");
        for elsewhere in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/login",
        ] {
            assert_eq!(local_path(elsewhere), "/billing", "{elsewhere}");
        }
    }
}
