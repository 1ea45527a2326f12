//! Changes of a subscription's quantity.

use crate::stripe::client::Stripe;
use crate::stripe::wire::WireChange;
use crate::stripe::{GatewayResult, NewQuantity};
use stripe_billing::subscription::{
    UpdateSubscription, UpdateSubscriptionItems, UpdateSubscriptionPaymentBehavior,
    UpdateSubscriptionProrationBehavior,
};

impl Stripe {
    pub(super) async fn change_of_quantity(
        &self,
        change: NewQuantity<'_>,
        key: &str,
    ) -> GatewayResult<Option<String>> {
        let mut item = UpdateSubscriptionItems::new();
        item.id = Some(change.item_id.to_owned());
        item.quantity = Some(change.quantity.get().into());
        let mut request = UpdateSubscription::new(change.subscription_id)
            .items([item])
            .proration_date(change.proration_date);
        request = match change.charge_now {
            true => request
                .proration_behavior(UpdateSubscriptionProrationBehavior::AlwaysInvoice)
                .payment_behavior(UpdateSubscriptionPaymentBehavior::PendingIfIncomplete),
            false => {
                request.proration_behavior(UpdateSubscriptionProrationBehavior::CreateProrations)
            }
        };
        let changed: WireChange = self.write(&request, key).await?;
        Ok(changed.pending_update.and(changed.latest_invoice))
    }
}
