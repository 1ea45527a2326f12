//! `payment_method` of type `card`

use serde_json::{Value, json};

use super::super::{ids, value::object};

/// What a card's payment method is made of.
#[derive(Debug)]
pub(crate) struct NewCard<'a> {
    pub(crate) brand: &'a str,
    pub(crate) last4: &'a str,
    pub(crate) exp_month: i64,
    pub(crate) exp_year: i64,
    /// The same for every payment method of one card number.
    pub(crate) fingerprint: String,
    /// Whether charges are declined once it is saved.
    pub(crate) declines: bool,
    pub(crate) email: &'a str,
    pub(crate) name: &'a str,
    pub(crate) created: i64,
}

/// A card that belongs to no customer yet.
pub(crate) fn card(card: &NewCard<'_>) -> Value {
    object! {
        "id": ids::long("pm"),
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": object! {
            "address": object! {; null: city, country, line1, line2, postal_code, state },
            "email": Some(card.email).filter(|email| !email.is_empty()),
            "name": card.name;
            null: phone, tax_id
        },
        "card": object! {
            "brand": card.brand,
            "checks": object! { "cvc_check": "pass"; null: address_line1_check, address_postal_code_check },
            "country": "US",
            "display_brand": card.brand,
            "exp_month": card.exp_month,
            "exp_year": card.exp_year,
            "fingerprint": card.fingerprint.as_str(),
            "funding": "credit",
            "last4": card.last4,
            "networks": object! { "available": json!([card.brand]); null: preferred },
            "regulated_status": "unregulated",
            "three_d_secure_usage": json!({ "supported": true });
            null: generated_from, wallet
        },
        "created": card.created,
        "livemode": false,
        "metadata": json!({}),
        "type": "card",
        "_declines": card.declines;
        null: customer, customer_account
    }
}
