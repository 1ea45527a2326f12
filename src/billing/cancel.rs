//! Cancelling, and taking a cancellation back.

use crate::billing::intent::Kind;
use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::{CancelAt, Tenant, TenantId};

impl Billing {
    /// Cancels the subscription at the end of its period (in the trial: of the trial), or now. One
    /// that is cancelled at its end already stays so.
    pub async fn cancel(&self, tenant_id: &TenantId, at: CancelAt) -> BillingResult<Tenant> {
        let tenant = self.sync_tenant(tenant_id, "cancel").await?;
        let subscription_id = live_subscription(&tenant)?;
        let request = format!("cancel {subscription_id} {at:?}");
        match at {
            CancelAt::PeriodEnd if tenant.cancels_at.is_some() => {}
            CancelAt::PeriodEnd => {
                let intent = self.intent(tenant_id, Kind::Cancellation, &request).await?;
                let answer = self.stripe.cancel_at_period_end(subscription_id, &intent.id).await;
                self.settle(tenant_id, &intent, answer).await?;
            }
            CancelAt::Now => {
                let intent = self.intent(tenant_id, Kind::Cancellation, &request).await?;
                let answer = self.stripe.cancel_now(subscription_id, &intent.id).await;
                self.settle(tenant_id, &intent, answer).await?;
            }
        }
        self.sync_tenant(tenant_id, "cancel").await
    }

    /// Takes a scheduled cancellation back; where there is none, nothing happens.
    pub async fn resume(&self, tenant_id: &TenantId) -> BillingResult<Tenant> {
        let tenant = self.tenant(tenant_id).await?;
        let subscription_id = live_subscription(&tenant)?;
        let customer_id = tenant.stripe_customer_id.as_deref().unwrap_or_default();
        let subscriptions = self.stripe.subscriptions(customer_id).await?;
        let scheduled =
            subscriptions.iter().find(|one| one.id == subscription_id && one.cancels_at.is_some());
        if let Some(subscription) = scheduled {
            let request = format!("resume {subscription_id}");
            let intent = self.intent(tenant_id, Kind::Cancellation, &request).await?;
            let answer = self.stripe.resume(subscription, &intent.id).await;
            self.settle(tenant_id, &intent, answer).await?;
        }
        self.sync_tenant(tenant_id, "resume").await
    }
}

fn live_subscription(tenant: &Tenant) -> BillingResult<&str> {
    match &tenant.stripe_subscription_id {
        Some(id) if tenant.subscription_status.is_live() => Ok(id),
        _ => Err(BillingError::NoSubscription),
    }
}
