//! `POST /v1/subscriptions/{id}`: changing one

use crate::sandbox::ending::{UNPRORATED, schedule, unschedule};
use crate::sandbox::proration::{Seats, set_quantities};
use crate::sandbox::protocol::params::Params;
use crate::sandbox::resources::discounts_given::Given;
use crate::sandbox::resources::new_items;
use crate::sandbox::resources::prelude::*;
use crate::sandbox::updating::{self, Change, OnFailure, Proration};
use crate::sandbox::{discounts, periods};

const NOT_SUPPORTED: &[&str] = &[
    "add_invoice_items",
    "application_fee_percent",
    "billing_cycle_anchor",
    "billing_schedules",
    "billing_thresholds",
    "collection_method",
    "days_until_due",
    "default_source",
    "default_tax_rates",
    "invoice_settings",
    "on_behalf_of",
    "pause_collection",
    "pending_invoice_item_interval",
    "transfer_data",
    "trial_from_plan",
];
/// What Stripe allows with `payment_behavior=pending_if_incomplete`, of what is supported here.
const WITH_PENDING: &[&str] = &[
    "items",
    "proration_behavior",
    "proration_date",
    "payment_behavior",
    "trial_end",
    "expand",
    "off_session",
];
/// What else Stripe keeps in a `pending_update`.
const NOT_SUPPORTED_WITH_PENDING: &[&str] = &["cancel_at_period_end", "discounts", "metadata"];

pub fn update(state: &mut State, call: &Call) -> Answer {
    let subscription = state.require(Kind::Subscription, &call.id, "id")?;
    check_status(&subscription, &call.params)?;
    super::refuse(&call.params, NOT_SUPPORTED)?;
    let edited = edited(state, &subscription, &call.params)?;
    let seats = seats(state, &edited, &call.params)?;
    let change = change(state, &subscription, &call.params, seats)?;
    let ends_trial =
        call.params.text("trial_end")? == Some("now") && subscription.text("status") == "trialing";
    match change.on_failure {
        OnFailure::Pending => check_pending(&call.params, ends_trial)?,
        OnFailure::Error if ends_trial => {
            let mut ahead = edited.clone();
            set_quantities(&mut ahead, &change.seats);
            periods::try_cut(state, &ahead).map_err(|decline| decline.error())?;
        }
        OnFailure::Allow | OnFailure::Await | OnFailure::Error => {}
    }
    let gone: Vec<Value> = subscription
        .list("_discounts")
        .iter()
        .filter(|had| !edited.list("discounts").iter().any(|id| id == had.text("id")))
        .cloned()
        .collect();
    let shown = edited.clone();
    updating::change(state, &call.id, &change, |row| *row = edited)?;
    discounts::keep(state, &shown);
    discounts::forget(state, &gone);
    if ends_trial {
        periods::cut_trial(state, &call.id, change.on_failure);
    }
    state.require(Kind::Subscription, &call.id, "id")
}

/// Rejects what cannot be changed before the first payment or after the end.
fn check_status(subscription: &Value, params: &Params) -> Result<(), ApiError> {
    let (allowed, message): (&[&str], &str) = match subscription.text("status") {
        "canceled" | "incomplete_expired" => (
            &["metadata", "cancellation_details", "expand"],
            "A canceled subscription can only update its cancellation_details and metadata.",
        ),
        "incomplete" => (
            &["metadata", "default_source", "expand"],
            "An incomplete subscription can only update its metadata and default_source.",
        ),
        _ => return Ok(()),
    };
    match params.keys().all(|key| allowed.contains(&key)) {
        true => Ok(()),
        false => Err(ApiError::state(message)),
    }
}

