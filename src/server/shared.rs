//! What answers a request, for the layers around it: each clones what it surrounds, for each request
//! anew, and a handler holds all that Dioxus renders pages with.

use dioxus::server::axum::extract::Request;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::Service;

/// A service that is cloned once for each request, however many layers are around it. It must be ready
/// at any time, as axum's routes are.
#[derive(Clone)]
pub struct Shared<S>(Arc<S>);

impl<S> Shared<S> {
    pub fn new(service: S) -> Self {
        Self(Arc::new(service))
    }
}

impl<S: Service<Request> + Clone> Service<Request> for Shared<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> S::Future {
        S::clone(&self.0).call(request)
    }
}
