//! Stripe's API endpoints, one file per resource.

mod automatic_tax;
pub mod charges;
mod checkout_parameters;
pub mod checkout_sessions;
pub mod coupons;
pub mod credit_notes;
pub mod customers;
mod discounts_given;
pub mod events;
pub mod invoice_changes;
pub mod invoices;
mod new_items;
pub mod new_subscriptions;
pub mod payment_intents;
pub mod payment_methods;
pub mod portal_configurations;
pub mod portal_sessions;
pub mod previews;
pub mod prices;
pub mod products;
pub mod promotion_codes;
pub mod refunds;
pub mod setup_intents;
pub mod subscription_changes;
pub mod subscription_items;
mod subscription_settings;
pub mod subscriptions;
pub mod test_clocks;
pub mod webhook_endpoints;

use crate::sandbox::protocol::errors::ApiError;
use crate::sandbox::protocol::params::Params;
use serde_json::Value;

/// The parameters of an `address`.
const ADDRESS: &str = "city country line1 line2 postal_code state";

/// What every resource file uses.
mod prelude {
    pub(super) use crate::sandbox::ids;
    pub(super) use crate::sandbox::objects;
    pub(super) use crate::sandbox::protocol::Call;
    pub(super) use crate::sandbox::protocol::errors::ApiError;
    pub(super) use crate::sandbox::protocol::list;
    pub(super) use crate::sandbox::state::State;
    pub(super) use crate::sandbox::store::Kind;
    pub(super) use crate::sandbox::value::Fields;
    pub(super) use serde_json::{Value, json};

    /// A handler's result.
    pub(super) type Answer = Result<Value, ApiError>;
}

/// A URL parameter, which must be http or https if given.
fn url<'a>(params: &'a Params, key: &str) -> Result<Option<&'a str>, ApiError> {
    let Some(text) = params.text(key)? else {
        return Ok(None);
    };
    // Checkout's placeholder is not valid in a URL, but allowed here.
    let plain = text.replace("{CHECKOUT_SESSION_ID}", "id");
    match reqwest::Url::parse(&plain) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Some(text)),
        _ => Err(ApiError::invalid(
            &params.name(key),
            "Not a valid URL: it must start with http:// or https://.",
        )),
    }
}

/// Rejects Stripe's parameters that the sandbox would otherwise silently ignore.
fn refuse(params: &Params, keys: &[&str]) -> Result<(), ApiError> {
    match keys.iter().find(|key| params.has(key)) {
        Some(key) => Err(ApiError::unsupported(&params.name(key), &params.name(key))),
        None => Ok(()),
    }
}

/// Like [`refuse`], for all but the few that the sandbox supports.
fn refuse_but(params: &Params, keys: &[&str]) -> Result<(), ApiError> {
    match params.keys().find(|key| !keys.contains(key)) {
        Some(key) => refuse(params, &[key]),
        None => Ok(()),
    }
}

/// Like [`refuse`], for one value of a parameter; its other values, `harmless`, change nothing.
fn refuse_choice(
    params: &Params,
    key: &str,
    refused: &str,
    harmless: &[&str],
) -> Result<(), ApiError> {
    if params.text(key)? == Some(refused) {
        return refuse(params, &[key]);
    }
    params.choice(key, &[harmless, &[refused]].concat())?;
    Ok(())
}

/// Whether a row's field has the wanted value, if one is wanted.
fn matches(row: &Value, field: &str, wanted: Option<&str>) -> bool {
    use super::value::Fields;
    wanted.is_none_or(|wanted| row.text(field) == wanted)
}
