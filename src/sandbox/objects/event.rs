//! `event`

use crate::sandbox::state::Origin;
use crate::sandbox::value::object;
use crate::sandbox::{API_VERSION, ids};
use serde_json::Value;

/// What an event is built from.
#[derive(Debug)]
pub struct New<'a> {
    /// Its type, such as `customer.updated`.
    pub event: &'a str,
    pub created: i64,
    /// The object as it is at this moment.
    pub shown: Value,
    pub previous: Option<Value>,
    /// The request behind it; `None` for what the passing of time causes.
    pub origin: Option<&'a Origin>,
    pub pending_webhooks: usize,
}

/// An event.
pub fn new(new: &New<'_>) -> Value {
    let mut data = object! { "object": new.shown.clone() };
    if let (Value::Object(data), Some(previous)) = (&mut data, &new.previous) {
        data.insert("previous_attributes".to_owned(), previous.clone());
    }
    object! {
        "id": ids::long("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": new.created,
        "data": data,
        "livemode": false,
        "pending_webhooks": new.pending_webhooks,
        "request": object! {
            "id": new.origin.map(|origin| origin.id.as_str()),
            "idempotency_key": new.origin.and_then(|origin| origin.idempotency_key.as_deref()),
        },
        "type": new.event
    }
}
