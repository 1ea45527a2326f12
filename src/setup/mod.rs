//! Setting up a Stripe account: finds, creates or corrects what this product needs there. What is right
//! is defined here once, for `portal stripe setup` and for `portal doctor`.

pub mod plan;
mod portal;
pub mod webhook;

use crate::stripe::{GatewayError, PriceRef, Stripe};
use serde::Serialize;
use uuid::Uuid;

/// The account to set up, and what for.
pub struct Setup<'a> {
    pub stripe: &'a Stripe,
    /// `STRIPE_PRICE`.
    pub price: &'a PriceRef,
    /// `STRIPE_PORTAL_CONFIGURATION`.
    pub portal_configuration: Option<&'a str>,
    /// The portal's public base URL, without a trailing slash.
    pub portal_url: &'a str,
    /// Whether the portal has a signing secret of the webhook endpoint, which Stripe shows only once.
    pub webhook_secret_known: bool,
    /// Change nothing, and report what would be.
    pub dry_run: bool,
}

/// What was done about one thing.
#[derive(Debug, Serialize)]
pub struct Step {
    /// "product", "price", "portal configuration" or "webhook endpoint".
    pub thing: &'static str,
    pub did: Did,
    /// Its id at Stripe, once there is one.
    pub id: Option<String>,
    /// In one line.
    pub what: String,
    /// What to do about a failure.
    pub remedy: Option<String>,
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Did {
    Found,
    Created,
    Changed,
    WouldCreate,
    WouldChange,
    Failed,
}

/// What was done, and what the portal's environment needs.
#[derive(Debug, Default)]
pub struct Outcome {
    pub steps: Vec<Step>,
    /// Environment variables and their values, including the secret of a new endpoint, which Stripe
    /// never shows again.
    pub environment: Vec<(&'static str, String)>,
}

impl Setup<'_> {
    /// Sets everything up. A step that fails is reported and does not stop the others.
    pub async fn run(&self) -> Outcome {
        let mut outcome = Outcome::default();
        // Retries in one run share their keys. Another run must not: Stripe would return what the first
        // one created, even if that has been deleted since.
        let key = format!("setup-{}", Uuid::new_v4().simple());
        self.plan(&key, &mut outcome).await;
        self.portal(&key, &mut outcome).await;
        self.webhook(&key, &mut outcome).await;
        outcome
    }
}

impl Outcome {
    /// Whether nothing failed.
    pub fn is_complete(&self) -> bool {
        self.steps.iter().all(|step| step.did != Did::Failed)
    }

    /// Whether everything was there already.
    pub fn changed_nothing(&self) -> bool {
        self.steps.iter().all(|step| step.did == Did::Found)
    }

    fn done(&mut self, thing: &'static str, did: Did, id: Option<String>, what: String) {
        self.steps.push(Step { thing, did, id, what, remedy: None });
    }

    fn failed(&mut self, thing: &'static str, id: Option<String>, what: String, remedy: String) {
        self.steps.push(Step { thing, did: Did::Failed, id, what, remedy: Some(remedy) });
    }

    fn refused(&mut self, thing: &'static str, error: &GatewayError) {
        self.failed(thing, None, error.to_string(), remedy_for(error).to_owned());
    }
}

/// What helps when a command's request to Stripe fails.
pub fn remedy_for(error: &GatewayError) -> &'static str {
    match error {
        GatewayError::Unavailable(_) | GatewayError::Failed(_) => {
            "Try again later; https://status.stripe.com says whether Stripe is well. Without \
             STRIPE_SECRET_KEY the sandbox is asked: start it with `portal serve` or `portal sandbox`."
        }
        GatewayError::KeyRefused { status: 403, .. } => {
            "Give the restricted key this permission in the Dashboard, under Developers, API keys."
        }
        GatewayError::KeyRefused { .. } => {
            "Set STRIPE_SECRET_KEY to a key of the Dashboard, under Developers, API keys."
        }
        GatewayError::Refused { .. } | GatewayError::Missing { .. } | GatewayError::Declined(_) => {
            "Do what Stripe says, and run this again."
        }
        GatewayError::Unusable(_) => "Correct what this says, and run this again.",
    }
}
