//! `product`

use serde_json::{Value, json};

use super::super::{ids, value::object};

/// An active service.
pub(crate) fn new(name: &str, now: i64) -> Value {
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
