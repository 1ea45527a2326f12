//! The hosted Checkout page.

use crate::sandbox::card_form::CardForm;
use crate::sandbox::cards::Behaviour;
use crate::sandbox::checkout::{Payer, Refusal, complete, success_url, trial_end};
use crate::sandbox::delivery;
use crate::sandbox::pages::checkout_page::{Page, card_is_optional, known_email};
use crate::sandbox::pages::html;
use crate::sandbox::pages::{card_fields, checkout_address};
use crate::sandbox::protocol::form::pairs;
use crate::sandbox::shared::Shared;
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::Fields;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;
use dioxus::server::axum;
use serde_json::{Value, json};
use std::sync::Arc;

/// `GET /c/pay/{id}`
pub async fn show(Extract(shared): Extract<Arc<Shared>>, Path(id): Path<String>) -> Response {
    let state = shared.current();
    match open_session(&state, &id) {
        Ok(session) => Page::default().render(&state, &session),
        Err(answer) => *answer,
    }
}

/// `POST /c/pay/{id}`: email, card_number, exp, cvc, name
pub async fn pay(
    Extract(shared): Extract<Arc<Shared>>,
    Path(id): Path<String>,
    body: String,
) -> Response {
    let checked = {
        let mut state = shared.current();
        let session = match open_session(&state, &id) {
            Ok(session) => session,
            Err(answer) => return again_is_done(&state, &id).unwrap_or(*answer),
        };
        check(&mut state, &session, &body)
    };
    match checked {
        Ok(payer) => finish(&shared, &id, payer).await,
        Err(answer) => *answer,
    }
}

/// `GET /c/pay/{id}/challenge`
pub async fn show_challenge(
    Extract(shared): Extract<Arc<Shared>>,
    Path(id): Path<String>,
) -> Response {
    let state = shared.current();
    match open_session(&state, &id) {
        Ok(session) if session.at("_challenge").is_some() => html::page(
            StatusCode::OK,
            "3-D Secure",
            &card_fields::challenge(&format!("/c/pay/{id}/challenge")),
        ),
        Ok(_) => html::see_other(&format!("/c/pay/{id}")),
        Err(answer) => *answer,
    }
}

/// `POST /c/pay/{id}/challenge`: result=approve|refuse
pub async fn challenge(
    Extract(shared): Extract<Arc<Shared>>,
    Path(id): Path<String>,
    body: String,
) -> Response {
    let payer = {
        let mut state = shared.current();
        let session = match open_session(&state, &id) {
            Ok(session) => session,
            Err(answer) => return again_is_done(&state, &id).unwrap_or(*answer),
        };
        let Some(waiting) = session.at("_challenge").cloned() else {
            return html::see_other(&format!("/c/pay/{id}"));
        };
        state.edit(Kind::CheckoutSession, &id, |session| session.put("_challenge", Value::Null));
        let (email, name) = (waiting.text("email").to_owned(), waiting.text("name").to_owned());
        if !pairs(&body).iter().any(|(key, value)| key == "result" && value == "approve") {
            let form = CardForm { email, name, ..CardForm::default() };
            let errors = vec![("card_number", card_fields::UNAUTHENTICATED.to_owned())];
            return Page { form, errors, ..Page::default() }.render(&state, &session);
        }
        Payer { method: waiting.at("method").cloned(), email, name }
    };
    finish(&shared, &id, payer).await
}

/// Validates the form: returns the payer, or the page to answer with instead.
fn check(state: &mut State, session: &Value, body: &str) -> Result<Payer, Box<Response>> {
    let id = session.text("id");
    let fields = pairs(body);
    let mut form = CardForm::read(&fields);
    let known = known_email(state, session);
    if let Some(email) = &known {
        form.email.clone_from(email);
    }
    let now = state.now();
    let mut errors = checkout_address::check(session, &form);
    let without_card = card_is_optional(session, now) && form.card_number.is_empty();
    let card = match form.check(now, known.is_none()) {
        _ if without_card => None,
        Ok(card)
            if card.behaviour == Behaviour::DeclinesLater && trial_end(session, now).is_none() =>
        {
            errors.push(("card_number", "Your card was declined.".to_owned()));
            None
        }
        Ok(card) => Some(card),
        Err(wrong) => {
            errors.extend(wrong);
            None
        }
    };
    if !errors.is_empty() {
        return Err(Box::new(Page { form, errors, ..Page::default() }.render(state, session)));
    }
    if let Some(note) = checkout_address::keep(state, session, &form, &fields) {
        let session = state.require(Kind::CheckoutSession, id, "session").unwrap_or_default();
        let page = Page { form, note: Some(&note), ..Page::default() };
        return Err(Box::new(page.render(state, &session)));
    }
    if let Some(card) = card.as_ref().filter(|card| card.behaviour.asks()) {
        let waiting = json!({ "method": card.method, "email": form.email, "name": form.name });
        state.edit(Kind::CheckoutSession, id, |session| session.put("_challenge", waiting));
        return Err(Box::new(html::see_other(&format!("/c/pay/{id}/challenge"))));
    }
    Ok(Payer { method: card.map(|card| card.method), email: form.email, name: form.name })
}

/// Completes the session, waits for the webhook's answer as Stripe does, and redirects to the success
/// page.
async fn finish(shared: &Shared, id: &str, payer: Payer) -> Response {
    let outcome = complete(&mut shared.lock(), id, payer);
    shared.queued.notify_one();
    match outcome {
        Ok(event) => delivery::answered(shared, &event).await,
        Err(Refusal::Closed) => {}
        Err(Refusal::Declined) => {
            return html::message(
                StatusCode::PAYMENT_REQUIRED,
                "Your card was declined",
                "Nothing was charged. Go back and use another card.",
                Some(("Use another card", &format!("/c/pay/{id}"))),
            );
        }
    }
    let state = shared.lock();
    again_is_done(&state, id).unwrap_or_else(expired)
}

/// The redirect for a session that is already complete, however often its form is posted.
pub fn again_is_done(state: &State, id: &str) -> Option<Response> {
    let session = state.store.get(Kind::CheckoutSession, id)?;
    (session.text("status") == "complete").then(|| html::see_other(&success_url(session)))
}

/// The session if it can still be paid, or the page that says why not.
pub fn open_session(state: &State, id: &str) -> Result<Value, Box<Response>> {
    let Some(session) = state.store.get(Kind::CheckoutSession, id) else {
        return Err(Box::new(html::not_found(
            "There is no such Checkout. Go back to the shop and start again.",
        )));
    };
    match session.text("status") {
        "open" => Ok(session.clone()),
        "complete" => Err(Box::new(html::message(
            StatusCode::OK,
            "You’re all done here",
            "This Checkout has been completed.",
            Some(("Continue", &success_url(session))),
        ))),
        _ => Err(Box::new(expired())),
    }
}

fn expired() -> Response {
    html::message(
        StatusCode::GONE,
        "This link has expired",
        "Nothing was charged. Go back to the shop and start a new Checkout.",
        None,
    )
}
