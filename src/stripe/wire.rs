//! What is read of Stripe's objects: these fields and no others, so that one that Stripe adds or
//! drops elsewhere can't break billing.

use crate::model::{Invoice, Money, NextCharge, Plan, StripeEvent, Timestamp};
use crate::stripe::{
    CheckoutSession, CheckoutStatus, GatewayError, GatewayResult, Preview, Price, Subscription,
    SubscriptionItem,
};
use chrono::DateTime;
use miniserde::Deserialize;

#[derive(Deserialize)]
pub struct List<T> {
    pub data: Vec<T>,
    pub has_more: bool,
}

/// Any object, where only its `id` is of interest.
#[derive(Deserialize)]
pub struct Object {
    pub id: String,
}

#[derive(Deserialize)]
pub struct Url {
    pub url: String,
}

#[derive(Deserialize)]
pub struct WirePrice {
    id: String,
    livemode: bool,
    unit_amount: Option<i64>,
    currency: String,
    recurring: Option<WireRecurring>,
    product: Option<WireProduct>,
}

#[derive(Deserialize)]
struct WireRecurring {
    interval: String,
}

#[derive(Deserialize)]
struct WireProduct {
    name: String,
}

impl WirePrice {
    pub fn into_price(self) -> GatewayResult<Price> {
        let unusable = |what: &str| {
            Err(GatewayError::Refused {
                code: "price_unusable".to_owned(),
                message: format!("the price {} {what}", self.id),
            })
        };
        let Some(unit_amount) = self.unit_amount else {
            return unusable("has no unit_amount: a per-unit price is needed");
        };
        let Some(recurring) = self.recurring else {
            return unusable("is not recurring: a subscription needs an interval");
        };
        let Some(product) = self.product else {
            return unusable("has no product");
        };
        let plan = Plan {
            name: product.name,
            price_id: self.id,
            unit: Money::new(unit_amount, self.currency),
            interval: recurring.interval,
        };
        Ok(Price { plan, livemode: self.livemode })
    }
}

#[derive(Deserialize)]
pub struct WireSubscription {
    id: String,
    status: String,
    created: i64,
    livemode: bool,
    trial_end: Option<i64>,
    cancel_at: Option<i64>,
    cancel_at_period_end: bool,
    items: List<WireItem>,
    metadata: Option<WireMetadata>,
}

/// What we give our objects along.
#[derive(Deserialize)]
struct WireMetadata {
    tenant_id: Option<String>,
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
    unit_amount: Option<i64>,
    currency: String,
    recurring: Option<WireRecurring>,
}

impl WireSubscription {
    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn into_subscription(self) -> GatewayResult<Subscription> {
        let item = self.items.data.into_iter().next().map(WireItem::into_item).transpose()?;
        let period_end = item.as_ref().map(|item| item.current_period_end);
        let cancels_at = match (self.cancel_at, self.cancel_at_period_end) {
            (Some(at), _) => Some(moment(at)?),
            (None, true) => period_end,
            (None, false) => None,
        };
        Ok(Subscription {
            id: self.id,
            tenant_id: self.metadata.and_then(|metadata| metadata.tenant_id),
            status: self.status,
            created: self.created,
            livemode: self.livemode,
            trial_end: self.trial_end.map(moment).transpose()?,
            cancels_at,
            cancel_at_period_end: self.cancel_at_period_end,
            item,
        })
    }
}

impl WireItem {
    fn into_item(self) -> GatewayResult<SubscriptionItem> {
        Ok(SubscriptionItem {
            id: self.id,
            quantity: self.quantity.unwrap_or(1),
            current_period_end: moment(self.current_period_end)?,
            price_id: self.price.id,
            unit_amount: self.price.unit_amount,
            currency: self.price.currency,
            interval: self.price.recurring.map(|one| one.interval).unwrap_or_default(),
        })
    }
}

/// A subscription after a change of its items.
/// A subscription with what it is paid with.
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

#[derive(Deserialize)]
pub struct WireChange {
    pub pending_update: Option<WirePendingUpdate>,
    pub latest_invoice: Option<String>,
}

#[derive(Deserialize)]
pub struct WirePendingUpdate {}

/// An invoice and what paid it.
#[derive(Deserialize)]
pub struct WireBilled {
    id: String,
    status: Option<String>,
    payments: Option<List<WirePaid>>,
}

#[derive(Deserialize)]
struct WirePaid {
    status: String,
    payment: WirePaidBy,
}

#[derive(Deserialize)]
struct WirePaidBy {
    payment_intent: Option<String>,
}

impl WireBilled {
    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn is_open(&self) -> bool {
        self.status.as_deref() == Some("open")
    }

    /// The PaymentIntents that succeeded.
    pub fn paid_by(&self) -> impl Iterator<Item = &str> {
        let payments = self.payments.iter().flat_map(|list| &list.data);
        let paid = payments.filter(|one| one.status == "paid");
        paid.filter_map(|one| one.payment.payment_intent.as_deref())
    }
}

