//! What time brings: each due moment is carried out in order, with the clock standing at it.

use serde_json::Value;

use super::invoicing::{self, Bill};
use super::state::State;
use super::store::Kind;
use super::value::{Fields, public};
use super::{calendar, charge, checkout, ids, updating};

const UPDATED: &str = "customer.subscription.updated";
/// Three days before a trial ends, Stripe reminds of it.
const REMINDER: i64 = 3 * 86_400;
const FARTHEST: i64 = 5 * 366 * 86_400;

/// Something due. The order is that in which Stripe handles what falls on one second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    SessionExpiry,
    PendingUpdateExpiry,
    TrialReminder,
    Cancellation,
    TrialEnd,
    Renewal,
}

/// Carries out what is due by now.
pub(crate) fn catch_up(state: &mut State) {
    let now = state.now();
    carry_out_until(state, now);
    state.clock.resume();
}

/// Moves the clock forward to a moment, through everything due on the way.
pub(crate) fn advance(state: &mut State, to: i64) -> Result<(), String> {
    let now = state.now();
    if to < now {
        return Err(format!(
            "The clock only moves forward: it is {now} now, and {to} lies before that."
        ));
    }
    if to - now > FARTHEST {
        return Err("The clock moves at most five years at a time.".to_owned());
    }
    carry_out_until(state, to);
    state.clock.release(to);
    Ok(())
}

/// When the next thing after now is due, for the control page's buttons.
pub(crate) fn next_renewal(state: &State) -> Option<i64> {
    open(state)
        .filter(|(_, due)| matches!(due.1, Due::Renewal | Due::TrialEnd | Due::Cancellation))
        .map(|(_, due)| due.0)
        .min()
}

/// When the next trial ends.
pub(crate) fn next_trial_end(state: &State) -> Option<i64> {
    open(state).filter(|(_, due)| due.1 == Due::TrialEnd).map(|(_, due)| due.0).min()
}

fn carry_out_until(state: &mut State, to: i64) {
    while let Some((id, (at, due))) = first_due(state).filter(|(_, (at, _))| *at <= to) {
        state.clock.hold(at);
        match due {
            Due::SessionExpiry => checkout::expire(state, &id),
            Due::PendingUpdateExpiry => updating::expire_pending(state, &id),
            Due::TrialReminder => remind(state, &id),
            Due::Cancellation => end(state, &id),
            Due::TrialEnd => end_trial(state, &id),
            Due::Renewal => renew(state, &id),
        }
    }
}

fn first_due(state: &State) -> Option<(String, (i64, Due))> {
    let sessions = state
        .store
        .all(Kind::CheckoutSession)
        .filter(|session| session.text("status") == "open")
        .map(|session| (session.text("id"), (session.int("expires_at"), Due::SessionExpiry)));
    open(state).chain(sessions).min_by_key(|(_, due)| *due).map(|(id, due)| (id.to_owned(), due))
}

/// Everything that lies ahead of subscriptions that have not ended.
fn open(state: &State) -> impl Iterator<Item = (&str, (i64, Due))> {
    state.store.all(Kind::Subscription).flat_map(|subscription| {
        ahead(subscription)
            .into_iter()
            .map(|due| (subscription.text("id"), due))
            .collect::<Vec<_>>()
    })
}

fn ahead(subscription: &Value) -> Vec<(i64, Due)> {
    let period_end = subscription.int("items.data.0.current_period_end");
    let mut due = Vec::new();
    if ended(subscription) {
        return due;
    }
    match subscription.text("status") {
        "trialing" => {
            let end = subscription.int("trial_end");
            due.push((end, Due::TrialEnd));
            if !subscription.flag("_reminded") {
                // Of a shorter trial, Stripe reminds at once.
                due.push((
                    (end - REMINDER).max(subscription.int("trial_start")),
                    Due::TrialReminder,
                ));
            }
        }
        "active" | "past_due" | "unpaid" => due.push((period_end, Due::Renewal)),
        _ => {}
    }
    if let Some(at) = subscription.maybe_int("cancel_at") {
        due.push((at, Due::Cancellation));
    }
    if let Some(at) = subscription.maybe_int("pending_update.expires_at") {
        due.push((at, Due::PendingUpdateExpiry));
    }
    due
}

