//! Session tokens, and the user agent that a session is recognised by.

use crate::auth::AuthError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dioxus::server::http::HeaderMap;
use dioxus::server::http::header::USER_AGENT;
use sha2::{Digest, Sha256};

/// How much is kept of a user agent, in characters.
const USER_AGENT_LENGTH: usize = 256;

/// 256 random bits, fit for a cookie and a URL.
pub fn random() -> Result<String, AuthError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| AuthError::Cryptography(error.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The `User-Agent`, made fit to be stored and shown.
pub fn user_agent(headers: &HeaderMap) -> Option<String> {
    let text = String::from_utf8_lossy(headers.get(USER_AGENT)?.as_bytes());
    let text = text.chars().filter(|letter| !letter.is_control()).take(USER_AGENT_LENGTH);
    Some(text.collect()).filter(|text: &String| !text.is_empty())
}

/// What the database stores of a token. The token is random, so a fast hash will do.
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}
