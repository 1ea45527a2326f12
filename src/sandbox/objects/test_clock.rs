//! `test_helpers.test_clock`

use crate::sandbox::{ids, value::object};
use serde_json::{Value, json};

/// How long Stripe keeps a test clock before it deletes it.
const KEPT: i64 = 30 * 86_400;

/// A clock that shows `now`.
pub fn new(name: Option<&str>, now: i64) -> Value {
    object! {
        "id": ids::long("clock"),
        "object": "test_helpers.test_clock",
        "created": now,
        "deletes_after": now + KEPT,
        "frozen_time": now,
        "livemode": false,
        "name": name,
        "status": "ready",
        "status_details": json!({})
    }
}
