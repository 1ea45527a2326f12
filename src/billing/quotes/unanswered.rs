//! Confirmations that are unanswered, or whose answer leaves the outcome open.

use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::{ActivityKind, Tenant, TenantId, Timestamp};
use crate::store::{QuoteState, SeatQuote};
use chrono::TimeDelta;

/// Stripe keeps idempotency keys for a day, and a change that waits for its payment almost as long.
const KEY_KEPT: TimeDelta = TimeDelta::hours(23);
/// How long all tries of a call to Stripe may take together.
const UNDER_WAY: TimeDelta = TimeDelta::minutes(1);
/// How many tenants are read from the database at once.
const PAGE: i64 = 500;

impl Billing {
    /// Whether an unanswered confirmation may be sent again. If Stripe has forgotten its key, or never
    /// saw it, that makes the change anew: at the quoted cost, or not at all. One that waits for the
    /// customer's bank is known to Stripe.
    pub(super) async fn may_be_asked_again(
        &self,
        tenant_id: &TenantId,
        quote: &SeatQuote,
    ) -> BillingResult<bool> {
        if self.now() - quote.created_at > KEY_KEPT {
            return Ok(false);
        }
        if quote.invoice_id.is_some() {
            return Ok(true);
        }
        match self.holds(tenant_id, quote).await {
            Err(
                BillingError::NoSubscription
                | BillingError::PaymentRequired
                | BillingError::InvoiceOpen { .. }
                | BillingError::Paused,
            ) => Ok(false),
            answer => answer,
        }
    }

    /// Settles an unanswered confirmation. One that waits for the customer's bank goes on waiting:
    /// asking for a price changes nothing.
    pub(super) async fn settle_unanswered(&self, tenant_id: &TenantId) -> BillingResult<()> {
        let confirming = self.db.confirming_quote(tenant_id).await?;
        match confirming.is_some_and(|quote| quote.invoice_id.is_none()) {
            true => self.settle_confirming(tenant_id).await,
            false => Ok(()),
        }
    }

    /// Settles a confirmation that is unanswered or waits for the customer's bank: it is done if Stripe
    /// shows the change; else it is given up, once no call can be under way any more.
    pub(in crate::billing) async fn settle_confirming(
        &self,
        tenant_id: &TenantId,
    ) -> BillingResult<()> {
        let Some(quote) = self.db.confirming_quote(tenant_id).await? else {
            return Ok(());
        };
        let asked_at = asked_at(&quote);
        let under_way = quote.invoice_id.is_none() && self.now() - asked_at < UNDER_WAY;
        let done = if under_way {
            self.as_quoted(tenant_id, &quote).await?
        } else {
            self.found_done(tenant_id, &quote).await?
        };
        let state = match done {
            Some(_) => QuoteState::Done,
            None if under_way => return Err(BillingError::ChangeInProgress),
            None => QuoteState::Void,
        };
        // The operator was told that the seats come once it is paid: now, that they don't.
        let given_up = (state == QuoteState::Void && quote.invoice_id.is_some())
            .then(|| self.unpaid(ActivityKind::PaymentFailed, &quote));
        let tell = given_up.as_ref().map(|entry| (entry, self.now()));
        let closed = self.db.close_quote(tenant_id, &quote.id, asked_at, state, tell).await?;
        // One that is still being confirmed was sent again meanwhile.
        let settled =
            closed || done.is_some() || self.db.confirming_quote(tenant_id).await?.is_none();
        if settled { Ok(()) } else { Err(BillingError::ChangeInProgress) }
    }

    /// Settles confirmations that nobody has come back to: unanswered ones, and those whose payment the
    /// customer never confirmed to their bank. Left alone, a later change by somebody else would be
    /// attributed to them.
    ///
    /// # Errors
    /// When the database is unreachable.
    pub async fn settle_given_up(&self) -> BillingResult<()> {
        let mut last: Option<TenantId> = None;
        loop {
            let page = self.db.tenants_confirming(last.as_ref(), PAGE).await?;
            for tenant_id in &page {
                if let Err(error) = self.settle_if_given_up(tenant_id).await {
                    tracing::warn!(%tenant_id, %error, "a change of seats could not be settled");
                }
            }
            match page.into_iter().next_back() {
                Some(tenant_id) => last = Some(tenant_id),
                None => return Ok(()),
            }
        }
    }

    /// Once the subscription has ended, no payment is awaited.
    async fn settle_if_given_up(&self, tenant_id: &TenantId) -> BillingResult<()> {
        let may_bill = self.tenant(tenant_id).await?.may_bill();
        let given_up = self.db.confirming_quote(tenant_id).await?.is_some_and(|quote| {
            let awaited = quote.invoice_id.is_some() && may_bill;
            let waits_for = if awaited { KEY_KEPT } else { UNDER_WAY };
            self.now() - asked_at(&quote) >= waits_for
        });
        if given_up { self.settle_confirming(tenant_id).await } else { Ok(()) }
    }

    /// The tenant, if its change was made. First voids the unpaid invoice that would still bring it:
    /// nobody expects it any more.
    pub(super) async fn found_done(
        &self,
        tenant_id: &TenantId,
        quote: &SeatQuote,
    ) -> BillingResult<Option<Tenant>> {
        let unpaid = match &quote.invoice_id {
            Some(invoice_id) => Some(invoice_id.clone()),
            None => self.stripe.unpaid_change(&quote.subscription_id).await?,
        };
        if let Some(invoice_id) = unpaid {
            self.stripe.void_invoice(&invoice_id).await?;
        }
        self.as_quoted(tenant_id, quote).await
    }

    /// The tenant, if Stripe shows its seats as quoted.
    async fn as_quoted(
        &self,
        tenant_id: &TenantId,
        quote: &SeatQuote,
    ) -> BillingResult<Option<Tenant>> {
        let tenant = self.sync_tenant(tenant_id, "lost answer").await?;
        let made = tenant.stripe_subscription_item_id.as_ref() == Some(&quote.item_id)
            && tenant.agent_quota == quote.to.get();
        Ok(made.then_some(tenant))
    }
}

/// When Stripe was last asked for the change.
pub(super) fn asked_at(quote: &SeatQuote) -> Timestamp {
    quote.confirmed_at.unwrap_or(quote.created_at)
}
