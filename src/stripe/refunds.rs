//! Giving back what a subscription has been paid.

use crate::model::Money;
use crate::stripe::client::{PAGE, Stripe};
use crate::stripe::wire::{WireBilled, WireRefund};
use crate::stripe::{Gateway, GatewayError, GatewayResult};
use stripe_billing::invoice::ListInvoice;
use stripe_core::refund::CreateRefund;

/// Stripe's error code for what was given back before.
const REFUNDED: &str = "charge_already_refunded";
/// And for what the customer's bank has taken back: Stripe never refunds it.
const DISPUTED: &str = "charge_disputed";

impl Stripe {
    pub(super) async fn give_back(
        &self,
        subscription_id: &str,
        key: &str,
    ) -> GatewayResult<Option<Money>> {
        let list = ListInvoice::new()
            .subscription(subscription_id)
            .expand(["data.payments".to_owned()])
            .limit(PAGE);
        let all = self.read_all(list, |list, id| list.starting_after(id), WireBilled::id).await?;
        let mut sum: Option<Money> = None;
        for invoice in all {
            if invoice.is_open() {
                self.void_invoice(invoice.id()).await?;
            }
            for intent in invoice.paid_by() {
                let request = CreateRefund::new().payment_intent(intent);
                let refund: WireRefund =
                    match self.write(&request, &format!("{key}-{intent}")).await {
                        Err(GatewayError::Refused { code, .. }) if code == REFUNDED => continue,
                        Err(GatewayError::Refused { code, .. }) if code == DISPUTED => {
                            tracing::error!(
                                subscription_id,
                                payment_intent = intent,
                                "a duplicate's payment is disputed: see to it in the Dashboard"
                            );
                            continue;
                        }
                        refund => refund?,
                    };
                let before = sum.map_or(0, |sum| sum.amount);
                sum = Some(Money::new(before.saturating_add(refund.amount), refund.currency));
            }
        }
        Ok(sum)
    }
}
