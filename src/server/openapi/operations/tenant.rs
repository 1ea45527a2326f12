//! Who is signed in, and the tenant they are looking at.

use super::{LOOKING, look};
use crate::model::*;
use crate::server::openapi::operation::{Operation, SESSION, Schemas};
use serde_json::json;

pub fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    vec![
        Operation::new(
            "get",
            "/api/portal/viewer",
            "viewer",
            "Who is signed in, and their tenants",
        )
        .query("tenant_id", false, schemas.taken::<TenantId>())
        .answers(schemas.answered::<Viewer>())
        .errors(&LOOKING)
        .secured_by(SESSION),
        Operation::new(
            "get",
            "/api/portal/tenants",
            "tenants",
            "All tenants by name, for platform administrators, by pages",
        )
        .query("search", false, json!({"type": "string"}))
        .query("after", false, schemas.taken::<TenantId>())
        .answers(schemas.answered::<TenantPage>())
        .errors(&LOOKING)
        .errors(&[403])
        .secured_by(SESSION),
        look::<Tenant>(
            schemas,
            "/api/portal/tenant",
            "tenant",
            "The tenant with its billing fields, from the database",
        ),
        look::<()>(
            schemas,
            "/api/portal/billing/events",
            "events",
            "Server-sent events: the tenant's revision at once, and whenever it grows",
        )
        .answers_as("text/event-stream", json!({"type": "string"})),
    ]
}
