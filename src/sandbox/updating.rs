//! Changing a subscription's quantities and billing for it, and updates that wait for payment.

use crate::sandbox::invoicing::{self, Bill, Finalizes};
use crate::sandbox::objects::invoice_item;
use crate::sandbox::proration::{self, Seats, set_quantities};
use crate::sandbox::protocol::errors::ApiError;
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::{Fields, object, public};
use crate::sandbox::{charge, collecting, ids};
use serde_json::Value;

const UPDATED: &str = "customer.subscription.updated";
/// The longest an update waits for its payment.
const PENDING: i64 = 23 * 3_600;
/// Field of a subscription: the invoice that its pending update waits for.
const AWAITED: &str = "_awaited_invoice";

/// `proration_behavior`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proration {
    None,
    Create,
    Invoice,
}

/// `payment_behavior`: what a failed charge does to the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFailure {
    /// The change stays, and the subscription becomes past due.
    Allow,
    /// The same, with the charge left to the customer.
    Await,
    /// The request fails, and nothing changes.
    Error,
    /// The change waits in `pending_update`.
    Pending,
}

/// A change of quantities.
#[derive(Debug)]
pub struct Change {
    pub seats: Vec<Seats>,
    pub proration: Proration,
    pub on_failure: OnFailure,
    pub date: i64,
}

/// Makes a change, together with whatever else `edit` does to the subscription.
pub fn change(
    state: &mut State,
    id: &str,
    change: &Change,
    edit: impl FnOnce(&mut Value),
) -> Result<(), ApiError> {
    let subscription = state.require(Kind::Subscription, id, "id")?;
    let lines = match change.proration {
        Proration::None => Vec::new(),
        Proration::Create | Proration::Invoice => {
            proration::lines(state, &subscription, &change.seats, change.date)
        }
    };
    let apply = |subscription: &mut Value| {
        edit(subscription);
        set_quantities(subscription, &change.seats);
    };
    if change.proration != Proration::Invoice || lines.is_empty() {
        state.change(Kind::Subscription, id, UPDATED, apply);
        if subscription.text("status") != "trialing" {
            keep_pending(state, subscription.text("customer"), &lines);
        }
        return Ok(());
    }

    if change.on_failure == OnFailure::Pending {
        // The new values replace those that are still pending.
        expire_pending(state, id);
    }
    let mut billed = invoicing::pending_lines(state, id);
    billed.extend(lines.iter().cloned());
    let bill = Bill {
        id: ids::long("in"),
        subscription: id.to_owned(),
        reason: "subscription_update",
        lines: billed,
        period: (subscription.int("items.data.0.current_period_start"), state.now()),
        proration_date: Some(change.date),
        finalizes: Finalizes::Now,
    };
    let due = invoicing::compose(state, &bill, &subscription, None)
        .map_or(0, |draft| draft.int("amount_due"));
    let method = charge::method(state, &subscription);
    let charged = charge::attempt(method.as_ref(), due, false);
    let stays = matches!(change.on_failure, OnFailure::Allow | OnFailure::Await);
    let changes_now = charged.is_ok() || stays;
    if let (Err(decline), OnFailure::Error) = (charged, change.on_failure) {
        return Err(decline.error());
    }
    let now = state.now();
    state.change(Kind::Subscription, id, UPDATED, |subscription| {
        if changes_now {
            apply(subscription);
            if change.on_failure == OnFailure::Pending {
                subscription.put("pending_update", Value::Null);
            }
        } else {
            subscription.put("pending_update", pending_update(subscription, &change.seats, now));
            subscription.put(AWAITED, bill.id.as_str());
        }
        subscription.put("latest_invoice", bill.id.as_str());
    });
    keep_pending(state, subscription.text("customer"), &lines);
    invoicing::draft(state, &bill);
    match change.on_failure {
        OnFailure::Await => collecting::finalize_and_wait(state, &bill.id),
        // What a failure means for the change was settled above.
        OnFailure::Allow | OnFailure::Error | OnFailure::Pending => {
            collecting::finalize_and_collect(state, &bill.id)
        }
    }
    Ok(())
}

