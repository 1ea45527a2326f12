//! The life of an invoice: drafted, finalised, paid or not. Each step is its own function, so that
//! the hour between a renewal's draft and its finalisation can be put between them.

use serde_json::Value;

use super::charge::{self, Decline};
use super::objects::{invoice, invoice_line};
use super::state::State;
use super::store::Kind;
use super::value::Fields;
use super::{money, updating};

/// What is to be billed for a subscription.
#[derive(Debug)]
pub(crate) struct Bill {
    /// The invoice's id, made beforehand so that the subscription can already name it.
    pub(crate) id: String,
    pub(crate) subscription: String,
    /// `billing_reason`.
    pub(crate) reason: &'static str,
    pub(crate) lines: Vec<Value>,
    pub(crate) period: (i64, i64),
    pub(crate) proration_date: Option<i64>,
}

/// The line for a whole period of an item; a trial's comes to nothing.
pub(crate) fn period_line(state: &State, item: &Value, period: (i64, i64), trial: bool) -> Value {
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
pub(crate) fn product_name(state: &State, id: &str) -> String {
    state
        .store
        .get(Kind::Product, id)
        .map_or_else(|| "Subscription".to_owned(), |product| product.text("name").to_owned())
}

/// The lines of the items that wait for a subscription's next invoice.
pub(crate) fn pending_lines(state: &State, subscription: &str) -> Vec<Value> {
    state
        .store
        .all(Kind::InvoiceItem)
        .filter(|item| {
            item.at("invoice").is_none() && item.text("_line.subscription") == subscription
        })
        .filter_map(|item| item.at("_line").cloned())
        .collect()
}

/// The draft that a bill comes to, without keeping it: what a preview shows, and `draft` keeps.
pub(crate) fn compose(
    state: &State,
    bill: &Bill,
    subscription: &Value,
    base: Option<&str>,
) -> Option<Value> {
    let customer = state.store.get(Kind::Customer, subscription.text("customer"))?;
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
        period: bill.period,
        proration_date: bill.proration_date,
        now: state.now(),
    }))
}

/// Makes the draft: `invoice.created`. Pending items that are among its lines are taken by it.
pub(crate) fn draft(state: &mut State, bill: &Bill) {
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
    state.create(Kind::Invoice, draft, Some("invoice.created"));
}

/// Finalises a draft: `invoice.finalized`. It gets its number and its page, and the customer's
/// balance is used, or grows by a negative total.
pub(crate) fn finalize(state: &mut State, id: &str) {
    let Some(invoice) =
        state.store.get(Kind::Invoice, id).filter(|invoice| invoice.text("status") == "draft")
    else {
        return;
    };
    let customer_id = invoice.text("customer").to_owned();
    let balance =
        invoice.int("starting_balance") + invoice.int("total") - invoice.int("amount_due");
    let hosted = invoice.text("_hosted").to_owned();
    let customer = state.store.get(Kind::Customer, &customer_id);
    let sequence = customer.map_or(1, |customer| customer.int("next_invoice_sequence"));
    let prefix =
        customer.map(|customer| customer.text("invoice_prefix").to_owned()).unwrap_or_default();
    let now = state.now();
    state.change(Kind::Invoice, id, "invoice.finalized", |invoice| {
        invoice.put("status", "open");
        invoice.put("number", format!("{prefix}-{sequence:04}"));
        invoice.put("ending_balance", balance);
        invoice.put("effective_at", now);
        invoice.put("status_transitions.finalized_at", now);
        invoice.put("hosted_invoice_url", hosted.as_str());
        invoice.put("invoice_pdf", format!("{hosted}/pdf"));
    });
    state.edit(Kind::Customer, &customer_id, |customer| {
        customer.put("next_invoice_sequence", sequence + 1)
    });
    state.change(Kind::Customer, &customer_id, "customer.updated", |customer| {
        customer.put("balance", balance)
    });
}

/// Tries to collect an open invoice: `invoice.paid`, or `invoice.payment_failed`.
pub(crate) fn collect(state: &mut State, id: &str) -> Result<(), Decline> {
    let Some(invoice) = state.store.get(Kind::Invoice, id) else {
        return Ok(());
    };
    let due = invoice.int("amount_remaining");
    let attempts = invoice.int("attempt_count");
    let charged = state
        .store
        .get(Kind::Subscription, invoice.text("parent.subscription_details.subscription"))
        .map_or(Err(Decline::NoMethod), |subscription| charge::attempt(state, subscription, due));
    let tries = if due > 0 { attempts + 1 } else { attempts };
    match charged {
        Ok(()) => {
            let now = state.now();
            let paid = state.change(Kind::Invoice, id, "invoice.paid", |invoice| {
                invoice.put("status", "paid");
                invoice.put("attempted", true);
                invoice.put("attempt_count", tries);
                invoice.put("auto_advance", false);
                invoice.put("amount_paid", due);
                invoice.put("amount_remaining", 0);
                invoice.put("next_payment_attempt", Value::Null);
                invoice.put("status_transitions.paid_at", now);
            });
            if let Some(paid) = paid {
                state.emit("invoice.payment_succeeded", super::value::public(&paid), None);
            }
        }
        Err(_) => {
            state.change(Kind::Invoice, id, "invoice.payment_failed", |invoice| {
                invoice.put("attempted", true);
                invoice.put("attempt_count", tries);
            });
        }
    }
    charged
}

/// Drafts, finalises and collects in one go.
pub(crate) fn bill(state: &mut State, bill: &Bill) -> Result<(), Decline> {
    draft(state, bill);
    finalize(state, &bill.id);
    collect(state, &bill.id)
}

/// Voids an open invoice: it will not be collected any more.
pub(crate) fn void(state: &mut State, id: &str) {
    let now = state.now();
    state.change(Kind::Invoice, id, "invoice.voided", |invoice| {
        invoice.put("status", "void");
        invoice.put("auto_advance", false);
        invoice.put("status_transitions.voided_at", now);
    });
}

/// Tries an open invoice again, as `/pay` does; a subscription that waited for it goes on.
pub(crate) fn pay_again(state: &mut State, id: &str) -> Result<(), Decline> {
    collect(state, id)?;
    let Some(invoice) = state.store.get(Kind::Invoice, id) else {
        return Ok(());
    };
    let subscription = invoice.text("parent.subscription_details.subscription").to_owned();
    updating::apply_pending(state, &subscription, id);
    let owed = state.store.all(Kind::Invoice).any(|other| {
        other.text("status") == "open"
            && other.text("parent.subscription_details.subscription") == subscription
    });
    if !owed {
        state.change(
            Kind::Subscription,
            &subscription,
            "customer.subscription.updated",
            |subscription| {
                if matches!(subscription.text("status"), "past_due" | "unpaid" | "incomplete") {
                    subscription.put("status", "active");
                }
            },
        );
    }
    Ok(())
}
