//! The fields read from Stripe's objects, and no others, so that one that Stripe adds or drops
//! elsewhere can't break billing.

mod invoices;
mod subscriptions;

pub use invoices::*;
pub use subscriptions::*;

use crate::model::{Money, Plan, StripeEvent, TenantId, Timestamp};
use crate::stripe::{CheckoutSession, CheckoutStatus, GatewayError, GatewayResult, Price};
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

/// The `metadata` of our objects.
#[derive(Deserialize)]
struct WireMetadata {
    tenant_id: Option<String>,
}

#[derive(Deserialize)]
pub struct WireCustomer {
    id: String,
    deleted: Option<bool>,
    metadata: Option<WireMetadata>,
}

impl WireCustomer {
    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn into_id(self) -> String {
        self.id
    }

    /// Whether it was created for this tenant, and is not deleted.
    pub fn is_of(&self, tenant_id: &TenantId) -> bool {
        let given = self.metadata.as_ref().and_then(|metadata| metadata.tenant_id.as_deref());
        self.deleted != Some(true) && given == Some(tenant_id.as_str())
    }
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
    interval_count: u32,
}

#[derive(Deserialize)]
struct WireProduct {
    id: String,
    name: String,
}

impl WirePrice {
    pub fn into_price(self) -> GatewayResult<Price> {
        let unusable =
            |what: &str| Err(GatewayError::Unusable(format!("the price {} {what}", self.id)));
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
            interval_count: recurring.interval_count,
        };
        Ok(Price { plan, product_id: product.id, livemode: self.livemode })
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

fn moment(seconds: i64) -> GatewayResult<Timestamp> {
    DateTime::from_timestamp(seconds, 0).ok_or_else(|| {
        GatewayError::Unusable(format!("Stripe named a time that is none: {seconds}"))
    })
}
