//! Stripe's Billing Portal, where cards and invoices are managed; the list of invoices, and what
//! the next one will charge.

use crate::billing::reconcile::differ;
use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::{
    ActivityKind, Invoice, Language, NextCharge, SubscriptionStatus, TenantId, VisitorLanguage,
};
use crate::stripe::NewPortalSession;

impl Billing {
    /// The URL of a new Billing Portal Session for the tenant's Customer, created now if there is none.
    /// Unless a language was chosen, it follows the browser's.
    pub async fn open_portal(
        &self,
        tenant_id: &TenantId,
        language: VisitorLanguage,
    ) -> BillingResult<String> {
        let customer_id = self.customer(tenant_id, language.spoken).await?;
        let error = match self.portal_session(tenant_id, &customer_id, language.chosen).await {
            Err(BillingError::Stripe(error)) => error,
            answer => return answer,
        };
        let tenant = self.tenant(tenant_id).await?;
        if !self.forget_missing_customer(&tenant, &customer_id, &error).await? {
            return Err(error.into());
        }
        let customer_id = self.customer(tenant_id, language.spoken).await?;
        self.portal_session(tenant_id, &customer_id, language.chosen).await
    }

    async fn portal_session(
        &self,
        tenant_id: &TenantId,
        customer_id: &str,
        language: Option<Language>,
    ) -> BillingResult<String> {
        let session = NewPortalSession {
            customer_id,
            configuration: self.settings.portal_configuration.as_deref(),
            language,
            return_url: &self.billing_page(tenant_id),
        };
        let url = self.stripe.create_portal_session(session).await?;
        let entry = self.cause.entry(ActivityKind::PortalOpened);
        self.db.announce_activity(tenant_id, &entry, self.clock.now()).await?;
        Ok(url)
    }

    /// The tenant's latest invoices, newest first; none without a Customer. The one that a seat change
    /// waits for shows its number of agents.
    pub async fn invoices(&self, tenant_id: &TenantId) -> BillingResult<Vec<Invoice>> {
        let Some(customer_id) = self.tenant(tenant_id).await?.stripe_customer_id else {
            return Ok(Vec::new());
        };
        let mut invoices = self.stripe.invoices(&customer_id).await?;
        if let Some(quote) = self.db.confirming_quote(tenant_id).await? {
            let awaited =
                |one: &&mut Invoice| one.is_open() && quote.invoice_id.as_ref() == Some(&one.id);
            if let Some(invoice) = invoices.iter_mut().find(awaited) {
                invoice.agent_count = Some(quote.to.get());
            }
        }
        Ok(invoices)
    }

    /// What Stripe will charge next, and when; `None` where nothing is going to be charged. For a paused
    /// subscription, what resuming it would charge now.
    pub async fn next_charge(&self, tenant_id: &TenantId) -> BillingResult<Option<NextCharge>> {
        let tenant = self.tenant(tenant_id).await?;
        if !(goes_on(tenant.subscription_status) || tenant.is_paused()) {
            return Ok(None);
        }
        let (Some(customer_id), Some(subscription_id)) =
            (&tenant.stripe_customer_id, &tenant.stripe_subscription_id)
        else {
            return Ok(None);
        };
        let next = match tenant.is_paused() {
            true => self.stripe.resume_charge(customer_id, subscription_id).await,
            false => self.stripe.next_charge(customer_id, subscription_id).await,
        };
        let next = match next {
            // It may have ended a moment ago. Sync only if something differs: open pages ask again
            // after each sync, which would never end.
            Err(error) if error.is_refusal() => {
                if !differ(&tenant, &self.as_by_stripe(&tenant).await?) {
                    return Err(error.into());
                }
                let tenant = self.sync_tenant(tenant_id, "next charge").await?;
                return if goes_on(tenant.subscription_status) {
                    Err(error.into())
                } else {
                    Ok(None)
                };
            }
            answer => answer?,
        };
        // A subscription that ends may still have a last invoice, for seats that were added.
        Ok(next.filter(|next| next.amount_due > 0 || tenant.ends_with_period().is_none()))
    }
}

/// Whether a subscription of this status is charged again.
fn goes_on(status: SubscriptionStatus) -> bool {
    match status {
        SubscriptionStatus::Trialing | SubscriptionStatus::Active | SubscriptionStatus::PastDue => {
            true
        }
        SubscriptionStatus::None | SubscriptionStatus::Unpaid | SubscriptionStatus::Canceled => {
            false
        }
    }
}
