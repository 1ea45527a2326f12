//! Whether the portal is reachable where it says, and accepts what Stripe sends.

use crate::causes::with_causes;
use crate::config::Config;
use crate::doctor::{Finding, within};
use crate::model::ErrorCode;
use crate::server::HEALTHZ;
use crate::setup::webhook::{NO_SECRET, webhook_url};
use crate::webhooks::sign;
use chrono::Utc;
use reqwest::Client;
use serde::Deserialize;

/// Correctly signed, this is refused for not being an event: nothing is stored.
const NO_EVENT: &str = "{}";

#[derive(Deserialize)]
struct Refusal {
    error: Reason,
}

#[derive(Deserialize)]
struct Reason {
    code: ErrorCode,
}

/// Checks the portal at its public URL.
pub async fn examine(config: &Config, http: &Client) -> Vec<Finding> {
    let url = config.public_url();
    let (portal, secrets) = tokio::join!(
        within("portal_url", portal(config, http, &url)),
        within("webhook_secret", webhook_secrets(config, http, &url)),
    );
    vec![portal, proxies(config, &url), secrets]
}

/// The portal itself speaks no https, so there is a proxy.
fn proxies(config: &Config, url: &str) -> Finding {
    const CHECK: &str = "trusted_proxies";
    if url.starts_with("https:") && config.access.trusted_proxies.is_empty() {
        return Finding::warning(
            CHECK,
            "PORTAL_URL is https, and no proxy is trusted",
            "Name what takes the https connections in TRUSTED_PROXIES: until then all visitors, and \
             Stripe, count as one address, and share its limits.",
        );
    }
    Finding::ok(CHECK, "visitors are told apart")
}

async fn portal(config: &Config, http: &Client, url: &str) -> Finding {
    const CHECK: &str = "portal_url";
    if let Err(error) = config.check_public_url() {
        return Finding::fault(CHECK, error, "Set PORTAL_URL to the address that operators type.");
    }
    let unlike = |what: String| {
        Finding::fault(
            CHECK,
            format!("{url} {what}"),
            "See that `portal serve` runs, that PORTAL_URL leads to it, and that nothing between \
             them answers in its place.",
        )
    };
    match http.get(format!("{url}{HEALTHZ}")).send().await {
        Ok(answer) if answer.status().is_success() => match answer.text().await.as_deref() {
            Ok("ok") => Finding::ok(CHECK, format!("the portal answers at {url}")),
            Ok(_) | Err(_) => unlike("is answered by something else than this portal".to_owned()),
        },
        Ok(answer) => unlike(format!("answers {}", answer.status())),
        Err(error) => unlike(format!("does not answer: {}", with_causes(&error.without_url()))),
    }
}

/// Whether the running portal accepts what is signed with each of the secrets that are set here.
async fn webhook_secrets(config: &Config, http: &Client, url: &str) -> Finding {
    const CHECK: &str = "webhook_secret";
    if let Err(error) = config.check_webhook_secret() {
        return Finding::fault(CHECK, error, NO_SECRET);
    }
    for secret in &config.webhook_secrets {
        let signature = sign(NO_EVENT.as_bytes(), secret, Utc::now().timestamp());
        let request = http
            .post(webhook_url(url))
            .header("stripe-signature", signature)
            .header("content-type", "application/json")
            .body(NO_EVENT);
        let code = match request.send().await {
            Ok(answer) => answer.json::<Refusal>().await.map(|refusal| refusal.error.code),
            Err(error) => Err(error),
        };
        match code {
            Ok(ErrorCode::BadEvent) => {}
            Ok(ErrorCode::BadSignature) => {
                return Finding::fault(
                    CHECK,
                    "the running portal refuses what is signed with a secret that is set here",
                    "Start the portal with the same STRIPE_WEBHOOK_SECRET, and with a clock that \
                     is right.",
                );
            }
            Ok(_) | Err(_) => {
                return Finding::fault(
                    CHECK,
                    format!("{} does not answer as this portal", webhook_url(url)),
                    "See that Stripe's webhooks reach the portal unchanged, without a sign-in or a \
                     firewall between.",
                );
            }
        }
    }
    let what = match config.webhook_secrets.len() {
        0 => "the portal's own sandbox signs webhooks with a secret that both know".to_owned(),
        1 => "the running portal takes what is signed with it".to_owned(),
        count => format!("the running portal takes what is signed with any of the {count}"),
    };
    Finding::ok(CHECK, what)
}
