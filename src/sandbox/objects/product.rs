//! `product`

use crate::sandbox::{ids, value::object};
use serde_json::{Value, json};

/// An active service.
pub fn new(name: &str, now: i64) -> Value {
    object! {
        "id": ids::new("prod"),
        "object": "product",
        "active": true,
        "created": now,
        "images": json!([]),
        "livemode": false,
        "marketing_features": json!([]),
        "metadata": json!({}),
        "name": name,
        "type": "service",
        "updated": now;
        null: default_price, description, package_dimensions, shippable, statement_descriptor, tax_code,
            tax_details, unit_label, url
    }
}
