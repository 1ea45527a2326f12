//! The tenant's agents: list, create, rename, turn on and off, one or many.

use crate::api::ApiResult;
use crate::model::{
    Agent, AgentId, AgentList, CreateAgent, OnTenant, RenameAgent, SwitchAgents, TenantId,
};
use dioxus::fullstack::Json;
use dioxus::prelude::*;

#[cfg(feature = "server")]
use crate::api::Session;
#[cfg(feature = "web")]
use crate::api::client as dioxus_fullstack;
#[cfg(feature = "server")]
use crate::model::View;

/// The tenant's agents, oldest first.
#[get("/api/portal/agents?tenant_id", session: Session)]
pub async fn agents(tenant_id: TenantId) -> ApiResult<AgentList> {
    let billing = session.reader(&tenant_id, View::Agents).await?;
    Ok(billing.agents(&tenant_id).await?)
}

/// Hires an agent; it is active at once, so it takes a seat.
#[post("/api/portal/agents", session: Session)]
pub async fn create_agent(body: Json<CreateAgent>) -> ApiResult<Agent> {
    let billing = session.manager(&body.tenant_id).await?;
    Ok(billing.create_agent(&body.tenant_id, &body.name).await?)
}

/// Renames an agent.
#[post("/api/portal/agents/{id}/rename", session: Session)]
pub async fn rename_agent(id: AgentId, body: Json<RenameAgent>) -> ApiResult<Agent> {
    let billing = session.manager(&body.tenant_id).await?;
    Ok(billing.rename_agent(&body.tenant_id, &id, &body.name).await?)
}

/// Turns an agent on, within the quota.
#[post("/api/portal/agents/{id}/activate", session: Session)]
pub async fn activate_agent(id: AgentId, body: Json<OnTenant>) -> ApiResult<Agent> {
    let billing = session.manager(&body.tenant_id).await?;
    Ok(billing.activate_agent(&body.tenant_id, &id).await?)
}

/// Turns an agent off; it stays off until an operator turns it on.
#[post("/api/portal/agents/{id}/deactivate", session: Session)]
pub async fn deactivate_agent(id: AgentId, body: Json<OnTenant>) -> ApiResult<Agent> {
    let billing = session.manager(&body.tenant_id).await?;
    Ok(billing.deactivate_agent(&body.tenant_id, &id).await?)
}

/// Turns agents on, within the quota: all of them or none.
#[post("/api/portal/agents/activate", session: Session)]
pub async fn activate_agents(body: Json<SwitchAgents>) -> ApiResult<AgentList> {
    let billing = session.manager(&body.tenant_id).await?;
    Ok(billing.activate_agents(&body.tenant_id, &body.agent_ids).await?)
}

/// Turns agents off, all of them or none; they stay off until an operator turns them on.
#[post("/api/portal/agents/deactivate", session: Session)]
pub async fn deactivate_agents(body: Json<SwitchAgents>) -> ApiResult<AgentList> {
    let billing = session.manager(&body.tenant_id).await?;
    Ok(billing.deactivate_agents(&body.tenant_id, &body.agent_ids).await?)
}
