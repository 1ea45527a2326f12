//! A token that every form carries and another site's page can't know: a second guard beside the
//! `Origin` that browsers send, for the forms that the server answers without scripts.
//!
//! It is a keyed hash of the session's own token, so nothing has to be kept, and it ends with the
//! session. Whoever isn't signed in has no session to abuse, but could be signed in as somebody else:
//! the sign-in page sets a cookie with a random value, which its form is tied to. Both cookies are
//! `SameSite=Lax`: they come along on links, so that the page finds its own again, and not with another
//! site's form.

use crate::auth::{self, Auth, Cookie};
use crate::model::Language;
use crate::server::policy::Policy;
use crate::server::sign_in::is_local;
use crate::server::visit::{root_element, visit};
use crate::ui::STYLE_SHEETS;
use crate::ui::visit::{FORM_TOKEN, Visit};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dioxus::fullstack::StatusCode;
use dioxus::server::axum::Extension;
use dioxus::server::axum::body::Bytes;
use dioxus::server::axum::extract::{FromRequest, Request};
use dioxus::server::axum::middleware::Next;
use dioxus::server::axum::response::{AppendHeaders, Html, IntoResponse, Response};
use dioxus::server::http::HeaderMap;
use dioxus::server::http::header::{CONTENT_SECURITY_POLICY, REFERER};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// What the hash is for; the same session token hashed for something else gives another.
const LABEL: &[u8] = b"form token, version 1";
/// 128 bits can't be guessed.
const LENGTH: usize = 16;

/// Where forms lead that begin a session: they need their token without one, too.
const BEGINNINGS: [&str; 3] = ["/login", "/invitation/", "/password/"];

/// The token for the forms of a page, and the `Set-Cookie` that goes with it where the browser has
/// nothing yet that a form could be tied to.
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

/// Lets a form through that carries its token, and what has no session that could be abused.
pub async fn check(
    Extension(auth): Extension<Auth>,
    Extension(policy): Extension<Policy>,
    request: Request,
    next: Next,
) -> Response {
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
        return refusal(&visit(&parts.headers, auth.secure), &parts.headers, &policy);
    }
    next.run(Request::from_parts(parts, body.into())).await
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

/// What a form can be tied to: the session, and the visitor.
fn secrets(headers: &HeaderMap, secure: bool) -> [Option<&str>; 2] {
    [Cookie::SESSION, Cookie::VISITOR].map(|cookie| cookie.read(headers, secure))
}

/// The page that says what to do: forms are sent from pages, so there is one to open again.
fn refusal(visit: &Visit, headers: &HeaderMap, policy: &Policy) -> Response {
    let (title, text, again) = match visit.language {
        Language::En => (
            "Open the page again",
            "This page was open for too long, or you signed in or out meanwhile. Nothing was changed.",
            "Open it again",
        ),
        Language::De => (
            "Öffnen Sie die Seite neu",
            "Diese Seite war zu lange offen, oder Sie haben sich inzwischen an- oder abgemeldet. Es \
             wurde nichts geändert.",
            "Neu öffnen",
        ),
    };
    let (root, back) = (root_element(visit), escape(&came_from(headers)));
    let styles = STYLE_SHEETS.map(|sheet| format!("<link rel=\"stylesheet\" href=\"{sheet}\">\n"));
    let page = format!(
        "<!DOCTYPE html>\n{root}\n<head>\n<meta charset=\"UTF-8\">\n<title>{title}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n{}</head>\n<body>\n\
         <main class=\"alone\"><div class=\"problem\">\n<h1>{title}</h1>\n<p>{text}</p>\n\
         <p><a class=\"button\" data-kind=\"primary\" href=\"{back}\">{again}</a></p>\n\
         </div></main>\n</body>\n</html>\n",
        styles.concat(),
    );
    let policy = policy.of_page(page.as_bytes());
    let policy = AppendHeaders([(CONTENT_SECURITY_POLICY, policy)]);
    (StatusCode::FORBIDDEN, policy, Html(page)).into_response()
}

/// The page that the form was on, if the browser says so.
fn came_from(headers: &HeaderMap) -> String {
    let address = headers.get(REFERER).and_then(|value| value.to_str().ok());
    let after_scheme = address.and_then(|address| address.split_once("://")).map(|(_, rest)| rest);
    let path = after_scheme.and_then(|rest| rest.find('/').map(|at| &rest[at..]));
    path.filter(|path| is_local(path)).unwrap_or("/").to_owned()
}

fn escape(path: &str) -> String {
    path.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use dioxus::server::http::HeaderValue;

    #[test]
    fn a_refusal_leads_back_to_a_page_of_the_portal_only() {
        for (referer, back) in [
            ("https://portal.example/agents?a=1&b=\"", "/agents?a=1&amp;b=&quot;"),
            ("https://portal.example", "/"),
            ("https://portal.example//evil.example", "/"),
            ("https://portal.example/\\evil.example", "/"),
            ("nonsense", "/"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(REFERER, HeaderValue::from_static(referer));
            assert_eq!(escape(&came_from(&headers)), back, "{referer}");
        }
    }

    #[test]
    fn a_token_says_nothing_of_its_secret_and_is_another_for_another() {
        assert_eq!(token("a"), token("a"));
        assert_ne!(token("a"), token("b"));
        assert!(!same("", ""));
    }
}
