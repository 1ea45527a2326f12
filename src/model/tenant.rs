//! The tenant as its operators see it.

use crate::model::{
    Plan, StatusPolicy, StripeStatus, SubscriptionStatus, TenantId, Timestamp, UnpaidInvoice,
};
use serde::{Deserialize, Serialize};

/// A tenant with its billing fields (a copy of Stripe's latest state) and the agents in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Tenant {
    pub id: TenantId,
    pub name: String,
    /// The Stripe Customer's `id`.
    pub stripe_customer_id: Option<String>,
    /// The current Stripe Subscription's `id`.
    pub stripe_subscription_id: Option<String>,
    /// The `id` of its item for the plan; the subscription may have others, such as an add-on.
    pub stripe_subscription_item_id: Option<String>,
    pub subscription_status: SubscriptionStatus,
    /// The Subscription's `status` as Stripe sent it, in any API version.
    pub stripe_status: Option<String>,
    /// The Subscription's `trial_end`, while in the trial.
    pub trial_ends_at: Option<Timestamp>,
    /// Whole days until `trial_ends_at`, rounded up.
    pub trial_days_left: Option<u32>,
    /// How many agents may be active: the item's `quantity` while the status gives access.
    pub agent_quota: u32,
    /// How many seats there will be once the bank has approved the payment that a change waits for.
    pub pending_agent_count: Option<u32>,
    /// How many agents are active.
    pub agents_active: u32,
    /// How many agents come back once access does, or with access once the quota rises: those that
    /// billing turned off for that.
    pub agents_waiting: u32,
    /// The item's `current_period_end`.
    pub current_period_end: Option<Timestamp>,
    /// When the subscription will end, from `cancel_at` or `cancel_at_period_end`: with its period or a
    /// much later one.
    pub cancels_at: Option<Timestamp>,
    /// The invoice whose payment is due, while the status is "past_due" or "unpaid"; null as well where
    /// none is open, and while the subscription is paused.
    pub unpaid_invoice: Option<UnpaidInvoice>,
    /// Whether a new subscription would start with the free trial.
    pub trial_available: bool,
    /// What is on sale, or what the current subscription was sold at; null until Stripe was read.
    pub plan: Option<Plan>,
    /// The Subscription's `livemode`.
    pub livemode: bool,
    /// When Stripe was last read for this tenant.
    pub synced_at: Option<Timestamp>,
    /// What triggered the read: an event's type, or a word such as "refresh".
    pub synced_by: Option<String>,
}

impl Tenant {
    pub fn policy(&self) -> StatusPolicy {
        self.subscription_status.policy()
    }

    /// Whether Stripe has paused the subscription: nothing is billed and no agent works until it is
    /// resumed. Stored as unpaid.
    pub fn is_paused(&self) -> bool {
        self.stripe_status.as_deref() == Some(StripeStatus::Paused.as_str())
    }

    /// When the subscription will end, if no later than its period, so that no further period is
    /// charged.
    pub fn ends_with_period(&self) -> Option<Timestamp> {
        let period_end = self.current_period_end;
        self.cancels_at.filter(|at| period_end.is_none_or(|period_end| *at <= period_end))
    }

    /// Whether Stripe may have a subscription that bills; a status newer than this API version counts
    /// as one.
    pub fn may_bill(&self) -> bool {
        let newer = |status: &String| status.parse::<StripeStatus>().is_err();
        self.subscription_status.is_live() || self.stripe_status.as_ref().is_some_and(newer)
    }
}

/// An entry in the list of all tenants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct TenantSummary {
    pub tenant_id: TenantId,
    pub tenant_name: String,
    pub subscription_status: SubscriptionStatus,
}

/// A page of all tenants, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct TenantPage {
    pub tenants: Vec<TenantSummary>,
    /// Pass this as `after` to read on; null at the end.
    pub next: Option<TenantId>,
}
