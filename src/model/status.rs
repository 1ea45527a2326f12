//! The status policy: what a subscription's status means for access, the badge and the buttons.

use crate::model::spelled;
use serde::{Deserialize, Serialize};
use std::fmt;

spelled! {
    /// The Stripe Subscription's `status`, as this API version knows and spells it.
    StripeStatus, "subscription status" {
        Incomplete = "incomplete",
        IncompleteExpired = "incomplete_expired",
        Trialing = "trialing",
        Active = "active",
        PastDue = "past_due",
        Canceled = "canceled",
        Unpaid = "unpaid",
        Paused = "paused",
    }
}

impl StripeStatus {
    /// The status stored for the tenant.
    pub fn stored(self) -> SubscriptionStatus {
        match self {
            Self::Incomplete => SubscriptionStatus::None,
            Self::Trialing => SubscriptionStatus::Trialing,
            Self::Active => SubscriptionStatus::Active,
            Self::PastDue => SubscriptionStatus::PastDue,
            Self::Unpaid | Self::Paused => SubscriptionStatus::Unpaid,
            Self::Canceled | Self::IncompleteExpired => SubscriptionStatus::Canceled,
        }
    }

    /// Whether a subscription in this status can still bill, so that a second one would bill twice.
    pub fn is_live(self) -> bool {
        match self {
            Self::Trialing | Self::Active | Self::PastDue | Self::Unpaid | Self::Paused => true,
            Self::Incomplete | Self::IncompleteExpired | Self::Canceled => false,
        }
    }
}

spelled! {
    /// The tenant's `subscription_status`.
    #[derive(Default)]
    SubscriptionStatus, "subscription status" {
        #[default]
        None = "none",
        Trialing = "trialing",
        Active = "active",
        PastDue = "past_due",
        Canceled = "canceled",
        Unpaid = "unpaid",
    }
}

/// Whether the tenant's agents may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Access {
    None,
    Full,
    /// Full, while the operator is asked to pay.
    Warn,
    /// Off until an invoice is paid.
    Suspended,
    /// Off until there is a new subscription.
    Ended,
}

impl Access {
    /// Whether agents may be active at all.
    pub fn allows_agents(self) -> bool {
        match self {
            Self::Full | Self::Warn => true,
            Self::None | Self::Suspended | Self::Ended => false,
        }
    }
}

/// The badge's colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Gray,
    Blue,
    Green,
    Amber,
    Red,
}

/// The card's main button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MainAction {
    /// Opens a new Checkout.
    Subscribe,
    /// Opens the Billing Portal.
    ManageBilling,
    /// Opens the Billing Portal, to pay.
    UpdatePayment,
    /// Opens a new Checkout, after a subscription that ended.
    Resubscribe,
}

/// What a status means: the one table that the badge, access checks and jobs read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusPolicy {
    pub access: Access,
    pub tone: Tone,
    pub action: MainAction,
}

impl SubscriptionStatus {
    pub fn policy(self) -> StatusPolicy {
        let (access, tone, action) = match self {
            Self::None => (Access::None, Tone::Gray, MainAction::Subscribe),
            Self::Trialing => (Access::Full, Tone::Blue, MainAction::ManageBilling),
            Self::Active => (Access::Full, Tone::Green, MainAction::ManageBilling),
            Self::PastDue => (Access::Warn, Tone::Amber, MainAction::UpdatePayment),
            Self::Unpaid => (Access::Suspended, Tone::Red, MainAction::UpdatePayment),
            Self::Canceled => (Access::Ended, Tone::Red, MainAction::Resubscribe),
        };
        StatusPolicy { access, tone, action }
    }

    /// Whether Stripe has a subscription that can still bill.
    pub fn is_live(self) -> bool {
        match self {
            Self::Trialing | Self::Active | Self::PastDue | Self::Unpaid => true,
            Self::None | Self::Canceled => false,
        }
    }
}

impl fmt::Display for SubscriptionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_stripe_status_has_its_stored_status_access_badge_and_action() {
        use {Access::*, MainAction::*, StripeStatus as S, Tone::*};
        let table = [
            (S::Incomplete, "none", None, Gray, Subscribe),
            (S::Trialing, "trialing", Full, Blue, ManageBilling),
            (S::Active, "active", Full, Green, ManageBilling),
            (S::PastDue, "past_due", Warn, Amber, UpdatePayment),
            (S::Unpaid, "unpaid", Suspended, Red, UpdatePayment),
            (S::Paused, "unpaid", Suspended, Red, UpdatePayment),
            (S::Canceled, "canceled", Ended, Red, Resubscribe),
            (S::IncompleteExpired, "canceled", Ended, Red, Resubscribe),
        ];
        for status in S::ALL {
            assert!(table.iter().any(|row| row.0 == status), "{status:?} has no row");
        }
        for (stripe, stored, access, tone, action) in table {
            assert_eq!(stripe.stored().as_str(), stored);
            assert_eq!(stripe.stored().policy(), StatusPolicy { access, tone, action });
        }
    }

    #[test]
    fn statuses_are_read_back_as_they_are_written() {
        for status in StripeStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
        }
        for status in SubscriptionStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
        }
    }

    proptest! {
        #[test]
        fn any_other_text_is_no_status(text in "[a-z_]{0,20}|.*") {
            let known = StripeStatus::ALL.into_iter().find(|status| status.as_str() == text);
            prop_assert_eq!(text.parse::<StripeStatus>().ok(), known);
            let known = SubscriptionStatus::ALL.into_iter().find(|status| status.as_str() == text);
            prop_assert_eq!(text.parse::<SubscriptionStatus>().ok(), known);
        }
    }

    #[test]
    fn a_stored_status_is_live_exactly_when_its_stripe_status_is() {
        for status in StripeStatus::ALL {
            assert_eq!(status.is_live(), status.stored().is_live(), "{status:?}");
        }
    }
}
