//! What happens to failed payments, which at Stripe is a setting of the account.

use crate::sandbox::pages::control::{done, wrong};
use crate::sandbox::pages::portal::field;
use crate::sandbox::retries::{LastResort, Retries};
use crate::sandbox::shared::Shared;
use crate::sandbox::state::State;
use axum::extract::State as Extract;
use axum::http::HeaderMap;
use axum::response::Response;
use dioxus::server::axum;
use serde_json::json;
use std::sync::Arc;

/// `POST /_sandbox/payments`: retry_days=1,3,7 after the first failure, and then=canceled, unpaid or
/// past_due after the last.
pub async fn set(
    Extract(shared): Extract<Arc<Shared>>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let mut state = shared.current();
    match Retries::read(&field(&body, "retry_days"), &field(&body, "then")) {
        Ok(retries) => state.retries = retries,
        Err(message) => return wrong(&headers, &message),
    }
    done(&headers, json!({ "retry_days": state.retries.days, "then": state.retries.then.status() }))
}

/// The section of the control page.
pub(super) fn section(state: &State) -> String {
    let days: Vec<String> = state.retries.days.iter().map(i64::to_string).collect();
    let choices: String = LastResort::ALL
        .iter()
        .map(|resort| {
            let selected = if *resort == state.retries.then { " selected" } else { "" };
            format!("<option{selected}>{}</option>", resort.status())
        })
        .collect();
    format!(
        "<section class=\"card\"><h2>Failed payments</h2><form class=\"row fields\" method=\"post\" action=\"/_sandbox/payments\">\
         <label>Retry on days <input name=\"retry_days\" value=\"{}\" size=\"18\" inputmode=\"numeric\"></label>\
         <label>Then the subscription is <select name=\"then\">{choices}</select></label>\
         <button>Save</button></form></section>",
        days.join(",")
    )
}
