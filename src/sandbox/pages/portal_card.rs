//! Replacing the card in the Billing Portal.

use crate::sandbox::card_form::{CardForm, FieldErrors};
use crate::sandbox::charge;
use crate::sandbox::pages::card_fields;
use crate::sandbox::pages::html::{self, escape};
use crate::sandbox::pages::portal::{after, enabled, field, no_session, session};
use crate::sandbox::protocol::form::pairs;
use crate::sandbox::shared::Shared;
use crate::sandbox::store::Kind;
use crate::sandbox::value::Fields;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;
use dioxus::server::axum;
use serde_json::{Value, json};
use std::sync::Arc;

const FEATURE: &str = "payment_method_update";

/// `GET /p/session/{token}/card`
pub async fn show(Extract(shared): Extract<Arc<Shared>>, Path(token): Path<String>) -> Response {
    let state = shared.current();
    match session(&state, &token) {
        Some(session) if !enabled(&state, &session, FEATURE) => {
            html::see_other(&format!("/p/session/{token}"))
        }
        Some(session) => render(&session, &CardForm::default(), &FieldErrors::new()),
        None => no_session(),
    }
}

/// `POST /p/session/{token}/card`: card_number, exp, cvc, name
pub async fn save(
    Extract(shared): Extract<Arc<Shared>>,
    Path(token): Path<String>,
    body: String,
) -> Response {
    let mut state = shared.current();
    let Some(session) = session(&state, &token) else {
        return no_session();
    };
    if !enabled(&state, &session, FEATURE) {
        return html::see_other(&format!("/p/session/{token}"));
    }
    let form = CardForm::read(&pairs(&body));
    match form.check(state.now(), false) {
        Err(errors) => render(&session, &form, &errors),
        Ok(card) if card.behaviour.asks() => {
            let waiting = json!({ "method": card.method, "name": form.name });
            state.edit(Kind::PortalSession, session.text("id"), |row| {
                row.put("_challenge", waiting)
            });
            html::see_other(&format!("/p/session/{token}/challenge"))
        }
        Ok(card) => {
            charge::replace_card(&mut state, session.text("customer"), card.method);
            shared.queued.notify_one();
            html::see_other(&after(&session, "card"))
        }
    }
}

/// `GET /p/session/{token}/challenge`
pub async fn show_challenge(
    Extract(shared): Extract<Arc<Shared>>,
    Path(token): Path<String>,
) -> Response {
    match session(&shared.current(), &token) {
        Some(session) if session.at("_challenge").is_some() => html::page(
            StatusCode::OK,
            "3-D Secure",
            &card_fields::challenge(&format!("/p/session/{token}/challenge")),
        ),
        Some(_) => html::see_other(&format!("/p/session/{token}")),
        None => no_session(),
    }
}

/// `POST /p/session/{token}/challenge`: result=approve|refuse
pub async fn challenge(
    Extract(shared): Extract<Arc<Shared>>,
    Path(token): Path<String>,
    body: String,
) -> Response {
    let mut state = shared.current();
    let Some(session) = session(&state, &token) else {
        return no_session();
    };
    let Some(waiting) = session.at("_challenge") else {
        return html::see_other(&format!("/p/session/{token}"));
    };
    state.edit(Kind::PortalSession, session.text("id"), |row| row.put("_challenge", Value::Null));
    if field(&body, "result") != "approve" {
        let form = CardForm { name: waiting.text("name").to_owned(), ..CardForm::default() };
        return render(
            &session,
            &form,
            &vec![("card_number", card_fields::UNAUTHENTICATED.to_owned())],
        );
    }
    charge::replace_card(
        &mut state,
        session.text("customer"),
        waiting.at("method").cloned().unwrap_or_default(),
    );
    shared.queued.notify_one();
    html::see_other(&after(&session, "card"))
}

fn render(session: &Value, form: &CardForm, errors: &FieldErrors) -> Response {
    let token = escape(session.text("_token"));
    let body = format!(
        "<p><a href=\"/p/session/{token}\">← Billing</a></p><section class=\"card narrow\"><h1>Update payment method</h1>\
         <p class=\"muted\">It becomes the default for your plan and its next payments.</p>\
         <form method=\"post\" action=\"/p/session/{token}/card\" novalidate>{}\
         <button class=\"primary wide\" type=\"submit\">Save card</button></form>{}</section>",
        card_fields::inputs(form, errors),
        card_fields::test_cards(),
    );
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html::page(status, "Update payment method", &body)
}
