//! An entry of the timeline in words.

use crate::model::{Activity, ActivityKind, Actor, Money, SubscriptionStatus, Timestamp, day};
use crate::ui::words;

/// What happened: "Seats: 3 → 5".
pub fn sentence(entry: &Activity) -> String {
    let subject = entry.subject.as_deref().unwrap_or("an agent");
    let before = entry.before.as_deref().unwrap_or_default();
    let after = entry.after.as_deref().unwrap_or_default();
    match entry.kind {
        ActivityKind::CustomerCreated => "Customer created at Stripe".to_owned(),
        ActivityKind::CustomerLost => "Customer is gone at Stripe".to_owned(),
        ActivityKind::CheckoutOpened => format!("Checkout opened for {}", agents(after)),
        ActivityKind::PortalOpened => "Billing Portal opened".to_owned(),
        ActivityKind::SubscriptionStarted => format!("Subscription started: {}", status(after)),
        ActivityKind::StatusChanged => format!("Status: {} → {}", status(before), status(after)),
        ActivityKind::StatusUnknown => {
            format!("Stripe says “{after}”, which is new here: access stays as it was")
        }
        ActivityKind::DuplicateCanceled => "A second subscription was ended".to_owned(),
        ActivityKind::TrialRepeated if after == "ended" => {
            "Trial ended: this card has had one before".to_owned()
        }
        ActivityKind::TrialRepeated => "This card has had a trial before".to_owned(),
        ActivityKind::TrialEndChanged => format!("Trial now ends {}", date(after)),
        ActivityKind::SeatsChanged => format!("Seats: {before} → {after}"),
        ActivityKind::PaymentFailed => {
            format!("Card declined: still {}, not {after}", agents(before))
        }
        ActivityKind::ActionRequired => {
            format!("The bank asks to confirm the payment for {}", agents(after))
        }
        ActivityKind::CancellationScheduled => format!("Cancels on {}", date(after)),
        ActivityKind::CancellationWithdrawn => "Cancellation taken back".to_owned(),
        ActivityKind::PriceChanged => format!("Price: {before} → {after}"),
        ActivityKind::AgentHired => format!("Hired {subject}"),
        ActivityKind::AgentActivated => format!("Turned on {subject}"),
        ActivityKind::AgentDeactivated => format!("Turned off {subject}"),
        ActivityKind::AgentRenamed => format!("Renamed {before} to {after}"),
        ActivityKind::AgentsSuspended => format!("Turned off by billing: {subject}"),
        ActivityKind::Unknown => "Something new: reload the page to read it".to_owned(),
        ActivityKind::AgentsRestored => format!("Turned back on by billing: {subject}"),
    }
}

/// Who did it.
pub fn actor(entry: &Activity) -> &str {
    match &entry.actor {
        Actor::Operator { name, .. } => name,
        Actor::Stripe => "Stripe",
        Actor::Portal => "Automatic",
    }
}

/// "$23.84 charged", "$10.00 credited", "$98.00 not charged".
pub fn amount(entry: &Activity) -> Option<String> {
    let money = entry.amount.as_ref()?;
    let size = Money::new(money.amount.saturating_abs(), money.currency.as_str());
    let what = match entry.kind {
        ActivityKind::PaymentFailed => "not charged",
        ActivityKind::ActionRequired => "not charged yet",
        ActivityKind::DuplicateCanceled => "refunded",
        _ if money.amount < 0 => "credited",
        _ => "charged",
    };
    Some(format!("{size} {what}"))
}

fn agents(count: &str) -> String {
    count.parse().map_or_else(|_| format!("{count} agents"), words::agents)
}

fn status(text: &str) -> &str {
    text.parse::<SubscriptionStatus>().map_or(text, |status| status.policy().label)
}

fn date(text: &str) -> String {
    text.parse::<Timestamp>().map_or_else(|_| text.to_owned(), day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: ActivityKind, before: &str, after: &str) -> Activity {
        Activity {
            id: 1,
            at: Timestamp::default(),
            kind,
            actor: Actor::Portal,
            subject: Some("Ada, Bob".into()),
            before: Some(before.into()),
            after: Some(after.into()),
            amount: None,
            stripe_event_id: None,
            stripe_request_id: None,
        }
    }

    #[test]
    fn an_entry_is_said_in_the_words_of_the_page() {
        let said = |kind, before, after| sentence(&entry(kind, before, after));
        assert_eq!(said(ActivityKind::CheckoutOpened, "", "1"), "Checkout opened for 1 agent");
        assert_eq!(
            said(ActivityKind::StatusChanged, "active", "past_due"),
            "Status: Active → Payment required"
        );
        assert_eq!(
            said(ActivityKind::CancellationScheduled, "", "2026-12-03T00:00:00Z"),
            "Cancels on 3 December 2026"
        );
        assert_eq!(
            said(ActivityKind::PaymentFailed, "3", "5"),
            "Card declined: still 3 agents, not 5"
        );
        assert_eq!(said(ActivityKind::AgentsSuspended, "", ""), "Turned off by billing: Ada, Bob");
    }

    #[test]
    fn money_says_which_way_it_went() {
        let mut entry = entry(ActivityKind::SeatsChanged, "3", "5");
        assert_eq!(amount(&entry), None);
        entry.amount = Some(Money::new(2_384, "usd"));
        assert_eq!(amount(&entry).as_deref(), Some("$23.84 charged"));
        entry.amount = Some(Money::new(-1_000, "usd"));
        assert_eq!(amount(&entry).as_deref(), Some("$10.00 credited"));
        entry.kind = ActivityKind::PaymentFailed;
        entry.amount = Some(Money::new(2_384, "usd"));
        assert_eq!(amount(&entry).as_deref(), Some("$23.84 not charged"));
    }
}
