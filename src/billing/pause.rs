//! A paused subscription resumes once a new period of it is paid for.

use crate::billing::cancel::live_subscription;
use crate::billing::intent::Kind;
use crate::billing::wish;
use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::{Tenant, TenantId};
use crate::stripe::GatewayError;

impl Billing {
    /// Resumes a paused subscription with a new period, which is charged at once.
    ///
    /// # Errors
    /// [`BillingError::InvoiceOpen`] while an older invoice is unpaid,
    /// [`BillingError::NoPaymentMethod`] without a card, [`BillingError::PaymentFailed`] where it was
    /// declined, [`BillingError::ActionRequired`] where the bank wants the customer to confirm first;
    /// the subscription stays paused.
    pub(super) async fn end_pause(&self, tenant: &Tenant) -> BillingResult<Tenant> {
        let (tenant_id, subscription_id) = (&tenant.id, live_subscription(tenant)?);
        let request = wish::end_pause(subscription_id);
        // A new period's invoice would charge the same days again.
        if let Some(open) = self.stripe.open_invoice(subscription_id).await? {
            let Some(hosted_invoice_url) = self.stripe.awaited_action(&open.id).await? else {
                let hosted_invoice_url = open.hosted_invoice_url;
                return Err(BillingError::InvoiceOpen { hosted_invoice_url });
            };
            let begun = self.db.open_intent(tenant_id, Kind::Cancellation.as_str()).await?;
            // It is that of a resume whose answer was lost.
            if begun.is_some_and(|begun| begun.request == request) {
                self.intent(tenant_id, Kind::AwaitedResume, &open.id, None).await?;
            }
            return Err(BillingError::ActionRequired { hosted_invoice_url });
        }
        let intent = self.intent(tenant_id, Kind::Cancellation, &request, None).await?;
        let answer = self.stripe.end_pause(subscription_id, &intent.id).await;
        match self.settle(tenant_id, &intent, answer).await {
            Ok(()) | Err(BillingError::Stripe(GatewayError::Declined(_))) => {}
            Err(BillingError::Stripe(error)) => {
                return Err(self.why_refused(subscription_id, error).await);
            }
            Err(error) => return Err(error),
        }
        if let Some(unpaid) = self.stripe.open_invoice(subscription_id).await?
            && let Some(hosted_invoice_url) = self.await_or_void(tenant_id, &unpaid.id).await?
        {
            return Err(BillingError::ActionRequired { hosted_invoice_url });
        }
        let tenant = self.sync_tenant(tenant_id, "resume").await?;
        if tenant.is_paused() { Err(BillingError::PaymentFailed) } else { Ok(tenant) }
    }

    /// Gives up ending a pause if the answer never came.
    pub(super) async fn settle_pause(&self, tenant: &Tenant) -> BillingResult<()> {
        let Some(subscription_id) =
            tenant.stripe_subscription_id.as_ref().filter(|_| tenant.is_paused())
        else {
            return self.settle_awaited_resume(&tenant.id).await;
        };
        let request = wish::end_pause(subscription_id);
        let open = self.db.open_intent(&tenant.id, Kind::Cancellation.as_str()).await?;
        let Some(intent) = open.filter(|open| open.request == request) else { return Ok(()) };
        if self.is_asked_again(&intent, Kind::Cancellation, &request) {
            return Ok(());
        }
        if let Some(unpaid) = self.stripe.open_invoice(subscription_id).await? {
            self.await_or_void(&tenant.id, &unpaid.id).await?;
        }
        Ok(self.db.close_intent(&tenant.id, &intent.id).await?)
    }

    /// Once the pause is over, voids the invoice of a resume that waited for the customer's bank, if it
    /// is still open: with the subscription gone, it would be paid for nothing.
    async fn settle_awaited_resume(&self, tenant_id: &TenantId) -> BillingResult<()> {
        let kind = Kind::AwaitedResume.as_str();
        if let Some(awaited) = self.db.open_intent(tenant_id, kind).await? {
            self.stripe.void_invoice(&awaited.request).await?;
            self.db.close_intent(tenant_id, &awaited.id).await?;
        }
        Ok(())
    }

    /// Keeps the invoice of a resume that the customer's bank waits for, and returns its page. Else voids
    /// it: left open, Stripe would retry it when nobody expects that any more.
    async fn await_or_void(
        &self,
        tenant_id: &TenantId,
        invoice_id: &str,
    ) -> BillingResult<Option<String>> {
        let page = self.stripe.awaited_action(invoice_id).await?;
        if page.is_some() {
            self.intent(tenant_id, Kind::AwaitedResume, invoice_id, None).await?;
        } else {
            self.stripe.void_invoice(invoice_id).await?;
        }
        Ok(page)
    }

    /// Stripe's refusal, or [`BillingError::NoPaymentMethod`] where there is no card.
    pub(super) async fn why_refused(
        &self,
        subscription_id: &str,
        error: GatewayError,
    ) -> BillingError {
        let refused = matches!(error, GatewayError::Refused { .. });
        match self.stripe.card_fingerprint(subscription_id).await {
            Ok(None) if refused => BillingError::NoPaymentMethod,
            Ok(_) | Err(_) => error.into(),
        }
    }
}
