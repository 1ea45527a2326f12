//! From one billing period to the next: a trial's end, a renewal, a resumption.

use serde_json::Value;

use super::invoicing::{self, Bill, Finalizes};
use super::state::State;
use super::store::Kind;
use super::value::Fields;
use super::{calendar, charge, collecting, ending, ids, time};

const UPDATED: &str = "customer.subscription.updated";

/// A period that begins, and the invoice for it.
struct Next {
    start: i64,
    anchor: i64,
    reason: &'static str,
    finalizes: Finalizes,
}

/// Ends a trial whose time has come: the subscription is active, and its first paid period is
/// billed, an hour from now.
pub(crate) fn end_trial(state: &mut State, id: &str) {
    let now = state.now();
    let finalizes = Finalizes::At(now + invoicing::DRAFT);
    let next = Next { start: now, anchor: now, reason: "subscription_cycle", finalizes };
    leave_trial(state, id, next);
}

/// Ends a trial before its time, as a request asks for: the first paid period is charged at once.
pub(crate) fn cut_trial(state: &mut State, id: &str) {
    let now = state.now();
    time::remind(state, id);
    let reason = "subscription_update";
    let next = Next { start: now, anchor: now, reason, finalizes: Finalizes::Now };
    if let Some(invoice) = leave_trial(state, id, next) {
        charge_now(state, &invoice);
    }
}

/// Moves a subscription into its next period.
pub(crate) fn renew(state: &mut State, id: &str) {
    let Some(subscription) = state.store.get(Kind::Subscription, id) else {
        return;
    };
    let next = Next {
        start: subscription.int("items.data.0.current_period_end"),
        anchor: subscription.int("billing_cycle_anchor"),
        reason: "subscription_cycle",
        finalizes: match subscription.text("status") {
            // Stripe leaves the invoices of an unpaid subscription as drafts.
            "unpaid" => Finalizes::Never,
            _ => Finalizes::At(state.now() + invoicing::DRAFT),
        },
    };
    begin(state, id, &next, |_| {});
}

/// Starts a paused subscription again. With a new period it stays paused until that is paid;
/// without, it is active at once.
pub(crate) fn resume(state: &mut State, id: &str, new_period: bool) {
    if !new_period {
        return collecting::resume(state, id);
    }
    let now = state.now();
    let reason = "subscription_cycle";
    let next = Next { start: now, anchor: now, reason, finalizes: Finalizes::Now };
    let begun = begin(state, id, &next, |subscription| {
        subscription.put("billing_cycle_anchor", now);
    });
    if let Some(invoice) = begun {
        charge_now(state, &invoice);
    }
}

fn leave_trial(state: &mut State, id: &str, next: Next) -> Option<String> {
    let subscription = state.store.get(Kind::Subscription, id)?;
    let now = state.now();
    if charge::method(state, subscription).is_none() {
        match subscription.text("trial_settings.end_behavior.missing_payment_method") {
            "cancel" => {
                ending::end(state, id);
                return None;
            }
            "pause" => {
                state.change(Kind::Subscription, id, "customer.subscription.paused", |row| {
                    row.put("status", "paused");
                    row.put("trial_end", now);
                });
                return None;
            }
            _ => {}
        }
    }
    begin(state, id, &next, |subscription| {
        subscription.put("status", "active");
        subscription.put("trial_end", now);
        subscription.put("billing_cycle_anchor", now);
    })
}

/// Moves a subscription into a period and drafts the invoice for it, which takes the prorations
/// that wait. Gives the invoice's id.
fn begin(
    state: &mut State,
    id: &str,
    next: &Next,
    edit: impl FnOnce(&mut Value),
) -> Option<String> {
    let invoice = ids::long("in");
    let subscription = state.change(Kind::Subscription, id, UPDATED, |subscription| {
        edit(subscription);
        let end = calendar::next(
            next.start,
            next.anchor,
            subscription.text("items.data.0.price.recurring.interval"),
            subscription.int("items.data.0.price.recurring.interval_count"),
        );
        // Should a period not move on, time would stand still.
        set(subscription, next.start, end.max(next.start + 3_600));
        subscription.put("latest_invoice", invoice.as_str());
    })?;
    let period = (next.start, subscription.int("items.data.0.current_period_end"));
    let mut lines = invoicing::pending_lines(state, id);
    let items = subscription.list("items.data").iter();
    lines.extend(items.map(|item| invoicing::period_line(state, item, period, false)));
    let bill = Bill {
        id: invoice.clone(),
        subscription: id.to_owned(),
        reason: next.reason,
        lines,
        period,
        proration_date: None,
        finalizes: next.finalizes,
    };
    invoicing::draft(state, &bill);
    Some(invoice)
}

fn charge_now(state: &mut State, invoice: &str) {
    invoicing::finalize(state, invoice);
    // A failure has changed the subscription already; whoever asked sees it there.
    let _declined = collecting::collect(state, invoice, collecting::Attempt::FIRST);
}

/// Sets the period of every item.
pub(crate) fn set(subscription: &mut Value, start: i64, end: i64) {
    for index in 0..subscription.list("items.data").len() {
        subscription.put(&format!("items.data.{index}.current_period_start"), start);
        subscription.put(&format!("items.data.{index}.current_period_end"), end);
    }
}
