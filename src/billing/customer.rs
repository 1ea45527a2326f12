//! One Stripe Customer per tenant.

use crate::billing::intent::Kind;
use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::{ActivityKind, Actor, Language, Tenant, TenantId};
use crate::stripe::{GatewayError, NewCustomer};

impl Billing {
    /// The tenant's Stripe Customer; if there is none, it is created now, with this language.
    pub(super) async fn customer(
        &self,
        tenant_id: &TenantId,
        language: Option<Language>,
    ) -> BillingResult<String> {
        let tenant = self.tenant(tenant_id).await?;
        if let Some(customer_id) = &tenant.stripe_customer_id {
            return Ok(customer_id.clone());
        }
        let email = self.db.owner_email(tenant_id).await?;
        let name = tenant.name.as_str();
        let customer = NewCustomer { tenant_id, name, email: email.as_deref(), language };
        let tag = language.map_or("", Language::tag);
        let request = format!("{name} <{}> {tag}", email.as_deref().unwrap_or_default());
        if let Some(customer_id) = self.found_customer(&tenant, &request).await? {
            return Ok(customer_id);
        }
        let intent = self.intent(tenant_id, Kind::Customer, &request, None).await?;
        // Another request may have created the Customer since; its intent was closed after that.
        if let Some(customer_id) = self.tenant(tenant_id).await?.stripe_customer_id {
            self.db.close_intent(tenant_id, &intent.id).await?;
            return Ok(customer_id);
        }
        let answer = match self.stripe.create_customer(customer, &intent.id).await {
            // It may have been created all the same.
            Err(error @ GatewayError::Failed(_)) => {
                self.stripe.find_customer(tenant_id, email.as_deref()).await?.ok_or(error)
            }
            answer => answer,
        };
        if let Ok(customer_id) = &answer {
            self.keep_customer(tenant_id, customer_id).await?;
        }
        self.settle(tenant_id, &intent, answer).await?;
        let tenant = self.tenant(tenant_id).await?;
        tenant.stripe_customer_id.ok_or(BillingError::NotFound("customer"))
    }

    /// The tenant's Customer at Stripe that the database doesn't know; it may be subscribed. Not
    /// searched for while the request that creates one can still be retried under its key.
    async fn found_customer(
        &self,
        tenant: &Tenant,
        request: &str,
    ) -> BillingResult<Option<String>> {
        let (tenant_id, kind) = (&tenant.id, Kind::Customer);
        let open = self.db.open_intent(tenant_id, kind.as_str()).await?;
        if open.as_ref().is_some_and(|open| self.is_asked_again(open, kind, request)) {
            return Ok(None);
        }
        let found = self.unknown_customer(tenant).await?;
        if let Some(customer_id) = &found {
            self.keep_customer(tenant_id, customer_id).await?;
            if let Some(open) = open {
                self.db.close_intent(tenant_id, &open.id).await?;
            }
            self.sync_tenant(tenant_id, "customer found again").await?;
        }
        Ok(found)
    }

    /// Links the tenant to its Customer at Stripe, if it has one that the database doesn't know.
    pub(super) async fn tie_again(&self, tenant: Tenant) -> BillingResult<Tenant> {
        let Some(customer_id) = self.unknown_customer(&tenant).await? else { return Ok(tenant) };
        tracing::warn!(tenant_id = %tenant.id, customer_id, "the customer is at Stripe after all");
        self.keep_customer(&tenant.id, &customer_id).await?;
        self.tenant(&tenant.id).await
    }

    /// Searches Stripe for the Customer of a tenant that has none here: unlinked while the portal used
    /// another account, whatever its email is by now; or created without our hearing of it; or since
    /// the backup that the database was restored from.
    pub(super) async fn unknown_customer(&self, tenant: &Tenant) -> BillingResult<Option<String>> {
        if tenant.stripe_customer_id.is_some() || self.knows_no_live_one_of(tenant) {
            return Ok(None);
        }
        for customer_id in self.db.customers_let_go(&tenant.id).await? {
            if self.stripe.is_customer_of(&customer_id, &tenant.id).await? {
                return Ok(Some(customer_id));
            }
        }
        let email = self.db.owner_email(&tenant.id).await?;
        Ok(self.stripe.find_customer(&tenant.id, email.as_deref()).await?)
    }

    async fn keep_customer(&self, tenant_id: &TenantId, customer_id: &str) -> BillingResult<()> {
        let entry = self.cause.entry(ActivityKind::CustomerCreated).to(customer_id);
        Ok(self.db.keep_customer(tenant_id, customer_id, &entry, self.clock.now()).await?)
    }

    /// Unlinks the tenant's Customer if Stripe said that it no longer exists, and nothing else; returns
    /// whether it did.
    pub(super) async fn forget_missing_customer(
        &self,
        tenant: &Tenant,
        customer_id: &str,
        error: &GatewayError,
    ) -> BillingResult<bool> {
        let gone = self.is_gone(tenant, error);
        if gone {
            let tenant_id = &tenant.id;
            tracing::warn!(%tenant_id, customer_id, %error, "the customer is gone at Stripe");
            let entry = self.cause.entry_by(ActivityKind::CustomerLost, Actor::Stripe);
            let (entry, now) = (entry.from(customer_id), self.clock.now());
            self.db.forget_customer(tenant_id, customer_id, &entry, now).await?;
        }
        Ok(gone)
    }

    /// Whether this error says that the tenant's Customer no longer exists.
    pub(super) fn is_gone(&self, tenant: &Tenant, error: &GatewayError) -> bool {
        let missing = error.is_missing_customer();
        let other_mode = self.knows_no_live_one_of(tenant);
        if missing && other_mode {
            tracing::error!(
                tenant_id = %tenant.id,
                "the tenant's subscription is live, and STRIPE_SECRET_KEY is not: set the live key"
            );
        }
        missing && !other_mode
    }

    /// Whether the tenant's Customer is in live mode and the key in test mode, which can't see it.
    fn knows_no_live_one_of(&self, tenant: &Tenant) -> bool {
        tenant.livemode && !self.stripe.livemode()
    }
}
