//! `automatic_tax` among the parameters of a subscription or a preview

use crate::sandbox::protocol::params::Params;
use crate::sandbox::resources::prelude::*;
use crate::sandbox::tax::{self, Tax};

/// What a request sets automatic tax to for a customer, if anything.
pub(super) fn asked(
    state: &State,
    params: &Params,
    customer: &str,
) -> Result<Option<bool>, ApiError> {
    let given = read(params)?;
    if params.has("automatic_tax") {
        given.required("enabled")?;
    }
    let enabled = given.flag("enabled")?;
    let located = state.store.get(Kind::Customer, customer).and_then(Tax::of).is_some();
    if enabled == Some(true) && !located {
        return Err(ApiError::no_tax_location());
    }
    Ok(enabled)
}

/// `automatic_tax`
pub(super) fn read(params: &Params) -> Result<Params, ApiError> {
    let given = params.object("automatic_tax", "enabled liability")?;
    super::refuse(&given, &["liability"])?;
    Ok(given)
}

/// Turns automatic tax on or off for a subscription, if a request says so.
pub(super) fn put(
    state: &State,
    params: &Params,
    subscription: &mut Value,
) -> Result<(), ApiError> {
    if let Some(enabled) = asked(state, params, subscription.text("customer"))? {
        subscription.put("automatic_tax.enabled", enabled);
        subscription.put("automatic_tax.liability", tax::liability(enabled));
    }
    Ok(())
}
