//! The hosted Checkout page, with what was typed and what is wrong with it.

use crate::sandbox::card_form::{CardForm, FieldErrors};
use crate::sandbox::checkout::trial_end;
use crate::sandbox::checkout_totals;
use crate::sandbox::pages::checkout_summary::{self, RefusedCode};
use crate::sandbox::pages::html::{self, escape, link};
use crate::sandbox::pages::{card_fields, checkout_address};
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::Fields;
use axum::http::StatusCode;
use axum::response::Response;
use dioxus::server::axum;
use serde_json::Value;

/// What the page shows besides the session itself.
#[derive(Debug, Default)]
pub struct Page<'a> {
    pub form: CardForm,
    pub errors: FieldErrors,
    pub refused: Option<&'a RefusedCode>,
    /// A note to show before paying, when nothing is wrong.
    pub note: Option<&'a str>,
}

impl Page<'_> {
    /// Renders the page, with status 422 if something is wrong.
    pub fn render(&self, state: &State, session: &Value) -> Response {
        let id = session.text("id");
        let email = match known_email(state, session) {
            Some(email) => {
                format!("<p><span class=\"muted\">Email</span><br>{}</p>", escape(&email))
            }
            None => card_fields::email(&self.form.email, &self.errors),
        };
        let address = match checkout_address::is_asked(session) {
            true => checkout_address::inputs(session, &self.form, &self.errors),
            false => String::new(),
        };
        let note = match self.note {
            Some(note) => format!("<p class=\"hint\" role=\"status\">{}</p>", escape(note)),
            None => String::new(),
        };
        let shown = format!(
            "<input type=\"hidden\" name=\"shown\" value=\"{}\">",
            checkout_totals::period(session, false).total
        );
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
         <form method=\"post\" action=\"/c/pay/{}\" novalidate>{note}{shown}{email}{optional}{}{address}\
         <button class=\"primary wide\" type=\"submit\">{label}</button></form>\
         <p class=\"hint\">Renews until you cancel. You can cancel at any time.</p>{}</section></div>",
            checkout_summary::show(session, trial, state.now(), self.refused),
            escape(id),
            card_fields::inputs(&self.form, &self.errors),
            card_fields::test_cards(),
        );
        let wrong = !self.errors.is_empty() || self.refused.is_some();
        let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        html::page(status, "Checkout", &body)
    }
}

/// The email of a known customer, which is shown instead of asked for.
pub fn known_email(state: &State, session: &Value) -> Option<String> {
    let customer = state.store.get(Kind::Customer, session.text("customer"));
    let email = customer.and_then(|customer| customer.maybe_text("email"));
    email.or(session.maybe_text("customer_email")).map(str::to_owned)
}

/// Whether a trial can be started without a card.
pub fn card_is_optional(session: &Value, now: i64) -> bool {
    session.text("payment_method_collection") == "if_required" && trial_end(session, now).is_some()
}
