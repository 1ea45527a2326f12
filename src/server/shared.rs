//! Every layer clones the service inside it for each request, and Dioxus's handlers are expensive to
//! clone; in an `Arc` it is cloned once per request.

use dioxus::server::axum::extract::Request;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::Service;

/// A service that is cloned once per request, however many layers surround it. It must always be ready,
/// as axum's routes are.
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

#[cfg(test)]
mod tests {
    use super::*;
    use dioxus::server::axum::middleware::{Next, from_fn};
    use dioxus::server::axum::response::{IntoResponse, Response};
    use std::convert::Infallible;
    use std::future::{Ready, ready};
    use std::sync::atomic::{AtomicU32, Ordering};
    use tower::{ServiceBuilder, ServiceExt};

    /// Responds, and counts how often it is cloned.
    struct Counted(Arc<AtomicU32>);

    impl Clone for Counted {
        fn clone(&self) -> Self {
            self.0.fetch_add(1, Ordering::Relaxed);
            Self(self.0.clone())
        }
    }

    impl Service<Request> for Counted {
        type Response = Response;
        type Error = Infallible;
        type Future = Ready<Result<Response, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request) -> Self::Future {
            ready(Ok(().into_response()))
        }
    }

    async fn pass(request: Request, next: Next) -> Response {
        next.run(request).await
    }

    #[tokio::test]
    async fn what_answers_is_cloned_once_for_each_request_however_many_layers_are_around_it() {
        let clones = Arc::<AtomicU32>::default();
        let layered = ServiceBuilder::new()
            .layer(from_fn(pass))
            .layer(from_fn(pass))
            .layer(from_fn(pass))
            .layer_fn(Shared::new)
            .service(Counted(clones.clone()));
        for requests in 1..=3 {
            let answer = layered.clone().oneshot(Request::default()).await;
            assert!(answer.is_ok_and(|answer| answer.status().is_success()));
            assert_eq!(clones.load(Ordering::Relaxed), requests);
        }
    }
}
