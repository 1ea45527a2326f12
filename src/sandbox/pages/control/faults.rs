//! The faults that calls are about to meet, and arming them.

use std::sync::Arc;

use axum::extract::State as Extract;
use axum::http::HeaderMap;
use axum::response::Response;
use dioxus::server::axum;
use serde_json::{Value, json};

use super::super::super::protocol::faults;
use super::super::super::shared::Shared;
use super::super::super::state::State;
use super::super::portal::field;
use super::{data, done, wrong};

/// `GET /_sandbox/faults`
pub(crate) async fn list(Extract(shared): Extract<Arc<Shared>>) -> Response {
    data(&armed(&shared.lock()))
}

/// `POST /_sandbox/faults`: fault=429|500|timeout|cut|lost; count=calls, one by default;
/// call=every, a method, or an endpoint such as `POST /v1/subscriptions/{id}`.
pub(crate) async fn arm(
    Extract(shared): Extract<Arc<Shared>>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let mut state = shared.lock();
    let [fault, call, count] = ["fault", "call", "count"].map(|name| field(&body, name));
    match faults::arm(&mut state.faults, &fault, &call, &count) {
        Ok(()) => done(&headers, armed(&state)),
        Err(message) => wrong(&headers, &message),
    }
}

/// `POST /_sandbox/faults/clear`
pub(crate) async fn clear(Extract(shared): Extract<Arc<Shared>>, headers: HeaderMap) -> Response {
    let mut state = shared.lock();
    state.faults.clear();
    done(&headers, armed(&state))
}

fn armed(state: &State) -> Value {
    json!({ "faults": state.faults })
}
