//! A change of seats is quoted first, and confirmed by its quote: what was shown is what is
//! charged, or nothing is.

mod cost;
mod ended;
mod unanswered;

use crate::billing::{Billing, BillingError, BillingResult, SeatChange};
use crate::model::{ActivityKind, AgentCount, AgentId, Money, Quote, Tenant, TenantId};
use crate::store::{Claim, NewActivity, QuoteRow, QuoteState};
use crate::stripe::{GatewayError, NewQuantity, Preview, Prorations};
use chrono::TimeDelta;
use cost::Cost;
use uuid::Uuid;

/// How long a quote can be confirmed: prorations go by the second, and balances change.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);

impl Billing {
    /// What so many agents would cost, by Stripe's own preview.
    ///
    /// # Errors
    /// [`BillingError::NoSubscription`] without one, [`BillingError::PaymentRequired`] while it is
    /// unpaid, and for more seats while it is past due, [`BillingError::Paused`] while it is paused,
    /// [`BillingError::Unchanged`] for as many as there are.
    pub async fn quote(&self, tenant_id: &TenantId, to: AgentCount) -> BillingResult<Quote> {
        self.settle_unanswered(tenant_id).await?;
        let tenant = self.sync_tenant(tenant_id, "quote").await?;
        let change = self.change(&tenant, to).await?;
        if change.from == to.get() {
            return Err(BillingError::Unchanged { agent_count: to.get() });
        }
        let now = self.clock.now();
        let proration_date = now.timestamp();
        let (today, next) = tokio::try_join!(
            self.preview(&change, proration_date),
            self.each_period(&change, proration_date),
        )?;
        let cost = change.cost(&today);
        let due = if cost.amount_due > 0 { today } else { Preview::default() };
        let row = QuoteRow {
            id: format!("quote_{}", Uuid::now_v7().simple()),
            tenant_id: tenant_id.to_string(),
            subscription_id: change.subscription_id.clone(),
            item_id: change.item_id.clone(),
            from_count: i32::try_from(change.from).unwrap_or(i32::MAX),
            agent_count: i32::try_from(to.get()).unwrap_or(i32::MAX),
            in_trial: change.in_trial,
            proration_date,
            amount_due: cost.amount_due,
            credit: cost.credit,
            state: QuoteState::Open.as_str().to_owned(),
            created_at: now.naive_utc(),
            confirmed_at: None,
            expires_at: (now + LIFETIME).naive_utc(),
            operator_id: self.cause.operator_id().map(ToString::to_string),
            invoice_id: None,
            currency: change.currency.clone(),
        };
        self.db.add_quote(tenant_id, &row, now).await?;
        Ok(Quote {
            quote_id: row.id,
            agent_count: to,
            amount_due: cost.amount_due,
            discount: due.discount,
            tax: due.tax,
            credit: cost.credit,
            next_amount: next.total,
            next_discount: next.discount,
            next_tax: next.tax,
            currency: change.currency,
            interval: change.interval,
            next_at: change.next_at,
            expires_at: now + LIFETIME,
        })
    }

    /// Carries out what was quoted. Confirming the same quote again gives the same outcome, and
    /// charges nothing more.
    ///
    /// # Errors
    /// [`BillingError::QuoteStale`] where it can't be charged as quoted any more,
    /// [`BillingError::PaymentFailed`] where the card was declined, [`BillingError::ActionRequired`]
    /// where the bank wants to hear of the customer first; none of them changes anything.
    pub async fn confirm_quote(
        &self,
        tenant_id: &TenantId,
        change: SeatChange<'_>,
        quote_id: &str,
    ) -> BillingResult<Tenant> {
        let to = change.agent_count;
        let read =
            || async { self.db.quote(tenant_id, quote_id).await?.ok_or(BillingError::QuoteStale) };
        let mut quote = read().await?;
        if quote.is(QuoteState::Confirming) && !self.may_be_asked_again(tenant_id, &quote).await? {
            self.settle_confirming(tenant_id).await?;
            quote = read().await?;
        }
        if i64::from(quote.agent_count) != i64::from(to.get()) || quote.is(QuoteState::Void) {
            return Err(BillingError::QuoteStale);
        }
        if quote.is(QuoteState::Done) {
            return self.sync_tenant(tenant_id, "seat change").await;
        }
        if quote.is(QuoteState::Open) {
            let leaving = self.leaving(tenant_id, change).await?;
            self.check_and_claim(tenant_id, to, &quote, &leaving).await?;
        } else if !self.db.confirm_again(tenant_id, quote_id, self.now()).await? {
            self.joined(tenant_id, quote_id, BillingError::QuoteStale).await?;
        }
        self.carry_out(tenant_id, to, &quote).await
    }

