//! Amounts as a person reads them.

use crate::model::Money;

/// An amount in the currency's minor unit: "$49.00", "-$3.20", "¥4,900", "CHF 49.00".
pub fn amount(minor: i64, currency: &str) -> String {
    Money::new(minor, currency).to_string()
}
