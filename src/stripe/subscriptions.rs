//! Changes to a subscription, and the card behind it.

use crate::model::{AgentCount, Invoice};
use crate::stripe::client::Stripe;
use crate::stripe::wire::{Object, WireChange, WireLatest, WirePaidWith};
use crate::stripe::{GatewayError, GatewayResult, NewQuantity, Prorations};
use stripe_billing::subscription::{
    ResumeSubscription, ResumeSubscriptionBillingCycleAnchor,
    ResumeSubscriptionBillingCycleAnchorType, ResumeSubscriptionPaymentBehavior,
    RetrieveSubscription, UpdateSubscription, UpdateSubscriptionItems,
    UpdateSubscriptionPaymentBehavior, UpdateSubscriptionProrationBehavior,
    UpdateSubscriptionTrialEnd,
};
use stripe_billing::subscription_item::{
    UpdateSubscriptionItem, UpdateSubscriptionItemProrationBehavior,
};

impl Stripe {
    pub(super) async fn set_seats(
        &self,
        item_id: &str,
        quantity: AgentCount,
        proration_date: i64,
        key: &str,
    ) -> GatewayResult<()> {
        let request = UpdateSubscriptionItem::new(item_id)
            .quantity(quantity.get())
            .proration_behavior(UpdateSubscriptionItemProrationBehavior::CreateProrations)
            .proration_date(proration_date);
        self.write::<Object>(&request, key).await.map(|_| ())
    }

    pub(super) async fn change_seats(
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
        request = match change.prorations {
            Prorations::ChargedNow => request
                .proration_behavior(UpdateSubscriptionProrationBehavior::AlwaysInvoice)
                .payment_behavior(UpdateSubscriptionPaymentBehavior::PendingIfIncomplete),
            Prorations::NextInvoice => {
                request.proration_behavior(UpdateSubscriptionProrationBehavior::CreateProrations)
            }
            Prorations::None => {
                request.proration_behavior(UpdateSubscriptionProrationBehavior::None)
            }
        };
        let changed: WireChange = self.write(&request, key).await?;
        Ok(changed.unpaid_invoice())
    }

    pub(super) async fn awaiting_payment(
        &self,
        subscription_id: &str,
    ) -> GatewayResult<Option<String>> {
        match self.read::<WireChange>(&RetrieveSubscription::new(subscription_id)).await {
            Ok(subscription) => Ok(subscription.unpaid_invoice()),
            Err(GatewayError::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn end_trial_now(
        &self,
        subscription_id: &str,
        key: &str,
    ) -> GatewayResult<()> {
        let request =
            UpdateSubscription::new(subscription_id).trial_end(UpdateSubscriptionTrialEnd::Now);
        self.write::<Object>(&request, key).await.map(|_| ())
    }

    pub(super) async fn resume_when_paid(
        &self,
        subscription_id: &str,
        key: &str,
    ) -> GatewayResult<()> {
        let from_now = ResumeSubscriptionBillingCycleAnchor::new(
            ResumeSubscriptionBillingCycleAnchorType::Now,
        );
        let request = ResumeSubscription::new(subscription_id)
            .billing_cycle_anchor(from_now)
            .payment_behavior(ResumeSubscriptionPaymentBehavior::ResumeOnPaymentSuccess);
        self.write::<Object>(&request, key).await.map(|_| ())
    }

    pub(super) async fn latest_if_open(
        &self,
        subscription_id: &str,
    ) -> GatewayResult<Option<Invoice>> {
        let request =
            RetrieveSubscription::new(subscription_id).expand(["latest_invoice".to_owned()]);
        self.read::<WireLatest>(&request).await?.into_open()
    }

    pub(super) async fn card_of(&self, subscription_id: &str) -> GatewayResult<Option<String>> {
        let request = RetrieveSubscription::new(subscription_id).expand([
            "default_payment_method".to_owned(),
            "customer.invoice_settings.default_payment_method".to_owned(),
        ]);
        Ok(self.read::<WirePaidWith>(&request).await?.fingerprint())
    }
}
