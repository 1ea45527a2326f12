//! Stripe, as far as this product uses it: one trait with the calls we make, and the types they return.
//! Nothing outside this module knows async-stripe.

pub mod account;
mod checkouts;
mod client;
mod config;
mod customers;
mod error;
mod events;
mod gateway;
mod invoices;
mod observed;
mod portal_sessions;
mod price_ref;
mod prices;
mod refunds;
mod subscriptions;
mod wire;

pub use client::Stripe;
pub use config::{StripeConfig, is_live_key};
pub use error::{GatewayError, GatewayResult};
pub use gateway::Gateway;
pub use price_ref::PriceRef;

use crate::model::{
    AgentCount, Language, Money, Plan, Prorations, StripeStatus, TenantId, Timestamp, UnknownWord,
};

/// A Stripe Price with its Product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    pub plan: Plan,
    pub product_id: String,
    pub livemode: bool,
}

/// A Stripe Subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    pub id: String,
    /// The tenant, by the `metadata` that our Checkout sets.
    pub tenant_id: Option<String>,
    /// An error if this API version doesn't know it.
    pub status: Result<StripeStatus, UnknownWord>,
    pub created: i64,
    pub livemode: bool,
    pub trial_start: Option<i64>,
    pub trial_end: Option<Timestamp>,
    /// When it will end: by `cancel_at`, or with `cancel_at_period_end` the period's end, whichever
    /// comes first.
    pub cancels_at: Option<Timestamp>,
    /// Which of the two fields says so.
    pub cancel_at_period_end: bool,
    /// In no order; there may be others besides the plan's.
    pub items: Vec<SubscriptionItem>,
}

impl Subscription {
    /// Whether it can still bill. One with a status newer than this API version may well do so.
    pub fn may_bill(&self) -> bool {
        self.status.as_ref().map_or(true, |status| status.is_live())
    }

    /// Whether agents may be active with it; `None` if its status is unknown.
    pub fn gives_access(&self) -> Option<bool> {
        let status = self.status.as_ref().ok()?;
        Some(status.stored().policy().access.allows_agents())
    }

    /// Its status in Stripe's own spelling.
    pub fn status_text(&self) -> &str {
        match &self.status {
            Ok(status) => status.as_str(),
            Err(unknown) => &unknown.text,
        }
    }
}

/// A Stripe Subscription Item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionItem {
    pub id: String,
    pub quantity: u32,
    pub current_period_end: Timestamp,
    pub price_id: String,
    pub product_id: String,
    /// Minor units of `currency`; `None` for a tiered price.
    pub unit_amount: Option<i64>,
    pub currency: String,
    pub interval: String,
    pub interval_count: u32,
}

/// A Stripe Checkout Session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckoutSession {
    pub id: String,
    /// Where the customer pays; only an open session has one.
    pub url: Option<String>,
    pub status: CheckoutStatus,
    pub customer_id: Option<String>,
    pub subscription_id: Option<String>,
}

/// A Checkout Session's `status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckoutStatus {
    Open,
    Complete,
    Expired,
}

/// A Customer to create.
#[derive(Debug, Clone, Copy)]
pub struct NewCustomer<'a> {
    pub tenant_id: &'a TenantId,
    pub name: &'a str,
    pub email: Option<&'a str>,
    /// Its only one of `preferred_locales`; `None` leaves them to the account.
    pub language: Option<Language>,
}

/// A Checkout Session to create.
#[derive(Debug, Clone, Copy)]
pub struct NewCheckout<'a> {
    pub tenant_id: &'a TenantId,
    pub customer_id: &'a str,
    pub price_id: &'a str,
    /// `None` leaves it to Checkout, which may choose another of the price's currencies.
    pub currency: Option<&'a str>,
    pub agent_count: AgentCount,
    /// `None` for no trial.
    pub trial_days: Option<u32>,
    /// Whether the customer can enter a promotion code.
    pub allow_promotion_codes: bool,
    /// Whether Stripe calculates the tax. Checkout then asks for the billing address, and saves it on
    /// the Customer.
    pub automatic_tax: bool,
    /// Its `locale`; `None` follows the browser's.
    pub language: Option<Language>,
    /// Where Stripe sends the customer after paying; `{CHECKOUT_SESSION_ID}` is filled in.
    pub success_url: &'a str,
    pub cancel_url: &'a str,
}

/// A Billing Portal Session to create.
#[derive(Debug, Clone, Copy)]
pub struct NewPortalSession<'a> {
    pub customer_id: &'a str,
    /// A Billing Portal Configuration's `id`; `None` for the account's default.
    pub configuration: Option<&'a str>,
    /// Its `locale`; `None` follows the browser's.
    pub language: Option<Language>,
    /// Where Stripe's link back leads.
    pub return_url: &'a str,
}

/// A new quantity for a Subscription Item.
#[derive(Debug, Clone, Copy)]
pub struct NewQuantity<'a> {
    pub subscription_id: &'a str,
    pub item_id: &'a str,
    pub quantity: AgentCount,
    pub prorations: Prorations,
    /// Up to when the old quantity counts, in Unix seconds.
    pub proration_date: i64,
}

/// A preview of a Stripe Invoice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// What would be charged, in minor units.
    pub amount_due: i64,
    /// The `total`, in minor units; negative for a credit.
    pub total: i64,
    /// What the customer's credit, their `starting_balance`, pays of the total, in minor units.
    pub credit_used: i64,
    /// The discount in `total`: the sum of `total_discount_amounts`.
    pub discount: i64,
    /// The tax in `total`: the sum of `total_taxes`.
    pub tax: i64,
    /// Its `currency`, the subscription's; empty if this is of no invoice. A price may have several.
    pub currency: String,
}

/// What is due on a Stripe Invoice, and what was paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The Invoice's `number`, or its `id` where it has none.
    pub number: String,
    /// Whether it is for another period: its `billing_reason` is `subscription_cycle`, also at the end
    /// of a trial.
    pub renews: bool,
    /// Whether nobody can pay it any more: its `status` is `void`.
    pub void: bool,
    /// What the customer's credit has paid of it, in minor units.
    pub credit_used: i64,
    /// Its `amount_due`.
    pub due: Money,
    /// Its `amount_paid`.
    pub paid: Money,
}
