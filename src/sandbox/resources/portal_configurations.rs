//! `/v1/billing_portal/configurations`

use super::super::protocol::params::Params;
use super::prelude::*;

const CUSTOMER: &[&str] = &["address", "email", "name", "phone", "shipping", "tax_id"];
const REASONS: &[&str] = &[
    "customer_service",
    "low_quality",
    "missing_features",
    "other",
    "switched_service",
    "too_complex",
    "too_expensive",
    "unused",
];

pub(crate) fn create(state: &mut State, call: &Call) -> Answer {
    if !call.params.has("features") {
        return Err(ApiError::missing("features"));
    }
    let mut configuration = objects::portal::configuration(state.now());
    for feature in ["invoice_history", "payment_method_update", "subscription_cancel"] {
        configuration.put(&format!("features.{feature}.enabled"), false);
    }
    fill(call, &mut configuration)?;
    state.create(
        Kind::PortalConfiguration,
        configuration.clone(),
        Some("billing_portal.configuration.created"),
    );
    Ok(configuration)
}

pub(crate) fn retrieve(state: &mut State, call: &Call) -> Answer {
    state.require(Kind::PortalConfiguration, &call.id, "configuration")
}

pub(crate) fn update(state: &mut State, call: &Call) -> Answer {
    let mut changed = state.require(Kind::PortalConfiguration, &call.id, "configuration")?;
    fill(call, &mut changed)?;
    changed.put("updated", state.now());
    state.change(
        Kind::PortalConfiguration,
        &call.id,
        "billing_portal.configuration.updated",
        |row| *row = changed.clone(),
    );
    Ok(changed)
}

pub(crate) fn list(state: &mut State, call: &Call) -> Answer {
    let (active, default) = (call.params.flag("active")?, call.params.flag("is_default")?);
    let rows = state.store.all(Kind::PortalConfiguration).rev().filter(|row| {
        active.is_none_or(|active| row.flag("active") == active)
            && default.is_none_or(|default| row.flag("is_default") == default)
    });
    list::page(call, rows)
}

fn fill(call: &Call, configuration: &mut Value) -> Result<(), ApiError> {
    call.params.copy_texts(configuration, &["default_return_url", "name"])?;
    call.params.copy_flags(configuration, &["active"])?;
    let profile = call.params.object("business_profile")?;
    let mut shown = configuration.at("business_profile").cloned().unwrap_or_default();
    profile.copy_texts(&mut shown, &["headline", "privacy_policy_url", "terms_of_service_url"])?;
    configuration.put("business_profile", shown);
    features(&call.params.object("features")?, configuration)?;
    call.params.merge_metadata(configuration)
}

/// Takes over which features are on, and how cancelling works.
fn features(given: &Params, configuration: &mut Value) -> Result<(), ApiError> {
    for feature in [
        "customer_update",
        "invoice_history",
        "payment_method_update",
        "subscription_cancel",
        "subscription_update",
    ] {
        if let Some(enabled) = given.object(feature)?.flag("enabled")? {
            configuration.put(&format!("features.{feature}.enabled"), enabled);
        }
    }
    choices(&given.object("customer_update")?, "allowed_updates", CUSTOMER, configuration)?;
    let cancel = given.object("subscription_cancel")?;
    if let Some(mode) = cancel.choice("mode", &["at_period_end", "immediately"])? {
        configuration.put("features.subscription_cancel.mode", mode);
    }
    let reason = cancel.object("cancellation_reason")?;
    super::refuse(&reason, &["feedback_options"])?;
    if let Some(enabled) = reason.flag("enabled")? {
        configuration.put("features.subscription_cancel.cancellation_reason.enabled", enabled);
    }
    choices(&reason, "options", REASONS, configuration)?;
    plan_changes(&given.object("subscription_update")?, configuration)
}

/// Takes over what of a subscription can be changed. Turned on, it needs to know what, and of which
/// products.
fn plan_changes(given: &Params, configuration: &mut Value) -> Result<(), ApiError> {
    choices(
        given,
        "default_allowed_updates",
        &["price", "promotion_code", "quantity"],
        configuration,
    )?;
    let mut products = Vec::new();
    for product in given.objects("products")? {
        super::refuse(&product, &["adjustable_quantity"])?;
        let id = product.required("product")?;
        products.push(json!({ "product": id, "prices": product.texts("prices")? }));
    }
    if !products.is_empty() {
        configuration.put("features.subscription_update.products", products);
    }
    for needed in ["default_allowed_updates", "products"] {
        let missing =
            configuration.list(&format!("features.subscription_update.{needed}")).is_empty();
        if missing && configuration.flag("features.subscription_update.enabled") {
            return Err(ApiError::missing(&given.name(needed)));
        }
    }
    Ok(())
}

/// Takes over a list of words, if it is given.
fn choices(
    given: &Params,
    key: &str,
    words: &[&str],
    configuration: &mut Value,
) -> Result<(), ApiError> {
    if !given.has(key) {
        return Ok(());
    }
    let chosen = given.texts(key)?;
    if let Some(unknown) = chosen.iter().find(|chosen| !words.contains(&chosen.as_str())) {
        let what =
            format!("Invalid {}: {unknown} is none of {}", given.name(key), words.join(", "));
        return Err(ApiError::invalid(&given.name(key), what));
    }
    configuration.put(&given.name(key).replace('[', ".").replace(']', ""), chosen);
    Ok(())
}
