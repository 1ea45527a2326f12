//! Amounts as a person reads them.

/// An amount in the currency's minor unit: "$49.00", "-$3.20", "49.00 EUR".
pub(crate) fn amount(minor: i64, currency: &str) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let (whole, cents) = (minor.unsigned_abs() / 100, minor.unsigned_abs() % 100);
    if currency == "usd" {
        format!("{sign}${whole}.{cents:02}")
    } else {
        format!("{sign}{whole}.{cents:02} {}", currency.to_ascii_uppercase())
    }
}
