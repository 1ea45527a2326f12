//! More requests than can be answered in time are refused at once, so that those that are taken are
//! answered, and the callers know when to come back. Nothing queues up, so there is nothing to
//! recover from.

use crate::api;
use crate::server::health;
use dioxus::server::axum::extract::{Request, State};
use dioxus::server::axum::middleware::Next;
use dioxus::server::axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The places for requests. Cheap to clone.
#[derive(Clone)]
pub struct Places(Arc<Semaphore>);

impl Places {
    /// So many; zero is no limit.
    pub fn new(limit: usize) -> Self {
        let limit = if limit == 0 { Semaphore::MAX_PERMITS } else { limit };
        Self(Arc::new(Semaphore::new(limit.min(Semaphore::MAX_PERMITS))))
    }
}

/// Answers 503 where all places are taken. A place is free again once the answer begins.
pub async fn shed(State(places): State<Places>, request: Request, next: Next) -> Response {
    // Load balancers are to learn that the process lives, however much it has to do.
    if health::PATHS.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    match places.0.try_acquire() {
        Ok(_place) => next.run(request).await,
        Err(_) => api::busy().into_response(),
    }
}
