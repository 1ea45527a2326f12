//! `charge`: one attempt at a payment

use crate::sandbox::ids;
use crate::sandbox::value::{Fields, object};
use serde_json::{Value, json};

/// A charge to a card; `failure` is the code and the message of a declined one.
pub fn new(intent: &Value, method: &Value, failure: Option<(&str, &str)>, now: i64) -> Value {
    let amount = intent.int("amount");
    let paid = failure.is_none();
    let outcome = if paid {
        json!({
            "advice_code": null, "network_advice_code": null, "network_decline_code": null,
            "network_status": "approved_by_network", "reason": null, "risk_level": "normal",
            "seller_message": "Payment complete.", "type": "authorized"
        })
    } else {
        json!({
            "advice_code": "try_again_later", "network_advice_code": null, "network_decline_code": null,
            "network_status": "declined_by_network", "reason": "generic_decline", "risk_level": "normal",
            "seller_message": "The bank did not return any further details with this decline.",
            "type": "issuer_declined"
        })
    };
    object! {
        "id": ids::long("ch"),
        "object": "charge",
        "amount": amount,
        "amount_captured": if paid { amount } else { 0 },
        "amount_refunded": 0,
        "billing_details": method.at("billing_details").cloned(),
        "calculated_statement_descriptor": "STRIPE SANDBOX",
        "captured": paid,
        "created": now,
        "currency": intent.text("currency"),
        "customer": intent.text("customer"),
        "description": intent.text("description"),
        "disputed": paid && method.text("_on_charge") == "disputes",
        "failure_code": failure.map(|(code, _)| code),
        "failure_message": failure.map(|(_, message)| message),
        "fraud_details": json!({}),
        "livemode": false,
        "metadata": json!({}),
        "outcome": outcome,
        "paid": paid,
        "payment_intent": intent.text("id"),
        "payment_method": method.text("id"),
        "refunded": false,
        "status": if paid { "succeeded" } else { "failed" };
        null: application, application_fee, application_fee_amount, balance_transaction,
            failure_balance_transaction, on_behalf_of, payment_method_details, receipt_email, receipt_number,
            receipt_url, review, shipping, source, source_transfer, statement_descriptor,
            statement_descriptor_suffix, transfer_data, transfer_group
    }
}
