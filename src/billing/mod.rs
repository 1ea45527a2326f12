//! The billing rules. They know the store and the Stripe gateway, and nothing of HTTP, pages or SQL.

mod agents;
mod cancel;
mod checkout;
mod customer;
mod duplicates;
mod entitlements;
mod error;
mod intent;
mod pause;
mod payments;
mod plan;
mod plan_subscriptions;
mod portal;
mod quotes;
mod reconcile;
mod seats;
mod sync;
mod telling;
mod timeline;
mod trials;
mod turns;
mod wish;

pub use error::*;
pub use reconcile::*;
pub use seats::SeatChange;
pub use trials::RepeatedTrial;
pub use turns::InTurn;

use crate::clock::Clock;
use crate::model::{Tenant, TenantId, Timestamp};
use crate::store::Db;
use crate::stripe::{Gateway, PriceRef};
use std::sync::Arc;
use timeline::Cause;
use turns::Turns;

/// What the rules need to know of this installation.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The portal's public base URL, without a trailing slash.
    pub portal_url: String,
    /// The price on sale.
    pub price: PriceRef,
    /// A Billing Portal Configuration's `id`; without it Stripe's default is used.
    pub portal_configuration: Option<String>,
    /// What happens to a trial whose card or owner has had one with another tenant.
    pub repeated_trial: RepeatedTrial,
    /// Whether promotion codes can be entered at Checkout.
    pub allow_promotion_codes: bool,
    /// Whether Stripe calculates the tax, from the address that Checkout asks for.
    pub automatic_tax: bool,
}

/// The rules and their dependencies. Cheap to clone.
#[derive(Clone)]
pub struct Billing {
    db: Db,
    stripe: Arc<dyn Gateway>,
    clock: Clock,
    settings: Arc<Settings>,
    cause: Arc<Cause>,
    turns: Turns,
}

impl Billing {
    pub fn new(db: Db, stripe: Arc<dyn Gateway>, clock: Clock, settings: Settings) -> Self {
        Self {
            db,
            stripe,
            clock,
            settings: Arc::new(settings),
            cause: Arc::default(),
            turns: Turns::default(),
        }
    }

    /// The time by Stripe's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The tenant with its billing fields, from the database.
    pub async fn tenant(&self, tenant_id: &TenantId) -> BillingResult<Tenant> {
        let now = self.clock.now();
        self.db
            .tenant(tenant_id, self.settings.price.as_str(), now)
            .await?
            .ok_or(BillingError::NotFound("tenant"))
    }

    /// The billing page's URL, where Stripe sends the customer back to.
    fn billing_page(&self, tenant_id: &TenantId) -> String {
        format!("{}/billing?tenant_id={tenant_id}", self.settings.portal_url)
    }
}
