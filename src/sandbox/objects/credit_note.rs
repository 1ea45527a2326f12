//! `credit_note`

use crate::sandbox::ids;
use crate::sandbox::value::{Fields, object};
use serde_json::{Value, json};

/// How a credit note's amount is credited.
#[derive(Clone, Copy, Debug)]
pub struct Shares {
    /// What is taken off an open invoice.
    pub pre_payment: i64,
    /// What was refunded, credited or settled elsewhere after the payment.
    pub post_payment: i64,
    /// The part of `post_payment` that was settled outside Stripe.
    pub out_of_band: i64,
}

/// A credit note on an invoice, with one line.
pub fn new(invoice: &Value, number: usize, shares: Shares, now: i64) -> Value {
    let id = ids::long("cn");
    let amount = shares.pre_payment + shares.post_payment;
    let line = object! {
        "id": ids::long("cnli"),
        "object": "credit_note_line_item",
        "amount": amount,
        "description": "Credit",
        "discount_amount": 0,
        "discount_amounts": json!([]),
        "livemode": false,
        "metadata": json!({}),
        "pretax_credit_amounts": json!([]),
        "quantity": 1,
        "tax_rates": json!([]),
        "taxes": json!([]),
        "type": "custom_line_item",
        "unit_amount": amount,
        "unit_amount_decimal": amount.to_string();
        null: invoice_line_item
    };
    object! {
        "id": id.as_str(),
        "object": "credit_note",
        "amount": amount,
        "amount_shipping": 0,
        "created": now,
        "currency": invoice.text("currency"),
        "customer": invoice.text("customer"),
        "discount_amount": 0,
        "discount_amounts": json!([]),
        "effective_at": now,
        "invoice": invoice.text("id"),
        "lines": json!({ "object": "list", "data": [line], "has_more": false, "url": format!("/v1/credit_notes/{id}/lines") }),
        "livemode": false,
        "metadata": json!({}),
        "number": format!("{}-CN-{number:02}", invoice.text("number")),
        "out_of_band_amount": Some(shares.out_of_band).filter(|amount| *amount > 0),
        "pdf": format!("{}/pdf", invoice.text("_hosted")),
        "post_payment_amount": shares.post_payment,
        "pre_payment_amount": shares.pre_payment,
        "pretax_credit_amounts": json!([]),
        "refunds": json!([]),
        "status": "issued",
        "subtotal": amount,
        "subtotal_excluding_tax": amount,
        "total": amount,
        "total_excluding_tax": amount,
        "total_taxes": json!([]),
        "type": if shares.pre_payment > 0 { "pre_payment" } else { "post_payment" };
        null: customer_account, customer_balance_transaction, memo, reason, shipping_cost, voided_at
    }
}
