//! A seat change is quoted first, and confirmed by its quote: what was shown is what is charged, or
//! nothing is.

mod carry_out;
mod cost;
mod ended;
mod unanswered;

use crate::billing::{Billing, BillingError, BillingResult, SeatChange};
use crate::model::{AgentCount, AgentId, Prorations, Quote, Tenant, TenantId};
use crate::store::{Claim, NewSeatQuote, QuoteState, SeatQuote};
use crate::stripe::Preview;
use chrono::TimeDelta;
use cost::Cost;
use uuid::Uuid;

/// How long a quote can be confirmed: prorations go by the second, and balances change.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);

impl Billing {
    /// Quotes a change to this many agents, by Stripe's own preview.
    ///
    /// # Errors
    /// [`BillingError::NoSubscription`] without one, [`BillingError::PaymentRequired`] while it is
    /// unpaid, and for more seats while it is past due, [`BillingError::Paused`] while it is paused,
    /// [`BillingError::Unchanged`] for as many as there are, [`BillingError::ActionRequired`] for as many
    /// as already wait for the bank.
    pub async fn quote(&self, tenant_id: &TenantId, to: AgentCount) -> BillingResult<Quote> {
        self.settle_unanswered(tenant_id).await?;
        let tenant = self.sync_tenant(tenant_id, "quote").await?;
        let change = self.change(&tenant, to).await?;
        if change.from == to.get() {
            return Err(BillingError::Unchanged { agent_count: to.get() });
        }
        let waiting = self.db.confirming_quote(tenant_id).await?;
        let waiting =
            waiting.filter(|quote| quote.invoice_id.is_some() && quote.to.get() != change.from);
        if let Some(invoice_id) = waiting
            .as_ref()
            .filter(|quote| quote.to == to)
            .and_then(|quote| quote.invoice_id.as_ref())
            && let Some(hosted_invoice_url) = self.stripe.awaited_action(invoice_id).await?
        {
            return Err(BillingError::ActionRequired { hosted_invoice_url });
        }
        let now = self.clock.now();
        let proration_date = now.timestamp();
        let (today, next) = tokio::try_join!(
            self.preview(&change, proration_date),
            self.each_period(&change, proration_date),
        )?;
        let prorations = self.prorations(&change, &today).await?;
        let cost = Cost::of(&today, prorations);
        let currency = if today.currency.is_empty() { &next.currency } else { &today.currency };
        let currency = currency.clone();
        let bill = match prorations {
            Prorations::ChargedNow | Prorations::CreditedNow if today.total > 0 => today,
            _ => Preview::default(),
        };
        // Less than Stripe's smallest charge.
        let carried_over = if bill.amount_due == 0 { bill.total - bill.credit_used } else { 0 };
        let quote_id = format!("quote_{}", Uuid::now_v7().simple());
        let kept = NewSeatQuote {
            id: &quote_id,
            subscription_id: &change.subscription_id,
            item_id: &change.item_id,
            from: change.from,
            to,
            in_trial: change.in_trial,
            prorations,
            proration_date,
            amount_due: cost.amount_due,
            credit: cost.credit,
            currency: &currency,
            created_at: now,
            expires_at: now + LIFETIME,
            operator_id: self.cause.operator_id(),
        };
        self.db.add_quote(tenant_id, &kept).await?;
        Ok(Quote {
            quote_id,
            agent_count: to,
            amount_due: cost.amount_due,
            discount: bill.discount,
            tax: bill.tax,
            credit_used: bill.credit_used,
            carried_over,
            credit: cost.credit,
            next_amount: next.total,
            next_discount: next.discount,
            next_tax: next.tax,
            currency,
            interval: change.interval,
            interval_count: change.interval_count,
            next_at: change.next_at,
            expires_at: now + LIFETIME,
            replaces: waiting.map(|quote| quote.to),
        })
    }

    /// Carries out what was quoted. Confirming the same quote again gives the same outcome, and
    /// charges nothing more.
    ///
    /// # Errors
    /// [`BillingError::QuoteStale`] where it can't be charged as quoted any more,
    /// [`BillingError::PaymentFailed`] where the card was declined, [`BillingError::NoPaymentMethod`]
    /// where there is none, [`BillingError::ActionRequired`]
    /// where the bank wants the customer to confirm first; none of them changes anything.
    pub async fn confirm_quote(
        &self,
        tenant_id: &TenantId,
        change: SeatChange<'_>,
        quote_id: &str,
    ) -> BillingResult<Tenant> {
        let read =
            || async { self.db.quote(tenant_id, quote_id).await?.ok_or(BillingError::QuoteStale) };
        let mut quote = read().await?;
        if quote.state == QuoteState::Confirming
            && !self.may_be_asked_again(tenant_id, &quote).await?
        {
            self.settle_confirming(tenant_id).await?;
            quote = read().await?;
        }
        if quote.to != change.agent_count {
            return Err(BillingError::QuoteStale);
        }
        match quote.state {
            QuoteState::Void => return Err(BillingError::QuoteStale),
            QuoteState::Done => return self.sync_tenant(tenant_id, "seat change").await,
            QuoteState::Open => {
                let leaving = self.leaving(tenant_id, change).await?;
                self.check_and_claim(tenant_id, &quote, &leaving).await?;
            }
            QuoteState::Confirming => {
                if !self.db.confirm_again(tenant_id, quote_id, self.now()).await? {
                    self.joined(tenant_id, quote_id, BillingError::QuoteStale).await?;
                }
            }
        }
        self.carry_out(tenant_id, &quote).await
    }

    /// Checks that an open quote still holds, and claims it, so that nobody else confirms one.
    async fn check_and_claim(
        &self,
        tenant_id: &TenantId,
        quote: &SeatQuote,
        leaving: &[AgentId],
    ) -> BillingResult<()> {
        let stale = async || {
            self.db.void_quote(tenant_id, &quote.id).await?;
            self.joined(tenant_id, &quote.id, BillingError::QuoteStale).await
        };
        if self.clock.now() >= quote.expires_at {
            return stale().await;
        }
        match self.db.confirming_quote(tenant_id).await? {
            Some(confirming) if confirming.id == quote.id => return Ok(()),
            // Whoever asked for this quote was not told that it would replace that one.
            Some(confirming)
                if confirming.invoice_id.is_some()
                    && confirming.confirmed_at > Some(quote.created_at) =>
            {
                return stale().await;
            }
            _ => self.settle_confirming(tenant_id).await?,
        }
        if !self.holds(tenant_id, quote).await? {
            return stale().await;
        }
        let error = match self.db.claim_quote(tenant_id, quote, leaving, self.now()).await? {
            Claim::Claimed => return Ok(()),
            Claim::AnotherIs => BillingError::ChangeInProgress,
            Claim::Changed => BillingError::QuoteStale,
        };
        self.joined(tenant_id, &quote.id, error).await
    }

    /// Succeeds if somebody else has begun to confirm this very quote: a second click goes the same
    /// way, under the same key. Returns `error` if not.
    async fn joined(
        &self,
        tenant_id: &TenantId,
        quote_id: &str,
        error: BillingError,
    ) -> BillingResult<()> {
        match self.db.quote(tenant_id, quote_id).await? {
            Some(quote) if matches!(quote.state, QuoteState::Confirming | QuoteState::Done) => {
                Ok(())
            }
            _ => Err(error),
        }
    }
}
