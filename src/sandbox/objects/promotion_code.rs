//! `promotion_code`

use crate::sandbox::{ids, value::object};
use serde_json::{Value, json};

/// An active code for a coupon.
pub fn new(code: &str, coupon: &str, now: i64) -> Value {
    object! {
        "id": ids::long("promo"),
        "object": "promotion_code",
        "active": true,
        "code": code,
        "created": now,
        "livemode": false,
        "metadata": json!({}),
        "promotion": json!({ "coupon": coupon, "type": "coupon" }),
        "restrictions": json!({ "first_time_transaction": false, "minimum_amount": null, "minimum_amount_currency": null }),
        "times_redeemed": 0;
        null: customer, customer_account, expires_at, max_redemptions
    }
}
