//! A paused subscription resumes once a new period of it is paid for.

use crate::billing::cancel::live_subscription;
use crate::billing::intent::Kind;
use crate::billing::wish;
use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::Tenant;
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
        // A new period's invoice would charge the same days again.
        if let Some(open) = self.stripe.open_invoice(subscription_id).await? {
            self.awaits_no_action(&open.id).await?;
            return Err(BillingError::InvoiceOpen { hosted_invoice_url: open.hosted_invoice_url });
        }
        let request = wish::end_pause(subscription_id);
        let intent = self.intent(tenant_id, Kind::Cancellation, &request, None).await?;
        let answer = self.stripe.end_pause(subscription_id, &intent.id).await;
        match self.settle(tenant_id, &intent, answer).await {
            Ok(()) | Err(BillingError::Stripe(GatewayError::Declined(_))) => {}
            Err(BillingError::Stripe(error)) => {
                return Err(self.why_refused(subscription_id, error).await);
            }
            Err(error) => return Err(error),
        }
        if let Some(unpaid) = self.stripe.open_invoice(subscription_id).await? {
            self.awaits_no_action(&unpaid.id).await?;
            // Left open, Stripe would retry it when nobody expects that any more.
            self.stripe.void_invoice(&unpaid.id).await?;
        }
        let tenant = self.sync_tenant(tenant_id, "resume").await?;
        if tenant.is_paused() { Err(BillingError::PaymentFailed) } else { Ok(tenant) }
    }

    /// Gives up ending a pause if the answer never came: Stripe would retry the invoice that it left
    /// open when nobody expects that any more. One that the customer's bank waits for stays.
    pub(super) async fn settle_pause(&self, tenant: &Tenant) -> BillingResult<()> {
        let Some(subscription_id) =
            tenant.stripe_subscription_id.as_ref().filter(|_| tenant.is_paused())
        else {
            return Ok(());
        };
        let request = wish::end_pause(subscription_id);
        let open = self.db.open_intent(&tenant.id, Kind::Cancellation.as_str()).await?;
        let Some(intent) = open.filter(|open| open.request == request) else { return Ok(()) };
        if self.is_asked_again(&intent, Kind::Cancellation, &request) {
            return Ok(());
        }
        if let Some(unpaid) = self.stripe.open_invoice(subscription_id).await?
            && self.stripe.awaited_action(&unpaid.id).await?.is_none()
        {
            self.stripe.void_invoice(&unpaid.id).await?;
        }
        Ok(self.db.close_intent(&tenant.id, &intent.id).await?)
    }

    /// Fails with [`BillingError::ActionRequired`] where the customer's bank waits for them.
    async fn awaits_no_action(&self, invoice_id: &str) -> BillingResult<()> {
        match self.stripe.awaited_action(invoice_id).await? {
            Some(hosted_invoice_url) => Err(BillingError::ActionRequired { hosted_invoice_url }),
            None => Ok(()),
        }
    }

    /// Stripe's refusal, or [`BillingError::NoPaymentMethod`] where there is no card.
    async fn why_refused(&self, subscription_id: &str, error: GatewayError) -> BillingError {
        let refused = matches!(error, GatewayError::Refused { .. });
        match self.stripe.card_fingerprint(subscription_id).await {
            Ok(None) if refused => BillingError::NoPaymentMethod,
            Ok(_) | Err(_) => error.into(),
        }
    }
}
