//! One Stripe customer per tenant.

use crate::billing::intent::Kind;
use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::{ActivityKind, Actor, Tenant, TenantId};
use crate::stripe::{GatewayError, NewCustomer};

impl Billing {
    /// The tenant's Stripe customer, made now if there is none.
    pub(super) async fn customer(&self, tenant_id: &TenantId) -> BillingResult<String> {
        let tenant = self.tenant(tenant_id).await?;
        if let Some(customer_id) = &tenant.stripe_customer_id {
            return Ok(customer_id.clone());
        }
        let email = self.db.owner_email(tenant_id).await?;
        let customer = NewCustomer { tenant_id, name: &tenant.name, email: email.as_deref() };
        let request = format!("{} <{}>", tenant.name, email.as_deref().unwrap_or_default());
        if let Some(customer_id) = self.lost_customer(&tenant, customer, &request).await? {
            return Ok(customer_id);
        }
        let intent = self.intent(tenant_id, Kind::Customer, &request, None).await?;
        // Another request may have made the customer since; its intent was closed after that.
        if let Some(customer_id) = self.tenant(tenant_id).await?.stripe_customer_id {
            self.db.close_intent(tenant_id, &intent.id).await?;
            return Ok(customer_id);
        }
        let answer = match self.stripe.create_customer(customer, &intent.id).await {
            // It may have been made all the same.
            Err(error @ GatewayError::Failed(_)) => {
                self.stripe.find_customer(customer).await?.ok_or(error)
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

    /// The customer that the tenant has at Stripe without our knowing: an earlier request has made it
    /// without our hearing of it, and Stripe has forgotten that request's key by now and would make
    /// another; or it was let go while the portal asked another account. It may be subscribed.
    async fn lost_customer(
        &self,
        tenant: &Tenant,
        customer: NewCustomer<'_>,
        request: &str,
    ) -> BillingResult<Option<String>> {
        let (tenant_id, kind) = (customer.tenant_id, Kind::Customer);
        let open = self.db.open_intent(tenant_id, kind.as_str()).await?;
        if open.as_ref().is_some_and(|open| self.is_asked_again(open, kind, request)) {
            return Ok(None);
        }
        let let_go = self.db.lost_customers(tenant_id).await?;
        if open.is_none() && let_go.is_empty() {
            return Ok(None);
        }
        let found = match self.still_there(tenant, &let_go).await? {
            None => self.stripe.find_customer(customer).await?,
            found => found,
        };
        if let Some(customer_id) = &found {
            self.keep_customer(tenant_id, customer_id).await?;
            if let Some(open) = open {
                self.db.close_intent(tenant_id, &open.id).await?;
            }
            self.sync_tenant(tenant_id, "customer found again").await?;
        }
        Ok(found)
    }

    /// The tenant, tied to its customer again if that was let go by mistake. One that is deleted at
    /// Stripe stays let go.
    pub(super) async fn tie_again(&self, tenant: Tenant) -> BillingResult<Tenant> {
        let Some(customer_id) = self.let_go_by_mistake(&tenant).await? else { return Ok(tenant) };
        tracing::warn!(tenant_id = %tenant.id, customer_id, "the customer is at Stripe after all");
        self.keep_customer(&tenant.id, &customer_id).await?;
        self.tenant(&tenant.id).await
    }

    /// The customer that a tenant without one was tied to, and that is at Stripe after all.
    pub(super) async fn let_go_by_mistake(&self, tenant: &Tenant) -> BillingResult<Option<String>> {
        // One that was never synced has never had a customer to lose.
        if tenant.stripe_customer_id.is_some() || tenant.synced_at.is_none() {
            return Ok(None);
        }
        self.still_there(tenant, &self.db.lost_customers(&tenant.id).await?).await
    }

    /// The first of these customers that is the tenant's at Stripe.
    async fn still_there(
        &self,
        tenant: &Tenant,
        let_go: &[String],
    ) -> BillingResult<Option<String>> {
        if self.knows_no_live_one_of(tenant) {
            return Ok(None);
        }
        for customer_id in let_go {
            if self.stripe.is_customer_of(customer_id, &tenant.id).await? {
                return Ok(Some(customer_id.clone()));
            }
        }
        Ok(None)
    }

    async fn keep_customer(&self, tenant_id: &TenantId, customer_id: &str) -> BillingResult<()> {
        let entry = self.cause.entry(ActivityKind::CustomerCreated).to(customer_id);
        Ok(self.db.keep_customer(tenant_id, customer_id, &entry, self.clock.now()).await?)
    }

    /// Lets the tenant's customer go if Stripe said that it is no more, and nothing else; whether
    /// it did.
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

    /// Whether this answer says that the tenant's customer is no more.
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

    /// Whether the tenant's customer is a live one and the key a test key, which knows of none.
    fn knows_no_live_one_of(&self, tenant: &Tenant) -> bool {
        tenant.livemode && !self.stripe.livemode()
    }
}
