//! The billing address on the hosted Checkout page: a postal code, and a country that decides the tax.

use crate::sandbox::card_form::{CardForm, FieldErrors};
use crate::sandbox::objects;
use crate::sandbox::pages::card_fields;
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::tax::COUNTRIES;
use crate::sandbox::value::Fields;
use crate::sandbox::{checkout_totals, money};
use serde_json::{Value, json};

/// Whether the page asks for an address.
pub fn is_asked(session: &Value) -> bool {
    session.text("billing_address_collection") == "required"
        || (session.flag("automatic_tax.enabled") && is_kept(session))
}

/// Whether the address becomes the customer's and decides the tax; otherwise it is only the card's.
fn is_kept(session: &Value) -> bool {
    session.flag("_saves_address") || session.at("customer").is_none()
}

/// The inputs, filled with what is already known.
pub fn inputs(session: &Value, form: &CardForm, errors: &FieldErrors) -> String {
    let typed = |typed: &str, known: &str| match typed {
        "" => session.text(&format!("customer_details.address.{known}")).to_owned(),
        typed => typed.to_owned(),
    };
    let countries: Vec<(&str, &str)> =
        COUNTRIES.iter().map(|(code, name, _)| (*code, *name)).collect();
    card_fields::address(
        &countries,
        &typed(&form.country, "country"),
        &typed(&form.postal_code, "postal_code"),
        errors,
    )
}

/// What is wrong with the address, if one is asked for.
pub fn check(session: &Value, form: &CardForm) -> FieldErrors {
    let mut errors = FieldErrors::new();
    if !is_asked(session) {
        return errors;
    }
    if !COUNTRIES.iter().any(|(code, ..)| *code == form.country) {
        errors.push(("country", "Choose your country.".to_owned()));
    }
    if form.postal_code.is_empty() || form.postal_code.chars().count() > 12 {
        errors.push(("postal_code", "Enter your postal code.".to_owned()));
    }
    errors
}

/// Stores the address on the session and works out the tax. If the total is no longer the one shown,
/// returns a note to show before the customer pays.
pub fn keep(
    state: &mut State,
    session: &Value,
    form: &CardForm,
    fields: &[(String, String)],
) -> Option<String> {
    if !is_asked(session) || !is_kept(session) {
        return None;
    }
    let address = json!({
        "city": null, "country": form.country, "line1": null, "line2": null,
        "postal_code": form.postal_code, "state": null,
    });
    let (id, now) = (session.text("id"), state.now());
    state.edit(Kind::CheckoutSession, id, |session| {
        if session.at("customer_details").is_none() {
            session.put("customer_details", objects::checkout_session::nobody());
        }
        session.put("customer_details.address", address);
        checkout_totals::reprice(session, now);
    });
    let session = state.store.get(Kind::CheckoutSession, id)?;
    let sum = checkout_totals::period(session, false);
    let shown = fields.iter().find(|(key, _)| key == "shown").map(|(_, value)| value);
    if shown.is_none_or(|shown| *shown == sum.total.to_string()) {
        return None;
    }
    let amount = |amount| money::amount(amount, session.text("currency"));
    Some(format!(
        "The tax for your country is {}, which makes it {}. Check the order, then press the button again.",
        amount(sum.tax),
        amount(sum.total)
    ))
}
