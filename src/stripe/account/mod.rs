//! What an account needs before anything is sold: the plan's Product and Price, the Billing Portal
//! Configuration, the Webhook Endpoint. Only the command line uses this, so it is not in the gateway.

mod catalogue;
mod dunning;
mod form;
mod portal;
mod webhooks;

pub use catalogue::{AccountPrice, AccountProduct, NewPrice, Recurring};
pub use dunning::AfterLastRetry;
pub use portal::PortalConfiguration;
pub use webhooks::WebhookEndpoint;

use crate::stripe::client::Stripe;
use crate::stripe::wire::{List, Object};
use crate::stripe::{GatewayError, GatewayResult};
use std::collections::HashMap;
use stripe_product::price::ListPrice;

/// The Stripe API version that this program speaks.
pub fn api_version() -> &'static str {
    static VERSION: stripe_shared::ApiVersion = stripe_shared::version::VERSION;
    VERSION.as_str()
}

/// The `metadata` that marks what this program created.
const MARK: (&str, &str) = ("made_by", "portal");

/// An object's `metadata`.
type Metadata = HashMap<String, String>;

/// Whether this metadata marks what this program created.
fn is_ours(metadata: &Option<Metadata>) -> bool {
    let mark = metadata.as_ref().and_then(|metadata| metadata.get(MARK.0));
    mark.is_some_and(|mark| mark == MARK.1)
}

fn mark() -> Metadata {
    HashMap::from([(MARK.0.to_owned(), MARK.1.to_owned())])
}

impl Stripe {
    /// Tries the key on what every key of this program may read: a Price.
    ///
    /// # Errors
    /// [`GatewayError::KeyRefused`] for a key that Stripe doesn't know, or that may not read it.
    pub async fn try_key(&self) -> GatewayResult<()> {
        self.without_key::<List<Object>>(&ListPrice::new().limit(1)).await.map(|_| ())
    }
}

/// Turns [`GatewayError::Missing`] into `None`.
fn unless_missing<T>(answer: GatewayResult<T>) -> GatewayResult<Option<T>> {
    match answer {
        Err(GatewayError::Missing { .. }) => Ok(None),
        answer => answer.map(Some),
    }
}
