//! Everything scheduled, and when it falls due.

use crate::sandbox::calendar;
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::Fields;
use serde_json::Value;

const HOUR: i64 = 3_600;
/// How long before a trial's end Stripe sends its reminder.
const REMINDER: i64 = 72 * HOUR;
/// How long a subscription waits for its first payment.
const INCOMPLETE: i64 = 23 * HOUR;

/// Something due. Variants are in the order in which they are handled within one second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    SessionExpiry,
    PendingUpdateExpiry,
    IncompleteExpiry,
    TrialReminder,
    Finalization,
    Retry,
    Cancellation,
    TrialEnd,
    Renewal,
}

/// The first thing due: when, what it is, and the id of its object.
pub fn first(state: &State) -> Option<(i64, Due, String)> {
    let sessions = state
        .store
        .all(Kind::CheckoutSession)
        .filter(|session| session.text("status") == "open")
        .map(|session| (session.int("expires_at"), Due::SessionExpiry, session.text("id")));
    let invoices = state
        .store
        .all(Kind::Invoice)
        .filter_map(|invoice| of_invoice(invoice).map(|(at, due)| (at, due, invoice.text("id"))));
    subscriptions(state)
        .chain(sessions)
        .chain(invoices)
        .min_by_key(|(at, due, _)| (*at, *due))
        .map(|(at, due, id)| (at, due, id.to_owned()))
}

/// When the next trial ends.
pub fn next_trial_end(state: &State) -> Option<i64> {
    subscriptions(state).filter(|(_, due, _)| *due == Due::TrialEnd).map(|(at, _, _)| at).min()
}

/// When the next period ends.
pub fn next_renewal(state: &State) -> Option<i64> {
    subscriptions(state)
        .filter(|(_, due, _)| matches!(due, Due::Renewal | Due::TrialEnd | Due::Cancellation))
        .map(|(at, _, _)| at)
        .min()
}

/// When the next invoice is finalised or retried.
pub fn next_payment(state: &State) -> Option<i64> {
    state.store.all(Kind::Invoice).filter_map(|invoice| of_invoice(invoice).map(|due| due.0)).min()
}

/// Two intervals from now, by the shortest interval of a running subscription.
pub fn two_intervals_on(state: &State) -> Option<i64> {
    let now = state.now();
    let running = state.store.all(Kind::Subscription).filter(|row| !ended(row));
    let farthest = running.map(|row| {
        let interval = row.text("items.data.0.price.recurring.interval");
        let count = row.int("items.data.0.price.recurring.interval_count");
        calendar::next(calendar::next(now, now, interval, count), now, interval, count)
    });
    farthest.min()
}

/// Whether a subscription is over for good.
pub fn ended(subscription: &Value) -> bool {
    matches!(subscription.text("status"), "canceled" | "incomplete_expired")
}

fn subscriptions(state: &State) -> impl Iterator<Item = (i64, Due, &str)> {
    state
        .store
        .all(Kind::Subscription)
        .flat_map(|row| of_subscription(row).into_iter().map(|(at, due)| (at, due, row.text("id"))))
}

fn of_subscription(subscription: &Value) -> Vec<(i64, Due)> {
    let mut ahead = Vec::new();
    if ended(subscription) {
        return ahead;
    }
    match subscription.text("status") {
        "trialing" => {
            let end = subscription.int("trial_end");
            ahead.push((end, Due::TrialEnd));
            if !subscription.flag("_reminded") {
                // For a shorter trial, Stripe sends the reminder at once.
                let at = (end - REMINDER).max(subscription.int("trial_start"));
                ahead.push((at, Due::TrialReminder));
            }
        }
        "active" | "past_due" | "unpaid" => {
            ahead.push((subscription.int("items.data.0.current_period_end"), Due::Renewal));
        }
        "incomplete" => {
            ahead.push((subscription.int("created") + INCOMPLETE, Due::IncompleteExpiry))
        }
        _ => {}
    }
    if let Some(at) = subscription.maybe_int("cancel_at") {
        ahead.push((at, Due::Cancellation));
    }
    if let Some(at) = subscription.maybe_int("pending_update.expires_at") {
        ahead.push((at, Due::PendingUpdateExpiry));
    }
    ahead
}

fn of_invoice(invoice: &Value) -> Option<(i64, Due)> {
    match invoice.text("status") {
        "draft" => {
            invoice.maybe_int("automatically_finalizes_at").map(|at| (at, Due::Finalization))
        }
        "open" => invoice.maybe_int("next_payment_attempt").map(|at| (at, Due::Retry)),
        _ => None,
    }
}
