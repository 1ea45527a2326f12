//! The timeline.

use crate::api::ApiResult;
use crate::model::{ActivityPage, TenantId};
use dioxus::prelude::*;

#[cfg(feature = "web")]
use crate::api::client as dioxus_fullstack;
#[cfg(feature = "server")]
use crate::auth::Session;

/// What happened to the tenant's billing and agents, newest first; with `before`, what came before
/// that entry.
#[get("/api/portal/activity?tenant_id&before", session: Session)]
pub async fn activity(tenant_id: TenantId, before: Option<i64>) -> ApiResult<ActivityPage> {
    let member = session.member(&tenant_id).await?;
    Ok(session.billing().activity(&member.tenant_id, before).await?)
}
