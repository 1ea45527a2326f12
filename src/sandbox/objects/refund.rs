//! `refund`

use crate::sandbox::ids;
use crate::sandbox::value::{Fields, object};
use serde_json::{Value, json};

/// A refund of part of a payment. It succeeds at once, as refunds to cards do.
pub fn new(intent: &Value, amount: i64, reason: Option<&str>, now: i64) -> Value {
    object! {
        "id": ids::long("re"),
        "object": "refund",
        "amount": amount,
        "charge": intent.maybe_text("latest_charge"),
        "created": now,
        "currency": intent.text("currency"),
        "customer": intent.text("customer"),
        "destination_details": json!({
            "card": { "reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund" },
            "type": "card",
        }),
        "metadata": json!({}),
        "payment_intent": intent.text("id"),
        "payment_method": intent.maybe_text("payment_method"),
        "reason": reason,
        "status": "succeeded";
        null: balance_transaction, customer_account, receipt_number, source_transfer_reversal,
            transfer_reversal
    }
}
