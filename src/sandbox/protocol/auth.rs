//! API keys: any test key is accepted, a live one never.

use crate::sandbox::protocol::errors::ApiError;
use base64::Engine;
use dioxus::server::axum::http::{HeaderMap, header};

/// Checks a request's key, given as Bearer or as the user name of Basic.
pub fn check(headers: &HeaderMap) -> Result<(), ApiError> {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let key = key(given).ok_or_else(|| {
        ApiError::unauthorized(
            "You did not provide an API key. Send a test key in the Authorization header, such as 'Authorization: Bearer sk_test_sandbox'.",
        )
    })?;
    if key.starts_with("sk_live_") || key.starts_with("rk_live_") {
        return Err(ApiError::unauthorized(
            "This is the Stripe sandbox, and the key is a live one. Use a test key (sk_test_…), and roll the live key if it should not have been sent here.",
        ));
    }
    let test = key.strip_prefix("sk_test_").or_else(|| key.strip_prefix("rk_test_"));
    if test.is_some_and(|rest| !rest.is_empty()) {
        return Ok(());
    }
    let shown: String = key.chars().take(8).collect();
    Err(ApiError::unauthorized(format!(
        "Invalid API Key provided: {shown}***. The Stripe sandbox takes sk_test_… and rk_test_… keys."
    )))
}

fn key(given: &str) -> Option<String> {
    let (scheme, rest) = given.split_once(' ')?;
    let key = if scheme.eq_ignore_ascii_case("bearer") {
        rest.trim().to_owned()
    } else if scheme.eq_ignore_ascii_case("basic") {
        let decoded = base64::engine::general_purpose::STANDARD.decode(rest.trim()).ok()?;
        let text = String::from_utf8(decoded).ok()?;
        text.split(':').next().unwrap_or_default().to_owned()
    } else {
        return None;
    };
    (!key.is_empty()).then_some(key)
}
