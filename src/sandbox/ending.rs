//! The end of a subscription: cancelled now or as scheduled, given up, or never paid.

use crate::sandbox::invoicing::{self, Bill, Finalizes};
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::Fields;
use crate::sandbox::{collecting, ids, updating};
use serde_json::Value;

/// Field of a subscription: whether its end at `cancel_at` credits nothing.
pub const UNPRORATED: &str = "_ends_unprorated";

/// What cancelling at once credits and bills.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settlement {
    /// Credits unused time.
    pub prorate: bool,
    /// Bills pending items on a final invoice.
    pub invoice_now: bool,
}

/// Ends a subscription now, on request: `customer.subscription.deleted`.
pub fn end(state: &mut State, id: &str) {
    close(state, id, Some("cancellation_requested"));
}

/// Ends a subscription that has no card after its trial, as its trial settings say.
pub fn end_without_card(state: &mut State, id: &str) {
    close(state, id, None);
}

/// Ends a subscription after the last retry failed.
pub fn give_up(state: &mut State, id: &str) {
    close(state, id, Some("payment_failed"));
}

/// Ends a subscription at its scheduled time. Within a period, unused time is credited unless the
/// request said otherwise. Pending prorations get a final invoice.
pub fn end_as_scheduled(state: &mut State, id: &str) {
    if state.store.get(Kind::Subscription, id).is_some_and(|row| !row.flag(UNPRORATED)) {
        updating::credit_unused_time(state, id);
    }
    end(state, id);
    let finalizes = Finalizes::At(state.now() + invoicing::DRAFT);
    bill_pending(state, id, "subscription_cycle", finalizes);
}

/// Ends a subscription now, with the requested credit and final invoice.
pub fn settle_and_end(state: &mut State, id: &str, settlement: Settlement) {
    if settlement.prorate {
        updating::credit_unused_time(state, id);
    }
    end(state, id);
    if settlement.invoice_now
        && let Some(invoice) = bill_pending(state, id, "subscription_update", Finalizes::Now)
    {
        // A final charge that fails leaves its invoice open; the subscription ends either way.
        collecting::finalize_and_collect(state, &invoice);
    }
}

/// Expires a subscription whose first payment did not come.
pub fn expire_incomplete(state: &mut State, id: &str) {
    let now = state.now();
    let expired =
        state.change(Kind::Subscription, id, "customer.subscription.updated", |subscription| {
            subscription.put("status", "incomplete_expired");
            subscription.put("ended_at", now);
        });
    if let Some(invoice) = expired.as_ref().and_then(|row| row.maybe_text("latest_invoice")) {
        invoicing::void(state, invoice);
    }
}

/// Keeps the `canceled_at` and the reason of an earlier request.
fn close(state: &mut State, id: &str, reason: Option<&str>) {
    let now = state.now();
    state.change(Kind::Subscription, id, "customer.subscription.deleted", |subscription| {
        subscription.put("status", "canceled");
        subscription.put("ended_at", now);
        if subscription.at("canceled_at").is_none() {
            subscription.put("canceled_at", now);
        }
        if subscription.at("cancellation_details.reason").is_none() {
            subscription.put("cancellation_details.reason", reason);
        }
        subscription.put("pending_update", Value::Null);
    });
    stop_collecting(state, id);
}

/// Schedules the end of a subscription.
pub fn schedule(subscription: &mut Value, at_period_end: bool, at: i64, now: i64) {
    subscription.put("cancel_at_period_end", at_period_end);
    subscription.put("cancel_at", at);
    subscription.put("canceled_at", now);
    subscription.put("cancellation_details.reason", "cancellation_requested");
}

/// Removes a scheduled end.
pub fn unschedule(subscription: &mut Value) {
    subscription.put("cancel_at_period_end", false);
    for field in ["cancel_at", "canceled_at", "cancellation_details.reason"] {
        subscription.put(field, Value::Null);
    }
}

/// Stops collecting unpaid invoices automatically.
fn stop_collecting(state: &mut State, subscription: &str) {
    let waiting: Vec<String> = invoicing::of(state, subscription)
        .filter(|invoice| {
            matches!(invoice.text("status"), "draft" | "open") && invoice.flag("auto_advance")
        })
        .map(|invoice| invoice.text("id").to_owned())
        .collect();
    for id in waiting {
        state.change(Kind::Invoice, &id, "invoice.updated", |invoice| {
            invoice.put("auto_advance", false);
            invoice.put("automatically_finalizes_at", Value::Null);
            invoice.put("next_payment_attempt", Value::Null);
        });
    }
}

fn bill_pending(
    state: &mut State,
    id: &str,
    reason: &'static str,
    finalizes: Finalizes,
) -> Option<String> {
    let lines = invoicing::pending_lines(state, id);
    let subscription = state.store.get(Kind::Subscription, id).filter(|_| !lines.is_empty())?;
    let invoice = ids::long("in");
    let bill = Bill {
        id: invoice.clone(),
        subscription: id.to_owned(),
        reason,
        lines,
        period: (subscription.int("items.data.0.current_period_start"), state.now()),
        proration_date: None,
        finalizes,
    };
    state.edit(Kind::Subscription, id, |row| row.put("latest_invoice", invoice.as_str()));
    invoicing::draft(state, &bill);
    Some(invoice)
}
