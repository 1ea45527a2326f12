//! What was paid: told in the timeline by Stripe's own event, since no subscription says it.

use crate::billing::{Billing, BillingResult};
use crate::model::{ActivityKind, Actor, TenantId};
use crate::store::NewActivity;
use crate::stripe::GatewayError;

impl Billing {
    /// Tells once that an invoice was paid, unless the change of seats that it was for does. `key` is
    /// the idempotency key of the request that charged it.
    pub async fn tell_payment(
        &self,
        tenant_id: &TenantId,
        invoice_id: &str,
        key: Option<&str>,
    ) -> BillingResult<()> {
        let payment = match self.stripe.payment(invoice_id).await {
            // An event of another account, or of another mode.
            Err(GatewayError::Missing { .. }) => return Ok(()),
            answer => answer?,
        };
        if payment.amount.amount == 0 {
            return Ok(());
        }
        let entry = self.cause.entry_by(ActivityKind::InvoicePaid, Actor::Stripe);
        let entry = NewActivity { amount: Some(payment.amount), ..entry.of(payment.number) };
        Ok(self.db.add_payment(tenant_id, key, &entry, self.now()).await?)
    }
}
