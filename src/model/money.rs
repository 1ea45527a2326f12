//! Money as integers: an amount in the currency's minor unit, and the currency.

use crate::model::Language;
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
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
pub struct Money {
    pub amount: i64,
    /// ISO 4217 code in lower case, as Stripe writes it.
    pub currency: String,
}

impl Money {
    pub fn new(amount: i64, currency: impl Into<String>) -> Self {
        Self { amount, currency: currency.into() }
    }

    /// This amount times `count`; `None` on overflow.
    pub fn times(&self, count: u32) -> Option<Self> {
        let amount = self.amount.checked_mul(i64::from(count))?;
        Some(Self { amount, currency: self.currency.clone() })
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

impl Money {
    /// Formats it for this language: "$1,147.00", "1.147,00 $".
    pub fn written(&self, language: Language) -> String {
        self.text(language, true)
    }

    /// Formats a price without a fraction of zero: "$49", but "$49.50".
    pub fn spoken(&self, language: Language) -> String {
        let scale = 10_u64.pow(self.decimals());
        self.text(language, !self.amount.unsigned_abs().is_multiple_of(scale))
    }

    fn text(&self, language: Language, fraction: bool) -> String {
        let sign = if self.amount < 0 { "-" } else { "" };
        let symbol = self.symbol();
        match language {
            Language::En => {
                let is_code = symbol.len() == 3 && symbol.is_ascii();
                let space = if is_code { " " } else { "" };
                format!("{sign}{symbol}{space}{}", self.digits(',', '.', fraction))
            }
            Language::De => format!("{sign}{}\u{a0}{symbol}", self.digits('.', ',', fraction)),
        }
    }

    fn symbol(&self) -> String {
        match self.currency.as_str() {
            "usd" => "$".to_owned(),
            "eur" => "€".to_owned(),
            "gbp" => "£".to_owned(),
            "jpy" => "¥".to_owned(),
            other => other.to_ascii_uppercase(),
        }
    }

    /// The amount without its sign, in groups of three digits.
    fn digits(&self, group: char, point: char, fraction: bool) -> String {
        let decimals = self.decimals();
        let scale = 10_u64.pow(decimals);
        let amount = self.amount.unsigned_abs();
        let whole = (amount / scale).to_string();
        let mut text = String::new();
        for (at, digit) in whole.char_indices() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                text.push(group);
            }
            text.push(digit);
        }
        if fraction && decimals > 0 {
            text.push(point);
            text.push_str(&format!("{:0width$}", amount % scale, width = decimals as usize));
        }
        text
    }
}

/// Formats it in English.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written(Language::En))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
    fn german_puts_the_currency_last_and_swaps_point_and_comma() {
        let written = |amount, currency| Money::new(amount, currency).written(Language::De);
        assert_eq!(written(123_456_789, "usd"), "1.234.567,89\u{a0}$");
        assert_eq!(written(-320, "eur"), "-3,20\u{a0}€");
        assert_eq!(written(1500, "kwd"), "1,500\u{a0}KWD");
    }

    #[test]
    fn a_price_is_spoken_without_an_empty_fraction() {
        let spoken = |amount, currency| Money::new(amount, currency).spoken(Language::En);
        assert_eq!(spoken(4900, "usd"), "$49");
        assert_eq!(spoken(4950, "usd"), "$49.50");
        assert_eq!(spoken(4900, "jpy"), "¥4,900");
        assert_eq!(spoken(1005, "kwd"), "KWD 1.005");
        assert_eq!(Money::new(4900, "usd").spoken(Language::De), "49\u{a0}$");
    }

    #[test]
    fn a_sum_that_does_not_fit_is_none() {
        assert_eq!(Money::new(4900, "usd").times(3), Some(Money::new(14700, "usd")));
        assert_eq!(Money::new(i64::MAX, "usd").times(2), None);
    }

    /// Reads an amount back from its digits, knowing only the point and how many digits follow it.
    fn read_back(text: &str, point: char, decimals: u32) -> i128 {
        let written: String =
            text.chars().filter(|c| c.is_ascii_digit() || ['-', point].contains(c)).collect();
        let (whole, fraction) = written.split_once(point).unwrap_or((&written, ""));
        assert!(fraction.is_empty() || fraction.len() == decimals as usize, "{text}");
        let scale = 10_i128.pow(decimals);
        let whole: i128 = whole.trim_start_matches('-').parse().unwrap();
        let fraction: i128 = if fraction.is_empty() { 0 } else { fraction.parse().unwrap() };
        let sign = if text.starts_with('-') { -1 } else { 1 };
        sign * (whole * scale + fraction)
    }

    fn currencies() -> impl Strategy<Value = (&'static str, u32)> {
        let two = ["usd", "eur", "gbp", "chf", "sek", "huf", "twd", "isk", "ugx"];
        let all = ZERO_DECIMAL.map(|code| (code, 0)).into_iter();
        let all = all.chain(THREE_DECIMAL.map(|code| (code, 3))).chain(two.map(|code| (code, 2)));
        proptest::sample::select(all.collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn every_amount_can_be_read_back_from_what_is_written(
            amount: i64, (currency, decimals) in currencies(),
        ) {
            let money = Money::new(amount, currency);
            for (language, point) in [(Language::En, '.'), (Language::De, ',')] {
                for text in [money.written(language), money.spoken(language)] {
                    prop_assert_eq!(read_back(&text, point, decimals), amount.into(), "{}", text);
                }
            }
        }

        #[test]
        fn the_languages_write_the_same_digits_in_the_same_groups(
            amount: i64, (currency, _) in currencies(),
        ) {
            let money = Money::new(amount, currency);
            let digits = |text: String| {
                text.chars().filter(|c| c.is_ascii_digit() || ".,".contains(*c)).collect::<String>()
            };
            let english = digits(money.written(Language::En));
            let swapped = english.chars().map(|c| match c { '.' => ',', ',' => '.', other => other });
            prop_assert_eq!(digits(money.written(Language::De)), swapped.collect::<String>());
            for group in english.split('.').next().unwrap().split(',').skip(1) {
                prop_assert_eq!(group.len(), 3);
            }
        }

        #[test]
        fn a_product_is_exact_or_none(amount: i64, count: u32, small in -1_000_000..1_000_000_i64) {
            for amount in [amount, small] {
                let exact = i128::from(amount) * i128::from(count);
                let product = Money::new(amount, "usd").times(count);
                let expected = i64::try_from(exact).ok().map(|amount| Money::new(amount, "usd"));
                prop_assert_eq!(product, expected);
            }
        }
    }
}
