//! Hiring agents, naming them, and turning them on and off within the quota.

use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::{ActivityKind, Agent, AgentId, AgentIds, AgentList, Name, TenantId};
use crate::store::{Seated, Switch};

/// The most agents a tenant may have, active or not: this many, or [`AGENTS_FOR_A_SEAT`] per seat where
/// that is more. One page can list them all.
const AGENTS: u32 = 1000;
const AGENTS_FOR_A_SEAT: u32 = 4;

impl Billing {
    /// The tenant's agents, oldest first.
    pub async fn agents(&self, tenant_id: &TenantId) -> BillingResult<AgentList> {
        Ok(self.db.agents(tenant_id).await?)
    }

    /// Hires an agent, active at once.
    ///
    /// # Errors
    /// [`BillingError::QuotaExceeded`] when every seat is in use; [`BillingError::TooManyAgents`] when
    /// there are too many, active or not.
    pub async fn create_agent(&self, tenant_id: &TenantId, name: &Name) -> BillingResult<Agent> {
        let agent_id = AgentId::generate();
        let (entry, now) = (self.cause.entry(ActivityKind::AgentHired), self.clock.now());
        let hired =
            self.db.create_agent(tenant_id, &agent_id, name, most_agents, &entry, now).await?;
        seated(hired)
    }

    /// Renames an agent.
    pub async fn rename_agent(
        &self,
        tenant_id: &TenantId,
        agent_id: &AgentId,
        name: &Name,
    ) -> BillingResult<Agent> {
        let (entry, now) = (self.cause.entry(ActivityKind::AgentRenamed), self.clock.now());
        let agent = self.db.rename_agent(tenant_id, agent_id, name, &entry, now).await?;
        agent.ok_or(NO_SUCH_AGENT)
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
        let agents = self.switch(tenant_id, &agent_id.clone().into(), Switch::On).await?;
        agents.into_iter().next().ok_or(NO_SUCH_AGENT)
    }

    /// Turns an agent off in the operator's name.
    pub async fn deactivate_agent(
        &self,
        tenant_id: &TenantId,
        agent_id: &AgentId,
    ) -> BillingResult<Agent> {
        let agents = self.switch(tenant_id, &agent_id.clone().into(), Switch::Off).await?;
        agents.into_iter().next().ok_or(NO_SUCH_AGENT)
    }

    /// Turns agents on, all or none.
    ///
    /// # Errors
    /// [`BillingError::QuotaExceeded`] when there are not enough seats.
    pub async fn activate_agents(
        &self,
        tenant_id: &TenantId,
        agent_ids: &AgentIds,
    ) -> BillingResult<AgentList> {
        self.switch(tenant_id, agent_ids, Switch::On).await?;
        self.agents(tenant_id).await
    }

    /// Turns agents off in the operator's name, all or none.
    pub async fn deactivate_agents(
        &self,
        tenant_id: &TenantId,
        agent_ids: &AgentIds,
    ) -> BillingResult<AgentList> {
        self.switch(tenant_id, agent_ids, Switch::Off).await?;
        self.agents(tenant_id).await
    }

    async fn switch(
        &self,
        tenant_id: &TenantId,
        agent_ids: &AgentIds,
        to: Switch,
    ) -> BillingResult<Vec<Agent>> {
        let kind = match to {
            Switch::On => ActivityKind::AgentActivated,
            Switch::Off => ActivityKind::AgentDeactivated,
        };
        let (entry, now) = (self.cause.entry(kind), self.clock.now());
        seated(self.db.switch_agents(tenant_id, agent_ids, to, &entry, now).await?)
    }
}

fn most_agents(agent_quota: u32) -> u32 {
    AGENTS.max(agent_quota.saturating_mul(AGENTS_FOR_A_SEAT))
}

const NO_SUCH_AGENT: BillingError = BillingError::NotFound("agent");

fn seated<T>(outcome: Seated<T>) -> BillingResult<T> {
    match outcome {
        Seated::Done(agents) => Ok(agents),
        Seated::Full { agent_quota, free } => {
            Err(BillingError::QuotaExceeded { agent_quota, free })
        }
        Seated::TooMany { most } => Err(BillingError::TooManyAgents { most }),
        Seated::NoSuchAgent => Err(NO_SUCH_AGENT),
    }
}
