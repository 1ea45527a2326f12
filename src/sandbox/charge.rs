//! Whether a charge succeeds: how the card behind an invoice behaves.

use crate::sandbox::protocol::errors::ApiError;
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::Fields;
use serde_json::Value;

/// Why a charge failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decline {
    /// The bank refused the card.
    Refused,
    /// The bank asks for 3-D Secure, and the customer is not there to answer.
    Authentication,
    /// There is no payment method to charge.
    NoMethod,
}

impl Decline {
    /// Whether the same payment method is sure to fail again, so that it is not retried.
    pub fn is_hard(self) -> bool {
        match self {
            Decline::Refused => false,
            Decline::Authentication | Decline::NoMethod => true,
        }
    }

    /// The error for a request that needed the charge.
    pub fn error(self) -> ApiError {
        match self {
            Decline::Refused => {
                ApiError::card("card_declined", Some("generic_decline"), "Your card was declined.")
            }
            Decline::Authentication => ApiError::card(
                "invoice_payment_intent_requires_action",
                None,
                "Payment for this invoice requires additional user action before it can be completed successfully. Payment can be completed using the PaymentIntent associated with the invoice.",
            ),
            Decline::NoMethod => ApiError::no_method(),
        }
    }
}

/// The payment method a subscription is charged with: its own default, else the customer's.
pub fn method(state: &State, subscription: &Value) -> Option<Value> {
    let own = subscription.maybe_text("default_payment_method");
    let customer = state.store.get(Kind::Customer, subscription.text("customer"));
    let fallback = customer
        .and_then(|customer| customer.maybe_text("invoice_settings.default_payment_method"));
    let id = own.or(fallback)?;
    state.store.get(Kind::PaymentMethod, id).cloned()
}

/// The payment method an invoice is charged with: the requested one, else its own, else its
/// subscription's.
pub fn method_for(state: &State, invoice: &Value, asked: Option<&str>) -> Option<Value> {
    if let Some(id) = asked.or(invoice.maybe_text("default_payment_method")) {
        return attached(state, id);
    }
    let subscription = invoice.text(super::invoicing::SUBSCRIPTION);
    method(state, state.store.get(Kind::Subscription, subscription)?)
}

/// The card to show for a customer: the running subscription's, else the customer's default, else the
/// one attached last.
pub fn card_of(state: &State, customer: &str) -> Option<Value> {
    let theirs = |row: &&Value| row.text("customer") == customer;
    let mut subscriptions = state.store.all(Kind::Subscription).rev().filter(theirs);
    let running = subscriptions.find(|row| !super::due::ended(row));
    let default = || {
        let customer = state.store.get(Kind::Customer, customer)?;
        attached(state, customer.maybe_text("invoice_settings.default_payment_method")?)
    };
    let newest = || state.store.all(Kind::PaymentMethod).rev().find(theirs).cloned();
    running.and_then(|row| method(state, row)).or_else(default).or_else(newest)
}

fn attached(state: &State, id: &str) -> Option<Value> {
    state.store.get(Kind::PaymentMethod, id).filter(|row| row.at("customer").is_some()).cloned()
}

/// Whether charging an amount would succeed; an amount that is not positive needs no charge.
pub fn attempt(method: Option<&Value>, due: i64, authenticated: bool) -> Result<(), Decline> {
    if due <= 0 {
        return Ok(());
    }
    match method.ok_or(Decline::NoMethod)?.text("_on_charge") {
        "declines" => Err(Decline::Refused),
        "authenticates" if !authenticated => Err(Decline::Authentication),
        _ => Ok(()),
    }
}

/// Attaches a new card and makes it the default of the customer and of every running subscription, as
/// the Billing Portal does. Pays no invoice.
pub fn replace_card(state: &mut State, customer: &str, mut card: Value) {
    let id = card.text("id").to_owned();
    card.put("customer", customer);
    state.create(Kind::PaymentMethod, card, Some("payment_method.attached"));
    state.change(Kind::Customer, customer, "customer.updated", |customer| {
        customer.put("invoice_settings.default_payment_method", id.as_str());
    });
    let running: Vec<String> = state
        .store
        .all(Kind::Subscription)
        .filter(|row| row.text("customer") == customer && !super::due::ended(row))
        .map(|row| row.text("id").to_owned())
        .collect();
    for subscription in running {
        state.change(Kind::Subscription, &subscription, "customer.subscription.updated", |row| {
            row.put("default_payment_method", id.as_str());
        });
    }
}
