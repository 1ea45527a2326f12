//! `/v1/payment_methods`: cards, which are made on the hosted pages

use super::prelude::*;

pub(crate) fn retrieve(state: &mut State, call: &Call) -> Answer {
    state.require(Kind::PaymentMethod, &call.id, "payment_method")
}

/// A payment method that is attached to a customer.
pub(super) fn of(state: &State, id: &str, customer: &str, param: &str) -> Answer {
    let method = state.require(Kind::PaymentMethod, id, param)?;
    if method.text("customer") == customer {
        return Ok(method);
    }
    Err(ApiError::invalid(
        param,
        format!(
            "The customer does not have a payment method with the ID {id}. The payment method must be attached to the customer."
        ),
    ))
}

pub(crate) fn list(state: &mut State, call: &Call) -> Answer {
    let customer = call.params.text("customer")?;
    if let Some(id) = customer {
        super::customers::alive(state, id, "customer")?;
    }
    let kind = call.params.text("type")?;
    let rows = state.store.all(Kind::PaymentMethod).rev().filter(|row| {
        row.at("customer").is_some()
            && super::matches(row, "customer", customer)
            && super::matches(row, "type", kind)
    });
    list::page(call, rows)
}

pub(crate) fn of_customer(state: &mut State, call: &Call) -> Answer {
    super::customers::alive(state, &call.id, "customer")?;
    let kind = call.params.text("type")?;
    let rows = state
        .store
        .all(Kind::PaymentMethod)
        .rev()
        .filter(|row| row.text("customer") == call.id && super::matches(row, "type", kind));
    list::page(call, rows)
}

pub(crate) fn attach(state: &mut State, call: &Call) -> Answer {
    let customer = call.params.required("customer")?;
    super::customers::alive(state, customer, "customer")?;
    let method = state.require(Kind::PaymentMethod, &call.id, "payment_method")?;
    if method.at("customer").is_some_and(|owner| owner != customer) {
        return Err(ApiError::state(
            "The payment method you provided has already been attached to a customer.",
        ));
    }
    state.change(Kind::PaymentMethod, &call.id, "payment_method.attached", |method| {
        method.put("customer", customer)
    });
    retrieve(state, call)
}

pub(crate) fn detach(state: &mut State, call: &Call) -> Answer {
    let method = state.require(Kind::PaymentMethod, &call.id, "payment_method")?;
    let Some(customer) = method.maybe_text("customer") else {
        return Err(ApiError::state(
            "The payment method you provided is not attached to a customer so detachment is impossible.",
        ));
    };
    state.change(Kind::PaymentMethod, &call.id, "payment_method.detached", |method| {
        method.put("customer", Value::Null)
    });
    state.change(Kind::Customer, customer, "customer.updated", |customer| {
        if customer.text("invoice_settings.default_payment_method") == call.id {
            customer.put("invoice_settings.default_payment_method", Value::Null);
        }
    });
    let using: Vec<String> = state
        .store
        .all(Kind::Subscription)
        .filter(|row| row.text("default_payment_method") == call.id)
        .map(|row| row.text("id").to_owned())
        .collect();
    for id in using {
        state.change(Kind::Subscription, &id, "customer.subscription.updated", |row| {
            row.put("default_payment_method", Value::Null)
        });
    }
    retrieve(state, call)
}
