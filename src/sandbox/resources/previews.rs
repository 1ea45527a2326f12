//! `/v1/invoices/create_preview`: the next invoice, and what a change would cost

use crate::sandbox::invoicing::{self, Bill, Finalizes};
use crate::sandbox::resources::discounts_given::Given;
use crate::sandbox::resources::prelude::*;
use crate::sandbox::updating::Proration;
use crate::sandbox::{calendar, discounts, periods, proration};

const NOT_SUPPORTED: &[&str] = &[
    "customer_account",
    "customer_details",
    "invoice_items",
    "issuer",
    "on_behalf_of",
    "schedule",
    "schedule_details",
];
const DETAILS: &str = "billing_cycle_anchor billing_mode billing_schedules cancel_at cancel_at_period_end cancel_now default_tax_rates items metadata pause proration_behavior proration_date resume_at start_date trial_end";

/// Previews the next invoice or, with `always_invoice`, the one that a change would create at once; with
/// `resume_at`, the one that resuming would.
pub fn create(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    super::refuse(params, NOT_SUPPORTED)?;
    let id = params.text("subscription")?.ok_or_else(|| {
        ApiError::unsupported("subscription", "previews without a subscription that is there")
    })?;
    let mut subscription = state.require(Kind::Subscription, id, "subscription")?;
    if params.text("customer")?.is_some_and(|customer| customer != subscription.text("customer")) {
        return Err(ApiError::no_such("subscription", subscription.text("id"), "subscription"));
    }
    if crate::sandbox::due::ended(&subscription) {
        return Err(ApiError::state(
            "You cannot preview the upcoming invoice for a canceled subscription.",
        ));
    }
    super::subscription_settings::check_currency(params, subscription.text("currency"))?;
    Given::of(&subscription.clone()).put(state, params, &mut subscription)?;
    super::automatic_tax::put(state, params, &mut subscription)?;
    let recurring = params.choice("preview_mode", &["next", "recurring"])? == Some("recurring");
    let details = params.object("subscription_details", DETAILS)?;
    super::refuse_but(&details, &["items", "proration_behavior", "proration_date", "resume_at"])?;
    if details.choice("resume_at", &["now"])?.is_some() {
        return resumption(state, &subscription);
    }
    let seats = super::subscription_changes::seats(state, &subscription, &details)?;
    let change = super::subscription_changes::change(state, &subscription, &details, seats)?;
    let prorations = match change.proration {
        Proration::None => Vec::new(),
        Proration::Create | Proration::Invoice => {
            proration::lines(state, &subscription, &change.seats, change.date)
        }
    };
    let at_once = change.proration == Proration::Invoice && !prorations.is_empty() && !recurring;
    let start = subscription.int("items.data.0.current_period_start");
    let mut bill = Bill {
        id: ids::long("upcoming_in"),
        subscription: subscription.text("id").to_owned(),
        reason: "subscription_update",
        proration_date: (!prorations.is_empty() && !recurring).then_some(change.date),
        lines: prorations,
        period: (start, state.now()),
        finalizes: Finalizes::Now,
    };
    if at_once {
        bill.lines.splice(0..0, invoicing::pending_lines(state, subscription.text("id")));
    } else {
        let period_end = subscription.int("items.data.0.current_period_end");
        let end = subscription.maybe_int("cancel_at").filter(|end| *end <= period_end);
        bill.reason = "upcoming";
        bill.period = (start, end.unwrap_or(period_end));
        let then = discounts::on(&subscription, bill.period.1).into_iter();
        let then = then.filter(|one| !(recurring && discounts::is_once(one)));
        discounts::set(&mut subscription, then.collect());
        let next = next_period(state, &subscription, &change.seats);
        bill.lines =
            if recurring { next } else { waiting(state, &subscription, bill.lines, next, end) };
        if bill.lines.is_empty() {
            return Err(ApiError::nothing_upcoming(subscription.text("customer")));
        }
    }
    let mut preview = invoicing::compose(state, &bill, &subscription, None)
        .ok_or_else(|| ApiError::no_such("customer", subscription.text("customer"), "customer"))?;
    if !at_once {
        preview.put("created", bill.period.1);
        preview.put("next_payment_attempt", bill.period.1 + invoicing::DRAFT);
    }
    Ok(preview)
}

/// The invoice that resuming a paused subscription with a new period would create.
fn resumption(state: &State, subscription: &Value) -> Answer {
    if subscription.text("status") != "paused" {
        return Err(ApiError::state(
            "You can only preview resuming a subscription that is paused.",
        ));
    }
    let (resumed, bill) = periods::resumed(state, subscription);
    invoicing::compose(state, &bill, &resumed, None)
        .ok_or_else(|| ApiError::no_such("customer", subscription.text("customer"), "customer"))
}

/// The lines of the next invoice: what is pending, what a change would add, and the next period unless
/// the subscription ends before it.
fn waiting(
    state: &State,
    subscription: &Value,
    prorations: Vec<Value>,
    next: Vec<Value>,
    end: Option<i64>,
) -> Vec<Value> {
    let mut lines = invoicing::pending_lines(state, subscription.text("id"));
    // A change in a trial costs nothing, and Stripe creates no invoice items for it.
    if subscription.text("status") != "trialing" {
        lines.extend(prorations);
    }
    if end.is_none() {
        lines.extend(next);
    }
    lines
}

fn next_period(state: &State, subscription: &Value, seats: &[proration::Seats]) -> Vec<Value> {
    let start = subscription.int("items.data.0.current_period_end");
    let anchor = subscription.int("billing_cycle_anchor");
    let mut changed = subscription.clone();
    proration::set_quantities(&mut changed, seats);
    let mut lines = Vec::new();
    for item in changed.list("items.data") {
        let end = calendar::next(
            start,
            anchor,
            item.text("price.recurring.interval"),
            item.int("price.recurring.interval_count"),
        );
        lines.push(invoicing::period_line(state, item, (start, end), false));
    }
    lines
}
