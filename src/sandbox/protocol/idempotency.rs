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
    /// The answer, once there is one.
    answer: Option<(StatusCode, Value)>,
}

/// What a key means for a request.
pub(crate) enum Verdict {
    /// Carry it out, and then `keep` or `forget` the key.
    Fresh,
    /// It was carried out before, with this answer.
    Replay(StatusCode, Value),
}

/// Claims a key for a request, described by its method, path and parameters.
pub(crate) fn claim(state: &mut State, key: &str, request: &str) -> Result<Verdict, ApiError> {
    if key.chars().count() > LONGEST {
        return Err(ApiError::key_too_long());
    }
    let now = wall();
    state.saved.retain(|_, saved| now - saved.at < KEPT);
    match state.saved.get(key) {
        Some(saved) if saved.request != request => Err(ApiError::key_reused(key)),
        Some(Saved { answer: Some((status, body)), .. }) => {
            Ok(Verdict::Replay(*status, body.clone()))
        }
        Some(_) => Err(ApiError::key_in_use(key)),
        None => {
            state.saved.insert(
                key.to_owned(),
                Saved { request: request.to_owned(), at: now, answer: None },
            );
            Ok(Verdict::Fresh)
        }
    }
}

/// Keeps the answer under a claimed key.
pub(crate) fn keep(state: &mut State, key: &str, status: StatusCode, body: &Value) {
    if let Some(saved) = state.saved.get_mut(key) {
        saved.answer = Some((status, body.clone()));
    }
}

/// Gives a claimed key back: nothing was carried out.
pub(crate) fn forget(state: &mut State, key: &str) {
    state.saved.remove(key);
}
