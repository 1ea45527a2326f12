//! `customer`

use crate::sandbox::{ids, value::object};
use serde_json::{Value, json};

/// A customer about whom nothing is known yet.
pub fn new(now: i64) -> Value {
    object! {
        "id": ids::new("cus"),
        "object": "customer",
        "balance": 0,
        "created": now,
        "delinquent": false,
        "invoice_prefix": ids::random(8).to_ascii_uppercase(),
        "invoice_settings": object! {; null: custom_fields, default_payment_method, footer, rendering_options },
        "livemode": false,
        "metadata": json!({}),
        "next_invoice_sequence": 1,
        "preferred_locales": json!([]),
        "tax_exempt": "none";
        null: address, currency, customer_account, default_source, description, discount, email, name, phone,
            shipping, test_clock
    }
}
