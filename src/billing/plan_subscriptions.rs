//! Which of a customer's subscriptions are for the plan. A subscription can have items besides the
//! plan's: an add-on sold in the Dashboard is billed with the plan, but is none of its seats.

use crate::billing::{Billing, BillingResult};
use crate::model::Tenant;
use crate::stripe::{GatewayError, Subscription, SubscriptionItem};

/// A customer's subscriptions for the plan.
pub struct PlanSubscriptions {
    pub subscriptions: Vec<Subscription>,
    /// The Product on sale, if it was needed to tell what is for the plan.
    product_id: Option<String>,
}

impl PlanSubscriptions {
    /// The plan's item of a subscription: the one that the tenant has already, else the one at the
    /// plan's price, else the one of the product on sale, else the first.
    pub fn item<'a>(
        &self,
        tenant: &Tenant,
        subscription: &'a Subscription,
    ) -> Option<&'a SubscriptionItem> {
        let product = self.product_id.as_deref();
        known_item(tenant, subscription)
            .or_else(|| product.and_then(|product| of_product(product, subscription)))
            .or(subscription.items.first())
    }
}

impl Billing {
    /// Those of the subscriptions that are for the plan: by our Checkout's `metadata`, by the price, or
    /// else by the product if they may bill. The one that the tenant has already stays.
    pub(super) async fn plan_subscriptions(
        &self,
        tenant: &Tenant,
        mut subscriptions: Vec<Subscription>,
    ) -> BillingResult<PlanSubscriptions> {
        let certain = |one: &Subscription| {
            one.tenant_id.as_deref() == Some(tenant.id.as_str())
                || tenant.stripe_subscription_id.as_ref() == Some(&one.id)
                || is_at_the_price(tenant, one)
        };
        let clear = |one: &Subscription| {
            certain(one) && (one.items.len() < 2 || known_item(tenant, one).is_some())
        };
        let product_id = if subscriptions.iter().any(|one| one.may_bill() && !clear(one)) {
            self.product_on_sale(tenant).await?
        } else {
            None
        };
        let sold = |one: &Subscription| {
            product_id.as_deref().is_some_and(|product| of_product(product, one).is_some())
        };
        subscriptions.retain(|one| certain(one) || (one.may_bill() && sold(one)));
        Ok(PlanSubscriptions { subscriptions, product_id })
    }

    /// The Product of the price on sale; none where Stripe doesn't know that price.
    async fn product_on_sale(&self, tenant: &Tenant) -> BillingResult<Option<String>> {
        match self.stripe.price(&self.settings.price).await {
            Ok(price) => Ok(Some(price.product_id)),
            Err(away @ (GatewayError::Unavailable(_) | GatewayError::Failed(_))) => {
                Err(away.into())
            }
            Err(error) => {
                tracing::warn!(tenant_id = %tenant.id, %error, "what is on sale can't be read");
                Ok(None)
            }
        }
    }
}

/// Whether one of its items is at the plan's price.
pub fn is_at_the_price(tenant: &Tenant, subscription: &Subscription) -> bool {
    at_the_price(tenant, subscription).is_some()
}

/// The plan's item, as far as the tenant's row tells.
fn known_item<'a>(tenant: &Tenant, subscription: &'a Subscription) -> Option<&'a SubscriptionItem> {
    let had = tenant.stripe_subscription_item_id.as_ref();
    let mut items = subscription.items.iter();
    items.find(|item| had == Some(&item.id)).or_else(|| at_the_price(tenant, subscription))
}

fn at_the_price<'a>(
    tenant: &Tenant,
    subscription: &'a Subscription,
) -> Option<&'a SubscriptionItem> {
    let plan = tenant.plan.as_ref()?;
    subscription.items.iter().find(|item| item.price_id == plan.price_id)
}

fn of_product<'a>(product: &str, subscription: &'a Subscription) -> Option<&'a SubscriptionItem> {
    subscription.items.iter().find(|item| item.product_id == product)
}
