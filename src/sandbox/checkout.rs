//! Completing and expiring a Checkout session.

use crate::sandbox::charge;
use crate::sandbox::checkout_totals;
use crate::sandbox::objects::{customer, setup_intent};
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::subscribing::{self, FirstPayment, NewItem, Start};
use crate::sandbox::value::{Fields, object, public};
use serde_json::{Value, json};

/// Why a session could not be completed.
#[derive(Debug)]
pub enum Refusal {
    /// It is no longer open.
    Closed,
    /// The card cannot be charged for what is due today.
    Declined,
}

/// Who completes a session, and with what.
#[derive(Debug)]
pub struct Payer {
    /// The card; `None` if a trial's Checkout does not collect one.
    pub method: Option<Value>,
    pub email: String,
    pub name: String,
}

/// When a session's trial would end if the session were completed now; `None` without a trial.
pub fn trial_end(session: &Value, now: i64) -> Option<i64> {
    let days =
        session.maybe_int("_subscription_data.trial_period_days").map(|days| now + days * 86_400);
    days.or(session.maybe_int("_subscription_data.trial_end").filter(|end| *end > now))
}

/// Completes an open session: creates everything Stripe creates, in Stripe's order. Returns the id of
/// the `checkout.session.completed` event.
pub fn complete(state: &mut State, id: &str, payer: Payer) -> Result<String, Refusal> {
    let Payer { method, email, name } = payer;
    let session = state
        .store
        .get(Kind::CheckoutSession, id)
        .filter(|session| session.text("status") == "open")
        .cloned()
        .ok_or(Refusal::Closed)?;
    let now = state.now();
    let trial_end = trial_end(&session, now);
    let due = if trial_end.is_some() { 0 } else { session.int("amount_total") };
    if charge::attempt(method.as_ref(), due, true).is_err() {
        return Err(Refusal::Declined);
    }
    let customer = customer(state, &session, &email, &name);
    let method_id =
        method.map(|method| save_card(state, id, &customer, method, trial_end.is_some()));
    state.change(Kind::Customer, &customer, "customer.updated", |customer| {
        if customer.at("email").is_none() {
            customer.put("email", email.as_str());
        }
        if session.flag("_saves_address") {
            customer.put("address", session.at("customer_details.address").cloned());
        }
        customer.put("currency", session.text("currency"));
    });

    let started = subscribing::start(
        state,
        Start {
            customer: &customer,
            default_payment_method: method_id.as_deref(),
            items: session
                .list("_line_items")
                .iter()
                .map(|line| {
                    let price = line.at("price").cloned().unwrap_or_default();
                    NewItem { price, quantity: line.int("quantity"), metadata: json!({}) }
                })
                .collect(),
            trial_end,
            discounts: checkout_totals::redeemed(&session),
            automatic_tax: session.flag("automatic_tax.enabled"),
            checkout_session: Some(id),
            metadata: session
                .at("_subscription_data.metadata")
                .cloned()
                .unwrap_or_else(|| json!({})),
            description: session.maybe_text("_subscription_data.description"),
            missing_payment_method: session.maybe_text("_subscription_data.missing_payment_method"),
            first_payment: FirstPayment::Require,
            saves_method: None,
            authenticated: true,
        },
    )
    .map_err(|_| Refusal::Declined)?;

    state.edit(Kind::CheckoutSession, id, |session| {
        session.put("status", "complete");
        session.put(
            "payment_status",
            if trial_end.is_some() { "no_payment_required" } else { "paid" },
        );
        session.put("customer", customer.as_str());
        session.put("customer_details", details(session, &email, &name));
        session.put("subscription", started.subscription.as_str());
        session.put("invoice", started.invoice.as_str());
        session.put("url", Value::Null);
        session.put("_challenge", Value::Null);
    });
    let shown = state.store.get(Kind::CheckoutSession, id).map(public).unwrap_or_default();
    Ok(state.emit("checkout.session.completed", shown, None))
}

/// Expires an open session: `checkout.session.expired`.
pub fn expire(state: &mut State, id: &str) {
    let now = state.now();
    state.edit(Kind::CheckoutSession, id, |session| {
        session.put("status", "expired");
        session.put("expires_at", session.int("expires_at").min(now));
        session.put("url", Value::Null);
    });
    let shown = state.store.get(Kind::CheckoutSession, id).map(public).unwrap_or_default();
    state.emit("checkout.session.expired", shown, None);
}

/// Where the browser goes after a session is completed.
pub fn success_url(session: &Value) -> String {
    session.text("success_url").replace("{CHECKOUT_SESSION_ID}", session.text("id"))
}

/// Attaches the card to the customer; a trial's card goes through a SetupIntent first.
fn save_card(
    state: &mut State,
    session: &str,
    customer: &str,
    mut method: Value,
    setup: bool,
) -> String {
    let id = method.text("id").to_owned();
    method.put("customer", customer);
    if setup {
        let mut intent = setup_intent::new(Some(customer), state.now());
        intent.put("payment_method", id.as_str());
        intent.put("status", "succeeded");
        state.edit(Kind::CheckoutSession, session, |session| {
            session.put("setup_intent", intent.text("id"))
        });
        state.create(Kind::SetupIntent, intent, Some("setup_intent.succeeded"));
    }
    state.create(Kind::PaymentMethod, method, Some("payment_method.attached"));
    id
}

/// The session's customer, created now if it has none.
fn customer(state: &mut State, session: &Value, email: &str, name: &str) -> String {
    if let Some(id) = session.maybe_text("customer") {
        return id.to_owned();
    }
    let mut made = customer::new(state.now());
    made.put("email", email);
    made.put("name", name);
    made.put("address", session.at("customer_details.address").cloned());
    let id = made.text("id").to_owned();
    state.create(Kind::Customer, made, Some("customer.created"));
    id
}

fn details(session: &Value, email: &str, name: &str) -> Value {
    object! {
        "address": session.at("customer_details.address").cloned(),
        "email": email, "name": name, "tax_exempt": session.maybe_text("customer_details.tax_exempt").unwrap_or("none"), "tax_ids": json!([]);
        null: business_name, individual_name, phone
    }
}
