//! A token that every form carries and another site's page can't know: a second defence against CSRF,
//! besides the browser's `Origin`, for forms that the server handles without scripts.
//!
//! It is a keyed hash of the session's token, so it needs no storage and ends with the session. A
//! visitor who isn't signed in has no session to abuse, but could be signed in as somebody else: the
//! sign-in page sets a cookie with a random value, and ties its form to it. Both cookies are
//! `SameSite=Lax`: sent when following links, so that the page finds its own again, but not with
//! another site's form.

use crate::api::ApiError;
use crate::auth::{self, Auth, Cookie};
use crate::model::ErrorCode;
use crate::ui::visit::FORM_TOKEN;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dioxus::fullstack::StatusCode;
use dioxus::server::axum::Extension;
use dioxus::server::axum::body::Bytes;
use dioxus::server::axum::extract::{FromRequest, Request};
use dioxus::server::axum::middleware::Next;
use dioxus::server::axum::response::{IntoResponse, Response};
use dioxus::server::http::HeaderMap;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// What the hash is for; for another purpose the same session token gives another.
const LABEL: &[u8] = b"form token, version 1";
/// In bytes: 128 bits can't be guessed.
const LENGTH: usize = 16;

/// Where forms that start a session lead: they need a token even without one.
const BEGINNINGS: [&str; 3] = ["/login", "/invitation/", "/password/"];

/// Returns the token for a page's forms, and the `Set-Cookie` to send with it if the browser has
/// nothing yet to tie a form to.
pub fn for_page(headers: &HeaderMap, secure: bool) -> (String, Option<String>) {
    let [session, visitor] = secrets(headers, secure);
    if let Some(secret) = session.or(visitor) {
        return (token(secret), None);
    }
    match auth::random() {
        Ok(secret) => (token(&secret), Some(Cookie::VISITOR.set(&secret, secure))),
        Err(error) => {
            tracing::error!(%error, "a form can't be given its token");
            (String::new(), None)
        }
    }
}

/// Lets through forms that carry their token, and requests without a session to abuse.
pub async fn check(Extension(auth): Extension<Auth>, request: Request, next: Next) -> Response {
    let secrets = secrets(request.headers(), auth.secure);
    let path = request.uri().path();
    let begins = BEGINNINGS.iter().any(|beginning| path.starts_with(beginning));
    let [session, _] = secrets;
    let harmless = session.is_none() && !begins;
    if request.method().is_safe() || harmless {
        return next.run(request).await;
    }
    // Either will do: a sign-in page may have been open since before the session.
    let tokens: Vec<String> = secrets.into_iter().flatten().map(token).collect();
    let (parts, body) = request.into_parts();
    let body = Request::from_parts(parts.clone(), body);
    let body = match Bytes::from_request(body, &()).await {
        Ok(body) => body,
        Err(refused) => return refused.into_response(),
    };
    let sent = field(&body).unwrap_or_default();
    if !tokens.iter().any(|token| same(token, &sent)) {
        tracing::info!("a form came without its token");
        return expired().into_response();
    }
    next.run(Request::from_parts(parts, body.into())).await
}

fn expired() -> ApiError {
    ApiError::new(
        StatusCode::FORBIDDEN,
        ErrorCode::FormExpired,
        "The form's token is missing or of another session, so nothing was changed. Open its page \
         again, and send the form from there.",
    )
}

fn token(secret: &str) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(LABEL);
    URL_SAFE_NO_PAD.encode(&mac.finalize().into_bytes()[..LENGTH])
}

fn same(token: &str, sent: &str) -> bool {
    !token.is_empty() && bool::from(token.as_bytes().ct_eq(sent.as_bytes()))
}

fn field(body: &[u8]) -> Option<String> {
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(body).ok()?;
    fields.into_iter().find(|(name, _)| name == FORM_TOKEN).map(|(_, value)| value)
}

/// What a form can be tied to: the session and the visitor.
fn secrets(headers: &HeaderMap, secure: bool) -> [Option<&str>; 2] {
    [Cookie::SESSION, Cookie::VISITOR].map(|cookie| cookie.read(headers, secure))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_nothing_of_its_secret_and_is_another_for_another() {
        assert_eq!(token("a"), token("a"));
        assert_ne!(token("a"), token("b"));
        assert!(!same("", ""));
    }
}
