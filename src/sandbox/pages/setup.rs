//! The page that stands in for the bank's while a SetupIntent saves a card.

use crate::sandbox::pages::card_fields;
use crate::sandbox::pages::html;
use crate::sandbox::pages::portal::field;
use crate::sandbox::setting_up;
use crate::sandbox::shared::Shared;
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::Fields;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;
use dioxus::server::axum;
use serde_json::Value;
use std::sync::Arc;

/// `GET /s/{id}/challenge`
pub async fn show(Extract(shared): Extract<Arc<Shared>>, Path(id): Path<String>) -> Response {
    match waiting(&shared.current(), &id) {
        Some(_) => html::page(
            StatusCode::OK,
            "3-D Secure",
            &card_fields::challenge(&format!("/s/{id}/challenge")),
        ),
        None => nothing_waits(),
    }
}

/// `POST /s/{id}/challenge`: result=approve|refuse
pub async fn answer(
    Extract(shared): Extract<Arc<Shared>>,
    Path(id): Path<String>,
    body: String,
) -> Response {
    let mut state = shared.current();
    let Some(intent) = waiting(&state, &id) else {
        return nothing_waits();
    };
    let approved = field(&body, "result") == "approve";
    if approved {
        setting_up::succeed(&mut state, &id);
    } else {
        setting_up::unauthenticated(&mut state, &id);
    }
    shared.queued.notify_one();
    match intent.maybe_text("next_action.redirect_to_url.return_url") {
        Some(url) => html::see_other(&back(url, &intent, approved)),
        None if approved => {
            html::message(StatusCode::OK, "Card saved", "You can close this page.", None)
        }
        None => html::message(StatusCode::OK, "Card not saved", card_fields::UNAUTHENTICATED, None),
    }
}

/// The return URL, with the parameters Stripe adds.
fn back(url: &str, intent: &Value, approved: bool) -> String {
    let status = if approved { "succeeded" } else { "failed" };
    let joint = if url.contains('?') { '&' } else { '?' };
    format!(
        "{url}{joint}setup_intent={}&setup_intent_client_secret={}&redirect_status={status}",
        intent.text("id"),
        intent.text("client_secret")
    )
}

fn waiting(state: &State, id: &str) -> Option<Value> {
    let intent = state.store.get(Kind::SetupIntent, id)?;
    (intent.text("status") == "requires_action").then(|| intent.clone())
}

fn nothing_waits() -> Response {
    html::not_found("No card waits for 3-D Secure here.")
}