    /// Makes sure that an open quote still holds, and that nobody else confirms one now.
    async fn check_and_claim(
        &self,
        tenant_id: &TenantId,
        to: AgentCount,
        quote: &QuoteRow,
        leaving: &[AgentId],
    ) -> BillingResult<()> {
        let stale = async || {
            self.db.void_quote(tenant_id, &quote.id).await?;
            self.joined(tenant_id, &quote.id, BillingError::QuoteStale).await
        };
        if self.clock.now().naive_utc() >= quote.expires_at {
            return stale().await;
        }
        match self.db.confirming_quote(tenant_id).await? {
            Some(confirming) if confirming.id == quote.id => return Ok(()),
            _ => self.settle_confirming(tenant_id).await?,
        }
        let tenant = self.sync_tenant(tenant_id, "seat change").await?;
        let change = self.change(&tenant, to).await?;
        let same = change.subscription_id == quote.subscription_id
            && change.item_id == quote.item_id
            && i64::from(change.from) == i64::from(quote.from_count)
            && change.in_trial == quote.in_trial;
        if !same {
            return stale().await;
        }
        let quoted = Cost { amount_due: quote.amount_due, credit: quote.credit };
        let preview = match self.preview(&change, quote.proration_date).await {
            Err(error @ BillingError::Stripe(GatewayError::KeyRefused { .. })) => {
                return Err(error);
            }
            // Stripe prorates nothing in a period that is over, say.
            Err(BillingError::Stripe(error)) if error.is_refusal() => {
                tracing::info!(%tenant_id, quote_id = quote.id, %error, "a quote is stale");
                return stale().await;
            }
            preview => preview?,
        };
        if change.cost(&preview) != quoted {
            return stale().await;
        }
        let error = match self.db.claim_quote(tenant_id, quote, leaving, self.now()).await? {
            Claim::Claimed => return Ok(()),
            Claim::AnotherIs => BillingError::ChangeInProgress,
            Claim::Changed => BillingError::QuoteStale,
        };
        self.joined(tenant_id, &quote.id, error).await
    }

    /// Whether somebody else has begun to confirm this very quote: a second click goes the same
    /// way, under the same key. The error if not.
    async fn joined(
        &self,
        tenant_id: &TenantId,
        quote_id: &str,
        error: BillingError,
    ) -> BillingResult<()> {
        match self.db.quote(tenant_id, quote_id).await? {
            Some(now) if now.is(QuoteState::Confirming) || now.is(QuoteState::Done) => Ok(()),
            _ => Err(error),
        }
    }

    /// Asks Stripe for the change, under the quote's key. Its seats are known before the quote is done:
    /// from then on another can be claimed.
    async fn carry_out(
        &self,
        tenant_id: &TenantId,
        to: AgentCount,
        quote: &QuoteRow,
    ) -> BillingResult<Tenant> {
        let close = async |state, entry: Option<&NewActivity>| {
            let now = self.clock.now();
            let tell = entry.map(|entry| (entry, now));
            self.db.close_quote(tenant_id, &quote.id, now, state, tell).await.map(|_closed| ())
        };
        let prorations = match i64::from(to.get()) > i64::from(quote.from_count) {
            true => Prorations::ChargedNow,
            false if quote.credit > 0 => Prorations::NextInvoice,
            false => Prorations::None,
        };
        let change = NewQuantity {
            subscription_id: &quote.subscription_id,
            item_id: &quote.item_id,
            quantity: to,
            prorations,
            proration_date: quote.proration_date,
        };
        let answer = if quote.in_trial {
            let date = quote.proration_date;
            self.stripe.set_quantity(&quote.item_id, to, date, &quote.id).await.map(|()| None)
        } else {
            self.stripe.change_quantity(change, &quote.id).await
        };
        match answer {
            Ok(None) => {
                let tenant = self.sync_tenant(tenant_id, "seat change").await?;
                close(QuoteState::Done, None).await?;
                Ok(tenant)
            }
            Ok(Some(unpaid_invoice_id)) => {
                if let Some(url) = self.stripe.awaited_action(&unpaid_invoice_id).await? {
                    let entry = self.unpaid(ActivityKind::ActionRequired, quote);
                    let (id, now) = (&quote.id, self.clock.now());
                    self.db.await_payment(tenant_id, id, &unpaid_invoice_id, &entry, now).await?;
                    return Err(BillingError::ActionRequired { hosted_invoice_url: url });
                }
                // Left open, a later payment would add seats that nobody expects any more.
                self.stripe.void_invoice(&unpaid_invoice_id).await?;
                let tenant = self.sync_tenant(tenant_id, "seat change").await?;
                if tenant.agent_quota == to.get() {
                    // It was paid in between.
                    close(QuoteState::Done, None).await?;
                    return Ok(tenant);
                }
                let entry = self.unpaid(ActivityKind::PaymentFailed, quote);
                close(QuoteState::Void, Some(&entry)).await?;
                Err(BillingError::PaymentFailed)
            }
            // What became of it is not known: the same confirmation may be sent again.
            Err(error @ GatewayError::Unavailable(_)) => Err(error.into()),
            // Nor here, and under this key Stripe would say the same for ever.
            Err(error @ GatewayError::Failed(_)) => {
                match self.found_done(tenant_id, quote).await? {
                    Some(tenant) => {
                        close(QuoteState::Done, None).await?;
                        Ok(tenant)
                    }
                    None => {
                        close(QuoteState::Void, None).await?;
                        Err(error.into())
                    }
                }
            }
            Err(error) => {
                close(QuoteState::Void, None).await?;
                Err(error.into())
            }
        }
    }

    /// An entry about seats that were not granted.
    fn unpaid(&self, kind: ActivityKind, quote: &QuoteRow) -> NewActivity {
        let entry = self.cause.entry(kind).from(quote.from_count).to(quote.agent_count);
        let currency = quote.currency.clone();
        NewActivity { amount: Some(Money::new(quote.amount_due, currency)), ..entry }
    }
}
