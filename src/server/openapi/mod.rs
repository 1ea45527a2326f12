//! `GET /api/openapi.json`: the API as an OpenAPI document. Its schemas come from the types that the
//! API really takes and returns, so they can't differ.

mod operation;
mod operations;

use crate::api::Body;
use dioxus::server::axum::body::Bytes;
use dioxus::server::axum::response::IntoResponse;
use dioxus::server::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use operation::{SERVICE_TOKEN, SESSION, Schemas};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// The version of OpenAPI.
const OPENAPI: &str = "3.1.0";

/// Serves the document.
pub async fn openapi() -> impl IntoResponse {
    static TEXT: LazyLock<Bytes> = LazyLock::new(|| document().to_string().into());
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "public, max-age=300")];
    (headers, TEXT.clone())
}

/// The document.
pub fn document() -> Value {
    let mut schemas = Schemas::default();
    let mut paths = Map::new();
    for operation in operations::all(&mut schemas) {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method] = operation.described;
    }
    schemas.answered::<Body>();
    json!({
        "openapi": OPENAPI,
        "info": {
            "title": "Portal",
            "version": env!("CARGO_PKG_VERSION"),
            "description":
                "Per-seat subscriptions on Stripe. Amounts are whole numbers of the currency's \
                 smallest unit, times are RFC 3339 in UTC. A request that another site's page makes a \
                 browser send is refused.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas.components(),
            "securitySchemes": {
                SESSION: {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "portal_session",
                    "description":
                        "From POST /api/auth/login. On https its name is __Host-portal_session.",
                },
                SERVICE_TOKEN: {"type": "http", "scheme": "bearer"},
            },
        },
    })
}
