//! Changing how many agents a subscription is for.

use crate::billing::intent::Kind;
use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::{AgentCount, SubscriptionStatus, Tenant, TenantId};

impl Billing {
    /// Sets the number of agents without a quote. In the trial nothing has been charged, so it is
    /// taken as it is.
    ///
    /// # Errors
    /// [`BillingError::QuoteRequired`] outside the trial, [`BillingError::NoSubscription`] where
    /// there is none.
    pub async fn change_quantity(
        &self,
        tenant_id: &TenantId,
        agent_count: AgentCount,
    ) -> BillingResult<Tenant> {
        // The trial may have ended a moment ago.
        let tenant = self.sync_tenant(tenant_id, "seat change").await?;
        match tenant.subscription_status {
            SubscriptionStatus::Trialing => {}
            SubscriptionStatus::Active | SubscriptionStatus::PastDue => {
                return Err(BillingError::QuoteRequired);
            }
            SubscriptionStatus::Unpaid => return Err(BillingError::PaymentRequired),
            SubscriptionStatus::None | SubscriptionStatus::Canceled => {
                return Err(BillingError::NoSubscription);
            }
        }
        let item_id = tenant.stripe_subscription_item_id.ok_or(BillingError::NoSubscription)?;
        let request = format!("{item_id} to {agent_count}");
        let intent = self.intent(tenant_id, Kind::Quantity, &request).await?;
        let answer = self.stripe.set_quantity(&item_id, agent_count, &intent.id).await;
        self.settle(tenant_id, &intent, answer).await?;
        self.sync_tenant(tenant_id, "seat change").await
    }
}
