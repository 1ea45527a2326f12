//! Automatic tax: one rate per country, on top of the price. The rates are not Stripe's, but a table
//! that is easy to check by hand.

use crate::sandbox::value::{Fields, object};
use serde_json::{Value, json};

/// Each country that Checkout offers: its code, its name, and its rate in thousandths.
pub const COUNTRIES: &[(&str, &str, i64)] = &[
    ("AU", "Australia", 100),
    ("AT", "Austria", 200),
    ("BE", "Belgium", 210),
    ("BR", "Brazil", 0),
    ("CA", "Canada", 0),
    ("DK", "Denmark", 250),
    ("FI", "Finland", 255),
    ("FR", "France", 200),
    ("DE", "Germany", 190),
    ("IN", "India", 180),
    ("IE", "Ireland", 230),
    ("IT", "Italy", 220),
    ("JP", "Japan", 100),
    ("NL", "Netherlands", 210),
    ("NZ", "New Zealand", 150),
    ("NO", "Norway", 250),
    ("PL", "Poland", 230),
    ("PT", "Portugal", 230),
    ("SG", "Singapore", 90),
    ("ES", "Spain", 210),
    ("SE", "Sweden", 250),
    ("CH", "Switzerland", 81),
    ("GB", "United Kingdom", 200),
    ("US", "United States", 0),
];

/// The tax that applies to a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tax {
    pub country: String,
    /// In thousandths of the price.
    pub rate: i64,
    /// `taxability_reason`
    reason: &'static str,
}

impl Tax {
    /// The tax at a Stripe `address`, given the customer's `tax_exempt`; `None` if the address names no
    /// country.
    pub fn at(address: &Value, exempt: &str) -> Option<Tax> {
        let country = address.maybe_text("country")?.to_ascii_uppercase();
        let known = COUNTRIES.iter().find(|(code, ..)| *code == country);
        let (rate, reason) = match (exempt, known) {
            ("exempt", _) => (0, "customer_exempt"),
            ("reverse", _) => (0, "reverse_charge"),
            (_, Some((.., rate))) if *rate > 0 => (*rate, "standard_rated"),
            _ => (0, "not_collecting"),
        };
        Some(Tax { country, rate, reason })
    }

    /// The tax that a customer pays.
    pub fn of(customer: &Value) -> Option<Tax> {
        Tax::at(customer.at("address")?, customer.text("tax_exempt"))
    }

    /// An entry of a line's `taxes` or an invoice's `total_taxes`.
    pub fn entry(&self, amount: i64, taxable: i64) -> Value {
        let rate = format!("txr_sandbox_{}", self.country.to_ascii_lowercase());
        object! {
            "amount": amount,
            "tax_behavior": "exclusive",
            "tax_rate_details": json!({ "tax_rate": rate }),
            "taxability_reason": self.reason,
            "taxable_amount": taxable,
            "type": "tax_rate_details"
        }
    }

    /// "19%", "8.1%".
    pub fn percent(&self) -> String {
        match self.rate % 10 {
            0 => format!("{}%", self.rate / 10),
            tenths => format!("{}.{tenths}%", self.rate / 10),
        }
    }
}

/// The `automatic_tax` of an invoice or a Checkout Session: whether it is on, and its status.
pub fn automatic(enabled: bool, tax: Option<&Tax>) -> Value {
    let status = enabled.then_some(match tax {
        Some(_) => "complete",
        None => "requires_location_inputs",
    });
    json!({
        "enabled": enabled,
        "liability": liability(enabled),
        "provider": enabled.then_some("stripe"),
        "status": status,
    })
}

/// Who is liable for the tax.
pub fn liability(enabled: bool) -> Value {
    if enabled { json!({ "type": "self" }) } else { Value::Null }
}