/// Whether a subscription is over for good.
pub(crate) fn ended(subscription: &Value) -> bool {
    matches!(subscription.text("status"), "canceled" | "incomplete_expired")
}

fn remind(state: &mut State, id: &str) {
    state.edit(Kind::Subscription, id, |subscription| subscription.put("_reminded", true));
    if let Some(subscription) = state.store.get(Kind::Subscription, id).map(public) {
        state.emit("customer.subscription.trial_will_end", subscription, None);
    }
}

/// Ends a subscription now: `customer.subscription.deleted`. `canceled_at` stays the time of the
/// request where one was made before.
pub(crate) fn end(state: &mut State, id: &str) {
    let now = state.now();
    state.change(Kind::Subscription, id, "customer.subscription.deleted", |subscription| {
        subscription.put("status", "canceled");
        subscription.put("ended_at", now);
        if subscription.at("canceled_at").is_none() {
            subscription.put("canceled_at", now);
        }
        if subscription.at("cancellation_details.reason").is_none() {
            subscription.put("cancellation_details.reason", "cancellation_requested");
        }
        subscription.put("pending_update", Value::Null);
    });
}

/// Ends a trial: the subscription is active and the first paid period is billed.
pub(crate) fn end_trial(state: &mut State, id: &str) {
    let Some(subscription) = state.store.get(Kind::Subscription, id).cloned() else {
        return;
    };
    let now = state.now();
    if charge::method(state, &subscription).is_none() {
        match subscription.text("trial_settings.end_behavior.missing_payment_method") {
            "cancel" => return end(state, id),
            "pause" => {
                state.change(
                    Kind::Subscription,
                    id,
                    "customer.subscription.paused",
                    |subscription| {
                        subscription.put("status", "paused");
                        subscription.put("trial_end", now);
                    },
                );
                return;
            }
            _ => {}
        }
    }
    begin_period(state, id, now, now, |subscription| {
        subscription.put("status", "active");
        subscription.put("trial_end", now);
        subscription.put("billing_cycle_anchor", now);
    });
}

fn renew(state: &mut State, id: &str) {
    let Some(subscription) = state.store.get(Kind::Subscription, id) else {
        return;
    };
    let start = subscription.int("items.data.0.current_period_end");
    let anchor = subscription.int("billing_cycle_anchor");
    begin_period(state, id, start, anchor, |_| {});
}

/// Moves a subscription into the period that starts at `start`, and bills it.
fn begin_period(
    state: &mut State,
    id: &str,
    start: i64,
    anchor: i64,
    edit: impl FnOnce(&mut Value),
) {
    let invoice = ids::long("in");
    let changed = state.change(Kind::Subscription, id, UPDATED, |subscription| {
        edit(subscription);
        let end = calendar::next(
            start,
            anchor,
            subscription.text("items.data.0.price.recurring.interval"),
            subscription.int("items.data.0.price.recurring.interval_count"),
        );
        // Should a period not move on, time would stand still.
        set_period(subscription, start, end.max(start + 3_600));
        subscription.put("latest_invoice", invoice.as_str());
    });
    let Some(subscription) = changed else { return };
    let period = (start, subscription.int("items.data.0.current_period_end"));
    let mut lines = invoicing::pending_lines(state, id);
    lines.extend(
        subscription
            .list("items.data")
            .iter()
            .map(|item| invoicing::period_line(state, item, period, false)),
    );
    let bill = Bill {
        id: invoice,
        subscription: id.to_owned(),
        reason: "subscription_cycle",
        lines,
        period,
        proration_date: None,
    };
    if subscription.text("status") == "unpaid" {
        // Stripe leaves the invoices of an unpaid subscription as drafts.
        return invoicing::draft(state, &bill);
    }
    if invoicing::bill(state, &bill).is_err() {
        state.change(Kind::Subscription, id, UPDATED, |subscription| {
            subscription.put("status", "past_due")
        });
    }
}

/// Sets the period of every item.
pub(crate) fn set_period(subscription: &mut Value, start: i64, end: i64) {
    for index in 0..subscription.list("items.data").len() {
        subscription.put(&format!("items.data.{index}.current_period_start"), start);
        subscription.put(&format!("items.data.{index}.current_period_end"), end);
    }
}
