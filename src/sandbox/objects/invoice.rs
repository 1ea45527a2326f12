//! `invoice`

use crate::sandbox::invoicing::Finalizes;
use crate::sandbox::pricing::{self, Gross};
use crate::sandbox::tax::{self, Tax};
use crate::sandbox::value::{Fields, object};
use serde_json::{Value, json};

/// Stripe's minimum charge, in cents: less goes to the customer's balance instead.
const LEAST: i64 = 50;

/// What an invoice for a subscription is built from.
#[derive(Debug)]
pub struct New<'a> {
    pub id: String,
    /// Base URL of the hosted pages; `None` for a preview, which has no page.
    pub base: Option<&'a str>,
    pub customer: &'a Value,
    pub subscription: &'a Value,
    /// `billing_reason`, such as `subscription_cycle`.
    pub reason: &'a str,
    pub lines: Vec<Value>,
    /// Its discounts, with their coupons.
    pub discounts: Vec<Value>,
    /// The customer's tax, if the customer's country is known.
    pub tax: Option<Tax>,
    pub period: (i64, i64),
    pub proration_date: Option<i64>,
    pub finalizes: Finalizes,
    pub now: i64,
}

/// The amount due for a total, after the customer's balance (negative: credit).
pub fn amount_due(total: i64, balance: i64) -> i64 {
    match total + balance {
        due if due < LEAST => 0,
        due => due,
    }
}

/// A draft with its totals, and with the customer's balance applied.
pub fn draft(mut new: New<'_>) -> Value {
    let subtotal: i64 = new.lines.iter().map(|line| line.int("amount")).sum();
    let automatic = new.subscription.flag("automatic_tax.enabled");
    let tax = new.tax.take().filter(|_| automatic);
    let sums = price(&mut new.lines, &new.discounts, tax.as_ref());
    let net = subtotal - sums.discounts.iter().map(|of| of.int("amount")).sum::<i64>();
    let total = net + sums.tax;
    let mut automatic_tax = tax::automatic(automatic, tax.as_ref());
    automatic_tax.put("disabled_reason", Value::Null);
    let starting_balance = new.customer.int("balance");
    let due = amount_due(total, starting_balance);
    let id = new.id.as_str();
    let mut details = object! {
        "metadata": new.subscription.at("metadata").cloned().unwrap_or_else(|| json!({})),
        "subscription": new.subscription.text("id")
    };
    if let Some(date) = new.proration_date {
        details.put("subscription_proration_date", date);
    }
    let finalizes_at = match new.finalizes {
        Finalizes::At(at) => Some(at),
        Finalizes::Now | Finalizes::Never => None,
    };
    object! {
        "id": id,
        "object": "invoice",
        "account_country": "US",
        "account_name": "Stripe sandbox",
        "amount_due": due,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_remaining": due,
        "amount_shipping": 0,
        "attempt_count": 0,
        "attempted": false,
        "auto_advance": !matches!(new.finalizes, Finalizes::Never),
        "automatically_finalizes_at": finalizes_at,
        "automatic_tax": automatic_tax,
        "billing_reason": new.reason,
        "collection_method": "charge_automatically",
        "created": new.now,
        "currency": new.subscription.text("currency"),
        "customer": new.customer.text("id"),
        "customer_address": new.customer.at("address").cloned(),
        "customer_email": new.customer.maybe_text("email"),
        "customer_name": new.customer.maybe_text("name"),
        "customer_tax_exempt": new.customer.maybe_text("tax_exempt").unwrap_or("none"),
        "customer_tax_ids": json!([]),
        "default_tax_rates": json!([]),
        "discounts": new.discounts.iter().map(|one| Value::from(one.text("id"))).collect::<Vec<_>>(),
        "issuer": json!({ "type": "self" }),
        "lines": object! {
            "object": "list", "data": new.lines, "has_more": false, "url": format!("/v1/invoices/{id}/lines")
        },
        "livemode": false,
        "metadata": json!({}),
        "next_payment_attempt": finalizes_at,
        "parent": object! { "subscription_details": details, "type": "subscription_details"; null: quote_details },
        "payment_settings": json!({ "default_mandate": null, "payment_method_options": null, "payment_method_types": null }),
        "period_end": new.period.1,
        "period_start": new.period.0,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "starting_balance": starting_balance,
        "status": "draft",
        "status_transitions": object! {; null: finalized_at, marked_uncollectible_at, paid_at, voided_at },
        "subtotal": subtotal,
        "subtotal_excluding_tax": subtotal,
        "total": total,
        "total_discount_amounts": sums.discounts,
        "total_excluding_tax": net,
        "total_pretax_credit_amounts": json!([]),
        "total_taxes": tax.iter().map(|tax| tax.entry(sums.tax, net)).collect::<Vec<_>>(),
        "_hosted": new.base.map(|base| format!("{base}/i/{id}")),
        "test_clock": new.customer.maybe_text("test_clock");
        null: account_tax_ids, application, custom_fields,
            customer_account, customer_phone, customer_shipping, default_payment_method, default_source, description,
            due_date, effective_at, ending_balance, footer, from_invoice, hosted_invoice_url, invoice_pdf,
            last_finalization_error, latest_revision, number, on_behalf_of, receipt_number,
            rendering, shipping_cost, shipping_details, statement_descriptor, webhooks_delivered_at
    }
}

/// The total that each discount takes off, each with its `amount`, and the tax.
struct Sums {
    discounts: Vec<Value>,
    tax: i64,
}

/// Sets each line's discounts and tax, and sums them up.
fn price(lines: &mut [Value], discounts: &[Value], tax: Option<&Tax>) -> Sums {
    let amount = |discount: &Value, amount: i64| object! { "amount": amount, "discount": discount.text("id") };
    let coupons: Vec<Value> =
        discounts.iter().map(|one| one.at("_coupon").cloned().unwrap_or_default()).collect();
    let gross: Vec<Gross> = lines
        .iter()
        .map(|line| Gross { amount: line.int("amount"), discountable: line.flag("discountable") })
        .collect();
    let priced = pricing::price(&gross, &coupons, tax.map_or(0, |tax| tax.rate));
    for (line, priced) in lines.iter_mut().zip(&priced) {
        if priced.net() != priced.amount {
            let of = discounts.iter().zip(&priced.off).map(|(one, off)| amount(one, *off));
            line.put("discount_amounts", of.collect::<Vec<_>>());
        }
        let taxes = tax.iter().map(|tax| tax.entry(priced.tax, priced.net()));
        line.put("taxes", taxes.collect::<Vec<_>>());
    }
    let off = |index: usize| priced.iter().filter_map(|line| line.off.get(index)).sum();
    let discounts = discounts.iter().enumerate().map(|(index, one)| amount(one, off(index)));
    Sums { discounts: discounts.collect(), tax: priced.iter().map(|line| line.tax).sum() }
}
