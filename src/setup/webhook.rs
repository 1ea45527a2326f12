//! The webhook endpoint.

use super::{Did, Outcome, Setup};
use crate::stripe::GatewayResult;
use crate::stripe::account::{WebhookEndpoint, api_version};
use crate::webhooks::{EVENT_TYPES, PATH};

const THING: &str = "webhook endpoint";
/// How to fix an endpoint of another API version.
pub const OTHER_VERSION: &str = "An endpoint's version can't be changed: delete it in the Dashboard, \
                                 under Developers, Webhooks, and run `portal stripe setup` for a new \
                                 one. The new one has a new secret.";

/// What helps where the portal doesn't have the secret of an existing endpoint.
pub const NO_SECRET: &str = "Set STRIPE_WEBHOOK_SECRET to what the Dashboard shows under Developers, \
                             Webhooks; or delete the endpoint there, and run `portal stripe setup` for a \
                             new one.";

/// Where Stripe sends its events.
pub fn webhook_url(portal_url: &str) -> String {
    format!("{portal_url}{PATH}")
}

/// The endpoint with this URL; of several, the one that fits best.
pub fn chosen(endpoints: Vec<WebhookEndpoint>, url: &str) -> Option<WebhookEndpoint> {
    let of_url = endpoints.into_iter().filter(|endpoint| endpoint.url == url);
    of_url.max_by_key(|endpoint| (endpoint.speaks_our_version(), endpoint.is_enabled()))
}

/// The event types that the portal needs and the endpoint is not sent.
pub fn missing(endpoint: &WebhookEndpoint) -> Vec<&'static str> {
    let sent = |wanted: &str| endpoint.enabled_events.iter().any(|sent| sent == wanted);
    EVENT_TYPES.iter().copied().filter(|wanted| !sent("*") && !sent(wanted)).collect()
}

/// How it differs from what this product wants, except for the version.
pub fn differences(endpoint: &WebhookEndpoint) -> Vec<String> {
    let sent = endpoint.enabled_events.iter().map(String::as_str);
    let superfluous: Vec<&str> = sent.filter(|sent| !EVENT_TYPES.contains(sent)).collect();
    let missing = missing(endpoint);
    let mut differences = Vec::new();
    if !endpoint.is_enabled() {
        differences.push("it is disabled".to_owned());
    }
    if !missing.is_empty() {
        differences.push(format!("it is not sent {}", missing.join(", ")));
    }
    if !superfluous.is_empty() {
        differences.push(format!(
            "it is sent events that the portal does not use: {}",
            superfluous.join(", ")
        ));
    }
    differences
}

impl Setup<'_> {
    pub(super) async fn webhook(&self, key: &str, outcome: &mut Outcome) {
        if let Err(error) = self.register(&format!("{key}-webhook"), outcome).await {
            outcome.refused(THING, &error);
        }
    }

    async fn register(&self, key: &str, outcome: &mut Outcome) -> GatewayResult<()> {
        let url = webhook_url(self.portal_url);
        let all = format!("{url}, {} types of events", EVENT_TYPES.len());
        let Some(endpoint) = chosen(self.stripe.webhook_endpoints().await?, &url) else {
            if self.dry_run {
                outcome.done(THING, Did::WouldCreate, None, all);
                return Ok(());
            }
            let (id, secret) = self.stripe.create_webhook_endpoint(&url, EVENT_TYPES, key).await?;
            outcome.environment.push(("STRIPE_WEBHOOK_SECRET", secret));
            outcome.done(THING, Did::Created, Some(id), all);
            return Ok(());
        };
        let id = Some(endpoint.id.clone());
        if !endpoint.speaks_our_version() {
            let version = endpoint.api_version.as_deref().unwrap_or("the account's default");
            let what = format!("{url} is sent version {version}, not {}", api_version());
            outcome.failed(THING, id, what, OTHER_VERSION.to_owned());
            return Ok(());
        }
        let differences = differences(&endpoint);
        let (did, what) = if differences.is_empty() {
            (Did::Found, all)
        } else if self.dry_run {
            (Did::WouldChange, differences.join("; "))
        } else {
            self.stripe.mend_webhook_endpoint(&endpoint.id, EVENT_TYPES, key).await?;
            (Did::Changed, format!("before, {}", differences.join("; ")))
        };
        if self.webhook_secret_known {
            outcome.done(THING, did, id, what);
        } else {
            let what = format!("{what}; its signing secret is not in this environment");
            outcome.failed(THING, id, what, NO_SECRET.to_owned());
        }
        Ok(())
    }
}
