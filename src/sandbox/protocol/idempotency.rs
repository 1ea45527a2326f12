//! `Idempotency-Key`: the first answer is kept, and given again.

use dioxus::server::axum::http::StatusCode;
use serde_json::Value;

use super::super::clock::wall;
use super::super::state::State;
use super::errors::ApiError;

const KEPT: i64 = 24 * 3_600;
const LONGEST: usize = 255;

/// What is known under a key.
#[derive(Clone, Debug)]
pub(crate) struct Saved {
    request: String,
    at: i64,
    status: StatusCode,
    body: Value,
}

/// The answer that is kept under a key, if one is. The request it was given to is described by its
/// method, path and parameters: another one may not use the key.
pub(crate) fn kept(
    state: &mut State,
    key: &str,
    request: &str,
) -> Result<Option<(StatusCode, Value)>, ApiError> {
    if key.chars().count() > LONGEST {
        return Err(ApiError::key_too_long());
    }
    let now = wall();
    state.saved.retain(|_, saved| now - saved.at < KEPT);
    match state.saved.get(key) {
        Some(saved) if saved.request != request => Err(ApiError::key_reused(key)),
        Some(saved) => Ok(Some((saved.status, saved.body.clone()))),
        None => Ok(None),
    }
}

/// Keeps the answer to a request under its key.
pub(crate) fn keep(
    state: &mut State,
    key: &str,
    request: String,
    (status, body): (StatusCode, Value),
) {
    state.saved.insert(key.to_owned(), Saved { request, at: wall(), status, body });
}
