//! Changes that can't be paid for any more: their time is up, or the subscription has ended, and paid
//! after that they would bring nothing.

use super::unanswered::asked_at;
use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::{ActivityKind, Tenant, TenantId};
use crate::store::QuoteState;
use crate::stripe::Subscription;

impl Billing {
    /// Voids the invoice that a change still waits for, before its subscription is ended. `seen` is the
    /// tenant as the pages show it to whoever ends it.
    ///
    /// # Errors
    /// [`BillingError::ChangeInProgress`] where the customer has paid, and the pages don't show the
    /// seats yet: they would be given up unseen.
    pub(in crate::billing) async fn give_up_awaited(&self, seen: &Tenant) -> BillingResult<()> {
        let Some(quote) = self.db.confirming_quote(&seen.id).await? else {
            return Ok(());
        };
        match self.found_done(&seen.id, &quote).await? {
            Some(now) if quote.invoice_id.is_some() && now.agent_quota != seen.agent_quota => {
                Err(BillingError::ChangeInProgress)
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Gives up a change whose invoice is void: the customer's bank was not told in time. Returns whether
    /// there was one.
    pub(in crate::billing) async fn settle_lapsed(&self, tenant: &Tenant) -> BillingResult<bool> {
        if tenant.pending_agent_count.is_none() {
            return Ok(false);
        }
        let Some(quote) = self.db.confirming_quote(&tenant.id).await? else {
            return Ok(false);
        };
        let Some(invoice_id) = &quote.invoice_id else { return Ok(false) };
        if !self.stripe.payment(invoice_id).await?.void {
            return Ok(false);
        }
        let entry = self.unpaid(ActivityKind::PaymentFailed, &quote);
        let tell = Some((&entry, self.now()));
        let asked_at = asked_at(&quote);
        Ok(self.db.close_quote(&tenant.id, &quote.id, asked_at, QuoteState::Void, tell).await?)
    }

    /// Settles a change that waits for the customer's bank once its subscription has ended: voids its
    /// invoice, or refunds it where it was paid too late to bring the seats.
    pub(in crate::billing) async fn settle_ended(
        &self,
        tenant_id: &TenantId,
        subscriptions: &[Subscription],
    ) -> BillingResult<()> {
        if subscriptions.iter().all(Subscription::may_bill) {
            return Ok(());
        }
        let Some(quote) = self.db.confirming_quote(tenant_id).await? else {
            return Ok(());
        };
        let of_quote = |one: &&Subscription| one.id == quote.subscription_id && !one.may_bill();
        let ended = subscriptions.iter().find(of_quote);
        let (Some(invoice_id), Some(ended)) = (&quote.invoice_id, ended) else {
            return Ok(());
        };
        self.stripe.void_invoice(invoice_id).await?;
        let item = ended.items.iter().find(|item| item.id == quote.item_id);
        let seats = item.map(|item| item.quantity);
        let refunded = if seats == Some(quote.from) {
            self.refund_invoice(tenant_id, invoice_id, &quote.id).await?
        } else {
            None
        };
        let state = match seats == Some(quote.to.get()) {
            true => QuoteState::Done,
            false => QuoteState::Void,
        };
        let tell = refunded.as_ref().map(|entry| (entry, self.now()));
        self.db.close_quote(tenant_id, &quote.id, asked_at(&quote), state, tell).await?;
        Ok(())
    }
}
