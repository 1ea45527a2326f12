//! `webhook_endpoint`

use crate::sandbox::ids;
use crate::sandbox::value::object;
use serde_json::{Value, json};

/// An enabled endpoint without events. The secret is kept apart: it is shown only at creation.
pub fn new(url: &str, secret: &str, now: i64) -> Value {
    object! {
        "id": ids::long("we"),
        "object": "webhook_endpoint",
        "created": now,
        "enabled_events": json!([]),
        "livemode": false,
        "metadata": json!({}),
        "status": "enabled",
        "url": url,
        "_secret": secret;
        null: api_version, application, description
    }
}
