//! How a price is named.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// How `STRIPE_PRICE` names a Stripe Price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PriceRef {
    /// Its `id`: `price_…`.
    Id(String),
    /// Its `lookup_key`.
    LookupKey(String),
}

impl PriceRef {
    /// As it was given.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Id(text) | Self::LookupKey(text) => text,
        }
    }
}

impl FromStr for PriceRef {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let name = if text.starts_with("price_") { Self::Id } else { Self::LookupKey };
        Ok(name(text.to_owned()))
    }
}

impl fmt::Display for PriceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
