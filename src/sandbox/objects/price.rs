//! `price`, and the older `plan` that subscription items still carry beside it

use crate::sandbox::ids;
use crate::sandbox::value::{Fields, object};
use serde_json::{Value, json};

/// An active one-time price without an amount yet.
pub fn new(product: &str, currency: &str, now: i64) -> Value {
    object! {
        "id": ids::long("price"),
        "object": "price",
        "active": true,
        "billing_scheme": "per_unit",
        "created": now,
        "currency": currency,
        "livemode": false,
        "metadata": json!({}),
        "product": product,
        "tax_behavior": "unspecified",
        "type": "one_time";
        null: custom_unit_amount, lookup_key, nickname, recurring, tiers_mode, transform_quantity, unit_amount,
            unit_amount_decimal
    }
}

/// A price's `recurring`.
pub fn recurring(interval: &str, count: i64) -> Value {
    object! {
        "interval": interval,
        "interval_count": count,
        "usage_type": "licensed";
        null: meter, trial_period_days
    }
}

/// The `plan` that mirrors a recurring price.
pub fn plan(price: &Value) -> Value {
    object! {
        "id": price.text("id"),
        "object": "plan",
        "active": price.flag("active"),
        "amount": price.maybe_int("unit_amount"),
        "amount_decimal": price.maybe_text("unit_amount_decimal"),
        "billing_scheme": price.text("billing_scheme"),
        "created": price.int("created"),
        "currency": price.text("currency"),
        "interval": price.text("recurring.interval"),
        "interval_count": price.int("recurring.interval_count"),
        "livemode": false,
        "metadata": price.at("metadata").cloned(),
        "nickname": price.maybe_text("nickname"),
        "product": price.text("product"),
        "usage_type": "licensed";
        null: meter, tiers_mode, transform_usage, trial_period_days
    }
}
