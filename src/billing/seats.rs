//! Changing how many agents a subscription is for.

use crate::billing::intent::Kind;
use crate::billing::wish;
use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::{Agent, AgentCount, AgentId, SubscriptionStatus, Tenant, TenantId};
use crate::stripe::GatewayError;

/// A new number of seats.
#[derive(Debug, Clone, Copy)]
pub struct SeatChange<'a> {
    pub agent_count: AgentCount,
    /// Which agents to turn off, where more are in use than there will be seats.
    pub turn_off: &'a [AgentId],
}

impl Billing {
    /// Which agents leave: none where all of them keep a seat.
    ///
    /// # Errors
    /// [`BillingError::AgentsInUse`] where the choice is missing, or doesn't name just as many agents
    /// in use.
    pub(super) async fn leaving(
        &self,
        tenant_id: &TenantId,
        change: SeatChange<'_>,
    ) -> BillingResult<Vec<AgentId>> {
        let list = self.db.agents(tenant_id).await?;
        let active: Vec<&Agent> = list.agents.iter().filter(|agent| agent.active).collect();
        let surplus = active.len().saturating_sub(change.agent_count.get() as usize);
        let mut chosen = change.turn_off.to_vec();
        chosen.sort();
        chosen.dedup();
        let known = chosen.iter().all(|id| active.iter().any(|agent| agent.id == *id));
        if surplus > 0 && !(known && chosen.len() == surplus) {
            let named = |agent: &&Agent| format!("{} ({})", agent.name, agent.id);
            return Err(BillingError::AgentsInUse {
                active: active.iter().map(named).collect(),
                agent_count: change.agent_count.get(),
            });
        }
        chosen.truncate(surplus);
        Ok(chosen)
    }

    /// Withdraws a change that waits for the customer's bank. Returns the tenant as it is then: with the
    /// new seats where they have been paid for meanwhile.
    ///
    /// # Errors
    /// [`BillingError::ChangeInProgress`] while a quote is being confirmed.
    pub async fn withdraw(&self, tenant_id: &TenantId) -> BillingResult<Tenant> {
        self.sync_tenant(tenant_id, "withdrawal").await?;
        self.settle_confirming(tenant_id).await?;
        self.tenant(tenant_id).await
    }

    /// Sets the number of agents without a quote. Only in the trial, in which nothing has been charged.
    ///
    /// # Errors
    /// [`BillingError::QuoteRequired`] outside the trial, [`BillingError::NoSubscription`] where
    /// there is none, [`BillingError::PaymentRequired`] while it is unpaid, [`BillingError::Paused`]
    /// while it is paused, [`BillingError::ChangeInProgress`] while a quote is being confirmed.
    pub async fn change_quantity(
        &self,
        tenant_id: &TenantId,
        change: SeatChange<'_>,
    ) -> BillingResult<Tenant> {
        let agent_count = change.agent_count;
        // The trial may have ended a moment ago.
        let tenant = self.sync_tenant(tenant_id, "seat change").await?;
        match tenant.subscription_status {
            SubscriptionStatus::Trialing => {}
            SubscriptionStatus::Active | SubscriptionStatus::PastDue => {
                return Err(BillingError::QuoteRequired);
            }
            SubscriptionStatus::Unpaid => return Err(BillingError::suspended(&tenant)),
            SubscriptionStatus::None | SubscriptionStatus::Canceled => {
                return Err(BillingError::NoSubscription);
            }
        }
        let item_id = tenant.stripe_subscription_item_id.ok_or(BillingError::NoSubscription)?;
        self.settle_confirming(tenant_id).await?;
        let leaving = self.leaving(tenant_id, change).await?;
        let request = wish::seats(&item_id, agent_count);
        let intent = self.intent(tenant_id, Kind::Quantity, &request, None).await?;
        self.db.choose_leaving(tenant_id, &leaving).await?;
        // The same on every retry, as Stripe requires under one key.
        let date = intent.created_at.timestamp();
        let answer = self.stripe.set_quantity(&item_id, agent_count, date, &intent.id).await;
        let undone = match &answer {
            Err(error) if error.is_refusal() => true,
            // Stripe may call what it has done a failure.
            Err(GatewayError::Failed(_)) => {
                let read = self.sync_tenant(tenant_id, "seat change").await;
                read.is_ok_and(|tenant| tenant.agent_quota != agent_count.get())
            }
            Ok(()) | Err(_) => false,
        };
        if undone {
            // Otherwise the next decrease, whoever makes it, would turn these agents off.
            self.db.choose_leaving(tenant_id, &[]).await?;
        }
        self.settle(tenant_id, &intent, answer).await?;
        self.sync_tenant(tenant_id, "seat change").await
    }
}
