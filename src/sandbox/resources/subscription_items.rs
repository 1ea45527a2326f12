//! `/v1/subscription_items`: the items of subscriptions

use crate::sandbox::proration::Seats;
use crate::sandbox::resources::new_items;
use crate::sandbox::resources::prelude::*;
use crate::sandbox::{due, updating};

const NOT_SUPPORTED: &[&str] =
    &["billing_thresholds", "current_trial", "discounts", "plan", "price_data", "tax_rates"];

pub fn retrieve(state: &mut State, call: &Call) -> Answer {
    Ok(find(state, &call.id)?.1)
}

pub fn list(state: &mut State, call: &Call) -> Answer {
    let id = call.params.required("subscription")?;
    let subscription = state.require(Kind::Subscription, id, "subscription")?;
    list::page(call, subscription.list("items.data"))
}

/// Adds an item to a subscription. One that waits for its payment is returned as it will be.
pub fn create(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    let id = params.required("subscription")?;
    let subscription = state.require(Kind::Subscription, id, "subscription")?;
    check_status(&subscription)?;
    super::refuse(params, NOT_SUPPORTED)?;
    let new = new_items::read(state, params, &new_items::prices(&subscription))?;
    let item = new.beside(&subscription, state.now());
    let seats = vec![Seats::with(&item)];
    let change = super::subscription_changes::change(state, &subscription, params, seats)?;
    updating::change(state, id, &change, |_| {})?;
    Ok(item)
}

pub fn update(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    let (subscription, item) = find(state, &call.id)?;
    check_status(&subscription)?;
    super::refuse(params, NOT_SUPPORTED)?;
    if params.text("price")?.is_some_and(|price| price != item.text("price.id")) {
        return Err(ApiError::unsupported("price", "changing an item's price"));
    }
    let seats =
        params.int_in("quantity", 0..=999_999)?.map(|quantity| Seats::of(&call.id, quantity));
    let change = super::subscription_changes::change(
        state,
        &subscription,
        params,
        seats.into_iter().collect(),
    )?;
    let mut labelled = item;
    params.merge_metadata(&mut labelled)?;
    let metadata = labelled.at("metadata").cloned().unwrap_or_else(|| json!({}));
    updating::change(state, subscription.text("id"), &change, |row| {
        let place = row.list("items.data").iter().position(|item| item.text("id") == call.id);
        if let Some(index) = place {
            row.put(&format!("items.data.{index}.metadata"), metadata);
        }
    })?;
    Ok(find(state, &call.id)?.1)
}

fn check_status(subscription: &Value) -> Result<(), ApiError> {
    let status = subscription.text("status");
    if due::ended(subscription) || status == "incomplete" {
        let message = format!("You cannot change the items of a subscription that is {status}.");
        return Err(ApiError::state(message));
    }
    Ok(())
}

fn find(state: &State, id: &str) -> Result<(Value, Value), ApiError> {
    state
        .store
        .all(Kind::Subscription)
        .find_map(|row| {
            row.list("items.data")
                .iter()
                .find(|item| item.text("id") == id)
                .map(|item| (row.clone(), item.clone()))
        })
        .ok_or_else(|| ApiError::no_such("subscription_item", id, "item"))
}
