//! `payment_intent`: the payment of an invoice

use crate::sandbox::ids;
use crate::sandbox::value::{Fields, object};
use serde_json::{Value, json};

/// The PaymentIntent created when an invoice is finalised; `method` is what it will be tried with.
pub fn new(invoice: &Value, method: Option<&str>, now: i64) -> Value {
    let id = ids::long("pi");
    object! {
        "id": id.as_str(),
        "object": "payment_intent",
        "amount": invoice.int("amount_due"),
        "amount_capturable": 0,
        "amount_details": json!({ "tip": {} }),
        "amount_received": 0,
        "capture_method": "automatic",
        "client_secret": format!("{id}_secret_{}", ids::random(25)),
        "confirmation_method": "automatic",
        "created": now,
        "currency": invoice.text("currency"),
        "customer": invoice.text("customer"),
        "description": match invoice.text("billing_reason") {
            "subscription_create" => "Subscription creation",
            _ => "Subscription update",
        },
        "livemode": false,
        "metadata": json!({}),
        "payment_details": json!({ "customer_reference": null, "order_reference": invoice.text("id") }),
        "payment_method": method,
        "payment_method_options": json!({}),
        "payment_method_types": json!(["card"]),
        "setup_future_usage": "off_session",
        "status": if method.is_some() { "requires_confirmation" } else { "requires_payment_method" };
        null: application, application_fee_amount, automatic_payment_methods, canceled_at, cancellation_reason,
            customer_account, excluded_payment_method_types, last_payment_error, latest_charge,
            managed_payments, next_action, on_behalf_of, payment_method_configuration_details, payment_record,
            processing, receipt_email, review, shipping, source, statement_descriptor,
            statement_descriptor_suffix, transfer_data, transfer_group
    }
}
