//! Which Stripe to talk to.

/// Where Stripe is, and the key to use there.
#[derive(Clone)]
pub struct StripeConfig {
    pub secret_key: String,
    /// Another server than Stripe's own, such as the sandbox.
    pub api_base: Option<String>,
}

impl StripeConfig {
    /// The sandbox at this address; it takes any test key.
    pub fn sandbox(url: String) -> Self {
        Self { secret_key: "sk_test_sandbox".to_owned(), api_base: Some(url) }
    }
}

/// Whether a Stripe key moves real money.
pub fn is_live_key(key: &str) -> bool {
    key.trim().starts_with("sk_live_") || key.trim().starts_with("rk_live_")
}
