//! Statuses, what is due, and what was done, in words.

use super::{Words, fill, plural};
use crate::model::{MainAction, Money, Role, SubscriptionStatus, Tenant, Timestamp, UnpaidInvoice};
use crate::ui::dates::Dates;
use crate::ui::visit::Done;

impl Words {
    /// "1 agent", "3 agents".
    pub fn agents(&self, count: u32) -> String {
        plural(self.agents.count, count)
    }

    /// "1 seat", "3 seats".
    pub fn seats(&self, count: u32) -> String {
        plural(self.agents.seats, count)
    }

    pub fn money(&self, money: &Money) -> String {
        money.written(self.language)
    }

    pub fn status(&self, status: SubscriptionStatus) -> &'static str {
        match status {
            SubscriptionStatus::None => self.billing.none,
            SubscriptionStatus::Trialing => self.billing.trialing,
            SubscriptionStatus::Active => self.billing.active,
            SubscriptionStatus::PastDue => self.billing.past_due,
            SubscriptionStatus::Canceled => self.billing.canceled,
            SubscriptionStatus::Unpaid => self.billing.unpaid,
        }
    }

    pub fn role(&self, role: Role) -> &'static str {
        match role {
            Role::Owner => self.frame.owner,
            Role::Admin => self.frame.admin,
            Role::Member => self.frame.member,
        }
    }

    /// The badge: the status, or "Trial ends 8 December 2026".
    pub fn badge(&self, tenant: &Tenant, dates: Dates) -> String {
        match (tenant.subscription_status, tenant.trial_ends_at) {
            (SubscriptionStatus::Trialing, Some(end)) => {
                fill(self.billing.trial_ends, &[&dates.day(end)])
            }
            (status, _) => self.status(status).to_owned(),
        }
    }

    /// What is due while the subscription is past due, and what happens next.
    pub fn past_due(&self, unpaid: Option<&UnpaidInvoice>, dates: Dates) -> String {
        let Some(invoice) = unpaid else { return self.billing.past_due_text.to_owned() };
        let amount = self.money(&invoice.amount_due);
        match invoice.next_payment_attempt {
            _ if invoice.awaits_action => fill(self.billing.bank_asks_text, &[&amount]),
            Some(at) => fill(self.billing.past_due_retry, &[&amount, &dates.day(at)]),
            None => fill(self.billing.past_due_last, &[&amount]),
        }
    }

    /// What is due while the subscription is unpaid.
    pub fn unpaid(&self, unpaid: Option<&UnpaidInvoice>) -> String {
        match unpaid {
            Some(invoice) => {
                let said = match invoice.drafts_wait {
                    false => self.billing.unpaid_amount,
                    true => self.billing.unpaid_for_long,
                };
                fill(said, &[&self.money(&invoice.amount_due)])
            }
            None => self.billing.unpaid_text.to_owned(),
        }
    }

    /// What stays due beside a change of seats.
    pub fn stays_due(&self, unpaid: &UnpaidInvoice, ends_at: Option<Timestamp>) -> String {
        let said = match ends_at {
            None => self.billing.stays_due,
            Some(_) => self.billing.only_stays_due,
        };
        fill(said, &[&self.money(&unpaid.amount_due)])
    }

    /// The label of the status policy's main action.
    pub fn action(&self, action: MainAction) -> &'static str {
        match action {
            MainAction::Subscribe => self.billing.subscribe,
            MainAction::ManageBilling => self.billing.manage,
            MainAction::UpdatePayment => self.billing.update_payment,
            MainAction::Resubscribe => self.billing.resubscribe,
        }
    }

    /// A Stripe Invoice's `status`, in words.
    pub fn invoice_status<'a>(&'a self, status: &'a str) -> &'a str {
        match status {
            "draft" => self.billing.invoice_draft,
            "open" => self.billing.invoice_open,
            "paid" => self.billing.invoice_paid,
            "uncollectible" => self.billing.invoice_uncollectible,
            "void" => self.billing.invoice_void,
            newer => newer,
        }
    }

    /// What has just been done, for a toast.
    pub fn done(&self, done: &Done) -> String {
        match done {
            Done::Confirmed => self.billing.confirmed.to_owned(),
            Done::SeatsChanged(seats) => plural(self.billing.seats_changed, *seats),
            Done::Withdrawn(seats) => plural(self.billing.withdrawn, *seats),
            Done::CancellationScheduled => self.billing.cancellation_scheduled.to_owned(),
            Done::Ended => self.billing.ended.to_owned(),
            Done::Resumed => self.billing.resumed.to_owned(),
            Done::ActiveAgain => self.billing.active_again.to_owned(),
            Done::Refreshed => self.billing.refreshed.to_owned(),
            Done::AgentCreated(name) => fill(self.agents.created, &[name]),
            Done::AgentRenamed(name) => fill(self.agents.renamed, &[name]),
            Done::AgentsOn(count) => plural(self.agents.turned_on, *count),
            Done::AgentsOff(count) => plural(self.agents.turned_off, *count),
            Done::PasswordChanged => self.account.password_changed.to_owned(),
            Done::SessionEnded => self.account.session_ended.to_owned(),
        }
    }
}
