//! `POST /v1/subscriptions`: creating one without Checkout

use crate::sandbox::protocol::params::Params;
use crate::sandbox::resources::discounts_given::Given;
use crate::sandbox::resources::new_items;
use crate::sandbox::resources::prelude::*;
use crate::sandbox::resources::subscription_settings;
use crate::sandbox::subscribing::{self, FirstPayment, NewItem, Start};

const DAY: i64 = 86_400;
pub(super) const PAYMENT_SETTINGS: &str =
    "payment_method_options payment_method_types save_default_payment_method";
/// `payment_settings.save_default_payment_method`
pub(super) const SAVES: &[&str] = &["off", "on_subscription"];
const NOT_SUPPORTED: &[&str] = &[
    "add_invoice_items",
    "application_fee_percent",
    "backdate_start_date",
    "billing_cycle_anchor",
    "billing_cycle_anchor_config",
    "billing_schedules",
    "billing_thresholds",
    "days_until_due",
    "default_source",
    "default_tax_rates",
    "invoice_settings",
    "on_behalf_of",
    "pending_invoice_item_interval",
    "transfer_data",
    "trial_from_plan",
];

pub fn create(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    super::refuse(params, NOT_SUPPORTED)?;
    let methods = ["charge_automatically", "send_invoice"];
    if params.choice("collection_method", &methods)? == Some("send_invoice") {
        return Err(ApiError::unsupported("collection_method", "invoices that are sent"));
    }
    let customer = params.required("customer")?;
    super::customers::alive(state, customer, "customer")?;
    let method = params.text("default_payment_method")?;
    if let Some(id) = method {
        super::payment_methods::of(state, id, customer, "default_payment_method")?;
    }
    let behaviours = ["allow_incomplete", "default_incomplete", "error_if_incomplete"];
    let first_payment = match params.choice("payment_behavior", &behaviours)? {
        Some("default_incomplete") => FirstPayment::Await,
        Some("error_if_incomplete") => FirstPayment::Require,
        _ => FirstPayment::Allow,
    };
    let mut labelled = json!({ "metadata": {} });
    params.merge_metadata(&mut labelled)?;
    let settings = params.object("payment_settings", PAYMENT_SETTINGS)?;
    super::refuse(&settings, &["payment_method_options", "payment_method_types"])?;
    let missing = subscription_settings::end_behavior(params)?;
    let items = items(state, params)?;
    let currency = items.first().map(|item| item.price.text("currency").to_owned());
    subscription_settings::check_mode(params)?;
    subscription_settings::check_currency(params, currency.as_deref().unwrap_or_default())?;
    params.choice("proration_behavior", &["always_invoice", "create_prorations", "none"])?;
    // Rejects an invalid cancellation before there is a subscription; its period is not known yet.
    let mut any = json!({ "items": { "data": [{ "current_period_end": i64::MAX }] } });
    super::subscription_changes::schedule_cancellation(params, &mut any, state.now())?;
    let given =
        Given { customer: Some(customer), currency: &currency.unwrap_or_default(), had: &[] };
    let start = Start {
        customer,
        default_payment_method: method,
        items,
        discounts: given.new_ones(state, params)?,
        automatic_tax: super::automatic_tax::asked(state, params, customer)?.unwrap_or_default(),
        checkout_session: None,
        trial_end: trial_end(params, state.now())?,
        metadata: labelled.at("metadata").cloned().unwrap_or_default(),
        description: params.text("description")?,
        missing_payment_method: missing
            .choice("missing_payment_method", &["cancel", "create_invoice", "pause"])?,
        first_payment,
        saves_method: settings.choice("save_default_payment_method", SAVES)?,
        authenticated: false,
    };
    let started = subscribing::start(state, start).map_err(|decline| decline.error())?;
    let made = state.require(Kind::Subscription, &started.subscription, "id")?;
    let mut scheduled = made.clone();
    super::subscription_changes::schedule_cancellation(params, &mut scheduled, state.now())?;
    state.edit(Kind::Subscription, &started.subscription, |row| *row = scheduled.clone());
    Ok(scheduled)
}

fn trial_end(params: &Params, now: i64) -> Result<Option<i64>, ApiError> {
    let days = params.int_in("trial_period_days", 1..=730)?;
    if params.text("trial_end")? == Some("now") {
        return Ok(None);
    }
    match (days, params.int("trial_end")?) {
        (Some(_), Some(_)) => Err(ApiError::invalid(
            "trial_end",
            "You may only specify one of trial_period_days and trial_end.",
        )),
        (_, Some(end)) if end <= now => Err(ApiError::invalid(
            "trial_end",
            "Invalid timestamp: must be an integer Unix timestamp in the future.",
        )),
        (days, end) => Ok(end.or(days.map(|days| now + days * DAY))),
    }
}

fn items(state: &State, params: &Params) -> Result<Vec<NewItem>, ApiError> {
    let given = params.objects("items", new_items::NEW)?;
    if given.is_empty() {
        return Err(ApiError::missing("items"));
    }
    let (mut items, mut prices) = (Vec::new(), Vec::new());
    for item in given {
        let item = new_items::listed(state, &item, &prices)?;
        prices.push(item.price.clone());
        items.push(item);
    }
    Ok(items)
}
