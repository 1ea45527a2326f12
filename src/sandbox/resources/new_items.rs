//! New items: those of a new subscription, and those added to an existing one

use crate::sandbox::protocol::params::Params;
use crate::sandbox::resources::prelude::*;
use crate::sandbox::subscribing::NewItem;

/// The parameters of an item of a new subscription.
pub(super) const NEW: &str =
    "billing_thresholds current_trial discounts metadata plan price price_data quantity tax_rates";
/// The parameters of an item in a change to a subscription.
pub(super) const CHANGED: &str = "billing_thresholds clear_usage current_trial deleted discounts id metadata plan price price_data quantity tax_rates";

/// An item of an `items` list, next to items with these prices.
pub(super) fn listed(state: &State, given: &Params, prices: &[Value]) -> Result<NewItem, ApiError> {
    super::refuse_but(given, &["price", "quantity", "metadata"])?;
    read(state, given, prices)
}

/// Reads an item from `price`, `quantity` and `metadata`, next to items with these prices.
pub(super) fn read(state: &State, given: &Params, prices: &[Value]) -> Result<NewItem, ApiError> {
    let price = super::prices::sellable(state, given)?;
    let (id, param) = (price.text("id"), given.name("price"));
    if prices.iter().any(|other| other.text("id") == id) {
        return Err(ApiError::invalid(
            &param,
            format!("Cannot add multiple subscription items with the same plan: {id}"),
        ));
    }
    if prices.first().is_some_and(|first| !super::prices::alike(first, &price)) {
        return Err(ApiError::unsupported(
            &param,
            "prices of different intervals or currencies in one subscription",
        ));
    }
    let mut labelled = json!({ "metadata": {} });
    given.merge_metadata(&mut labelled)?;
    let quantity = given.int_in("quantity", 0..=999_999)?.unwrap_or(1);
    let metadata = labelled.at("metadata").cloned().unwrap_or_default();
    Ok(NewItem { price, quantity, metadata })
}

/// The prices of a subscription's items.
pub(super) fn prices(subscription: &Value) -> Vec<Value> {
    subscription.list("items.data").iter().filter_map(|item| item.at("price").cloned()).collect()
}
