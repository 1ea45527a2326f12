//! Money in integers: an amount in the currency's minor unit, and the currency.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Stripe's zero-decimal currencies: their amounts are whole units.
const ZERO_DECIMAL: [&str; 15] = [
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf",
    "xof", "xpf",
];
/// Stripe's three-decimal currencies.
const THREE_DECIMAL: [&str; 5] = ["bhd", "jod", "kwd", "omr", "tnd"];

/// An amount in the minor unit of `currency` (cents for `usd`, yen for `jpy`), as Stripe counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    pub amount: i64,
    /// ISO 4217 code in lower case, as Stripe writes it.
    pub currency: String,
}

impl Money {
    pub fn new(amount: i64, currency: impl Into<String>) -> Self {
        Self { amount, currency: currency.into() }
    }

    /// This amount `count` times; `None` when the product leaves the range of `i64`.
    pub fn times(&self, count: u32) -> Option<Self> {
        let amount = self.amount.checked_mul(i64::from(count))?;
        Some(Self { amount, currency: self.currency.clone() })
    }

    /// Without a fraction of zero, as prices are spoken: "$49", but "$49.50".
    pub fn short(&self) -> String {
        let text = self.to_string();
        match text.strip_suffix(".00").or_else(|| text.strip_suffix(".000")) {
            Some(whole) => whole.to_owned(),
            None => text,
        }
    }

    fn decimals(&self) -> u32 {
        let currency = self.currency.as_str();
        if ZERO_DECIMAL.contains(&currency) {
            0
        } else if THREE_DECIMAL.contains(&currency) {
            3
        } else {
            2
        }
    }
}

/// "$1,147.00", "¥4,900", "-€3.20", "CHF 49.00".
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.amount < 0 {
            f.write_str("-")?;
        }
        match self.currency.as_str() {
            "usd" => f.write_str("$")?,
            "eur" => f.write_str("€")?,
            "gbp" => f.write_str("£")?,
            "jpy" => f.write_str("¥")?,
            other => write!(f, "{} ", other.to_ascii_uppercase())?,
        }
        let decimals = self.decimals();
        let scale = 10_u64.pow(decimals);
        let amount = self.amount.unsigned_abs();
        let whole = (amount / scale).to_string();
        for (at, digit) in whole.char_indices() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        if decimals > 0 {
            write!(f, ".{:0width$}", amount % scale, width = decimals as usize)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_in_the_currency_s_own_decimals() {
        let written = |amount, currency| Money::new(amount, currency).to_string();
        assert_eq!(written(4900, "usd"), "$49.00");
        assert_eq!(written(123_456_789, "usd"), "$1,234,567.89");
        assert_eq!(written(-320, "eur"), "-€3.20");
        assert_eq!(written(4900, "jpy"), "¥4,900");
        assert_eq!(written(1500, "kwd"), "KWD 1.500");
        assert_eq!(written(0, "usd"), "$0.00");
        assert_eq!(written(i64::MIN, "usd"), "-$92,233,720,368,547,758.08");
    }

    #[test]
    fn a_price_is_spoken_without_an_empty_fraction() {
        assert_eq!(Money::new(4900, "usd").short(), "$49");
        assert_eq!(Money::new(4950, "usd").short(), "$49.50");
        assert_eq!(Money::new(4900, "jpy").short(), "¥4,900");
    }

    #[test]
    fn a_sum_that_does_not_fit_is_none() {
        assert_eq!(Money::new(4900, "usd").times(3), Some(Money::new(14700, "usd")));
        assert_eq!(Money::new(i64::MAX, "usd").times(2), None);
    }
}
