//! `payment_method` of type `card`

use crate::sandbox::cards::TestCard;
use crate::sandbox::{ids, value::object};
use serde_json::{Value, json};

/// A card not yet attached to a customer; `expiry` is a month and a year.
pub fn card(card: &TestCard, expiry: (i64, i64), now: i64) -> Value {
    object! {
        "id": ids::long("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": object! {
            "address": object! {; null: city, country, line1, line2, postal_code, state };
            null: email, name, phone, tax_id
        },
        "card": object! {
            "brand": card.brand,
            "checks": object! { "cvc_check": "pass"; null: address_line1_check, address_postal_code_check },
            "country": "US",
            "display_brand": card.brand,
            "exp_month": expiry.0,
            "exp_year": expiry.1,
            // The same for every payment method with the same card number.
            "fingerprint": ids::digest(card.number, 16),
            "funding": "credit",
            "last4": card.last4(),
            "networks": object! { "available": json!([card.brand]); null: preferred },
            "regulated_status": "unregulated",
            "three_d_secure_usage": json!({ "supported": true });
            null: generated_from, wallet
        },
        "created": now,
        "livemode": false,
        "metadata": json!({}),
        "type": "card",
        "_number": card.number,
        "_on_charge": card.behaviour.on_charge();
        null: customer, customer_account
    }
}
