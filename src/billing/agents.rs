//! Hiring agents, and turning them on and off within the quota.

use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::{ActivityKind, Agent, AgentId, AgentList, AgentName, TenantId};
use crate::store::{Seat, StoreError};
use uuid::Uuid;

impl Billing {
    /// The tenant's agents, oldest first.
    pub async fn agents(&self, tenant_id: &TenantId) -> BillingResult<AgentList> {
        Ok(self.db.agents(tenant_id).await?)
    }

    /// Hires an agent, active at once.
    ///
    /// # Errors
    /// [`BillingError::QuotaExceeded`] when every seat is in use.
    pub async fn create_agent(
        &self,
        tenant_id: &TenantId,
        name: &AgentName,
    ) -> BillingResult<Agent> {
        let agent_id: AgentId = format!("agent_{}", Uuid::now_v7().simple())
            .parse()
            .map_err(|error| StoreError::Unreadable(format!("{error}")))?;
        let (entry, now) = (self.cause.entry(ActivityKind::AgentHired), self.clock.now());
        seat(self.db.create_agent(tenant_id, &agent_id, name, &entry, now).await?)
    }

    /// Turns an agent on.
    ///
    /// # Errors
    /// [`BillingError::QuotaExceeded`] when every seat is in use.
    pub async fn activate_agent(
        &self,
        tenant_id: &TenantId,
        agent_id: &AgentId,
    ) -> BillingResult<Agent> {
        let (entry, now) = (self.cause.entry(ActivityKind::AgentActivated), self.clock.now());
        seat(self.db.activate_agent(tenant_id, agent_id, &entry, now).await?)
    }

    /// Turns an agent off in the operator's name.
    pub async fn deactivate_agent(
        &self,
        tenant_id: &TenantId,
        agent_id: &AgentId,
    ) -> BillingResult<Agent> {
        let (entry, now) = (self.cause.entry(ActivityKind::AgentDeactivated), self.clock.now());
        let agent = self.db.deactivate_agent(tenant_id, agent_id, &entry, now).await?;
        agent.ok_or(BillingError::NotFound("agent"))
    }
}

fn seat(seat: Seat) -> BillingResult<Agent> {
    match seat {
        Seat::Taken(agent) => Ok(agent),
        Seat::Full { agent_quota } => Err(BillingError::QuotaExceeded { agent_quota }),
        Seat::NoSuchAgent => Err(BillingError::NotFound("agent")),
    }
}
