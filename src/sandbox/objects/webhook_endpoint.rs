//! `webhook_endpoint`

use serde_json::{Value, json};

use super::super::ids;
use super::super::value::object;

/// An enabled endpoint without events. The secret is kept aside: it is shown at creation only.
pub(crate) fn new(url: &str, secret: &str, now: i64) -> Value {
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
