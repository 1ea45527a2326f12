//! Load shedding: requests beyond what can be answered in time are rejected at once, so that those
//! accepted are answered, and callers know when to retry. Nothing queues up, so there is nothing to
//! recover from.

use crate::api;
use crate::server::health;
use dioxus::server::axum::extract::{Request, State};
use dioxus::server::axum::middleware::Next;
use dioxus::server::axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The slots for requests. Cheap to clone.
#[derive(Clone)]
pub struct Places(Arc<Semaphore>);

impl Places {
    /// Allows this many; zero is no limit.
    pub fn new(limit: usize) -> Self {
        let limit = if limit == 0 { Semaphore::MAX_PERMITS } else { limit };
        Self(Arc::new(Semaphore::new(limit.min(Semaphore::MAX_PERMITS))))
    }
}

/// Returns 503 if all slots are taken. A slot is released once the response begins.
pub async fn shed(State(places): State<Places>, request: Request, next: Next) -> Response {
    // Load balancers must learn that the process is alive, however busy it is.
    if health::PATHS.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    match places.0.try_acquire() {
        Ok(_place) => next.run(request).await,
        Err(_) => api::busy().into_response(),
    }
}
