//! Finding the payment methods that requests name, and attaching them to customers.

use crate::sandbox::cards::{self, Behaviour};
use crate::sandbox::objects::payment_method;
use crate::sandbox::protocol::errors::ApiError;
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::{Fields, public};
use serde_json::Value;

/// The payment method with an id. Each use of one of Stripe's ready-made ones (`pm_card_visa`) gives a
/// new payment method, not yet stored.
pub fn find(state: &State, id: &str, param: &str) -> Result<Value, ApiError> {
    match cards::by_ready_made(id) {
        Some(card) => {
            let now = state.now();
            Ok(payment_method::card(card, cards::far_expiry(now), now))
        }
        None => state.require(Kind::PaymentMethod, id, param),
    }
}

/// Whether a payment method can be attached to a customer: the bank may refuse it, it may belong to
/// another customer, and a detached one cannot be reused.
pub fn check(method: &Value, customer: &str) -> Result<(), ApiError> {
    check_owner(method, customer)?;
    match cards::behaviour(method) {
        Behaviour::Refused(refused) => Err(refused.error()),
        _ => Ok(()),
    }
}

/// The part of [`check`] that does not ask the bank.
pub fn check_owner(method: &Value, customer: &str) -> Result<(), ApiError> {
    if method.at("customer").is_some_and(|owner| owner != customer) {
        return Err(ApiError::state(
            "The payment method you provided has already been attached to a customer.",
        ));
    }
    if method.flag("_detached") {
        return Err(ApiError::state(
            "This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again.",
        ));
    }
    Ok(())
}

/// Stores a payment method from [`find`], if it is new.
pub fn keep(state: &mut State, method: &Value) {
    if state.store.get(Kind::PaymentMethod, method.text("id")).is_none() {
        state.create(Kind::PaymentMethod, method.clone(), None);
    }
}

/// Attaches a payment method that passed [`check`]: `payment_method.attached`, unless the customer
/// already has it. Returns it as it now is.
pub fn attach(state: &mut State, mut method: Value, customer: &str) -> Value {
    keep(state, &method);
    if method.at("customer").is_none() {
        method.put("customer", customer);
        let now = method.clone();
        state.edit(Kind::PaymentMethod, method.text("id"), |row| *row = now);
        state.emit("payment_method.attached", public(&method), None);
    }
    method
}
