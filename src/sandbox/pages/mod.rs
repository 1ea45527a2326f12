//! The router: the API, the hosted pages, the control page, and who is let in.

use std::sync::Arc;

use dioxus::server::axum::Router;
use dioxus::server::axum::routing::any;

use super::protocol;
use super::shared::Shared;

/// Every route of the sandbox.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/v1/{*path}", any(protocol::handle))
        .with_state(shared)
}
