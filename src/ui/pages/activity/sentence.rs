//! A timeline entry in words.

use crate::model::{
    Activity, ActivityKind, Actor, Money, Role, SubscriptionStatus, Timestamp, UnitPrice, View,
};
use crate::ui::dates::Dates;
use crate::ui::words::{Words, fill, plural};

/// An entry, in the visitor's language and time zone.
pub struct Sentence<'a> {
    pub words: &'a Words,
    pub dates: Dates,
    pub entry: &'a Activity,
}

impl Sentence<'_> {
    /// What happened: "Seats: 3 → 5".
    pub fn text(&self) -> String {
        let said = &self.words.activity;
        let subject = self.entry.subject.as_deref().unwrap_or(said.an_agent);
        let before = self.entry.before.as_deref().unwrap_or_default();
        let after = self.entry.after.as_deref().unwrap_or_default();
        match self.entry.kind {
            ActivityKind::CustomerCreated => said.customer_created.to_owned(),
            ActivityKind::CustomerLost => said.customer_lost.to_owned(),
            ActivityKind::CheckoutOpened => fill(said.checkout_opened, &[&self.agents(after)]),
            ActivityKind::PortalOpened => said.portal_opened.to_owned(),
            ActivityKind::SubscriptionStarted => {
                fill(said.subscription_started, &[self.status(after)])
            }
            ActivityKind::StatusChanged => {
                fill(said.status_changed, &[self.status(before), self.status(after)])
            }
            ActivityKind::StatusUnknown => fill(said.status_unknown, &[after]),
            ActivityKind::DuplicateCanceled => said.duplicate_canceled.to_owned(),
            ActivityKind::TrialRepeated if after == "ended" => said.trial_repeated_ended.to_owned(),
            ActivityKind::TrialRepeated => said.trial_repeated.to_owned(),
            ActivityKind::TrialEndChanged => fill(said.trial_end_changed, &[&self.date(after)]),
            ActivityKind::SeatsChanged => fill(said.seats_changed, &[before, after]),
            ActivityKind::InvoicePaid if after == "credit" => {
                fill(said.invoice_paid_by_credit, &[subject])
            }
            ActivityKind::InvoicePaid => fill(said.invoice_paid, &[subject]),
            ActivityKind::InvoiceRefunded => fill(said.invoice_refunded, &[subject]),
            ActivityKind::PaymentRefunded => said.payment_refunded.to_owned(),
            ActivityKind::RenewalFailed => fill(said.renewal_failed, &[subject]),
            ActivityKind::PaymentFailed => fill(said.payment_failed, &[&self.seats(before), after]),
            ActivityKind::ActionRequired => fill(said.action_required, &[&self.seats(after)]),
            ActivityKind::CancellationScheduled => {
                fill(said.cancellation_scheduled, &[&self.date(after)])
            }
            ActivityKind::CancellationWithdrawn => said.cancellation_withdrawn.to_owned(),
            ActivityKind::PriceChanged => {
                fill(said.price_changed, &[&self.price(before), &self.price(after)])
            }
            ActivityKind::AgentHired => fill(said.agent_hired, &[subject]),
            ActivityKind::AgentRenamed => fill(said.agent_renamed, &[before, after]),
            ActivityKind::AgentActivated => fill(said.agent_activated, &[subject]),
            ActivityKind::AgentDeactivated => fill(said.agent_deactivated, &[subject]),
            // Whoever chose fewer seats, or the end, chose this too.
            ActivityKind::AgentsSuspended if matches!(self.entry.actor, Actor::Operator { .. }) => {
                fill(said.agent_deactivated, &[subject])
            }
            ActivityKind::AgentsSuspended => fill(said.agents_suspended, &[subject]),
            ActivityKind::AgentsRestored => fill(said.agents_restored, &[subject]),
            ActivityKind::LookedAt => match &self.entry.subject {
                Some(view) => fill(said.looked_at, &[self.view(view)]),
                None => said.change_refused.to_owned(),
            },
            ActivityKind::OperatorInvited => {
                fill(said.operator_invited, &[self.person(), self.role(after)])
            }
            ActivityKind::OperatorJoined => {
                fill(said.operator_joined, &[self.person(), self.role(after)])
            }
            ActivityKind::OperatorRoleChanged => fill(
                said.operator_role_changed,
                &[self.person(), self.role(before), self.role(after)],
            ),
            ActivityKind::OperatorRemoved => match &self.entry.subject {
                Some(name) => fill(said.operator_removed, &[name]),
                None => said.invitation_withdrawn.to_owned(),
            },
            ActivityKind::Unknown => said.unknown.to_owned(),
        }
    }

    /// Who did it.
    pub fn actor(&self) -> &str {
        match (&self.entry.actor, self.entry.kind) {
            (Actor::Operator { name, .. }, _) => name,
            (Actor::Stripe, _) => self.words.activity.stripe,
            // The portal's rules never change people: it was the command line.
            (
                Actor::Portal,
                ActivityKind::OperatorInvited
                | ActivityKind::OperatorJoined
                | ActivityKind::OperatorRoleChanged
                | ActivityKind::OperatorRemoved,
            ) => self.words.activity.command_line,
            (Actor::Portal, _) => self.words.activity.automatic,
        }
    }

    /// "$23.84 charged", "$10.00 credited", "$98.00 not charged".
    pub fn amount(&self) -> Option<String> {
        let money = self.entry.amount.as_ref()?;
        let size = Money::new(money.amount.saturating_abs(), money.currency.as_str());
        let said = &self.words.activity;
        let what = match self.entry.kind {
            ActivityKind::RenewalFailed | ActivityKind::PaymentFailed => said.not_charged,
            ActivityKind::ActionRequired => said.not_charged_yet,
            ActivityKind::DuplicateCanceled
            | ActivityKind::InvoiceRefunded
            | ActivityKind::PaymentRefunded => said.refunded,
            _ if money.amount < 0 => said.credited,
            _ => said.charged,
        };
        Some(fill(what, &[&self.words.money(&size)]))
    }

    fn agents(&self, count: &str) -> String {
        self.count(self.words.agents.count, count)
    }

    fn seats(&self, count: &str) -> String {
        self.count(self.words.agents.seats, count)
    }

    fn count(&self, forms: &str, count: &str) -> String {
        count.parse().map_or_else(|_| count.to_owned(), |count| plural(forms, count))
    }

    fn price(&self, text: &str) -> String {
        UnitPrice::read(text).map_or_else(|| text.to_owned(), |price| self.words.price(&price))
    }

    fn status<'a>(&self, text: &'a str) -> &'a str {
        text.parse::<SubscriptionStatus>().map_or(text, |status| self.words.status(status))
    }

    fn view<'a>(&self, text: &'a str) -> &'a str {
        text.parse().map_or(text, |view| match view {
            View::Billing => self.words.frame.billing,
            View::Agents => self.words.frame.agents,
            View::Activity => self.words.frame.activity,
        })
    }

    fn person(&self) -> &str {
        self.entry.subject.as_deref().unwrap_or(self.words.activity.somebody_new)
    }

    fn role<'a>(&self, text: &'a str) -> &'a str {
        text.parse::<Role>().map_or(text, |role| self.words.role(role))
    }

    fn date(&self, text: &str) -> String {
        text.parse::<Timestamp>().map_or_else(|_| text.to_owned(), |at| self.dates.day(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;

    fn said<T>(entry: &Activity, say: impl Fn(&Sentence) -> T) -> T {
        let language = Language::En;
        say(&Sentence { words: Words::of(language), dates: Dates::in_utc(language), entry })
    }

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
        let text = |kind, before, after| said(&entry(kind, before, after), |said| said.text());
        assert_eq!(text(ActivityKind::CheckoutOpened, "", "1"), "Checkout opened for 1 agent");
        assert_eq!(
            text(ActivityKind::StatusChanged, "active", "past_due"),
            "Status: Active → Payment required"
        );
        assert_eq!(
            text(ActivityKind::CancellationScheduled, "", "2026-12-03T00:00:00Z"),
            "Cancels on 3 December 2026"
        );
        assert_eq!(text(ActivityKind::PaymentFailed, "3", "5"), "Not paid: still 3 seats, not 5");
        assert_eq!(
            text(ActivityKind::PriceChanged, "4900 usd 1 month", "12000 usd 3 month"),
            "Price: $49.00 a month → $120.00 every 3 months"
        );
        assert_eq!(text(ActivityKind::AgentsSuspended, "", ""), "Turned off by billing: Ada, Bob");
    }

    #[test]
    fn money_says_which_way_it_went() {
        let mut entry = entry(ActivityKind::SeatsChanged, "3", "5");
        assert_eq!(said(&entry, |said| said.amount()), None);
        entry.amount = Some(Money::new(2_384, "usd"));
        assert_eq!(said(&entry, |said| said.amount()).as_deref(), Some("$23.84 charged"));
        entry.amount = Some(Money::new(-1_000, "usd"));
        assert_eq!(said(&entry, |said| said.amount()).as_deref(), Some("$10.00 credited"));
        entry.kind = ActivityKind::PaymentFailed;
        entry.amount = Some(Money::new(2_384, "usd"));
        assert_eq!(said(&entry, |said| said.amount()).as_deref(), Some("$23.84 not charged"));
    }
}
