//! Subscribing through Stripe Checkout, and the return from there. A tenant has at most one open
//! Checkout, and none while it is subscribed.

use crate::billing::intent::Kind;
use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::{
    ActivityKind, AgentCount, Confirmation, Language, TRIAL_DAYS, TenantId, VisitorLanguage,
};
use crate::store::Intent;
use crate::stripe::{CheckoutSession, CheckoutStatus, GatewayError, NewCheckout};
use serde::{Deserialize, Serialize};

/// What a Checkout is for, as stored in its intent.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct CheckoutRequest {
    customer_id: String,
    price_id: String,
    agent_count: AgentCount,
    trial_days: Option<u32>,
    #[serde(default)]
    allow_promotion_codes: bool,
    #[serde(default)]
    automatic_tax: bool,
    /// The plan's; `None` in intents of an earlier version.
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    language: Option<Language>,
}

impl Billing {
    /// The URL of a Checkout for `agent_count` agents: the open one, if it is for the same, or a new
    /// one, after the old one has been expired. Unless a language was chosen, it follows the
    /// browser's.
    ///
    /// # Errors
    /// [`BillingError::AlreadySubscribed`] when Stripe lists a subscription that can still bill.
    pub async fn start_checkout(
        &self,
        tenant_id: &TenantId,
        agent_count: AgentCount,
        language: VisitorLanguage,
    ) -> BillingResult<String> {
        let tenant = self.sync_tenant(tenant_id, "checkout").await?;
        if tenant.may_bill() {
            return Err(BillingError::AlreadySubscribed);
        }
        let customer_id = self.customer(tenant_id, language.spoken).await?;
        let opened =
            self.open_checkout(tenant_id, &customer_id, agent_count, language.chosen).await;
        let error = match opened {
            Err(BillingError::Stripe(error)) => error,
            answer => return answer,
        };
        if !self.forget_missing_customer(&tenant, &customer_id, &error).await? {
            return Err(error.into());
        }
        let customer_id = self.customer(tenant_id, language.spoken).await?;
        self.open_checkout(tenant_id, &customer_id, agent_count, language.chosen).await
    }

    async fn open_checkout(
        &self,
        tenant_id: &TenantId,
        customer_id: &str,
        agent_count: AgentCount,
        language: Option<Language>,
    ) -> BillingResult<String> {
        let plan = self.plan().await?;
        // A Customer that was found again may be subscribed, and a colleague may have paid another
        // Checkout.
        let tenant = self.tenant(tenant_id).await?;
        if tenant.may_bill() {
            return Err(BillingError::AlreadySubscribed);
        }
        let wanted = CheckoutRequest {
            customer_id: customer_id.to_owned(),
            price_id: plan.price_id,
            currency: Some(plan.unit.currency),
            agent_count,
            trial_days: tenant.trial_available.then_some(TRIAL_DAYS),
            allow_promotion_codes: self.settings.allow_promotion_codes,
            automatic_tax: self.settings.automatic_tax,
            language,
        };
        if let Some(open) = self.db.open_intent(tenant_id, Kind::Checkout.as_str()).await?
            && let Some(url) = self.reuse_or_clear(tenant_id, &open, &wanted).await?
        {
            return Ok(url);
        }
        let request = write(&wanted);
        let entry = self.cause.entry(ActivityKind::CheckoutOpened).to(agent_count);
        let intent = self.intent(tenant_id, Kind::Checkout, &request, Some(&entry)).await?;
        let session = self.create_session(tenant_id, &intent, &wanted).await?;
        session.url.ok_or(BillingError::CheckoutInProgress)
    }

