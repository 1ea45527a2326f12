//! The payment behind an invoice: a PaymentIntent, and a charge for each attempt.

use crate::sandbox::charge::{self, Decline};
use crate::sandbox::objects::{charge as charge_object, invoice_payment, payment_intent};
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::{Fields, public};
use serde_json::{Value, json};

/// Creates the PaymentIntent of an invoice that was finalised with something due.
pub fn begin(state: &mut State, invoice: &str) {
    let Some(row) = state.store.get(Kind::Invoice, invoice) else { return };
    let method = charge::method_for(state, row, None);
    let method = method.as_ref().map(|method| method.text("id"));
    let intent = payment_intent::new(row, method, state.now());
    let id = intent.text("id").to_owned();
    state.edit(Kind::Invoice, invoice, |row| row.put("_payment_intent", id));
    state.create(Kind::PaymentIntent, intent, Some("payment_intent.created"));
}

/// The PaymentIntent of an invoice, if it has one.
pub fn of<'a>(state: &'a State, invoice: &Value) -> Option<&'a Value> {
    state.store.get(Kind::PaymentIntent, invoice.text("_payment_intent"))
}

/// The InvoicePayments that link an invoice to its PaymentIntents.
pub fn links(state: &State, invoice: &Value) -> Vec<Value> {
    of(state, invoice).map(|intent| invoice_payment::of(invoice, intent)).into_iter().collect()
}

/// Records that the card was charged.
pub fn succeed(state: &mut State, invoice: &str, method: Option<&Value>) {
    let Some(intent) = intent(state, invoice) else { return };
    let charge = tried(state, &intent, method, None);
    let id = intent.text("id");
    state.change(Kind::PaymentIntent, id, "payment_intent.succeeded", |row| {
        row.put("status", "succeeded");
        row.put("amount_received", row.int("amount"));
        row.put("latest_charge", charge);
        row.put("last_payment_error", Value::Null);
        row.put("next_action", Value::Null);
        row.put("payment_method", method.map(|method| method.text("id")));
    });
    let link = state
        .store
        .get(Kind::Invoice, invoice)
        .and_then(|row| links(state, row).into_iter().next());
    if let Some(link) = link {
        state.emit("invoice_payment.paid", link, None);
    }
}

/// Records that the charge failed.
pub fn fail(state: &mut State, invoice: &str, method: Option<&Value>, decline: Decline) {
    let Some(intent) = intent(state, invoice) else { return };
    let error = decline.error().body().at("error").cloned().unwrap_or_default();
    let charge = match decline {
        Decline::Refused => {
            let code = (error.text("code"), error.text("message"));
            tried(state, &intent, method, Some(code))
        }
        Decline::Authentication | Decline::NoMethod => None,
    };
    let (event, status) = match decline {
        Decline::Authentication => ("payment_intent.requires_action", "requires_action"),
        Decline::Refused | Decline::NoMethod => {
            ("payment_intent.payment_failed", "requires_payment_method")
        }
    };
    let page = state.store.get(Kind::Invoice, invoice).map(|row| row.text("_hosted").to_owned());
    let action = json!({
        "redirect_to_url": { "return_url": null, "url": page.map(|page| format!("{page}/challenge")) },
        "type": "redirect_to_url",
    });
    state.change(Kind::PaymentIntent, intent.text("id"), event, |row| {
        row.put("status", status);
        if charge.is_some() {
            row.put("latest_charge", charge);
            row.put("last_payment_error", error);
        }
        let waits = decline == Decline::Authentication;
        row.put("next_action", waits.then_some(action));
    });
}

/// Lowers the amount of a PaymentIntent that is not paid yet.
pub fn lower(state: &mut State, invoice: &str, by: i64) {
    if let Some(intent) = intent(state, invoice).filter(|row| row.text("status") != "succeeded") {
        state.edit(Kind::PaymentIntent, intent.text("id"), |row| {
            row.put("amount", row.int("amount") - by)
        });
    }
}

/// Cancels the unpaid PaymentIntent of an invoice that was voided or paid elsewhere.
pub fn cancel(state: &mut State, invoice: &str) {
    let now = state.now();
    let Some(intent) = intent(state, invoice).filter(|row| row.text("status") != "succeeded")
    else {
        return;
    };
    state.change(Kind::PaymentIntent, intent.text("id"), "payment_intent.canceled", |row| {
        row.put("status", "canceled");
        row.put("canceled_at", now);
        row.put("cancellation_reason", "void_invoice");
        row.put("next_action", Value::Null);
    });
}

fn intent(state: &State, invoice: &str) -> Option<Value> {
    of(state, state.store.get(Kind::Invoice, invoice)?).cloned()
}

/// Stores the charge of an attempt; without a card there is none.
fn tried(
    state: &mut State,
    intent: &Value,
    method: Option<&Value>,
    failure: Option<(&str, &str)>,
) -> Option<String> {
    let charge = charge_object::new(intent, method?, failure, state.now());
    let id = charge.text("id").to_owned();
    let event = if failure.is_none() { "charge.succeeded" } else { "charge.failed" };
    state.create(Kind::Charge, charge, Some(event));
    Some(id)
}

/// Refunds part of a payment: `charge.refunded`, and `refund.created` for the caller's refund.
pub fn give_back(state: &mut State, intent: &Value, refund: Value) {
    let amount = refund.int("amount");
    state.edit(Kind::PaymentIntent, intent.text("id"), |row| {
        row.put("_refunded", row.int("_refunded") + amount)
    });
    if let Some(charge) = intent.maybe_text("latest_charge") {
        state.change(Kind::Charge, charge, "charge.refunded", |row| {
            row.put("amount_refunded", row.int("amount_refunded") + amount);
            row.put("refunded", row.int("amount_refunded") == row.int("amount"));
        });
    }
    state.create(Kind::Refund, refund, Some("refund.created"));
}

/// How much of a payment has not been refunded yet.
pub fn refundable(intent: &Value) -> i64 {
    intent.int("amount_received") - intent.int("_refunded")
}

/// An invoice's `confirmation_secret`, which is only shown when expanded.
pub fn confirmation_secret(state: &State, invoice: &Value) -> Option<Value> {
    let intent = of(state, invoice)?;
    Some(json!({ "client_secret": public(intent).text("client_secret"), "type": "payment_intent" }))
}
