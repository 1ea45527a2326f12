//! The tenant's agents: list, create, turn on and off.

use crate::api::ApiResult;
use crate::model::{Agent, AgentId, AgentList, CreateAgent, OnTenant, TenantId};
use dioxus::fullstack::Json;
use dioxus::prelude::*;

#[cfg(feature = "web")]
use crate::api::client as dioxus_fullstack;
#[cfg(feature = "server")]
use crate::auth::Session;

/// The tenant's agents, oldest first.
#[get("/api/portal/agents?tenant_id", session: Session)]
pub async fn agents(tenant_id: TenantId) -> ApiResult<AgentList> {
    let member = session.member(&tenant_id).await?;
    Ok(session.billing().agents(&member.tenant_id).await?)
}

/// Hires an agent; it is active at once, so it takes a seat.
#[post("/api/portal/agents", session: Session)]
pub async fn create_agent(body: Json<CreateAgent>) -> ApiResult<Agent> {
    let member = session.manager(&body.tenant_id).await?;
    Ok(session.billing().create_agent(&member.tenant_id, &body.name).await?)
}

/// Turns an agent on, within the quota.
#[post("/api/portal/agents/{id}/activate", session: Session)]
pub async fn activate_agent(id: AgentId, body: Json<OnTenant>) -> ApiResult<Agent> {
    let member = session.manager(&body.tenant_id).await?;
    Ok(session.billing().activate_agent(&member.tenant_id, &id).await?)
}

/// Turns an agent off; it stays off until an operator turns it on.
#[post("/api/portal/agents/{id}/deactivate", session: Session)]
pub async fn deactivate_agent(id: AgentId, body: Json<OnTenant>) -> ApiResult<Agent> {
    let member = session.manager(&body.tenant_id).await?;
    Ok(session.billing().deactivate_agent(&member.tenant_id, &id).await?)
}
