//! `subscription_item`

use crate::sandbox::objects::price;
use crate::sandbox::{ids, value::object};
use serde_json::{Value, json};

/// An item of a subscription, in its first period.
pub fn new(
    subscription: &str,
    item_price: &Value,
    quantity: i64,
    period: (i64, i64),
    now: i64,
) -> Value {
    object! {
        "id": ids::new("si"),
        "object": "subscription_item",
        "created": now,
        "current_period_start": period.0,
        "current_period_end": period.1,
        "discounts": json!([]),
        "metadata": json!({}),
        "plan": price::plan(item_price),
        "price": item_price.clone(),
        "quantity": quantity,
        "subscription": subscription,
        "tax_rates": json!([]);
        null: billing_thresholds
    }
}
