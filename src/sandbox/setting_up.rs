//! The life of a SetupIntent: a card is checked, perhaps with 3-D Secure, and saved for later.

use crate::sandbox::attaching;
use crate::sandbox::cards::{self, Behaviour};
use crate::sandbox::protocol::errors::ApiError;
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::{Fields, public};
use serde_json::{Value, json};

/// Confirms an intent that has a payment method. If the bank wants 3-D Secure, the intent then waits
/// for the answer on a hosted page.
///
/// # Errors
/// If the bank refuses the card: the intent then has no payment method again.
pub fn confirm(state: &mut State, id: &str, return_url: Option<&str>) -> Result<(), ApiError> {
    let method = method(state, id);
    match cards::behaviour(&method) {
        Behaviour::Refused(refused) => Err(fail(state, id, &refused.error())),
        behaviour if behaviour.asks() => {
            let next = json!({
                "type": "redirect_to_url",
                "redirect_to_url": {
                    "return_url": return_url,
                    "url": format!("{}/s/{id}/challenge", state.base),
                },
            });
            step(state, id, "setup_intent.requires_action", |intent| {
                intent.put("status", "requires_action");
                intent.put("next_action", next);
            });
            Ok(())
        }
        _ => {
            succeed(state, id);
            Ok(())
        }
    }
}

/// Saves the card: `setup_intent.succeeded`. Attaches it to the intent's customer, if there is one.
pub fn succeed(state: &mut State, id: &str) {
    let intent = step(state, id, "setup_intent.succeeded", |intent| {
        intent.put("status", "succeeded");
        intent.put("next_action", Value::Null);
        intent.put("last_setup_error", Value::Null);
    });
    if let Some(customer) = intent.maybe_text("customer") {
        let method = method(state, id);
        attaching::attach(state, method, customer);
    }
}

/// Records that the payer did not pass 3-D Secure: `setup_intent.setup_failed`.
pub fn unauthenticated(state: &mut State, id: &str) {
    let error = ApiError::unauthenticated();
    fail(state, id, &error);
}

/// Cancels an intent: `setup_intent.canceled`.
pub fn cancel(state: &mut State, id: &str, reason: Option<&str>) {
    step(state, id, "setup_intent.canceled", |intent| {
        intent.put("status", "canceled");
        intent.put("cancellation_reason", reason);
        intent.put("next_action", Value::Null);
    });
}

/// Removes the payment method from the intent and records why; returns the error to answer with.
fn fail(state: &mut State, id: &str, error: &ApiError) -> ApiError {
    let error = error.about("payment_method", &method(state, id));
    let intent = step(state, id, "setup_intent.setup_failed", |intent| {
        intent.put("status", "requires_payment_method");
        intent.put("payment_method", Value::Null);
        intent.put("next_action", Value::Null);
        intent.put("last_setup_error", error.remembered().clone());
    });
    error.about("setup_intent", &intent)
}

fn method(state: &State, id: &str) -> Value {
    state
        .store
        .get(Kind::SetupIntent, id)
        .and_then(|intent| state.store.get(Kind::PaymentMethod, intent.text("payment_method")))
        .cloned()
        .unwrap_or_default()
}

/// Changes an intent and emits the event; Stripe sends no `previous_attributes` for these.
fn step(state: &mut State, id: &str, event: &str, edit: impl FnOnce(&mut Value)) -> Value {
    state.edit(Kind::SetupIntent, id, edit);
    let intent = state.store.get(Kind::SetupIntent, id).cloned().unwrap_or_default();
    state.emit(event, public(&intent), None);
    intent
}
