//! `invoiceitem`: a proration that waits for the next invoice

use crate::sandbox::value::{Fields, object};
use serde_json::{Value, json};

/// A pending item that the given line is later taken from.
pub fn pending(id: &str, customer: &str, line: &Value, now: i64) -> Value {
    let subscription = line.text("subscription");
    object! {
        "id": id,
        "object": "invoiceitem",
        "amount": line.int("amount"),
        "currency": line.text("currency"),
        "customer": customer,
        "date": now,
        "description": line.maybe_text("description"),
        "discountable": false,
        "discounts": json!([]),
        "livemode": false,
        "metadata": json!({}),
        "net_amount": line.int("amount"),
        "parent": json!({
            "subscription_details": {
                "subscription": subscription,
                "subscription_item": line.text("parent.subscription_item_details.subscription_item"),
            },
            "type": "subscription_details",
        }),
        "period": line.at("period").cloned(),
        "pricing": line.at("pricing").cloned(),
        "proration": true,
        "proration_details": json!({ "credited_items": null, "discount_amounts": [] }),
        "quantity": line.int("quantity"),
        "quantity_decimal": line.text("quantity_decimal"),
        "tax_rates": json!([]),
        "_line": line.clone();
        null: customer_account, invoice, test_clock
    }
}
