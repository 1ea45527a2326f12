//! The life of an invoice up to its payment: composed, drafted, finalised, or voided.

use crate::sandbox::objects::{invoice, invoice_line};
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::tax::Tax;
use crate::sandbox::value::Fields;
use crate::sandbox::{collecting, discounts, ending, money, payment, updating};
use serde_json::Value;

/// Path of an invoice's subscription.
pub const SUBSCRIPTION: &str = "parent.subscription_details.subscription";
/// How long a new period's invoice stays a draft, so that it can still be changed.
pub const DRAFT: i64 = 3_600;

/// When a draft is finalised.
#[derive(Clone, Copy, Debug)]
pub enum Finalizes {
    /// At once, by whoever drafts it.
    Now,
    /// Automatically, at this time.
    At(i64),
    /// Only on request.
    Never,
}

/// What to bill for a subscription.
#[derive(Debug)]
pub struct Bill {
    /// The invoice's id, chosen beforehand so that the subscription can already name it.
    pub id: String,
    pub subscription: String,
    /// `billing_reason`.
    pub reason: &'static str,
    pub lines: Vec<Value>,
    pub period: (i64, i64),
    pub proration_date: Option<i64>,
    pub finalizes: Finalizes,
}

/// The invoices of a subscription, oldest first.
pub fn of<'a>(
    state: &'a State,
    subscription: &'a str,
) -> impl DoubleEndedIterator<Item = &'a Value> {
    state.store.all(Kind::Invoice).filter(move |row| row.text(SUBSCRIPTION) == subscription)
}

/// Whether no other invoice of its subscription was finalised later, so that its outcome decides the
/// subscription's.
pub fn is_latest_finalized(state: &State, id: &str) -> bool {
    const FINALIZED: &str = "status_transitions.finalized_at";
    let Some(invoice) = state.store.get(Kind::Invoice, id) else { return false };
    let at = invoice.maybe_int(FINALIZED);
    at.is_some()
        && of(state, invoice.text(SUBSCRIPTION)).all(|other| other.maybe_int(FINALIZED) <= at)
}

/// The line for a whole period of an item; a trial's amount is zero.
pub fn period_line(state: &State, item: &Value, period: (i64, i64), trial: bool) -> Value {
    let quantity = item.int("quantity");
    let unit = item.int("price.unit_amount");
    let name = product_name(state, item.text("price.product"));
    let description = if trial {
        format!("Free trial for {quantity} × {name}")
    } else {
        let price = money::amount(unit, item.text("price.currency"));
        format!("{quantity} × {name} (at {price} / {})", item.text("price.recurring.interval"))
    };
    invoice_line::new(&invoice_line::New {
        item,
        quantity,
        amount: if trial { 0 } else { unit.saturating_mul(quantity) },
        description,
        period,
        invoice_item: None,
        proration: false,
    })
}

/// A product's name.
pub fn product_name(state: &State, id: &str) -> String {
    state
        .store
        .get(Kind::Product, id)
        .map_or_else(|| "Subscription".to_owned(), |product| product.text("name").to_owned())
}

/// The names of a subscription's products.
pub fn product_names(state: &State, subscription: &Value) -> String {
    let items = subscription.list("items.data").iter();
    items.map(|item| product_name(state, item.text("price.product"))).collect::<Vec<_>>().join(", ")
}

/// The lines of the invoice items pending for a subscription's next invoice.
pub fn pending_lines(state: &State, subscription: &str) -> Vec<Value> {
    state
        .store
        .all(Kind::InvoiceItem)
        .filter(|item| {
            item.at("invoice").is_none() && item.text("_line.subscription") == subscription
        })
        .filter_map(|item| item.at("_line").cloned())
        .collect()
}

/// Builds the draft for a bill without storing it: previews show it, and [`draft`] stores it.
pub fn compose(
    state: &State,
    bill: &Bill,
    subscription: &Value,
    base: Option<&str>,
) -> Option<Value> {
    let customer = state.store.get(Kind::Customer, subscription.text("customer"))?;
    let discounts = discounts::on(subscription, state.now());
    let lines = bill.lines.iter().cloned().map(|mut line| {
        line.put("invoice", bill.id.as_str());
        line
    });
    Some(invoice::draft(invoice::New {
        id: bill.id.clone(),
        base,
        customer,
        subscription,
        reason: bill.reason,
        lines: lines.collect(),
        discounts,
        tax: Tax::of(customer),
        period: bill.period,
        proration_date: bill.proration_date,
        finalizes: bill.finalizes,
        now: state.now(),
    }))
}

