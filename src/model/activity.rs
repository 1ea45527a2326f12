//! The timeline: what happened to a tenant's billing and agents, who did it, and what Stripe calls
//! it.

use crate::model::{ActivityKind, Money, OperatorId, Timestamp, spelled};
use serde::{Deserialize, Serialize};

/// One entry of the timeline. What `subject`, `before` and `after` hold is said by its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Activity {
    /// Grows from entry to entry.
    pub id: i64,
    pub at: Timestamp,
    pub kind: ActivityKind,
    pub actor: Actor,
    pub subject: Option<String>,
    pub before: Option<String>,
    pub after: Option<String>,
    /// What was charged; negative where it was credited or refunded.
    pub amount: Option<Money>,
    /// The Stripe Event's `id`, and the `Request-Id` of the call behind it.
    pub stripe_event_id: Option<String>,
    pub stripe_request_id: Option<String>,
}

/// A page of the timeline, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct ActivityPage {
    pub entries: Vec<Activity>,
    /// Ask for the entries before this one to read on; `None` at the end.
    pub next: Option<i64>,
}

/// Which entries of the timeline to read; all of them by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ActivityFilter {
    pub topic: Option<ActivityTopic>,
    pub actor: Option<ActorKind>,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Actor {
    /// An operator, by the name they had.
    Operator { id: OperatorId, name: String },
    /// Stripe, or somebody there: in the Billing Portal, in the dashboard.
    Stripe,
    /// This portal, by its rules.
    Portal,
}

impl Actor {
    pub fn kind(&self) -> ActorKind {
        match self {
            Self::Operator { .. } => ActorKind::Operator,
            Self::Stripe => ActorKind::Stripe,
            Self::Portal => ActorKind::Portal,
        }
    }
}

spelled! {
    /// Who did it, without a name.
    ActorKind, "actor" {
        Operator = "operator",
        Stripe = "stripe",
        Portal = "portal",
    }
}

spelled! {
    /// What entries of the timeline are about.
    ActivityTopic, "topic" {
        Subscription = "subscription",
        Seats = "seats",
        Payments = "payments",
        Agents = "agents",
        Access = "access",
        People = "people",
    }
}

impl ActivityTopic {
    /// The kinds of entries about it.
    pub fn kinds(self) -> impl Iterator<Item = ActivityKind> {
        ActivityKind::ALL.into_iter().filter(move |kind| kind.topic() == Some(self))
    }
}
