//! `webhook_endpoint`

use serde_json::{Value, json};

use super::super::value::object;
use super::super::{API_VERSION, ids};

/// An enabled endpoint without events. The secret is kept aside: it is shown at creation only.
pub(crate) fn new(url: &str, secret: &str, now: i64) -> Value {
    object! {
        "id": ids::long("we"),
        "object": "webhook_endpoint",
        "api_version": API_VERSION,
        "created": now,
        "enabled_events": json!([]),
        "livemode": false,
        "metadata": json!({}),
        "status": "enabled",
        "url": url,
        "_secret": secret;
        null: application, description
    }
}