/// Creates the draft: `invoice.created`. Pending items among its lines are attached to it.
pub fn draft(state: &mut State, bill: &Bill) {
    let Some(subscription) = state.store.get(Kind::Subscription, &bill.subscription) else {
        return;
    };
    let Some(draft) = compose(state, bill, subscription, Some(&state.base)) else {
        return;
    };
    for line in &bill.lines {
        if let Some(item) = line.maybe_text("parent.subscription_item_details.invoice_item") {
            state.edit(Kind::InvoiceItem, item, |item| item.put("invoice", bill.id.as_str()));
        }
    }
    let whole = draft.list("lines.data").iter().any(|line| line.flag("discountable"));
    state.create(Kind::Invoice, draft.clone(), Some("invoice.created"));
    if whole {
        discounts::settle(state, &bill.subscription, &draft);
    }
}

/// Finalises a draft: `invoice.finalized`. It gets its number, page and payment, and the customer's
/// current balance is applied, or credited with a negative total.
pub fn finalize(state: &mut State, id: &str) {
    let Some(invoice) =
        state.store.get(Kind::Invoice, id).filter(|invoice| invoice.text("status") == "draft")
    else {
        return;
    };
    let customer_id = invoice.text("customer").to_owned();
    let total = invoice.int("total");
    let hosted = invoice.text("_hosted").to_owned();
    let customer = state.store.get(Kind::Customer, &customer_id);
    let starting = customer.map_or(0, |customer| customer.int("balance"));
    let due = invoice::amount_due(total, starting);
    let sequence = customer.map_or(1, |customer| customer.int("next_invoice_sequence"));
    let prefix =
        customer.map(|customer| customer.text("invoice_prefix").to_owned()).unwrap_or_default();
    let now = state.now();
    state.change(Kind::Invoice, id, "invoice.finalized", |invoice| {
        invoice.put("status", "open");
        invoice.put("number", format!("{prefix}-{sequence:04}"));
        invoice.put("starting_balance", starting);
        invoice.put("ending_balance", starting + total - due);
        invoice.put("amount_due", due);
        invoice.put("amount_remaining", due);
        invoice.put("effective_at", now);
        invoice.put("automatically_finalizes_at", Value::Null);
        invoice.put("status_transitions.finalized_at", now);
        invoice.put("hosted_invoice_url", hosted.as_str());
        invoice.put("invoice_pdf", format!("{hosted}/pdf"));
    });
    state.edit(Kind::Customer, &customer_id, |customer| {
        customer.put("next_invoice_sequence", sequence + 1)
    });
    state.change(Kind::Customer, &customer_id, "customer.updated", |customer| {
        customer.put("balance", starting + total - due)
    });
    if due > 0 {
        payment::begin(state, id);
    }
}

/// Voids an open invoice: it is no longer collected, and what it took from the customer's balance is
/// returned. An update that waited for it is dropped.
pub fn void(state: &mut State, id: &str) {
    if state.store.get(Kind::Invoice, id).is_none_or(|invoice| invoice.text("status") != "open") {
        return;
    }
    let now = state.now();
    payment::cancel(state, id);
    let voided = state.change(Kind::Invoice, id, "invoice.voided", |invoice| {
        invoice.put("status", "void");
        invoice.put("auto_advance", false);
        invoice.put("next_payment_attempt", Value::Null);
        invoice.put("status_transitions.voided_at", now);
    });
    let Some(voided) = voided else { return };
    let taken = voided.int("ending_balance") - voided.int("starting_balance");
    state.change(Kind::Customer, voided.text("customer"), "customer.updated", |customer| {
        customer.put("balance", customer.int("balance") - taken)
    });
    let subscription = voided.text(SUBSCRIPTION);
    updating::drop_pending(state, subscription, id);
    match state.store.get(Kind::Subscription, subscription).map(|row| row.text("status")) {
        Some("incomplete") => ending::expire_incomplete(state, subscription),
        Some("past_due" | "unpaid") => collecting::revive(state, subscription, id),
        _ => {}
    }
}
