//! From one billing period to the next: a trial's end, a renewal, a resumption.

use crate::sandbox::charge::Decline;
use crate::sandbox::invoicing::{self, Bill, Finalizes};
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::updating::OnFailure;
use crate::sandbox::value::Fields;
use crate::sandbox::{calendar, charge, collecting, ending, ids, time};
use serde_json::Value;

const UPDATED: &str = "customer.subscription.updated";
/// Path of the setting for a trial that ends without a card.
const MISSING_CARD: &str = "trial_settings.end_behavior.missing_payment_method";

/// A period that is about to begin, and its invoice.
struct Next {
    start: i64,
    anchor: i64,
    reason: &'static str,
    finalizes: Finalizes,
}

impl Next {
    /// The period after a trial that is cut short.
    fn after_cut(now: i64) -> Next {
        let reason = "subscription_update";
        Next { start: now, anchor: now, reason, finalizes: Finalizes::Now }
    }

    /// The period that a paused subscription resumes with.
    fn of_resume(now: i64) -> Next {
        let reason = "subscription_cycle";
        Next { start: now, anchor: now, reason, finalizes: Finalizes::Now }
    }

    /// Moves a subscription into the period.
    fn enter(&self, subscription: &mut Value) {
        let end = calendar::next(
            self.start,
            self.anchor,
            subscription.text("items.data.0.price.recurring.interval"),
            subscription.int("items.data.0.price.recurring.interval_count"),
        );
        // A period that did not move on would make time stand still.
        set(subscription, self.start, end.max(self.start + 3_600));
    }

    /// The bill of a subscription that has entered the period, with pending prorations. The invoice's
    /// own period is the one before, which began at `since`.
    fn bill(&self, state: &State, id: String, subscription: &Value, since: i64) -> Bill {
        let period = (self.start, subscription.int("items.data.0.current_period_end"));
        let mut lines = invoicing::pending_lines(state, subscription.text("id"));
        let items = subscription.list("items.data").iter();
        lines.extend(items.map(|item| invoicing::period_line(state, item, period, false)));
        Bill {
            id,
            subscription: subscription.text("id").to_owned(),
            reason: self.reason,
            lines,
            period: (since, self.start),
            proration_date: None,
            finalizes: self.finalizes,
        }
    }
}

/// Ends a trial that is over: the subscription is active, and its first paid period is billed, an hour
/// from now.
pub fn end_trial(state: &mut State, id: &str) {
    let now = state.now();
    let finalizes = Finalizes::At(now + invoicing::DRAFT);
    let next = Next { start: now, anchor: now, reason: "subscription_cycle", finalizes };
    leave_trial(state, id, next);
}

/// Ends a trial early, on request: the first paid period is charged at once, or left to the customer.
pub fn cut_trial(state: &mut State, id: &str, on_failure: OnFailure) {
    time::remind(state, id);
    let next = Next::after_cut(state.now());
    match leave_trial(state, id, next) {
        Some(invoice) if on_failure == OnFailure::Await => {
            collecting::finalize_and_wait(state, &invoice)
        }
        Some(invoice) => collecting::finalize_and_collect(state, &invoice),
        None => {}
    }
}

/// Whether the first paid period could be charged if the trial were cut short now.
pub fn try_cut(state: &State, subscription: &Value) -> Result<(), Decline> {
    let method = charge::method(state, subscription);
    if method.is_none() && subscription.text(MISSING_CARD) != "create_invoice" {
        return Ok(());
    }
    let (next, mut cut) = (Next::after_cut(state.now()), subscription.clone());
    next.enter(&mut cut);
    let bill = next.bill(state, ids::long("in"), &cut, next.start);
    let due = invoicing::compose(state, &bill, &cut, None).map_or(0, |row| row.int("amount_due"));
    charge::attempt(method.as_ref(), due, false)
}

/// Moves a subscription into its next period.
pub fn renew(state: &mut State, id: &str) {
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

/// Resumes a paused subscription. With a new period it stays paused until that is paid; without one, it
/// is active at once.
pub fn resume(state: &mut State, id: &str, new_period: bool) {
    if !new_period {
        return collecting::resume(state, id);
    }
    let next = Next::of_resume(state.now());
    let begun = begin(state, id, &next, |subscription| {
        subscription.put("billing_cycle_anchor", next.anchor);
    });
    if let Some(invoice) = begun {
        collecting::finalize_and_collect(state, &invoice);
    }
}

/// A paused subscription as it would be once resumed with a new period, and the bill for that.
pub fn resumed(state: &State, subscription: &Value) -> (Value, Bill) {
    let next = Next::of_resume(state.now());
    let mut resumed = subscription.clone();
    next.enter(&mut resumed);
    let bill = next.bill(state, ids::long("upcoming_in"), &resumed, next.start);
    (resumed, bill)
}

fn leave_trial(state: &mut State, id: &str, next: Next) -> Option<String> {
    let subscription = state.store.get(Kind::Subscription, id)?;
    let now = state.now();
    if charge::method(state, subscription).is_none() {
        match subscription.text(MISSING_CARD) {
            "cancel" => {
                ending::end_without_card(state, id);
                return None;
            }
            "pause" => {
                let events = [UPDATED, "customer.subscription.paused"];
                state.change_with(Kind::Subscription, id, &events, |row| {
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

/// Moves a subscription into a period and drafts its invoice, which includes pending prorations.
/// Returns the invoice's id.
fn begin(
    state: &mut State,
    id: &str,
    next: &Next,
    edit: impl FnOnce(&mut Value),
) -> Option<String> {
    let invoice = ids::long("in");
    let before = state.store.get(Kind::Subscription, id)?;
    let since = before.int("items.data.0.current_period_start");
    let subscription = state.change(Kind::Subscription, id, UPDATED, |subscription| {
        edit(subscription);
        next.enter(subscription);
        subscription.put("latest_invoice", invoice.as_str());
    })?;
    let bill = next.bill(state, invoice.clone(), &subscription, since);
    invoicing::draft(state, &bill);
    Some(invoice)
}

/// Sets the period of every item.
pub fn set(subscription: &mut Value, start: i64, end: i64) {
    for index in 0..subscription.list("items.data").len() {
        subscription.put(&format!("items.data.{index}.current_period_start"), start);
        subscription.put(&format!("items.data.{index}.current_period_end"), end);
    }
}
