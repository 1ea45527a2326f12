//! Collecting an invoice: the charge, its retries, and how the result changes the subscription.

use crate::sandbox::charge::{self, Decline};
use crate::sandbox::invoicing::{self, SUBSCRIPTION};
use crate::sandbox::objects::credit_note::Shares;
use crate::sandbox::retries::LastResort;
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::{Fields, public};
use crate::sandbox::{ending, payment, updating};
use serde_json::Value;

const UPDATED: &str = "customer.subscription.updated";
/// Field of an invoice: the payment method that was declined for good; empty if there was none.
const DECLINED: &str = "_declined_method";

/// An attempt to collect an invoice.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// Whether it was requested rather than scheduled. After the first, only scheduled attempts count.
    pub manual: bool,
    /// The payment method to charge instead of the subscription's or the customer's.
    pub method: Option<&'a str>,
    /// Whether the cardholder passed 3-D Secure.
    pub authenticated: bool,
}

impl Attempt<'_> {
    /// An attempt made without a request, such as the one after finalisation.
    pub const FIRST: Attempt<'static> =
        Attempt { manual: false, method: None, authenticated: false };
    /// An attempt that somebody requested.
    pub const MANUAL: Attempt<'static> =
        Attempt { manual: true, method: None, authenticated: false };
}

/// Finalises a draft and collects it.
pub fn finalize_and_collect(state: &mut State, id: &str) {
    invoicing::finalize(state, id);
    retry(state, id);
}

/// Finalises a draft for the customer to pay: until then the subscription is past due.
pub fn finalize_and_wait(state: &mut State, id: &str) {
    invoicing::finalize(state, id);
    let Some(invoice) = state.store.get(Kind::Invoice, id) else { return };
    if invoice.int("amount_remaining") == 0 {
        return retry(state, id);
    }
    let subscription = invoice.text(SUBSCRIPTION).to_owned();
    fall_behind(state, &subscription, id);
}

/// Attempts an invoice that is due. A payment method that was declined for good or is missing is not
/// tried again; only the retry schedule moves on.
pub fn retry(state: &mut State, id: &str) {
    let Some(invoice) = state.store.get(Kind::Invoice, id) else { return };
    let method = charge::method_for(state, invoice, None);
    if invoice.at(DECLINED).is_some_and(|declined| *declined == id_of(method.as_ref())) {
        let tries = invoice.int("attempt_count") + 1;
        return fail(state, id, tries, true, None);
    }
    // Events report a failure; nobody waits for the result.
    let _declined = collect(state, id, Attempt::FIRST);
}

/// Tries to collect an open invoice (`invoice.paid` or `invoice.payment_failed`), and updates the
/// subscription to match.
pub fn collect(state: &mut State, id: &str, attempt: Attempt<'_>) -> Result<(), Decline> {
    let Some(invoice) =
        state.store.get(Kind::Invoice, id).filter(|invoice| invoice.text("status") == "open")
    else {
        return Ok(());
    };
    let due = invoice.int("amount_remaining");
    let tries = invoice.int("attempt_count");
    let counted = due > 0 && (tries == 0 || !attempt.manual);
    let tries = if counted { tries + 1 } else { tries };
    let method = charge::method_for(state, invoice, attempt.method);
    match charge::attempt(method.as_ref(), due, attempt.authenticated) {
        Ok(()) => {
            if due > 0 {
                payment::succeed(state, id, method.as_ref());
                save_method(state, id, method.as_ref());
            }
            settle(state, id, tries);
            Ok(())
        }
        Err(decline) => {
            payment::fail(state, id, method.as_ref(), decline);
            let declined = decline.is_hard().then(|| id_of(method.as_ref()));
            state.edit(Kind::Invoice, id, |row| row.put(DECLINED, declined));
            fail(state, id, tries, counted, Some(decline));
            Err(decline)
        }
    }
}

fn id_of(method: Option<&Value>) -> &str {
    method.map(|method| method.text("id")).unwrap_or_default()
}

/// Saves the method that paid as the subscription's default, if its settings ask for that.
fn save_method(state: &mut State, invoice: &str, method: Option<&Value>) {
    let Some(invoice) = state.store.get(Kind::Invoice, invoice) else { return };
    let subscription = invoice.text(SUBSCRIPTION).to_owned();
    state.change(Kind::Subscription, &subscription, UPDATED, |row| {
        if row.text("payment_settings.save_default_payment_method") == "on_subscription" {
            row.put("default_payment_method", method.map(|method| method.text("id")));
        }
    });
}

/// Marks an open invoice as paid, and reactivates the subscription.
pub fn settle(state: &mut State, id: &str, tries: i64) {
    let now = state.now();
    let events = ["invoice.paid", "invoice.payment_succeeded"];
    let paid = state.change_with(Kind::Invoice, id, &events, |invoice| {
        let due = invoice.int("amount_remaining");
        invoice.put("status", "paid");
        invoice.put("attempted", true);
        invoice.put("attempt_count", tries);
        invoice.put("auto_advance", false);
        invoice.put("amount_paid", invoice.int("amount_paid") + due);
        invoice.put("amount_remaining", 0);
        invoice.put("next_payment_attempt", Value::Null);
        invoice.put("status_transitions.paid_at", now);
    });
    let Some(paid) = paid else { return };
    let subscription = paid.text(SUBSCRIPTION);
    updating::apply_pending(state, subscription, id);
    revive(state, subscription, id);
}

