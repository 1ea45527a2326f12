//! The tenant as its operators see it.

use crate::model::{Plan, StatusPolicy, StripeStatus, SubscriptionStatus, TenantId, Timestamp};
use serde::{Deserialize, Serialize};

/// A tenant with its billing fields: a copy of what Stripe last said, and the agents in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Tenant {
    pub id: TenantId,
    pub name: String,
    /// The Stripe Customer's `id`.
    pub stripe_customer_id: Option<String>,
    /// The current Stripe Subscription's `id`.
    pub stripe_subscription_id: Option<String>,
    /// The `id` of that subscription's item for the plan; it may have others, such as an add-on.
    pub stripe_subscription_item_id: Option<String>,
    pub subscription_status: SubscriptionStatus,
    /// The Subscription's `status` as Stripe wrote it, of any API version.
    pub stripe_status: Option<String>,
    /// The Subscription's `trial_end`, while in the trial.
    pub trial_ends_at: Option<Timestamp>,
    /// Whole days until `trial_ends_at`, a part of a day counted as one.
    pub trial_days_left: Option<u32>,
    /// How many agents may be active: the item's `quantity` while the status gives access.
    pub agent_quota: u32,
    /// How many agents are active.
    pub agents_active: u32,
    /// How many agents billing has turned off: they come back when there are seats for them.
    pub agents_waiting: u32,
    /// The item's `current_period_end`.
    pub current_period_end: Option<Timestamp>,
    /// When the subscription will end, from `cancel_at` or `cancel_at_period_end`: with its period or
    /// many later.
    pub cancels_at: Option<Timestamp>,
    /// Whether a new subscription would begin with the free trial.
    pub trial_available: bool,
    /// What is sold, or what the current subscription was sold at; `None` until Stripe was read.
    pub plan: Option<Plan>,
    /// The Subscription's `livemode`.
    pub livemode: bool,
    /// When Stripe was last read for this tenant.
    pub synced_at: Option<Timestamp>,
    /// What had it read: the type of an event, or words such as "refresh".
    pub synced_by: Option<String>,
}

impl Tenant {
    pub fn policy(&self) -> StatusPolicy {
        self.subscription_status.policy()
    }

    /// Whether Stripe has paused the subscription: nothing is billed, and no agent works, until it is
    /// resumed. It is stored as unpaid.
    pub fn is_paused(&self) -> bool {
        self.stripe_status.as_deref() == Some(StripeStatus::Paused.as_str())
    }

    /// When the subscription will end, if that is with its period or sooner, so that no other period
    /// is charged.
    pub fn ends_with_period(&self) -> Option<Timestamp> {
        let period_end = self.current_period_end;
        self.cancels_at.filter(|at| period_end.is_none_or(|period_end| *at <= period_end))
    }

    /// Whether there may be a subscription at Stripe that bills; a status that is newer than this
    /// API version counts as one.
    pub fn may_bill(&self) -> bool {
        let newer = |status: &String| status.parse::<StripeStatus>().is_err();
        self.subscription_status.is_live() || self.stripe_status.as_ref().is_some_and(newer)
    }
}

/// One of all tenants, as far as it takes to find it.
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
    /// Ask for the tenants after this one to read on; `None` at the end.
    pub next: Option<TenantId>,
}
