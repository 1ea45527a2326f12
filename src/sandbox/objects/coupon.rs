//! `coupon`

use crate::sandbox::value::object;
use serde_json::{Value, json};

/// A coupon that takes nothing off yet.
pub fn new(id: &str, now: i64) -> Value {
    object! {
        "id": id,
        "object": "coupon",
        "created": now,
        "duration": "once",
        "livemode": false,
        "metadata": json!({}),
        "times_redeemed": 0,
        "valid": true;
        null: amount_off, currency, duration_in_months, max_redemptions, name, percent_off, redeem_by
    }
}
