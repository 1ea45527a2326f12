//! The timeline: what happened to a tenant's billing and agents, who did it, and Stripe's ids for it.

use crate::model::{ActivityKind, Money, OperatorId, Timestamp, spelled};
use serde::{Deserialize, Serialize};

/// One entry of the timeline. Its kind says what `subject`, `before` and `after` hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Activity {
    /// Increases with every entry.
    pub id: i64,
    pub at: Timestamp,
    pub kind: ActivityKind,
    pub actor: Actor,
    pub subject: Option<String>,
    pub before: Option<String>,
    pub after: Option<String>,
    /// The amount charged; negative if it was credited or refunded.
    pub amount: Option<Money>,
    /// The Stripe Event's `id`, and the `Request-Id` of the API call behind it.
    pub stripe_event_id: Option<String>,
    pub stripe_request_id: Option<String>,
}

/// A page of the timeline, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct ActivityPage {
    pub entries: Vec<Activity>,
    /// Pass this as `before` to read on; null at the end.
    pub next: Option<i64>,
}

/// Which entries of the timeline to read; all of them by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ActivityFilter {
    pub topic: Option<ActivityTopic>,
    pub actor: Option<ActorKind>,
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Actor {
    /// An operator, with the name they had.
    Operator { id: OperatorId, name: String },
    /// Stripe, or somebody using its Billing Portal or Dashboard.
    Stripe,
    /// The portal itself, or its command line.
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
    /// What timeline entries are about.
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
