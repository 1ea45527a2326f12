//! `/v1/customers`

use crate::sandbox::attaching;
use crate::sandbox::protocol::params::Params;
use crate::sandbox::resources::prelude::*;

pub fn create(state: &mut State, call: &Call) -> Answer {
    let mut customer = objects::customer::new(state.now());
    let Some(named) = call.params.text("payment_method")? else {
        fill(state, call, &mut customer, None)?;
        state.create(Kind::Customer, customer.clone(), Some("customer.created"));
        return Ok(customer);
    };
    let method = attaching::find(state, named, "payment_method")?;
    attaching::check(&method, customer.text("id"))?;
    fill(state, call, &mut customer, Some((named, &method)))?;
    state.create(Kind::Customer, customer.clone(), Some("customer.created"));
    attaching::attach(state, method, customer.text("id"));
    Ok(customer)
}

/// A deleted customer can still be retrieved, as `deleted: true`.
pub fn retrieve(state: &mut State, call: &Call) -> Answer {
    state.require(Kind::Customer, &call.id, "id")
}

pub fn update(state: &mut State, call: &Call) -> Answer {
    let mut changed = alive(state, &call.id, "id")?;
    fill(state, call, &mut changed, None)?;
    state.change(Kind::Customer, &call.id, "customer.updated", |customer| {
        *customer = changed.clone()
    });
    Ok(changed)
}

/// Deletes a customer; its subscriptions end at once.
pub fn delete(state: &mut State, call: &Call) -> Answer {
    alive(state, &call.id, "id")?;
    Ok(remove(state, &call.id))
}

/// Ends a customer's subscriptions, and leaves a tombstone in the customer's place.
pub(super) fn remove(state: &mut State, id: &str) -> Value {
    let running: Vec<String> = state
        .store
        .all(Kind::Subscription)
        .filter(|row| row.text("customer") == id && !crate::sandbox::due::ended(row))
        .map(|row| row.text("id").to_owned())
        .collect();
    for subscription in running {
        crate::sandbox::ending::end(state, &subscription);
    }
    if let Some(customer) = state.store.get(Kind::Customer, id).map(crate::sandbox::value::public) {
        state.emit("customer.deleted", customer, None);
    }
    state.store.delete(Kind::Customer, id).unwrap_or_default()
}

pub fn list(state: &mut State, call: &Call) -> Answer {
    let email = call.params.text("email")?;
    let clock = call.params.text("test_clock")?;
    let created = call.params.range("created")?;
    list::page_of(call, state.store.all(Kind::Customer).rev(), |row| {
        super::matches(row, "email", email)
            && super::matches(row, "test_clock", clock)
            && created(row.int("created"))
    })
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

/// Applies the parameters. `taken` is the payment method that the same request attaches: its name in
/// the request, and the object.
fn fill(
    state: &State,
    call: &Call,
    customer: &mut Value,
    taken: Option<(&str, &Value)>,
) -> Result<(), ApiError> {
    let params = &call.params;
    super::refuse(params, &["source", "default_source", "cash_balance", "tax", "tax_id_data"])?;
    if let Some(clock) = params.text("test_clock")? {
        state.require(Kind::TestClock, clock, "test_clock")?;
        customer.put("test_clock", clock);
    }
    if let Some(email) = params.text("email")?.filter(|email| !is_email(email)) {
        return Err(ApiError::no_email(email));
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
            "invoice_prefix",
        ],
    )?;
    if params.has("tax_exempt") {
        let word = params.choice("tax_exempt", &["exempt", "none", "reverse"])?;
        customer.put("tax_exempt", word.unwrap_or("none"));
    }
    if let Some(balance) = params.int("balance")? {
        customer.put("balance", balance);
    }
    if params.has("preferred_locales") {
        customer.put("preferred_locales", params.texts("preferred_locales")?);
    }
    if let Some(sequence) = params.int_in("next_invoice_sequence", 1..=1_000_000_000)? {
        customer.put("next_invoice_sequence", sequence);
    }
    if params.has("address") {
        customer.put("address", address(params)?);
    }
    if params.has("shipping") {
        customer.put("shipping", shipping(params)?);
    }
    fill_settings(state, params, customer, taken)?;
    params.merge_metadata(customer)
}

/// Whether Stripe accepts it as an email address: in ASCII, and with a dot in the domain.
fn is_email(text: &str) -> bool {
    text.is_ascii() && text.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.'))
}

fn fill_settings(
    state: &State,
    params: &Params,
    customer: &mut Value,
    taken: Option<(&str, &Value)>,
) -> Result<(), ApiError> {
    let settings = params.object(
        "invoice_settings",
        "custom_fields default_payment_method footer rendering_options",
    )?;
    super::refuse(&settings, &["custom_fields", "rendering_options"])?;
    if settings.has("footer") {
        customer.put("invoice_settings.footer", settings.text("footer")?);
    }
    if let Some(id) = settings.text("default_payment_method")? {
        let param = settings.name("default_payment_method");
        let method = match taken.filter(|(named, _)| *named == id) {
            Some((_, method)) => method.clone(),
            None => super::payment_methods::of(state, id, customer.text("id"), &param)?,
        };
        customer.put("invoice_settings.default_payment_method", method.text("id"));
    } else if settings.clears("default_payment_method") {
        customer.put("invoice_settings.default_payment_method", Value::Null);
    }
    Ok(())
}

/// The `address` among some parameters; null if it is cleared.
fn address(params: &Params) -> Answer {
    if params.clears("address") {
        return Ok(Value::Null);
    }
    let mut address = json!({ "city": null, "country": null, "line1": null, "line2": null, "postal_code": null, "state": null });
    params
        .object("address", super::ADDRESS)?
        .copy_texts(&mut address, &["city", "country", "line1", "line2", "postal_code", "state"])?;
    Ok(address)
}

fn shipping(params: &Params) -> Answer {
    if params.clears("shipping") {
        return Ok(Value::Null);
    }
    let given = params.object("shipping", "address name phone")?;
    let (name, phone) = (given.required("name")?, given.text("phone")?);
    Ok(json!({ "address": address(&given)?, "name": name, "phone": phone }))
}
