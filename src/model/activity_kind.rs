//! The kinds of entries in the timeline.

use crate::model::{ActivityTopic, spelled};

spelled! {
    /// What happened.
    ActivityKind, "kind", else Unknown {
        /// After: the Customer's `id`.
        CustomerCreated = "customer_created",
        /// The customer is gone at Stripe. Before: its `id`.
        CustomerLost = "customer_lost",
        /// After: the number of agents.
        CheckoutOpened = "checkout_opened",
        PortalOpened = "portal_opened",
        /// Subject: the Subscription's `id`; after: its status.
        SubscriptionStarted = "subscription_started",
        /// Before and after: the status, as stored.
        StatusChanged = "status_changed",
        /// Stripe returned a status that this version doesn't know. After: that status.
        StatusUnknown = "status_unknown",
        /// A second subscription was cancelled, and its payment refunded. Subject: its `id`.
        DuplicateCanceled = "duplicate_canceled",
        /// The card or an owner had a trial with another tenant. Subject: the Subscription's `id`;
        /// after: "flagged" or "ended".
        TrialRepeated = "trial_repeated",
        /// Before and after: when the trial ends, in RFC 3339.
        TrialEndChanged = "trial_end_changed",
        /// Before and after: how many agents may be active.
        SeatsChanged = "seats_changed",
        /// An invoice was paid that belongs to no seat change: a first one, a renewal. Subject: the
        /// Invoice's `number`.
        InvoicePaid = "invoice_paid",
        /// An invoice for more seats was paid after the subscription had ended, and refunded. Subject:
        /// the Invoice's `number`.
        InvoiceRefunded = "invoice_refunded",
        /// Somebody refunded a payment at Stripe, in whole or in part.
        PaymentRefunded = "payment_refunded",
        /// A renewal payment failed. Stripe retries, and every failure is recorded. Subject: the
        /// Invoice's `number`.
        RenewalFailed = "renewal_failed",
        /// More seats were not granted: the card was declined, or the change was abandoned before it
        /// was paid. Before and after: the current and wanted number of agents.
        PaymentFailed = "payment_failed",
        /// More seats wait until the customer confirms the payment with their bank. Before and after:
        /// the current and wanted number of agents.
        ActionRequired = "action_required",
        /// Before and after: when the subscription ends, in RFC 3339.
        CancellationScheduled = "cancellation_scheduled",
        /// Before: when the subscription would have ended, in RFC 3339.
        CancellationWithdrawn = "cancellation_withdrawn",
        /// Before and after: the price of an agent.
        PriceChanged = "price_changed",
        /// Subject: the agent's name.
        AgentHired = "agent_hired",
        /// Subject: the names of the agents turned on together; likewise in `agent_deactivated`.
        AgentActivated = "agent_activated",
        AgentDeactivated = "agent_deactivated",
        /// Before and after: the agent's name.
        AgentRenamed = "agent_renamed",
        /// Billing turned agents off. Subject: their names.
        AgentsSuspended = "agents_suspended",
        /// Billing turned agents back on. Subject: their names.
        AgentsRestored = "agents_restored",
        /// A platform administrator looked at the tenant. Subject: the part they looked at; none if
        /// they asked for a change and were refused.
        LookedAt = "looked_at",
        /// Somebody was invited to the tenant. Subject: their name, if they have an account; after: the
        /// role.
        OperatorInvited = "operator_invited",
        /// Somebody joined the tenant. Subject: their name; after: the role.
        OperatorJoined = "operator_joined",
        /// Somebody's role changed. Subject: their name; before and after: the role.
        OperatorRoleChanged = "operator_role_changed",
        /// Somebody was removed from the tenant, or their invitation was withdrawn. Subject: their
        /// name, if they have an account.
        OperatorRemoved = "operator_removed",
        /// A kind that this version doesn't know, written by a newer one.
        Unknown = "unknown",
    }
}

impl ActivityKind {
    /// What it is about; `None` if only a newer version knows.
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
            | Self::PaymentRefunded
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
        text.parse().unwrap_or(Self::Unknown)
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
            assert_eq!(found.contains(&kind), kind != ActivityKind::Unknown, "{kind:?}");
        }
    }
}
