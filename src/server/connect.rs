//! Connects to Stripe, or to the sandbox built into the portal.

use crate::clock::Clock;
use crate::config::{Config, StripeSource};
use crate::sandbox::{Sandbox, SandboxConfig, SandboxError, WebhookTarget};
use crate::server::{StartError, demo};
use crate::setup::webhook::webhook_url;
use crate::store::Db;
use crate::stripe::StripeConfig;
use crate::webhooks::EVENT_TYPES;
use std::sync::Arc;
use uuid::Uuid;

/// The portal's connection to Stripe.
pub struct Connection {
    pub stripe: StripeConfig,
    /// Stripe's time; the portal's own sandbox has its own clock.
    pub clock: Clock,
    /// The secrets that sign accepted webhooks.
    pub webhook_secrets: Arc<[String]>,
    /// The portal's own sandbox, if it runs on one.
    pub sandbox: Option<Sandbox>,
}

/// Connects to Stripe, or starts the portal's own sandbox. With a new database the sandbox starts
/// afresh, as any state kept in the same place is about another one.
pub async fn connect(
    config: &Config,
    url: &str,
    stripe_time: Clock,
    db: &Db,
) -> Result<Connection, StartError> {
    let mut secrets = config.webhook_secrets.clone();
    let (stripe, clock, sandbox) = match &config.stripe {
        StripeSource::Stripe(stripe) => (stripe.clone(), stripe_time, None),
        StripeSource::Sandbox => {
            if secrets.is_empty() {
                secrets.push(format!("whsec_{}", Uuid::new_v4().simple()));
            }
            let anew = db.tenant_lines(None, 1).await?.is_empty();
            let sandbox = start_sandbox(config, url, &secrets, anew).await?;
            let its_time = sandbox.clock();
            let clock = Clock::following(move || its_time.now());
            (StripeConfig::sandbox(sandbox.url().to_owned()), clock, Some(sandbox))
        }
    };
    Ok(Connection { stripe, clock, webhook_secrets: secrets.into(), sandbox })
}

async fn start_sandbox(
    config: &Config,
    portal_url: &str,
    secrets: &[String],
    anew: bool,
) -> Result<Sandbox, SandboxError> {
    let webhook = secrets.first().map(|secret| WebhookTarget {
        url: webhook_url(portal_url),
        secret: secret.clone(),
        enabled_events: EVENT_TYPES,
    });
    Sandbox::start(SandboxConfig {
        addr: config.sandbox_addr,
        webhook,
        state: config.sandbox_state.clone(),
        anew,
        empty: false,
    })
    .await
}

impl Connection {
    /// The address of the portal's own sandbox.
    pub fn sandbox_url(&self) -> Option<String> {
        self.sandbox.as_ref().map(|sandbox| sandbox.url().to_owned())
    }

    /// Seeds the demo on the portal's own sandbox, and closes it at Stripe. Returns whether one can
    /// sign in as its owner.
    pub async fn settle_demo(&self, db: &Db, clock: &Clock) -> Result<bool, StartError> {
        match (&self.sandbox, &self.stripe.api_base) {
            (Some(_), _) => demo::seed(db, clock).await,
            (None, Some(_)) => Ok(false),
            (None, None) => demo::close(db).await.map(|()| false),
        }
    }
}
