//! What kinds of things the timeline tells of.

use crate::model::ActivityTopic;
use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// After: the Customer's `id`.
    CustomerCreated,
    /// The customer is gone at Stripe. Before: its `id`.
    CustomerLost,
    /// After: for how many agents.
    CheckoutOpened,
    PortalOpened,
    /// Subject: the Subscription's `id`; after: its status.
    SubscriptionStarted,
    /// Before and after: the status, as stored.
    StatusChanged,
    /// Stripe answered a status that this version doesn't know. After: that status.
    StatusUnknown,
    /// A second subscription was ended, and what was paid for it refunded. Subject: its `id`.
    DuplicateCanceled,
    /// The card has had a trial with another tenant. Subject: the Subscription's `id`; after:
    /// "flagged" or "ended".
    TrialRepeated,
    /// Before and after: when the trial ends, in RFC 3339.
    TrialEndChanged,
    /// Before and after: how many agents may be active.
    SeatsChanged,
    /// An invoice was paid that no change of seats tells of: a first one, a renewal. Subject: the
    /// Invoice's `number`.
    InvoicePaid,
    /// An invoice for more seats was paid once the subscription had ended, and refunded. Subject: the
    /// Invoice's `number`.
    InvoiceRefunded,
    /// A payment for a renewal failed; Stripe tries again, and each time is told. Subject: the
    /// Invoice's `number`.
    RenewalFailed,
    /// More seats were not granted, because the card was declined. Before and after: how many agents
    /// there are, and were wanted.
    PaymentFailed,
    /// More seats wait until the customer has confirmed the payment to their bank. Before and after:
    /// how many agents there are, and are wanted.
    ActionRequired,
    /// Before and after: when the subscription ends, in RFC 3339.
    CancellationScheduled,
    /// Before: when the subscription would have ended, in RFC 3339.
    CancellationWithdrawn,
    /// Before and after: what an agent costs.
    PriceChanged,
    /// Subject: the agent's name.
    AgentHired,
    /// Subject: the names of those switched at once; so for the one that follows.
    AgentActivated,
    AgentDeactivated,
    /// Before and after: the agent's name.
    AgentRenamed,
    /// Billing turned agents off. Subject: their names.
    AgentsSuspended,
    /// Billing turned agents back on. Subject: their names.
    AgentsRestored,
    /// A platform administrator looked at the tenant. Subject: at which [`View`](crate::model::View)
    /// of it; none where a change was asked for, and refused.
    LookedAt,
    /// Somebody may become one of the tenant's people. Subject: their name, if they have an account;
    /// after: the role.
    OperatorInvited,
    /// Somebody is one of the tenant's people now. Subject: their name; after: the role.
    OperatorJoined,
    /// Somebody has another role now. Subject: their name; before and after: the role.
    OperatorRoleChanged,
    /// Somebody is no longer one of the tenant's people, or no longer invited. Subject: their name, if
    /// they have an account.
    OperatorRemoved,
    /// A kind that this version doesn't know: a newer one has written it.
    #[serde(other)]
    Unknown,
}

