//! The session's token and its cookie, and what else makes one recognisable.

use crate::auth::{AuthError, SESSION_LIFETIME};
use crate::model::{OperatorId, SessionId};
use crate::store::StoreError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dioxus::server::http::HeaderMap;
use dioxus::server::http::header::{COOKIE, USER_AGENT};
use sha2::{Digest, Sha256};
use uuid::Uuid;

const NAME: &str = "portal_session";
/// On https the name itself makes browsers insist on `Secure`, `Path=/` and no `Domain`.
const SECURE_NAME: &str = "__Host-portal_session";

/// How much is kept of a user agent, in characters.
const USER_AGENT_LENGTH: usize = 256;

/// 256 random bits, fit for a cookie and an address.
pub fn random() -> Result<String, AuthError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| AuthError::Hashing(error.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A name for a session, which has nothing to do with its token.
pub(super) fn new_id() -> Result<SessionId, AuthError> {
    format!("session_{}", Uuid::new_v4().simple())
        .parse()
        .map_err(|error| StoreError::Unreadable(format!("{error}")).into())
}

/// An id for somebody new.
pub fn new_operator_id() -> Result<OperatorId, AuthError> {
    format!("op_{}", Uuid::new_v4().simple())
        .parse()
        .map_err(|error| StoreError::Unreadable(format!("{error}")).into())
}

/// What the browser or program calls itself, made fit to be kept and shown.
pub fn user_agent(headers: &HeaderMap) -> Option<String> {
    let text = String::from_utf8_lossy(headers.get(USER_AGENT)?.as_bytes());
    let text = text.chars().filter(|letter| !letter.is_control()).take(USER_AGENT_LENGTH);
    Some(text.collect()).filter(|text: &String| !text.is_empty())
}

/// What the database keeps of a token. The token is random, so a fast hash will do.
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// The token that a request carries.
pub fn token_of(headers: &HeaderMap, secure: bool) -> Option<String> {
    cookie_of(headers, session_name(secure)).map(str::to_owned)
}

/// The value of the cookie with this name, unless it is empty.
pub fn cookie_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value)
}

/// The `Set-Cookie` that begins a session. Lax: the browser brings it along on the way back from
/// Stripe.
pub fn cookie(token: &str, secure: bool) -> String {
    set_cookie(session_name(secure), token, SESSION_LIFETIME.num_seconds(), secure)
}

/// The `Set-Cookie` that ends a session.
pub fn clear_cookie(secure: bool) -> String {
    set_cookie(session_name(secure), "", 0, secure)
}

/// A `Set-Cookie` for all pages of this portal and no scripts, kept for so many seconds.
pub fn set_cookie(name: &str, value: &str, seconds: i64, secure: bool) -> String {
    let flag = if secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{flag}")
}

fn session_name(secure: bool) -> &'static str {
    if secure { SECURE_NAME } else { NAME }
}
