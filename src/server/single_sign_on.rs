//! Sign-in through an identity provider. It is links and redirects alone, so it works without scripts.
//! Errors are shown on the sign-in page.

use crate::auth::{Auth, Begun, Cookie, Oidc, Pending, SignOnError, Visitor};
use crate::config::{ConfigError, OidcConfig};
use crate::server::sign_in::local_path;
use crate::ui::Route;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dioxus::server::axum::Extension;
use dioxus::server::axum::extract::Query;
use dioxus::server::axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use dioxus::server::http::HeaderMap;
use dioxus::server::http::header::SET_COOKIE;
use serde::Deserialize;
use std::sync::Arc;

/// The provider, if one is configured. Cheap to clone.
#[derive(Clone)]
pub struct SingleSignOn(pub Option<Arc<Oidc>>);

impl SingleSignOn {
    /// For the portal at this address.
    pub fn new(provider: Option<&OidcConfig>, portal_url: &str) -> Result<Self, ConfigError> {
        let oidc = provider.map(|settings| Oidc::new(settings.clone(), portal_url)).transpose()?;
        Ok(Self(oidc.map(Arc::new)))
    }
}

/// Where to go once signed in.
#[derive(Deserialize)]
pub struct Start {
    #[serde(default)]
    next: String,
}

/// What the provider sends back with the visitor.
#[derive(Deserialize)]
pub struct Back {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// `GET /auth/oidc/start`: redirects to the provider.
pub async fn start(
    Extension(auth): Extension<Auth>,
    Extension(SingleSignOn(oidc)): Extension<SingleSignOn>,
    Query(Start { next }): Query<Start>,
) -> Response {
    let Some(oidc) = oidc else { return Redirect::to("/login").into_response() };
    let next = local_path(&next);
    match oidc.begin(next).await {
        Ok((address, pending)) => {
            let json = serde_json::to_vec(&pending).unwrap_or_default();
            let cookie = Cookie::SIGN_ON.set(&URL_SAFE_NO_PAD.encode(json), auth.secure);
            (AppendHeaders([(SET_COOKIE, cookie)]), Redirect::to(&address)).into_response()
        }
        Err(error) => refuse(&error, next),
    }
}

/// `GET /auth/oidc/callback`: the return from there.
pub async fn callback(
    Extension(auth): Extension<Auth>,
    Extension(SingleSignOn(oidc)): Extension<SingleSignOn>,
    headers: HeaderMap,
    visitor: Visitor,
    Query(back): Query<Back>,
) -> Response {
    let Some(oidc) = oidc else { return Redirect::to("/login").into_response() };
    let pending = pending(&headers, auth.secure);
    let next = pending.as_ref().map_or("/billing", |pending| local_path(&pending.next));
    let mut response = match finish(&auth, &oidc, pending.as_ref(), &back, &visitor).await {
        Ok(begun) => (begun.cookies(auth.secure), Redirect::to(next)).into_response(),
        Err(error) => refuse(&error, next),
    };
    // It was good for one attempt.
    if let Ok(cookie) = Cookie::SIGN_ON.clear(auth.secure).parse() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

async fn finish(
    auth: &Auth,
    oidc: &Oidc,
    pending: Option<&Pending>,
    back: &Back,
    visitor: &Visitor,
) -> Result<Begun, SignOnError> {
    let begun_here = |pending: &&Pending| back.state.as_deref().is_some_and(|it| pending.has(it));
    let pending = pending.filter(begun_here).ok_or(SignOnError::Expired)?;
    let code = match (&back.code, &back.error) {
        (Some(code), None) => code,
        (_, error) => return Err(SignOnError::Denied(reason(error.as_deref()))),
    };
    auth.count_sign_on(visitor)?;
    let person = oidc.finish(pending, code).await;
    if matches!(person, Ok(_) | Err(SignOnError::Away(_))) {
        auth.uncount_sign_on(visitor);
    }
    auth.sign_on(&person?, visitor).await
}

/// The provider's OAuth error code, restricted to its characters: anyone can write the address.
fn reason(error: Option<&str>) -> String {
    let of_code = |c: &char| c.is_ascii_lowercase() || *c == '_';
    error.unwrap_or_default().chars().take_while(of_code).take(40).collect()
}

/// Redirects to the sign-in page, which says what went wrong and what to do.
fn refuse(error: &SignOnError, next: &str) -> Response {
    let (code, ours) = match error {
        SignOnError::Away(_) => ("away", true),
        SignOnError::Denied(_) => ("denied", false),
        SignOnError::Expired => ("expired", false),
        SignOnError::Untrusted(_) => ("untrusted", true),
        SignOnError::Unverified => ("unverified", false),
        SignOnError::Domain => ("domain", false),
        SignOnError::NotInvited => ("not_invited", false),
        SignOnError::Throttled => ("throttled", false),
        SignOnError::OtherIdentity => ("other_identity", false),
        SignOnError::Auth(_) => ("failed", true),
    };
    if ours {
        tracing::error!(%error, "single sign-on failed");
    } else {
        tracing::info!(%error, "single sign-on let nobody in");
    }
    let page =
        Route::Login { error: Some(code.to_owned()), email: None, next: Some(next.to_owned()) };
    Redirect::to(&page.to_string()).into_response()
}

fn pending(headers: &HeaderMap, secure: bool) -> Option<Pending> {
    let value = Cookie::SIGN_ON.read(headers, secure)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(value).ok()?).ok()
}
