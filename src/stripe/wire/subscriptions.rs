//! What is read of subscriptions.

use super::{List, WireMetadata, WireRecurring, moment};
use crate::stripe::{GatewayResult, Subscription, SubscriptionItem};
use miniserde::Deserialize;

#[derive(Deserialize)]
pub struct WireSubscription {
    id: String,
    status: String,
    created: i64,
    livemode: bool,
    trial_start: Option<i64>,
    trial_end: Option<i64>,
    cancel_at: Option<i64>,
    cancel_at_period_end: bool,
    items: List<WireItem>,
    metadata: Option<WireMetadata>,
}

#[derive(Deserialize)]
struct WireItem {
    id: String,
    quantity: Option<u32>,
    current_period_end: i64,
    price: WireItemPrice,
}

#[derive(Deserialize)]
struct WireItemPrice {
    id: String,
    product: String,
    unit_amount: Option<i64>,
    currency: String,
    recurring: Option<WireRecurring>,
}

impl WireSubscription {
    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn into_subscription(self) -> GatewayResult<Subscription> {
        let items = self.items.data.into_iter().map(WireItem::into_item);
        let items = items.collect::<GatewayResult<Vec<_>>>()?;
        let period_end = items.iter().map(|item| item.current_period_end).min();
        let cancel_at = self.cancel_at.map(moment).transpose()?;
        let with_period = period_end.filter(|_| self.cancel_at_period_end);
        let cancels_at = cancel_at.into_iter().chain(with_period).min();
        Ok(Subscription {
            id: self.id,
            tenant_id: self.metadata.and_then(|metadata| metadata.tenant_id),
            status: self.status.parse(),
            created: self.created,
            livemode: self.livemode,
            trial_start: self.trial_start,
            trial_end: self.trial_end.map(moment).transpose()?,
            cancels_at,
            cancel_at_period_end: self.cancel_at_period_end,
            items,
        })
    }
}

impl WireItem {
    fn into_item(self) -> GatewayResult<SubscriptionItem> {
        let recurring = self.price.recurring;
        Ok(SubscriptionItem {
            id: self.id,
            quantity: self.quantity.unwrap_or(1),
            current_period_end: moment(self.current_period_end)?,
            price_id: self.price.id,
            product_id: self.price.product,
            unit_amount: self.price.unit_amount,
            currency: self.price.currency,
            interval_count: recurring.as_ref().map_or(1, |one| one.interval_count),
            interval: recurring.map(|one| one.interval).unwrap_or_default(),
        })
    }
}

/// A subscription with its payment method.
#[derive(Deserialize)]
pub struct WirePaidWith {
    default_payment_method: Option<WireMethod>,
    customer: WirePayer,
}

/// A customer; a deleted one has no settings.
#[derive(Deserialize)]
struct WirePayer {
    invoice_settings: Option<WireInvoiceSettings>,
}

#[derive(Deserialize)]
struct WireInvoiceSettings {
    default_payment_method: Option<WireMethod>,
}

#[derive(Deserialize)]
struct WireMethod {
    card: Option<WireCard>,
}

#[derive(Deserialize)]
struct WireCard {
    fingerprint: Option<String>,
}

impl WirePaidWith {
    pub fn fingerprint(self) -> Option<String> {
        let customer = self.customer.invoice_settings;
        let method = self
            .default_payment_method
            .or_else(|| customer.and_then(|settings| settings.default_payment_method));
        method?.card?.fingerprint
    }
}

/// A subscription with the change of its items that awaits payment.
#[derive(Deserialize)]
pub struct WireChange {
    pending_update: Option<WirePendingUpdate>,
    latest_invoice: Option<String>,
}

#[derive(Deserialize)]
struct WirePendingUpdate {}

impl WireChange {
    pub fn unpaid_invoice(self) -> Option<String> {
        self.pending_update.and(self.latest_invoice)
    }
}
