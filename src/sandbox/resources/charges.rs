//! `/v1/charges`: the attempts at payments

use crate::sandbox::resources::prelude::*;

pub fn retrieve(state: &mut State, call: &Call) -> Answer {
    state.require(Kind::Charge, &call.id, "id")
}

pub fn list(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    super::refuse(params, &["transfer_group"])?;
    let (customer, intent) = (params.text("customer")?, params.text("payment_intent")?);
    let created = params.range("created")?;
    list::page_of(call, state.store.all(Kind::Charge).rev(), |row| {
        super::matches(row, "customer", customer)
            && super::matches(row, "payment_intent", intent)
            && created(row.int("created"))
    })
}
