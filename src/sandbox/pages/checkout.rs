//! The hosted Checkout page.

use std::sync::Arc;

use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;
use dioxus::server::axum;
use serde_json::{Value, json};

use super::super::card_form::{CardForm, FieldErrors};
use super::super::cards::Behaviour;
use super::super::checkout::{Payer, Refusal, complete, success_url, trial_end};
use super::super::protocol::form::pairs;
use super::super::shared::Shared;
use super::super::state::State;
use super::super::store::Kind;
use super::super::value::Fields;
use super::super::{checkout_totals, delivery, discounts};
use super::card_fields;
use super::checkout_summary::{self, RefusedCode};
use super::html::{self, escape, link};

/// `GET /c/pay/{id}`
pub(crate) async fn show(
    Extract(shared): Extract<Arc<Shared>>,
    Path(id): Path<String>,
) -> Response {
    let state = shared.current();
    match open_session(&state, &id) {
        Ok(session) => render(&state, &session, &CardForm::default(), &FieldErrors::new()),
        Err(answer) => *answer,
    }
}

/// `POST /c/pay/{id}/promotion`: code, empty to remove the one there is
pub(crate) async fn promotion(
    Extract(shared): Extract<Arc<Shared>>,
    Path(id): Path<String>,
    body: String,
) -> Response {
    let mut state = shared.current();
    let session = match open_session(&state, &id) {
        Ok(session) => session,
        Err(answer) => return again_is_done(&state, &id).unwrap_or(*answer),
    };
    let fields = pairs(&body);
    let code = fields.iter().find(|(key, _)| key == "code");
    let code = code.map(|(_, value)| value.trim()).unwrap_or_default();
    match promised(&state, &session, code) {
        Ok(redeemed) => {
            let now = state.now();
            state.edit(Kind::CheckoutSession, &id, |session| {
                checkout_totals::redeem(session, &redeemed, now);
            });
            html::see_other(&format!("/c/pay/{id}"))
        }
        Err(why) => {
            let refused = RefusedCode { code: code.to_owned(), why };
            let form = CardForm::default();
            let answer = (StatusCode::UNPROCESSABLE_ENTITY, Some(&refused));
            render_with(&state, &session, &form, &FieldErrors::new(), answer)
        }
    }
}

/// What a code that is typed in takes off: nothing for none.
fn promised(
    state: &State,
    session: &Value,
    code: &str,
) -> Result<Vec<discounts::Redeemed>, discounts::Refusal> {
    if !session.flag("allow_promotion_codes") {
        return Err(discounts::Refusal::Unknown);
    }
    if code.is_empty() {
        return Ok(Vec::new());
    }
    let row = discounts::typed(state, code).ok_or(discounts::Refusal::Unknown)?;
    let customer = session.maybe_text("customer");
    discounts::by_code(state, row, customer, session.text("currency")).map(|one| vec![one])
}

/// `POST /c/pay/{id}`: email, card_number, exp, cvc, name
pub(crate) async fn pay(
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
pub(crate) async fn show_challenge(
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
pub(crate) async fn challenge(
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
            return render(
                &state,
                &session,
                &form,
                &vec![("card_number", card_fields::UNAUTHENTICATED.to_owned())],
            );
        }
        Payer { method: waiting.at("method").cloned(), email, name }
    };
    finish(&shared, &id, payer).await
}

/// Reads and checks the form: who pays with what, or the page that is answered instead.
fn check(state: &mut State, session: &Value, body: &str) -> Result<Payer, Box<Response>> {
    let id = session.text("id");
    let mut form = CardForm::read(&pairs(body));
    let known = known_email(state, session);
    if let Some(email) = &known {
        form.email.clone_from(email);
    }
    let now = state.now();
    if card_is_optional(session, now) && form.card_number.is_empty() {
        return Ok(Payer { method: None, email: form.email, name: form.name });
    }
    let card = match form.check(now, known.is_none()) {
        Ok(card) => card,
        Err(errors) => return Err(Box::new(render(state, session, &form, &errors))),
    };
    if card.behaviour.asks() {
        let waiting = json!({ "method": card.method, "email": form.email, "name": form.name });
        state.edit(Kind::CheckoutSession, id, |session| session.put("_challenge", waiting));
        return Err(Box::new(html::see_other(&format!("/c/pay/{id}/challenge"))));
    }
    if card.behaviour == Behaviour::DeclinesLater && trial_end(session, now).is_none() {
        let errors = vec![("card_number", "Your card was declined.".to_owned())];
        return Err(Box::new(render(state, session, &form, &errors)));
    }
    Ok(Payer { method: Some(card.method), email: form.email, name: form.name })
}

/// Completes the session, waits for the webhook's answer as Stripe does, and goes to the success
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

/// Where a session that is complete already leads, however often its form is posted.
fn again_is_done(state: &State, id: &str) -> Option<Response> {
    let session = state.store.get(Kind::CheckoutSession, id)?;
    (session.text("status") == "complete").then(|| html::see_other(&success_url(session)))
}

fn open_session(state: &State, id: &str) -> Result<Value, Box<Response>> {
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

/// The email of a customer that is known already: shown, not asked.
fn known_email(state: &State, session: &Value) -> Option<String> {
    let customer = state.store.get(Kind::Customer, session.text("customer"));
    let email = customer.and_then(|customer| customer.maybe_text("email"));
    email.or(session.maybe_text("customer_email")).map(str::to_owned)
}

fn card_is_optional(session: &Value, now: i64) -> bool {
    session.text("payment_method_collection") == "if_required" && trial_end(session, now).is_some()
}

fn render(state: &State, session: &Value, form: &CardForm, errors: &FieldErrors) -> Response {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    render_with(state, session, form, errors, (status, None))
}

fn render_with(
    state: &State,
    session: &Value,
    form: &CardForm,
    errors: &FieldErrors,
    (status, refused): (StatusCode, Option<&RefusedCode>),
) -> Response {
    let id = session.text("id");
    let email = match known_email(state, session) {
        Some(email) => format!("<p><span class=\"muted\">Email</span><br>{}</p>", escape(&email)),
        None => card_fields::email(&form.email, errors),
    };
    let trial = trial_end(session, state.now());
    let label = if trial.is_some() { "Start trial" } else { "Pay and subscribe" };
    let optional = if card_is_optional(session, state.now()) {
        "<p class=\"hint\">You can start the trial without a card: leave the card fields empty.</p>"
    } else {
        ""
    };
    let back = session
        .maybe_text("cancel_url")
        .map(|url| {
            format!(
                "<p><a href=\"{}\">← Back</a></p>",
                link(&url.replace("{CHECKOUT_SESSION_ID}", id))
            )
        })
        .unwrap_or_default();
    let body = format!(
        "{back}<div class=\"split\"><section class=\"card\" aria-label=\"Order\">{}</section>\
         <section class=\"card\"><h1>Payment</h1>\
         <form method=\"post\" action=\"/c/pay/{}\" novalidate>{email}{optional}{}\
         <button class=\"primary wide\" type=\"submit\">{label}</button></form>\
         <p class=\"hint\">Renews until you cancel. You can cancel at any time.</p>{}</section></div>",
        checkout_summary::show(session, trial, state.now(), refused),
        escape(id),
        card_fields::inputs(form, errors),
        card_fields::test_cards(),
    );
    html::page(status, "Checkout", &body)
}
