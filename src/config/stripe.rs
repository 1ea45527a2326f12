//! Which Stripe account the portal uses, and what that requires.

use crate::config::{Config, ConfigError, StripeSource};
use crate::stripe::{StripeConfig, is_live_key};

impl Config {
    /// Checks that webhooks can be verified: with Stripe itself, that takes the endpoint's signing
    /// secret. `portal stripe setup` runs before there is one.
    ///
    /// # Errors
    /// When the secret is missing; with a live key, when it isn't Stripe's.
    pub fn check_webhook_secret(&self) -> Result<(), ConfigError> {
        let StripeSource::Stripe(stripe) = &self.stripe else { return Ok(()) };
        let is_stripe_s =
            |one: &String| one.strip_prefix("whsec_").is_some_and(|key| !key.is_empty());
        let what = if self.webhook_secrets.is_empty() {
            "is missing"
        } else if is_live_key(&stripe.secret_key) && !self.webhook_secrets.iter().all(is_stripe_s) {
            "does not begin with whsec_"
        } else {
            return Ok(());
        };
        Err(ConfigError(format!(
            "STRIPE_WEBHOOK_SECRET {what}: set it to the signing secret of your webhook endpoint \
             (whsec_…). `portal stripe setup` gives it when it makes the endpoint; later the Dashboard \
             shows it, under Developers, Webhooks"
        )))
    }

    /// Checks that Stripe can send webhooks and customers to the portal.
    ///
    /// # Errors
    /// With a key of Stripe's, when the public URL is missing; with a live one, when it is not https.
    pub fn check_public_url(&self) -> Result<(), ConfigError> {
        let is_sandbox = matches!(self.stripe, StripeSource::Sandbox);
        if !is_sandbox && self.portal_url.is_none() {
            let missing = "PORTAL_URL is missing: Stripe sends customers and webhooks there. Set \
                           it to the address that operators type";
            return Err(ConfigError(missing.to_owned()));
        }
        self.check_https()
    }

    /// Checks that what operators type is encrypted on its way.
    ///
    /// # Errors
    /// With a live key, when the public URL is not https.
    pub fn check_https(&self) -> Result<(), ConfigError> {
        let StripeSource::Stripe(stripe) = &self.stripe else { return Ok(()) };
        let url = self.public_url();
        if is_live_key(&stripe.secret_key) && !url.starts_with("https://") {
            return Err(ConfigError(format!(
                "PORTAL_URL must begin with https:// where real money moves, not '{url}'"
            )));
        }
        Ok(())
    }

    /// The public base URL, without a trailing slash.
    pub fn public_url(&self) -> String {
        self.portal_url.clone().unwrap_or_else(|| format!("http://{}", self.addr))
    }

    /// Which Stripe a command that runs beside the portal uses: without a key, the sandbox that
    /// `portal serve` or `portal sandbox` runs.
    pub fn stripe_beside(&self) -> StripeConfig {
        match &self.stripe {
            StripeSource::Stripe(stripe) => stripe.clone(),
            StripeSource::Sandbox => StripeConfig::sandbox(format!("http://{}", self.sandbox_addr)),
        }
    }
}

/// The account of this key.
///
/// # Errors
/// For a key that is neither secret nor restricted, and for a live one that would go to another server.
pub fn account(secret_key: String, api_base: Option<String>) -> Result<StripeConfig, ConfigError> {
    let known = ["sk_test_", "rk_test_", "sk_live_", "rk_live_"];
    if !known.iter().any(|prefix| secret_key.trim().starts_with(prefix)) {
        return Err(ConfigError(
            "STRIPE_SECRET_KEY must be a secret or restricted key (sk_… or rk_…)".to_owned(),
        ));
    }
    if is_live_key(&secret_key) && api_base.is_some() {
        return Err(ConfigError(
            "STRIPE_API_BASE names another server than Stripe's, and STRIPE_SECRET_KEY is a live \
             key: use a test key there"
                .to_owned(),
        ));
    }
    Ok(StripeConfig { secret_key, api_base })
}

/// The signing secrets in a comma-separated list.
pub fn webhook_secrets(list: Option<String>) -> Vec<String> {
    let list = list.unwrap_or_default();
    let secrets = list.split(',').map(str::trim).filter(|one| !one.is_empty());
    secrets.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn beside_a_key_webhooks_need_a_secret_and_a_public_address() {
        let (key, live) = (("STRIPE_SECRET_KEY", "sk_test_1"), ("STRIPE_SECRET_KEY", "sk_live_1"));
        let (http, https) =
            (("PORTAL_URL", "http://a.example"), ("PORTAL_URL", "https://a.example"));
        let (secret, no_secret) =
            (("STRIPE_WEBHOOK_SECRET", "whsec_1"), ("STRIPE_WEBHOOK_SECRET", " , "));
        let other = ("STRIPE_WEBHOOK_SECRET", "whsec_1,we_123");
        for (pairs, has_secret, has_address) in [
            (vec![], true, true),
            (vec![key], false, false),
            (vec![key, no_secret, http], false, true),
            (vec![key, secret], true, false),
            (vec![live, secret, http], true, false),
            (vec![live, secret, https], true, true),
            (vec![key, other, https], true, true),
            (vec![live, other, https], false, true),
        ] {
            let config = Config::read(|name| {
                let found = pairs.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
            .unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(config.check_webhook_secret().is_ok(), has_secret, "{pairs:?}");
            assert_eq!(config.check_public_url().is_ok(), has_address, "{pairs:?}");
        }
    }
}
