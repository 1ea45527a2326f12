//! Cancelling, and undoing a cancellation.

use crate::billing::intent::Kind;
use crate::billing::wish;
use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::{CancelAt, Tenant, TenantId};

impl Billing {
    /// Cancels the subscription at the end of its period (in a trial: of the trial), or now. One that
    /// already ends with its period is left as it is; one set to end later does so instead.
    ///
    /// # Errors
    /// [`BillingError::NoSubscription`] without one, [`BillingError::ChangeInProgress`] where added
    /// seats have just been paid for that the pages don't show yet.
    pub async fn cancel(&self, tenant_id: &TenantId, at: CancelAt) -> BillingResult<Tenant> {
        if at == CancelAt::Now {
            self.give_up_awaited(&self.tenant(tenant_id).await?).await?;
        }
        let tenant = self.sync_tenant(tenant_id, "cancel").await?;
        let subscription_id = live_subscription(&tenant)?;
        if at == CancelAt::PeriodEnd && tenant.ends_with_period().is_some() {
            return Ok(tenant);
        }
        let request = wish::cancel(subscription_id, at);
        self.ask(tenant_id, Kind::Cancellation, &request, "cancel", async |intent| match at {
            CancelAt::PeriodEnd => {
                self.stripe.cancel_at_period_end(subscription_id, &intent.id).await
            }
            CancelAt::Now => self.stripe.cancel_now(subscription_id, &intent.id).await,
        })
        .await
    }

    /// Resumes the subscription: undoes a scheduled cancellation, and ends a pause. Does nothing where
    /// there is neither.
    ///
    /// # Errors
    /// Those of [`Billing::end_pause`], if the subscription is paused.
    pub async fn resume(&self, tenant_id: &TenantId) -> BillingResult<Tenant> {
        let tenant = self.tenant(tenant_id).await?;
        let subscription_id = live_subscription(&tenant)?;
        let customer_id = tenant.stripe_customer_id.as_deref().unwrap_or_default();
        let subscriptions = self.stripe.subscriptions(customer_id).await?;
        let scheduled =
            subscriptions.iter().find(|one| one.id == subscription_id && one.cancels_at.is_some());
        let tenant = match scheduled {
            Some(subscription) => {
                let request = wish::resume(subscription_id);
                self.ask(tenant_id, Kind::Cancellation, &request, "resume", async |intent| {
                    self.stripe.resume(subscription, &intent.id).await
                })
                .await?
            }
            None => self.sync_tenant(tenant_id, "resume").await?,
        };
        if tenant.is_paused() { self.end_pause(&tenant).await } else { Ok(tenant) }
    }
}

pub(super) fn live_subscription(tenant: &Tenant) -> BillingResult<&str> {
    match &tenant.stripe_subscription_id {
        Some(id) if tenant.subscription_status.is_live() => Ok(id),
        _ => Err(BillingError::NoSubscription),
    }
}
