//! `/v1/customers`

use super::prelude::*;

pub(crate) fn create(state: &mut State, call: &Call) -> Answer {
    let mut customer = objects::customer::new(state.now());
    fill(state, call, &mut customer)?;
    if let Some(method) = call.params.text("payment_method")? {
        state.require(Kind::PaymentMethod, method, "payment_method")?;
        let owner = customer.text("id").to_owned();
        state.create(Kind::Customer, customer.clone(), Some("customer.created"));
        state.change(Kind::PaymentMethod, method, "payment_method.attached", |method| {
            method.put("customer", owner)
        });
    } else {
        state.create(Kind::Customer, customer.clone(), Some("customer.created"));
    }
    Ok(customer)
}

/// A deleted customer can still be retrieved, as `deleted: true`.
pub(crate) fn retrieve(state: &mut State, call: &Call) -> Answer {
    state.require(Kind::Customer, &call.id, "id")
}

pub(crate) fn update(state: &mut State, call: &Call) -> Answer {
    let mut changed = alive(state, &call.id, "id")?;
    fill(state, call, &mut changed)?;
    state.change(Kind::Customer, &call.id, "customer.updated", |customer| {
        *customer = changed.clone()
    });
    Ok(changed)
}

/// Deletes a customer; its subscriptions end at once.
pub(crate) fn delete(state: &mut State, call: &Call) -> Answer {
    alive(state, &call.id, "id")?;
    Ok(remove(state, &call.id))
}

/// Ends a customer's subscriptions, and leaves a tombstone in its place.
pub(super) fn remove(state: &mut State, id: &str) -> Value {
    let running: Vec<String> = state
        .store
        .all(Kind::Subscription)
        .filter(|row| row.text("customer") == id && !super::super::due::ended(row))
        .map(|row| row.text("id").to_owned())
        .collect();
    for subscription in running {
        super::super::ending::end(state, &subscription);
    }
    if let Some(customer) = state.store.get(Kind::Customer, id).map(super::super::value::public) {
        state.emit("customer.deleted", customer, None);
    }
    state.store.delete(Kind::Customer, id).unwrap_or_default()
}

pub(crate) fn list(state: &mut State, call: &Call) -> Answer {
    let email = call.params.text("email")?;
    let clock = call.params.text("test_clock")?;
    let created = call.params.range("created")?;
    let rows = state.store.all(Kind::Customer).rev().filter(|row| {
        super::matches(row, "email", email)
            && super::matches(row, "test_clock", clock)
            && created(row.int("created"))
    });
    list::page(call, rows)
}

/// A customer that has not been deleted.
pub(super) fn alive(state: &State, id: &str, param: &str) -> Answer {
    let customer = state.require(Kind::Customer, id, param)?;
    if customer.flag("deleted") {
        Err(ApiError::no_such("customer", id, param))
    } else {
        Ok(customer)
    }
}

fn fill(state: &State, call: &Call, customer: &mut Value) -> Result<(), ApiError> {
    let params = &call.params;
    super::refuse(params, &["source", "cash_balance", "tax_id_data"])?;
    if let Some(clock) = params.text("test_clock")? {
        state.require(Kind::TestClock, clock, "test_clock")?;
        customer.put("test_clock", clock);
    }
    params.copy_texts(
        customer,
        &[
            "email",
            "name",
            "phone",
            "description",
            "business_name",
            "individual_name",
            "tax_exempt",
            "invoice_prefix",
        ],
    )?;
    if let Some(balance) = params.int("balance")? {
        customer.put("balance", balance);
    }
    if params.has("preferred_locales") {
        customer.put("preferred_locales", params.texts("preferred_locales")?);
    }
    if params.has("address") {
        let given = params.object("address")?;
        let mut address = json!({ "city": null, "country": null, "line1": null, "line2": null, "postal_code": null, "state": null });
        given.copy_texts(
            &mut address,
            &["city", "country", "line1", "line2", "postal_code", "state"],
        )?;
        customer.put("address", address);
    }
    let settings = params.object("invoice_settings")?;
    if let Some(method) = settings.text("default_payment_method")? {
        super::payment_methods::of(
            state,
            method,
            customer.text("id"),
            &settings.name("default_payment_method"),
        )?;
        customer.put("invoice_settings.default_payment_method", method);
    } else if settings.clears("default_payment_method") {
        customer.put("invoice_settings.default_payment_method", Value::Null);
    }
    params.merge_metadata(customer)
}