#[derive(Deserialize)]
pub struct WireRefund {
    pub amount: i64,
    pub currency: String,
}

/// An invoice with its payments.
#[derive(Deserialize)]
pub struct WireUnpaid {
    hosted_invoice_url: Option<String>,
    payments: Option<List<WireInvoicePayment>>,
}

#[derive(Deserialize)]
struct WireInvoicePayment {
    payment: WirePayment,
}

#[derive(Deserialize)]
struct WirePayment {
    payment_intent: Option<WireIntent>,
}

#[derive(Deserialize)]
struct WireIntent {
    status: String,
}

impl WireUnpaid {
    pub fn awaited_action(self) -> Option<String> {
        let payments = self.payments.map(|list| list.data).unwrap_or_default();
        let mut intents = payments.iter().filter_map(|one| one.payment.payment_intent.as_ref());
        let waits = intents.any(|intent| intent.status == "requires_action");
        self.hosted_invoice_url.filter(|_| waits)
    }
}

#[derive(Deserialize)]
pub struct WirePreview {
    amount_due: i64,
    total: i64,
    currency: String,
    period_end: i64,
    total_discount_amounts: Option<Vec<WireAmount>>,
    total_taxes: Option<Vec<WireAmount>>,
}

#[derive(Deserialize)]
struct WireAmount {
    amount: i64,
}

impl From<WirePreview> for Preview {
    fn from(wire: WirePreview) -> Self {
        let sum = |amounts: Option<Vec<WireAmount>>| {
            amounts.unwrap_or_default().iter().map(|one| one.amount).sum()
        };
        Self {
            amount_due: wire.amount_due,
            total: wire.total,
            discount: sum(wire.total_discount_amounts),
            tax: sum(wire.total_taxes),
        }
    }
}

impl WirePreview {
    pub fn into_next_charge(self) -> GatewayResult<NextCharge> {
        Ok(NextCharge {
            amount_due: self.amount_due,
            currency: self.currency,
            at: moment(self.period_end)?,
        })
    }
}

#[derive(Deserialize)]
pub struct WireCheckout {
    id: String,
    url: Option<String>,
    status: Option<String>,
    customer: Option<String>,
    subscription: Option<String>,
}

impl From<WireCheckout> for CheckoutSession {
    fn from(wire: WireCheckout) -> Self {
        let status = match wire.status.as_deref() {
            Some("complete") => CheckoutStatus::Complete,
            Some("open") => CheckoutStatus::Open,
            _ => CheckoutStatus::Expired,
        };
        Self {
            id: wire.id,
            url: wire.url,
            status,
            customer_id: wire.customer,
            subscription_id: wire.subscription,
        }
    }
}

#[derive(Deserialize)]
pub struct WireEvent {
    id: String,
    #[serde(rename = "type")]
    event_type: String,
    api_version: Option<String>,
    created: i64,
    livemode: bool,
    request: Option<WireEventRequest>,
    data: WireEventData,
}

#[derive(Deserialize)]
struct WireEventRequest {
    id: Option<String>,
    idempotency_key: Option<String>,
}

#[derive(Deserialize)]
struct WireEventData {
    object: WireEventObject,
}

#[derive(Deserialize)]
struct WireEventObject {
    id: Option<String>,
    object: Option<String>,
    customer: Option<String>,
}

impl WireEvent {
    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn into_event(self) -> GatewayResult<StripeEvent> {
        let (request_id, idempotency_key) =
            self.request.map_or((None, None), |request| (request.id, request.idempotency_key));
        Ok(StripeEvent {
            id: self.id,
            event_type: self.event_type,
            api_version: self.api_version,
            livemode: self.livemode,
            created: moment(self.created)?,
            object_id: self.data.object.id,
            object_type: self.data.object.object,
            customer_id: self.data.object.customer,
            request_id,
            idempotency_key,
        }
        .with_owner())
    }
}

#[derive(Deserialize)]
pub struct WireInvoice {
    id: String,
    number: Option<String>,
    created: i64,
    total: i64,
    currency: String,
    status: Option<String>,
    hosted_invoice_url: Option<String>,
    invoice_pdf: Option<String>,
}

impl WireInvoice {
    pub fn into_invoice(self) -> GatewayResult<Invoice> {
        Ok(Invoice {
            id: self.id,
            number: self.number,
            created: moment(self.created)?,
            total: Money::new(self.total, self.currency),
            status: self.status.unwrap_or_else(|| "draft".to_owned()),
            hosted_invoice_url: self.hosted_invoice_url,
            invoice_pdf: self.invoice_pdf,
        })
    }
}

fn moment(seconds: i64) -> GatewayResult<Timestamp> {
    DateTime::from_timestamp(seconds, 0).ok_or_else(|| GatewayError::Refused {
        code: "time_out_of_range".to_owned(),
        message: format!("Stripe named a time that is none: {seconds}"),
    })
}
