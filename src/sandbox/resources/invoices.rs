//! `/v1/invoices`: finding them

use crate::sandbox::invoicing;
use crate::sandbox::resources::prelude::*;

pub fn retrieve(state: &mut State, call: &Call) -> Answer {
    state.require(Kind::Invoice, &call.id, "invoice")
}

pub fn lines(state: &mut State, call: &Call) -> Answer {
    let invoice = state.require(Kind::Invoice, &call.id, "invoice")?;
    list::page(call, invoice.list("lines.data"))
}

pub fn list(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    let (customer, subscription) = (params.text("customer")?, params.text("subscription")?);
    let status = params.choice("status", &["draft", "open", "paid", "uncollectible", "void"])?;
    let created = params.range("created")?;
    if let Some(customer) = customer {
        state.require(Kind::Customer, customer, "customer")?;
    }
    list::page_of(call, state.store.all(Kind::Invoice).rev(), |row| {
        super::matches(row, "customer", customer)
            && super::matches(row, invoicing::SUBSCRIPTION, subscription)
            && super::matches(row, "status", status)
            && created(row.int("created"))
    })
}
