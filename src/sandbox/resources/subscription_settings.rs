//! Settings of a subscription that its own parameters and a Checkout's `subscription_data` share

use crate::sandbox::protocol::params::Params;
use crate::sandbox::resources::prelude::*;

/// `trial_settings[end_behavior]`
pub(super) fn end_behavior(params: &Params) -> Result<Params, ApiError> {
    let takes = "billing_cycle_anchor missing_payment_method";
    let behavior =
        params.object("trial_settings", "end_behavior")?.object("end_behavior", takes)?;
    super::refuse(&behavior, &["billing_cycle_anchor"])?;
    Ok(behavior)
}

/// Rejects a `billing_mode` other than flexible.
pub(super) fn check_mode(params: &Params) -> Result<(), ApiError> {
    let mode = params.object("billing_mode", "flexible type")?;
    if params.has("billing_mode") {
        mode.required("type")?;
    }
    super::refuse_choice(&mode, "type", "classic", &["flexible"])?;
    let flexible = mode.object("flexible", "proration_discounts")?;
    super::refuse_choice(&flexible, "proration_discounts", "itemized", &["included"])
}

/// Rejects a `currency` that is not the prices'.
pub(super) fn check_currency(params: &Params, currency: &str) -> Result<(), ApiError> {
    match params.text("currency")?.filter(|other| !other.eq_ignore_ascii_case(currency)) {
        Some(other) => Err(ApiError::invalid(
            "currency",
            format!(
                "The price specified only supports `{currency}`. This doesn't match the expected currency: `{other}`."
            ),
        )),
        None => Ok(()),
    }
}
