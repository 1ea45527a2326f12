//! Reading the Stripe Event in a webhook's body. What is read is kept; the rest stays unread.

use crate::model::StripeEvent;
use chrono::DateTime;
use serde::Deserialize;

/// Why a body is not taken.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    #[error("the body is not a Stripe event: {0}")]
    Malformed(#[from] serde_json::Error),
    #[error("the event's id or time is not one of Stripe's")]
    NotStripes,
}

#[derive(Deserialize)]
struct Event {
    id: String,
    r#type: String,
    created: i64,
    livemode: bool,
    api_version: Option<String>,
    request: Option<Request>,
    data: EventData,
}

/// The API call that set the event off; old API versions give its id alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Request {
    Call { id: Option<String>, idempotency_key: Option<String> },
    Id(String),
}

#[derive(Deserialize)]
struct EventData {
    object: EventObject,
}

#[derive(Deserialize)]
struct EventObject {
    id: Option<String>,
    object: Option<String>,
    customer: Option<Customer>,
}

/// A customer's id, or the expanded customer.
#[derive(Deserialize)]
#[serde(untagged)]
enum Customer {
    Id(String),
    Expanded { id: String },
}

/// Reads the Event in a webhook's body.
///
/// # Errors
/// [`EventError`] for a body that is none.
pub fn read_event(body: &[u8]) -> Result<StripeEvent, EventError> {
    let event: Event = serde_json::from_slice(body)?;
    let object = event.data.object;
    let customer_id = match object.customer {
        Some(Customer::Id(id) | Customer::Expanded { id }) => Some(id),
        None => None,
    };
    let (request_id, idempotency_key) = match event.request {
        Some(Request::Call { id, idempotency_key }) => (id, idempotency_key),
        Some(Request::Id(id)) => (Some(id), None),
        None => (None, None),
    };
    let created = DateTime::from_timestamp(event.created, 0).ok_or(EventError::NotStripes)?;
    if !(1..=255).contains(&event.id.len()) {
        return Err(EventError::NotStripes);
    }
    let event = StripeEvent {
        id: event.id,
        event_type: event.r#type,
        api_version: event.api_version,
        livemode: event.livemode,
        object_id: object.id,
        object_type: object.object,
        customer_id,
        request_id,
        idempotency_key,
        created,
    };
    Ok(event.with_owner())
}