/// Rejects what cannot be combined with `payment_behavior=pending_if_incomplete`.
fn check_pending(params: &Params, ends_trial: bool) -> Result<(), ApiError> {
    const PENDING: &str = "with payment_behavior=pending_if_incomplete";
    if ends_trial {
        return Err(ApiError::unsupported("trial_end", &format!("trial_end=now {PENDING}")));
    }
    match params.keys().find(|key| !WITH_PENDING.contains(key)) {
        None => Ok(()),
        Some(other) if NOT_SUPPORTED_WITH_PENDING.contains(&other) => {
            Err(ApiError::unsupported(other, &format!("{other} {PENDING}")))
        }
        Some(other) => Err(ApiError::invalid(
            other,
            format!("The following parameters are not allowed {PENDING}: {other}."),
        )),
    }
}

/// The requested quantities in `items`. One without an id is a new item for the subscription.
pub(super) fn seats(
    state: &State,
    subscription: &Value,
    params: &Params,
) -> Result<Vec<Seats>, ApiError> {
    let mut seats = Vec::new();
    let mut prices = new_items::prices(subscription);
    for given in params.objects("items", new_items::CHANGED)? {
        let Some(id) = given.text("id")? else {
            let new = new_items::listed(state, &given, &prices)?;
            prices.push(new.price.clone());
            seats.push(Seats::with(&new.beside(subscription, state.now())));
            continue;
        };
        super::refuse(
            &given,
            &[
                "billing_thresholds",
                "clear_usage",
                "current_trial",
                "deleted",
                "discounts",
                "plan",
                "price_data",
                "tax_rates",
                "metadata",
            ],
        )?;
        let item = subscription
            .list("items.data")
            .iter()
            .find(|item| item.text("id") == id)
            .ok_or_else(|| ApiError::no_such("subscription item", id, &given.name("id")))?;
        if given.text("price")?.is_some_and(|price| price != item.text("price.id")) {
            return Err(ApiError::unsupported(&given.name("price"), "changing an item's price"));
        }
        if let Some(quantity) = given.int_in("quantity", 0..=999_999)? {
            seats.push(Seats::of(id, quantity));
        }
    }
    Ok(seats)
}

/// The change of quantities that `seats` and a request's `proration_*` and `payment_behavior` make.
pub(super) fn change(
    state: &State,
    subscription: &Value,
    params: &Params,
    seats: Vec<Seats>,
) -> Result<Change, ApiError> {
    let proration = match params
        .choice("proration_behavior", &["always_invoice", "create_prorations", "none"])?
    {
        Some("none") => Proration::None,
        Some("always_invoice") => Proration::Invoice,
        _ => Proration::Create,
    };
    let behaviours =
        ["allow_incomplete", "default_incomplete", "error_if_incomplete", "pending_if_incomplete"];
    let on_failure = match params.choice("payment_behavior", &behaviours)? {
        Some("default_incomplete") => OnFailure::Await,
        Some("error_if_incomplete") => OnFailure::Error,
        Some("pending_if_incomplete") => OnFailure::Pending,
        _ => OnFailure::Allow,
    };
    let date = params.int("proration_date")?.unwrap_or_else(|| state.now());
    let period = subscription.int("items.data.0.current_period_start")
        ..=subscription.int("items.data.0.current_period_end");
    if params.has("proration_date") && !period.contains(&date) {
        return Err(ApiError::invalid(
            &params.name("proration_date"),
            "The proration date must lie within the subscription's current period.",
        ));
    }
    Ok(Change { seats, proration, on_failure, date })
}

