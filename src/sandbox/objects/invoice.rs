//! `invoice`

use serde_json::{Value, json};

use super::super::value::{Fields, object};

/// What an invoice for a subscription is made of.
#[derive(Debug)]
pub(crate) struct New<'a> {
    pub(crate) id: String,
    /// Base of the hosted pages; none for a preview, which has no page.
    pub(crate) base: Option<&'a str>,
    pub(crate) customer: &'a Value,
    pub(crate) subscription: &'a Value,
    /// `billing_reason`, such as `subscription_cycle`.
    pub(crate) reason: &'a str,
    pub(crate) lines: Vec<Value>,
    pub(crate) period: (i64, i64),
    pub(crate) proration_date: Option<i64>,
    pub(crate) now: i64,
}

/// A draft, with its totals: the customer's balance is applied to what the lines come to.
pub(crate) fn draft(new: New<'_>) -> Value {
    let total: i64 = new.lines.iter().map(|line| line.int("amount")).sum();
    let starting_balance = new.customer.int("balance");
    let due = (total + starting_balance).max(0);
    let id = new.id.as_str();
    let mut details = object! {
        "metadata": new.subscription.at("metadata").cloned().unwrap_or_else(|| json!({})),
        "subscription": new.subscription.text("id")
    };
    if let Some(date) = new.proration_date {
        details.put("subscription_proration_date", date);
    }
    let method = new.subscription.maybe_text("default_payment_method");
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
        "auto_advance": true,
        "automatic_tax": json!({ "disabled_reason": null, "enabled": false, "liability": null, "provider": null, "status": null }),
        "billing_reason": new.reason,
        "collection_method": "charge_automatically",
        "created": new.now,
        "currency": new.subscription.text("currency"),
        "customer": new.customer.text("id"),
        "customer_email": new.customer.maybe_text("email"),
        "customer_name": new.customer.maybe_text("name"),
        "customer_tax_exempt": "none",
        "customer_tax_ids": json!([]),
        "default_payment_method": method,
        "default_tax_rates": json!([]),
        "discounts": json!([]),
        "issuer": json!({ "type": "self" }),
        "lines": object! {
            "object": "list", "data": new.lines, "has_more": false, "url": format!("/v1/invoices/{id}/lines")
        },
        "livemode": false,
        "metadata": json!({}),
        "parent": object! { "subscription_details": details, "type": "subscription_details"; null: quote_details },
        "payment_settings": json!({ "default_mandate": null, "payment_method_options": null, "payment_method_types": null }),
        "period_end": new.period.1,
        "period_start": new.period.0,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "starting_balance": starting_balance,
        "status": "draft",
        "status_transitions": object! {; null: finalized_at, marked_uncollectible_at, paid_at, voided_at },
        "subtotal": total,
        "subtotal_excluding_tax": total,
        "total": total,
        "total_discount_amounts": json!([]),
        "total_excluding_tax": total,
        "total_pretax_credit_amounts": json!([]),
        "total_taxes": json!([]),
        "_hosted": new.base.map(|base| format!("{base}/i/{id}"));
        null: account_tax_ids, application, automatically_finalizes_at, confirmation_secret, custom_fields,
            customer_account, customer_address, customer_phone, customer_shipping, default_source, description,
            due_date, effective_at, ending_balance, footer, from_invoice, hosted_invoice_url, invoice_pdf,
            last_finalization_error, latest_revision, next_payment_attempt, number, on_behalf_of, receipt_number,
            rendering, shipping_cost, shipping_details, statement_descriptor, test_clock, webhooks_delivered_at
    }
}