/// Stores a credit for the time that a subscription which ends now has paid for and not used.
pub fn credit_unused_time(state: &mut State, id: &str) {
    let Some(subscription) = state.store.get(Kind::Subscription, id).cloned() else { return };
    let items = subscription.list("items.data").iter();
    let seats: Vec<Seats> = items.map(|item| Seats::of(item.text("id"), 0)).collect();
    let lines = proration::lines(state, &subscription, &seats, state.now());
    let credits: Vec<Value> = lines.into_iter().filter(|line| line.int("amount") < 0).collect();
    keep_pending(state, subscription.text("customer"), &credits);
}

/// Whether an update of the subscription waits for this invoice to be paid.
pub fn waits_for(state: &State, id: &str, invoice: &str) -> bool {
    waiting(state, id).is_some_and(|(awaited, _)| awaited == invoice)
}

/// Applies the update that waited for this invoice, if one did.
pub fn apply_pending(state: &mut State, id: &str, invoice: &str) {
    let Some(seats) =
        waiting(state, id).filter(|(awaited, _)| awaited == invoice).map(|(_, seats)| seats)
    else {
        return;
    };
    let applied = state.change(Kind::Subscription, id, UPDATED, |subscription| {
        set_quantities(subscription, &seats);
        subscription.put("pending_update", Value::Null);
    });
    if let Some(applied) = applied {
        state.emit("customer.subscription.pending_update_applied", public(&applied), None);
    }
}

/// Voids the invoice of an update that was not paid for or is no longer wanted, and drops the update.
pub fn expire_pending(state: &mut State, id: &str) {
    if let Some((invoice, _)) = waiting(state, id) {
        invoicing::void(state, &invoice);
        // If the invoice was no longer open, the update is still there: time would stand still.
        drop_pending(state, id, &invoice);
    }
}

/// Drops the update that waited for an invoice, if one did.
pub fn drop_pending(state: &mut State, id: &str, invoice: &str) {
    if !waits_for(state, id, invoice) {
        return;
    }
    let dropped = state.change(Kind::Subscription, id, UPDATED, |subscription| {
        subscription.put("pending_update", Value::Null)
    });
    if let Some(dropped) = dropped {
        state.emit("customer.subscription.pending_update_expired", public(&dropped), None);
    }
}

/// The invoice an update waits for, and what it would change.
fn waiting(state: &State, id: &str) -> Option<(String, Vec<Seats>)> {
    let subscription = state.store.get(Kind::Subscription, id)?;
    subscription.at("pending_update")?;
    let items = subscription.list("pending_update.subscription_items").iter();
    Some((subscription.text(AWAITED).to_owned(), items.map(Seats::with).collect()))
}

/// It waits for 23 hours, but not beyond the period, which in a trial is the trial's.
fn pending_update(subscription: &Value, seats: &[Seats], now: i64) -> Value {
    let mut changed = subscription.clone();
    set_quantities(&mut changed, seats);
    object! {
        "expires_at": (now + PENDING).min(subscription.int("items.data.0.current_period_end")),
        "subscription_items": changed.list("items.data").to_vec();
        null: billing_cycle_anchor, cancel_at_period_end, discounts, metadata, trial_end, trial_from_plan
    }
}

/// Stores prorations as invoice items: `invoiceitem.created` for each.
fn keep_pending(state: &mut State, customer: &str, lines: &[Value]) {
    let now = state.now();
    for line in lines {
        if let Some(id) = line.maybe_text("parent.subscription_item_details.invoice_item") {
            let item = invoice_item::pending(id, customer, line, now);
            state.create(Kind::InvoiceItem, item, Some("invoiceitem.created"));
        }
    }
}
