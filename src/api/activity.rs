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

/// What happened to the tenant's billing and agents, newest first: all of it, or what is about one
/// topic or was done by one kind of actor; with `before`, what came before that entry.
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
