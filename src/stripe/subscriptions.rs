//! Subscriptions: reading and changing them, and the card behind one.

use crate::model::{AgentCount, Prorations};
use crate::stripe::client::{PAGE, Stripe, idempotent};
use crate::stripe::wire::{Object, WireChange, WirePaidWith, WireSubscription};
use crate::stripe::{GatewayError, GatewayResult, NewQuantity, Subscription};
use std::collections::HashMap;
use stripe_billing::subscription::{
    CancelSubscription, ListSubscription, ListSubscriptionStatus, ResumeSubscription,
    ResumeSubscriptionBillingCycleAnchor, ResumeSubscriptionBillingCycleAnchorType,
    ResumeSubscriptionPaymentBehavior, RetrieveSubscription, UpdateSubscription,
    UpdateSubscriptionItems, UpdateSubscriptionPaymentBehavior,
    UpdateSubscriptionProrationBehavior, UpdateSubscriptionTrialEnd,
};
use stripe_billing::subscription_item::{
    UpdateSubscriptionItem, UpdateSubscriptionItemProrationBehavior,
};
use stripe_client_core::{RequestBuilder, StripeMethod};

pub async fn subscriptions(stripe: &Stripe, customer_id: &str) -> GatewayResult<Vec<Subscription>> {
    let list = ListSubscription::new()
        .customer(customer_id)
        .status(ListSubscriptionStatus::All)
        .limit(PAGE);
    let all = stripe.read_all(list, |list, id| list.starting_after(id), WireSubscription::id);
    let all = all.await?;
    all.into_iter().map(WireSubscription::into_subscription).collect()
}

pub async fn set_quantity(
    stripe: &Stripe,
    item_id: &str,
    quantity: AgentCount,
    proration_date: i64,
    key: &str,
) -> GatewayResult<()> {
    let request = UpdateSubscriptionItem::new(item_id)
        .quantity(quantity.get())
        .proration_behavior(UpdateSubscriptionItemProrationBehavior::CreateProrations)
        .proration_date(proration_date);
    stripe.with_key::<Object>(&request, key).await.map(|_| ())
}

pub async fn change_quantity(
    stripe: &Stripe,
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
        Prorations::CreditedNow => {
            request.proration_behavior(UpdateSubscriptionProrationBehavior::AlwaysInvoice)
        }
        Prorations::NextInvoice => {
            request.proration_behavior(UpdateSubscriptionProrationBehavior::CreateProrations)
        }
        Prorations::None => request.proration_behavior(UpdateSubscriptionProrationBehavior::None),
    };
    let changed: WireChange = stripe.with_key(&request, key).await?;
    Ok(changed.unpaid_invoice())
}

pub async fn unpaid_change(
    stripe: &Stripe,
    subscription_id: &str,
) -> GatewayResult<Option<String>> {
    match stripe.without_key::<WireChange>(&RetrieveSubscription::new(subscription_id)).await {
        Ok(subscription) => Ok(subscription.unpaid_invoice()),
        Err(GatewayError::Missing { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

pub async fn cancel_at_period_end(
    stripe: &Stripe,
    subscription_id: &str,
    key: &str,
) -> GatewayResult<()> {
    let request = UpdateSubscription::new(subscription_id).cancel_at_period_end(true);
    stripe.with_key::<Object>(&request, key).await.map(|_| ())
}

pub async fn cancel_now(stripe: &Stripe, subscription_id: &str, key: &str) -> GatewayResult<()> {
    match stripe.with_key::<Object>(&CancelSubscription::new(subscription_id), key).await {
        // It is cancelled already, perhaps by this very request: Stripe keeps no keys for DELETE.
        Err(GatewayError::Missing { .. }) | Ok(_) => Ok(()),
        Err(error) => Err(error),
    }
}

pub async fn resume(stripe: &Stripe, subscription: &Subscription, key: &str) -> GatewayResult<()> {
    // `cancel_at` is cleared with an empty string, which the typed request can't express.
    let (field, value) = match subscription.cancel_at_period_end {
        true => ("cancel_at_period_end", "false"),
        false => ("cancel_at", ""),
    };
    let form = HashMap::from([(field, value)]);
    let path = format!("/subscriptions/{}", subscription.id);
    let request = || RequestBuilder::new(StripeMethod::Post, path.clone()).form(&form);
    stripe.send::<Object>("UpdateSubscription", request, idempotent(key)?).await.map(|_| ())
}

pub async fn end_trial(stripe: &Stripe, subscription_id: &str, key: &str) -> GatewayResult<()> {
    let request =
        UpdateSubscription::new(subscription_id).trial_end(UpdateSubscriptionTrialEnd::Now);
    stripe.with_key::<Object>(&request, key).await.map(|_| ())
}

pub async fn end_pause(stripe: &Stripe, subscription_id: &str, key: &str) -> GatewayResult<()> {
    let from_now =
        ResumeSubscriptionBillingCycleAnchor::new(ResumeSubscriptionBillingCycleAnchorType::Now);
    let request = ResumeSubscription::new(subscription_id)
        .billing_cycle_anchor(from_now)
        .payment_behavior(ResumeSubscriptionPaymentBehavior::ResumeOnPaymentSuccess);
    stripe.with_key::<Object>(&request, key).await.map(|_| ())
}

pub async fn card_fingerprint(
    stripe: &Stripe,
    subscription_id: &str,
) -> GatewayResult<Option<String>> {
    let request = RetrieveSubscription::new(subscription_id).expand([
        "default_payment_method".to_owned(),
        "customer.invoice_settings.default_payment_method".to_owned(),
    ]);
    Ok(stripe.without_key::<WirePaidWith>(&request).await?.fingerprint())
}
