//! The timeline.

use crate::api::ApiResult;
use crate::model::{ActivityPage, ActivityTopic, ActorKind, TenantId};
use dioxus::prelude::*;

#[cfg(feature = "server")]
use crate::api::Session;
#[cfg(feature = "web")]
use crate::api::client as dioxus_fullstack;
#[cfg(feature = "server")]
use crate::model::{ActivityFilter, View};

/// Returns what happened to the tenant's billing and agents, newest first, optionally only one topic or
/// one kind of actor; with `before`, only entries older than that one.
#[get("/api/portal/activity?tenant_id&before&topic&actor", session: Session)]
pub async fn activity(
    tenant_id: TenantId,
    before: Option<i64>,
    topic: Option<ActivityTopic>,
    actor: Option<ActorKind>,
) -> ApiResult<ActivityPage> {
    let billing = session.reader(&tenant_id, View::Activity).await?;
    let filter = ActivityFilter { topic, actor };
    Ok(billing.activity(&tenant_id, filter, before).await?)
}