/// Marks an open invoice as paid outside Stripe.
pub fn settle_elsewhere(state: &mut State, id: &str) {
    payment::cancel(state, id);
    let tries = state.store.get(Kind::Invoice, id).map_or(0, |row| row.int("attempt_count"));
    settle(state, id, tries);
}

/// Applies a credit note to its invoice; if nothing is left to pay, the invoice is paid.
pub fn credit(state: &mut State, id: &str, shares: Shares) {
    let changed = state.change(Kind::Invoice, id, "invoice.updated", |invoice| {
        for (field, by) in [
            ("pre_payment_credit_notes_amount", shares.pre_payment),
            ("post_payment_credit_notes_amount", shares.post_payment),
            ("amount_remaining", -shares.pre_payment),
            ("amount_due", -shares.pre_payment),
        ] {
            invoice.put(field, invoice.int(field) + by);
        }
    });
    payment::lower(state, id, shares.pre_payment);
    let paid_up = |row: &Value| row.text("status") == "open" && row.int("amount_remaining") == 0;
    if changed.as_ref().is_some_and(paid_up) {
        settle_elsewhere(state, id);
    }
}

/// Reactivates a subscription whose latest finalised invoice is settled, even if older ones are open.
pub fn revive(state: &mut State, subscription: &str, invoice: &str) {
    if !invoicing::is_latest_finalized(state, invoice) {
        return;
    }
    let Some(row) = state.store.get(Kind::Subscription, subscription) else { return };
    match row.text("status") {
        "past_due" | "unpaid" | "incomplete" => {
            state.change(Kind::Subscription, subscription, UPDATED, |row| {
                row.put("status", "active");
            });
        }
        "paused" => resume(state, subscription),
        _ => {}
    }
}

/// Makes a paused subscription active again.
pub fn resume(state: &mut State, subscription: &str) {
    let events = [UPDATED, "customer.subscription.resumed"];
    state.change_with(Kind::Subscription, subscription, &events, |row| row.put("status", "active"));
}

/// Records a failure. `counted` is whether it moves the retry schedule on; without a `decline`, nothing
/// was charged.
fn fail(state: &mut State, id: &str, tries: i64, counted: bool, decline: Option<Decline>) {
    let Some(invoice) = state.store.get(Kind::Invoice, id) else { return };
    let subscription = invoice.text(SUBSCRIPTION).to_owned();
    let first = invoice.maybe_int("_first_failure").unwrap_or_else(|| state.now());
    let paused = state
        .store
        .get(Kind::Subscription, &subscription)
        .is_some_and(|row| row.text("status") == "paused");
    let retried = invoice.flag("auto_advance")
        && !paused
        && invoice.text("billing_reason") != "subscription_create"
        && !updating::waits_for(state, &subscription, id);
    let next = match (retried, counted) {
        (false, _) => None,
        (true, true) => state.retries.next(first, tries),
        (true, false) => invoice.maybe_int("next_payment_attempt"),
    };
    let failed = state.change(Kind::Invoice, id, "invoice.updated", |invoice| {
        invoice.put("attempted", true);
        invoice.put("attempt_count", tries);
        invoice.put("next_payment_attempt", next);
        invoice.put("auto_advance", next.is_some());
        invoice.put("_first_failure", first);
    });
    if let (Some(failed), Some(decline)) = (failed, decline) {
        tell(state, &failed, decline);
    }
    if !retried {
        return;
    }
    if next.is_some() {
        fall_behind(state, &subscription, id);
    } else {
        last_resort(state, &subscription, id);
    }
}

fn tell(state: &mut State, failed: &Value, decline: Decline) {
    state.emit("invoice.payment_failed", public(failed), None);
    if decline == Decline::Authentication {
        state.emit("invoice.payment_action_required", public(failed), None);
    }
}

fn fall_behind(state: &mut State, subscription: &str, invoice: &str) {
    if !invoicing::is_latest_finalized(state, invoice) {
        return;
    }
    state.change(Kind::Subscription, subscription, UPDATED, |row| {
        if row.text("status") == "active" {
            row.put("status", "past_due");
        }
    });
}

/// Applies the account's last resort once no retry is left.
fn last_resort(state: &mut State, subscription: &str, invoice: &str) {
    fall_behind(state, subscription, invoice);
    match state.retries.then {
        LastResort::Canceled => ending::give_up(state, subscription),
        LastResort::Unpaid => {
            state.change(Kind::Subscription, subscription, UPDATED, |row| {
                if row.text("status") == "past_due" {
                    row.put("status", "unpaid");
                }
            });
        }
        LastResort::PastDue => {}
    }
}
