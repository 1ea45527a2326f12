//! Starting a subscription, and its first invoice.

use crate::sandbox::charge::{self, Decline};
use crate::sandbox::collecting::{self, Attempt};
use crate::sandbox::discounts::Redeemed;
use crate::sandbox::invoicing::{self, Bill, Finalizes};
use crate::sandbox::objects::{subscription, subscription_item};
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::Fields;
use crate::sandbox::{calendar, discounts, ids, tax};
use serde_json::Value;

/// What happens to a subscription whose first invoice is not paid at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstPayment {
    /// The charge is tried now; if it fails, the subscription is `incomplete`.
    Allow,
    /// The charge is left to the customer: `incomplete` until then.
    Await,
    /// The charge is tried now; if it fails, there is no subscription.
    Require,
}

/// What a subscription starts with.
#[derive(Debug)]
pub struct Start<'a> {
    pub customer: &'a str,
    pub default_payment_method: Option<&'a str>,
    pub items: Vec<NewItem>,
    pub trial_end: Option<i64>,
    pub discounts: Vec<Redeemed>,
    /// `automatic_tax.enabled`
    pub automatic_tax: bool,
    /// The Checkout Session it comes from.
    pub checkout_session: Option<&'a str>,
    pub metadata: Value,
    pub description: Option<&'a str>,
    /// What happens when the trial ends without a card.
    pub missing_payment_method: Option<&'a str>,
    pub first_payment: FirstPayment,
    /// `payment_settings.save_default_payment_method`
    pub saves_method: Option<&'a str>,
    /// Whether the customer is there to approve the payment, as on a hosted page.
    pub authenticated: bool,
}

/// What an item is built from.
#[derive(Debug)]
pub struct NewItem {
    pub price: Value,
    pub quantity: i64,
    pub metadata: Value,
}

impl NewItem {
    /// The item for a subscription in this period.
    fn of(&self, subscription: &str, period: (i64, i64), now: i64) -> Value {
        let mut item =
            subscription_item::new(subscription, &self.price, self.quantity, period, now);
        item.put("metadata", self.metadata.clone());
        item
    }

    /// The item for a subscription that already has items, in their period.
    pub fn beside(&self, subscription: &Value, now: i64) -> Value {
        let start = subscription.int("items.data.0.current_period_start");
        let end = subscription.int("items.data.0.current_period_end");
        self.of(subscription.text("id"), (start, end), now)
    }
}

/// The ids of what was started.
#[derive(Debug)]
pub struct Started {
    pub subscription: String,
    pub invoice: String,
}

/// Creates the subscription and its first invoice.
///
/// # Errors
/// If the first payment is required and fails; nothing is created then.
pub fn start(state: &mut State, start: Start<'_>) -> Result<Started, Decline> {
    let now = state.now();
    let id = ids::long("sub");
    let invoice = ids::long("in");
    let currency =
        start.items.first().map(|item| item.price.text("currency").to_owned()).unwrap_or_default();
    let period = (now, start.trial_end.unwrap_or_else(|| period_end(&start.items, now)));
    let items: Vec<Value> = start.items.iter().map(|item| item.of(&id, period, now)).collect();
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
    if let Some(word) = start.saves_method {
        made.put("payment_settings.save_default_payment_method", word);
    }
    if let Some(end) = start.trial_end {
        made.put("status", "trialing");
        made.put("trial_start", now);
        made.put("trial_end", end);
        made.put("billing_cycle_anchor", end);
    }
    let clock =
        state.store.get(Kind::Customer, start.customer).and_then(|row| row.at("test_clock"));
    made.put("test_clock", clock.cloned());
    made.put("automatic_tax.enabled", start.automatic_tax);
    made.put("automatic_tax.liability", tax::liability(start.automatic_tax));
    discounts::put(&mut made, &start.discounts, start.checkout_session, now);
    let bill = Bill {
        id: invoice.clone(),
        subscription: id.clone(),
        reason: "subscription_create",
        lines,
        // A first invoice covers no past period.
        period: (now, now),
        proration_date: None,
        finalizes: Finalizes::Now,
    };
    let due = invoicing::compose(state, &bill, &made, None).map_or(0, |row| row.int("amount_due"));
    let charged = charge::attempt(charge::method(state, &made).as_ref(), due, start.authenticated);
    if start.first_payment == FirstPayment::Require {
        charged?;
    }
    let waits = start.first_payment == FirstPayment::Await && due > 0;
    if !trial && (waits || charged.is_err()) {
        made.put("status", "incomplete");
    }
    discounts::keep(state, &made);
    state.create(Kind::Subscription, made, Some("customer.subscription.created"));
    invoicing::draft(state, &bill);
    invoicing::finalize(state, &invoice);
    if !waits {
        let attempt = Attempt { authenticated: start.authenticated, ..Attempt::FIRST };
        // A failure leaves the subscription `incomplete`, as its status shows.
        let _declined = collecting::collect(state, &invoice, attempt);
    }
    Ok(Started { subscription: id, invoice })
}

fn period_end(items: &[NewItem], now: i64) -> i64 {
    items.first().map_or(now, |item| {
        calendar::next(
            now,
            now,
            item.price.text("recurring.interval"),
            item.price.int("recurring.interval_count"),
        )
    })
}
