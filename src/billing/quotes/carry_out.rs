//! Requests a confirmed change from Stripe, and handles the outcome.

use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::{ActivityKind, Money, Tenant, TenantId};
use crate::store::{NewActivity, QuoteState, SeatQuote};
use crate::stripe::{GatewayError, GatewayResult, NewQuantity};

impl Billing {
    /// Requests the change from Stripe. Syncs the seats before the quote is done: from then on another
    /// can be claimed.
    pub(super) async fn carry_out(
        &self,
        tenant_id: &TenantId,
        quote: &SeatQuote,
    ) -> BillingResult<Tenant> {
        match self.ask_for_seats(quote).await {
            Ok(None) => {
                let tenant = self.sync_tenant(tenant_id, "seat change").await?;
                self.close_quote(tenant_id, quote, QuoteState::Done, None).await?;
                Ok(tenant)
            }
            Ok(Some(unpaid_invoice_id)) => {
                self.await_or_give_up(tenant_id, quote, &unpaid_invoice_id).await
            }
            // The outcome is unknown: the same confirmation may be sent again.
            Err(error @ GatewayError::Unavailable(_)) => Err(error.into()),
            Err(error @ GatewayError::Failed(_)) => {
                self.done_in_spite_of(error, tenant_id, quote).await
            }
            Err(error) => {
                self.close_quote(tenant_id, quote, QuoteState::Void, None).await?;
                Err(self.why_refused(&quote.subscription_id, error).await)
            }
        }
    }

    /// Has Stripe change the seats, under the quote's key. Returns the id of the unpaid invoice that
    /// they wait for, if any.
    async fn ask_for_seats(&self, quote: &SeatQuote) -> GatewayResult<Option<String>> {
        let SeatQuote { subscription_id, item_id, to: quantity, proration_date, .. } = quote;
        if quote.in_trial {
            self.stripe.set_quantity(item_id, *quantity, *proration_date, &quote.id).await?;
            return Ok(None);
        }
        let change = NewQuantity {
            subscription_id,
            item_id,
            quantity: *quantity,
            prorations: quote.prorations,
            proration_date: *proration_date,
        };
        self.stripe.change_quantity(change, &quote.id).await
    }

    /// Leaves the change to the customer and their bank if it waits for them; else gives it up, unless
    /// it has been paid meanwhile.
    async fn await_or_give_up(
        &self,
        tenant_id: &TenantId,
        quote: &SeatQuote,
        invoice_id: &str,
    ) -> BillingResult<Tenant> {
        if let Some(url) = self.stripe.awaited_action(invoice_id).await? {
            let entry = self.unpaid(ActivityKind::ActionRequired, quote);
            let now = self.clock.now();
            self.db.await_payment(tenant_id, &quote.id, invoice_id, &entry, now).await?;
            return Err(BillingError::ActionRequired { hosted_invoice_url: url });
        }
        // Left open, a later payment would add seats that nobody expects any more.
        self.stripe.void_invoice(invoice_id).await?;
        let tenant = self.sync_tenant(tenant_id, "seat change").await?;
        if tenant.agent_quota == quote.to.get() {
            self.close_quote(tenant_id, quote, QuoteState::Done, None).await?;
            return Ok(tenant);
        }
        let entry = self.unpaid(ActivityKind::PaymentFailed, quote);
        self.close_quote(tenant_id, quote, QuoteState::Void, Some(&entry)).await?;
        Err(BillingError::PaymentFailed)
    }

    /// The tenant, if the change was made although Stripe answered with this error. Stripe would repeat
    /// the error under this key, so the quote is closed either way.
    async fn done_in_spite_of(
        &self,
        error: GatewayError,
        tenant_id: &TenantId,
        quote: &SeatQuote,
    ) -> BillingResult<Tenant> {
        let done = self.found_done(tenant_id, quote).await?;
        let state = if done.is_some() { QuoteState::Done } else { QuoteState::Void };
        self.close_quote(tenant_id, quote, state, None).await?;
        Ok(done.ok_or(error)?)
    }

    /// Ends the confirming of a quote that was sent to Stripe until now, and writes the entry if there
    /// is one.
    async fn close_quote(
        &self,
        tenant_id: &TenantId,
        quote: &SeatQuote,
        state: QuoteState,
        entry: Option<&NewActivity>,
    ) -> BillingResult<()> {
        let now = self.clock.now();
        let tell = entry.map(|entry| (entry, now));
        self.db.close_quote(tenant_id, &quote.id, now, state, tell).await?;
        Ok(())
    }

    /// An entry about seats that were not granted.
    pub(super) fn unpaid(&self, kind: ActivityKind, quote: &SeatQuote) -> NewActivity {
        let entry = self.cause.entry(kind).from(quote.from).to(quote.to);
        let amount = Money::new(quote.amount_due, quote.currency.clone());
        NewActivity { amount: Some(amount), ..entry }
    }
}
