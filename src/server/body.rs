//! Reads a request's body before the request takes one of the slots for processing: a slow sender holds
//! a connection and nothing else.

use crate::webhooks;
use dioxus::fullstack::StatusCode;
use dioxus::server::axum::body::{Bytes, HttpBody};
use dioxus::server::axum::extract::{DefaultBodyLimit, FromRequest, Request};
use dioxus::server::axum::middleware::Next;
use dioxus::server::axum::response::{IntoResponse, Response};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// The longest body of anything but a webhook, in bytes.
const LIMIT: usize = 64 * 1024;
/// The longest webhook, in bytes.
const WEBHOOK_LIMIT: usize = 1024 * 1024;

/// How many webhooks longer than [`LIMIT`] are read at once: nearly all of Stripe's are shorter, and
/// each takes memory.
static LONG: Semaphore = Semaphore::const_new(64);

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// Returns 413 for a body that is too long, and 408 for one that doesn't arrive.
pub async fn read(mut request: Request, next: Next) -> Response {
    let limit = if request.uri().path() == webhooks::PATH { WEBHOOK_LIMIT } else { LIMIT };
    DefaultBodyLimit::max(limit).apply(&mut request);
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    // Without a length it may be as long as the limit.
    let length = request.body().size_hint().upper().unwrap_or(limit as u64);
    let (parts, body) = request.into_parts();
    let reading = async {
        let _place = if length > LIMIT as u64 { LONG.acquire().await.ok() } else { None };
        Bytes::from_request(Request::from_parts(parts.clone(), body), &()).await
    };
    match timeout(PATIENCE, reading).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(parts, bytes.into())).await,
        Ok(Err(refused)) => refused.into_response(),
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}
