//! Starting a subscription, and its first invoice.

use serde_json::Value;

use super::charge::Decline;
use super::invoicing::{self, Bill};
use super::objects::{subscription, subscription_item};
use super::state::State;
use super::store::Kind;
use super::value::Fields;
use super::{calendar, ids};

/// What a subscription starts with.
#[derive(Debug)]
pub(crate) struct Start<'a> {
    pub(crate) customer: &'a str,
    pub(crate) default_payment_method: Option<&'a str>,
    /// Price and quantity of each item.
    pub(crate) items: Vec<(Value, i64)>,
    pub(crate) trial_end: Option<i64>,
    pub(crate) metadata: Value,
    pub(crate) description: Option<&'a str>,
    /// What becomes of it when the trial ends without a card.
    pub(crate) missing_payment_method: Option<&'a str>,
}

/// The ids of what was started.
#[derive(Debug)]
pub(crate) struct Started {
    pub(crate) subscription: String,
    pub(crate) invoice: String,
}

/// Makes the subscription and its first invoice, which is collected at once.
pub(crate) fn start(state: &mut State, start: Start<'_>) -> Result<Started, Decline> {
    let now = state.now();
    let id = ids::long("sub");
    let invoice = ids::long("in");
    let currency =
        start.items.first().map(|(price, _)| price.text("currency").to_owned()).unwrap_or_default();
    let period = (now, start.trial_end.unwrap_or_else(|| period_end(&start.items, now)));
    let items: Vec<Value> = start
        .items
        .iter()
        .map(|(price, quantity)| subscription_item::new(&id, price, *quantity, period, now))
        .collect();
    let trial = start.trial_end.is_some();
    let lines =
        items.iter().map(|item| invoicing::period_line(state, item, period, trial)).collect();

    let mut made = subscription::new(&id, start.customer, &currency, now);
    made.put("items.data", items);
    made.put("default_payment_method", start.default_payment_method);
    made.put("latest_invoice", invoice.as_str());
    made.put("metadata", start.metadata);
    made.put("description", start.description);
    if let Some(word) = start.missing_payment_method {
        made.put("trial_settings.end_behavior.missing_payment_method", word);
    }
    if let Some(end) = start.trial_end {
        made.put("status", "trialing");
        made.put("trial_start", now);
        made.put("trial_end", end);
        made.put("billing_cycle_anchor", end);
    }
    state.create(Kind::Subscription, made, Some("customer.subscription.created"));
    let bill = Bill {
        id: invoice.clone(),
        subscription: id.clone(),
        reason: "subscription_create",
        lines,
        // A first invoice covers no past period.
        period: (now, now),
        proration_date: None,
    };
    invoicing::bill(state, &bill)?;
    Ok(Started { subscription: id, invoice })
}

fn period_end(items: &[(Value, i64)], now: i64) -> i64 {
    items.first().map_or(now, |(price, _)| {
        calendar::next(
            now,
            now,
            price.text("recurring.interval"),
            price.int("recurring.interval_count"),
        )
    })
}
