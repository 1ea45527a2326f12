//! Paid and failed invoices, and refunds, recorded in the timeline from Stripe's own events, since
//! subscriptions don't show them.

use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::{ActivityKind, Actor, Money, TenantId};
use crate::store::NewActivity;
use crate::stripe::{GatewayError, Payment};

impl Billing {
    /// Records once that an invoice was paid, unless the seat change that it was for does. `key` is the
    /// idempotency key of the request that charged it.
    ///
    /// # Errors
    /// [`BillingError::ChangeInProgress`] while it is not known whether that change was made.
    pub async fn tell_payment(
        &self,
        tenant_id: &TenantId,
        invoice_id: &str,
        key: Option<&str>,
    ) -> BillingResult<()> {
        match self.payment(invoice_id).await? {
            // One that costs nothing is not worth telling, but one that the customer's credit pays is.
            Some(Payment { number, paid, credit_used, .. })
                if paid.amount != 0 || credit_used != 0 =>
            {
                let by_credit = paid.amount == 0;
                let entry = self.of_invoice(ActivityKind::InvoicePaid, number, paid);
                let entry = match by_credit {
                    true => NewActivity { amount: None, ..entry.to("credit") },
                    false => entry,
                };
                match self.db.add_payment(tenant_id, key, &entry, self.now()).await? {
                    true => Ok(()),
                    false => Err(BillingError::ChangeInProgress),
                }
            }
            _ => Ok(()),
        }
    }

    /// Records that a payment for a renewal failed, once per event. A failed payment for more seats is
    /// recorded by the request for them.
    pub async fn tell_failed_payment(
        &self,
        tenant_id: &TenantId,
        invoice_id: &str,
    ) -> BillingResult<()> {
        match self.payment(invoice_id).await? {
            Some(Payment { number, due, renews: true, .. }) => {
                let entry = self.of_invoice(ActivityKind::RenewalFailed, number, due);
                self.db.add_payment(tenant_id, None, &entry, self.now()).await?;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Records once that somebody refunded a payment at Stripe.
    pub async fn tell_refund(&self, tenant_id: &TenantId, refund_id: &str) -> BillingResult<()> {
        let refunded = match self.stripe.refunded_by_hand(refund_id).await {
            Err(GatewayError::Missing { .. }) => None,
            answer => answer?,
        };
        if let Some(Money { amount, currency }) = refunded {
            let back = Money::new(amount.saturating_neg(), currency);
            let entry = self.cause.entry_by(ActivityKind::PaymentRefunded, Actor::Stripe);
            let entry = NewActivity { amount: Some(back), ..entry };
            self.db.add_payment(tenant_id, None, &entry, self.now()).await?;
        }
        Ok(())
    }

    /// Refunds what was paid for an invoice that brought nothing. Returns the entry that records it;
    /// `None` where nothing was paid.
    pub(super) async fn refund_invoice(
        &self,
        tenant_id: &TenantId,
        invoice_id: &str,
        key: &str,
    ) -> BillingResult<Option<NewActivity>> {
        let number = match self.payment(invoice_id).await? {
            Some(Payment { number, paid, credit_used, .. })
                if paid.amount > 0 || credit_used > 0 =>
            {
                number
            }
            _ => return Ok(None),
        };
        let refunded = self.stripe.refund_invoice(invoice_id, key).await?;
        tracing::warn!(%tenant_id, invoice_id, ?refunded, "an invoice that brought nothing was paid");
        Ok(refunded.map(|Money { amount, currency }| {
            let back = Money::new(amount.saturating_neg(), currency);
            let entry = self.cause.entry_by(ActivityKind::InvoiceRefunded, Actor::Portal);
            NewActivity { amount: Some(back), ..entry.of(number) }
        }))
    }

    /// `None` for an invoice of another account, or of another mode.
    async fn payment(&self, invoice_id: &str) -> BillingResult<Option<Payment>> {
        match self.stripe.payment(invoice_id).await {
            Ok(payment) => Ok(Some(payment)),
            Err(GatewayError::Missing { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn of_invoice(&self, kind: ActivityKind, number: String, amount: Money) -> NewActivity {
        let entry = self.cause.entry_by(kind, Actor::Stripe);
        NewActivity { amount: Some(amount), ..entry.of(number) }
    }
}
