//! `/v1/subscriptions`: finding, cancelling and resuming them

use crate::sandbox::charge::{self, Decline};
use crate::sandbox::ending::{self, Settlement};
use crate::sandbox::resources::prelude::*;
use crate::sandbox::{due, periods};

pub fn retrieve(state: &mut State, call: &Call) -> Answer {
    state.require(Kind::Subscription, &call.id, "id")
}

pub fn list(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    super::refuse(params, &["automatic_tax", "collection_method", "customer_account", "plan"])?;
    let status = params.choice(
        "status",
        &[
            "active",
            "all",
            "canceled",
            "ended",
            "incomplete",
            "incomplete_expired",
            "past_due",
            "paused",
            "trialing",
            "unpaid",
        ],
    )?;
    let (customer, price) = (params.text("customer")?, params.text("price")?);
    let clock = params.text("test_clock")?;
    let (created, start, end) = (
        params.range("created")?,
        params.range("current_period_start")?,
        params.range("current_period_end")?,
    );
    if let Some(customer) = customer {
        state.require(Kind::Customer, customer, "customer")?;
    }
    list::page_of(call, state.store.all(Kind::Subscription).rev(), |row| {
        let shown = match status {
            None => row.text("status") != "canceled",
            Some("all") => true,
            Some("ended") => due::ended(row),
            Some(status) => row.text("status") == status,
        };
        shown
            && super::matches(row, "customer", customer)
            && super::matches(row, "test_clock", clock)
            && price.is_none_or(|price| {
                row.list("items.data").iter().any(|item| item.text("price.id") == price)
            })
            && created(row.int("created"))
            && start(row.int("items.data.0.current_period_start"))
            && end(row.int("items.data.0.current_period_end"))
    })
}

/// Cancels a subscription at once.
pub fn cancel(state: &mut State, call: &Call) -> Answer {
    let mut subscription = state.require(Kind::Subscription, &call.id, "id")?;
    if due::ended(&subscription) {
        return Err(ApiError::no_such("subscription", &call.id, "id"));
    }
    let settlement = Settlement {
        prorate: call.params.flag("prorate")?.unwrap_or_default(),
        invoice_now: call.params.flag("invoice_now")?.unwrap_or_default(),
    };
    super::subscription_changes::cancellation_details(&call.params, &mut subscription)?;
    state.edit(Kind::Subscription, &call.id, |row| *row = subscription);
    ending::settle_and_end(state, &call.id, settlement);
    retrieve(state, call)
}

/// Resumes a paused subscription.
pub fn resume(state: &mut State, call: &Call) -> Answer {
    let subscription = state.require(Kind::Subscription, &call.id, "subscription")?;
    if subscription.text("status") != "paused" {
        return Err(ApiError::state(format!(
            "You can only resume a subscription whose status is paused. This one is {}.",
            subscription.text("status")
        )));
    }
    super::refuse(&call.params, &["proration_date"])?;
    call.params.choice("proration_behavior", &["always_invoice", "create_prorations", "none"])?;
    let anchor = call.params.object("billing_cycle_anchor", "type")?;
    let unchanged = anchor.choice("type", &["now", "unchanged"])? == Some("unchanged");
    let behaviours = ["resume_on_payment_attempt", "resume_on_payment_success"];
    let pays = call.params.choice("payment_behavior", &behaviours)? == Some(behaviours[1]);
    if pays && !unchanged && charge::method(state, &subscription).is_none() {
        return Err(Decline::NoMethod.error());
    }
    periods::resume(state, &call.id, !unchanged);
    retrieve(state, call)
}
