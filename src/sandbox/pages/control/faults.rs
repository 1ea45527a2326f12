//! The armed faults, and arming more.

use crate::sandbox::pages::control::{COUNT, button, data, done, wrong};
use crate::sandbox::pages::html::escape;
use crate::sandbox::pages::portal::field;
use crate::sandbox::protocol::faults::{self, EVERY, Fault};
use crate::sandbox::shared::Shared;
use crate::sandbox::state::State;
use axum::extract::State as Extract;
use axum::http::HeaderMap;
use axum::response::Response;
use dioxus::server::axum;
use serde_json::{Value, json};
use std::sync::Arc;

/// `GET /_sandbox/faults`
pub async fn list(Extract(shared): Extract<Arc<Shared>>) -> Response {
    data(&armed(&shared.lock()))
}

/// `POST /_sandbox/faults`: fault=400|429|500|500-done|timeout|cut|lost; count=calls, one by default;
/// call=every, a method, or an endpoint such as `POST /v1/subscriptions/{id}`.
pub async fn arm(
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
pub async fn clear(Extract(shared): Extract<Arc<Shared>>, headers: HeaderMap) -> Response {
    let mut state = shared.lock();
    state.faults.clear();
    done(&headers, armed(&state))
}

fn armed(state: &State) -> Value {
    json!({ "faults": state.faults })
}

/// The section of the control page.
pub(super) fn section(state: &State) -> String {
    let armed: String = state
        .faults
        .iter()
        .map(|armed| {
            format!(
                "<li><strong>{}</strong> for {}: {} left</li>",
                armed.fault.word(),
                escape(&worded(&armed.call)),
                armed.left
            )
        })
        .collect();
    let armed = match armed.is_empty() {
        true => "<p class=\"muted\">Every call is answered as it should be.</p>".to_owned(),
        false => format!("<ol>{armed}</ol>{}", button("faults/clear", "Clear")),
    };
    let faults = Fault::ALL
        .map(|fault| format!("<option value=\"{}\">{}</option>", fault.word(), described(fault)));
    let calls: String = faults::calls()
        .map(|call| {
            format!("<option value=\"{}\">{}</option>", escape(&call), escape(&worded(&call)))
        })
        .collect();
    format!(
        "<section class=\"card\"><h2>Faults</h2>{armed}\
         <form class=\"row fields\" method=\"post\" action=\"/_sandbox/faults\">\
         <label>What goes wrong <select name=\"fault\">{}</select></label>\
         <label>For <select name=\"call\">{calls}</select></label>{COUNT}\
         <button>Arm</button></form></section>",
        faults.concat()
    )
}

fn worded(call: &str) -> String {
    match call {
        EVERY => "every call".to_owned(),
        method if !method.contains(' ') => format!("every {method}"),
        endpoint => endpoint.to_owned(),
    }
}

fn described(fault: Fault) -> &'static str {
    match fault {
        Fault::Refusal => "400: refused, nothing done",
        Fault::RateLimit => "429: rate limited, nothing done",
        Fault::Failure => "500: failed, nothing done",
        Fault::DoneFailure => "500-done: failed, but done",
        Fault::Timeout => "timeout: no answer, nothing done",
        Fault::Cut => "cut: connection closed, nothing done",
        Fault::Lost => "lost: done, but the answer never comes",
    }
}
