//! `/v1/checkout/sessions`, of mode `subscription` on a hosted page

use crate::sandbox::invoicing::product_name;
use crate::sandbox::protocol::params::Params;
use crate::sandbox::resources::checkout_parameters::{
    CARRIED_OUT, CHOICES, IGNORED, LINE_ITEM, NOT_SUPPORTED, SUBSCRIPTION_DATA,
};
use crate::sandbox::resources::discounts_given::Given;
use crate::sandbox::resources::prelude::*;
use crate::sandbox::resources::subscription_settings;
use crate::sandbox::{checkout, checkout_totals};

const DAY: i64 = 86_400;

pub fn create(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    super::refuse(params, NOT_SUPPORTED)?;
    let tax_ids = params.object("tax_id_collection", "enabled required")?;
    super::refuse_choice(&tax_ids, "enabled", "true", &["false"])?;
    for (key, takes) in IGNORED {
        params.object(key, takes)?;
    }
    params.required("mode")?;
    if params.choice("mode", &["payment", "setup", "subscription"])? != Some("subscription") {
        return Err(ApiError::unsupported("mode", "a Checkout mode other than subscription"));
    }
    if params
        .choice("ui_mode", &["hosted_page", "embedded_page", "elements", "form"])?
        .is_some_and(|mode| mode != "hosted_page")
    {
        return Err(ApiError::unsupported("ui_mode", "a ui_mode other than hosted_page"));
    }
    let success =
        super::url(params, "success_url")?.ok_or_else(|| ApiError::missing("success_url"))?;
    let cancel = super::url(params, "cancel_url")?;
    let now = state.now();
    let expires_at = params.int("expires_at")?.unwrap_or(now + DAY);
    if expires_at < now + 30 * 60 || expires_at > now + DAY {
        return Err(ApiError::invalid(
            "expires_at",
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.",
        ));
    }
    let data = subscription_data(params, now)?;
    let lines = lines(state, params)?;
    let currency = lines.first().map(|line| line.text("currency").to_owned()).unwrap_or_default();
    subscription_settings::check_currency(params, &currency)?;

    let mut session = objects::checkout_session::new(&state.base, &currency, expires_at, now);
    match (params.text("customer")?, params.text("customer_email")?) {
        (Some(_), Some(_)) => {
            return Err(ApiError::invalid(
                "customer_email",
                "You may only specify one of these parameters: customer, customer_email.",
            ));
        }
        (Some(id), None) => {
            let customer = super::customers::alive(state, id, "customer")?;
            session.put("customer", id);
            session.put("customer_details", objects::checkout_session::nobody());
            session.put("customer_details.address", customer.at("address").cloned());
            session.put("customer_details.email", customer.maybe_text("email"));
            session.put("customer_details.tax_exempt", customer.text("tax_exempt"));
        }
        (None, email) => {
            session.put("customer_email", email);
            session.put("customer_creation", "always");
        }
    }
    session.put("automatic_tax.enabled", automatic_tax(params, &session)?);
    session.put("_saves_address", saves_address(params)?);
    let given = Given { customer: params.text("customer")?, currency: &currency, had: &[] };
    let redeemed = given.new_ones(state, params)?;
    if params.has("discounts") && params.flag("allow_promotion_codes")? == Some(true) {
        return Err(ApiError::invalid(
            "allow_promotion_codes",
            "You may only specify one of these parameters: allow_promotion_codes, discounts.",
        ));
    }
    session.put("success_url", success);
    session.put("cancel_url", cancel);
    session.put("_line_items", lines);
    session.put("_subscription_data", data);
    checkout_totals::redeem(&mut session, &redeemed, now);
    allow_methods(params, &mut session)?;
    for (key, choices) in CHOICES {
        params.choice(key, choices)?;
        params.copy_texts(&mut session, &[*key])?;
    }
    params.copy_texts(&mut session, &["client_reference_id"])?;
    params.copy_flags(&mut session, &["allow_promotion_codes"])?;
    params.merge_metadata(&mut session)?;
    state.create(Kind::CheckoutSession, session.clone(), None);
    Ok(session)
}

pub fn retrieve(state: &mut State, call: &Call) -> Answer {
    state.require(Kind::CheckoutSession, &call.id, "session")
}

pub fn update(state: &mut State, call: &Call) -> Answer {
    let mut session = state.require(Kind::CheckoutSession, &call.id, "session")?;
    super::refuse(&call.params, &["collected_information", "line_items", "shipping_options"])?;
    call.params.merge_metadata(&mut session)?;
    state.edit(Kind::CheckoutSession, &call.id, |row| *row = session.clone());
    Ok(session)
}

pub fn expire(state: &mut State, call: &Call) -> Answer {
    let session = state.require(Kind::CheckoutSession, &call.id, "session")?;
    if session.text("status") != "open" {
        return Err(ApiError::state(format!(
            "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of {}.",
            session.text("status")
        )));
    }
    checkout::expire(state, &call.id);
    state.require(Kind::CheckoutSession, &call.id, "session")
}

