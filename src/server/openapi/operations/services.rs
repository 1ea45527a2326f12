//! For programs: the SaaS, and Stripe.

use crate::model::*;
use crate::server::openapi::operation::{Operation, SERVICE_TOKEN, Schemas};
use crate::webhooks;
use serde_json::json;

pub fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    vec![
        Operation::new(
            "get",
            "/api/entitlements/{tenant_id}",
            "entitlements",
            "Whether a tenant's agents may run, and which",
        )
        .answers(schemas.answered::<Entitlements>())
        .also(304, "As the ETag in If-None-Match says")
        .errors(&[400, 401, 404, 429, 431, 503])
        .secured_by(SERVICE_TOKEN),
        Operation::new("post", webhooks::PATH, "stripe_webhook", "Takes an event of Stripe's")
            .header("stripe-signature", json!({"type": "string"}))
            .body(json!({"type": "object"}))
            .errors(&[400, 403, 408, 413, 429, 431, 503]),
        Operation::new("get", "/api/openapi.json", "openapi", "This document")
            .answers(json!({"type": "object"})),
    ]
}
