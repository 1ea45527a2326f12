//! `invoice_payment`: the link between an invoice and its payment

use crate::sandbox::value::{Fields, object};
use serde_json::{Value, json};

/// The link between an invoice and its payment, as the two are now.
pub fn of(invoice: &Value, intent: &Value) -> Value {
    let paid = intent.text("status") == "succeeded";
    let status = match intent.text("status") {
        "succeeded" => "paid",
        "canceled" => "canceled",
        _ => "open",
    };
    object! {
        "id": intent.text("id").replacen("pi_", "inpay_", 1),
        "object": "invoice_payment",
        "amount_paid": paid.then(|| intent.int("amount")),
        "amount_requested": intent.int("amount"),
        "created": intent.int("created"),
        "currency": intent.text("currency"),
        "invoice": invoice.text("id"),
        "is_default": true,
        "livemode": false,
        "payment": json!({ "payment_intent": intent.text("id"), "type": "payment_intent" }),
        "status": status,
        "status_transitions": json!({
            "canceled_at": intent.maybe_int("canceled_at"),
            "paid_at": invoice.maybe_int("status_transitions.paid_at").filter(|_| paid),
        })
    }
}