pub fn line_items(state: &mut State, call: &Call) -> Answer {
    let session = state.require(Kind::CheckoutSession, &call.id, "session")?;
    list::page(call, &objects::checkout_session::line_items(&session))
}

pub fn list(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    super::refuse(params, &["customer_account", "payment_intent", "payment_link"])?;
    let (customer, subscription) = (params.text("customer")?, params.text("subscription")?);
    let status = params.choice("status", &["complete", "expired", "open"])?;
    let details = params.object("customer_details", "email")?;
    let email = details.text("email")?;
    let created = params.range("created")?;
    list::page_of(call, state.store.all(Kind::CheckoutSession).rev(), |row| {
        super::matches(row, "customer", customer)
            && super::matches(row, "subscription", subscription)
            && super::matches(row, "status", status)
            && super::matches(row, "customer_details.email", email)
            && created(row.int("created"))
    })
}

/// `automatic_tax[enabled]`: an existing customer must have an address, or the session must save the
/// one that is typed in.
fn automatic_tax(params: &Params, session: &Value) -> Result<bool, ApiError> {
    let enabled = super::automatic_tax::read(params)?.flag("enabled")?.unwrap_or_default();
    let located = session.at("customer_details.address.country").is_some();
    if enabled && session.at("customer").is_some() && !located && !saves_address(params)? {
        return Err(ApiError::invalid(
            "automatic_tax",
            "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address to the Customer or set `customer_update[address]` to 'auto' to save the address entered in Checkout to the Customer.",
        ));
    }
    Ok(enabled)
}

/// `allowed_payment_method_types`, if given: the hosted page takes only cards.
fn allow_methods(params: &Params, session: &mut Value) -> Result<(), ApiError> {
    const ALLOWED: &str = "allowed_payment_method_types";
    let allowed = params.texts(ALLOWED)?;
    if allowed.is_empty() {
        return Ok(());
    }
    if !allowed.iter().any(|method| method == "card") {
        return Err(ApiError::unsupported(ALLOWED, "a Checkout that takes no cards"));
    }
    session.put(ALLOWED, allowed);
    Ok(())
}

/// `customer_update[address]`
fn saves_address(params: &Params) -> Result<bool, ApiError> {
    let update = params.object("customer_update", "address name shipping")?;
    for key in ["name", "shipping"] {
        super::refuse_choice(&update, key, "auto", &["never"])?;
    }
    Ok(update.choice("address", &["auto", "never"])? == Some("auto"))
}

/// The part of `subscription_data` that the sandbox supports, validated.
fn subscription_data(params: &Params, now: i64) -> Answer {
    let given = params.object("subscription_data", SUBSCRIPTION_DATA)?;
    super::refuse_but(&given, CARRIED_OUT)?;
    subscription_settings::check_mode(&given)?;
    given.choice("proration_behavior", &["create_prorations", "none"])?;
    let mut data = json!({});
    let (days, end) = (given.int_in("trial_period_days", 1..=730)?, given.int("trial_end")?);
    if days.is_some() && end.is_some() {
        return Err(ApiError::invalid(
            &given.name("trial_end"),
            "You may only specify one of trial_period_days and trial_end.",
        ));
    }
    if end.is_some_and(|end| end < now + 2 * DAY) {
        return Err(ApiError::invalid(
            &given.name("trial_end"),
            "The `trial_end` date has to be at least 2 days in the future.",
        ));
    }
    data.put("trial_period_days", days);
    data.put("trial_end", end);
    data.put("description", given.text("description")?);
    let settings = subscription_settings::end_behavior(&given)?;
    data.put(
        "missing_payment_method",
        settings.choice("missing_payment_method", &["cancel", "create_invoice", "pause"])?,
    );
    given.merge_metadata(&mut data)?;
    Ok(data)
}

fn line_items_of(params: &Params) -> Result<Vec<Params>, ApiError> {
    let items = params.objects("line_items", LINE_ITEM)?;
    if items.is_empty() { Err(ApiError::missing("line_items")) } else { Ok(items) }
}

fn lines(state: &State, params: &Params) -> Result<Vec<Value>, ApiError> {
    let mut lines: Vec<Value> = Vec::new();
    for item in line_items_of(params)? {
        super::refuse_but(&item, &["price", "quantity"])?;
        let price = super::prices::sellable(state, &item)?;
        let quantity = item
            .int_in("quantity", 1..=999_999)?
            .ok_or_else(|| ApiError::missing(&item.name("quantity")))?;
        let name = product_name(state, price.text("product"));
        let line = objects::checkout_session::line(&price, &name, quantity);
        let first = lines.first().and_then(|line| line.at("price"));
        if first.is_some_and(|first| !super::prices::alike(first, &price)) {
            return Err(ApiError::unsupported(
                &item.name("price"),
                "prices of different intervals or currencies in one subscription",
            ));
        }
        lines.push(line);
    }
    Ok(lines)
}
