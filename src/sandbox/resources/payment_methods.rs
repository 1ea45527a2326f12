//! `/v1/payment_methods`: cards

use crate::sandbox::attaching;
use crate::sandbox::cards::{self, TestCard};
use crate::sandbox::objects::payment_method;
use crate::sandbox::protocol::params::Params;
use crate::sandbox::resources::prelude::*;

pub fn create(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    super::refuse_but(
        params,
        &["type", "card", "billing_details", "metadata", "allow_redisplay", "expand"],
    )?;
    if params.required("type")? != "card" {
        return Err(ApiError::unsupported("type", "payment methods other than cards"));
    }
    if !params.has("card") {
        return Err(ApiError::missing("card"));
    }
    let given = params.object("card", "cvc exp_month exp_year networks number token")?;
    super::refuse(&given, &["networks"])?;
    let mut method = card(&given, state.now())?;
    fill(params, &mut method)?;
    state.create(Kind::PaymentMethod, method.clone(), None);
    Ok(method)
}

pub fn update(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    super::refuse(params, &["us_bank_account"])?;
    let mut changed = state.require(Kind::PaymentMethod, &call.id, "payment_method")?;
    if changed.at("customer").is_none() {
        return Err(ApiError::state(
            "You must save this PaymentMethod to a customer before you can update it.",
        ));
    }
    let card = params.object("card", "exp_month exp_year networks")?;
    super::refuse(&card, &["networks"])?;
    let month = card.int("exp_month")?.unwrap_or(changed.int("card.exp_month"));
    let year = card.int("exp_year")?.unwrap_or(changed.int("card.exp_year"));
    if card.has("exp_month") || card.has("exp_year") {
        check_expiry(month, year, state.now())?;
    }
    changed.put("card.exp_month", month);
    changed.put("card.exp_year", year);
    fill(params, &mut changed)?;
    state.change(Kind::PaymentMethod, &call.id, "payment_method.updated", |method| {
        *method = changed.clone()
    });
    Ok(changed)
}

pub fn retrieve(state: &mut State, call: &Call) -> Answer {
    state.require(Kind::PaymentMethod, &call.id, "payment_method")
}

/// The payment method, if it is attached to this customer.
pub(super) fn of(state: &State, id: &str, customer: &str, param: &str) -> Answer {
    let method = attaching::find(state, id, param)?;
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

pub fn list(state: &mut State, call: &Call) -> Answer {
    let customer = call.params.text("customer")?;
    if let Some(id) = customer {
        super::customers::alive(state, id, "customer")?;
    }
    let kind = call.params.text("type")?;
    list::page_of(call, state.store.all(Kind::PaymentMethod).rev(), |row| {
        row.at("customer").is_some()
            && super::matches(row, "customer", customer)
            && super::matches(row, "type", kind)
    })
}

pub fn of_customer(state: &mut State, call: &Call) -> Answer {
    super::customers::alive(state, &call.id, "customer")?;
    let kind = call.params.text("type")?;
    list::page_of(call, state.store.all(Kind::PaymentMethod).rev(), |row| {
        row.text("customer") == call.id && super::matches(row, "type", kind)
    })
}

pub fn attach(state: &mut State, call: &Call) -> Answer {
    super::refuse(&call.params, &["customer_account"])?;
    let customer = call.params.required("customer")?;
    super::customers::alive(state, customer, "customer")?;
    let method = attaching::find(state, &call.id, "payment_method")?;
    attaching::check(&method, customer)?;
    Ok(attaching::attach(state, method, customer))
}

pub fn detach(state: &mut State, call: &Call) -> Answer {
    let method = state.require(Kind::PaymentMethod, &call.id, "payment_method")?;
    let Some(customer) = method.maybe_text("customer") else {
        return Err(ApiError::state(
            "The payment method you provided is not attached to a customer so detachment is impossible.",
        ));
    };
    state.change(Kind::PaymentMethod, &call.id, "payment_method.detached", |method| {
        method.put("customer", Value::Null);
        method.put("_detached", true);
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

/// A card from its number or from a token.
fn card(given: &Params, now: i64) -> Answer {
    if let Some(token) = given.text("token")? {
        let card = cards::by_token(token)
            .ok_or_else(|| ApiError::no_such("token", token, &given.name("token")))?;
        return Ok(payment_method::card(card, cards::far_expiry(now), now));
    }
    let number: String =
        given.required("number")?.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let required = |key| given.int(key)?.ok_or_else(|| ApiError::missing(&given.name(key)));
    let (month, year) = (required("exp_month")?, required("exp_year")?);
    if !cards::luhn(&number) {
        let message = "Your card number is incorrect.";
        return Err(ApiError::card_field("incorrect_number", "number", message));
    }
    let year = if (0..100).contains(&year) { 2_000 + year } else { year };
    check_expiry(month, year, now)?;
    let card = cards::by_number(&number).ok_or_else(|| {
        ApiError::card(
            "card_declined",
            Some("test_mode_live_card"),
            "Your card was declined. The Stripe sandbox only knows Stripe's test cards.",
        )
    })?;
    check_cvc(given, card)?;
    Ok(payment_method::card(card, (month, year), now))
}

fn check_expiry(month: i64, year: i64, now: i64) -> Result<(), ApiError> {
    let (this_year, _) = cards::month_of(now);
    if !(this_year..this_year + 50).contains(&year) {
        let message = "Your card's expiration year is invalid.";
        return Err(ApiError::card_field("invalid_expiry_year", "exp_year", message));
    }
    if !(1..=12).contains(&month) || cards::has_passed(month, year, now) {
        let message = "Your card's expiration month is invalid.";
        return Err(ApiError::card_field("invalid_expiry_month", "exp_month", message));
    }
    Ok(())
}

fn check_cvc(given: &Params, card: &TestCard) -> Result<(), ApiError> {
    let Some(cvc) = given.text("cvc")? else {
        return Ok(());
    };
    if cvc.len() != card.cvc_length() || !cvc.bytes().all(|byte| byte.is_ascii_digit()) {
        let message = "Your card's security code is invalid.";
        return Err(ApiError::card_field("invalid_cvc", "cvc", message));
    }
    Ok(())
}

/// Applies the parameters that creating and updating share.
fn fill(params: &Params, method: &mut Value) -> Result<(), ApiError> {
    params.choice("allow_redisplay", &["always", "limited", "unspecified"])?;
    params.copy_texts(method, &["allow_redisplay"])?;
    let given = params.object("billing_details", "address email name phone tax_id")?;
    let mut details = method.at("billing_details").cloned().unwrap_or_default();
    given.copy_texts(&mut details, &["email", "name", "phone", "tax_id"])?;
    let mut address = details.at("address").cloned().unwrap_or_default();
    given
        .object("address", super::ADDRESS)?
        .copy_texts(&mut address, &["city", "country", "line1", "line2", "postal_code", "state"])?;
    details.put("address", address);
    method.put("billing_details", details);
    params.merge_metadata(method)
}
