//! `POST /api/webhooks/stripe`: verify, store, 200.

use crate::api::ApiError;
use crate::clock::Clock;
use crate::model::StripeEvent;
use crate::store::Db;
use crate::webhooks::signature::verify;
use chrono::{DateTime, Utc};
use dioxus::fullstack::StatusCode;
use dioxus::server::axum::Extension;
use dioxus::server::axum::body::Bytes;
use dioxus::server::http::HeaderMap;
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::Notify;

/// Where verified events go.
#[derive(Clone)]
pub struct Inbox {
    pub db: Db,
    pub clock: Clock,
    pub secrets: Arc<[String]>,
    /// Wakes the worker.
    pub arrived: Arc<Notify>,
}

/// What is read of an event; the rest stays unread and is not kept.
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

/// Takes one event. 200 once it is stored durably, also if it was before.
pub async fn receive(
    Extension(inbox): Extension<Inbox>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, ApiError> {
    let refuse = |code: &str, message: String| {
        tracing::warn!(code, message, "webhook refused");
        ApiError::new(StatusCode::BAD_REQUEST, code, message)
    };
    let signature =
        headers.get("stripe-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    // The signature's time is wall time, whatever the portal's clock says.
    verify(signature, &body, &inbox.secrets, Utc::now().timestamp())
        .map_err(|error| refuse("bad_signature", error.to_string()))?;
    let event: Event = serde_json::from_slice(&body)
        .map_err(|error| refuse("bad_event", format!("the body is not a Stripe event: {error}")))?;
    let event = event.into_new().ok_or_else(|| {
        refuse("bad_event", "the event's id or time is not one of Stripe's".to_owned())
    })?;
    let new = inbox.db.store_event(&event, inbox.clock.now()).await.map_err(ApiError::from)?;
    tracing::info!(event_id = event.id, event_type = event.event_type, new, "webhook stored");
    inbox.arrived.notify_one();
    Ok(StatusCode::OK)
}

impl Event {
    fn into_new(self) -> Option<StripeEvent> {
        let object = self.data.object;
        let customer_id = match object.customer {
            Some(Customer::Id(id) | Customer::Expanded { id }) => Some(id),
            None => None,
        };
        let named = (1..=255).contains(&self.id.len());
        named.then_some(())?;
        let (request_id, idempotency_key) = match self.request {
            Some(Request::Call { id, idempotency_key }) => (id, idempotency_key),
            Some(Request::Id(id)) => (Some(id), None),
            None => (None, None),
        };
        let event = StripeEvent {
            id: self.id,
            event_type: self.r#type,
            api_version: self.api_version,
            livemode: self.livemode,
            object_id: object.id,
            object_type: object.object,
            customer_id,
            request_id,
            idempotency_key,
            created: DateTime::from_timestamp(self.created, 0)?,
        };
        Some(event.with_owner())
    }
}