impl ActivityKind {
    pub(super) const ALL: [Self; 30] = [
        Self::CustomerCreated,
        Self::CustomerLost,
        Self::CheckoutOpened,
        Self::PortalOpened,
        Self::SubscriptionStarted,
        Self::StatusChanged,
        Self::StatusUnknown,
        Self::DuplicateCanceled,
        Self::TrialRepeated,
        Self::TrialEndChanged,
        Self::SeatsChanged,
        Self::InvoicePaid,
        Self::InvoiceRefunded,
        Self::RenewalFailed,
        Self::PaymentFailed,
        Self::ActionRequired,
        Self::CancellationScheduled,
        Self::CancellationWithdrawn,
        Self::PriceChanged,
        Self::AgentHired,
        Self::AgentActivated,
        Self::AgentDeactivated,
        Self::AgentRenamed,
        Self::AgentsSuspended,
        Self::AgentsRestored,
        Self::LookedAt,
        Self::OperatorInvited,
        Self::OperatorJoined,
        Self::OperatorRoleChanged,
        Self::OperatorRemoved,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::CustomerCreated => "customer_created",
            Self::CustomerLost => "customer_lost",
            Self::CheckoutOpened => "checkout_opened",
            Self::PortalOpened => "portal_opened",
            Self::SubscriptionStarted => "subscription_started",
            Self::StatusChanged => "status_changed",
            Self::StatusUnknown => "status_unknown",
            Self::DuplicateCanceled => "duplicate_canceled",
            Self::TrialRepeated => "trial_repeated",
            Self::TrialEndChanged => "trial_end_changed",
            Self::SeatsChanged => "seats_changed",
            Self::InvoicePaid => "invoice_paid",
            Self::InvoiceRefunded => "invoice_refunded",
            Self::RenewalFailed => "renewal_failed",
            Self::PaymentFailed => "payment_failed",
            Self::ActionRequired => "action_required",
            Self::CancellationScheduled => "cancellation_scheduled",
            Self::CancellationWithdrawn => "cancellation_withdrawn",
            Self::PriceChanged => "price_changed",
            Self::AgentHired => "agent_hired",
            Self::AgentActivated => "agent_activated",
            Self::AgentDeactivated => "agent_deactivated",
            Self::AgentRenamed => "agent_renamed",
            Self::AgentsSuspended => "agents_suspended",
            Self::AgentsRestored => "agents_restored",
            Self::LookedAt => "looked_at",
            Self::OperatorInvited => "operator_invited",
            Self::OperatorJoined => "operator_joined",
            Self::OperatorRoleChanged => "operator_role_changed",
            Self::OperatorRemoved => "operator_removed",
            Self::Unknown => "unknown",
        }
    }

    /// What it is about; `None` where only a newer version knows.
    pub fn topic(self) -> Option<ActivityTopic> {
        match self {
            Self::CustomerCreated
            | Self::CustomerLost
            | Self::CheckoutOpened
            | Self::PortalOpened
            | Self::SubscriptionStarted
            | Self::StatusChanged
            | Self::StatusUnknown
            | Self::TrialRepeated
            | Self::TrialEndChanged
            | Self::CancellationScheduled
            | Self::CancellationWithdrawn
            | Self::PriceChanged => Some(ActivityTopic::Subscription),
            Self::SeatsChanged => Some(ActivityTopic::Seats),
            Self::DuplicateCanceled
            | Self::InvoicePaid
            | Self::InvoiceRefunded
            | Self::RenewalFailed
            | Self::PaymentFailed
            | Self::ActionRequired => Some(ActivityTopic::Payments),
            Self::AgentHired
            | Self::AgentActivated
            | Self::AgentDeactivated
            | Self::AgentRenamed
            | Self::AgentsSuspended
            | Self::AgentsRestored => Some(ActivityTopic::Agents),
            Self::LookedAt => Some(ActivityTopic::Access),
            Self::OperatorInvited
            | Self::OperatorJoined
            | Self::OperatorRoleChanged
            | Self::OperatorRemoved => Some(ActivityTopic::People),
            Self::Unknown => None,
        }
    }
}

impl From<&str> for ActivityKind {
    fn from(text: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).unwrap_or(Self::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_as_it_is_written_and_a_newer_one_is_no_error() {
        for kind in ActivityKind::ALL {
            assert_eq!(ActivityKind::from(kind.as_str()), kind);
            assert_eq!(serde_json::to_value(kind).ok(), Some(kind.as_str().into()));
        }
        assert_eq!(ActivityKind::from("seat_shared"), ActivityKind::Unknown);
        let read = serde_json::from_str(r#""seat_shared""#);
        assert_eq!(read.ok(), Some(ActivityKind::Unknown));
    }

    #[test]
    fn every_known_kind_is_found_under_a_topic() {
        let found: Vec<ActivityKind> =
            ActivityTopic::ALL.into_iter().flat_map(ActivityTopic::kinds).collect();
        for kind in ActivityKind::ALL {
            assert!(found.contains(&kind), "{kind:?}");
        }
        assert!(!found.contains(&ActivityKind::Unknown));
    }
}
