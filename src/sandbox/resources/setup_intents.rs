//! `/v1/setup_intents`: made by a Checkout that only saves a card

use super::prelude::*;

pub(crate) fn retrieve(state: &mut State, call: &Call) -> Answer {
    state.require(Kind::SetupIntent, &call.id, "intent")
}

pub(crate) fn list(state: &mut State, call: &Call) -> Answer {
    let (customer, method) = (call.params.text("customer")?, call.params.text("payment_method")?);
    let created = call.params.range("created")?;
    let rows = state.store.all(Kind::SetupIntent).rev().filter(|row| {
        super::matches(row, "customer", customer)
            && super::matches(row, "payment_method", method)
            && created(row.int("created"))
    });
    list::page(call, rows)
}
