//! Reading the Stripe Event in a webhook's body. Only what is stored is read.

use crate::model::StripeEvent;
use chrono::DateTime;
use serde::Deserialize;

/// The end of the year 9999, in Unix seconds.
const LATEST: i64 = 253_402_300_799;
/// The longest text, in bytes.
const LONGEST: usize = 255;

/// Why a body is rejected.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    #[error("the body is not a Stripe event: {0}")]
    Malformed(#[from] serde_json::Error),
    #[error("the event's time, or one of its texts, is none that Stripe would send")]
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

/// The API call that caused the event; old API versions give only its id.
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
/// [`EventError`] for a body that isn't one.
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
        created: DateTime::from_timestamp(event.created, 0).ok_or(EventError::NotStripes)?,
    };
    if can_be_kept(&event) { Ok(event.with_owner()) } else { Err(EventError::NotStripes) }
}

/// Whether both databases can store it: Postgres accepts no NUL, no year before 4714 BC, and nothing
/// long in an index. Stripe's own texts have at most 255 characters.
fn can_be_kept(event: &StripeEvent) -> bool {
    let others = [
        &event.api_version,
        &event.object_id,
        &event.object_type,
        &event.customer_id,
        &event.request_id,
        &event.idempotency_key,
    ];
    let mut texts = others.into_iter().flatten().chain([&event.id, &event.event_type]);
    (0..=LATEST).contains(&event.created.timestamp())
        && !event.id.is_empty()
        && texts.all(|text| text.len() <= LONGEST && !text.contains('\0'))
}
