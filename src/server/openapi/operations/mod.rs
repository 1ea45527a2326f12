//! Every operation of the API, in the same files as the server functions in `src/api`.

mod account;
mod activity;
mod agents;
mod billing;
mod services;
mod tenant;

use super::operation::{Operation, SESSION, Schemas};
use crate::model::TenantId;
use schemars::JsonSchema;

/// The errors of reading in a session.
const LOOKING: [u16; 6] = [400, 401, 404, 429, 431, 503];
/// …of changing something.
const ACTING: [u16; 12] = [400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 431, 503];
/// …and of calling Stripe.
const BUYING: [u16; 14] = [400, 401, 402, 403, 404, 408, 409, 413, 415, 422, 429, 431, 502, 503];

/// All of them.
pub fn all(schemas: &mut Schemas) -> Vec<Operation> {
    [
        account::operations,
        tenant::operations,
        billing::operations,
        activity::operations,
        agents::operations,
        services::operations,
    ]
    .into_iter()
    .flat_map(|operations| operations(schemas))
    .collect()
}

/// Reads a tenant's data.
fn look<A: JsonSchema>(
    schemas: &mut Schemas,
    path: &'static str,
    id: &str,
    summary: &str,
) -> Operation {
    Operation::new("get", path, id, summary)
        .query("tenant_id", true, schemas.taken::<TenantId>())
        .answers(schemas.answered::<A>())
        .errors(&LOOKING)
        .secured_by(SESSION)
}

/// Changes something in a session.
fn act<T: JsonSchema, A: JsonSchema>(
    schemas: &mut Schemas,
    path: &'static str,
    id: &str,
    summary: &str,
) -> Operation {
    Operation::new("post", path, id, summary)
        .body(schemas.taken::<T>())
        .answers(schemas.answered::<A>())
        .errors(&ACTING)
        .secured_by(SESSION)
}

/// Calls Stripe.
fn buy<T: JsonSchema, A: JsonSchema>(
    schemas: &mut Schemas,
    path: &'static str,
    id: &str,
    summary: &str,
) -> Operation {
    act::<T, A>(schemas, path, id, summary).errors(&BUYING)
}