    /// The open Checkout's URL, if it is for what is wanted; else makes sure that it can't be paid.
    async fn reuse_or_clear(
        &self,
        tenant_id: &TenantId,
        open: &Intent,
        wanted: &CheckoutRequest,
    ) -> BillingResult<Option<String>> {
        let asked: Option<CheckoutRequest> = serde_json::from_str(&open.request).ok();
        let session = match (&open.session_id, &asked) {
            (Some(session_id), _) => match self.stripe.checkout(session_id).await {
                Err(GatewayError::Missing { .. }) => {
                    self.db.close_intent(tenant_id, &open.id).await?;
                    return Ok(None);
                }
                answer => answer?,
            },
            // The answer was lost: the same key returns the session, or creates it now.
            (None, Some(asked)) if asked != wanted => {
                match self.create_session(tenant_id, open, asked).await {
                    Err(BillingError::Stripe(error)) if error.is_refusal() => return Ok(None),
                    answer => answer?,
                }
            }
            (None, _) => return Ok(None),
        };
        if session.status == CheckoutStatus::Open && asked.as_ref() == Some(wanted) {
            return Ok(session.url);
        }
        let paid = self.end_session(&session).await? == CheckoutStatus::Complete;
        if paid && self.sync_tenant(tenant_id, "checkout").await?.may_bill() {
            return Err(BillingError::AlreadySubscribed);
        }
        self.db.close_intent(tenant_id, &open.id).await?;
        Ok(None)
    }

    /// Makes sure that a session can't be paid any more, and returns how it ended.
    async fn end_session(&self, session: &CheckoutSession) -> BillingResult<CheckoutStatus> {
        if session.status != CheckoutStatus::Open {
            return Ok(session.status);
        }
        match self.stripe.expire_checkout(&session.id).await {
            Ok(expired) => Ok(expired.status),
            // It may have been paid, or expired by another request, a moment ago.
            Err(error) => match self.stripe.checkout(&session.id).await?.status {
                CheckoutStatus::Open => Err(error.into()),
                ended => Ok(ended),
            },
        }
    }

    async fn create_session(
        &self,
        tenant_id: &TenantId,
        intent: &Intent,
        request: &CheckoutRequest,
    ) -> BillingResult<CheckoutSession> {
        let page = self.billing_page(tenant_id);
        let checkout = NewCheckout {
            tenant_id,
            customer_id: &request.customer_id,
            price_id: &request.price_id,
            currency: request.currency.as_deref(),
            agent_count: request.agent_count,
            trial_days: request.trial_days,
            allow_promotion_codes: request.allow_promotion_codes,
            automatic_tax: request.automatic_tax,
            language: request.language,
            success_url: &format!("{page}&session_id={{CHECKOUT_SESSION_ID}}"),
            cancel_url: &format!("{page}&seats={}", request.agent_count),
        };
        match self.stripe.create_checkout(checkout, &intent.id).await {
            Ok(session) => {
                self.db.keep_checkout_session(tenant_id, &intent.id, &session.id).await?;
                Ok(session)
            }
            answer => self.settle(tenant_id, intent, answer).await,
        }
    }

    /// On return from Checkout: verifies that the session is this tenant's, and syncs.
    ///
    /// # Errors
    /// [`BillingError::NotFound`] for a session that doesn't exist or is another tenant's.
    pub async fn confirm_checkout(
        &self,
        tenant_id: &TenantId,
        session_id: &str,
    ) -> BillingResult<Confirmation> {
        const NO_SESSION: BillingError = BillingError::NotFound("Checkout session");
        let tenant = self.tenant(tenant_id).await?;
        let named = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !session_id.starts_with("cs_") || !session_id.chars().all(named) {
            return Err(NO_SESSION);
        }
        let session = match self.stripe.checkout(session_id).await {
            Err(GatewayError::Missing { .. }) => return Err(NO_SESSION),
            answer => answer?,
        };
        if session.customer_id.is_none() || session.customer_id != tenant.stripe_customer_id {
            return Err(NO_SESSION);
        }
        if session.status != CheckoutStatus::Complete {
            return Ok(Confirmation { confirmed: false, tenant });
        }
        let tenant = self.sync_tenant(tenant_id, "return from Checkout").await?;
        if let Some(open) = self.db.open_intent(tenant_id, Kind::Checkout.as_str()).await?
            && open.session_id.as_deref() == Some(session_id)
        {
            self.db.close_intent(tenant_id, &open.id).await?;
        }
        let ours = tenant.stripe_subscription_id == session.subscription_id;
        Ok(Confirmation { confirmed: ours && tenant.subscription_status.is_live(), tenant })
    }
}

fn write(request: &CheckoutRequest) -> String {
    serde_json::to_string(request).unwrap_or_default()
}
