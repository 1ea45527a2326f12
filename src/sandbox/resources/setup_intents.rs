//! `/v1/setup_intents`: cards saved for later charges

use crate::sandbox::protocol::params::Params;
use crate::sandbox::resources::prelude::*;
use crate::sandbox::{attaching, setting_up};

const NOT_SUPPORTED: &[&str] = &[
    "attach_to_self",
    "confirmation_token",
    "customer_account",
    "excluded_payment_method_types",
    "flow_directions",
    "on_behalf_of",
    "payment_method_configuration",
    "payment_method_data",
    "single_use",
];

pub fn create(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    super::refuse(params, NOT_SUPPORTED)?;
    let customer = params.text("customer")?;
    let mut intent = objects::setup_intent::new(customer, state.now());
    if let Some(usage) = params.choice("usage", &["off_session", "on_session"])? {
        intent.put("usage", usage);
    }
    let automatic = params.object("automatic_payment_methods", "allow_redirects enabled")?;
    if let Some(enabled) = automatic.flag("enabled")? {
        let redirects = automatic.choice("allow_redirects", &["always", "never"])?;
        intent.put(
            "automatic_payment_methods",
            json!({ "enabled": enabled, "allow_redirects": redirects.unwrap_or("always") }),
        );
    }
    let confirm = params.flag("confirm")? == Some(true);
    let return_url = super::url(params, "return_url")?;
    if return_url.is_some() && !confirm {
        return Err(ApiError::invalid(
            "return_url",
            "The parameter `return_url` cannot be passed when creating a SetupIntent unless `confirm` is set to true.",
        ));
    }
    let method = fill(state, params, &mut intent)?;
    if confirm && method.is_none() {
        return Err(no_method());
    }
    if let Some(method) = &method {
        attaching::keep(state, method);
    }
    let id = intent.text("id").to_owned();
    state.create(Kind::SetupIntent, intent, Some("setup_intent.created"));
    if confirm {
        setting_up::confirm(state, &id, return_url)?;
    }
    state.require(Kind::SetupIntent, &id, "intent")
}

pub fn retrieve(state: &mut State, call: &Call) -> Answer {
    state.require(Kind::SetupIntent, &call.id, "intent")
}

pub fn update(state: &mut State, call: &Call) -> Answer {
    super::refuse(&call.params, NOT_SUPPORTED)?;
    let mut intent = state.require(Kind::SetupIntent, &call.id, "intent")?;
    if call.params.has("customer") || call.params.has("payment_method") {
        allow(&intent, "update", BEFORE_CONFIRMATION)?;
    }
    let method = fill(state, &call.params, &mut intent)?;
    if let Some(method) = &method {
        attaching::keep(state, method);
    }
    state.edit(Kind::SetupIntent, &call.id, |row| *row = intent.clone());
    Ok(intent)
}

pub fn confirm(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    super::refuse(params, NOT_SUPPORTED)?;
    let mut intent = state.require(Kind::SetupIntent, &call.id, "intent")?;
    allow(&intent, "confirm", BEFORE_CONFIRMATION)?;
    let return_url = super::url(params, "return_url")?;
    let method = fill(state, params, &mut intent)?;
    if intent.at("payment_method").is_none() {
        return Err(no_method());
    }
    if let Some(method) = &method {
        attaching::keep(state, method);
    }
    state.edit(Kind::SetupIntent, &call.id, |row| *row = intent);
    setting_up::confirm(state, &call.id, return_url)?;
    state.require(Kind::SetupIntent, &call.id, "intent")
}

pub fn cancel(state: &mut State, call: &Call) -> Answer {
    let intent = state.require(Kind::SetupIntent, &call.id, "intent")?;
    let reason = call
        .params
        .choice("cancellation_reason", &["abandoned", "duplicate", "requested_by_customer"])?;
    allow(&intent, "cancel", BEFORE_SUCCESS)?;
    setting_up::cancel(state, &call.id, reason);
    state.require(Kind::SetupIntent, &call.id, "intent")
}

pub fn list(state: &mut State, call: &Call) -> Answer {
    let (customer, method) = (call.params.text("customer")?, call.params.text("payment_method")?);
    let created = call.params.range("created")?;
    list::page_of(call, state.store.all(Kind::SetupIntent).rev(), |row| {
        super::matches(row, "customer", customer)
            && super::matches(row, "payment_method", method)
            && created(row.int("created"))
    })
}

const BEFORE_CONFIRMATION: &[&str] = &["requires_payment_method", "requires_confirmation"];
const BEFORE_SUCCESS: &[&str] =
    &["requires_payment_method", "requires_confirmation", "requires_action"];

/// Rejects a step that the intent's status does not allow.
fn allow(intent: &Value, step: &str, statuses: &[&str]) -> Result<(), ApiError> {
    let status = intent.text("status");
    if statuses.contains(&status) {
        return Ok(());
    }
    Err(ApiError::unexpected_setup(format!(
        "You cannot {step} this SetupIntent because it has a status of {status}. Only a SetupIntent with one of the following statuses allows it: {}.",
        statuses.join(", ")
    ))
    .about("setup_intent", intent))
}

fn no_method() -> ApiError {
    ApiError::unexpected_setup(
        "You cannot confirm this SetupIntent because it's missing a payment method. Update the SetupIntent with a payment method and then confirm it again.",
    )
}

/// Applies the parameters that requests to an intent share; returns the payment method they name.
fn fill(state: &State, params: &Params, intent: &mut Value) -> Result<Option<Value>, ApiError> {
    if let Some(customer) = params.text("customer")? {
        super::customers::alive(state, customer, "customer")?;
        intent.put("customer", customer);
    }
    params.copy_texts(intent, &["description"])?;
    params.merge_metadata(intent)?;
    let Some(id) = params.text("payment_method")? else {
        return Ok(None);
    };
    let method = attaching::find(state, id, "payment_method")?;
    let customer = intent.maybe_text("customer");
    if customer.is_none() && method.at("customer").is_some() {
        return Err(ApiError::state(
            "The payment method you provided is attached to a customer so for security purposes you must provide the customer in the request.",
        ));
    }
    attaching::check_owner(&method, customer.unwrap_or_default())?;
    intent.put("payment_method", method.text("id"));
    intent.put("status", "requires_confirmation");
    Ok(Some(method))
}
