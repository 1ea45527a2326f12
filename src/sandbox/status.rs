//! A developer's control: puts a subscription into any status and emits the matching event.

use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::Fields;
use crate::sandbox::{calendar, due, ending, periods};
use serde_json::Value;

/// Every status a subscription can have.
pub const STATUSES: &[&str] = &[
    "trialing",
    "active",
    "past_due",
    "unpaid",
    "paused",
    "canceled",
    "incomplete",
    "incomplete_expired",
];

const DEMO_TRIAL: i64 = 14 * 86_400;

/// Puts a subscription into a status; `false` if there is no such status or subscription.
pub fn set(state: &mut State, id: &str, status: &str) -> bool {
    if !STATUSES.contains(&status) || state.store.get(Kind::Subscription, id).is_none() {
        return false;
    }
    if status == "canceled" {
        ending::end(state, id);
        return true;
    }
    let now = state.now();
    state.change(Kind::Subscription, id, "customer.subscription.updated", |subscription| {
        if due::ended(subscription) {
            // At Stripe an ended subscription stays ended; a developer can bring it back here.
            for field in ["ended_at", "canceled_at", "cancel_at", "cancellation_details.reason"] {
                subscription.put(field, Value::Null);
            }
            subscription.put("cancel_at_period_end", false);
        }
        subscription.put("status", status);
        let in_trial = subscription.maybe_int("trial_end").is_some_and(|end| end > now);
        match (status == "trialing", in_trial) {
            (true, false) => {
                subscription.put("trial_start", now);
                subscription.put("trial_end", now + DEMO_TRIAL);
                subscription.put("billing_cycle_anchor", now + DEMO_TRIAL);
                periods::set(subscription, now, now + DEMO_TRIAL);
            }
            (false, true) => {
                subscription.put("trial_end", now);
                start_period(subscription, now);
            }
            (true, true) | (false, false) => {}
        }
        if status == "incomplete_expired" {
            subscription.put("ended_at", now);
        } else if status != "trialing" && subscription.int("items.data.0.current_period_end") <= now
        {
            start_period(subscription, now);
        }
    });
    true
}

fn start_period(subscription: &mut Value, now: i64) {
    subscription.put("billing_cycle_anchor", now);
    let interval = subscription.text("items.data.0.price.recurring.interval").to_owned();
    let count = subscription.int("items.data.0.price.recurring.interval_count");
    periods::set(subscription, now, calendar::next(now, now, &interval, count));
}
