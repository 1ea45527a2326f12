//! `/v1/billing_portal/configurations`

use crate::sandbox::protocol::params::Params;
use crate::sandbox::resources::prelude::*;

const FEATURES: &str =
    "customer_update invoice_history payment_method_update subscription_cancel subscription_update";
const CANCEL: &str = "cancellation_reason enabled mode proration_behavior";
const UPDATE: &str = "billing_cycle_anchor default_allowed_updates enabled products proration_behavior schedule_at_period_end trial_update_behavior";
const CUSTOMER: &[&str] = &["address", "email", "name", "phone", "shipping", "tax_id"];
/// Why a customer cancels: `feedback` in `cancellation_details`.
pub(super) const REASONS: &[&str] = &[
    "customer_service",
    "low_quality",
    "missing_features",
    "other",
    "switched_service",
    "too_complex",
    "too_expensive",
    "unused",
];

pub fn create(state: &mut State, call: &Call) -> Answer {
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

pub fn retrieve(state: &mut State, call: &Call) -> Answer {
    state.require(Kind::PortalConfiguration, &call.id, "configuration")
}

pub fn update(state: &mut State, call: &Call) -> Answer {
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

pub fn list(state: &mut State, call: &Call) -> Answer {
    let (active, default) = (call.params.flag("active")?, call.params.flag("is_default")?);
    list::page_of(call, state.store.all(Kind::PortalConfiguration).rev(), |row| {
        active.is_none_or(|active| row.flag("active") == active)
            && default.is_none_or(|default| row.flag("is_default") == default)
    })
}

fn fill(call: &Call, configuration: &mut Value) -> Result<(), ApiError> {
    call.params.copy_texts(configuration, &["default_return_url", "name"])?;
    call.params.copy_flags(configuration, &["active"])?;
    let profile = call
        .params
        .object("business_profile", "headline privacy_policy_url terms_of_service_url")?;
    let mut shown = configuration.at("business_profile").cloned().unwrap_or_default();
    profile.copy_texts(&mut shown, &["headline", "privacy_policy_url", "terms_of_service_url"])?;
    configuration.put("business_profile", shown);
    let login_page = call.params.object("login_page", "enabled")?;
    super::refuse_choice(&login_page, "enabled", "true", &["false"])?;
    features(&call.params.object("features", FEATURES)?, configuration)?;
    call.params.merge_metadata(configuration)
}

/// Sets which features are enabled, and how cancelling works.
fn features(given: &Params, configuration: &mut Value) -> Result<(), ApiError> {
    let customer = feature(given, "customer_update", "allowed_updates enabled", configuration)?;
    feature(given, "invoice_history", "enabled", configuration)?;
    let method = "enabled payment_method_configuration";
    let method = feature(given, "payment_method_update", method, configuration)?;
    super::refuse(&method, &["payment_method_configuration"])?;
    choices(&customer, "allowed_updates", CUSTOMER, configuration)?;
    let cancel = feature(given, "subscription_cancel", CANCEL, configuration)?;
    let invoiced = ["always_invoice", "create_prorations", "none"];
    if cancel.choice("proration_behavior", &invoiced)?.is_some_and(|chosen| chosen != "none") {
        super::refuse(&cancel, &["proration_behavior"])?;
    }
    if let Some(mode) = cancel.choice("mode", &["at_period_end", "immediately"])? {
        configuration.put("features.subscription_cancel.mode", mode);
    }
    let reason = cancel.object("cancellation_reason", "enabled feedback_options options")?;
    super::refuse(&reason, &["feedback_options"])?;
    if let Some(enabled) = reason.flag("enabled")? {
        configuration.put("features.subscription_cancel.cancellation_reason.enabled", enabled);
    }
    choices(&reason, "options", REASONS, configuration)?;
    plan_changes(&feature(given, "subscription_update", UPDATE, configuration)?, configuration)
}

/// A feature's settings, after setting whether it is enabled.
fn feature(
    given: &Params,
    name: &str,
    takes: &str,
    configuration: &mut Value,
) -> Result<Params, ApiError> {
    let settings = given.object(name, takes)?;
    if let Some(enabled) = settings.flag("enabled")? {
        configuration.put(&format!("features.{name}.enabled"), enabled);
    }
    Ok(settings)
}

/// Sets what customers can change about a subscription. If enabled, it needs to know what, and for
/// which products.
fn plan_changes(given: &Params, configuration: &mut Value) -> Result<(), ApiError> {
    super::refuse(
        given,
        &[
            "billing_cycle_anchor",
            "proration_behavior",
            "schedule_at_period_end",
            "trial_update_behavior",
        ],
    )?;
    choices(
        given,
        "default_allowed_updates",
        &["price", "promotion_code", "quantity"],
        configuration,
    )?;
    let mut products = Vec::new();
    for product in given.objects("products", "adjustable_quantity prices product")? {
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

/// Sets a list of words, if it is given.
fn choices(
    given: &Params,
    key: &str,
    words: &[&str],
    configuration: &mut Value,
) -> Result<(), ApiError> {
    if !given.has(key) {
        return Ok(());
    }
    let chosen = given.choices(key, words)?;
    configuration.put(&given.name(key).replace('[', ".").replace(']', ""), chosen);
    Ok(())
}
