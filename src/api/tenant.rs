//! Who is signed in, and the tenant they look at.

use crate::api::ApiResult;
use crate::model::{Tenant, TenantId, Viewer};
use dioxus::prelude::*;

#[cfg(feature = "web")]
use crate::api::client as dioxus_fullstack;
#[cfg(feature = "server")]
use crate::auth::Session;

/// The signed-in operator and their tenants.
#[get("/api/portal/viewer", session: Session)]
pub async fn viewer() -> ApiResult<Viewer> {
    Ok(session.viewer().await?)
}

/// The tenant with its billing fields, from the database.
#[get("/api/portal/tenant?tenant_id", session: Session)]
pub async fn tenant(tenant_id: TenantId) -> ApiResult<Tenant> {
    let member = session.member(&tenant_id).await?;
    Ok(session.billing().tenant(&member.tenant_id).await?)
}
