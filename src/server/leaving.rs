//! Shutting down behind a load balancer: for a while requests are answered as before, but readiness
//! fails and connections are not kept alive, so that nobody comes back.

use dioxus::server::axum::extract::{Request, State};
use dioxus::server::axum::middleware::Next;
use dioxus::server::axum::response::Response;
use dioxus::server::http::HeaderValue;
use dioxus::server::http::header::CONNECTION;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Whether the portal is shutting down, and the requests still in flight. Cheap to clone.
#[derive(Clone, Default)]
pub struct Leaving {
    pub begun: CancellationToken,
    /// Closed when no more requests are accepted; empty when all are answered.
    pub requests: TaskTracker,
}

/// Counts requests, and during shutdown makes clients open a new connection for their next one.
pub async fn take_leave(State(leaving): State<Leaving>, request: Request, next: Next) -> Response {
    let _under_way = leaving.requests.token();
    let mut response = next.run(request).await;
    if leaving.begun.is_cancelled() {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The signals that stop the process: Ctrl-C and SIGTERM.
pub struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    /// From here on these signals don't end the process.
    ///
    /// # Errors
    /// If the system refuses to install the handlers.
    pub fn new() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for the next signal.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
