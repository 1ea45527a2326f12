//! Stopping behind a load balancer: for a while everything is answered as before, but the balancer's
//! question is answered with no, and connections are not kept, so that nobody comes back.

use dioxus::server::axum::extract::{Request, State};
use dioxus::server::axum::middleware::Next;
use dioxus::server::axum::response::Response;
use dioxus::server::http::HeaderValue;
use dioxus::server::http::header::CONNECTION;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Whether the portal is being stopped, and what it has yet to answer. Cheap to clone.
#[derive(Clone, Default)]
pub struct Leaving {
    pub begun: CancellationToken,
    /// Closed when no more requests are taken; empty when all are answered.
    pub requests: TaskTracker,
}

/// Counts requests, and has clients make a new connection for their next one while the portal is being
/// stopped.
pub async fn take_leave(State(leaving): State<Leaving>, request: Request, next: Next) -> Response {
    let _under_way = leaving.requests.token();
    let mut response = next.run(request).await;
    if leaving.begun.is_cancelled() {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// What tells the process to stop: Ctrl-C, or SIGTERM.
pub struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    /// From here on these signals end nothing by themselves.
    ///
    /// # Errors
    /// When the system refuses to have them handled.
    pub fn new() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for the next one.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
