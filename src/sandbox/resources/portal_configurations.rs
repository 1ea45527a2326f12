//! `/v1/billing_portal/configurations`

use super::super::protocol::params::Params;
use super::prelude::*;

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
    let cancel = given.object("subscription_cancel")?;
    if let Some(mode) = cancel.choice("mode", &["at_period_end", "immediately"])? {
        configuration.put("features.subscription_cancel.mode", mode);
    }
    Ok(())
}
