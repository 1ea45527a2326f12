//! `POST /api/webhooks/stripe`: verify, store, 200.

use crate::api::ApiError;
use crate::model::ErrorCode;
use crate::store::Arrival;
use crate::webhooks::{Inbox, read_event, verify};
use chrono::Utc;
use dioxus::fullstack::StatusCode;
use dioxus::server::axum::Extension;
use dioxus::server::axum::body::Bytes;
use dioxus::server::http::HeaderMap;
use metrics::counter;

/// Accepts one event. Returns 200 once it is stored durably, also if it was before.
pub async fn receive(
    Extension(inbox): Extension<Inbox>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, ApiError> {
    let refuse = |code: ErrorCode, message: String| {
        tracing::warn!(code = code.as_str(), why = message, "webhook refused");
        counter!("webhooks_refused_total", "reason" => code.as_str()).increment(1);
        ApiError::new(StatusCode::BAD_REQUEST, code, message)
    };
    let signature =
        headers.get("stripe-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    // Signatures carry wall time, whatever the portal's clock says.
    verify(signature, &body, &inbox.secrets, Utc::now().timestamp())
        .map_err(|error| refuse(ErrorCode::BadSignature, error.to_string()))?;
    let event =
        read_event(&body).map_err(|error| refuse(ErrorCode::BadEvent, error.to_string()))?;
    let (event_id, event_type) = (event.id.clone(), event.event_type.clone());
    let arrival = inbox.intake.store(event).await.map_err(ApiError::from)?;
    let new = arrival != Arrival::Known;
    tracing::info!(event_id, event_type, ?arrival, "webhook stored");
    counter!("webhooks_received_total", "new" => if new { "true" } else { "false" }).increment(1);
    if arrival == Arrival::ToDo {
        inbox.arrived.notify_one();
    }
    Ok(StatusCode::OK)
}
