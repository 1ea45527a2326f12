//! `line_item` of an invoice

use crate::sandbox::ids;
use crate::sandbox::value::{Fields, object};
use serde_json::{Value, json};

/// What a line for a subscription item is built from.
#[derive(Clone, Debug)]
pub struct New<'a> {
    /// The subscription's item, for its id and its price.
    pub item: &'a Value,
    pub quantity: i64,
    /// In cents; negative for a credit.
    pub amount: i64,
    pub description: String,
    pub period: (i64, i64),
    /// The pending `invoiceitem` it comes from, if any.
    pub invoice_item: Option<&'a str>,
    pub proration: bool,
}

/// A line. The invoice that takes it fills in its `invoice`.
pub fn new(new: &New<'_>) -> Value {
    let price = new.item.at("price");
    let subscription = new.item.text("subscription");
    object! {
        "id": ids::long("il"),
        "object": "line_item",
        "amount": new.amount,
        "currency": new.item.text("price.currency"),
        "description": new.description.as_str(),
        "discount_amounts": json!([]),
        "discountable": !new.proration,
        "discounts": json!([]),
        "livemode": false,
        "metadata": json!({}),
        "parent": object! {
            "subscription_item_details": object! {
                "invoice_item": new.invoice_item,
                "proration": new.proration,
                "proration_details": object! {; null: credited_items },
                "subscription": subscription,
                "subscription_item": new.item.text("id")
            },
            "type": "subscription_item_details";
            null: invoice_item_details
        },
        "period": json!({ "start": new.period.0, "end": new.period.1 }),
        "pretax_credit_amounts": json!([]),
        "pricing": json!({
            "price_details": {
                "price": price.map(|price| price.text("id")),
                "product": price.map(|price| price.text("product")),
            },
            "type": "price_details",
            "unit_amount_decimal": price.map(|price| price.text("unit_amount_decimal")),
        }),
        "quantity": new.quantity,
        "quantity_decimal": new.quantity.to_string(),
        "subscription": subscription,
        "subtotal": new.amount,
        "taxes": json!([]);
        null: invoice
    }
}