/// The subscription with every change in the request except the quantities.
fn edited(state: &State, subscription: &Value, params: &Params) -> Answer {
    let mut edited = subscription.clone();
    let now = state.now();
    params.merge_metadata(&mut edited)?;
    params.copy_texts(&mut edited, &["description"])?;
    Given::of(subscription).put(state, params, &mut edited)?;
    super::automatic_tax::put(state, params, &mut edited)?;
    cancellation_details(params, &mut edited)?;
    schedule_cancellation(params, &mut edited, now)?;
    if let Some(method) = params.text("default_payment_method")? {
        super::payment_methods::of(
            state,
            method,
            subscription.text("customer"),
            "default_payment_method",
        )?;
        edited.put("default_payment_method", method);
    } else if params.clears("default_payment_method") {
        edited.put("default_payment_method", Value::Null);
    }
    let settings = params.object("payment_settings", super::new_subscriptions::PAYMENT_SETTINGS)?;
    super::refuse(&settings, &["payment_method_options", "payment_method_types"])?;
    if let Some(word) =
        settings.choice("save_default_payment_method", super::new_subscriptions::SAVES)?
    {
        edited.put("payment_settings.save_default_payment_method", word);
    }
    if let Some(word) = super::subscription_settings::end_behavior(params)?
        .choice("missing_payment_method", &["cancel", "create_invoice", "pause"])?
    {
        edited.put("trial_settings.end_behavior.missing_payment_method", word);
    }
    if params.text("trial_end")?.is_some_and(|text| text != "now") {
        move_trial_end(params, &mut edited, now)?;
    }
    Ok(edited)
}

/// Moves the trial's end to the time in `trial_end`.
fn move_trial_end(params: &Params, subscription: &mut Value, now: i64) -> Result<(), ApiError> {
    let Some(end) = params.int("trial_end")? else { return Ok(()) };
    if end <= now {
        return Err(ApiError::invalid(
            "trial_end",
            "Invalid timestamp: must be an integer Unix timestamp in the future.",
        ));
    }
    if subscription.text("status") != "trialing" {
        let what = "a trial for a subscription that is in none";
        return Err(ApiError::unsupported("trial_end", what));
    }
    let start = subscription.int("items.data.0.current_period_start");
    periods::set(subscription, start, end);
    subscription.put("trial_end", end);
    subscription.put("billing_cycle_anchor", end);
    subscription.put("_reminded", false);
    Ok(())
}

/// Applies `cancel_at_period_end` or `cancel_at`; with `proration_behavior=none` the latter credits
/// nothing. Setting either sets `canceled_at` to the request's time; unsetting it clears all.
pub(super) fn schedule_cancellation(
    params: &Params,
    subscription: &mut Value,
    now: i64,
) -> Result<(), ApiError> {
    let at_period_end = params.flag("cancel_at_period_end")?;
    if at_period_end == Some(true) && params.text("cancel_at")?.is_some() {
        return Err(ApiError::invalid(
            "cancel_at",
            "You can only pass one of cancel_at and cancel_at_period_end.",
        ));
    }
    let period_end = subscription.int("items.data.0.current_period_end");
    let at = match params.text("cancel_at")? {
        Some("min_period_end" | "max_period_end") => Some(period_end),
        Some(_) => params.int("cancel_at")?,
        None => None,
    };
    if at.is_some_and(|at| at <= now) {
        return Err(ApiError::invalid(
            "cancel_at",
            "Invalid timestamp: `cancel_at` must lie in the future.",
        ));
    }
    let was_set = subscription.flag("cancel_at_period_end");
    if at_period_end == Some(true) {
        schedule(subscription, true, period_end, now);
    } else if let Some(at) = at {
        schedule(subscription, false, at, now);
        subscription.put(UNPRORATED, params.text("proration_behavior")? == Some("none"));
    } else if params.clears("cancel_at") || (at_period_end == Some(false) && was_set) {
        unschedule(subscription);
    }
    Ok(())
}

pub(super) fn cancellation_details(
    params: &Params,
    subscription: &mut Value,
) -> Result<(), ApiError> {
    let given = params.object("cancellation_details", "comment feedback feedback_option")?;
    super::refuse(&given, &["feedback_option"])?;
    given.choice("feedback", super::portal_configurations::REASONS)?;
    let mut details = subscription.at("cancellation_details").cloned().unwrap_or_default();
    given.copy_texts(&mut details, &["comment", "feedback"])?;
    subscription.put("cancellation_details", details);
    Ok(())
}
