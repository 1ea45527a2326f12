//! The timeline.

use super::look;
use crate::model::*;
use crate::server::openapi::operation::{Operation, Schemas};
use serde_json::json;

pub fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    vec![
        look::<ActivityPage>(
            schemas,
            "/api/portal/activity",
            "activity",
            "The timeline, newest first, by pages",
        )
        .query("before", false, json!({"type": "integer", "format": "int64"}))
        .query("topic", false, schemas.taken::<ActivityTopic>())
        .query("actor", false, schemas.taken::<ActorKind>()),
    ]
}
