//! Who is signed in, and the tenant they are looking at.

use crate::api::ApiResult;
use crate::model::{Tenant, TenantId, TenantPage, Viewer};
use dioxus::prelude::*;

#[cfg(feature = "server")]
use crate::api::Session;
#[cfg(feature = "web")]
use crate::api::client as dioxus_fullstack;
#[cfg(feature = "server")]
use crate::model::View;

/// The signed-in operator and their tenants; for a platform administrator, including `tenant_id`.
#[get("/api/portal/viewer?tenant_id", session: Session)]
pub async fn viewer(tenant_id: Option<TenantId>) -> ApiResult<Viewer> {
    Ok(session.auth.viewer(&session.open, tenant_id.as_ref()).await?)
}

/// All tenants by name, for platform administrators: those whose names begin with `search`, or the one
/// with that id or Stripe customer; with `after`, only those after that tenant.
#[get("/api/portal/tenants?search&after", session: Session)]
pub async fn tenants(search: Option<String>, after: Option<TenantId>) -> ApiResult<TenantPage> {
    let search = search.as_deref().unwrap_or_default();
    Ok(session.auth.tenants(&session.open, search, after.as_ref()).await?)
}

/// The tenant with its billing fields, from the database.
#[get("/api/portal/tenant?tenant_id", session: Session)]
pub async fn tenant(tenant_id: TenantId) -> ApiResult<Tenant> {
    let billing = session.reader(&tenant_id, View::Billing).await?;
    Ok(billing.tenant(&tenant_id).await?)
}
