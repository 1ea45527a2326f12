//! `checkout.session`, and the `item`s that show its line items

use crate::sandbox::ids;
use crate::sandbox::value::{Fields, object};
use serde_json::{Value, json};

/// An open session of mode `subscription`; `base` is the base URL of the hosted pages.
pub fn new(base: &str, currency: &str, expires_at: i64, now: i64) -> Value {
    let id = format!("cs_test_{}", ids::random(58));
    object! {
        "url": format!("{base}/c/pay/{id}"),
        "id": id,
        "object": "checkout.session",
        "adaptive_pricing": json!({ "enabled": false }),
        "amount_subtotal": 0,
        "amount_total": 0,
        "automatic_tax": json!({ "enabled": false, "liability": null, "provider": null, "status": null }),
        "created": now,
        "currency": currency,
        "custom_fields": json!([]),
        "custom_text": object! {; null: after_submit, shipping_address, submit, terms_of_service_acceptance },
        "expires_at": expires_at,
        "livemode": false,
        "metadata": json!({}),
        "mode": "subscription",
        "payment_method_collection": "always",
        "payment_method_options": json!({ "card": { "request_three_d_secure": "automatic" } }),
        "payment_method_types": json!(["card"]),
        "payment_status": "unpaid",
        "phone_number_collection": json!({ "enabled": false }),
        "shipping_options": json!([]),
        "status": "open",
        "total_details": json!({ "amount_discount": 0, "amount_shipping": 0, "amount_tax": 0 }),
        "ui_mode": "hosted_page";
        null: after_expiration, allow_promotion_codes, allowed_payment_method_types, billing_address_collection,
            cancel_url, client_reference_id, client_secret, collected_information, consent, consent_collection,
            currency_conversion, customer, customer_account, customer_creation, customer_details, customer_email,
            discounts, integration_identifier, invoice, invoice_creation, locale, managed_payments, origin_context,
            payment_intent, payment_link, payment_method_configuration_details, permissions, recovered_from,
            saved_payment_method_options, setup_intent, shipping_address_collection, shipping_cost, submit_type,
            subscription, success_url, wallet_options
    }
}

/// The `customer_details` of a customer about whom nothing is known yet.
pub fn nobody() -> Value {
    object! {
        "tax_exempt": "none";
        null: address, business_name, email, individual_name, name, phone, tax_ids
    }
}

/// A line item as the session stores it; its amounts are filled in with the session's.
pub fn line(price: &Value, description: &str, quantity: i64) -> Value {
    object! {
        "id": ids::long("li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": 0,
        "amount_tax": 0,
        "amount_total": 0,
        "currency": price.text("currency"),
        "description": description,
        "price": price.clone(),
        "quantity": quantity;
        null: adjustable_quantity
    }
}

/// A session's line items.
pub fn line_items(session: &Value) -> Vec<Value> {
    session.list("_line_items").to_vec()
}
